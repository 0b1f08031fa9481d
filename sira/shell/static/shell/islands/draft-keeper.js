// Keeps what is written until it is sent: at once on this machine by the ticket's key, and with src on the server too.
// Two windows never overwrite each other: what the other one has stands beside, and a button changes the two.
const OF_THE_PAGE = ["sira:sent", "sira:draft", "sira:leaving", "visibilitychange"], OF_THE_WINDOW = ["online", "beforeunload"]
customElements.define("draft-keeper", class extends HTMLElement {
  connectedCallback() {
    this.area = this.querySelector("textarea")
    this.form = this.closest("form")
    this.words = document.getElementById("words")?.dataset ?? {}
    this.revision = 0
    this.out = new Set()
    this.restore()
    for (const type of ["input", "change"]) this.form?.addEventListener(type, this)
    this.form?.addEventListener("submit", this)
    for (const type of OF_THE_PAGE) document.addEventListener(type, this)
    for (const type of OF_THE_WINDOW) window.addEventListener(type, this)
  }
  disconnectedCallback() {
    clearTimeout(this.timer)
    clearTimeout(this.later)
    this.leave()
    for (const type of OF_THE_PAGE) document.removeEventListener(type, this)
    for (const type of OF_THE_WINDOW) window.removeEventListener(type, this)
  }
  async restore() {
    const kept = await keptWords.read(this.store, this.key)
    if (!kept || this.wroteOn || !this.isConnected) return
    if (this.isSaid(kept.text)) keptWords.write(this.store, this.key, null)
    else if (!this.area.value) { this.area.value = kept.text; this.choose(kept.kind); this.say(this.words.kept) }
    else if (this.area.value.trim() !== kept.text.trim() && this.revision) this.offer({ ...kept, revision: this.revision })
  }
  // The conversation was drawn anew around it: what was written on meanwhile goes on in the keeper that took its place.
  leave() {
    const { sent, kind, revision } = this, { value: text, selectionEnd: caret } = this.area
    if (!text.trim() || text === sent) return
    this.keepHere()
    const next = [...document.querySelectorAll(this.localName)].find((one) => one.area && one.key === this.key)
    next?.goOn({ text, sent, kind, revision, caret, typing: Date.now() - this.typed < 5_000 })
  }
  goOn({ text, sent, kind, revision, caret, typing }) {
    this.wroteOn = true
    this.area.value = text
    this.sent = sent
    this.revision = revision
    this.choose(kind)
    this.touched()
    if (!typing) return
    this.area.focus({ preventScroll: true })
    this.area.setSelectionRange(caret, caret)
  }
  // After a page without htmx nobody tells that the text arrived; standing in the conversation is proof.
  isSaid(text) {
    const start = text.replace(/\s+/g, "").slice(0, 120)
    return [...document.querySelectorAll(".said")].some((one) => one.textContent.replace(/\s+/g, "").includes(start))
  }
  // By person: somebody else may sign in at this machine next. Of nobody's it is this window's alone.
  get store() { return this.getAttribute("owner") ? localStorage : sessionStorage }
  get key() { return `draft:${this.getAttribute("owner") ?? ""}:${this.getAttribute("key")}` }
  get kind() { return this.form?.querySelector("[name=kind]:checked")?.value ?? "answer" }
  handleEvent(event) {
    const mine = event.detail?.key === this.getAttribute("key")
    if (event.type === "input" && event.target === this.area) { this.typed = Date.now(); this.wroteOn = true; this.touched() }
    else if (event.type === "change" && event.target.name === "kind") this.touched()
    else if (event.type === "submit") { clearTimeout(this.later); this.keepHere(); this.sent = this.area.value }
    else if (event.type === "online") { if (this.area.value.trim()) this.touched() }
    else if (event.type === "beforeunload") { if (this.timer) this.keepHere() } // sealing takes a moment, which there is until the next page comes
    else if (event.type === "sira:leaving") { if (this.later) this.keepThere() }
    else if (event.type === "visibilitychange") { if (document.hidden && this.later) this.keepThere() }
    // The server says that the text has arrived; a submit alone may still fail.
    else if (event.type === "sira:sent" && mine) this.over(event.detail.text)
    else if (event.type === "sira:draft" && mine) this.heard(event.detail)
  }
  touched() {
    clearTimeout(this.timer)
    clearTimeout(this.later)
    this.timer = setTimeout(() => this.keepHere(), 400)
    if (this.getAttribute("src")) this.later = setTimeout(() => this.keepThere(), 1_200)
  }
  // text: what was sent. It may stand here still: another form took it, or the conversation does not show it yet; what
  // was written on meanwhile is a text of its own.
  over(text) {
    const said = text?.replaceAll("\r\n", "\n").trim(), here = this.area.value.trim()
    if (said && (here === said || this.sent?.trim() === said && here.startsWith(said))) this.area.value = here.slice(said.length).trimStart()
    this.sent = undefined
    this.querySelectorAll(".kept-file").forEach((one) => one.remove())
    this.out.clear()
    clearTimeout(this.later)
    if (this.area.value.trim()) this.touched()
    else this.revision = 0
    this.keepHere()
  }
  heard(draft) {
    if (this.area.value.trim() && draft.revision === this.revision) return
    if (this.area.value.trim() && this.area.value.trim() !== draft.text.trim() && !this.isSaid(this.area.value)) return this.offer(draft)
    this.take(draft)
  }
  take({ text, kind, revision, files = [] }) {
    this.area.value = text
    this.revision = revision
    this.choose(kind)
    clearTimeout(this.later)
    this.querySelectorAll(".kept-file").forEach((one) => one.remove())
    for (const file of files) this.append(this.file(file))
    this.area.required = !files.length
    this.say(this.words.kept)
  }
  choose(kind) {
    const radio = kind && this.form?.querySelector(`[name=kind][value=${kind}]`)
    if (radio && !radio.checked) radio.click()
  }
  // A picture that the desk has now; who pasted it before writing has begun the draft with it.
  hold({ name, digest, revision }) {
    this.out.delete(digest)
    this.append(this.file({ name, digest }))
    this.revision ||= revision
  }
  file({ name, digest }) {
    const row = Object.assign(document.createElement("p"), { className: "kept-file" })
    const out = Object.assign(document.createElement("button"), { type: "button", textContent: "×" })
    out.setAttribute("aria-label", `${this.words.remove} ${name}`)
    out.onclick = () => { row.remove(); this.out.add(digest); this.touched() }
    row.append(Object.assign(document.createElement("input"), { type: "hidden", name: "kept", value: digest }), Object.assign(document.createElement("bdi"), { textContent: name }), out)
    return row
  }
  offer(other) {
    this.querySelector(".draft-newer")?.remove()
    const row = Object.assign(document.createElement("p"), { className: "draft-newer" })
    row.setAttribute("role", "status")
    const change = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: this.words.showNewer })
    change.dataset.size = "inline"
    change.onclick = () => {
      const own = { text: this.area.value, kind: this.kind, revision: other.revision }
      this.take(other)
      this.keepHere()
      this.offer(own)
      this.area.focus()
    }
    row.append(`${this.words.newer}: “${other.text.trim().slice(0, 80)}” `, change)
    this.append(row)
    this.revision = other.revision
  }
  keepHere() {
    clearTimeout(this.timer)
    this.timer = undefined
    const { value: text } = this.area
    keptWords.write(this.store, this.key, text.trim() ? { text, kind: this.kind } : null)
    if (!this.getAttribute("src") || !this.area.value.trim()) this.say(this.words.kept)
  }
  async keepThere() {
    clearTimeout(this.later)
    this.later = undefined
    const body = new URLSearchParams({ text: this.area.value, kind: this.kind, seen: this.revision })
    for (const digest of this.out) body.append("out", digest)
    const token = document.querySelector("meta[name=csrf-token]")?.content ?? ""
    const headers = { "X-CSRFToken": token, Accept: "application/json" }
    const answer = await fetch(this.getAttribute("src"), { method: "POST", body, headers, keepalive: this.area.value.length < 20_000 }).catch(() => null)
    const found = answer?.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null
    if (answer?.status === 409 && found) return this.offer(found)
    if (!answer?.ok || !found) return this.say(this.words.keptHere, false)
    this.revision = found.revision
    this.out.clear()
    this.say(this.words.kept)
  }
  say(words, timed = true) {
    const place = this.form?.querySelector(".draft")
    if (!place) return
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: document.querySelector("live-stream")?.getAttribute("zone") || undefined })
    place.textContent = this.area.value.trim() ? words + (timed ? ` ${time.format(new Date())}` : "") : ""
  }
})
