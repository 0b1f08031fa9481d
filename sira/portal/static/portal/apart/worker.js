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
  if (request.method !== "GET") return
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)))
  else if (FILES.includes(new URL(request.url).pathname)) event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)))
})
