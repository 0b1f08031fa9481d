// What this browser keeps of unsent words (`draft:` and `form:`, with `at`, when it was kept) ends: all of it, and what windows know, when
// somebody signs out, here and in the other windows that are open; each of it two weeks after it was written.
const LONGEST = 14 * 24 * 60 * 60 * 1000, LEFT = "sira-left", OUT = "form[data-signs-out]"
const isKept = (key) => /^(draft|form):/.test(key)
function isOver(text) {
  try { return !(JSON.parse(text).at > Date.now() - LONGEST) } catch { return true }
}
function forget() {
  for (const key of Object.keys(localStorage).filter(isKept)) localStorage.removeItem(key)
  sessionStorage.clear()
}
for (const key of Object.keys(localStorage)) if (isKept(key) && isOver(localStorage.getItem(key))) localStorage.removeItem(key)

// Without the desk too: it is gone before anything is sent. What a keeper still writes while the page ends goes with the page.
document.addEventListener("submit", ({ target }) => {
  if (!target.matches(OUT)) return
  document.dispatchEvent(new Event("sira:leaving"))
  forget()
  localStorage.setItem(LEFT, Date.now())
  localStorage.removeItem(LEFT)
  addEventListener("pagehide", forget, { once: true })
}, { capture: true })
// The page's form is taken away too: it shows what its reader may no longer read. Then the desk says who is signed in.
addEventListener("storage", ({ key, newValue }) => {
  if (key !== LEFT || !newValue || !document.querySelector(OUT)) return
  document.dispatchEvent(new Event("sira:leaving"))
  document.body.replaceChildren()
  forget()
  addEventListener("pagehide", forget, { once: true })
  setTimeout(() => location.replace(location.pathname + location.search), 1_000)
})
