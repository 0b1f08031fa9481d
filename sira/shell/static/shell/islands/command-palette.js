// Ctrl-K: what can be done, where one can go, what can be found and made.  Rows come from the page's own keys and places at once,
// and as one types from the server: JSON [{group: "do|go|find|create", words, url, method, key, more, number}].
customElements.define("command-palette", class extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog")
    this.input = this.querySelector("input")
    this.list = this.querySelector("found-list")
    this.input.addEventListener("input", () => this.look())
    this.list.addEventListener("sira:chosen", ({ detail }) => this.run(detail))
    this.dialog.addEventListener("click", (event) => { if (event.target === this.dialog) this.dialog.close() })
    this.dialog.addEventListener("keydown", (event) => this.list.key(event))
    document.addEventListener("keydown", this)
    document.addEventListener("click", this)
  }
  disconnectedCallback() {
    document.removeEventListener("keydown", this)
    document.removeEventListener("click", this)
  }
  handleEvent(event) {
    const asked = event.type === "click" ? event.target.closest?.(".find") : (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k"
    if (asked) { event.preventDefault(); this.open() }
  }
  open() {
    const ticked = document.querySelectorAll("[data-row] :checked").length, badge = this.querySelector(".badge")
    badge.hidden = !ticked
    badge.textContent = `${new Intl.NumberFormat(document.documentElement.lang).format(ticked)} ${document.getElementById("words").dataset.selected}`
    if (!this.dialog.open) this.dialog.showModal()
    this.input.value = ""
    this.look()
  }
  onPage() {
    const keys = [...document.querySelectorAll("[data-key]")].filter((one) => one.checkVisibility())
      .map((one) => ({ group: one.dataset.key.startsWith("g ") ? "go" : "do", words: plain(one), key: one.dataset.key, press: one, icon: one.querySelector("svg") }))
    const places = [...document.querySelectorAll(".places a, .views a")].map((one) => ({ group: "go", words: plain(one), url: one.href, icon: one.querySelector("svg") }))
    return [...keys, ...places].filter((one) => one.words)
  }
  async look() {
    const [group, text] = this.narrowed(this.input.value.trim()), src = this.getAttribute("src"), mine = (this.asked = Symbol())
    const here = this.onPage().filter((row) => !group || row.group === group)
    this.list.show(here, text)
    if (!src) return
    if (text) await new Promise((done) => setTimeout(done, 120))
    if (mine !== this.asked) return
    const answer = await fetch(`${src}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } }).catch(() => null)
    const found = answer?.ok && answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : []
    const known = new Set(here.map((row) => row.words))
    if (mine === this.asked) this.list.show(here, text, found.filter((row) => (!group || row.group === group) && !known.has(row.words)))
  }
  // "go mine" looks among the ways alone, as the group's own name in any language before the words does.
  narrowed(text) {
    const words = document.getElementById("words").dataset, lower = text.toLocaleLowerCase(document.documentElement.lang)
    for (const group of ["do", "go", "find", "create"]) {
      const name = `${words[group].toLocaleLowerCase(document.documentElement.lang)} `
      if (lower.startsWith(name)) return [group, text.slice(name.length).trim()]
    }
    return ["", text]
  }
  run({ press, url, method }) {
    this.dialog.close()
    if (press) return press.click()
    if (method !== "post") return location.assign(url)
    const form = Object.assign(document.createElement("form"), { method: "post", action: url })
    const value = document.querySelector("meta[name=csrf-token]")?.content
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "csrfmiddlewaretoken", value }))
    document.body.append(form)
    form.submit()
  }
})
function plain(one) {
  const copy = one.cloneNode(true)
  copy.querySelectorAll("kbd, svg, .count").forEach((part) => part.remove())
  return one.dataset.keyWords || copy.textContent.trim() || one.getAttribute("aria-label") || ""
}
