// The strip of open tickets, scrolled to the one that is read.  It is asked for anew when one of them has changed; a tab opens its ticket beside the queue.
customElements.define("open-tabs", class extends HTMLElement {
  news = ["sira:tickets", "sira:returned", "sira:again"]
  connectedCallback() {
    for (const name of this.news) document.addEventListener(name, this)
    this.addEventListener("click", this)
    this.watch = new MutationObserver(() => this.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" }))
    this.watch.observe(this, { childList: true })
  }
  disconnectedCallback() {
    for (const name of this.news) document.removeEventListener(name, this)
    clearTimeout(this.timer)
    this.watch.disconnect()
  }
  handleEvent(event) {
    if (event.type === "click") return this.open(event)
    const ids = event.detail?.ids ?? []
    const mine = [...this.querySelectorAll("[data-ticket]")].map((tab) => Number(tab.dataset.ticket))
    if (event.type === "sira:tickets" && !mine.some((id) => ids.includes(id))) return
    this.timer ??= setTimeout(() => { this.timer = undefined; this.ask() }, 1_000)
  }
  ask() {
    const here = document.querySelector("#ticket[data-number]")?.dataset.number ?? ""
    window.htmx?.ajax("GET", `${this.getAttribute("src")}?open=${here}`, { target: "#tabs", swap: "innerHTML" })
  }
  open(event) {
    const tab = event.target.closest("a")
    if (!tab || !window.htmx || event.ctrlKey || event.metaKey || event.shiftKey || event.button || !document.querySelector("#queue")) return
    event.preventDefault()
    const way = tab.getAttribute("href") + location.search
    window.htmx.ajax("GET", way, { source: tab, target: "#ticket", swap: "outerHTML", push: way })
  }
})
