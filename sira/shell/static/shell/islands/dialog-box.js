// Opens the dialog inside it for any element with data-opens="<its id>"; a click beside it closes; focus returns by itself.
customElements.define("dialog-box", class extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog")
    document.addEventListener("click", this)
    if (this.dialog.hasAttribute("data-open")) this.dialog.showModal()
  }
  disconnectedCallback() { document.removeEventListener("click", this) }
  handleEvent(event) {
    const opener = event.target.closest?.("[data-opens]")
    if (opener?.dataset.opens === this.dialog.id && opener.getAttribute("aria-disabled") !== "true") {
      event.preventDefault()
      this.dialog.showModal()
    } else if (this.dialog.open && (event.target === this.dialog || event.target.closest?.("[data-closes]")?.closest("dialog") === this.dialog)) {
      this.dialog.close()
    }
  }
})
