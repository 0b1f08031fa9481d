// In a note, @ and the beginning of a name offer colleagues: arrows choose, Enter or Tab take, Escape leaves.
customElements.define("mention-list", class extends HTMLElement {
  connectedCallback() {
    this.area = this.closest("form").querySelector("textarea[name=text]")
    this.setAttribute("role", "listbox")
    this.hidden = true
    for (const type of ["input", "keydown", "blur"]) this.area.addEventListener(type, this)
    this.addEventListener("pointerdown", (event) => { event.preventDefault(); this.take(event.target.closest("[role=option]")) })
  }
  disconnectedCallback() { for (const type of ["input", "keydown", "blur"]) this.area.removeEventListener(type, this) }
  get options() { return [...this.querySelectorAll("[role=option]")] }
  get chosen() { return this.options.find((one) => one.ariaSelected === "true") }
  get typed() {
    const note = this.area.form.querySelector("[name=kind]:checked")?.value === "note"
    return note ? this.area.value.slice(0, this.area.selectionStart).match(/(?:^|\s)@([\p{L}\p{M}\u200c. -]{1,40})$/u)?.[1] : undefined
  }
  handleEvent(event) {
    if (event.type === "blur") this.hidden = true
    else if (event.type === "input") this.look()
    else if (!this.hidden && this.chosen) this.key(event)
  }
  async look() {
    const typed = this.typed, mine = (this.asked = Symbol())
    if (!typed || typed !== typed.trimStart()) { this.hidden = true; return }
    await new Promise((done) => setTimeout(done, 120))
    if (mine !== this.asked) return
    const src = this.getAttribute("src")
    const answer = await fetch(`${src}${src.includes("?") ? "&" : "?"}q=${encodeURIComponent(typed)}`).catch(() => null)
    const found = answer?.ok && !answer.redirected ? await answer.json() : []
    if (mine !== this.asked) return
    this.replaceChildren(...found.map(({ name, more }, at) => {
      const option = Object.assign(document.createElement("div"), { id: `mention-${at}` })
      option.setAttribute("role", "option")
      option.ariaSelected = String(at === 0)
      option.dataset.name = name
      option.append(Object.assign(document.createElement("bdi"), { textContent: name }), Object.assign(document.createElement("span"), { className: "quiet", textContent: more }))
      return option
    }))
    if (!found.length && !/\s/.test(typed) && answer?.ok) this.append(this.nobody())
    this.hidden = !this.firstChild
    this.tell()
  }
  nobody() {
    const line = Object.assign(document.createElement("p"), { textContent: this.dataset.nobody, className: "quiet" })
    line.setAttribute("role", "status")
    return line
  }
  tell() {
    if (!this.chosen) this.area.removeAttribute("aria-activedescendant")
    else this.area.setAttribute("aria-activedescendant", this.chosen?.id ?? "")
  }
  key(event) {
    const all = this.options, here = all.indexOf(this.chosen), step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      event.preventDefault()
      all.forEach((one, at) => { one.ariaSelected = String(at === (here + step + all.length) % all.length) })
      this.tell()
    } else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey) { event.preventDefault(); this.take(this.chosen) }
    else if (event.key === "Escape") { event.stopPropagation(); this.hidden = true }
  }
  take(option) {
    if (!option) return
    const end = this.area.selectionStart, start = end - this.typed.length
    this.area.setRangeText(`${option.dataset.name} `, start, end, "end")
    this.hidden = true
    this.area.dispatchEvent(new Event("input", { bubbles: true }))
  }
})
