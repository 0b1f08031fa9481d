// Keeps what is typed into a form: with the desk where `src` says so, else (or when the desk is not reached) in this browser.
// On whatever page comes after a form that has arrived, the desk names it in a cookie: its copy is not needed any more.
const sent = document.cookie.split("; ").find((one) => one.startsWith("sira_sent="))?.slice(10)
if (sent) {
  for (const store of [localStorage, sessionStorage]) for (const key of Object.keys(store)) if (key.startsWith("form:") && key.endsWith(`:${sent}`)) store.removeItem(key)
  document.cookie = "sira_sent=; max-age=0; path=/; samesite=lax"
}
const OF_THE_WINDOW = ["online", "beforeunload"], MOST_LEFT_BEHIND = 60_000 // octets that a browser sends on when its page has gone
customElements.define("form-keeper", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form")
    this.restore()
    this.addEventListener("input", this)
    this.addEventListener("change", this)
    this.form?.addEventListener("submit", this)
    for (const type of OF_THE_WINDOW) window.addEventListener(type, this)
  }
  async restore() {
    const kept = await this.own()
    if (kept && this.hasAttribute("data-posted")) this.write(null)
    else if (kept && !this.wroteOn && this.isConnected) this.fill(kept)
  }
  disconnectedCallback() {
    clearTimeout(this.timer)
    for (const type of OF_THE_WINDOW) window.removeEventListener(type, this)
  }
  // By person: somebody else may sign in at this machine next. Of nobody's it is this window's alone.
  get store() { return this.getAttribute("owner") ? localStorage : sessionStorage }
  get key() { return `form:${this.getAttribute("owner") ?? ""}:${this.getAttribute("key")}` }
  async handleEvent({ type }) {
    const isPending = Boolean(this.timer)
    clearTimeout(this.timer)
    this.timer = undefined
    if (type === "beforeunload") return isPending && this.keep()
    if (type !== "online") this.wroteOn = true
    // A submit may meet an ended session or no line at all: the browser's copy stays until the desk says it came.
    if (type === "submit") this.write(this.typed())
    else if (type === "online") { if (await this.own()) this.keep() }
    else this.timer = setTimeout(() => this.keep(), 700)
  }
  async keep() {
    this.timer = undefined
    const typed = this.typed(), src = this.getAttribute("src")
    if (!src) return this.say(this.write(typed))
    try {
      const body = new URLSearchParams(typed.flatMap(([name, values]) => values.map((value) => [name, value])))
      const token = document.querySelector("meta[name=csrf-token]")?.content ?? ""
      const answer = await fetch(src, { method: "POST", body, headers: { "X-CSRFToken": token }, redirect: "error", keepalive: String(body).length < MOST_LEFT_BEHIND })
      if (!answer.ok) throw new Error(answer.status)
      this.write(null)
      this.say((await answer.json()).words)
    } catch { this.say(this.write(typed)) }
  }
  // [name, values] of every field that is not a file, a token or something hidden from people.
  typed() {
    const found = new Map()
    for (const field of this.form?.elements ?? []) {
      if (!field.name || ["file", "hidden", "submit", "button", "password"].includes(field.type) || field.closest("[aria-hidden=true]")) continue
      if (!found.has(field.name)) found.set(field.name, [])
      if (["checkbox", "radio"].includes(field.type) ? field.checked : field.value) found.get(field.name).push(field.value)
    }
    return [...found]
  }
  async own() {
    await customElements.whenDefined("draft-keeper") // of the desk's own islands, which come after those of a room
    return (await keptWords.read(this.store, this.key))?.typed
  }
  write(typed) {
    const says = this.getAttribute("data-kept-here") ?? ""
    const is = typed?.some(([, values]) => values.length)
    keptWords.write(this.store, this.key, is ? { typed } : null)
    return is ? says : ""
  }
  // Fields that hang on others come from the desk once those are filled, and are filled then.
  fill(kept) {
    this.put(kept)
    const decides = this.form?.querySelector("#fields .decides")
    if (decides) this.addEventListener("htmx:after:swap", () => this.put(kept), { once: true })
    setTimeout(() => decides?.dispatchEvent(new Event("change", { bubbles: true })), 100) // htmx begins after the islands
    this.say(this.getAttribute("data-kept-here") ?? "")
  }
  put(kept) {
    for (const [name, values] of kept) for (const field of this.form?.elements ?? []) {
      if (field.name !== name) continue
      if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value)
      else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value)
      else if (values.length) field.value = values[0]
    }
  }
  say(words) {
    const place = this.querySelector(".draft")
    if (place) place.textContent = words ?? ""
  }
})
