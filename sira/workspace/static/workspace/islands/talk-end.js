// Stands after the last message: a conversation opens where it ends, above the composer; the head stays in sight.
customElements.define("talk-end", class extends HTMLElement {
  connectedCallback() {
    const column = this.closest(".reading")
    if (!location.hash && column.scrollHeight > column.clientHeight) column.scrollTop = column.scrollHeight
  }
})
