// The editor of a form, and the words of the chosen field in the other languages.  Its own texts are English only and
// have no translate service, so they are exchanged as they appear.
{
  const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "{}")
  const texts = read("editor-texts")

  customElements.define("form-drawing", class extends HTMLElement {
    async connectedCallback() {
      const container = this.querySelector(".canvas")
      this.editor = new window.FormEditor.FormEditor({ container })
      if (Object.keys(texts).length) this.exchange(container)
      try {
        await this.editor.importSchema(JSON.parse(read("drawing-source")))
      } catch {
        container.textContent = read("studio-words").unreadable
        return
      }
      this.editor.on("selection.changed", ({ selection }) => this.show(selection))
      if (this.hasAttribute("readonly")) return
      this.editor.on("commandStack.changed", () => this.changed())
      this.addEventListener("change", ({ target }) => this.write(target))
    }
    disconnectedCallback() {
      this.observer?.disconnect()
      this.editor?.destroy()
    }
    changed() {
      document.querySelector("draft-saver")?.later(() => JSON.stringify(this.editor.saveSchema()))
    }
    show(field) {
      this.field = field && field.type !== "default" ? field : null
      this.querySelector("[data-translations]").hidden = !this.field
      this.querySelector("[data-asks]").hidden = this.field?.type !== "textfield"
      if (!this.field) return
      this.querySelector('[data-says="label"]').textContent = field.label ?? field.key ?? ""
      for (const one of this.querySelectorAll("[data-property]")) one.value = field.properties?.[one.dataset.property] ?? ""
    }
    write(target) {
      const name = target.dataset.property
      if (!name || !this.field) return
      const { [name]: _old, ...others } = this.field.properties ?? {}
      const properties = target.value.trim() ? { ...others, [name]: target.value.trim() } : others
      this.editor.get("modeling").editFormField(this.field, "properties", properties)
    }
    exchange(container) {
      const say = (node) => {
        const words = node.nodeType === Node.TEXT_NODE && texts[node.data.trim()]
        if (words && !node.parentElement?.closest("[contenteditable], .cm-editor, .fjs-element")) node.data = words
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
