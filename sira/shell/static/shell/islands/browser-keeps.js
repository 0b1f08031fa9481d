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
  turns.clear() // what is being sealed comes to nothing
}

// Sealed with the key that the desk gives with the page, so that nothing of it can be read beside the desk. A browser has the means for it where
// the desk is reached by TLS, or on the same machine; elsewhere what is kept lies as open as it travels.
const GIVEN = document.querySelector("meta[name=keeps]")?.content, turns = new Map()
const octets = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0))
const letters = (found) => btoa(Array.from(new Uint8Array(found), (one) => String.fromCharCode(one)).join(""))
const sealer = GIVEN && globalThis.crypto?.subtle?.importKey("raw", octets(GIVEN), "AES-GCM", false, ["encrypt", "decrypt"])
const sealedFor = (key, iv) => ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(key) })
globalThis.keptWords = {
  async read(store, key) {
    try {
      const kept = JSON.parse(store.getItem(key))
      if (!kept?.sealed) return kept
      return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(sealedFor(key, octets(kept.iv)), await sealer, octets(kept.sealed))))
    } catch { return null }
  },
  // value: null for nothing. The last one counts, however long sealing takes.
  async write(store, key, value) {
    const turn = {}, at = Date.now()
    turns.set(key, turn)
    if (!value) return store.removeItem(key)
    if (!sealer) return store.setItem(key, JSON.stringify({ ...value, at }))
    const iv = crypto.getRandomValues(new Uint8Array(12))
    const sealed = await crypto.subtle.encrypt(sealedFor(key, iv), await sealer, new TextEncoder().encode(JSON.stringify(value)))
    if (turns.get(key) === turn) store.setItem(key, JSON.stringify({ sealed: letters(sealed), iv: letters(iv), at }))
  },
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
