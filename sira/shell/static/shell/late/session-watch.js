// Empties a window whose session has ended, by itself or from elsewhere, or where somebody else has signed in meanwhile.  What stands there
// unsent is held out of the document, in this window alone, for the same person: once they are signed in again, the page is as they left it.
const OUT = "form[data-signs-out]", EVERY = 60_000
let mine = document.querySelector(OUT)?.dataset.signsOut, held, title, sheet
const hasChanged = (one) => {
  if (one.type === "file") return one.files.length > 0
  if (["checkbox", "radio"].includes(one.type)) return one.checked !== one.defaultChecked
  if (one.tagName === "SELECT") return one.selectedIndex !== Math.max(0, [...one.options].findIndex((each) => each.defaultSelected))
  return one.type !== "hidden" && one.value !== one.defaultValue
}
// Editors say themselves whether something is unsaved, as they would where the page is left.
const isUnsent = () => !dispatchEvent(new Event("beforeunload", { cancelable: true })) || [...document.querySelectorAll("main :is(input, select, textarea)")].some(hasChanged)
async function look() {
  if (!mine) return
  const answer = await fetch(`/session/?language=${document.documentElement.lang}`, { cache: "no-store", headers: { Accept: "application/json" } }).catch(() => null)
  if (answer?.status !== 200 && answer?.status !== 401) return  // the desk is away: nobody knows
  const { person, ...words } = await answer.json()
  if (String(person) === mine) { if (sheet) goOn() }
  else if (person) { document.body.replaceChildren(); held = undefined; location.reload() }
  else if (!sheet) cover(words)
}
function cover({ over, held: kept, sign_in: signIn, way }) {
  if (isUnsent()) held = [...document.body.childNodes]
  title = document.title
  document.title = "Sira"
  sheet = document.createElement("main")
  sheet.className = "error-page session-over"
  sheet.tabIndex = -1
  const link = Object.assign(document.createElement("a"), { className: "button", href: held ? way : `${way}?next=${encodeURIComponent(location.pathname + location.search)}`, textContent: signIn })
  link.dataset.kind = "primary"
  if (held) link.target = "_blank"
  const told = Object.assign(document.createElement("p"), { textContent: held ? `${over} ${kept}` : over })
  told.setAttribute("role", "alert")
  sheet.append(told, link)
  document.body.replaceChildren(sheet)
  sheet.focus()
}
function goOn() {
  sheet = undefined
  if (!held) return location.reload()
  document.title = title
  document.body.replaceChildren(...held)
  held = undefined
  document.dispatchEvent(new Event("sira:returned"))
}
document.addEventListener("sira:over", look)
document.addEventListener("visibilitychange", () => { if (!document.hidden) look() })
addEventListener("focus", () => { if (sheet) look() })
addEventListener("pageshow", ({ persisted }) => { if (persisted) look() })
// A window without a stream, which nobody tells, asks by itself while it is looked at; asking keeps no session alive.
setInterval(() => { if (!document.hidden && (sheet || !document.querySelector("live-stream[src]"))) look() }, EVERY)
