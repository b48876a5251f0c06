// News in this browser. Nothing is asked of the reader before they press the button; which of the listed browsers is this one is known here alone.
const HERE = "onewindow-push-device";
const place = document.querySelector("[data-push]");
const start = place?.querySelector("[data-push-start]");
const say = (what) => {
  for (const text of place.querySelectorAll("[data-push-says]")) text.hidden = text.dataset.pushSays !== what;
};
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

async function registration() {
  const held = await navigator.serviceWorker.getRegistration("/");
  if (!held) await navigator.serviceWorker.register(place.dataset.pushWorker, { scope: "/" });
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("no worker")), 10_000));
  return Promise.race([navigator.serviceWorker.ready, late]);
}

async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") return say("denied");
  const worker = await registration();
  await (await worker.pushManager.getSubscription())?.unsubscribe(); // perhaps of another account, or under another key
  const found = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(place.dataset.pushKey) });
  const { endpoint, keys } = found.toJSON();
  const sent = new FormData(start);
  for (const [name, value] of Object.entries({ endpoint, ...keys })) sent.set(name, value);
  const answer = await fetch(start.action, { method: "POST", body: sent, headers: { Accept: "application/json" } });
  if (answer.status !== 201) {
    await found.unsubscribe();
    throw new Error(String(answer.status));
  }
  localStorage.setItem(HERE, (await answer.json()).id);
  location.reload();
}

async function end() {
  localStorage.removeItem(HERE);
  const worker = await navigator.serviceWorker.getRegistration("/");
  await (await worker?.pushManager.getSubscription())?.unsubscribe();
}

function begin() {
  const id = localStorage.getItem(HERE);
  const own = id && place.querySelector(`[data-push-device="${CSS.escape(id)}"]`);
  if (own) {
    own.querySelector("[data-push-here]").hidden = false;
    const form = own.querySelector("form");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      end().finally(() => form.submit());
    });
  }
  start.hidden = Boolean(own) && Notification.permission === "granted";
  start.addEventListener("submit", (event) => {
    event.preventDefault();
    say("");
    subscribe().catch(() => say("failed"));
  });
}

if (place) {
  if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) begin();
  else say("unable");
}
