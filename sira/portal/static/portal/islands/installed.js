// Registers the service worker, so that the desk can be installed and says something useful while there is no line.
if ("serviceWorker" in navigator && document.querySelector("link[rel=manifest]")) {
  window.addEventListener("load", () => navigator.serviceWorker.register("/worker.js", { scope: "/" }).catch(() => {}))
}
