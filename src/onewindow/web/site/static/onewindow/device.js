// The app on this device: its worker, whose device it is now, what waits to be sent, and what is forgotten at the log-out.
import { all, drop, forget, keep, meta } from "./store.js";
import { changed, controlled, sendAll, unsent } from "./send.js";

const OLDEST_MS = 30 * 24 * 60 * 60 * 1000;
const script = document.querySelector("script[data-worker]");
const { owner } = document.documentElement.dataset;
const ownSender = document.querySelector("form[data-keep], [data-files]"); // such a page sends by itself and shows what becomes of it

async function begin() {
  await keep("meta", { name: "language", value: document.documentElement.lang });
  if (owner && owner !== (await meta("owner"))) await keep("meta", { name: "owner", value: owner });
  if (navigator.serviceWorker) navigator.serviceWorker.register(script.dataset.worker, { type: "module", scope: "/" }).catch(() => {});
  await tidy();
  if (owner && !ownSender) await send();
  await list();
  if (changed && !ownSender) changed.onmessage = () => list();
}

// What was sent long ago serves no page any more; what was not stays until it is sent, thrown away, or somebody logs out.
async function tidy() {
  for (const row of await all("typed")) if (row.sent && Date.now() - row.at > OLDEST_MS) await drop("typed", row);
  const needed = new Set([...(await all("typed")), ...(await all("files"))].map((row) => row.draft));
  for (const row of await all("drafts")) if (!row.begin && !needed.has(row.draft)) await drop("drafts", row);
}

async function send() {
  const { boxes, drafts } = await sendAll();
  const draft = /^\/drafts\/([0-9a-f-]+)\//.exec(location.pathname)?.[1];
  if (draft && (drafts[draft] || boxes.some(({ file }) => file.draft === draft))) location.replace(location.href); // it shows the draft without them
}

// ---- what is kept here, wherever a page wants to show it ----
async function list() {
  const place = document.querySelector("[data-on-device]");
  if (!place) return;
  const now = owner || (await meta("owner"));
  const rows = (await all("drafts")).filter((row) => row.owner === now || !row.owner);
  const [typed, files] = [await all("typed"), await all("files")];
  const lines = rows.map((row) => {
    const waiting = typed.filter((one) => one.draft === row.draft && !one.sent).length + files.filter((one) => one.draft === row.draft).length;
    return { row, waiting };
  });
  const shown = lines.filter(({ row, waiting }) => waiting || row.begin || !owner);
  const forms = owner ? [] : await blanks();
  place.hidden = !shown.length && !forms.length;
  const words = place.querySelector("[data-on-device-list]");
  words.replaceChildren(...shown.map(({ row, waiting }) => item(words.dataset, row, waiting)), ...forms.map((path) => formItem(words.dataset, path)));
}

async function blanks() {
  const cache = await caches.open("onewindow-forms").catch(() => null);
  return cache ? (await cache.keys()).map((request) => new URL(request.url).pathname) : [];
}

function item(words, row, waiting) {
  const line = document.createElement("li");
  const link = document.createElement("a");
  link.href = row.begin ? `/things/${row.event}/offline/` : (row.path ?? `/drafts/${row.draft}/`);
  link.textContent = row.title;
  line.append(link, ` · ${waiting ? words.unsent.replace("{n}", waiting) : words.sent}`);
  if (!row.owner) line.append(` · ${words.another}`);
  if (row.trouble) line.append(` · ${row.trouble}`);
  if (waiting) line.append(" ", dropButton(words, row));
  return line;
}

function formItem(words, path) {
  const line = document.createElement("li");
  const link = document.createElement("a");
  link.href = path;
  caches.match(path, { ignoreVary: true }).then(async (kept) => {
    link.textContent = new DOMParser().parseFromString(await kept.text(), "text/html").querySelector("form[data-title]")?.dataset.title ?? path;
  });
  line.append(link, ` · ${words.ready}`);
  return line;
}

function dropButton(words, row) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button";
  button.textContent = words.drop;
  button.addEventListener("click", async () => {
    if (!button.dataset.sure) {
      button.dataset.sure = "yes";
      button.textContent = words.sure;
      return;
    }
    for (const store of ["typed", "files", "drafts"]) {
      for (const one of (await all(store)).filter((other) => other.draft === row.draft && (other.owner === row.owner))) await drop(store, one);
    }
    await list();
  });
  return button;
}

// ---- a form that is to be begun where there is no network ----
for (const button of document.querySelectorAll("[data-keep-form]")) {
  if (!navigator.serviceWorker) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await controlled();
    const answer = await fetch(button.dataset.keepForm, { headers: { "X-Keep-Page": "yes" } }).catch(() => null);
    const words = document.createElement("p");
    words.className = "saved";
    words.setAttribute("role", "status");
    words.textContent = answer?.ok ? button.dataset.done : button.dataset.failed;
    button.after(words);
    if (answer?.ok) button.remove();
  });
}

// ---- whoever logs out leaves nothing behind; what was not sent yet is sent first, or asked about ----
document.addEventListener("submit", async (event) => {
  const leaving = event.target;
  if (!new URL(leaving.action, location.href).pathname.endsWith("/accounts/logout/") || leaving.dataset.clean) return;
  event.preventDefault();
  await sendAll();
  const left = (await all("typed")).filter((row) => row.owner === owner && (unsent(row) || row.says)).length + (await all("files")).filter((row) => row.owner === owner).length;
  const warning = document.querySelector("[data-unsent-warning]");
  if (left && !leaving.closest("main")) return location.assign(leaving.action);
  if (left && warning?.hidden) {
    warning.hidden = false;
    warning.textContent = warning.dataset.unsentWarning.replace("{n}", left);
    return warning.focus();
  }
  await forget();
  leaving.dataset.clean = "yes";
  leaving.requestSubmit();
});

begin();
