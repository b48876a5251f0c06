// Gain only: without this file a paper opens in a tab of its own. With it, papers stand beside the case, in large.
const frame = document.querySelector(".frame");
const STEPS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];
let papers = [];
let place = 0;
let size = STEPS.indexOf(1);
let turned = 0;
let opener = null;

const box = () => document.querySelector("[data-viewer]");
const part = (name) => box().querySelector(`[data-viewer-${name}]`);
const isOpen = () => box() && !box().hidden;

function open(link) {
  const known = new Map();
  for (const one of document.querySelectorAll("a[data-view]")) if (!known.has(one.dataset.view)) known.set(one.dataset.view, one);
  papers = [...known.values()];
  place = Math.max(0, papers.findIndex((one) => one.dataset.view === link.dataset.view));
  opener = link;
  box().hidden = false;
  frame.dataset.large = "";
  const covers = getComputedStyle(box()).position === "fixed";
  for (const one of document.querySelectorAll(".queue, .case, .desk-header")) one.inert = covers;
  show();
  box().focus();
}

function close() {
  box().hidden = true;
  part("picture").removeAttribute("src");
  delete frame.dataset.large;
  for (const one of document.querySelectorAll(".queue, .case, .desk-header")) one.inert = false;
  opener?.focus();
}

function show() {
  const { view, title, facts, hash } = papers[place].dataset;
  const picture = part("picture");
  size = STEPS.indexOf(1);
  turned = 0;
  picture.hidden = true;
  wait(part("wait").dataset.words ?? part("wait").textContent);
  picture.src = view;
  picture.alt = title;
  part("title").textContent = title;
  part("place").textContent = `${place + 1} / ${papers.length}`;
  part("facts").textContent = facts;
  part("hash").textContent = hash;
  part("file").href = view.replace(/pages\/$/, "");
  for (const button of box().querySelectorAll("[data-viewer-step]")) button.disabled = papers.length < 2;
}

function wait(words) {
  const line = part("wait");
  line.dataset.words ??= line.textContent;
  line.textContent = words;
  line.hidden = !words;
}

// The picture is turned about its middle, so the sheet under it takes the room that it needs then.
function lay() {
  const picture = part("picture");
  const stage = box().querySelector(".viewer__stage");
  if (picture.hidden || !picture.naturalWidth) return;
  const lying = turned % 180 !== 0;
  const [wide, high] = lying ? [picture.naturalHeight, picture.naturalWidth] : [picture.naturalWidth, picture.naturalHeight];
  const width = Math.min(wide, stage.clientWidth) * STEPS[size];
  const height = (width * high) / wide;
  const sheet = picture.parentElement;
  sheet.style.width = `${width}px`;
  sheet.style.height = `${height}px`;
  picture.style.width = `${lying ? height : width}px`;
  picture.style.transform = `translate(-50%, -50%) rotate(${turned}deg)`;
  part("size").textContent = `${STEPS[size] * 100} %`;
}

function step(by) {
  if (papers.length < 2) return;
  place = (place + by + papers.length) % papers.length;
  show();
}

function zoom(how) {
  size = how === "fit" ? STEPS.indexOf(1) : Math.min(Math.max(size + (how === "in" ? 1 : -1), 0), STEPS.length - 1);
  lay();
}

function turn() {
  turned = (turned + 90) % 360;
  lay();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-view]");
  if (link && box() && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open(link);
    return;
  }
  const button = event.target.closest("[data-viewer] button");
  if (!button) return;
  if (button.dataset.viewerStep) step(Number(button.dataset.viewerStep));
  else if (button.dataset.viewerZoom) zoom(button.dataset.viewerZoom);
  else if ("viewerTurn" in button.dataset) turn();
  else close();
});

// Before the desk's own keys: what is pressed in the viewer is meant for it.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (!isOpen()) {
      const first = document.querySelector("a[data-view]");
      if (event.key.toLowerCase() !== "v" || !first || event.target.closest("input, textarea, select")) return;
      event.preventDefault();
      open(first);
      return;
    }
    if (event.key === "Escape") {
      event.preventDefault();
      close();
      return;
    }
    if (!event.target.closest("[data-viewer]")) return;
    const stage = box().querySelector(".viewer__stage");
    const moves = event.target === stage && stage.scrollWidth > stage.clientWidth; // then the arrows move the picture
    const acts = {
      "+": () => zoom("in"),
      "=": () => zoom("in"),
      "-": () => zoom("out"),
      0: () => zoom("fit"),
      r: () => turn(),
      ...(moves ? {} : { ArrowLeft: () => step(-1), ArrowRight: () => step(1) }),
    };
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    event.stopImmediatePropagation();
    if (!act) return;
    event.preventDefault();
    act();
  },
  true,
);

// A picture tells of itself only where it stands; the panes may be new ones.
document.addEventListener(
  "load",
  (event) => {
    if (!event.target.matches?.("[data-viewer-picture]")) return;
    event.target.hidden = false;
    wait("");
    lay();
    box().querySelector(".viewer__stage").scrollTo(0, 0);
  },
  true,
);
document.addEventListener(
  "error",
  (event) => {
    if (event.target.matches?.("[data-viewer-picture]") && event.target.getAttribute("src")) wait(box().dataset.broken);
  },
  true,
);
document.body.addEventListener("htmx:afterSwap", () => {
  if (!isOpen()) delete frame.dataset.large;
});
window.addEventListener("resize", () => isOpen() && lay());
