// Parts of the panel beside a process: a length of time, a condition, and completion of names while FEEL is written.
// Each is a field with a value of its own; a change says "change" as any field does.
{
const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "[]")
window.studioFacts = read("studio-facts")
document.body?.addEventListener("sira:draft-kept", ({ detail }) => { if (detail?.facts) window.studioFacts = detail.facts })

class Part extends HTMLElement {
  part(name) { return this.querySelector(`[data-part="${name}"]`) }
  set disabled(closed) { for (const one of this.querySelectorAll("input, select, textarea")) one.disabled = closed }
  said() { this.dispatchEvent(new Event("change", { bubbles: true })) }
}

// 2 working days, 4 hours, or whatever is written.
customElements.define("time-span", class extends Part {
  connectedCallback() {
    this.addEventListener("change", (event) => {
      if (event.target === this) return
      event.stopPropagation()
      this.show()
      this.said()
    })
  }
  show() { this.part("written").hidden = this.part("unit").value !== "written"; this.part("number").hidden = !this.part("written").hidden }
  get value() {
    const unit = this.part("unit").value, number = this.part("number").value
    if (unit === "written") return this.part("written").value.trim()
    if (!number) return ""
    if (unit.startsWith("working")) return `=${unit}(${Number(number)})`
    return unit === "D" ? `P${Number(number)}D` : `PT${Number(number)}${unit}`
  }
  set value(text) {
    const working = /^=\s*(working days|working hours)\s*\(\s*(\d+)\s*\)$/.exec(text), days = /^P(\d+)D$/.exec(text), hours = /^PT(\d+)([HM])$/.exec(text)
    this.part("unit").value = !text || working ? working?.[1] ?? "working days" : days ? "D" : hours ? hours[2] : "written"
    this.part("number").value = working?.[2] ?? days?.[1] ?? hours?.[1] ?? ""
    this.part("written").value = text
    this.show()
  }
})

// A condition: chosen from fields, or FEEL; both say the same.
customElements.define("feel-condition", class extends Part {
  connectedCallback() {
    this.addEventListener("change", (event) => {
      if (event.target === this) return
      event.stopPropagation()
      const part = event.target.dataset.part
      if (part === "fact") this.offer(this.part("value").value = "")
      if (["fact", "operator", "value"].includes(part)) this.part("text").value = this.composed()
      if (part === "text") this.take(this.part("text").value)
      this.look()
      this.said()
    })
  }
  get value() { return this.part("text").value.trim() }
  set value(text) {
    this.part("text").value = text
    this.fill()
    this.take(text)
    if (text) this.look()
    else this.part("said").textContent = ""
  }
  fill() {
    const select = this.part("fact"), groups = new Map()
    for (const one of window.studioFacts) groups.set(one.group, [...(groups.get(one.group) ?? []), one])
    select.replaceChildren(new Option("", ""), ...[...groups].map(([words, facts]) => {
      const group = Object.assign(document.createElement("optgroup"), { label: words })
      group.append(...facts.map((one) => new Option(one.words, one.path)))
      return group
    }))
  }
  fact() { return window.studioFacts.find((one) => one.path === this.part("fact").value) }
  offer() {
    this.querySelector("datalist").replaceChildren(...(this.fact()?.values ?? []).map((one) => new Option(one, one)))
    const values = this.fact()?.values ?? []
    if (values.length && !this.part("value").value) this.part("value").value = values[0]
  }
  composed() {
    const path = this.part("fact").value, value = this.part("value").value.trim()
    if (!path) return ""
    const literal = /^(true|false|null|-?\d+(\.\d+)?)$/.test(value) ? value : `"${value.replaceAll('"', '\\"')}"`
    return `=${path} ${this.part("operator").value} ${literal}`
  }
  // What is simple enough is shown in the fields, all else as it is written.
  take(text) {
    const bare = text.trim().replace(/^=\s*/, "")
    const found = /^([\p{L}_][\p{L}\d_.]*)\s*(=|!=|<=|>=|<|>)\s*(?:"([^"]*)"|(true|false|null|-?\d+(?:\.\d+)?))$/u.exec(bare) ?? (/^[\p{L}_][\p{L}\d_.]*$/u.test(bare) ? [bare, bare, "=", undefined, "true"] : null)
    const select = this.part("fact")
    if (found && ![...select.options].some((one) => one.value === found[1])) select.add(new Option(found[1], found[1]))
    select.value = found?.[1] ?? ""
    this.part("operator").value = found?.[2] ?? "="
    this.part("value").value = found ? found[3] ?? found[4] : ""
    this.querySelector("datalist").replaceChildren(...(this.fact()?.values ?? []).map((one) => new Option(one, one)))
    this.querySelector("details").open = Boolean(bare) && !found
  }
  look() {
    clearTimeout(this.timer)
    this.timer = setTimeout(async () => {
      const body = new FormData()
      body.append("text", this.value)
      const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content }
      const answer = await fetch(this.getAttribute("check"), { method: "POST", body, headers }).catch(() => null)
      if (!answer?.ok || !this.isConnected) return
      const { ok, said } = await answer.json()
      this.part("said").textContent = said
      this.part("said").classList.toggle("refused-line", !ok)
    }, 250)
  }
})

// Names and functions that fit what stands before the cursor: arrow keys choose, Enter or Tab takes, Escape leaves.
class Completion {
  constructor() {
    this.list = Object.assign(document.createElement("ul"), { className: "completion", hidden: true, id: "completion" })
    this.list.setAttribute("role", "listbox")
    document.addEventListener("input", ({ target }) => target.matches?.("[data-completes]") && this.look(target))
    document.addEventListener("keydown", (pressed) => pressed.target === this.field && !this.list.hidden && this.press(pressed), true)
    document.addEventListener("focusout", ({ target }) => target === this.field && setTimeout(() => this.close(), 150))
    this.list.addEventListener("mousedown", (pressed) => { pressed.preventDefault(); this.take(pressed.target.closest("li")) })
  }
  look(field) {
    this.field = field
    const typed = /[\p{L}_][\p{L}\d_. ]*$/u.exec(field.value.slice(0, field.selectionStart))?.[0]?.trimStart() ?? ""
    this.typed = typed.split(/\s(?=\S*$)/).pop()
    const wanted = this.typed.toLowerCase()
    const facts = window.studioFacts.filter((one) => one.path.toLowerCase().includes(wanted) || one.words.toLowerCase().includes(wanted))
    const functions = read("studio-functions").filter((one) => one.startsWith(wanted)).map((one) => ({ path: one, words: "" }))
    const found = wanted ? [...facts, ...functions].slice(0, 8) : []
    if (!found.length || found[0].path === this.typed) return this.close()
    this.list.replaceChildren(...found.map((one, at) => {
      const item = Object.assign(document.createElement("li"), { id: `completion-${at}` })
      item.setAttribute("role", "option")
      item.dataset.path = one.path
      item.append(Object.assign(document.createElement("code"), { textContent: one.path }), ` ${one.words}`)
      return item
    }))
    field.after(this.list)
    field.setAttribute("aria-controls", "completion")
    this.list.hidden = false
    this.choose(0)
  }
  choose(at) {
    const items = [...this.list.children]
    this.at = (at + items.length) % items.length
    items.forEach((one, number) => one.setAttribute("aria-selected", number === this.at))
    this.field.setAttribute("aria-activedescendant", `completion-${this.at}`)
  }
  press(pressed) {
    const act = { ArrowDown: () => this.choose(this.at + 1), ArrowUp: () => this.choose(this.at - 1), Enter: () => this.take(this.list.children[this.at]), Tab: () => this.take(this.list.children[this.at]), Escape: () => this.close() }[pressed.key]
    if (!act) return
    pressed.preventDefault()
    pressed.stopPropagation()
    act()
  }
  take(item) {
    if (!item) return
    const { field } = this, end = field.selectionStart, begin = end - this.typed.length
    field.setRangeText(item.dataset.path, begin, end, "end")
    this.close()
    field.focus()
  }
  close() {
    this.list.hidden = true
    this.field?.removeAttribute("aria-activedescendant")
  }
}
new Completion()
}
