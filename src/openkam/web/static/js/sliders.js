// Sliders of weights: the number and the share beside each follow at once; the order of the accounts is the server's.
(() => {
  const form = document.querySelector("form[data-sliders]");
  if (!form) return;
  const sliders = [...form.querySelectorAll("input[type=range]")];
  // A slider shows whole points; one that stands where the round has it weighs exactly what the round says.
  const weight = (slider) => Number(slider.value === slider.dataset.rest ? slider.dataset.own : slider.value);
  const share = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });

  form.addEventListener("input", () => {
    const total = sliders.reduce((sum, slider) => sum + weight(slider), 0);
    for (const slider of sliders) {
      const output = form.querySelector(`output[for="${slider.id}"]`);
      output.querySelector("[data-points]").textContent = slider.value;
      output.querySelector("[data-share]").textContent = share.format(total ? weight(slider) / total : 0);
    }
  });

  // What is tried stands in the address once a slider rests: to go back to, to hand on.
  form.addEventListener("change", () => history.replaceState(null, "", `?${new URLSearchParams(new FormData(form))}`));
})();
