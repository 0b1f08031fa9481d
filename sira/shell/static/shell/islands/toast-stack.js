// Shows what was done, with its undo, for ten seconds; pointer or focus stop the time; at most two at once.
// Comes from the page, from HX-Trigger `sira:toast`, or from any island that dispatches that event.
customElements.define("toast-stack", class extends HTMLElement {
  connectedCallback() {
    document.addEventListener("sira:toast", this)
    this.addEventListener("animationend", this)
    this.addEventListener("click", this)
    for (const toast of this.children) toast.querySelector(".close").hidden = false
  }
  disconnectedCallback() { document.removeEventListener("sira:toast", this) }
  handleEvent(event) {
    if (event.type === "sira:toast") return this.show(event.detail)
    if (event.type === "animationend" && event.target.matches(".time")) event.target.parentElement.remove()
    if (event.type === "click" && event.target.closest(".close")) event.target.closest(".toast").remove()
  }
  show({ words, undo, count }) {
    const said = document.getElementById("words").dataset
    const toast = Object.assign(document.createElement("div"), { className: "toast" })
    toast.append(count ? this.counted(toast, words, count) : Object.assign(document.createElement("p"), { textContent: words }))
    if (undo) toast.append(this.undo(undo, said.undo))
    const close = Object.assign(document.createElement("button"), { className: "close", type: "button", textContent: "×" })
    close.setAttribute("aria-label", said.close)
    toast.append(close, Object.assign(document.createElement("span"), { className: "time" }))
    this.append(toast)
    while (this.children.length > 2) this.firstElementChild.remove()
  }
  // What is counted down happens whether somebody looks or not, so nothing stops this time.  {n} in the words is the number.
  counted(toast, words, count) {
    const line = document.createElement("p"), until = Date.now() + count * 1_000, number = new Intl.NumberFormat(document.documentElement.lang)
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1_000)
      line.textContent = words.replace("{n}", number.format(Math.max(left, 0)))
      if (left <= 0 || !toast.isConnected) { clearInterval(timer); toast.remove() }
    }
    const timer = setInterval(tick, 500)
    toast.dataset.counted = ""
    line.textContent = words.replace("{n}", number.format(count))
    return line
  }
  undo(url, words) {
    const form = Object.assign(document.createElement("form"), { method: "post", action: url })
    const token = Object.assign(document.createElement("input"), { type: "hidden", name: "csrfmiddlewaretoken" })
    token.value = document.querySelector("meta[name=csrf-token]")?.content ?? ""
    const button = Object.assign(document.createElement("button"), { className: "button", textContent: `${words} ` })
    button.dataset.key = "z"
    button.append(Object.assign(document.createElement("kbd"), { textContent: "z" }))
    form.append(token, button)
    return form
  }
})
