// A pasted or dropped picture stands in the text by its sign, ![what it shows](picture-1.png), and is kept with the draft at once.
// Until the desk has it, it lies among the chosen files, so nothing is lost where it can't be kept. Asks what each shows.
customElements.define("picture-paste", class extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form")
    this.area = this.form?.querySelector("textarea[name=text]")
    this.keeper = this.form?.querySelector("draft-keeper")
    if (!this.area) return
    for (const type of ["paste", "drop", "input"]) this.area.addEventListener(type, this)
    document.addEventListener("sira:draft", this)
    document.addEventListener("sira:sent", this)
    this.addEventListener("input", this)
    this.ask()
  }
  disconnectedCallback() {
    for (const type of ["paste", "drop", "input"]) this.area?.removeEventListener(type, this)
    document.removeEventListener("sira:draft", this)
    document.removeEventListener("sira:sent", this)
  }
  handleEvent(event) {
    if (event.type === "input" && event.target !== this.area) return this.describe(event.target)
    // The keeper of the draft hears of it too, and writes the text first or last.
    if (event.type === "input" || event.type.startsWith("sira:")) return setTimeout(() => this.ask())
    const files = [...((event.dataTransfer ?? event.clipboardData)?.files ?? [])]
    if (!files.length || !files.every((file) => /^image\/(png|jpeg|gif|webp)$/.test(file.type))) return
    event.preventDefault()
    event.stopPropagation()
    for (const file of files) this.place(file)
  }
  place(file) {
    const known = this.form.textContent + this.area.value, ending = file.type.split("/")[1]
    let at = 1
    while (known.includes(`picture-${at}.`) || this.area.value.includes(`picture-${at}.`)) at += 1
    const named = new File([file], `picture-${at}.${ending}`, { type: file.type })
    const { selectionStart: start, selectionEnd: end, value } = this.area
    const before = start && value[start - 1] !== "\n" ? "\n" : "", after = value[end] === "\n" ? "" : "\n"
    this.area.setRangeText(`${before}![](${named.name})${after}`, start, end, "end")
    this.area.dispatchEvent(new Event("input", { bubbles: true }))
    const drop = this.form.querySelector("file-drop")
    drop?.removeAttribute("data-over")
    drop?.set([...drop.input.files, named])
    if (this.getAttribute("src")) this.keep(named, drop)
  }
  async keep(file, drop) {
    const body = new FormData(), token = document.querySelector("meta[name=csrf-token]")?.content ?? ""
    body.append("text", this.area.value)
    body.append("kind", this.keeper?.kind ?? "answer")
    body.append("picture", file)
    const headers = { "X-CSRFToken": token, Accept: "application/json" }
    const answer = await fetch(this.getAttribute("src"), { method: "POST", body, headers }).catch(() => null)
    const kept = answer?.ok && await answer.json().catch(() => null)
    // Sent or taken out meanwhile: then it is not to come back.
    if (!kept || ![...drop.input.files].includes(file)) return
    drop.set([...drop.input.files].filter((one) => one !== file))
    this.keeper.hold(kept)
  }
  ask() {
    const signs = [...this.area.value.matchAll(/!\[([^\]\n]*)\]\((picture-\d+\.\w+)\)/g)]
    const rows = [...this.querySelectorAll("input")]
    rows.filter((row) => !signs.some((sign) => sign[2] === row.name)).forEach((row) => row.parentElement.remove())
    for (const [, words, name] of signs) {
      const row = rows.find((one) => one.name === name) ?? this.row(name)
      if (row !== document.activeElement) row.value = words
    }
  }
  row(name) {
    const label = document.createElement("label"), field = Object.assign(document.createElement("input"), { name, type: "text", maxLength: 300, dir: "auto", autocomplete: "off" })
    field.setAttribute("form", "none")
    label.append(Object.assign(document.createElement("span"), { textContent: document.getElementById("words")?.dataset.shows }), Object.assign(document.createElement("bdi"), { textContent: name }), field)
    this.append(label)
    return field
  }
  describe({ name, value }) {
    const words = value.replace(/[\][\n]/g, " ")
    this.area.value = this.area.value.replace(/!\[[^\]\n]*\]\((picture-\d+\.\w+)\)/g, (sign, of) => of === name ? `![${words}](${name})` : sign)
    this.area.dispatchEvent(new Event("input", { bubbles: true }))
  }
})
