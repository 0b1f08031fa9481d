// What is wrong on a page, for bin/walk.
async ({rules, language}) => {
  const wrong = []
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth > width + 1) {
    const out = [...document.querySelectorAll("body *")].filter((one) => {
      const box = one.getBoundingClientRect()
      return box.width && (box.right > width + 1 || box.left < -1) && getComputedStyle(one).position !== "fixed"
    })
    wrong.push(`sticks out by ${document.documentElement.scrollWidth - width}: ${out[0]?.outerHTML.slice(0, 120) ?? "?"}`)
  }
  for (const one of document.querySelectorAll("button, .button, th, .badge, legend, h1, h2")) {
    const style = getComputedStyle(one)
    if (one.checkVisibility() && style.overflowX === "hidden" && style.textOverflow !== "ellipsis" && one.scrollWidth > one.clientWidth + 2 && !one.closest(".sr-only"))
      wrong.push(`cut: ${one.textContent.trim().slice(0, 60)}`)
  }
  if (language === "fa") {
    const apart = "[dir=ltr], code, kbd, pre, bdi, textarea, input, .slip, .number, svg, script, style, [lang=en], [dir=auto], .subject, .canvas, option, .said, .text, .self"
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node; (node = walker.nextNode());) {
      const text = node.textContent.trim(), parent = node.parentElement
      if (!text || !parent.checkVisibility() || parent.closest(apart)) continue
      if (/[0-9]/.test(text) && !/[A-Za-z]/.test(text)) wrong.push(`Latin digits: ${text.slice(0, 60)}`)
      if (/[A-Za-z]{3,} [A-Za-z]{2,}/.test(text) && !/[\u0600-\u06ff]/.test(text)) wrong.push(`English: ${text.slice(0, 60)}`)
    }
  }
  if (document.querySelectorAll("main").length === 1) {
    const found = (await axe.run(document, {runOnly: rules, resultTypes: ["violations"]})).violations
    wrong.push(...found.map(({id, nodes}) => `axe ${id}: ${nodes[0].html.slice(0, 120)} (${nodes[0].failureSummary.slice(0, 160).replace(/\s+/g, " ")})`))
  }
  return [...new Set(wrong)].slice(0, 12)
}
