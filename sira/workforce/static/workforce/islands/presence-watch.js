// Tells the desk that somebody works at this screen, and shows in the bar what the desk then says of them.
// <presence-watch action="…">: nothing is sent while no key, pointer or page moves.  The mark in it follows the answer;
// what was said last is kept for the next page of this window, so a page costs no question of its own.
const EVERY = 120_000, ACTS = ["pointerdown", "keydown", "wheel"]
customElements.define("presence-watch", class extends HTMLElement {
  connectedCallback() {
    this.show(sessionStorage.getItem("sira-presence"))
    for (const act of ACTS) document.addEventListener(act, this, { passive: true, capture: true })
    document.addEventListener("visibilitychange", this)
    this.look()
  }
  disconnectedCallback() {
    for (const act of ACTS) document.removeEventListener(act, this, { capture: true })
    document.removeEventListener("visibilitychange", this)
  }
  handleEvent() { if (document.visibilityState === "visible") this.look() }
  async look() {
    const last = Number(sessionStorage.getItem("sira-active") ?? 0)
    if (Date.now() - last < EVERY) return
    sessionStorage.setItem("sira-active", Date.now())
    const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf-token]")?.content ?? "" }
    const answer = await fetch(this.getAttribute("action"), { method: "POST", headers }).catch(() => null)
    if (!answer?.ok || answer.redirected) return
    const { presence } = await answer.json()
    sessionStorage.setItem("sira-presence", presence)
    this.show(presence)
  }
  show(presence) {
    for (const mark of this.children) mark.hidden = mark.dataset.of !== presence
  }
})
// Choosing by hand is answered with the next page, which asks at once.
document.addEventListener("submit", event => {
  if (event.submitter?.name === "presence") sessionStorage.removeItem("sira-active")
})
