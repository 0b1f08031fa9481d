// Listens to the desk's news and passes each on as a DOM event `sira:<topic>` on the document, with the ids as detail.
// The line in the key bar tells that it lives, with the time of the last word from the server.  It comes back by itself, later each time.
// A page nobody looks at lets its stream go: a browser keeps six connections to a desk, and a seventh tab would wait for ever.
customElements.define("live-stream", class extends HTMLElement {
  connectedCallback() {
    this.words = document.getElementById("words")?.dataset ?? {}
    this.wait = 1_000
    this.clock = setInterval(() => this.show(), 1_000)
    this.look = () => document.hidden ? this.rest() : this.wake()
    document.addEventListener("visibilitychange", this.look)
    if (document.hidden) this.lost = true
    else this.open()
    this.show()
  }
  disconnectedCallback() {
    clearInterval(this.clock)
    clearTimeout(this.resting)
    clearTimeout(this.again)
    document.removeEventListener("visibilitychange", this.look)
    this.stream?.close()
  }
  rest() {
    this.resting = setTimeout(() => {
      clearTimeout(this.again)
      this.stream?.close()
      this.lost = true
    }, 5_000)
  }
  wake() {
    clearTimeout(this.resting)
    clearTimeout(this.again)
    if (!this.stream || this.stream.readyState === 2) this.open()
  }
  open() {
    if (!this.getAttribute("src")) return
    this.stream = new EventSource(this.getAttribute("src"))
    this.stream.onopen = () => {
      if (this.lost) this.tell("returned", {})
      this.lost = false
      this.wait = 1_000
    }
    // An event is named by its topic (`tickets` for `tickets-42` too) and carries the ids; `again` means that something may have been missed, `over` that the session has ended.
    const topics = new URL(this.getAttribute("src"), location.href).searchParams.get("topics") ?? ""
    for (const topic of new Set([...topics.split(",").map((one) => one.replace(/-\d+$/, "")), "again", "over"])) this.stream.addEventListener(topic, ({ data }) => this.tell(topic, JSON.parse(data)))
    this.stream.onerror = () => {
      if (this.stream.readyState === 2) this.tell("over", {})  // refused, not lost: the session may have ended
      this.stream.close()
      this.lost = true
      // Spread out, so that a thousand pages do not come back in the same second.
      this.again = setTimeout(() => this.open(), this.wait * (0.7 + Math.random() * 0.6))
      this.wait = Math.min(this.wait * 2, 60_000)
    }
  }
  tell(topic, detail) { document.body.dispatchEvent(new CustomEvent(`sira:${topic}`, { bubbles: true, detail })) }
  show() {
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: this.getAttribute("zone") || undefined }).format(new Date())
    const comma = document.documentElement.lang === "fa" ? "،" : ","
    const live = this.stream?.readyState === 1
    this.textContent = live ? `${this.words.live}${comma} ${time}` : this.lost ? this.words.waiting : time
  }
})
