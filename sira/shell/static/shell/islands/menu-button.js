// A button and its menu: arrows walk, Escape and a click elsewhere close, letters jump.  Before this runs the menu opens by focus alone.
customElements.define("menu-button", class extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button")
    this.menu = this.querySelector(".menu")
    this.dataset.ready = ""
    this.close()
    this.addEventListener("click", this)
    this.addEventListener("keydown", this)
    this.addEventListener("focusout", this)
  }
  handleEvent(event) {
    if (event.type === "click" && this.button.contains(event.target)) return this.menu.hidden ? this.open(event.detail === 0) : this.close()
    if (event.type === "click" && event.target.closest("[role=menuitem]")) return this.close()
    if (event.type === "focusout" && event.relatedTarget && !this.contains(event.relatedTarget)) return this.close()
    if (event.type === "keydown") this.key(event)
  }
  open(byKey) {
    this.menu.hidden = false
    this.button.setAttribute("aria-expanded", "true")
    this.away = (event) => { if (!this.contains(event.target)) this.close() }
    document.addEventListener("pointerdown", this.away)
    if (byKey) this.items[0]?.focus()
  }
  close() {
    this.menu.hidden = true
    this.button.setAttribute("aria-expanded", "false")
    document.removeEventListener("pointerdown", this.away)
  }
  disconnectedCallback() { document.removeEventListener("pointerdown", this.away) }
  get items() { return [...this.menu.querySelectorAll("a, button")] }
  key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 }, items = this.items, here = items.indexOf(document.activeElement)
    if (event.key === "Escape" && !this.menu.hidden) { event.stopPropagation(); this.close(); this.button.focus() }
    else if (event.key in steps) {
      event.preventDefault()
      if (this.menu.hidden) this.open(true)
      else items.at((here + steps[event.key]) % items.length)?.focus()
    } else if (!this.menu.hidden && event.key.length === 1 && event.key !== " ") {
      const next = items.find((one, at) => at > here && one.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase()))
      if (next) { event.preventDefault(); next.focus() }
    }
  }
})
