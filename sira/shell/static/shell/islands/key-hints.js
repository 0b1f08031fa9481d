// Single keys: an element with data-key="r" is pressed by r, "g u" by g then u, "Ctrl+Enter" while writing in its form.
// Never while somebody types, never under an open dialog.  `?` shows the sheet of what the page has.
customElements.define("key-hints", class extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog")
    document.addEventListener("keydown", this)
  }
  disconnectedCallback() { document.removeEventListener("keydown", this) }
  handleEvent(event) {
    if (event.defaultPrevented || event.isComposing) return
    const field = event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && field?.form) return this.send(event, field.form)
    if (event.ctrlKey || event.metaKey || event.altKey || field || document.querySelector("dialog[open]:modal")) return
    if (event.key === "?") return this.show(event)
    const both = this.first && Date.now() - this.at < 1_200 ? `${this.first} ${event.key}` : ""
    const found = (both && this.find(both)) || this.find(event.key)
    this.first = found ? "" : event.key
    this.at = Date.now()
    if (found) this.press(event, found)
  }
  find(key) {
    return [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((one) => one.checkVisibility({ visibilityProperty: true }))
  }
  press(event, found) {
    event.preventDefault()
    if (found.matches("input, textarea, select")) found.focus()
    else found.click()
    const area = found.closest("form.composer")?.querySelector("textarea")
    if (!area || !found.matches("label")) return
    area.focus()
    area.setSelectionRange(area.value.length, area.value.length)
  }
  send(event, form) {
    const buttons = form.querySelectorAll("button:not([type=button]):not([aria-disabled=true])")
    const first = [...buttons].find((one) => one.checkVisibility())
    if (first) { event.preventDefault(); form.requestSubmit(first) }
  }
  show(event) {
    event.preventDefault()
    const list = this.querySelector(".keys-found"), seen = new Set()
    list.replaceChildren()
    for (const one of document.querySelectorAll("[data-key]")) {
      if (seen.has(one.dataset.key)) continue
      seen.add(one.dataset.key)
      const copy = one.cloneNode(true)
      copy.querySelectorAll("kbd, svg").forEach((part) => part.remove())
      const name = document.createElement("dt"), words = document.createElement("dd")
      for (const key of one.dataset.key.split(" ")) name.append(Object.assign(document.createElement("kbd"), { textContent: key }), " ")
      words.textContent = one.dataset.keyWords || one.getAttribute("aria-label") || copy.textContent.trim() || one.title
      list.append(name, words)
    }
    this.dialog.showModal()
  }
})
