// What is typed stays in this browser until it is saved, so that a log-in that ends in between costs nothing.
// Kept per draft: {fields: {name: {value, at}}, sent: the version of the draft that was sent, names: what was sent with it}.
const OLDEST_MS = 24 * 60 * 60 * 1000;
const form = document.querySelector("form[data-keep]");
if (form) watch(form);

function watch(form) {
  const place = `onewindow:draft:${form.dataset.keep}`;

  function read() {
    try {
      return { fields: {}, ...JSON.parse(localStorage.getItem(place) ?? "{}") };
    } catch {
      return { fields: {} };
    }
  }
  function write(kept) {
    try {
      if (Object.keys(kept.fields).length) localStorage.setItem(place, JSON.stringify(kept));
      else localStorage.removeItem(place);
    } catch {
      // A browser that keeps nothing for us: everything else works as before.
    }
  }
  function typed(name) {
    return new FormData(form).get(name) ?? "";
  }
  function put(name, value) {
    const control = form.elements.namedItem(name);
    if (!control || control.type === "hidden") return false;
    control.value = value; // a group of radio buttons takes its value in the same way
    return true;
  }
  function forget(names, values) {
    const kept = read();
    for (const name of names) {
      if (!values || kept.fields[name]?.value === values[name]) delete kept.fields[name];
    }
    delete kept.sent;
    delete kept.names;
    write(kept);
  }
  function snapshot() {
    return Object.fromEntries(Object.keys(read().fields).map((name) => [name, typed(name)]));
  }

  function restore() {
    const kept = read();
    // Our own sending has made the draft newer than it was: what was sent is saved, or stands in the boxes with what is wrong.
    if (kept.sent !== undefined && Number(form.dataset.version) > kept.sent) {
      forget(kept.names ?? []);
      return restore();
    }
    let restored = 0;
    for (const [name, { value, at }] of Object.entries(kept.fields)) {
      if (Date.now() - at > OLDEST_MS || (form.elements.namedItem(name) && typed(name) === value)) delete kept.fields[name];
      else if (put(name, value)) restored += 1;
    }
    delete kept.sent;
    delete kept.names;
    write(kept);
    if (!restored) return;
    document.querySelector("[data-restored]").hidden = false;
    form.dispatchEvent(new Event("change", { bubbles: true })); // saves what was put back
  }

  for (const kind of ["input", "change"]) {
    form.addEventListener(kind, (event) => {
      const { name, type } = event.target;
      if (!name || type === "hidden" || type === "file") return;
      const kept = read();
      kept.fields[name] = { value: typed(name), at: Date.now() };
      write(kept);
    });
  }
  let sent = {};
  form.addEventListener("htmx:beforeRequest", () => (sent = snapshot()));
  form.addEventListener("htmx:afterRequest", (event) => {
    const { status, responseText } = event.detail.xhr;
    if (status !== 200) return;
    const unsaved = new Set((/data-unsaved="([^"]*)"/.exec(responseText)?.[1] ?? "").split(" "));
    forget(Object.keys(sent).filter((name) => !unsaved.has(name.split(".")[0])), sent);
  });
  form.addEventListener("submit", () => {
    const kept = read();
    write({ ...kept, sent: Number(form.elements.namedItem("version").value), names: Object.keys(kept.fields) });
  });
  window.addEventListener("load", restore, { once: true });
  if (document.readyState === "complete") restore();
}
