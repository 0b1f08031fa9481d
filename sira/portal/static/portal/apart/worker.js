// The service worker. FILES and OFFLINE come before this: the frame's files of this version, and the page without a line.
// Pages are never kept: they belong to who was signed in. What is typed meanwhile is kept by the forms themselves.
const STORE = `frame ${FILES.join(" ").split("").reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) | 0, 7)}`

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(STORE).then((store) => Promise.allSettled(FILES.map((file) => store.add(file)))).then(() => self.skipWaiting()))
})

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== STORE).map((name) => caches.delete(name)))).then(() => self.clients.claim()))
})

self.addEventListener("fetch", (event) => {
  const { request } = event
  if (request.method === "POST" && request.mode === "navigate") return event.respondWith(fetch(request).catch(() => notSent(request)))
  if (request.method !== "GET") return
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)))
  else if (FILES.includes(new URL(request.url).pathname)) event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)))
})

// A form whose page can say so stays as it is: an answer without content leaves the browser where it was, files and all.
async function notSent(request) {
  const pages = (await self.clients.matchAll({ type: "window" })).filter(({ url }) => url.split("#")[0] === request.referrer)
  const told = await Promise.any(pages.map(say)).catch(() => false)
  return told ? new Response(null, { status: 204 }) : caches.match(OFFLINE)
}

function say(page) {
  return new Promise((told, silent) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = told
    setTimeout(silent, 1000)
    page.postMessage("not sent", [port2])
  })
}

// A notice: its kind and the ticket's number came with it. What the ticket says is asked for, and told only to who is signed in here.
self.addEventListener("push", (event) => {
  const told = event.data?.json() ?? {}
  event.waitUntil(more(told).then((body) => self.registration.showNotification(told.title, { body, tag: told.tag, lang: told.lang, dir: told.dir, data: { opens: told.opens } })))
})

async function more(told) {
  try {
    const answer = await fetch(told.more, { headers: { Accept: "application/json" }, redirect: "error" })
    return (answer.ok && (await answer.json()).body) || told.body
  } catch {
    return told.body
  }
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close()
  event.waitUntil(self.clients.openWindow(event.notification.data.opens))
})
