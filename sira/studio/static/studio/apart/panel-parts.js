// Parts of the panel beside a process: a length of time, a condition, and completion of names while FEEL is written.
// Each is a field with a value of its own; a change says "change" as any field does.
{
const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "[]")
window.studioFacts = read("studio-facts")
document.body?.addEventListener("sira:draft-kept", ({ detail }) => { if (detail?.facts) window.studioFacts = detail.facts })

// Days as a field shows them, and as answers keep them: 2026-11-24, in Persian ۱۴۰۵/۰۹/۰۳.
const jalaliParts = new Intl.DateTimeFormat("en-u-ca-persian-nu-latn", { timeZone: "UTC", year: "numeric", month: "2-digit", day: "2-digit" })
const jalaliOf = (at) => {
  const found = Object.fromEntries(jalaliParts.formatToParts(at).map(({ type, value }) => [type, value]))
  return `${parseInt(found.relatedYear ?? found.year)}/${found.month}/${found.day}`
}
window.studioDays = {
  jalali: document.documentElement.lang === "fa",
  latin: (text) => text.replace(/[۰-۹]/g, (sign) => "۰۱۲۳۴۵۶۷۸۹".indexOf(sign)).replace(/[٠-٩]/g, (sign) => "٠١٢٣٤٥٦٧٨٩".indexOf(sign)),
  shown(iso) {
    const at = Date.parse(`${iso}T00:00Z`)
    return this.jalali && at ? jalaliOf(at).replace(/\d/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]) : iso
  },
  kept(text) {
    const found = /^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})$/.exec(this.latin(text))
    if (!this.jalali || !found || found[1] >= 1700) return found ? found.slice(1).map((one) => one.padStart(2, "0")).join("-") : text
    const wanted = found.slice(1).map((one) => one.padStart(2, "0")).join("/"), DAY = 86_400_000
    const near = Date.UTC(Number(found[1]) + 621, 2, 21) + Math.round((found[2] - 1) * 30.5 + Number(found[3]) - 1) * DAY
    for (let at = near - 6 * DAY; at <= near + 6 * DAY; at += DAY) if (jalaliOf(at) === wanted) return new Date(at).toISOString().slice(0, 10)
    return text
  },
}

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

// A condition: chosen from fields, or FEEL; both say the same.  What is compared with is chosen or written as its field
// is answered: a number and a day as the reader's language writes them.
const TEMPORAL = ["day", "moment", "time"]
const NAME = "[\\p{L}_][\\p{L}\\d_.]*", HAS = `list contains\\(\\s*(${NAME})\\s*,\\s*"([^"]*)"\\s*\\)`
const COMPARED = new RegExp(`^(${NAME})\\s*(=|!=|<=|>=|<|>)\\s*(?:"([^"]*)"|(true|false|null|-?\\d+(?:\\.\\d+)?))$`, "u")
const HAS_ONE = new RegExp(`^${HAS}$`, "u"), HAS_NOT = new RegExp(`^not\\(\\s*${HAS}(?:\\s*=\\s*true)?\\s*\\)$`, "u"), ALONE = new RegExp(`^${NAME}$`, "u")
const quoted = (text) => `"${text.replaceAll('"', '\\"')}"`

// Path, operator and value of what the three fields can say; nothing of anything else.
function parts(text) {
  const bare = text.trim().replace(/^=\s*/, "")
  let found
  if ((found = HAS_ONE.exec(bare))) return { path: found[1], operator: "has", value: found[2] }
  if ((found = HAS_NOT.exec(bare))) return { path: found[1], operator: "has not", value: found[2] }
  if (ALONE.test(bare)) return { path: bare, operator: "=", value: "true" }
  if (!(found = COMPARED.exec(bare))) return null
  const [, path, operator, words, bareValue] = found
  if (operator === "!=" && bareValue === "true") return { path, operator: "=", value: "false" }
  return { path, operator, value: words ?? bareValue }
}

// A condition as its field and value are called, where the three fields can say it; else as it is written.
const SIGNS = { "!=": "≠", "<=": "≤", ">=": "≥" }
window.studioCondition = (text) => {
  const found = parts(text), fact = found && window.studioFacts.find(({ path }) => path === found.path)
  if (!fact || found.operator.startsWith("has")) return text.replace(/^=\s*/, "")
  const { operator, value } = found, words = read("studio-words")
  const said = fact.kind === "yes_no" ? words[value === "true" ? "yes" : "no"] : fact.values.find(([one]) => one === value)?.[1]
  const shown = said ?? (fact.kind === "number" && value ? new Intl.NumberFormat(document.documentElement.lang || "en").format(value) : value)
  return operator === "=" ? `${fact.words}: ${shown}` : `${fact.words} ${SIGNS[operator] ?? operator} ${shown}`
}

// Digits of any language, and its own marks between them, as FEEL writes a number: 1,000 and ۱٬۰۰۰ and 1 000,5.
function number(text) {
  const lang = document.documentElement.lang || "en", marks = new Intl.NumberFormat(lang).formatToParts(12345.6)
  const group = marks.find(({ type }) => type === "group")?.value, decimal = marks.find(({ type }) => type === "decimal").value
  let plain = window.studioDays.latin(text).replace(/[\s\u00a0\u202f٬]/g, "").replace("٫", ".")
  if (group?.trim() && new RegExp(`^-?\\d{1,3}(\\${group}\\d{3})+(\\D\\d+)?$`).test(plain)) plain = plain.replaceAll(group, "")
  return decimal === "," ? plain.replace(",", ".") : plain
}

customElements.define("feel-condition", class extends Part {
  connectedCallback() {
    this.addEventListener("change", (event) => {
      if (event.target === this) return
      event.stopPropagation()
      const part = event.target.dataset.part
      if (part === "fact") this.offer("", "")
      if (["fact", "operator", "value", "choice"].includes(part)) this.part("text").value = this.composed()
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
    for (const one of window.studioFacts) if (one.kind !== "whole") groups.set(one.group, [...(groups.get(one.group) ?? []), one])
    select.replaceChildren(new Option("", ""), ...[...groups].map(([words, facts]) => {
      const group = Object.assign(document.createElement("optgroup"), { label: words })
      group.append(...facts.map((one) => new Option(one.words, one.path)))
      return group
    }))
  }
  fact() { return window.studioFacts.find((one) => one.path === this.part("fact").value) }
  // The comparisons and values that fit the field: a choice among its own, else something to write.
  offer(operator, value) {
    const fact = this.fact(), kind = fact?.kind ?? "", known = read("studio-operators"), choice = this.part("choice"), field = this.part("value")
    this.part("operator").replaceChildren(...(known[kind] ?? known[""]).map(([key, words]) => new Option(words, key)))
    if (operator && ![...this.part("operator").options].some((one) => one.value === operator)) this.part("operator").add(new Option(operator, operator))
    if (operator) this.part("operator").value = operator
    const values = fact?.values ?? []
    choice.replaceChildren(...values.map(([one, words]) => new Option(kind === "yes_no" ? read("studio-words")[one === "true" ? "yes" : "no"] : words, one)))
    if (values.length && value && !values.some(([one]) => one === value)) choice.add(new Option(value, value))
    if (value) choice.value = value
    choice.closest(".select").hidden = !values.length
    field.hidden = values.length > 0
    field.type = kind === "day" && !window.studioDays.jalali ? "date" : kind === "time" ? "time" : "text"
    field.inputMode = ["number", "day"].includes(kind) ? "decimal" : ""
    field.placeholder = kind === "day" && window.studioDays.jalali ? "۱۴۰۵/۰۹/۰۳" : ""
    field.value = kind === "day" ? window.studioDays.shown(value) : value
  }
  composed() {
    const path = this.part("fact").value, kind = this.fact()?.kind ?? "", operator = this.part("operator").value
    const value = (this.part("value").hidden ? this.part("choice") : this.part("value")).value.trim()
    if (!path) return ""
    if (kind === "many") return operator === "has" ? `=list contains(${path}, ${quoted(value)})` : `=not(list contains(${path}, ${quoted(value)}) = true)`
    if (kind === "yes_no") return `=${path} ${(value === "true") === (operator === "=") ? "=" : "!="} true`
    if (kind === "day") return `=${path} ${operator} ${quoted(window.studioDays.kept(value))}`
    const plain = number(value), isNumber = /^-?\d+(\.\d+)?$/.test(plain) && !["choice", ...TEMPORAL].includes(kind)
    return `=${path} ${operator} ${isNumber ? plain : /^(true|false|null)$/.test(value) && kind !== "choice" ? value : quoted(value)}`
  }
  // What is simple enough is shown in the fields, all else as it is written.
  take(text) {
    const bare = text.trim().replace(/^=\s*/, ""), found = parts(text), select = this.part("fact")
    if (found && ![...select.options].some((one) => one.value === found.path)) select.add(new Option(found.path, found.path))
    select.value = found?.path ?? ""
    this.offer(found?.operator ?? "=", found?.value ?? "")
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
