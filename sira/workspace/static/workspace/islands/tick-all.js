// The box in the head of a table ticks every row of it; Shift ticks all between two; what is told of them says how many. <tick-all><input type="checkbox"></tick-all> in its head.
customElements.define("tick-all", class extends HTMLElement {
  connectedCallback() {
    this.table = this.closest("table")
    this.table.addEventListener("click", this)
    this.table.addEventListener("change", this)
  }
  get head() { return this.querySelector("input") }
  get boxes() { return [...this.table.querySelectorAll("td.tick input")] }
  handleEvent(event) {
    const box = event.target
    if (!box.matches?.("input[type=checkbox]")) return
    if (event.type === "click" && event.shiftKey && this.last && box !== this.head) {
      const ends = [this.boxes.indexOf(this.last), this.boxes.indexOf(box)].sort((one, other) => one - other)
      for (const between of this.boxes.slice(ends[0], ends[1] + 1)) between.checked = box.checked
    }
    if (box === this.head) for (const one of this.boxes) one.checked = box.checked
    else this.last = box
    const ticked = this.boxes.filter((one) => one.checked).length
    this.head.checked = ticked > 0 && ticked === this.boxes.length
    this.head.indeterminate = ticked > 0 && ticked < this.boxes.length
    const told = document.querySelector("[data-ticked]")
    if (told) told.textContent = `${new Intl.NumberFormat(document.documentElement.lang).format(ticked)} ${document.getElementById("words").dataset.selected}`
  }
})
