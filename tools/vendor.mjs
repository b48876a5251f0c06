// Copies the browser files of our npm packages to static-built/vendor/, the only step between an edit and the page.
//
// govuk-frontend's style sheet is written for one country's site: it loads a font and a crest whose licences do not reach
// us. Both go here, and the whole sheet moves into the cascade layer "govuk", so that our own layers always win.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const vendor = join(root, "static-built", "vendor");
mkdirSync(vendor, { recursive: true });

function withoutForeignAssets(css) {
  const clean = css
    .replace(/@charset "UTF-8";/, "")
    .replace(/\/\*![^*]*Calvert[^*]*\*\//g, "")
    .replace(/@font-face\{[^}]*\}/g, "")
    .replaceAll("GDS Transport,arial,sans-serif", "var(--font)")
    .replace(/url\(\/assets\/[^)]*\)/g, "none")
    .replace(/\/\*# sourceMappingURL=.*?\*\//, "");
  if (clean.includes("GDS Transport") || clean.includes("/assets/")) {
    throw new Error("govuk-frontend changed: its font or its /assets/ files are still asked for. Mend tools/vendor.mjs.");
  }
  return `@layer govuk {${clean}}\n`;
}

function withoutMap(js) {
  return js.replace(/\/\/# sourceMappingURL=.*$/m, "");
}

const govuk = join(modules, "govuk-frontend", "dist", "govuk");
writeFileSync(join(vendor, "govuk.css"), withoutForeignAssets(readFileSync(join(govuk, "govuk-frontend.min.css"), "utf8")));
writeFileSync(join(vendor, "govuk.js"), withoutMap(readFileSync(join(govuk, "govuk-frontend.min.js"), "utf8")));
copyFileSync(join(modules, "htmx.org", "dist", "htmx.min.js"), join(vendor, "htmx.js"));
const autocomplete = join(modules, "accessible-autocomplete", "dist", "accessible-autocomplete.min");
writeFileSync(join(vendor, "autocomplete.css"), `@layer govuk {${readFileSync(`${autocomplete}.css`, "utf8").replace(/\/\*# sourceMappingURL=.*?\*\//, "")}}\n`);
writeFileSync(join(vendor, "autocomplete.js"), withoutMap(readFileSync(`${autocomplete}.js`, "utf8")));
console.log("static-built/vendor: govuk.css govuk.js htmx.js autocomplete.css autocomplete.js");
