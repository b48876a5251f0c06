// A field of divisions or industries becomes a list that answers while one types. Without this file the server reads names and asks back.
const pickers = [...document.querySelectorAll("[data-picker]")];
if (pickers.length) begin();

async function begin() {
  const own = document.querySelector("script[data-autocomplete]").dataset;
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = own.autocompleteStyle;
  document.head.append(sheet);
  const script = document.createElement("script");
  script.src = own.autocomplete;
  script.onload = () => pickers.forEach(become);
  document.head.append(script);
}

const language = document.documentElement.lang.slice(0, 2);
const said = (name) => name[language] ?? name.zh ?? Object.values(name)[0] ?? "";
const label = (row) => `${[...row.path, row.name].map(said).join(" ")} (${row.code})`;

function become(box) {
  const input = box.querySelector("input");
  const { id, name, value } = input;
  const typing = document.activeElement === input;
  const about = input.getAttribute("aria-describedby");
  const wrong = input.classList.contains("govuk-input--error");
  const list = box.dataset.picker;
  let asked = 0;
  async function source(text, show) {
    const mine = (asked += 1);
    const answer = await fetch(`/api/v1/code-lists/${list}/codes?limit=12&q=${encodeURIComponent(text)}`).catch(() => null);
    if (mine === asked && answer?.ok) show((await answer.json()).map(label));
  }
  box.replaceChildren();
  window.accessibleAutocomplete({
    element: box,
    id,
    name,
    source,
    defaultValue: value,
    minLength: 1,
    confirmOnBlur: false,
    displayMenu: "overlay",
    inputClasses: wrong ? "govuk-input govuk-input--error" : "govuk-input",
    tNoResults: () => box.dataset.none,
    tStatusNoResults: () => box.dataset.none,
    tStatusResults: (count) => box.dataset.count.replace("{n}", count),
    tStatusQueryTooShort: () => "",
    tStatusSelectedOption: (option, count, place) => `${option} ${place + 1}/${count}`,
    tAssistiveHint: () => box.dataset.hint,
    onConfirm(chosen) {
      if (chosen === undefined) return;
      // the library writes the text after this call; whoever saves as one types has to hear of it
      setTimeout(() => document.getElementById(id).dispatchEvent(new Event("change", { bubbles: true })));
    },
  });
  const drawn = document.getElementById(id);
  drawn.maxLength = 254;
  if (typing) {
    drawn.focus(); // whoever was typing goes on, in the same moment
    drawn.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (about) drawn.setAttribute("aria-describedby", `${about} ${drawn.getAttribute("aria-describedby") ?? ""}`.trim());
}
