// What every drawing of a process shares: our words, our blocks (sign, kind and name), and where to look.
{
  const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "{}")
  const texts = read("editor-texts"), blocks = read("studio-blocks")
  const translate = (text, values = {}) => {
    const found = texts[text] ?? texts[text.trim()] ?? text
    return found.replace(/{([^}]+)}/g, (_, name) => values[name] ?? `{${name}}`)
  }
  const local = (one) => one.$descriptor?.ns?.localName ?? one.$type.split(":").pop()
  const extension = (bo, name) => bo.extensionElements?.values?.find((one) => local(one) === name)
  const header = (bo, key) => extension(bo, "taskHeaders")?.$children?.find((one) => one.key === key)?.value ?? ""

  // The desk's kind of a block, as in studio-blocks; empty for what is only BPMN.
  function kindOf(bo) {
    const type = extension(bo, "taskDefinition")?.type ?? ""
    switch (bo.$type) {
      case "bpmn:UserTask": case "bpmn:ManualTask": case "bpmn:Task": return `task:${type.split(":").pop() || header(bo, "kind") || "work"}`
      case "bpmn:ServiceTask": case "bpmn:SendTask": return type
      case "bpmn:BusinessRuleTask": return type || "decide"
      case "bpmn:CallActivity": return "call"
      default: return ""
    }
  }
  function make(name, attributes, within) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name)
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
    within.append(made)
    return made
  }
  const icons = () => document.querySelector("[icons]").getAttribute("icons")

  // Plain tasks are drawn as the desk's blocks; whatever repeats or holds others stays as BPMN draws it.
  function DeskBlocks(eventBus, textRenderer) {
    eventBus.on("render.shape", 1500, (_event, { element, gfx }) => {
      const bo = element.businessObject, block = blocks[kindOf(bo)]
      if (!block || bo.loopCharacteristics || element.labelTarget) return
      const box = make("rect", { x: 0, y: 0, width: element.width, height: element.height, rx: 5 }, gfx)
      box.style.cssText = "fill: var(--raised); stroke: var(--edge); stroke-width: 1.4px"
      gfx.classList.add("desk-block")
      make("use", { href: `${icons()}#${block.icon}`, x: 8, y: 7, width: 14, height: 14, class: "sign" }, gfx)
      const kind = make("text", { x: 27, y: 18, class: "kind" }, gfx)
      const room = Math.floor((element.width - 30) / 5.6)
      kind.textContent = block.words.length > room ? `${block.words.slice(0, room - 1)}…` : block.words
      const name = textRenderer.createText(bo.name ?? "", { box: { width: element.width - 12, height: element.height - 26 }, align: "left-top", padding: 0, style: { fill: "var(--ink)", fontSize: "12px", fontFamily: "Inter, Vazirmatn, sans-serif", fontWeight: 500 } })
      name.setAttribute("transform", "translate(8 26)")
      gfx.append(name)
      return box
    })
  }
  DeskBlocks.$inject = ["eventBus", "textRenderer"]

  window.deskDrawing = {
    read, translate, local, extension, header, kindOf, blocks,
    options: (container) => ({
      container,
      additionalModules: [{ __init__: ["deskBlocks"], deskBlocks: ["type", DeskBlocks], translate: ["value", translate] }],
      bpmnRenderer: { defaultFillColor: "var(--raised)", defaultStrokeColor: "var(--edge)", defaultLabelColor: "var(--ink)" },
      textRenderer: { defaultStyle: { fontFamily: "Inter, Vazirmatn, sans-serif", fontSize: "12px" }, externalStyle: { fontSize: "12px" } },
    }),
    source: () => read("drawing-source"),
    // All of it with some air around it; smaller than `least` nobody could read it, so then from its beginning.
    fit(viewer, least = 0) {
      const canvas = viewer.get("canvas"), { inner, outer } = canvas.viewbox()
      const scale = Math.min(1, (outer.width - 56) / inner.width, (outer.height - 56) / inner.height)
      const shown = Math.max(scale, least), width = outer.width / shown, height = outer.height / shown
      const x = shown > scale ? inner.x - 28 / shown : inner.x - (width - inner.width) / 2
      canvas.viewbox({ x, y: inner.y - (height - inner.height) / 2, width, height })
    },
  }
}
