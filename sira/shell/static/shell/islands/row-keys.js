// j and k walk the rows of a list, Enter opens, x ticks, the space bar peeks where a row says data-peek: <row-keys>rows with data-row, an <a> and perhaps a checkbox</row-keys>.
customElements.define("row-keys", class extends HTMLElement {
  connectedCallback() { document.addEventListener("keydown", this) }
  disconnectedCallback() { document.removeEventListener("keydown", this) }
  handleEvent(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !"jkx ".includes(event.key) || event.key.length !== 1) return
    if (event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return
    if (document.querySelector("dialog[open]:modal")) return
    const rows = [...this.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility())
    if (!rows.length) return
    if (event.key === " ") return this.peek(event, rows)
    event.preventDefault()
    const here = rows.findIndex((row) => row.contains(document.activeElement))
    const from = here < 0 ? rows.findIndex((row) => row.matches("[aria-current]")) : here
    if (event.key === "x") return rows[from]?.querySelector("input[type=checkbox]")?.click()
    const next = rows[Math.min(Math.max(from + (event.key === "j" ? 1 : -1), 0), rows.length - 1)]
    const link = next.matches("a") ? next : next.querySelector("a") ?? next.querySelector("button, input")
    link?.focus()
    next.scrollIntoView({ block: "nearest" })
  }
  peek(event, rows) {
    const row = rows.find((one) => one.contains(document.activeElement))
    if (!row?.dataset.peek || document.activeElement.matches("input, button")) return
    event.preventDefault()
    window.htmx?.ajax("GET", row.dataset.peek, { target: "#asked", swap: "innerHTML" })
  }
})
