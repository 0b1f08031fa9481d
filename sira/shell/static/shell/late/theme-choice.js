// Shows the chosen theme at once and tells the server behind it; without this the form around it reloads the page.
customElements.define("theme-choice", class extends HTMLElement {
  connectedCallback() { this.addEventListener("click", this) }
  disconnectedCallback() { this.removeEventListener("click", this) }
  async handleEvent(event) {
    const button = event.target.closest("button[name=theme]")
    if (!button) return
    event.preventDefault()
    document.documentElement.dataset.theme = button.value
    for (const one of this.querySelectorAll("button[name=theme]")) one.setAttribute("aria-pressed", String(one === button))
    const form = button.form, body = new FormData(form)
    body.set("theme", button.value)
    await fetch(form.action, { method: "POST", body, headers: { Accept: "*/*" } }).catch(() => {})
  }
})
