// Sends the form in it as soon as it stands on the page.
customElements.define("goes-on", class extends HTMLElement {
  connectedCallback() { this.querySelector("form").requestSubmit() }
})
