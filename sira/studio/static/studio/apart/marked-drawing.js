// A drawing with marks that the page brings as JSON: the way of a dry run, tickets on the arrows, what has changed.
// source, marks: ids of the scripts that hold them.  Marks are read again whenever the part that holds them is swapped.
customElements.define("marked-drawing", class extends HTMLElement {
  async connectedCallback() {
    if (!window.BpmnJS) return // the page is left before its library has come
    const desk = window.deskDrawing
    this.viewer = new window.BpmnJS(desk.options(this.querySelector(".canvas")))
    try {
      await this.viewer.importXML(desk.read(this.getAttribute("source")))
    } catch {
      this.querySelector(".canvas").textContent = desk.read("studio-words").unreadable ?? ""
      return
    }
    desk.fit(this.viewer, Number(this.getAttribute("least") ?? 0))
    this.paint()
    this.ended = new AbortController()
    const options = { signal: this.ended.signal }
    document.body.addEventListener("htmx:after:swap", () => this.paint(), options)
    document.addEventListener("click", ({ target }) => this.point(target.closest?.("[data-element]")?.dataset.element), options)
    this.addEventListener("click", ({ target }) => this.zoom(target.closest("[data-tool]")?.dataset.tool), options)
  }
  disconnectedCallback() {
    this.ended?.abort()
    this.viewer?.destroy()
  }
  paint() {
    const canvas = this.viewer.get("canvas"), overlays = this.viewer.get("overlays"), registry = this.viewer.get("elementRegistry")
    const marks = window.deskDrawing.read(this.getAttribute("marks"))
    overlays.clear()
    registry.forEach((one) => {
      for (const name of ["is-passed", "is-current", "is-stuck", "is-added", "is-removed", "is-changed", "is-moved"]) canvas.removeMarker(one, name)
      registry.getGraphics(one)?.style.removeProperty("--share")
    })
    const mark = (ids, name) => (ids ?? []).filter((id) => registry.get(id)).forEach((id) => canvas.addMarker(id, name))
    mark(marks.passed, "is-passed")
    mark(marks.flows, "is-passed")
    mark(marks.current, "is-current")
    mark(marks.stuck, "is-stuck")
    for (const id of (marks.current ?? []).filter((one) => registry.get(one))) this.put(id, "here-dot", "", { top: -12, left: registry.get(id).width / 2 - 4 })
    for (const [id, count] of Object.entries(marks.counts ?? {})) if (registry.get(id)) this.count(id, count)
    for (const [id, { kind, words }] of Object.entries(marks.changes ?? {})) {
      const element = registry.get(id)
      if (!element) continue
      canvas.addMarker(id, `is-${kind}`)
      this.put(id, `change-sign is-${kind}`, words, element.waypoints ? this.middle(element) : { top: -11, left: 6 })
    }
  }
  count(id, { now, before, share, words }) {
    const element = this.viewer.get("elementRegistry").get(id)
    if (!element.waypoints) return
    this.viewer.get("canvas").addMarker(id, "is-counted")
    this.viewer.get("elementRegistry").getGraphics(id).style.setProperty("--share", share)
    const differs = before !== null && before !== now
    this.put(id, differs ? "count-sign differs" : "count-sign", words, this.middle(element))
  }
  put(id, className, text, position) {
    const sign = Object.assign(document.createElement("div"), { className, textContent: text })
    this.viewer.get("overlays").add(id, "mark", { position, html: sign })
  }
  // The middle of an arrow's longest stretch, seen from the corner of all of it.
  middle({ waypoints }) {
    const left = Math.min(...waypoints.map(({ x }) => x)), top = Math.min(...waypoints.map(({ y }) => y))
    let best = [waypoints[0], waypoints[1]]
    const length = ([a, b]) => Math.hypot(a.x - b.x, a.y - b.y)
    for (let at = 1; at < waypoints.length; at++) if (length([waypoints[at - 1], waypoints[at]]) > length(best)) best = [waypoints[at - 1], waypoints[at]]
    return { left: (best[0].x + best[1].x) / 2 - left - 10, top: (best[0].y + best[1].y) / 2 - top - 9 }
  }
  point(id) {
    const element = id && this.viewer.get("elementRegistry").get(id), canvas = this.viewer.get("canvas")
    if (!element) return
    if (this.pointed) canvas.removeMarker(this.pointed, "is-pointed")
    this.pointed = element
    canvas.addMarker(element, "is-pointed")
    canvas.scrollToElement(element, 80)
  }
  zoom(tool) {
    if (!tool) return
    const canvas = this.viewer.get("canvas")
    if (tool === "whole") window.deskDrawing.fit(this.viewer)
    else canvas.zoom(canvas.zoom() * (tool === "larger" ? 1.2 : 1 / 1.2))
  }
})
