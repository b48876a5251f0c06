// Reads the page aloud with a voice that this machine itself has: nothing that stands here is sent anywhere. Without one there is no button.
const button = document.querySelector("[data-speak]");
const speech = window.speechSynthesis;
const language = document.documentElement.lang.toLowerCase();
const PARTS = "h1, h2, h3, legend, label, p, li, dt, dd, .govuk-hint, .govuk-error-message";
const words = button?.querySelector("span");
const start = words?.textContent;
let queue = []; // kept here: a browser forgets an utterance that nobody holds

function voice() {
  const own = speech.getVoices().filter((one) => one.localService);
  const named = own.map((one) => [one.lang.toLowerCase().replace("_", "-"), one]);
  const wanted = language.startsWith("zh") ? ["zh-cn", "zh-hans", "cmn"] : [language.slice(0, 2)]; // other voices of zh speak Cantonese
  return named.find(([spoken]) => wanted.some((begin) => spoken.startsWith(begin)))?.[1];
}

function offer() {
  button.hidden = !voice();
}

function visible(part) {
  return part.getClientRects().length > 0 && !part.closest("nav, [data-unspoken], dialog");
}

// What stands inside a part is read with it, so it is not read again by itself.
function text() {
  const taken = [];
  for (const part of document.querySelectorAll(`main :is(${PARTS})`)) {
    if (visible(part) && !taken.some((other) => other.contains(part))) taken.push(part);
  }
  return taken.map((part) => part.innerText.trim()).filter(Boolean);
}

function show(reading) {
  button.setAttribute("aria-pressed", String(reading));
  words.textContent = reading ? button.dataset.stop : start;
}

function stop() {
  queue = [];
  speech.cancel();
  show(false);
}

function read() {
  speech.cancel();
  const chosen = voice();
  queue = text().map((sentence) => {
    const said = new SpeechSynthesisUtterance(sentence);
    said.voice = chosen;
    said.lang = chosen.lang;
    said.rate = 0.9;
    return said;
  });
  const last = queue.at(-1);
  if (!last) return;
  last.addEventListener("end", () => queue.at(-1) === last && stop());
  show(true);
  for (const said of queue) speech.speak(said);
}

if (button && speech && "SpeechSynthesisUtterance" in window) {
  offer();
  speech.addEventListener?.("voiceschanged", offer); // some browsers learn their voices late
  button.addEventListener("click", () => (queue.length ? stop() : read()));
  addEventListener("pagehide", stop);
  document.addEventListener("click", (event) => {
    if (queue.length && !button.contains(event.target) && event.target.closest("button, a")) stop(); // the page shows something else now
  });
}
