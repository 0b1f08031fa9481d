// News about tickets: the open ticket is read again at once; the queue says that something changed and waits to be asked,
// unless nobody is in it, so that no row moves under the pointer or the focus.
customElements.define("queue-watch", class extends HTMLElement {
  connectedCallback() { for (const name of this.names) document.addEventListener(name, this) }
  disconnectedCallback() { for (const name of this.names) document.removeEventListener(name, this); clearTimeout(this.timer) }
  names = ["sira:tickets", "sira:returned", "sira:again"]
  handleEvent({ type, detail }) {
    const open = document.querySelector("#ticket[data-ticket]")
    if (open && (type !== "sira:tickets" || detail.ids?.includes(Number(open.dataset.ticket)))) this.readAgain(open)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.offer(), 400)
  }
  offer() {
    const queue = this.closest("#queue")
    if (!queue) return
    if (!queue.matches(":hover") && !queue.contains(document.activeElement)) return this.refresh()
    if (this.firstChild) return
    const button = Object.assign(document.createElement("button"), { className: "queue-new", type: "button", textContent: this.dataset.words })
    button.addEventListener("click", () => { button.remove(); this.refresh() })
    this.append(button)
  }
  refresh() { document.body.dispatchEvent(new CustomEvent("sira:queue-refresh")) }
  readAgain(open) {
    const busy = open.querySelector("dialog[open]") || open.querySelector("form.composer textarea:focus")
    if (!busy && window.htmx) window.htmx.ajax("GET", location.href, { target: "#ticket", swap: "outerMorph", select: "#ticket" })
  }
})
