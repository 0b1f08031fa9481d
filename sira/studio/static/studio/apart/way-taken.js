// A ticket's drawing: the way it took, where it stands, where it is stuck.
customElements.define("way-taken", class extends HTMLElement {
  async connectedCallback() {
    if (!window.BpmnJS) return // the page is left before its library has come
    const desk = window.deskDrawing, way = desk.read("drawing-way")
    this.viewer = new window.BpmnJS(desk.options(this.querySelector(".canvas")))
    await this.viewer.importXML(desk.source())
    const canvas = this.viewer.get("canvas"), overlays = this.viewer.get("overlays"), registry = this.viewer.get("elementRegistry")
    const mark = (ids, name) => ids.filter((id) => registry.get(id)).forEach((id) => canvas.addMarker(id, name))
    mark(way.passed, "is-passed")
    mark(way.flows, "is-passed")
    mark(way.current, "is-current")
    mark(way.stuck, "is-stuck")
    for (const id of way.current.filter((one) => registry.get(one))) {
      const dot = Object.assign(document.createElement("div"), { className: "here-dot" })
      overlays.add(id, { position: { top: -12, left: registry.get(id).width / 2 - 4 }, html: dot })
    }
    desk.fit(this.viewer)
  }
  disconnectedCallback() { this.viewer?.destroy() }
})
