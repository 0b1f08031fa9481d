// Brings the number beside the bell up to date when the desk has news for the person who reads the page.
document.addEventListener("sira:notices", async ({ detail }) => {
  const bell = document.getElementById("bell")
  if (!bell?.dataset.live || !detail.ids?.includes(Number(bell.dataset.person))) return
  const answer = await fetch(bell.dataset.live)
  if (!answer.ok || answer.redirected) return
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("bell")
  if (fresh) bell.querySelector(".count").textContent = fresh.querySelector(".count").textContent
})
