// Buttons that write the signs of a format into the text: around what is chosen, or before each of its lines; again, they go.
// What it will look like is said by the conversation; without this one types the signs.
customElements.define("text-tools", class extends HTMLElement {
  connectedCallback() {
    this.area = this.closest("form")?.querySelector("textarea[name=text]")
    if (!this.area) return
    this.hidden = false
    this.addEventListener("click", this)
    this.area.addEventListener("keydown", this)
  }
  disconnectedCallback() { this.area?.removeEventListener("keydown", this) }
  handleEvent(event) {
    if (event.type === "keydown" && !(event.key.toLowerCase() === "b" && (event.ctrlKey || event.metaKey))) return
    const button = event.type === "click" ? event.target.closest("button") : this.querySelector("[data-around='**']")
    if (!button) return
    event.preventDefault()
    if ("link" in button.dataset) this.link()
    else if (button.dataset.around) this.around(button.dataset.around)
    else this.before(button.dataset.before)
    this.area.focus()
    this.area.dispatchEvent(new Event("input", { bubbles: true }))
  }
  around(sign) {
    const { selectionStart: start, selectionEnd: end, value } = this.area, size = sign.length
    if (value.slice(start - size, start) === sign && value.slice(end, end + size) === sign) {
      this.area.setRangeText(value.slice(start, end), start - size, end + size, "select")
    } else {
      this.area.setRangeText(sign + value.slice(start, end) + sign, start, end, "end")
      this.area.setSelectionRange(start + size, end + size)
    }
  }
  link() {
    const { selectionStart: start, selectionEnd: end, value } = this.area, chosen = value.slice(start, end)
    const words = /^https?:\/\//.test(chosen) ? "" : chosen, address = words === chosen ? "https://" : chosen
    this.area.setRangeText(`[${words}](${address})`, start, end, "end")
    const at = words ? start + words.length + 3 : start + 1
    this.area.setSelectionRange(at, words ? at + address.length : at)
  }
  before(sign) {
    const { value } = this.area, start = value.lastIndexOf("\n", this.area.selectionStart - 1) + 1
    const stop = value.indexOf("\n", this.area.selectionEnd), end = stop < 0 ? value.length : stop
    const lines = value.slice(start, end).split("\n"), counted = sign === "1. ", known = counted ? /^\d{1,2}\. / : /^- /
    const marked = lines.every((line) => known.test(line))
    const written = lines.map((line, at) => marked ? line.replace(known, "") : `${counted ? `${at + 1}. ` : sign}${line}`)
    this.area.setRangeText(written.join("\n"), start, end, "end")
  }
})
