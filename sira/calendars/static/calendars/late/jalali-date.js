// A calendar of Jalali months beside a field for a date: <jalali-date><input></jalali-date>.  The field stays what counts and
// what is sent; without this a date is typed, such as ۱۴۰۵/۰۹/۰۳.  Days are counted at midnight UTC, so no clock change moves one.
const DAY = 86_400_000, WEEK = ["ش", "ی", "د", "س", "چ", "پ", "ج"]
const ICON = '<svg viewBox="0 0 24 24" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.6" aria-hidden="true"><path d="M8 2v4M16 2v4M3 10h18"/><rect x="3" y="4" width="18" height="18" rx="2"/></svg>'
const numbers = new Intl.DateTimeFormat("en-u-ca-persian-nu-latn", { timeZone: "UTC", year: "numeric", month: "numeric", day: "numeric" })
const month = new Intl.DateTimeFormat("fa-u-ca-persian", { timeZone: "UTC", month: "long" }) // with the year, Intl puts the year first
const full = new Intl.DateTimeFormat("fa-u-ca-persian", { timeZone: "UTC", weekday: "long", year: "numeric", month: "long", day: "numeric" })
const persian = (text) => String(text).replace(/\d/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit])
const latin = (text) => text.replace(/[۰-۹]/g, (digit) => "۰۱۲۳۴۵۶۷۸۹".indexOf(digit)).replace(/[٠-٩]/g, (digit) => "٠١٢٣٤٥٦٧٨٩".indexOf(digit))
const own = (at) => numbers.formatToParts(at).reduce((all, { type, value }) => ({ ...all, [type === "relatedYear" ? "year" : type]: parseInt(value) }), {})
const written = (at) => { const { year, month, day } = own(at); return persian(`${year}/${String(month).padStart(2, "0")}/${String(day).padStart(2, "0")}`) }
const today = () => { const now = new Date(); return Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) }
const first = (at) => at - (own(at).day - 1) * DAY
function read(text) {
  const found = /^\s*(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})\s*$/.exec(latin(text))
  if (!found) return null
  const [year, month, day] = found.slice(1).map(Number)
  if (year >= 1700) return Date.UTC(year, month - 1, day)
  const near = Date.UTC(year + 621, 2, 21) + Math.round((month - 1) * 30.5 + day - 1) * DAY
  for (let at = near - 6 * DAY; at <= near + 6 * DAY; at += DAY) {
    const is = own(at)
    if (is.year === year && is.month === month && is.day === day) return at
  }
  return null
}
customElements.define("jalali-date", class extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input")
    if (!this.input || this.button) return
    this.button = Object.assign(document.createElement("button"), { type: "button", className: "jalali-open", innerHTML: ICON })
    this.button.setAttribute("aria-label", "تقویم")
    this.button.setAttribute("aria-expanded", "false")
    this.append(this.button)
    this.button.addEventListener("click", () => this.days ? this.close() : this.open())
    this.away = ({ target }) => { if (!this.contains(target)) this.close() }
    // A page that is morphed to what the server has knows neither button nor calendar, and takes them out.
    this.watch = new MutationObserver(() => this.again())
    this.watch.observe(this, { childList: true })
  }
  disconnectedCallback() { this.watch?.disconnect(); this.close(); this.button?.remove(); this.button = null }
  again() {
    this.input = this.querySelector("input") ?? this.input
    for (const part of [this.button, this.days]) if (part && part.parentNode !== this) this.append(part)
  }
  open() {
    this.days = Object.assign(document.createElement("div"), { className: "jalali-days", dir: "rtl" })
    this.days.setAttribute("role", "dialog")
    this.days.setAttribute("aria-label", "تقویم")
    this.days.addEventListener("keydown", (event) => this.key(event))
    this.append(this.days)
    this.button.setAttribute("aria-expanded", "true")
    document.addEventListener("pointerdown", this.away)
    this.show(read(this.input.value) ?? today())
  }
  close() {
    if (!this.days) return
    this.days.remove()
    this.days = null
    this.button?.setAttribute("aria-expanded", "false")
    document.removeEventListener("pointerdown", this.away)
  }
  show(at) {
    this.at = at
    const start = first(at), length = (first(start + 32 * DAY) - start) / DAY, lead = (new Date(start).getUTCDay() + 1) % 7
    const chosen = read(this.input.value), now = today()
    const cells = Array.from({ length }, (_, place) => {
      const day = start + place * DAY, is = [day === chosen ? ' aria-pressed="true"' : "", day === now ? ' aria-current="date"' : ""].join("")
      return `<button type="button" data-at="${day}" tabindex="${day === at ? 0 : -1}" aria-label="${full.format(day)}"${is}${place ? "" : ` style="grid-column-start:${lead + 1}"`}>${persian(place + 1)}</button>`
    })
    this.days.innerHTML = `<div class="jalali-head"><button type="button" data-go="-1" aria-label="ماه پیش">›</button><b aria-live="polite">${month.format(at)} ${persian(own(at).year)}</b><button type="button" data-go="1" aria-label="ماه بعد">‹</button></div><div class="jalali-grid">${WEEK.map((name) => `<span aria-hidden="true">${name}</span>`).join("")}${cells.join("")}</div><button type="button" class="jalali-today" data-at="${now}">امروز</button>`
    for (const one of this.days.querySelectorAll("[data-at]")) one.addEventListener("click", () => this.take(Number(one.dataset.at)))
    for (const one of this.days.querySelectorAll("[data-go]")) one.addEventListener("click", () => this.show(one.dataset.go === "1" ? first(start + 32 * DAY) : first(start - DAY)))
    this.days.querySelector(`.jalali-grid [data-at="${at}"]`).focus()
  }
  take(at) {
    this.input.value = written(at)
    this.close()
    this.button.focus()
    for (const type of ["input", "change"]) this.input.dispatchEvent(new Event(type, { bubbles: true }))
  }
  key(event) {
    const steps = { ArrowRight: -1, ArrowLeft: 1, ArrowUp: -7, ArrowDown: 7 }, start = first(this.at)
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); this.close(); this.button.focus() }
    else if (event.target.closest(".jalali-grid") && event.key in steps) { event.preventDefault(); this.show(this.at + steps[event.key] * DAY) }
    else if (event.key === "PageDown" || event.key === "PageUp") { event.preventDefault(); this.show(event.key === "PageDown" ? first(start + 32 * DAY) : first(start - DAY)) }
  }
})
