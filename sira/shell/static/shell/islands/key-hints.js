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
    const words = document.getElementById("words").dataset, rows = this.rows()
    const lists = [[words.do, rows.filter(([keys]) => !keys.startsWith("g "))], [words.go, rows.filter(([keys]) => keys.startsWith("g "))]]
    this.querySelector(".keys-found").replaceChildren(...lists.filter(([, mine]) => mine.length).flatMap(([title, mine]) => {
      const list = document.createElement("dl")
      list.append(...mine.map(([keys, meant]) => this.row(keys, meant)))
      return [made("h3", title), list]
    }))
    this.dialog.showModal()
  }
  // What the bar names and no element carries (j, k), then what the page's elements carry.
  rows() {
    const found = new Map([["Ctrl K", document.getElementById("words").dataset.palette]])
    for (const one of document.querySelectorAll(".key-bar > span:has(kbd)"))
      found.set([...one.querySelectorAll("kbd")].map((key) => key.textContent).join(" "), bare(one))
    for (const one of document.querySelectorAll("[data-key]"))
      found.set(one.dataset.key, one.dataset.keyWords || one.getAttribute("aria-label") || bare(one) || one.title)
    return [...found]
  }
  row(keys, meant) {
    const name = document.createElement("dt"), row = document.createElement("div")
    for (const key of keys.split(" ")) name.append(made("kbd", key), " ")
    row.append(name, made("dd", meant))
    return row
  }
})
function made(name, textContent) { return Object.assign(document.createElement(name), { textContent }) }
function bare(one) {
  const copy = one.cloneNode(true)
  copy.querySelectorAll("kbd, svg").forEach((part) => part.remove())
  return copy.textContent.trim()
}
