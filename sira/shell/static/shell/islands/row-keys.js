// j and k walk the rows of a list, Enter opens, x ticks: <row-keys>rows with data-row, an <a> and perhaps a checkbox</row-keys>.
customElements.define("row-keys", class extends HTMLElement {
  connectedCallback() { document.addEventListener("keydown", this) }
  disconnectedCallback() { document.removeEventListener("keydown", this) }
  handleEvent(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !"jkx".includes(event.key) || event.key.length !== 1) return
    if (event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return
    if (document.querySelector("dialog[open]:modal")) return
    const rows = [...this.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility())
    if (!rows.length) return
    event.preventDefault()
    const here = rows.findIndex((row) => row.contains(document.activeElement))
    const from = here < 0 ? rows.findIndex((row) => row.matches("[aria-current]")) : here
    if (event.key === "x") return rows[from]?.querySelector("input[type=checkbox]")?.click()
    const next = rows[Math.min(Math.max(from + (event.key === "j" ? 1 : -1), 0), rows.length - 1)]
    const link = next.matches("a") ? next : next.querySelector("a, button, input")
    link?.focus()
    next.scrollIntoView({ block: "nearest" })
  }
})
