// Lists the chosen files with their size, takes dropped and pasted ones, and lets one be taken out again.
customElements.define("file-drop", class extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]")
    if (!this.input) return
    this.area = this.closest("form") ?? this
    this.list = this.area.querySelector(".files-chosen") ?? this.appendChild(document.createElement("ul"))
    this.list.classList.add("files")
    this.input.addEventListener("change", this)
    for (const type of ["dragover", "dragleave", "drop", "paste"]) this.area.addEventListener(type, this)
    if (this.input.files.length) this.show()  // chosen before this came
  }
  disconnectedCallback() { for (const type of ["dragover", "dragleave", "drop", "paste"]) this.area?.removeEventListener(type, this) }
  handleEvent(event) {
    if (event.type === "change") return this.show()
    const files = [...((event.dataTransfer ?? event.clipboardData)?.files ?? [])]
    if (event.type === "paste" && !files.length) return
    if (event.type !== "dragleave") event.preventDefault()
    this.toggleAttribute("data-over", event.type === "dragover")
    if (event.type === "drop" || event.type === "paste") this.set(this.input.multiple ? [...this.input.files, ...files] : files.slice(0, 1))
  }
  set(files) {
    const box = new DataTransfer()
    for (const file of files) box.items.add(file)
    this.input.files = box.files
    this.show()
  }
  show() {
    const size = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 })
    this.list.replaceChildren(...[...this.input.files].map((file) => {
      const row = document.createElement("li"), out = Object.assign(document.createElement("button"), { type: "button", textContent: "×" })
      out.setAttribute("aria-label", `${document.getElementById("words")?.dataset.remove ?? ""} ${file.name}`)
      out.onclick = () => this.set([...this.input.files].filter((one) => one !== file))
      row.append(Object.assign(document.createElement("bdi"), { textContent: file.name }), ` ${size.format(Math.max(1, Math.round(file.size / 1000)))} `, out)
      return row
    }))
  }
})
