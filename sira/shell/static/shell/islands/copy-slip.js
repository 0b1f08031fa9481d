// Copies a ticket's number on click and says so for two seconds.
customElements.define("copy-slip", class extends HTMLElement {
  connectedCallback() { this.addEventListener("click", this) }
  disconnectedCallback() {
    this.removeEventListener("click", this)
    clearTimeout(this.timer)
  }
  async handleEvent(event) {
    const button = event.target.closest("button"), status = this.querySelector("[role=status]")
    if (!button) return
    await navigator.clipboard?.writeText(button.textContent.trim())
    status.textContent = status.dataset.copied
    clearTimeout(this.timer)
    this.timer = setTimeout(() => { status.textContent = "" }, 2_000)
  }
})
