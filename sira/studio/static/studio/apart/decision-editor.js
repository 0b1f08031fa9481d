// The table of a decision; drawings of several decisions have one view each, chosen above it.
{
  const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "{}")
  const texts = read("editor-texts")
  const translate = (text, values = {}) =>
    (texts[text] ?? texts[text.trim()] ?? text).replace(/{\s*([^}\s]+)\s*}/g, (_, name) => values[name] ?? `{${name}}`)

  // The editor shows a rule's description beside it, the desk reads its annotation: the same words, so one becomes the
  // other on the way in and out.  Tables with several annotations keep theirs, unseen.
  const named = (within, name) => [...within.children].filter((one) => one.localName === name)
  function exchange(xml, turn) {
    const drawing = new DOMParser().parseFromString(xml, "application/xml")
    if (drawing.querySelector("parsererror")) return xml
    for (const table of drawing.getElementsByTagNameNS("*", "decisionTable")) if (named(table, "annotation").length < 2) turn(table)
    return new XMLSerializer().serializeToString(drawing)
  }
  const element = (beside, name) => {
    const prefix = beside.prefix ? `${beside.prefix}:` : ""
    return beside.ownerDocument.createElementNS(beside.namespaceURI, prefix + name)
  }
  const toEditor = (xml) => exchange(xml, (table) => {
    for (const rule of named(table, "rule")) {
      const [entry] = named(rule, "annotationEntry")
      if (!entry || named(rule, "description").length) continue
      const description = element(rule, "description")
      description.textContent = entry.textContent.trim()
      entry.remove()
      if (description.textContent) rule.prepend(description)
    }
  })
  const fromEditor = (xml) => exchange(xml, (table) => {
    const rules = named(table, "rule")
    if (!rules.some((rule) => named(rule, "description").length)) return
    if (!named(table, "annotation").length) {
      const column = element(table, "annotation")
      column.setAttribute("name", translate("Annotations"))
      named(table, "output").at(-1).after(column)
    }
    for (const rule of rules) {
      const [description] = named(rule, "description"), entry = element(rule, "annotationEntry"), text = element(rule, "text")
      text.textContent = description?.textContent ?? ""
      description?.remove()
      entry.append(text)
      rule.append(entry)
    }
  })

  customElements.define("decision-editor", class extends HTMLElement {
    async connectedCallback() {
      const container = this.querySelector(".canvas")
      const ours = { additionalModules: [{ translate: ["value", translate] }] }
      this.modeler = new window.DmnJS({ container, drd: ours, decisionTable: ours, literalExpression: ours, boxedExpression: ours })
      this.steps = new Map()  // by viewer: what can be undone, what was
      document.addEventListener("click", this)
      this.modeler.on("views.changed", () => this.viewed())
      this.addEventListener("click", ({ target }) => this.point(target.closest("[data-rule], [data-example]")))
      try {
        await this.modeler.importXML(toEditor(read("drawing-source")), { open: false })
      } catch {
        container.textContent = read("studio-words").unreadable
        return
      }
      const views = this.modeler.getViews()
      await this.modeler.open(views.find((one) => one.type === "decisionTable") ?? views[0])
    }
    disconnectedCallback() {
      document.removeEventListener("click", this)
      this.modeler?.destroy()
    }
    handleEvent({ target }) {
      const button = target.closest?.("[data-tool=undo], [data-tool=redo]")
      if (button && !this.hasAttribute("readonly")) this.step(button)
    }
    // Each letter is a step of the editor; what was typed into a cell in one go is taken back in one.  A cell is left
    // first: while it is written in, it takes what changes for something typed.
    async step(button) {
      const viewer = this.modeler.getActiveViewer(), { done, undone } = this.steps.get(viewer), { tool } = button.dataset
      viewer.get("selection", false)?.deselect()
      button.focus()
      for (let frames = 0; frames < 60 && (!frames || this.querySelector("td .cm-editor")); frames++) await new Promise(requestAnimationFrame)
      const stack = viewer.get("commandStack"), [from, to, able] = tool === "undo" ? [done, undone, "canUndo"] : [undone, done, "canRedo"]
      const wanted = from.pop()?.count ?? 1
      let count = 0
      this.stepping = true
      for (; count < wanted && stack[able](); count++) stack[tool]()
      this.stepping = false
      if (count) to.push({ count })
    }
    count(steps, trigger) {
      if (this.stepping) return
      const cell = document.activeElement?.isContentEditable && document.activeElement, last = steps.done.at(-1)
      steps.undone.length = 0
      if (trigger !== "execute") steps.done.length = 0 // by the editor's own keys, a step at a time
      else if (cell && last?.cell === cell) last.count++
      else steps.done.push({ cell, count: 1 })
    }
    // What a finding speaks of: its rule in the table, or an example in the form.
    point(button) {
      if (button?.dataset.example) {
        for (const [name, value] of Object.entries(JSON.parse(button.dataset.example))) {
          const field = this.querySelector(`[data-tries] [name="${CSS.escape(name)}"]`)
          if (field) field.value = value
        }
        this.querySelector("[data-tries] .buttons button")?.focus()
      }
      if (!button?.dataset.rule) return
      for (const row of this.querySelectorAll("tr.is-pointed")) row.classList.remove("is-pointed")
      const row = [...this.querySelectorAll("td.rule-index")].find((one) => one.textContent.trim() === button.dataset.rule)?.closest("tr")
      row?.classList.add("is-pointed")
      row?.scrollIntoView({ block: "center" })
    }
    viewed() {
      const viewer = this.modeler.getActiveViewer()
      if (viewer && !this.steps.has(viewer)) {
        const steps = { done: [], undone: [] }
        this.steps.set(viewer, steps)
        viewer.on("commandStack.changed", ({ trigger }) => { this.count(steps, trigger); this.changed() })
      }
      const nav = this.querySelector("[data-views]"), active = this.modeler.getActiveView(), views = this.modeler.getViews()
      const alone = views.filter((one) => one.type !== "drd").length < 2 // then its own name is but the key that others ask by
      nav.hidden = views.length < 2
      this.toggleAttribute("data-alone", alone)
      nav.replaceChildren(...views.map((view) => {
        const button = Object.assign(document.createElement("button"), { type: "button", textContent: view.type === "drd" ? this.getAttribute("overview") : alone ? this.getAttribute("called") : view.name || view.element.id })
        button.setAttribute("aria-pressed", view.element === active?.element)
        button.addEventListener("click", () => this.modeler.open(view))
        return button
      }))
    }
    changed() {
      if (this.hasAttribute("readonly")) return
      document.querySelector("draft-saver")?.later(async () => fromEditor((await this.modeler.saveXML({ format: true })).xml))
    }
  })
}
