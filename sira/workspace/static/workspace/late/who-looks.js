// Says that somebody has this ticket before them, and shows who else has: <who-looks src="…/looking/" leave="…/leave/" ticket="42">.
// A word every 25 seconds, at once when writing begins or ends; the live stream tells when to ask anew.
customElements.define("who-looks", class extends HTMLElement {
  connectedCallback() {
    this.writes = false
    for (const name of ["sira:looking", "input", "visibilitychange"]) document.addEventListener(name, this)
    addEventListener("pagehide", this)
    this.timer = setInterval(() => this.say(), 25_000)
    this.say()
  }
  disconnectedCallback() {
    for (const name of ["sira:looking", "input", "visibilitychange"]) document.removeEventListener(name, this)
    removeEventListener("pagehide", this)
    clearInterval(this.timer)
    clearTimeout(this.rest)
    this.leave()
  }
  handleEvent(event) {
    if (event.type === "pagehide") this.leave()
    else if (event.type === "sira:looking") { if (event.detail?.ids?.includes(Number(this.getAttribute("ticket")))) this.ask("GET") }
    else if (event.type === "visibilitychange") { if (!document.hidden) this.say() }
    else if (event.target.matches?.(".composer textarea")) this.written()
  }
  written() {
    clearTimeout(this.rest)
    this.rest = setTimeout(() => { this.writes = false; this.say() }, 8_000)
    if (!this.writes) { this.writes = true; this.say() }
  }
  get token() { return document.querySelector("meta[name=csrf-token]")?.content ?? "" }
  say() { if (!document.hidden) this.ask("POST") }
  async ask(method) {
    const body = method === "POST" ? new URLSearchParams({ writes: this.writes ? "yes" : "" }) : undefined
    const answer = await fetch(this.getAttribute("src"), { method, body, headers: { "X-CSRFToken": this.token } }).catch(() => null)
    if (answer?.ok && !answer.redirected && this.isConnected) this.innerHTML = await answer.text()
  }
  leave() { navigator.sendBeacon?.(this.getAttribute("leave"), new URLSearchParams({ csrfmiddlewaretoken: this.token })) }
})
