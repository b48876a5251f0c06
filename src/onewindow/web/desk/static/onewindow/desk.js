// Gain only: without this file the desk works by links and forms.
const frame = document.querySelector(".frame");
const panes = document.getElementById("panes");
const voice = document.querySelector("[data-announce]");
const onPhone = () => getComputedStyle(frame).display !== "grid"; // one thing at a time

const rows = () => [...document.querySelectorAll("[data-row]")];
const one = (selector) => document.querySelector(selector);

// ---- tabs of the evidence: links to parts of the page become tabs ----
function tabs(scope) {
  const box = scope.querySelector("[data-tabs]");
  if (!box) return;
  const links = [...box.querySelectorAll("[data-tab]")];
  const bar = links[0].parentElement;
  bar.setAttribute("role", "tablist");
  box.classList.add("is-tabbed");
  for (const link of links) {
    const part = document.getElementById(link.dataset.tab);
    link.id = `tab-${link.dataset.tab}`;
    link.setAttribute("role", "tab");
    link.setAttribute("aria-controls", part.id);
    part.setAttribute("role", "tabpanel");
    part.setAttribute("aria-labelledby", link.id);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      choose(link);
    });
    link.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = links[(links.indexOf(link) + step + links.length) % links.length];
      choose(next);
      next.focus();
    });
  }
  function choose(chosen) {
    for (const link of links) {
      const on = link === chosen;
      link.setAttribute("aria-selected", on);
      link.tabIndex = on ? 0 : -1;
      document.getElementById(link.dataset.tab).hidden = !on;
    }
  }
  box.choose = (id) => choose(links.find((link) => link.dataset.tab === id) ?? links[0]);
  choose(links[0]);
}

// ---- a check that says "look" opens what it speaks of ----
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-open]");
  if (!link) return;
  const target = document.getElementById(link.hash.slice(1));
  if (!target) return;
  event.preventDefault();
  const part = target.closest(".evidence__part");
  target.closest("[data-tabs]")?.choose?.(part.id);
  target.scrollIntoView({ block: "start" });
  const focus = target.matches("[tabindex]") ? target : target.querySelector("a, summary, [tabindex]");
  focus?.focus({ preventScroll: true });
});

// ---- a row opens beside the queue; back and forward bring the page itself ----
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.target !== panes) return;
  const article = panes.querySelector("[data-case]");
  frame.dataset.show = article ? "case" : "queue";
  mark(article?.dataset.task);
  begin(panes);
  if (onPhone()) window.scrollTo(0, 0);
  panes.scrollTop = 0;
  const [rowLink] = rows().filter((link) => link.hasAttribute("aria-current"));
  if (onPhone() || !rowLink || document.activeElement !== rowLink) panes.querySelector("#case-title")?.focus({ preventScroll: true });
  say(article?.dataset.say ?? "");
});

function mark(task) {
  for (const row of document.querySelectorAll("[data-tasks]")) {
    const link = row.querySelector("[data-row]");
    if (task && row.dataset.tasks.split(" ").includes(task)) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function say(words) {
  voice.textContent = "";
  setTimeout(() => (voice.textContent = words), 100);
}

// ---- ticking several: the bar stands there while something is ticked; each act counts the rows it can be done to ----
function several() {
  const form = one("[data-several]");
  const bar = form?.querySelector("[data-bulk]");
  if (!bar) return;
  const buttons = [...bar.querySelectorAll("[data-several-button]")];
  const shown = () => {
    const ticked = [...form.querySelectorAll("input[name=row]:checked")];
    bar.hidden = ticked.length === 0;
    for (const button of buttons) {
      const count = ticked.filter((box) => box.dataset.can.split(" ").includes(button.dataset.for)).length;
      button.hidden = count === 0;
      if (button.dataset.label) button.querySelector("span").textContent = `${button.dataset.label} (${count})`;
    }
  };
  form.addEventListener("change", shown);
  form.addEventListener("submit", () => setTimeout(() => buttons.forEach((button) => (button.disabled = true))));
  shown();
}

// ---- dialogs ----
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) one("#keys").showModal();
  if (event.target.closest("[data-ask-no]")) event.target.closest("dialog").close();
});

// On the phone the sentence stands further down than the thumb: it is shown before a decision is sent.
document.addEventListener("click", (event) => {
  const button = event.target.closest("#main-form [data-main]");
  if (!button || !onPhone() || !button.form.hasAttribute("data-confirm")) return;
  event.preventDefault();
  ask();
});

function ask() {
  const dialog = one("#ask");
  const empty = [...document.querySelectorAll("#main-form .outputs input")].find((field) => field.type === "text" && !field.value.trim());
  if (empty) {
    empty.focus();
    return;
  }
  const sentence = [...document.querySelectorAll("#main-form textarea[name^=sentence]")].map((area) => area.value).join("\n\n");
  dialog.querySelector("[data-ask-sentence]").textContent = sentence;
  dialog.querySelector("[data-ask-sentence]").hidden = !sentence;
  dialog.showModal();
  dialog.querySelector("[data-ask-yes]").focus();
}

// ---- keys; none of them while somebody types ----
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  const typing = event.target.closest("textarea, select, [contenteditable], input:not([type=checkbox]):not([type=radio])");
  if (typing) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const inQueue = event.target.closest("[data-queue]") || event.target === document.body;
  const acts = {
    "/": () => one("#find").select() ?? one("#find").focus(),
    "?": () => one("#keys").showModal(),
    j: () => move(1),
    k: () => move(-1),
    a: () => main(),
    o: () => other(),
    t: () => take(),
    g: () => give(),
    x: () => document.activeElement.closest(".row")?.querySelector("input[name=row]")?.click(),
  };
  if (inQueue) Object.assign(acts, { ArrowDown: () => move(1), ArrowUp: () => move(-1) });
  if (!acts[key]) return;
  event.preventDefault();
  acts[key]();
});

function move(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.indexOf(document.activeElement.closest("[data-row]"));
  const from = here >= 0 ? here : all.findIndex((link) => link.hasAttribute("aria-current"));
  const next = all[Math.min(Math.max(from + step, 0), all.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function main() {
  const button = one("[data-main]");
  if (!button) return;
  if (one("#main-form")?.hasAttribute("data-confirm")) ask();
  else button.click();
}

const ticked = () => one("[data-bulk]:not([hidden]) [data-for=assign]:not([hidden])");

function take() {
  (ticked()?.querySelector("[data-take-several]") ?? one("[data-take]"))?.click();
}

function give() {
  const menu = one("[data-give]");
  if (ticked()) return ticked().querySelector("[data-give-several]").focus();
  if (!menu) return;
  menu.open = !menu.open;
  (menu.open ? menu.querySelector("button:not(:disabled)") : menu.querySelector("summary"))?.focus();
}

function other() {
  const menu = one(".ways");
  if (!menu) return;
  menu.open = !menu.open;
  (menu.open ? menu.querySelector("a") : menu.querySelector("summary"))?.focus();
}

// ---- one send: the button rests while the page is under way, and works again when somebody comes back to it ----
document.addEventListener("submit", (event) => {
  for (const button of document.querySelectorAll(`#${event.target.id || "none"} [type=submit], [form="${event.target.id}"]`)) {
    setTimeout(() => (button.disabled = true));
  }
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
});

function begin(scope) {
  tabs(scope);
  const first = scope.querySelector("[data-focus-me]");
  const part = first?.closest(".evidence__part");
  if (part) part.closest("[data-tabs]").choose(part.id);
  first?.closest("details")?.setAttribute("open", "");
  first?.focus();
}

for (const button of document.querySelectorAll("[data-keys]")) button.hidden = false;
const current = one("[data-row][aria-current]");
if (current && !onPhone() && current.getBoundingClientRect().bottom > window.innerHeight) current.scrollIntoView({ block: "center" });
several();
begin(document);
const told = one(".told [role=status]");
if (told) say(told.textContent.trim());
