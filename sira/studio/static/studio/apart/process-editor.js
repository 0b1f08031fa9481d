// The canvas of a process with the palette of blocks and the panel beside it.  The panel's fields are the server's;
// FIELDS says how each is read from the drawing and written into it, always as one step that can be undone.
{
const desk = window.deskDrawing
const ZEEBE = "http://camunda.org/schema/zeebe/1.0"
const event = (bo, type) => bo.eventDefinitions?.find((one) => one.$type === `bpmn:${type}EventDefinition`)
const attribute = (holder, name) => ({
  get: (bo) => desk.extension(bo, holder)?.[name] ?? "",
  set: (pen, element, value) => pen.extend(element, holder, { ...pen.attributes(element, holder), [name]: value || undefined }),
})
const headerField = (key) => ({
  get: (bo) => desk.header(bo, key),
  set: (pen, element, value) => pen.header(element, key, value),
})
const FIELDS = {
  name: { get: (bo) => bo.name ?? "", set: (pen, element, value) => pen.modeling.updateLabel(element, value) },
  kind: { get: (bo) => desk.kindOf(bo).replace("task:", ""), set: (pen, element, value) => pen.header(element, "kind", value) },
  block: attribute("taskDefinition", "type"),
  retries: attribute("taskDefinition", "retries"),
  decision: attribute("calledDecision", "decisionId"),
  result: attribute("calledDecision", "resultVariable"),
  called: attribute("calledElement", "processId"),
  group: attribute("assignmentDefinition", "candidateGroups"),
  person: attribute("assignmentDefinition", "assignee"),
  form: attribute("formDefinition", "formKey"),
  due: attribute("taskSchedule", "dueDate"),
  mandatory: { get: (bo) => desk.header(bo, "mandatory") !== "false", set: (pen, element, value) => pen.header(element, "mandatory", value ? "" : "false") },
  condition: {
    get: (bo) => bo.conditionExpression?.body ?? "",
    set: (pen, element, value) => pen.update(element, { conditionExpression: value ? pen.expression(value) : undefined }),
  },
  default: {
    get: (bo) => bo.sourceRef?.default === bo,
    set: (pen, element, value) => pen.update(element.source, { default: value ? element.businessObject : undefined }),
  },
  shape: {
    get: (bo) => ["timeDuration", "timeDate", "timeCycle"].find((one) => event(bo, "Timer")?.[one]) ?? "timeDuration",
    set: (pen, element, value) => pen.timer(element, value, FIELDS.time.get(element.businessObject)),
  },
  time: {
    get: (bo) => event(bo, "Timer")?.[FIELDS.shape.get(bo)]?.body ?? "",
    set: (pen, element, value) => pen.timer(element, FIELDS.shape.get(element.businessObject), value),
  },
  message: {
    get: (bo) => (bo.messageRef ?? event(bo, "Message")?.messageRef)?.name ?? "",
    set: (pen, element, value) => pen.message(element, value),
  },
  when: {
    get: (bo) => event(bo, "Conditional")?.condition?.body ?? "",
    set: (pen, element, value) => pen.updateWithin(element, event(element.businessObject, "Conditional"), { condition: pen.expression(value) }),
  },
  interrupts: { get: (bo) => bo.cancelActivity !== false, set: (pen, element, value) => pen.update(element, { cancelActivity: value }) },
  comment: headerField("comment"),
  note: {
    get: (bo) => bo.documentation?.[0]?.text ?? "",
    set: (pen, element, value) => pen.update(element, { documentation: value ? [pen.create("bpmn:Documentation", { text: value })] : [] }),
  },
}
const options = (name) => [...document.querySelectorAll(`[data-field="${name}"] option`)].map((one) => one.value).filter(Boolean)
// Who does it: one of the choices, or somebody else, written out.
FIELDS.who = {
  get: (bo) => {
    const person = FIELDS.person.get(bo), group = FIELDS.group.get(bo), known = options("who")
    if (!person && !group) return ""
    if (!group && known.includes(person)) return person
    if (!group && person.startsWith("=")) return "rule"
    return !person && known.includes(`group:${group}`) ? `group:${group}` : "other"
  },
  set: (pen, element, value) => {
    if (["other", "rule"].includes(value)) return
    const chosen = value.startsWith("group:") ? { candidateGroups: value.slice(6) } : { assignee: value || undefined }
    pen.extend(element, "assignmentDefinition", chosen)
  },
}
const setField = (bo) => options("set-field").find((key) => desk.header(bo, key)) ?? ""
FIELDS["set-field"] = {
  get: (bo) => setField(bo) || bo.$sets || "",
  set: (pen, element, value) => {
    const bo = element.businessObject, before = setField(bo), text = desk.header(bo, before)
    bo.$sets = value
    if (before) pen.header(element, before, "")
    if (value && text) pen.header(element, value, text)
  },
}
FIELDS["set-value"] = {
  get: (bo) => desk.header(bo, setField(bo)),
  set: (pen, element, value) => { const key = FIELDS["set-field"].get(element.businessObject); if (key) pen.header(element, key, value) },
}
const SAYS = ["sira:notify", "sira:reply", "sira:open_child", "sira:resolve", "sira:close"], HAS_SUBJECT = ["sira:notify", "sira:open_child"]
const called = (bo) => bo.name || desk.blocks[desk.kindOf(bo)]?.words || fromPalette(bo) || ""
// One thing leads to another, in the reader's direction, whatever language each is written in.
function leads(from, to) {
  const apart = (words) => Object.assign(document.createElement("bdi"), { textContent: words })
  return from ? [apart(from), document.documentElement.dir === "rtl" ? " ← " : " → ", apart(to)] : [apart(to)]
}
const fieldOf = (name) => (name.startsWith("header:") ? headerField(name.slice(7)) : FIELDS[name])

// What a text can name, under where it comes from: what people write first, the proofs of a mail's sender last.
const PLACES = ["requester", "ticket", "answers", "steps", "message", "proof"], NOT_TOLD = ["person", "yes_no", "whole"]
function byGroup(facts) {
  const groups = new Map(), told = facts.filter(({ kind, place }) => !NOT_TOLD.includes(kind) || (kind === "yes_no" && place === "answers"))
  for (const { words, group, path } of told.sort((one, other) => PLACES.indexOf(one.place) - PLACES.indexOf(other.place))) {
    if (!groups.has(group)) groups.set(group, Object.assign(document.createElement("optgroup"), { label: group }))
    groups.get(group).append(new Option(words, path))
  }
  return groups.values()
}

// Whether what comes of an approval is asked right behind it.
const isFollowed = (bo) => bo.outgoing?.some(({ targetRef }) => targetRef?.$type === "bpmn:ExclusiveGateway" && targetRef.incoming?.length === 1)
// Somebody asks; it is not begun by a clock, a message or whatever else BPMN knows.
const isAskedFor = (bo) => bo?.$type === "bpmn:StartEvent" && !bo.eventDefinitions?.length
const chooses = (bo) => ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway"].includes(bo?.$type)
const isHalfDrawn = (bo) => bo.$type === "bpmn:ExclusiveGateway" && (bo.incoming?.length ?? 0) < 2 && (bo.outgoing?.length ?? 0) < 2

// Whether a line with corners goes through a block.
const passes = (points, { x, y, width, height }) => points.slice(1).some((to, at) => {
  const from = points[at], within = (one, other, least, most) => Math.min(one, other) < most && Math.max(one, other) > least
  return within(from.x, to.x, x, x + width) && within(from.y, to.y, y, y + height)
})

// Which parts of the panel speak of an element.
function partsFor(element) {
  if (!element || !element.parent || element.type === "bpmn:Process") return ["whole"]
  const bo = element.businessObject, parts = ["any"], kind = desk.kindOf(bo)
  if (kind === "task:approve" && !isFollowed(bo)) parts.push("follow")
  if (isHalfDrawn(bo)) parts.push("half-drawn")
  if (isAskedFor(bo)) parts.push("start")
  if (chooses(bo) && bo.outgoing?.length > 1) parts.push("ways")
  if (kind.startsWith("task:")) parts.push("people", "has-text", `kind:${kind.slice(5)}`, ...(kind === "task:approve" ? [] : ["kind:not-approve"]))
  if (SAYS.includes(kind)) parts.push("has-text")
  if (ENDING.includes(kind)) parts.push("ends")
  if (HAS_SUBJECT.includes(kind)) parts.push("has-subject")
  if (["bpmn:ServiceTask", "bpmn:SendTask"].includes(bo.$type)) parts.push("automatic", `block:${kind}`)
  if (bo.$type === "bpmn:BusinessRuleTask") parts.push("decision")
  if (bo.$type === "bpmn:CallActivity") parts.push("called")
  if (bo.$type === "bpmn:BoundaryEvent") parts.push("boundary")
  if (event(bo, "Timer")) parts.push("timer")
  if (event(bo, "Message") || bo.$type === "bpmn:ReceiveTask") parts.push("message")
  if (event(bo, "Conditional")) parts.push("conditional")
  if (bo.$type === "bpmn:SequenceFlow" && chooses(bo.sourceRef)) parts.push("flow")
  return parts
}

class Pen {
  constructor(modeler) {
    for (const name of ["modeling", "bpmnFactory", "moddle"]) this[name] = modeler.get(name)
    this.root = () => modeler.getDefinitions()
  }
  create(type, values) { return this.bpmnFactory.create(type, values) }
  expression(body) { return this.create("bpmn:FormalExpression", { body }) }
  update(element, values) { this.modeling.updateProperties(element, values) }
  updateWithin(element, holder, values) { this.modeling.updateModdleProperties(element, holder, values) }
  any(name, attributes, children) { return this.moddle.createAny(`zeebe:${name}`, ZEEBE, { ...attributes, ...(children && { $children: children }) }) }
  attributes(element, name) {
    const found = desk.extension(element.businessObject, name)
    return found ? Object.fromEntries(Object.entries(found).filter(([key]) => !key.startsWith("$"))) : {}
  }
  // One extension element anew; without attributes and children it goes.
  extend(element, name, attributes, children) {
    const given = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined && value !== ""))
    const values = (element.businessObject.extensionElements?.values ?? []).filter((one) => desk.local(one) !== name)
    if (Object.keys(given).length || children?.length) values.push(this.any(name, given, children))
    this.update(element, { extensionElements: values.length ? this.create("bpmn:ExtensionElements", { values }) : undefined })
  }
  header(element, key, value) {
    const others = (desk.extension(element.businessObject, "taskHeaders")?.$children ?? []).filter((one) => one.key !== key)
    const headers = others.map((one) => this.any("header", { key: one.key, value: one.value }))
    if (value) headers.push(this.any("header", { key, value }))
    this.extend(element, "taskHeaders", {}, headers)
  }
  timer(element, shape, value) {
    const empty = { timeDuration: undefined, timeDate: undefined, timeCycle: undefined }
    this.updateWithin(element, event(element.businessObject, "Timer"), { ...empty, [shape]: value ? this.expression(value) : undefined })
  }
  message(element, name) {
    const bo = element.businessObject, holder = event(bo, "Message")
    let found = this.root().rootElements.find((one) => one.$type === "bpmn:Message" && one.name === name)
    if (!found && name) {
      found = this.create("bpmn:Message", { name })
      this.root().rootElements.push(found)
    }
    if (holder) this.updateWithin(element, holder, { messageRef: found })
    else this.update(element, { messageRef: found })
  }
}

// In the simple mode a block's own menu has what a drawing of blocks needs: join, end, take out.
const SIMPLE = ["connect", "delete", "append.end-event"]
function SimplePad(contextPad) { contextPad.registerProvider(200, this) }
SimplePad.$inject = ["contextPad"]
SimplePad.prototype.getContextPadEntries = () => (entries) =>
  document.querySelector("process-editor")?.getAttribute("mode") === "simple" ? Object.fromEntries(Object.entries(entries).filter(([key]) => SIMPLE.includes(key))) : entries

// What the palette calls a shape that is no block, so that nobody has to know BPMN's own names of them.
function fromPalette(bo) {
  const waits = bo?.$type === "bpmn:IntermediateCatchEvent" && event(bo, "Timer")
  const block = waits ? "wait" : Object.keys(SHAPES).find((key) => SHAPES[key] === bo?.$type)
  return block && document.querySelector(`.studio-palette [data-block="${block}"]`)?.textContent.trim()
}
const SHAPES = { choice: "bpmn:ExclusiveGateway", fork: "bpmn:ParallelGateway", end: "bpmn:EndEvent", decide: "bpmn:BusinessRuleTask" }
const ENDING = ["sira:resolve", "sira:close"]
// A block of the palette as BPMN, with what nearly everybody means by it: one yes is enough, the requester is asked.
function shapeOf(block, pen, factory, words) {
  if (block === "wait") {
    const shape = factory.createShape({ type: "bpmn:IntermediateCatchEvent", eventDefinitionType: "bpmn:TimerEventDefinition" })
    shape.businessObject.name = fromPalette(shape.businessObject)
    return shape
  }
  const type = SHAPES[block] ?? (block.startsWith("task:") ? "bpmn:UserTask" : "bpmn:ServiceTask")
  const values = []
  if (type === "bpmn:UserTask") {
    const headers = { kind: block.slice(5), ...(block === "task:approve" && { rule: "one" }) }
    values.push(pen.any("userTask", {}), pen.any("taskHeaders", {}, Object.entries(headers).map(([key, value]) => pen.any("header", { key, value }))))
  }
  if (type === "bpmn:ServiceTask") values.push(pen.any("taskDefinition", { type: block }))
  if (block === "task:ask") values.push(pen.any("assignmentDefinition", { assignee: "=requester.id" }))
  if (ENDING.includes(block)) values.push(pen.any("taskHeaders", {}, Object.entries(words.done_text).map(([key, value]) => pen.any("header", { key, value }))))
  const made = { ...(values.length && { extensionElements: pen.create("bpmn:ExtensionElements", { values }) }) }
  if (desk.blocks[block]) made.name = desk.blocks[block].words
  return factory.createShape({ type, businessObject: pen.create(type, made) })
}

customElements.define("process-editor", class extends HTMLElement {
  async connectedCallback() {
    if (!window.BpmnJS) return // the page is left before its library has come
    this.words = desk.read("studio-words")
    const canvas = this.querySelector(".canvas")
    this.readOnly = this.hasAttribute("readonly")
    const given = desk.options(canvas)
    if (!this.readOnly) given.additionalModules.push({ __init__: ["simplePad"], simplePad: ["type", SimplePad] })
    this.modeler = new window.BpmnJS(given)
    try {
      await this.modeler.importXML(desk.source())
    } catch (problem) {
      canvas.textContent = this.words.unreadable
      return
    }
    desk.fit(this.modeler, this.readOnly ? 0.5 : 0.8)
    this.pen = this.readOnly ? null : new Pen(this.modeler)
    this.listen()
    this.show(null)
    customElements.whenDefined("feel-condition").then(() => this.isConnected && this.comeBack())
    this.mark([...document.querySelectorAll("#problems [data-element]")].map(({ dataset }) => ({ element: dataset.element, sentence: dataset.sentence })))
  }
  disconnectedCallback() {
    this.ended?.abort()
    this.modeler?.destroy()
  }
  listen() {
    this.ended = new AbortController()
    const options = { signal: this.ended.signal }
    this.modeler.on("selection.changed", ({ newSelection }) => this.show(newSelection[0]))
    if (this.readOnly) this.modeler.on("element.click", ({ element }) => this.show(element))
    this.modeler.on("commandStack.changed", () => this.changed())
    this.modeler.on("element.dblclick", 2000, ({ element }) => {
      if (this.readOnly || !desk.kindOf(element.businessObject)) return
      this.show(element)
      this.edit()
      return false
    })
    this.addEventListener("change", ({ target }) => this.write(target), options)
    this.addEventListener("input", ({ target }) => { this.typed = { field: target.closest("[data-field]"), of: this.chosen?.id } }, options)
    this.modeler.on("commandStack.connection.create.postExecuted", ({ context }) => {
      this.leadAround(context.connection)
      if (!this.following) this.label(context.connection)
    })
    this.addEventListener("click", ({ target }) => this.press(target.closest("[data-tool]")), options)
    this.addEventListener("click", ({ target }) => target.closest("[data-follow]") && this.follow(), options)
    this.addEventListener("focusin", ({ target }) => { if (target.matches("[data-template]")) this.writing = target }, options)
    for (const type of ["mousedown", "mousemove", "mouseup"]) this.addEventListener(type, (begun) => this.take(begun), options)
    this.addEventListener("keydown", (pressed) => this.placeByKey(pressed), options)
    document.addEventListener("click", ({ target }) => this.jump(target), options)
    document.body.addEventListener("sira:draft-kept", ({ detail }) => this.mark(detail.marked), options)
  }
  show(element) {
    const before = this.chosen
    this.chosen = element?.labelTarget ?? element
    if (this.chosen !== before) this.somebodyElse = "" // what was begun there and not said
    const parts = partsFor(this.chosen), bo = this.chosen?.businessObject
    if (parts.includes("people") && (FIELDS.who.get(bo) === "other" || this.somebodyElse === bo.id)) parts.push("who:other")
    if (parts.includes("people") && FIELDS.who.get(bo) === "rule" && this.somebodyElse !== bo.id) parts.push("who:rule")
    if (parts.includes("kind:not-approve") && !FIELDS.who.get(bo)) parts.push("who:nobody")
    for (const part of this.querySelectorAll("[data-for]")) part.hidden = !parts.includes(part.dataset.for)
    this.querySelector("[data-properties]").hidden = parts.includes("whole")
    const kind = bo && desk.kindOf(bo)
    const type = bo?.$type.replace("bpmn:", "").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase()
    const readable = type && desk.translate(type[0].toUpperCase() + type.slice(1))
    const way = bo?.$type === "bpmn:SequenceFlow"
    this.tell("kind", parts.includes("whole") ? this.words.drawing : way ? this.words.way : desk.blocks[kind]?.words ?? fromPalette(bo) ?? (isAskedFor(bo) ? this.words.start : readable))
    if (way && !bo.name) this.querySelector('[data-says="name"]').replaceChildren(...leads(called(bo.sourceRef), called(bo.targetRef)))
    else this.tell("name", parts.includes("whole") ? "" : bo.name || this.words.unnamed)
    if (parts.includes("ways")) this.listWays(bo)
    for (const form of this.querySelectorAll("[data-new-form]")) {
      form.elements.name.value = isAskedFor(bo) ? document.querySelector("h1").textContent : bo?.name ?? ""
      form.elements.block.value = bo?.id ?? ""
    }
    this.tell("id", bo?.id ?? "")
    this.tell("problems", this.saidOf(bo?.id))
    if (parts.includes("whole")) return
    for (const field of this.querySelectorAll("[data-field]")) {
      if (this.typed?.field === field && this.typed.of === bo.id) continue // somebody is still writing there
      const value = fieldOf(field.dataset.field).get(bo)
      if (field.type === "checkbox") field.checked = value
      else this.fill(field, value)
      field.disabled = this.readOnly
    }
    if (this.somebodyElse === bo.id) this.querySelector('[data-field="who"]').value = "other"
    this.offerValues()
  }
  // Back from a form that was drawn for a block: the block is chosen and, once it is published, the form is its.
  comeBack() {
    const given = new URLSearchParams(location.search), element = this.modeler.get("elementRegistry").get(given.get("block")), form = given.get("form")
    if (!element || !this.pen) return
    history.replaceState(history.state, "", location.pathname)
    this.modeler.get("selection").select(element)
    this.modeler.get("canvas").scrollToElement(element, 80)
    if (options("form").includes(form)) FIELDS.form.set(this.pen, element, form)
  }
  // The first thing that is to be said of a block.
  edit() { [...this.querySelectorAll("[data-properties] :is(input, select, textarea)")].find((one) => one.checkVisibility())?.focus() }
  offerValues() {
    for (const select of this.querySelectorAll("[data-insert]"))
      select.replaceChildren(select.options[0], ...byGroup(window.studioFacts))
  }
  // The ways that part here, that of no condition last, each with when it is taken; pressed, it is chosen, also where lines lie close together.
  listWays(bo) {
    this.querySelector("[data-ways]").replaceChildren(...[...bo.outgoing].sort((one, other) => (one === bo.default) - (other === bo.default)).map((flow) => {
      const line = document.createElement("li"), button = Object.assign(document.createElement("button"), { type: "button", className: "link" })
      button.dataset.element = flow.id
      button.append(...leads(flow.name, called(flow.targetRef)))
      const when = bo.default === flow ? this.words.otherwise : window.studioCondition(flow.conditionExpression?.body ?? "") || this.words.no_condition
      line.append(button, Object.assign(document.createElement("bdi"), { className: "quiet", textContent: when }))
      return line
    }))
  }
  // A line through other blocks reads as if it ended there, and hides the lines below it: it goes over them.
  leadAround(flow) {
    const { source, target, waypoints } = flow
    if (!source.width || !target.width || source.host) return
    const others = this.modeler.get("elementRegistry").filter((one) => one.width && one !== source && one !== target && one.parent === source.parent && !one.labelTarget && !one.host)
    const crossed = others.filter((one) => passes(waypoints, one))
    if (!crossed.length) return
    const above = Math.min(source.y, target.y, ...crossed.map(({ y }) => y)) - 40, middle = (one) => one.x + one.width / 2
    const over = [{ x: middle(source), y: source.y }, { x: middle(source), y: above }, { x: middle(target), y: above }, { x: middle(target), y: target.y }]
    if (others.filter((one) => passes(over, one)).length < crossed.length) this.pen.modeling.updateWaypoints(flow, over)
  }
  insert(select) {
    const field = this.writing?.checkVisibility() ? this.writing : select.closest(".field").querySelector("[data-template]")
    if (select.value) field.setRangeText(`{${select.value}}`, field.selectionStart, field.selectionEnd, "end")
    select.value = ""
    field.focus()
    this.write(field)
  }
  // What the drawing says and the list does not know is shown all the same, for this block alone.
  fill(field, value) {
    if (field.tagName === "SELECT") {
      field.querySelector("[data-written]")?.remove()
      if (value && ![...field.options].some((one) => one.value === value)) {
        field.add(new Option(value, value))
        field.lastElementChild.dataset.written = ""
      }
    }
    field.value = value
  }
  tell(place, words) { this.querySelector(`[data-says="${place}"]`).textContent = words }
  write(field) {
    if (this.typed?.field === field) this.typed = null
    if (field.matches("[data-insert]")) return this.insert(field)
    if (field.dataset.field === "who") this.somebodyElse = field.value === "other" ? this.chosen?.id : ""
    if (!field.dataset.field || !this.pen || !this.chosen) return
    fieldOf(field.dataset.field).set(this.pen, this.chosen, field.type === "checkbox" ? field.checked : field.value.trim())
    this.problems?.delete(this.chosen.id) // what was wrong is looked at anew
    this.modeler.get("eventBus").fire("element.changed", { element: this.chosen, gfx: this.modeler.get("elementRegistry").getGraphics(this.chosen) })
    this.show(this.chosen)
  }
  changed() {
    if (this.chosen && this.modeler.get("elementRegistry").get(this.chosen.id)) this.show(this.chosen)
    document.querySelector("draft-saver")?.later(async () => (await this.modeler.saveXML({ format: true })).xml)
  }
  // Drawn where it is dropped; pressed without drawing, it goes behind the chosen block.
  take(begun) {
    const button = begun.target.closest?.("[data-block]")
    if (begun.type === "mousedown") this.taken = button && this.pen && !begun.button ? { block: button.dataset.block, x: begun.clientX, y: begun.clientY } : null
    if (!this.taken) return
    if (begun.type === "mousedown") return begun.preventDefault(), button.focus()
    if (begun.type === "mouseup") {
      if (button) this.place(this.taken.block)
      this.taken = null
    } else if (Math.hypot(begun.clientX - this.taken.x, begun.clientY - this.taken.y) > 6) {
      const shape = this.shape(this.taken.block)
      this.taken = null
      this.modeler.get("create").start(begun, shape)
    }
  }
  placeByKey(pressed) {
    const button = pressed.target.closest?.("[data-block]")
    if (!button || !this.pen || !["Enter", " "].includes(pressed.key)) return
    pressed.preventDefault()
    this.place(button.dataset.block)
    this.edit()
  }
  shape(block) {
    const shape = shapeOf(block, this.pen, this.modeler.get("elementFactory"), this.words), bo = shape.businessObject
    if (bo.name) bo.name = this.unlike(bo.name)
    return shape
  }
  // A name that no other shape has yet, so that two approvals can be told apart.
  unlike(name) {
    const { lang } = document.documentElement, taken = new Set(this.modeler.get("elementRegistry").getAll().map(({ businessObject }) => businessObject?.name))
    let number = 1, found = name
    while (taken.has(found)) found = `${name} ${(++number).toLocaleString(lang)}`
    return found
  }
  place(block) {
    const chosen = this.modeler.get("elementRegistry").get(this.chosen?.id), shape = this.shape(block)
    let before = chosen?.incoming && !chosen.labelTarget ? chosen : chosen?.waypoints ? chosen : this.last()
    if (before.type === "bpmn:EndEvent" && before.incoming[0]) before = before.incoming[0]
    if (before.waypoints ? block === "end" : block === "end" && before.outgoing.length && !this.splits(before)) before = this.last()
    const into = before.waypoints ? before : !this.splits(before) && before.outgoing[0]
    const made = into ? this.insertInto(into, shape) : this.modeler.get("autoPlace").append(before, shape)
    this.modeler.get("selection").select(made)
    this.modeler.get("canvas").scrollToElement(made, 80)
    return made
  }
  splits(element) { return /Gateway$/.test(element.type ?? "") }
  // Between two blocks that are joined already: what follows makes room.
  insertInto(flow, shape) {
    const { source, target } = flow, modeling = this.pen.modeling, registry = this.modeler.get("elementRegistry")
    const room = shape.width + 60, edge = source.x + source.width
    const behind = registry.filter((one) => one.x !== undefined && one.x >= Math.max(edge, target.x) && one.parent === source.parent && !one.waypoints && !one.labelTarget && !one.host)
    if (target.x >= edge && target.x - edge < room + 60) modeling.moveElements(behind, { x: room, y: 0 })
    const made = modeling.createShape(shape, { x: edge + 50 + shape.width / 2, y: source.y + source.height / 2 }, source.parent)
    modeling.reconnectEnd(flow, made, { x: made.x + made.width / 2, y: made.y + made.height / 2 })
    modeling.connect(made, target)
    return made
  }
  // Behind an approval a choice has its ways: yes, and no, which tells the requester why, closes, and ends below it.
  follow() {
    const approve = this.chosen, { words } = this
    if (!approve || !this.pen) return
    if (!FIELDS.comment.get(approve.businessObject)) FIELDS.comment.set(this.pen, approve, "rejecting")
    const choice = this.place("choice")
    this.pen.modeling.updateLabel(choice, words.approved)
    this.following = true
    const no = this.below(choice, "sira:notify", words.tell, { to: "requester", ...words.declined_subject, ...words.declined_text })
    this.below(this.below(no, "sira:close", words.close, words.closed_text), "end", words.declined)
    this.following = false
    this.otherwise(no.incoming[0])
    this.modeler.get("selection").select(choice)
  }
  below(source, block, name, headers = {}) {
    const { modeling } = this.pen, shape = this.shape(block)
    const made = modeling.createShape(shape, { x: source.x + source.width / 2, y: source.y + source.height + 50 + shape.height / 2 }, source.parent)
    modeling.updateLabel(made, name)
    for (const [key, text] of Object.entries(headers)) this.pen.header(made, key, text)
    modeling.connect(source, made)
    return made
  }
  // Of a choice right behind an approval the way drawn first is yes, the other no, whoever draws them and wherever.
  label(flow) {
    const { source } = flow, bo = flow.businessObject, approval = source.incoming?.[0]?.source
    if (source.type !== "bpmn:ExclusiveGateway" || desk.kindOf(approval?.businessObject ?? {}) !== "task:approve" || bo.name || bo.conditionExpression) return
    const others = source.outgoing.filter((one) => one !== flow), asking = others.filter(({ businessObject }) => businessObject.conditionExpression)
    if (!asking.length) {
      FIELDS.condition.set(this.pen, flow, "=approved")
      this.pen.modeling.updateLabel(flow, this.words.yes)
    } else if (others.length === 1 && FIELDS.condition.get(asking[0].businessObject) === "=approved") this.otherwise(flow)
  }
  otherwise(flow) {
    this.pen.modeling.updateLabel(flow, this.words.no)
    FIELDS.default.set(this.pen, flow, true)
  }
  // An open way to go on with, the furthest; else the furthest block.
  last() {
    const nodes = this.modeler.get("elementRegistry").filter((one) => one.incoming && one.parent && !one.labelTarget && one.x !== undefined && one.businessObject.$instanceOf("bpmn:FlowNode"))
    const far = (some) => some.sort((one, other) => other.x - one.x)[0]
    return far(nodes.filter((one) => !one.outgoing.length && one.type !== "bpmn:EndEvent")) ?? far(nodes.filter((one) => this.splits(one) && one.outgoing.length < 2)) ?? far(nodes)
  }
  press(button) {
    if (!button) return
    const canvas = this.modeler.get("canvas")
    if (button.dataset.tool === "whole") desk.fit(this.modeler)
    else canvas.zoom(canvas.zoom() * (button.dataset.tool === "larger" ? 1.2 : 1 / 1.2))
  }
  jump(target) {
    const mode = target.closest?.("[data-mode]"), tool = target.closest?.("[data-tool=undo], [data-tool=redo]")
    if (mode) {
      this.setAttribute("mode", mode.dataset.mode)
      for (const one of document.querySelectorAll("[data-mode]")) one.setAttribute("aria-pressed", one === mode)
    }
    if (tool && this.pen) this.modeler.get("commandStack")[tool.dataset.tool]()
    const element = this.modeler.get("elementRegistry").get(target.closest?.("[data-element]")?.dataset.element)
    if (!element) return
    this.modeler.get("canvas").scrollToElement(element, 80)
    this.modeler.get("selection", false)?.select(element)
    this.show(element)
  }
  mark(problems) {
    const canvas = this.modeler.get("canvas"), overlays = this.modeler.get("overlays"), registry = this.modeler.get("elementRegistry")
    overlays.remove({ type: "problem" })
    this.problems = new Map()
    for (const { element, sentence } of problems) this.problems.set(element, [...(this.problems.get(element) ?? []), sentence ?? ""])
    registry.forEach((one) => canvas.removeMarker(one, "has-problem"))
    for (const { element } of problems) {
      if (!registry.get(element)) continue
      canvas.addMarker(element, "has-problem")
      const sign = Object.assign(document.createElement("div"), { className: "problem-sign", textContent: "!", title: this.saidOf(element) })
      const place = registry.get(element).width < 60 ? { top: -10 } : { bottom: 6 }  // a small shape has its name below
      overlays.add(element, "problem", { position: { ...place, left: -6 }, html: sign })
    }
    if (this.chosen) this.tell("problems", this.saidOf(this.chosen.id))
  }
  // What is wrong with an element, a sentence a line.
  saidOf(id) {
    const { lang } = document.documentElement
    return (this.problems?.get(id) ?? []).map((one) => one.slice(0, 1).toLocaleUpperCase(lang) + one.slice(1)).join("\n")
  }
})
}
