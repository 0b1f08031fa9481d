// Draws the table it names: <board-chart kind="bars|hours|line|stacked|range|rows" table="id">.  The table stays and is what
// counts; without echarts, or without JavaScript, it stands alone.  Series differ by pattern and mark, not by colour only.
customElements.define("board-chart", class extends HTMLElement {
  connectedCallback() {
    this.draw = () => this.show()
    if (window.echarts) this.show()
    else addEventListener("load", this.draw, { once: true })
    this.watch = new ResizeObserver(() => this.chart?.resize())
    this.watch.observe(this)
    this.theme = matchMedia("(prefers-color-scheme: dark)")
    this.theme.addEventListener("change", this.draw)
    const table = document.getElementById(this.getAttribute("table"))
    this.changes = new MutationObserver(this.draw)
    if (table) this.changes.observe(table, { subtree: true, characterData: true, childList: true })
  }
  disconnectedCallback() {
    removeEventListener("load", this.draw)
    this.theme?.removeEventListener("change", this.draw)
    this.watch?.disconnect()
    this.changes?.disconnect()
    this.chart?.dispose()
    this.chart = null
  }
  show() {
    const table = document.getElementById(this.getAttribute("table"))
    if (!window.echarts || !table) return
    const rows = [...table.tBodies[0].rows]
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent)
    const values = (column) => rows.map((row) => row.cells[column]?.dataset.value === "" ? null : Number(row.cells[column]?.dataset.value))
    this.setAttribute("role", "img")
    this.setAttribute("aria-label", heads.slice(1).join(", "))
    this.chart ??= echarts.init(this, null, { renderer: "svg" })
    this.chart.setOption(this.option(heads, rows.map((row) => this.isolated(row.cells[0].textContent)), values), true)
  }
  // Axes run left to right in every language; what stands at them is read as the page is.
  isolated(text) { return document.documentElement.dir === "rtl" ? `\u2067${text}\u2069` : text }
  option(heads, names, values) {
    const style = getComputedStyle(this), colour = (name) => style.getPropertyValue(name).trim()
    const plain = (text) => { const box = document.createElement("i"); box.style.color = colour(text); this.append(box); const seen = getComputedStyle(box).color; box.remove(); return seen }
    const ink = plain("--ink-2"), quiet = plain("--ink-3"), line = plain("--line"), accent = plain("--accent")
    const kind = this.getAttribute("kind"), across = kind === "rows" || kind === "stacked"
    const said = (value) => Number(value).toLocaleString(document.documentElement.lang)
    const text = { color: ink, fontFamily: style.fontFamily, fontSize: 11 }
    const hatch = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: 0.8, color: plain("--paper") }
    const bars = kind === "bars" || kind === "hours"
    const series = heads.slice(1, kind === "rows" ? 2 : kind === "line" ? 2 : kind === "range" ? 4 : 3).map((name, place) => {
      const one = { name, type: kind === "line" || kind === "range" ? "line" : "bar", data: values(place + 1), animation: false, color: place ? accent : quiet }
      if (kind === "line") Object.assign(one, { color: accent, symbolSize: 6, markLine: { silent: true, symbol: "none", data: [{ yAxis: 95 }], lineStyle: { type: "dashed", color: ink }, label: { ...text, formatter: ({ value }) => said(value) } } })
      if (kind === "range") Object.assign(one, { symbolSize: place ? 0 : 6, lineStyle: { type: place ? "dashed" : "solid", color: place ? quiet : accent }, color: place ? quiet : accent })
      if (kind === "stacked" && place) Object.assign(one, { itemStyle: { color: plain("--wait-fill"), decal: hatch }, barGap: "-100%" })
      if (bars && place) one.itemStyle = { decal: hatch }
      if (bars) Object.assign(one, { label: { show: names.length <= 14, position: "top", color: ink, fontSize: 10, formatter: ({ value }) => value ? said(value) : "" }, barMaxWidth: 28 })
      return one
    })
    // What is usual lies behind: from the least to the most, between two dashed edges.
    if (kind === "hours" && heads.length > 4) {
      const least = values(3), most = values(4)
      const edge = { type: "line", stack: "usual", symbol: "none", silent: true, animation: false, z: 1, color: quiet, lineStyle: { type: "dashed", width: 1, color: quiet } }
      series.push({ ...edge, name: heads[3], data: least }, { ...edge, name: heads[4], data: most.map((value, place) => value - least[place]), areaStyle: { color: line, opacity: .7 } })
    }
    const category = { type: "category", data: names, axisLabel: text, axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, inverse: across }
    const amount = { type: "value", axisLabel: { ...text, formatter: said }, splitLine: { lineStyle: { color: line } }, min: kind === "line" ? (axis) => Math.max(0, Math.floor(Math.min(axis.min, 90) / 10) * 10) : undefined, max: kind === "line" ? 100 : undefined }
    return {
      aria: { enabled: false },
      // Under the legend, with room for what stands on the highest bar.
      grid: { left: 4, right: kind === "line" ? 28 : 14, top: bars ? 40 : 26, bottom: 4, containLabel: true },
      legend: { show: series.length > 1, top: 0, right: 0, itemWidth: 12, itemHeight: 9, textStyle: text },
      tooltip: { show: false },
      textStyle: text,
      [across ? "yAxis" : "xAxis"]: category,
      [across ? "xAxis" : "yAxis"]: amount,
      series,
    }
  }
})
