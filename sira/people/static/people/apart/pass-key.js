// A button that asks the device for a passkey and sends what it answers with the form it stands in.
// from: the address to fetch the question from; else it stands in the JSON script whose id is in `question`.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0))
const words = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")
const known = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }))

customElements.define("pass-key", class extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button")
    this.hidden = !window.PublicKeyCredential
    this.button.addEventListener("click", this)
  }
  disconnectedCallback() { this.button.removeEventListener("click", this) }
  async handleEvent(event) {
    event.preventDefault()
    const form = this.closest("form"), refused = this.querySelector("[data-refused]")
    refused.hidden = true
    try {
      const asked = await this.question()
      const found = asked.creation_options ? await this.made(asked.creation_options.publicKey) : await this.shown(asked.request_options.publicKey)
      form.elements.credential.value = JSON.stringify(found)
      form.submit()
    } catch { refused.hidden = false }
  }
  async question() {
    if (!this.hasAttribute("from")) return JSON.parse(document.getElementById(this.getAttribute("question")).textContent)
    return (await fetch(this.getAttribute("from"), { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } })).json()
  }
  async made(asked) {
    const publicKey = { ...asked, challenge: bytes(asked.challenge), user: { ...asked.user, id: bytes(asked.user.id) }, excludeCredentials: known(asked.excludeCredentials) }
    publicKey.authenticatorSelection = { ...asked.authenticatorSelection, residentKey: "preferred" }
    const made = await navigator.credentials.create({ publicKey })
    return told(made, { attestationObject: words(made.response.attestationObject), transports: made.response.getTransports?.() ?? [] })
  }
  async shown(asked) {
    const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: known(asked.allowCredentials) }
    const one = await navigator.credentials.get({ publicKey }), { response } = one
    const holder = response.userHandle ? { userHandle: words(response.userHandle) } : {}
    return told(one, { authenticatorData: words(response.authenticatorData), signature: words(response.signature), ...holder })
  }
})

function told(one, more) {
  const response = { clientDataJSON: words(one.response.clientDataJSON), ...more }
  return { id: one.id, rawId: words(one.rawId), type: one.type, response, clientExtensionResults: one.getClientExtensionResults() }
}
