// A log-in ends when nobody uses the page. Whoever types is using it: the page tells the server so, warns in time, and keeps what was
// typed in this tab until the same person is back on the same page. Drafts have keep.js for that, which outlives the tab.
const box = document.querySelector("[data-session]");
const MINUTE = 60_000;
const SHARED = "onewindow:session-seen";
const kept = `onewindow:typed:${box.dataset.owner}:${location.pathname}`;
const idle = Number(box.dataset.idle) * 1000;
const warning = Number(box.dataset.warning) * 1000;
const ends = Date.now() + Number(box.dataset.left) * 1000;
let seen = Date.now(); // when the server last heard of us
let active = 0; // when somebody last typed or clicked since then
let leaving = false;
let cutOff = 0; // since when there is no network: nobody is sent to a log-in page that cannot be had

function share() {
  try {
    localStorage.setItem(SHARED, String(seen));
  } catch {
    // Without it each tab counts for itself.
  }
}
share();
addEventListener("storage", (event) => {
  if (event.key === SHARED && Number(event.newValue) > seen) heard(Number(event.newValue));
});
function heard(at) {
  seen = at;
  if (box.open && left() > warning) box.close();
}
function left() {
  return Math.min(seen + idle, ends) - Date.now();
}

async function stay() {
  const token = box.querySelector("[name=csrfmiddlewaretoken]").value;
  try {
    const answer = await fetch(box.dataset.stay, { method: "POST", headers: { "X-CSRFToken": token } });
    cutOff = 0;
    if (answer.status === 204) {
      active = 0;
      heard(Date.now());
      share();
    } else {
      leave();
    }
  } catch {
    cutOff = Date.now(); // the next try may go better
    if (box.open) box.close();
  }
}

// ---- what was typed ----
function forms() {
  return [...document.forms].filter((form) => form.method === "post" && !form.dataset.keep && !form.closest("[data-session], header, footer"));
}
function keepTyped() {
  const typed = forms().map((form) =>
    [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit"].includes(field.type)).map((field) => [field.name, field.value, field.checked]),
  );
  if (!typed.some((fields) => fields.length)) return;
  try {
    sessionStorage.setItem(kept, JSON.stringify(typed));
  } catch {
    // A browser that keeps nothing for us.
  }
}
function putBack() {
  let typed;
  try {
    typed = JSON.parse(sessionStorage.getItem(kept) ?? "null");
    sessionStorage.removeItem(kept);
  } catch {
    return;
  }
  if (!typed) return;
  forms().forEach((form, number) => {
    for (const [name, value, checked] of typed[number] ?? []) {
      for (const field of form.elements) {
        if (field.name !== name) continue;
        if (field.type === "checkbox" || field.type === "radio") field.checked = field.value === value ? checked : field.checked;
        else if (!["hidden", "password", "file"].includes(field.type) && field.value !== value) field.value = value;
      }
    }
  });
}
putBack();

async function leave() {
  if (leaving) return;
  leaving = true;
  try {
    await fetch(box.dataset.login, { method: "HEAD" });
  } catch {
    cutOff = Date.now();
    leaving = false;
    if (box.open) box.close();
    return;
  }
  keepTyped();
  location.assign(`${box.dataset.login}?next=${encodeURIComponent(location.pathname + location.search)}`);
}

for (const kind of ["input", "change", "pointerdown", "keydown", "htmx:afterRequest"]) {
  addEventListener(
    kind,
    () => {
      if (box.open) return; // the question is answered with its buttons
      if (kind === "htmx:afterRequest") return heard(Date.now());
      active = Date.now();
      if (active - seen > MINUTE) stay();
    },
    { capture: true, passive: true },
  );
}
box.querySelector("[data-session-stay]").addEventListener("click", stay);
box.addEventListener("cancel", stay);

const line = box.querySelector("[data-session-left]");
function look() {
  if (cutOff) return Date.now() - cutOff > MINUTE && stay();
  const rest = left();
  if (rest <= -2000) return leave(); // a moment later, so that the server has ended it too
  if (active > seen && Date.now() - seen > MINUTE) stay(); // what came within the minute after the last sign of life
  if (rest > warning) return;
  if (!box.open) box.showModal();
  const seconds = Math.max(0, Math.ceil(rest / 1000));
  line.textContent =
    seconds > 60 ? line.dataset.minutes.replace("{n}", Math.ceil(seconds / 60)) : line.dataset.seconds.replace("{n}", seconds);
}
if (!document.querySelector("form[data-keep], [data-files]")) addEventListener("online", stay); // those send by themselves, and learn it then
setInterval(look, 1000);
