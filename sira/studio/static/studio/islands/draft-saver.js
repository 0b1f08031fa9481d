// Keeps a draft while it is drawn: a moment after the last change, one text at a time, against what was opened.
// `later(read)` is called by an editor; read answers with the text as it is then.  Says sira:draft-kept on the body.
// Whoever leaves by a link or a button of the page leaves once it is kept; else the browser asks first.
customElements.define("draft-saver", class extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(document.getElementById("studio-words")?.textContent ?? "{}")
    this.sitting = crypto.getRandomValues(new Uint32Array(4)).join("-")
    this.said = this.querySelector("[role=status]")
    document.addEventListener("submit", this, true)
    document.addEventListener("click", this)
    addEventListener("beforeunload", this)
  }
  disconnectedCallback() {
    clearTimeout(this.timer)
    document.removeEventListener("submit", this, true)
    document.removeEventListener("click", this)
    removeEventListener("beforeunload", this)
  }
  later(read) {
    this.read = read
    this.say("changed", this.words.changed)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.now(), 700)
  }
  async now() {
    clearTimeout(this.timer)
    await this.busy
    if (!this.read) return
    const read = this.read
    this.read = null
    await (this.busy = this.send(read))
  }
  // All that was changed, also what is changed or being kept meanwhile.  Whether it is kept.
  async settled() {
    do { await this.now(); await this.busy } while (this.read && this.dataset.state !== "failed")
    return this.dataset.state === "kept"
  }
  async send(read) {
    this.say("keeping", this.words.keeping)
    try {
      const body = new FormData()
      body.append("base", this.getAttribute("base"))
      body.append("sitting", this.sitting)
      body.append("source", new Blob([await read()], { type: "text/plain" }), "source")
      const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content }
      const answer = await fetch(this.getAttribute("action"), { method: "POST", body, headers })
      const told = await answer.json()
      if (answer.ok) this.kept(told)
      else this.refused(told, read)
    } catch {
      this.read ??= read
      this.say("failed", this.words.failed)
    }
  }
  kept(told) {
    this.setAttribute("base", told.digest)
    if (this.read) this.say("changed", this.words.changed)
    else this.say("kept", told.said)
    document.getElementById("problems").innerHTML = told.problems
    document.getElementById("publish").innerHTML = told.publish
    document.body.dispatchEvent(new CustomEvent("sira:draft-kept", { detail: told }))
  }
  refused(told, read) {
    this.say("failed", told.said)
    if (told.asides) document.getElementById("asides").innerHTML = told.asides
    else this.read ??= read // it stands here alone: whoever leaves is asked first
  }
  say(state, words) {
    this.dataset.state = state
    this.said.textContent = words
  }
  get isOpen() { return Boolean(this.read) || this.dataset.state === "keeping" }
  handleEvent(event) {
    if (!this.isOpen) return
    if (event.type === "beforeunload") event.preventDefault()
    else if (event.type === "click") this.leave(event)
    else this.submit(event)
  }
  leave(event) {
    const link = event.target.closest?.("a[href]"), chosen = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey
    if (!link || event.defaultPrevented || chosen || link.target || link.getAttribute("href").startsWith("#")) return
    event.preventDefault()
    this.settled().then(() => location.assign(link.href))
  }
  submit(event) {
    const form = event.target, publishes = form.matches?.("[data-publishes]"), button = event.submitter
    if (!publishes && form.matches?.("[hx-get], [hx-post], [method=dialog]")) return
    event.preventDefault()
    event.stopPropagation()
    this.settled().then((isKept) => {
      if (!isKept) return
      if (publishes) document.querySelector("[data-publishes]")?.requestSubmit()
      else if (form.isConnected) form.requestSubmit(button?.isConnected ? button : null)
    })
  }
})
