// Progressive gain only: every page works without this file.
const script = document.querySelector("script[data-govuk]");
document.body.classList.add("js-enabled", "govuk-frontend-supported");

// ---- govuk-frontend: double clicks, focus of the error summary, conditional radios, character counts ----
const govuk = await import(script.dataset.govuk);
function start(scope) {
  govuk.initAll({ scope });
}
start(document);

// ---- menus close on Escape and on a click elsewhere ----
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// ---- one question per page on the phone and in the mode for older people: a group shows one field at a time ----
const narrow = window.matchMedia("(max-width: 40rem)");
const onePerPage = narrow.matches || document.documentElement.dataset.mode === "elderly";
for (const group of document.querySelectorAll("[data-one-at-a-time]")) {
  oneAtATime(group);
}

function oneAtATime(group) {
  const parts = [...group.querySelectorAll(":scope > [data-part]")];
  const send = group.querySelector(":scope > [data-send]");
  const wrong = parts.findIndex((part) => part.querySelector(".govuk-error-message"));
  if (parts.length < 2 || wrong >= 0 || !onePerPage) return;
  const next = document.createElement("button");
  next.type = "button";
  next.className = "button";
  next.textContent = group.dataset.next;
  const back = document.createElement("button");
  back.type = "button";
  back.className = "button button--ghost";
  back.textContent = group.dataset.back;
  const row = document.createElement("div");
  row.className = "actions";
  row.append(next, back);
  send.before(row);
  const place = document.createElement("p");
  place.className = "step-count";
  place.setAttribute("aria-live", "polite");
  group.prepend(place);
  const looked = parts.findIndex((part) => part.hasAttribute("data-look"));
  let shown = looked >= 0 ? looked : Math.max(0, parts.findIndex((part) => part.hasAttribute("data-empty")));
  function show(index, focus) {
    shown = index;
    parts.forEach((part, number) => (part.hidden = number !== shown));
    const last = shown === parts.length - 1;
    next.hidden = last;
    back.hidden = shown === 0;
    send.hidden = !last;
    place.textContent = group.dataset.place.replace("{n}", shown + 1).replace("{all}", parts.length);
    if (focus) parts[shown].querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }
  function valid() {
    return [...parts[shown].querySelectorAll("input, select, textarea")].every((field) => field.reportValidity());
  }
  next.addEventListener("click", () => valid() && show(shown + 1, true));
  back.addEventListener("click", () => show(shown - 1, true));
  group.addEventListener("onewindow:look", (event) => show(parts.indexOf(event.target), false));
  group.closest("form").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input") && !next.hidden) {
      event.preventDefault();
      next.click();
    }
  });
  show(shown, false);
}

// ---- "not right?" opens the field beside the value and takes the focus there ----
document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details[data-focus]") && event.target.open) {
    event.target.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }
}, true);

// ---- htmx: progress of uploads, components in new content, a sentence where the network is gone ----
document.body.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.closest("[data-upload]")?.querySelector("progress");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.max = event.detail.total;
  bar.value = event.detail.loaded;
});
document.body.addEventListener("htmx:load", (event) => start(event.detail.elt));
document.body.addEventListener("htmx:beforeSwap", (event) => {
  // Sentences come with 4xx statuses: they are content, not trouble.
  const status = event.detail.xhr.status;
  const signedOut = document.querySelector("[data-signed-out]");
  if (status === 401 && signedOut) {
    signedOut.hidden = false;
    for (const line of document.querySelectorAll("[data-offline]")) line.textContent = "";
    return; // what stands on the page stays there
  }
  if (status === 401 || status === 409 || status === 413 || status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
for (const trouble of ["htmx:sendError", "htmx:timeout"]) {
  document.body.addEventListener(trouble, () => {
    for (const line of document.querySelectorAll("[data-offline]")) line.textContent = line.dataset.offline;
  });
}

// ---- uploads: a dropped file is a chosen file; without htmx the button sends it ----
for (const box of document.querySelectorAll("[data-upload], .upload")) {
  const input = box.querySelector("input[type=file]");
  if (!input) continue;
  const over = (on) => (event) => {
    event.preventDefault();
    box.classList.toggle("is-over", on);
  };
  box.addEventListener("dragover", over(true));
  box.addEventListener("dragleave", over(false));
  box.addEventListener("drop", (event) => {
    over(false)(event);
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// ---- the name of a chosen file stands beside its button ----
document.addEventListener("change", (event) => {
  const name = event.target.closest?.("[data-file]")?.querySelector("[data-file-name]");
  if (name) name.textContent = [...event.target.files].map((file) => file.name).join(", ");
});

// ---- printing ----
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
