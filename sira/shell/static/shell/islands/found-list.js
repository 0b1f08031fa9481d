// The rows of the palette: in groups, the match marked, one chosen.  Says `sira:chosen` with the row.
customElements.define("found-list", class extends HTMLElement {
  connectedCallback() { this.addEventListener("click", this) }
  disconnectedCallback() { this.removeEventListener("click", this) }
  handleEvent(event) { this.take(event.target.closest("[role=option]")) }
  show(here, text, found = []) {
    const words = document.getElementById("words").dataset
    const rows = [...here.filter((row) => fold(row.words).includes(fold(text))), ...found]
    this.replaceChildren()
    for (const group of ["do", "go", "find", "create"]) {
      const mine = rows.filter((row) => row.group === group).slice(0, 8)
      if (mine.length) this.append(made("h3", "", words[group]), ...mine.map((row, at) => this.row(row, text, `found-${group}-${at}`)))
    }
    if (!rows.length) this.append(made("p", "nothing", words.nothing))
    this.choose(this.options[0])
  }
  row(row, text, id) {
    const option = Object.assign(made("div", "", ""), { id, row })
    option.setAttribute("role", "option")
    const words = made("bdi", "", ""), at = text ? fold(row.words).indexOf(fold(text)) : -1
    if (at < 0) words.textContent = row.words
    else words.append(row.words.slice(0, at), made("mark", "", row.words.slice(at, at + text.length)), row.words.slice(at + text.length))
    if (row.icon) option.append(row.icon.cloneNode(true))
    if (row.number) option.append(made("bdi", "number", row.number))
    option.append(words)
    if (row.more) option.append(made("bdi", "more", row.more))
    if (row.key) option.append(made("kbd", "at-end", row.key))
    return option
  }
  get options() { return [...this.querySelectorAll("[role=option]")] }
  choose(option) {
    for (const one of this.options) one.setAttribute("aria-selected", String(one === option))
    this.closest("dialog").querySelector("[role=combobox]").setAttribute("aria-activedescendant", option?.id ?? "")
    option?.scrollIntoView({ block: "nearest" })
  }
  key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 }, all = this.options, here = all.findIndex((one) => one.ariaSelected === "true")
    if (event.key !== "Enter" && !(event.key in steps)) return
    event.preventDefault()
    if (event.key === "Enter") this.take(all[here])
    else this.choose(all.at((here + steps[event.key]) % all.length))
  }
  take(option) { if (option) this.dispatchEvent(new CustomEvent("sira:chosen", { detail: option.row })) }
})
function made(name, className, textContent) { return Object.assign(document.createElement(name), { className, textContent: textContent ?? "" }) }
// Letters that fold into one letter each, so that places in the folded and in the written text are the same.
function fold(text) {
  return [...text].map((letter) => ({ İ: "i", I: "i", ı: "i", ł: "l", Ł: "l", ي: "ی", ك: "ک" })[letter] ?? letter.normalize("NFD")[0].toLowerCase()).join("")
}
