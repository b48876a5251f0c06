// At a terminal a visit ends when nobody touches the screen, and leaves nothing in this browser.
const box = document.querySelector("[data-terminal-visit]");
const start = document.querySelector("[data-terminal-start]");

// Nothing that somebody types is offered to the next: the browser's own memory of fields stays off.
for (const field of document.querySelectorAll("form, input, textarea")) field.autocomplete = "off";

// A page that comes back from the browser's memory is asked for anew: the visit may be over.
addEventListener("pageshow", (event) => event.persisted && location.reload());

async function forget() {
  try {
    localStorage.clear();
    sessionStorage.clear();
    for (const name of (await window.caches?.keys()) ?? []) await caches.delete(name);
    for (const one of (await indexedDB.databases?.()) ?? []) indexedDB.deleteDatabase(one.name);
    for (const one of (await navigator.serviceWorker?.getRegistrations()) ?? []) await one.unregister();
  } catch {
    // What a browser does not offer us, it keeps nothing in.
  }
}

function visit() {
  const idle = Number(box.dataset.idle) * 1000;
  const warning = Number(box.dataset.warning) * 1000;
  const finish = document.querySelector("#terminal-finish");
  const line = box.querySelector("[data-terminal-left]");
  let seen = Date.now();
  let told = seen;
  let over = false;

  async function end() {
    if (over) return;
    over = true;
    await forget();
    finish.submit();
    setTimeout(() => location.replace("/terminal/"), 5000); // the server ends it by itself where this did not reach it
  }

  async function here() {
    seen = Date.now();
    if (box.open) box.close();
    if (seen - told < 10_000) return;
    told = seen;
    const token = finish.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(box.dataset.stay, { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => null);
    if (answer?.status === 401) end();
  }

  for (const kind of ["pointerdown", "keydown", "input", "scroll"]) {
    addEventListener(kind, () => box.open || here(), { capture: true, passive: true });
  }
  box.querySelector("[data-terminal-stay]").addEventListener("click", here);
  box.addEventListener("cancel", here);
  finish.addEventListener("submit", forget);
  setInterval(() => {
    const rest = seen + idle - Date.now();
    if (rest <= 0) return end();
    if (rest > warning) return;
    if (!box.open) box.showModal();
    line.textContent = line.dataset.seconds.replace("{n}", Math.ceil(rest / 1000));
  }, 500);
}

if (start) forget();
if (box) visit();
