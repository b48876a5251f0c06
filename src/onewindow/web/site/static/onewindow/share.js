// What another app shared waits on this device; here its reader says which document of which draft it is.
import { all, drop, keep } from "./store.js";
import { sendAll } from "./send.js";

const line = document.querySelector("[data-shared]");
const owner = document.documentElement.dataset.owner;
const files = await all("shared");

if (files.length) line.querySelector("[data-shared-name]").textContent = files.map((file) => file.name).join(", ");
else {
  line.textContent = line.dataset.none;
  for (const choice of document.querySelectorAll("main section, [data-share-drop]")) choice.hidden = true;
}

for (const button of document.querySelectorAll("[data-share-to]")) {
  button.addEventListener("click", async () => {
    for (const { name, type, blob } of files) {
      const row = { id: crypto.randomUUID(), owner, draft: button.dataset.shareTo, kind: button.dataset.kind, name, type, blob, at: Date.now(), says: "" };
      if ((await keep("files", row)) !== "kept") return; // it waits where it was
    }
    for (const file of files) await drop("shared", file);
    await sendAll();
    location.assign(button.dataset.next);
  });
}
document.querySelector("[data-share-drop]").addEventListener("click", async () => {
  for (const file of files) await drop("shared", file);
  location.assign("/");
});
