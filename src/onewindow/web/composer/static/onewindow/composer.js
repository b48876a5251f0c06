// Sliders say their value while they are moved; the result comes from the server.
document.addEventListener("input", (event) => {
  const slider = event.target.closest?.("input[type=range]");
  if (!slider) return;
  const output = slider.closest(".slide").querySelector("output");
  const words = slider.dataset.words?.split("|");
  output.textContent = words ? words[Number(slider.value)] : output.textContent.replace(/\d+/, slider.value);
});
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id === "result") event.detail.target.setAttribute("aria-busy", "true");
});
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "result") event.detail.target.setAttribute("aria-busy", "false");
});
