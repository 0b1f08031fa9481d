// Lets this browser be told of notices while the desk is closed, or not any more. Hidden where the browser can't.
customElements.define("push-device", class extends HTMLElement {
  async connectedCallback() {
    if (!("serviceWorker" in navigator) || !("PushManager" in window)) return
    this.addEventListener("click", (event) => this.press(event.target.closest("[data-do]")))
    this.worker = await navigator.serviceWorker.ready
    this.show()
    this.hidden = false
  }
  async press(button) {
    if (!button) return
    button.disabled = true
    let failed = false
    try {
      await this[button.dataset.do]()
    } catch {
      failed = true
    }
    button.disabled = false
    await this.show(failed)
    this.querySelector("[data-do]:not([hidden])")?.focus()
  }
  async add() {
    if (await Notification.requestPermission() !== "granted") return
    const made = await this.worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: this.getAttribute("key") })
    const answer = await this.tell("add", made)
    if (!answer.ok) { await made.unsubscribe(); throw new Error(answer.status) }
  }
  async drop() {
    const made = await this.worker.pushManager.getSubscription()
    if (!made) return
    await this.tell("drop", made)
    await made.unsubscribe()
  }
  tell(what, made) {
    const token = document.querySelector("meta[name=csrf-token]")?.content ?? ""
    return fetch(this.getAttribute(what), { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify(made) })
  }
  async show(failed = false) {
    const made = await this.worker.pushManager.getSubscription()
    const state = Notification.permission === "denied" ? "blocked" : made ? "on" : "off"
    for (const one of this.querySelectorAll("[data-of]")) one.hidden = one.dataset.of !== state && !(failed && one.dataset.of === "failed")
    for (const one of this.querySelectorAll("[data-do]")) one.hidden = one.dataset.do !== { off: "add", on: "drop" }[state]
  }
})
