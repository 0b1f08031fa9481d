// News about tickets.  The open ticket is read again at once, without what is being written in it.  The queue is read again
// only while neither pointer nor focus is in it; else a line says how much has changed and waits, so that no row moves.
customElements.define("queue-watch", class extends HTMLElement {
  news = ["sira:tickets", "sira:returned", "sira:again"]
  connectedCallback() {
    this.changed = new Set()
    this.queue = this.closest("#queue")
    for (const name of this.news) document.addEventListener(name, this)
    this.queue.addEventListener("click", this)
    document.addEventListener("htmx:after:swap", this)
  }
  disconnectedCallback() {
    for (const name of [...this.news, "htmx:after:swap"]) document.removeEventListener(name, this)
    this.queue.removeEventListener("click", this)
    clearTimeout(this.timer)
  }
  handleEvent(event) {
    if (event.type === "click") return this.open(event)
    if (event.type === "htmx:after:swap") return this.arrived(event.detail.ctx)
    const ids = event.detail?.ids ?? []
    const open = document.querySelector("#ticket[data-ticket]")
    if (open && (event.type !== "sira:tickets" || ids.includes(Number(open.dataset.ticket)))) this.readAgain()
    ids.forEach((id) => this.changed.add(id))
    this.timer ??= setTimeout(() => { this.timer = undefined; this.offer() }, 1_500)
  }
  offer() {
    if (!this.queue.matches(":hover") && !this.queue.contains(document.activeElement)) return this.refresh()
    const button = this.querySelector("button") ?? Object.assign(document.createElement("button"), { className: "queue-new", type: "button" })
    const count = this.changed.size ? ` (${new Intl.NumberFormat(document.documentElement.lang).format(this.changed.size)})` : ""
    button.textContent = this.dataset.words + count
    button.onclick = () => this.refresh()
    this.append(button)
  }
  refresh() {
    this.changed.clear()
    this.replaceChildren()
    document.body.dispatchEvent(new CustomEvent("sira:queue-refresh"))
  }
  readAgain() {
    window.htmx?.ajax("GET", location.pathname + location.search, { target: "#ticket", swap: "outerMorph" })
    document.body.dispatchEvent(new CustomEvent("sira:beside"))
  }
  // A ticket opens beside the queue, which stays as it is scrolled; without this the link loads the whole page.
  open(event) {
    const row = event.target.closest("a.queue-row")
    if (!row || !window.htmx || event.ctrlKey || event.metaKey || event.shiftKey || event.button || innerWidth < 1000) return
    event.preventDefault()
    this.queue.querySelector("[aria-current=true].queue-row")?.removeAttribute("aria-current")
    row.setAttribute("aria-current", "true")
    const way = row.getAttribute("href")
    window.htmx.ajax("GET", way, { source: row, target: "#ticket", swap: "outerHTML", push: way })
  }
  // The ticket has come anew: name the page after it, and put away the question that was answered.
  arrived({ sourceElement, target }) {
    const dialog = target?.id === "ticket" && sourceElement.closest("#asked dialog")
    if (dialog) { dialog.close(); dialog.parentElement.remove() }
    const open = document.querySelector("#ticket[data-ticket]")
    if (!open) return
    document.title = open.dataset.title
    document.querySelector(".columns").dataset.showing = "ticket"
  }
})
