// What makes a form easy to draw: a press on a component adds it, its key and the values of its choices follow their
// words until somebody sets them or they are published, and first in the panel stands what everybody needs.
window.formHelping = (texts) => {
  const { letters, reserved, published } = JSON.parse(document.getElementById("studio-form-keys").textContent)
  const LABELS = ["label", "dateLabel", "timeLabel"], PLAIN_VALUE = /^value\d*$/
  const labelOf = (one) => LABELS.map((name) => one[name]).find(Boolean) ?? ""

  // As sira/studio/keys.py makes keys of names, with what FEEL takes for one word.
  const latin = (text) => [...text].map((sign) => letters[sign] ?? sign).join("").normalize("NFKD").replace(/[^\x20-\x7e]/g, "")
    .toLowerCase().replace(/[^\w\s-]/g, "").trim().replace(/[\s_-]+/g, "_").replace(/^[_\d]+/, "").slice(0, 40).replace(/_+$/, "")
  function free(base, taken) {
    for (let number = 1; ; number++) {
      const made = number === 1 ? base : `${base}_${number}`
      if (!taken.has(made)) return made
    }
  }
  const isOf = (text, otherwise, made) => made === (latin(text) || otherwise) || made.replace(/_\d+$/, "") === (latin(text) || otherwise)

  function KeysFollow(eventBus, modeling, formFieldRegistry) {
    const takenBeside = (field) => new Set([...reserved, ...formFieldRegistry.getAll().filter((one) => one !== field).map((one) => one.key)])
    const follows = ({ key, type, ...field }) => key && !(key in published) && (new RegExp(`^${type}_[a-z0-9]+$`).test(key) || isOf(labelOf(field), type, key))
    // In the same step, so that both are taken back together.
    eventBus.on("commandStack.formField.edit.preExecute", 2000, ({ context }) => {
      const { formField: field, properties } = context, name = LABELS.find((one) => one in properties)
      if (name && !("key" in properties) && follows(field)) context.properties = { ...properties, key: free(latin(properties[name] ?? "") || field.type, takenBeside(field)) }
      if (Array.isArray(properties.values)) context.properties = { ...context.properties, values: valuesFollow(field, properties.values) }
    })
    // The editor writes a choice's new words into the very list that the field has: what stood there is remembered.
    const stood = new Map(), remember = (field) => { if (field.values) stood.set(field.id, field.values.map((one) => ({ ...one }))) }
    eventBus.on("import.done", () => formFieldRegistry.getAll().forEach(remember))
    eventBus.on("commandStack.formField.edit.postExecuted", ({ context }) => remember(context.formField))
    function valuesFollow(field, values) {
      return values.map((one, at) => {
        const before = stood.get(field.id)?.[at], kept = published[field.key]?.includes(one.value)
        if (kept || !before || before.value !== one.value || before.label === one.label) return one
        if (!PLAIN_VALUE.test(one.value) && !isOf(before.label ?? "", "value", one.value)) return one
        const others = new Set(values.filter((other) => other !== one).map((other) => other.value))
        return { ...one, value: free(latin(one.label ?? "") || "value", others) }
      })
    }
    // What is new is called in the reader's language, and has a key that can be read.
    eventBus.on("commandStack.formField.add.postExecuted", ({ context: { formField: field } }) => {
      remember(field)
      const name = LABELS.find((one) => field[one]), label = field[name]
      if (name && (field.key || texts[label])) modeling.editFormField(field, { [name]: texts[label] ?? label })
      if (field.values?.[0]?.label === "Value") modeling.editFormField(field, { values: [{ ...field.values[0], label: texts.Value ?? "Value" }, ...field.values.slice(1)] })
    })
  }
  KeysFollow.$inject = ["eventBus", "modeling", "formFieldRegistry"]

  // What the desk reads of a field, and in which order; what stands in neither list changes nothing here.
  const FIRST = ["id", "name", "label", "date-label", "time-label", "text", "description", "required", "subtype", "key", "multiple", "accept", "path"]
  const MORE = ["defaultValue"], GROUPS = ["staticOptions", "validation", "condition", "more", "custom-values"]
  function Arranged(propertiesPanel) { propertiesPanel.registerProvider(this, 500) }
  Arranged.$inject = ["propertiesPanel"]
  Arranged.prototype.getGroups = (field) => (groups) => {
    const every = groups.flatMap(({ id, entries }) => (id === "general" || id === "validation" ? entries : [])), found = (ids) => ids.flatMap((id) => every.filter((one) => one.id === id))
    const without = (ids, { entries, ...group }) => ({ ...group, entries: entries.filter(({ id }) => !ids.includes(id)) })
    const general = { ...groups.find(({ id }) => id === "general"), id: "general", entries: found(field.type === "group" && !field.path ? FIRST.filter((id) => id !== "path") : FIRST), shouldOpen: true }
    const more = { ...general, id: "more", label: texts.More ?? "More", entries: found(MORE), shouldOpen: false }
    const others = GROUPS.flatMap((id) => (id === "more" ? [more] : groups.filter((one) => one.id === id)))
    return [general, ...others.map((one) => (one.id === "validation" ? without(["required"], one) : one.id === "staticOptions" ? { ...one, shouldOpen: true } : one))]
      .filter(({ entries, items }) => items || entries?.length)
  }

  // Behind the chosen field, into the chosen group, else at the end; what is written next is its label.
  function add(editor, button) {
    const { fieldType: type } = button.dataset, registry = editor.get("formFieldRegistry"), chosen = editor.get("selection").get()
    const whole = registry.getAll().find((one) => one.type === "default"), beside = chosen && chosen !== whole ? chosen : null
    const into = beside?.type === "group" ? beside : registry.get(beside?._parent) ?? whole
    const at = beside && into !== beside ? into.components.indexOf(beside) + 1 : into.components.length
    const made = editor.get("modeling").addFormField({ type }, into, at)
    editor.get("selection").set(made)
    write(made)
  }
  async function write({ id }) {
    for (let frames = 0; frames < 60; frames++) {
      await new Promise(requestAnimationFrame)
      const panel = document.querySelector(`.fjs-properties-panel[data-field="${id}"]`)
      const field = panel?.querySelector("#bio-properties-panel-label, #bio-properties-panel-date-label, #bio-properties-panel-text")
      if (!field) continue
      field.focus()
      return void document.execCommand("selectAll")
    }
  }
  return {
    modules: [{ __init__: ["keysFollow", "arranged"], keysFollow: ["type", KeysFollow], arranged: ["type", Arranged] }],
    press(editor, pressed) {
      const button = pressed.target.closest?.(".fjs-palette-field")
      if (!button || (pressed.type === "keydown" && !["Enter", "NumpadEnter"].includes(pressed.code))) return
      pressed.stopImmediatePropagation() // the editor's own Enter would add a second one
      pressed.preventDefault()
      add(editor, button)
    },
  }
}
