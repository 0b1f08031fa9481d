// The table of a decision; drawings of several decisions have one view each, chosen above it.
{
  const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "{}")
  const texts = read("editor-texts")
  const translate = (text, values = {}) =>
    (texts[text] ?? texts[text.trim()] ?? text).replace(/{\s*([^}\s]+)\s*}/g, (_, name) => values[name] ?? `{${name}}`)

  customElements.define("decision-editor", class extends HTMLElement {
    async connectedCallback() {
      const container = this.querySelector(".canvas")
      const ours = { additionalModules: [{ translate: ["value", translate] }] }
      this.modeler = new window.DmnJS({ container, drd: ours, decisionTable: ours, literalExpression: ours, boxedExpression: ours })
      this.listened = new WeakSet()
      this.modeler.on("views.changed", () => this.viewed())
      try {
        await this.modeler.importXML(read("drawing-source"), { open: false })
      } catch {
        container.textContent = read("studio-words").unreadable
        return
      }
      const views = this.modeler.getViews()
      await this.modeler.open(views.find((one) => one.type === "decisionTable") ?? views[0])
    }
    disconnectedCallback() { this.modeler?.destroy() }
    viewed() {
      const viewer = this.modeler.getActiveViewer()
      if (viewer && !this.listened.has(viewer)) {
        this.listened.add(viewer)
        viewer.on("commandStack.changed", () => this.changed())
      }
      const nav = this.querySelector("[data-views]"), active = this.modeler.getActiveView(), views = this.modeler.getViews()
      nav.hidden = views.length < 2
      nav.replaceChildren(...views.map((view) => {
        const button = Object.assign(document.createElement("button"), { type: "button", textContent: view.type === "drd" ? this.getAttribute("overview") : view.name || view.element.id })
        button.setAttribute("aria-pressed", view.element === active?.element)
        button.addEventListener("click", () => this.modeler.open(view))
        return button
      }))
    }
    changed() {
      if (this.hasAttribute("readonly")) return
      document.querySelector("draft-saver")?.later(async () => (await this.modeler.saveXML({ format: true })).xml)
    }
  })
}
