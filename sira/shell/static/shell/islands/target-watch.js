// Keeps a countdown true between two answers of the server: <target-watch until="…" warn="…" class="…">52 min left</target-watch>.
// until and warn: instants of the promise's end and of its warning.  Only the state is set here and the server is asked to
// write the words anew, since countdowns are working time and this page knows no calendar.  The server's mark stands without it.
customElements.define("target-watch", class extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.look(), 15_000)
    this.look()
  }
  disconnectedCallback() { clearInterval(this.timer) }
  look() {
    const now = Date.now()
    const state = now >= Date.parse(this.getAttribute("until")) ? "broken" : now >= Date.parse(this.getAttribute("warn")) ? "at_risk" : ""
    if (!state || this.dataset.promise === state || this.dataset.promise === "broken") return
    this.dataset.promise = state
    this.querySelector(".state")?.setAttribute("data-promise", state)
    this.dispatchEvent(new CustomEvent("sira:promise-turned", { bubbles: true, detail: { state } }))
  }
})
