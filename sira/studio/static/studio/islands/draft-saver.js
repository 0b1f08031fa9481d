// Keeps a draft while it is drawn: a moment after the last change, one text at a time, against what was opened.
// `later(read)` is called by an editor; read answers with the text as it is then.  Says sira:draft-kept on the body.
customElements.define("draft-saver", class extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(document.getElementById("studio-words")?.textContent ?? "{}")
    this.sitting = crypto.getRandomValues(new Uint32Array(4)).join("-")
    this.said = this.querySelector("[role=status]")
    document.addEventListener("submit", this, true)
    addEventListener("beforeunload", this)
  }
  disconnectedCallback() {
    clearTimeout(this.timer)
    document.removeEventListener("submit", this, true)
    removeEventListener("beforeunload", this)
  }
  later(read) {
    this.read = read
    this.say("changed", this.words.changed)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.now(), 1200)
  }
  async now() {
    clearTimeout(this.timer)
    await this.busy
    if (!this.read) return
    const read = this.read
    this.read = null
    await (this.busy = this.send(read))
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
  handleEvent(event) {
    if (event.type === "beforeunload") return this.read && event.preventDefault()
    const form = event.target
    if (!(this.read || this.dataset.state === "keeping") || !form.matches?.("[data-publishes]")) return
    event.preventDefault()
    this.now().then(() => { if (this.dataset.state === "kept") document.querySelector("[data-publishes]")?.requestSubmit() })
  }
})
