// Copies a ticket's number on click and says so for two seconds. Where it is pasted into a letter or a chat that takes
// links, it is one to the page of the ticket.
customElements.define("copy-slip", class extends HTMLElement {
  connectedCallback() { this.addEventListener("click", this) }
  disconnectedCallback() {
    this.removeEventListener("click", this)
    clearTimeout(this.timer)
  }
  async handleEvent(event) {
    const button = event.target.closest("button"), status = this.querySelector("[role=status]")
    if (!button) return
    await copy(button.textContent.trim())
    status.textContent = status.dataset.copied
    clearTimeout(this.timer)
    this.timer = setTimeout(() => { status.textContent = "" }, 2_000)
  }
})
function copy(number) {
  const leads = location.pathname.includes(`/${number}/`) && window.ClipboardItem
  if (!leads) return navigator.clipboard?.writeText(number)
  const link = Object.assign(document.createElement("a"), { href: location.origin + location.pathname, textContent: number })
  const kinds = { "text/plain": number, "text/html": link.outerHTML }
  const blobs = Object.entries(kinds).map(([kind, text]) => [kind, new Blob([text], { type: kind })])
  return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))])
}
