// The editor of a form, and the words of the chosen field in the other languages.  Its own texts are English only and
// have no translate service, so they are exchanged as they appear.
{
  const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "{}")
  const texts = read("editor-texts")

  customElements.define("form-drawing", class extends HTMLElement {
    async connectedCallback() {
      const container = this.querySelector(".canvas")
      const help = window.formHelping(texts)
      this.editor = new window.FormEditor.FormEditor({ container, additionalModules: help.modules })
      if (Object.keys(texts).length) this.exchange(container)
      try {
        await this.editor.importSchema(JSON.parse(read("drawing-source")))
      } catch {
        container.textContent = read("studio-words").unreadable
        return
      }
      this.editor.on("selection.changed", ({ selection }) => this.show(selection))
      this.show()
      if (this.hasAttribute("readonly")) return void (container.querySelector(".fjs-form").inert = true)
      this.editor.on("commandStack.changed", () => this.changed())
      for (const type of ["click", "keydown"]) container.addEventListener(type, (pressed) => help.press(this.editor, pressed), true)
      document.addEventListener("click", this)
      this.addEventListener("change", ({ target }) => this.write(target))
    }
    handleEvent({ target }) {
      const tool = target.closest?.("[data-tool=undo], [data-tool=redo]")?.dataset.tool
      if (!tool) return
      this.editor.get("commandStack")[tool]()
      this.show(this.editor.get("formFieldRegistry").get(this.field?.id))
    }
    disconnectedCallback() {
      document.removeEventListener("click", this)
      this.observer?.disconnect()
      this.editor?.destroy()
    }
    changed() {
      const name = this.whole()?.name
      if (name) document.querySelector("h1 bdi").textContent = name
      this.called()
      document.querySelector("draft-saver")?.later(() => JSON.stringify(this.editor.saveSchema()))
    }
    // Where no field is chosen, the form itself is: its name, in each language.
    whole() { return this.editor.get("formFieldRegistry").getAll().find((one) => one.type === "default") }
    show(field) {
      this.field = field ?? this.whole()
      const isWhole = this.field?.type === "default"
      this.querySelector("[data-naming]").hidden = !isWhole
      this.querySelector("[data-translations]").hidden = isWhole
      this.querySelector("[data-asks]").hidden = this.field?.type !== "textfield"
      if (!this.field) return
      this.called()
      this.querySelector("[data-name]").value = this.field.name ?? ""
      for (const one of this.querySelectorAll("[data-property]")) one.value = this.field.properties?.[one.dataset.property] ?? ""
    }
    called() {
      const { label, dateLabel, timeLabel, key } = this.field ?? {}
      this.querySelector('[data-says="label"]').textContent = label ?? dateLabel ?? timeLabel ?? key ?? ""
    }
    write(target) {
      const modeling = this.editor.get("modeling"), value = target.value.trim(), name = target.dataset.property
      if (!this.field) return
      if (target.matches("[data-name]")) return modeling.editFormField(this.field, "name", value)
      if (!name) return
      const { [name]: _old, ...others } = this.field.properties ?? {}
      modeling.editFormField(this.field, "properties", value ? { ...others, [name]: value } : others)
    }
    exchange(container) {
      const say = (node) => {
        const words = node.nodeType === Node.TEXT_NODE && texts[node.data.trim()]
        if (words && !node.parentElement?.closest("[contenteditable], .cm-editor, .fjs-element")) node.data = words
        if (node.matches?.(".fjs-palette-field")) node.title = texts[node.textContent.trim()] ?? node.textContent.trim()
        if (node.placeholder && texts[node.placeholder]) node.placeholder = texts[node.placeholder]
        for (const child of node.childNodes) say(child)
      }
      // A text is new, or another one stands in the same place: what the heading calls the chosen field.
      this.observer = new MutationObserver((changes) => {
        for (const { type, target, addedNodes } of changes) type === "characterData" ? say(target) : addedNodes.forEach(say)
      })
      this.observer.observe(container, { childList: true, characterData: true, subtree: true })
    }
  })
}
