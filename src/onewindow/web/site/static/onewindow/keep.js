// A form whose entries outlive the network, the log-in and the browser: each is kept on this device as it is typed, sent when it can be,
// and the page says which of the two is true. The server saves entry by entry; what another device changed meanwhile is for the person.
import { all, change, drop, keep, meta } from "./store.js";
import { changed, controlled, entryOf, sendAll, unsent, who } from "./send.js";

const form = document.querySelector("form[data-keep]");
const line = document.querySelector("#saved");
const PAUSE_MS = 150;
const RETRY_MS = [5_000, 15_000, 60_000];

const page = Number(form.dataset.version);
const state = { owner: "", draft: form.dataset.keep, told: "", how: "", kept: "", tries: 0, timer: 0, passing: false, old: false, stuck: false, refusedOnce: false };
const pending = new Map(); // what was typed, on its way to the disk
const touched = new Set(); // what was typed since the page came
let writing = null;

function part(name) {
  return document.querySelector(`[data-part][data-entry="${CSS.escape(entryOf(name))}"]`);
}
const full = (name) => (form.dataset.prefix ?? "") + name; // a question is called otherwise on its own page
const box = (name) => form.elements.namedItem(form.dataset.prefix ? name.replace(form.dataset.prefix, "") : name);
const value = (control) => new FormData(form).getAll(control.name ?? control[0]?.name).at(-1) ?? "";
const names = () => [...new Set([...form.elements].filter((one) => part(full(one.name)) && one.type !== "file").map((one) => one.name))];
const mine = async () => (await all("typed")).filter((row) => row.owner === state.owner && row.draft === state.draft);

// Whoever types before the disk has answered is heard too.
for (const kind of ["input", "change"]) form.addEventListener(kind, (event) => typed(event.target, kind));
form.addEventListener("submit", submit);
const ready = remember();

async function remember() {
  state.owner = document.documentElement.dataset.owner || (await meta("owner"));
  const drafts = await all("drafts");
  if (!state.draft) {
    const begun = drafts.find((row) => row.owner === state.owner && row.event === form.dataset.begin && row.begin);
    state.draft = begun?.draft ?? crypto.randomUUID();
  }
  for (const row of await mine()) if (row.sent && row.sent <= page) await drop("typed", row); // this page knows it
}

async function begin() {
  await ready;
  await putBack();
  addEventListener("online", () => {
    state.tries = 0;
    send();
  });
  if (changed) changed.onmessage = () => show();
  if ((await mine()).some(unsent) && !form.dataset.begin) await send();
  else await show();
  await keepPages();
}

async function putBack() {
  let restored = 0;
  for (const row of await mine()) {
    const control = box(row.name);
    if (!control || touched.has(row.name) || control.type === "hidden" || value(control) === row.value) continue;
    control.value = row.value; // a group of radio buttons takes its value in the same way
    restored += 1;
  }
  if (restored) document.querySelector("[data-restored]").hidden = false;
}

// ---- every keystroke: the page says that it is kept only once the disk has it, and while somebody types on it says that it is being kept ----
function typed(control, kind) {
  const name = control.name;
  if (!name || control.type === "hidden" || control.type === "file" || !part(full(name))) return;
  const entry = entryOf(full(name));
  const together = name.includes(".") ? names().filter((one) => entryOf(full(one)) === entry) : [name]; // a row of a group goes whole
  for (const one of together) touched.add(full(one));
  for (const one of together) pending.set(full(one), { text: value(form.elements.namedItem(one)), base: part(full(one)).dataset.base });
  say(line.dataset.saving, "waiting");
  writing ??= write();
  if (kind === "change" && !form.dataset.prefix) writing.then(() => send());
}

async function write() {
  await ready;
  while (pending.size) {
    const [[name, { text, base }]] = pending;
    pending.delete(name);
    const at = Date.now();
    if (!state.described) await change("drafts", [state.owner, state.draft], (row) => ({ ...described(), ...row, path: location.pathname, at }));
    if (!state.described && matchMedia("(display-mode: standalone)").matches) navigator.storage?.persist?.(); // so that nothing is tidied away
    state.described = true;
    state.kept = await change("typed", [state.owner, state.draft, name], (row) =>
      row?.value === text && row.sent ? row : { owner: state.owner, draft: state.draft, name, value: text, base: row?.base ?? base, at, sent: 0, says: null },
    );
  }
  writing = null;
  clearTimeout(state.pause);
  state.pause = setTimeout(show, PAUSE_MS);
}
const described = () => ({
  owner: state.owner,
  draft: state.draft,
  event: form.dataset.begin ?? "",
  begin: form.dataset.begin ?? "",
  title: form.dataset.title,
  version: page,
});

// ---- to the server ----
async function send() {
  await ready;
  clearTimeout(state.timer);
  state.how = "saving";
  await show();
  const result = await sendAll();
  const said = result.drafts[state.draft];
  state.how = result.state;
  if (said?.told) {
    const version = form.elements.namedItem("version");
    state.told = said.told;
    state.old ||= Boolean(version) && said.before !== Number(version.value);
    if (!state.old) version?.setAttribute("value", said.version);
  }
  if (result.state === "signed-out") document.querySelector("[data-signed-out]").hidden = false;
  if (result.state === "sent") state.tries = 0;
  else if (result.state !== "signed-out") {
    state.timer = setTimeout(send, RETRY_MS[Math.min(state.tries++, RETRY_MS.length - 1)]);
    navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("onewindow-send")).catch(() => {});
  }
  await show();
  return { ...result, said };
}

async function submit(event) {
  if (state.passing) return;
  event.preventDefault();
  const button = event.submitter;
  await writing;
  await tryAgain();
  const result = await send();
  const rows = await mine();
  if (rows.some((row) => row.says?.kind === "differing")) {
    const part = document.querySelector(".differing")?.closest("[data-part]");
    part?.dispatchEvent(new Event("onewindow:look", { bubbles: true }));
    return part?.scrollIntoView();
  }
  if (form.dataset.begin) return begun(result);
  if (result.state === "offline") return nextPage();
  if (form.dataset.prefix && result.state === "sent" && rows.length && !rows.some((row) => row.says)) {
    return location.assign(`/drafts/${state.draft}/`); // the answer is saved: whatever comes next
  }
  if (result.state === "trouble" && !state.refusedOnce) return (state.refusedOnce = true); // pressed again, the server may say it itself
  if (state.old && result.state === "sent") return location.assign(`${location.pathname}?changed=yes`); // its other boxes are not what the draft holds
  state.passing = true;
  form.requestSubmit(button);
}

// What the server refused as a whole is sent once more where its person presses the button.
async function tryAgain() {
  for (const row of (await mine()).filter((one) => one.says?.kind === "trouble")) await keep("typed", { ...row, says: null });
  await change("drafts", [state.owner, state.draft], (row) => row && { ...row, trouble: "" });
}

async function begun(result) {
  if (result.state !== "sent") return;
  const { owner } = await who().catch(() => ({ owner: "" }));
  if (!state.owner && owner) return adopt(owner); // typed before anybody logged in: whoever presses the button now says that it is theirs
  if (!owner) return (document.querySelector("[data-signed-out]").hidden = false);
  if ((await all("drafts")).some((row) => row.draft === state.draft && !row.begin)) location.assign(`/drafts/${state.draft}/`);
}

async function adopt(owner) {
  const [rows, drafts] = [await mine(), await all("drafts")];
  for (const row of drafts.filter((one) => one.draft === state.draft)) await keep("drafts", { ...described(), ...row, owner }).then(() => drop("drafts", row));
  for (const row of rows) await keep("typed", { ...row, owner }).then(() => drop("typed", row));
  state.owner = owner;
  await begun(await send());
}

// Without a network one goes on to the next page that is on this device.
async function nextPage() {
  const steps = [...document.querySelectorAll(".tasks li")];
  const here = steps.findIndex((step) => step.querySelector("[aria-current=step]"));
  for (const step of steps.slice(here + 1)) {
    const next = step.querySelector("a");
    if (await caches.match(next.pathname, { ignoreVary: true }).catch(() => null)) return location.assign(next.href);
  }
  state.stuck = true;
  await show();
}

// ---- what is true, in words ----
async function show() {
  if (writing) return;
  const rows = await mine();
  const waiting = rows.filter(unsent).length;
  const kinds = (kind) => new Set(rows.filter((row) => row.says?.kind === kind).map((row) => entryOf(row.name))).size;
  const said = [];
  if (waiting) {
    const data = { sent: "kept", saving: "saving", offline: "offline", trouble: "trouble", "signed-out": "signedOutToo" };
    if (state.kept === "full" || state.kept === "open") said.push(line.dataset[state.kept]);
    else said.push(line.dataset[data[state.how] ?? "kept"]);
    if (state.stuck && state.how === "offline") said.push(line.dataset.noPage);
  } else if (state.told) said.push(state.told);
  for (const [kind, words] of [["refused", "mend"], ["differing", "choose"], ["unasked", "unasked"]]) {
    if (kinds(kind)) said.push(line.dataset[words].replace("{n}", kinds(kind)));
  }
  const trouble = rows.find((row) => row.says?.kind === "trouble");
  if (trouble) said.push(trouble.says.text);
  if (writing) return;
  say(said.join(" · "), waiting ? "waiting" : said.length ? "saved" : "");
  for (const row of rows) differing(row);
}
function say(text, how) {
  if (line.textContent !== text) line.textContent = text;
  line.dataset.state = how;
}

function differing(row) {
  const place = part(row.name);
  const shown = place?.querySelector(".differing");
  if (row.says?.kind !== "differing") return shown?.remove();
  if (!place || shown) return;
  const piece = document.querySelector("template[data-differing]").content.cloneNode(true);
  piece.querySelector("[data-theirs]").textContent = row.says.said || "–";
  piece.querySelector("[data-mine]").textContent = row.value || "–";
  for (const button of piece.querySelectorAll("[data-take]")) {
    button.addEventListener("click", () => choose(row, button.dataset.take));
  }
  place.prepend(piece);
  if (place.hidden) place.dispatchEvent(new Event("onewindow:look", { bubbles: true })); // a phone shows one question at a time
}

async function choose(row, which) {
  const { mark, text } = row.says;
  const entry = entryOf(row.name);
  const rows = (await mine()).filter((one) => entryOf(one.name) === entry);
  for (const one of rows) {
    if (which === "mine") await change("typed", [one.owner, one.draft, one.name], (now) => now && { ...now, base: mark, says: null, sent: 0 });
    else await drop("typed", one);
  }
  part(row.name).querySelector(".differing")?.remove();
  if (which === "theirs") {
    if (rows.length > 1) return location.reload(); // a whole group
    box(row.name).value = text;
    part(row.name).dataset.base = mark;
  }
  await send();
}

// ---- the pages of this form, for when there is no network ----
async function keepPages() {
  if (!navigator.serviceWorker || !state.owner || form.dataset.prefix) return; // after the questions the form is another
  if (document.documentElement.hasAttribute("data-keep-nothing")) return;
  await controlled();
  const steps = [...document.querySelectorAll(".tasks a[href*='/form/'], .tasks a[href*='/documents/']")].map((step) => step.pathname);
  for (const path of new Set([location.pathname, ...steps])) {
    if (await caches.match(path, { ignoreVary: true })) continue;
    await fetch(path, { headers: { "X-Keep-Page": "yes" } }).catch(() => {});
  }
  document.documentElement.dataset.kept = "yes";
}

begin();
