// Gain only: without this file a button shows the result, and everything is open.
const form = document.getElementById("composer");
const narrow = window.matchMedia("(max-width: 48rem)");

// ---- on a phone the lists stay closed once something is picked, so that the result is near ----
if (narrow.matches && form.querySelector("[name=service]:checked")) {
  for (const fold of document.querySelectorAll("details[data-fold]")) fold.open = false;
}

// ---- a link from a sentence to its field opens what holds the field ----
function reveal() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const fold = target && target.closest("details");
  if (fold) fold.open = true;
}
window.addEventListener("hashchange", reveal);
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='#']");
  const target = link && document.getElementById(link.hash.slice(1));
  const fold = target && target.closest("details");
  if (!fold) return;
  fold.open = true;
  if (!link.closest("[data-module=govuk-error-summary]")) {
    event.preventDefault();
    target.focus();
  }
}, true);
reveal();

// ---- sliders say their value while they are moved; the result comes from the server ----
document.addEventListener("input", (event) => {
  const slider = event.target.closest?.("input[type=range]");
  if (!slider) return;
  const output = slider.closest(".slide").querySelector("output");
  const words = slider.dataset.words?.split("|");
  output.textContent = words ? words[Number(slider.value)] : output.textContent.replace(/\d+/, slider.value);
  if (words) slider.setAttribute("aria-valuetext", output.textContent);
});

// ---- Enter in a field shows the effect, it neither keeps nor publishes; with scripts the change itself has done so ----
form.addEventListener("submit", (event) => {
  if (event.submitter && "preview" in event.submitter.dataset) event.preventDefault();
});

// ---- a long list of services is searched as one types; what is typed there is no part of the form ----
const find = document.querySelector("[data-find]");
if (find) {
  find.addEventListener("change", (event) => event.stopPropagation());
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLowerCase();
    for (const row of find.closest(".picks").querySelectorAll("li")) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
}

// ---- while the result is on its way, it is pale ----
const result = document.getElementById("result");
const busy = (on) => (event) => {
  if (event.detail.target === result) result.setAttribute("aria-busy", String(on));
};
document.body.addEventListener("htmx:beforeRequest", busy(true));
for (const end of ["htmx:afterSwap", "htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.body.addEventListener(end, busy(false));
}
