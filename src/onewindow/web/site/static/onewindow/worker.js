// The worker of the app: files of this version from the device, pages from the network, and without one what may be kept.
// A page of somebody's draft is kept only where the server allows it (X-Keep-On-Device), under its account, until the log-out.
import { all, drop, keep, meta } from "./store.js";
import { sendAll } from "./send.js";

const PATIENCE = 10_000; // for a link that is there and carries nothing
const PAGES = "onewindow-pages-";
const FORMS = "onewindow-forms";
const NAMED_BY_CONTENT = /\.[0-9a-f]{12}\.\w+$/;

export function work(told) {
  const files = `onewindow-files-${told.version}`;

  addEventListener("install", (event) => {
    skipWaiting();
    event.waitUntil(caches.open(files).then((cache) => cache.addAll(told.files)));
  });
  addEventListener("activate", (event) => event.waitUntil(tidy().then(() => clients.claim())));
  addEventListener("sync", (event) => event.waitUntil(sendAll()));
  addEventListener("fetch", (event) => {
    const { request } = event;
    const address = new URL(request.url);
    if (address.origin !== location.origin) return;
    if (request.method === "POST" && address.pathname === told.share) event.respondWith(take(request));
    else if (request.method === "POST" && request.mode === "navigate" && address.pathname.startsWith("/drafts/")) {
      event.respondWith(fetch(request).catch(() => nothing()));
    } else if (request.method !== "GET") return;
    else if (address.pathname.startsWith(told.static)) event.respondWith(file(request));
    else if (request.mode === "navigate" || request.headers.has("X-Keep-Page")) event.respondWith(page(event, address));
  });

  async function tidy() {
    for (const name of await caches.keys()) {
      if (name.startsWith("onewindow-files-") && name !== files) await caches.delete(name);
    }
  }

  async function file(request) {
    const kept = await caches.match(request, { cacheName: files, ignoreVary: true });
    const forGood = NAMED_BY_CONTENT.test(request.url);
    if (kept && forGood) return kept;
    try {
      const answer = await fetch(request);
      if (forGood && answer.status === 200) await (await caches.open(files)).put(request, answer.clone()); // what only some pages need
      return answer;
    } catch (error) {
      if (kept) return kept;
      throw error;
    }
  }

  async function page(event, address) {
    const old = await kept(address);
    let answer;
    try {
      answer = await fetch(event.request, old && { signal: AbortSignal.timeout(PATIENCE) });
    } catch {
      return old ?? nothing();
    }
    const owner = answer.headers.get("X-Keep-On-Device");
    if (answer.status === 200 && owner && !answer.redirected) event.waitUntil(put(owner, address, answer.clone()));
    if (address.pathname === told.login) event.waitUntil(Promise.all([forgetPages(""), keep("meta", { name: "owner", value: "" })])); // the log-in is over: what was shown under it goes
    return answer;
  }

  async function put(owner, address, answer) {
    if (owner !== "everybody") await forgetPages(owner);
    const cache = await caches.open(owner === "everybody" ? FORMS : PAGES + owner);
    await cache.put(address.pathname, answer);
  }

  async function forgetPages(but) {
    for (const name of await caches.keys()) {
      if (name.startsWith(PAGES) && name !== PAGES + but) await caches.delete(name);
    }
  }

  async function kept(address) {
    const found = await caches.match(address.pathname, { ignoreVary: true });
    if (found) return found;
    const blank = `${address.pathname.replace(/start\/$/, "")}offline/`;
    const form = await caches.match(blank, { cacheName: FORMS, ignoreVary: true });
    return form && Response.redirect(blank, 302);
  }

  async function nothing() {
    const language = await meta("language");
    const place = told.offline[language] ?? Object.values(told.offline)[0];
    return (await caches.match(place, { cacheName: files, ignoreVary: true })) ?? Response.error();
  }

  // What another app shared waits here until its reader says which document it is.
  async function take(request) {
    const shared = (await request.formData()).getAll("file").filter((one) => one instanceof File);
    for (const old of await all("shared")) await drop("shared", old);
    for (const one of shared) await keep("shared", { id: crypto.randomUUID(), name: one.name, type: one.type, blob: one, at: Date.now() });
    return Response.redirect(told.share, 303);
  }
}
