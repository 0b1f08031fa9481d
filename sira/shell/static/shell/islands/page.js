// Things of the whole page: the token for htmx, tips, parts that turn something on the page, and an answer that never came.
document.addEventListener("htmx:config:request", ({ detail }) => {
  const token = document.querySelector("meta[name=csrf-token]")?.content
  if (token) detail.ctx.request.headers["X-CSRFToken"] = token
})
document.addEventListener("htmx:before:request", () => document.getElementById("refusal")?.replaceChildren())
function refuse(key) {
  const told = Object.assign(document.createElement("div"), { className: "refused" })
  told.append(Object.assign(document.createElement("p"), { textContent: document.getElementById("words").dataset[key] }))
  document.getElementById("refusal")?.replaceChildren(told)
  told.scrollIntoView({ block: "nearest" })
}
document.addEventListener("htmx:error", () => refuse("failed"))

// A form that is sent as a page would end in the browser's own page about the line, and take along what was typed.
// A browser that knows of no network may still reach a desk on its own machine: it is tried before it is said.
const reached = new WeakSet()
document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event
  if (navigator.onLine || event.defaultPrevented || form.getAttribute("method") !== "post" || !document.getElementById("refusal")) return
  if (reached.delete(form)) return
  event.preventDefault()
  fetch("/readyz", { method: "HEAD", cache: "no-store" })
    .then(() => { reached.add(form); form.requestSubmit(submitter) }, () => refuse("notSent"))
})
// Where only the desk is away, its worker finds out when it sends the form, and asks the page that sent one to say so.
let isSending = false
document.addEventListener("submit", ({ target }) => { isSending ||= target.getAttribute("method") === "post" })
navigator.serviceWorker?.addEventListener("message", ({ data, ports: [heard] }) => {
  if (data !== "not sent" || !isSending || !document.getElementById("refusal")) return
  isSending = false
  refuse("notSent")
  heard.postMessage(true)
})

// Helps with writing and choosing, which the page stands without: once everything it shows is there.
const late = () => import(document.querySelector("meta[name=late]").content)
if (document.readyState === "complete") late()
else addEventListener("load", late, { once: true })

const tip = Object.assign(document.createElement("div"), { className: "tip", id: "tip", hidden: true })
tip.setAttribute("role", "tooltip")
function showTip({ target }) {
  const owner = target.closest?.("[data-tip]:not([aria-expanded=true])")
  tip.hidden = !owner
  if (!owner) return
  document.body.append(tip)
  tip.textContent = owner.dataset.tip
  const box = owner.getBoundingClientRect(), own = tip.getBoundingClientRect()
  const below = box.bottom + own.height + 8 < innerHeight
  const along = Math.max(8, Math.min(box.x + box.width / 2 - own.width / 2, innerWidth - own.width - 8))
  tip.style.insetBlockStart = `${below ? box.bottom + 6 : box.top - own.height - 6}px`
  tip.style.insetInlineStart = `${document.dir === "rtl" ? innerWidth - along - own.width : along}px`
}
for (const type of ["pointerover", "focusin"]) document.addEventListener(type, showTip)
document.addEventListener("keydown", ({ key }) => { if (key === "Escape") tip.hidden = true })
document.addEventListener("click", () => { tip.hidden = true }) // what it called by name is open or done now

document.addEventListener("click", ({ target }) => {
  if (target.closest?.("[data-turn-direction]")) document.documentElement.dir = document.documentElement.dir === "rtl" ? "ltr" : "rtl"
  const side = target.closest?.(".side-toggle")
  if (side) document.querySelector(".columns .side")?.toggleAttribute("data-open")
})
