// A row that is taken away takes the pressed button with it: the row in its place goes on, else the button that adds one.
let taken = null
const rowsOf = (list) => [...list.querySelectorAll(":scope > .form-row")]
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.(".form-list .take")
  if (!button) return
  const list = button.closest(".form-list"), rows = rowsOf(list)
  taken = { list: list.id, place: rows.indexOf(button.closest(".form-row")), count: rows.length }
})
document.addEventListener("htmx:after:swap", () => {
  const list = taken && document.getElementById(taken.list), rows = list ? rowsOf(list) : []
  if (!list || rows.length >= taken.count) return
  const next = rows[taken.place] ?? list.lastElementChild
  next.querySelector("input:not([type=hidden]), select, textarea, button")?.focus()
  taken = null
})
