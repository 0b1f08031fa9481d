// Cards of a board are dragged to another column, which presses the button of the card's own menu that leads there.
// A column that no step leads to does not take the card; the server's answer, a refusal too, comes as the board anew.
customElements.define("stage-board", class extends HTMLElement {
  connectedCallback() { for (const type of ["dragstart", "dragend", "dragover", "drop"]) this.addEventListener(type, this) }
  handleEvent(event) {
    if (event.type === "dragstart") return this.begin(event)
    if (event.type === "dragend") return this.end()
    const column = event.target.closest("[data-stage]")
    if (!this.card || !column || !this.button(column.dataset.stage)) return
    event.preventDefault()
    if (event.type === "drop") { this.button(column.dataset.stage).click(); this.end() }
  }
  begin(event) {
    this.card = event.target.closest(".stage-card")
    if (!this.card) return
    event.dataTransfer.setData("text/plain", this.card.dataset.number)
    for (const column of this.querySelectorAll("[data-stage]")) column.toggleAttribute("data-takes", Boolean(this.button(column.dataset.stage)))
  }
  button(stage) { return this.card?.querySelector(`button[name=stage][value=${stage}]`) }
  end() {
    this.card = undefined
    for (const column of this.querySelectorAll("[data-takes]")) column.removeAttribute("data-takes")
  }
})
