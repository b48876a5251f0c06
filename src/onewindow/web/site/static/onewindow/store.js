// What this device keeps until the server has it: every entry as it was last typed, photographs, forms begun without a network.
// Pages and the worker share it. Where a browser keeps nothing, it lives as long as the page, and the page says so.
const NAME = "onewindow";
const KEYS = { typed: ["owner", "draft", "name"], drafts: ["owner", "draft"], files: ["id"], shared: ["id"], meta: ["name"] };
const memory = new Map(Object.keys(KEYS).map((store) => [store, new Map()]));
let opening = null;

function open() {
  opening ??= new Promise((done) => {
    if (globalThis.document?.documentElement.hasAttribute("data-keep-nothing")) return done(null); // the device is no person's own
    let asked;
    try {
      asked = indexedDB.open(NAME, 1);
    } catch {
      return done(null);
    }
    asked.onupgradeneeded = () => {
      for (const [store, keyPath] of Object.entries(KEYS)) asked.result.createObjectStore(store, { keyPath });
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close(); // somebody logs out in another tab
      asked.result.onclose = () => (opening = null);
      done(asked.result);
    };
    asked.onerror = asked.onblocked = () => done(null);
  });
  return opening;
}

const keyOf = (store, row) => KEYS[store].map((name) => row[name]);
const called = (key) => JSON.stringify(key);

// Change one row in one go: `change` gets what is there (or undefined) and returns what shall be there (undefined: nothing).
// Answers "kept" once it is on the disk, "full" where there is no room, "open" where the browser keeps nothing at all.
export async function change(store, key, change) {
  const base = await open();
  if (!base) {
    put(store, key, change(memory.get(store).get(called(key))));
    return "open";
  }
  let row;
  try {
    await new Promise((done, failed) => {
      const act = base.transaction(store, "readwrite", { durability: "strict" });
      const rows = act.objectStore(store);
      const asked = rows.get(key);
      asked.onsuccess = () => {
        row = change(memory.get(store).get(called(key)) ?? asked.result);
        if (row === undefined) rows.delete(key);
        else rows.put(row);
      };
      act.oncomplete = done;
      act.onabort = act.onerror = () => failed(act.error);
    });
    memory.get(store).delete(called(key));
    return "kept";
  } catch {
    put(store, key, row);
    return "full";
  }
}

function put(store, key, row) {
  if (row === undefined) memory.get(store).delete(called(key));
  else memory.get(store).set(called(key), row);
}

export async function all(store) {
  const base = await open();
  const rows = base
    ? await new Promise((done) => {
        const asked = base.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => done(asked.result);
        asked.onerror = () => done([]);
      }).catch(() => [])
    : [];
  const held = memory.get(store);
  return [...rows.filter((row) => !held.has(called(keyOf(store, row)))), ...held.values()];
}

export const keep = (store, row) => change(store, keyOf(store, row), () => row);
export const drop = (store, row) => change(store, keyOf(store, row), () => undefined);
export const meta = async (name) => (await all("meta")).find((row) => row.name === name)?.value ?? "";

// Leave nothing behind: whoever logs out, or says so.
export async function forget() {
  const base = await open();
  base?.close();
  opening = null;
  for (const rows of memory.values()) rows.clear();
  await new Promise((done) => {
    const asked = indexedDB.deleteDatabase(NAME);
    asked.onsuccess = asked.onerror = asked.onblocked = done;
  }).catch(() => {});
  for (const name of await caches.keys().catch(() => [])) {
    if (name.startsWith("onewindow-pages-")) await caches.delete(name);
  }
}
