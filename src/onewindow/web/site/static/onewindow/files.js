// Documents of a draft: a file that is chosen or photographed is kept on this device first, then sent, and sent once.
import { all, change, drop, meta } from "./store.js";
import { changed, sendAll } from "./send.js";

const place = document.querySelector("[data-files]");
const words = place.dataset;
const owner = document.documentElement.dataset.owner || (await meta("owner"));
const RETRY_MS = [5_000, 15_000, 60_000];
let tries = 0;
let timer = 0;
let how = "";
const shown = new Map(); // {id: kind} of what waits on this page

const boxOf = (kind) => document.querySelector(`[data-upload][data-kind="${CSS.escape(kind)}"]`);
const mine = async () => (await all("files")).filter((row) => row.owner === owner && row.draft === words.files);

for (const camera of document.querySelectorAll("[data-camera]")) camera.hidden = false;
document.addEventListener(
  "change",
  (event) => {
    const box = event.target.closest?.("[data-upload]");
    if (event.target.type !== "file" || !box || !event.target.files.length) return;
    event.stopImmediatePropagation();
    keepAll(box.dataset.kind, [...event.target.files]).then(() => (event.target.value = ""));
  },
  { capture: true },
);

async function keepAll(kind, files) {
  await change("drafts", [owner, words.files], (row) => ({
    owner, draft: words.files, event: "", begin: "", version: 0, ...row, title: words.title, path: location.pathname, at: Date.now(),
  }));
  for (const file of files) {
    const row = { id: crypto.randomUUID(), owner, draft: words.files, kind, name: file.name, type: file.type, at: Date.now(), says: "" };
    const kept = await change("files", [row.id], () => ({ ...row, blob: file }));
    if (kept !== "kept") how = kept;
  }
  await send();
}

async function send() {
  clearTimeout(timer);
  if (how !== "full" && how !== "open") how = "sending";
  await show();
  const result = await sendAll({ watch: progress });
  how = result.state;
  for (const { file, box } of result.boxes) {
    shown.delete(file.id);
    if (!box) continue;
    replace(file.kind, box); // a refusal stands in it too
    await drop("files", file);
  }
  if (result.state === "signed-out") document.querySelector("[data-signed-out]").hidden = false;
  else if (result.state !== "sent") {
    timer = setTimeout(send, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
    navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("onewindow-send")).catch(() => {});
  } else tries = 0;
  await show();
}

function progress(file, share) {
  const bar = boxOf(file.kind)?.querySelector("progress");
  if (!bar) return;
  bar.hidden = false;
  bar.value = Math.round(share * 100);
}

// The server's own drawing of a box takes the place of the old one.
function replace(kind, text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-upload]");
  const old = boxOf(kind);
  if (!fresh || !old) return;
  old.replaceWith(fresh);
  const camera = fresh.querySelector("[data-camera]");
  if (camera) camera.hidden = false;
  globalThis.htmx?.process(fresh);
}

async function fresh(kinds) {
  const answer = await fetch(location.pathname).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const kind of kinds) replace(kind, page.querySelector(`[data-upload][data-kind="${CSS.escape(kind)}"]`)?.outerHTML ?? "");
}

async function show() {
  const rows = await mine();
  const gone = [...shown].filter(([id]) => !rows.some((row) => row.id === id)); // the worker or another tab sent it
  for (const [id] of gone) shown.delete(id);
  if (gone.length) await fresh(gone.map(([, kind]) => kind));
  for (const row of rows) shown.set(row.id, row.kind);
  for (const line of document.querySelectorAll("[data-waiting-file]")) line.remove();
  for (const row of rows) {
    const line = document.createElement("div");
    line.className = "upload__waiting";
    line.dataset.waitingFile = row.id;
    const text = document.createElement("span");
    text.setAttribute("role", "status");
    text.textContent = `${row.name} · ${row.says || words[{ offline: "offline", trouble: "trouble", full: "full", open: "open", "signed-out": "signedOutToo" }[how] ?? "sending"]}`;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet";
    button.textContent = words.drop;
    button.addEventListener("click", () => {
      shown.delete(row.id);
      drop("files", row).then(show);
    });
    line.append(text, button);
    boxOf(row.kind)?.querySelector("form[enctype]")?.before(line);
  }
}

addEventListener("online", () => {
  tries = 0;
  send();
});
if (changed) changed.onmessage = () => show();
if ((await mine()).some((row) => !row.says)) await send();
else await show();
document.documentElement.dataset.files = "ready";
