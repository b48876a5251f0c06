// Gain only: how many rows are still ticked stands on the button that does them.
const form = document.querySelector("[data-count]");
const button = form?.querySelector("[data-count-button]");
if (button) {
  const count = () => {
    button.querySelector("span").textContent = `${button.dataset.label} (${form.querySelectorAll("input[type=checkbox]:checked").length})`;
  };
  form.addEventListener("change", count);
  count();
}
