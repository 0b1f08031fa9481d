// Keeps what is written until it is sent: by the ticket's key, on this machine, for this tab and the next.
customElements.define("draft-keeper", class extends HTMLElement {
  connectedCallback() {
    this.area = this.querySelector("textarea")
    this.form = this.closest("form")
    this.words = document.getElementById("words")?.dataset ?? {}
    const kept = localStorage.getItem(this.key)
    if (kept && this.isSaid(kept)) localStorage.removeItem(this.key)
    else if (kept && !this.area.value) { this.area.value = kept; this.say() }
    this.area.addEventListener("input", this)
    this.form?.addEventListener("submit", this)
    document.addEventListener("sira:sent", this)
  }
  disconnectedCallback() {
    clearTimeout(this.timer)
    document.removeEventListener("sira:sent", this)
  }
  // After a page without htmx nobody tells that the text arrived; standing in the conversation is proof.
  isSaid(text) {
    const start = text.replace(/\s+/g, "").slice(0, 120)
    return [...document.querySelectorAll(".said")].some((one) => one.textContent.replace(/\s+/g, "").includes(start))
  }
  get key() { return `draft:${this.getAttribute("key")}` }
  handleEvent(event) {
    if (event.type === "input") {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.keep(), 400)
    } else if (event.type === "submit") this.keep(false)
    // The server says that the text has arrived; a submit alone may still fail.
    else if (event.detail?.key === this.getAttribute("key")) localStorage.removeItem(this.key)
  }
  keep(said = true) {
    if (this.area.value.trim()) localStorage.setItem(this.key, this.area.value)
    else localStorage.removeItem(this.key)
    if (said) this.say()
  }
  say() {
    const place = this.form?.querySelector(".draft")
    if (!place) return
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
    place.textContent = this.area.value.trim() ? `${this.words.kept} ${time.format(new Date())}` : ""
  }
})
