// Sends what this device keeps, each thing once: entries name what stood there before, files and drafts carry a name made here.
// Pages and the worker share it; a lock keeps them from sending at the same time.
import { all, change, drop, keep } from "./store.js";

const PATIENCE = 20_000;
let known = null; // who is logged in, and the token for sending

export const entryOf = (name) => name.split(".")[0];
export const changed = "BroadcastChannel" in globalThis ? new BroadcastChannel("onewindow") : null;

export async function who() {
  const answer = await fetch("/device/", { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new Trouble();
  known = await answer.json();
  return known;
}

// Wait until the worker answers for this page: on the very first visit it comes after the page.
export async function controlled() {
  const workers = navigator.serviceWorker;
  await workers.ready;
  if (!workers.controller) await new Promise((done) => workers.addEventListener("controllerchange", done, { once: true }));
}

class Trouble extends Error {}
class SignedOut extends Error {}

// Answers {state: "sent" | "offline" | "trouble" | "signed-out", told: the server's own words, drafts: {id: its answer}, boxes: [...]}.
export function sendAll({ watch } = {}) {
  const act = async () => {
    const result = { state: "sent", told: "", drafts: {}, boxes: [] };
    try {
      await send(result, watch);
    } catch (error) {
      result.state = error instanceof SignedOut ? "signed-out" : error instanceof Trouble ? "trouble" : "offline";
    }
    changed?.postMessage("changed");
    return result;
  };
  return globalThis.navigator?.locks ? navigator.locks.request("onewindow-send", act) : act();
}

async function send(result, watch) {
  const drafts = await all("drafts");
  const typed = await all("typed");
  const files = (await all("files")).filter((row) => !row.says);
  const waiting = drafts.filter((draft) => (draft.begin && !draft.trouble) || typed.some((row) => row.draft === draft.draft && unsent(row)));
  if (!waiting.length && !files.length) return;
  if (!known?.owner) await who();
  if (!known.owner) throw new SignedOut();
  for (const draft of waiting.filter((row) => row.owner === known.owner)) {
    await sendDraft(draft, typed.filter((row) => row.owner === draft.owner && row.draft === draft.draft), result);
  }
  for (const file of files.filter((row) => row.owner === known.owner)) await sendFile(file, result, watch);
}

export const unsent = (row) => !row.sent && !row.says;

async function sendDraft(draft, rows, result) {
  const body = new FormData();
  if (draft.begin) body.set("begin", draft.begin);
  const entries = new Set(rows.filter(unsent).map((row) => entryOf(row.name)));
  const sending = rows.filter((row) => entries.has(entryOf(row.name)));
  for (const row of sending) {
    body.set(row.name, row.value);
    if (unsent(row) || !body.has(`base:${entryOf(row.name)}`)) body.set(`base:${entryOf(row.name)}`, row.base);
  }
  for (const entry of entries) body.append("shown", entry);
  const said = await post(`/drafts/${draft.draft}/sync/`, body);
  result.drafts[draft.draft] = said;
  if (said.told) result.told = said.told;
  await keep("drafts", { ...draft, begin: said.trouble ? draft.begin : "", version: said.version ?? draft.version, trouble: said.trouble ?? "" });
  for (const row of sending) await settle(row, said);
}

// What became of one entry; whatever was typed since it was sent stays to be sent.
async function settle(row, said) {
  const entry = entryOf(row.name);
  await change("typed", [row.owner, row.draft, row.name], (now) => {
    if (!now) return undefined;
    const still = now.value === row.value;
    const base = said.saved?.[entry] ?? now.base;
    if (!still) return { ...now, base };
    if (entry in (said.refused ?? {})) return { ...now, base, says: { kind: "refused", text: said.refused[entry] } }; // of a list the rest is saved
    if (entry in (said.saved ?? {})) return { ...now, base, sent: said.version, says: null };
    if (entry in (said.differing ?? {})) return { ...now, says: { kind: "differing", ...said.differing[entry] } };
    if (said.unasked?.includes(entry)) return { ...now, says: { kind: "unasked" } };
    if (said.trouble) return { ...now, says: { kind: "trouble", text: said.trouble } };
    return now;
  });
}

async function sendFile(file, result, watch) {
  const body = new FormData();
  body.set("type", file.kind);
  body.set("upload", file.id);
  body.set("file", new File([file.blob], file.name, { type: file.type }));
  const said = await post(`/drafts/${file.draft}/documents/`, body, watch && ((share) => watch(file, share)));
  if (said.trouble || said.sentence) await change("files", [file.id], (now) => now && { ...now, says: said.trouble || said.sentence });
  else await drop("files", file);
  result.boxes.push({ file, box: said.box ?? "" });
}

// Our own sentence about a thing that cannot be saved comes as {trouble}; whatever may go better later is thrown.
async function post(address, body, watch, again = true) {
  const answer = watch ? await watched(address, body, watch) : await plain(address, body);
  const said = answer.json ? JSON.parse(answer.text) : null;
  if (answer.status === 200 || answer.status === 422) return said ?? fail(answer);
  if (answer.status === 401) {
    known = null;
    throw new SignedOut();
  }
  if (answer.status === 403 && !said && again) {
    await who(); // the page is older than the log-in
    if (!known.owner) throw new SignedOut();
    return post(address, body, watch, false);
  }
  if (said?.sentence && answer.status < 500) return { trouble: said.sentence };
  return fail(answer);
}

function fail() {
  throw new Trouble();
}

const headers = () => ({ "X-CSRFToken": known.token, "HX-Request": "true", Accept: "application/json" });

async function plain(address, body) {
  const answer = await fetch(address, { method: "POST", body, headers: headers(), signal: AbortSignal.timeout(PATIENCE * 3) });
  return { status: answer.status, json: answer.headers.get("Content-Type")?.includes("json"), text: await answer.text() };
}

function watched(address, body, watch) {
  return new Promise((done, failed) => {
    const asked = new XMLHttpRequest();
    asked.open("POST", address);
    for (const [name, value] of Object.entries(headers())) asked.setRequestHeader(name, value);
    asked.upload.onprogress = (event) => event.lengthComputable && watch(event.loaded / event.total);
    asked.onload = () =>
      done({ status: asked.status, json: asked.getResponseHeader("Content-Type")?.includes("json"), text: asked.responseText });
    asked.onerror = asked.ontimeout = () => failed(new TypeError("no network"));
    asked.timeout = PATIENCE * 3;
    asked.send(body);
  });
}
