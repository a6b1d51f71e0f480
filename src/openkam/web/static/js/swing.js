// Points of criteria: a slider beside each number, in step with it, and each criterion's share of all while one types.
(() => {
  const form = document.querySelector('form[data-method="points"]');
  if (!form) return;
  const rows = [...form.querySelectorAll("[data-weight]")].map((row) => ({
    slider: row.querySelector("input[type=range]"),
    number: row.querySelector("input[type=number]"),
    share: row.querySelector("output"),
  }));
  const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const points = ({ number }) => Math.max(Number(number.value) || 0, 0);

  function show() {
    const whole = rows.reduce((sum, row) => sum + points(row), 0);
    for (const row of rows) row.share.textContent = whole ? percent.format(points(row) / whole) : "–";
  }

  for (const { slider, number } of rows) {
    slider.hidden = false;
    slider.addEventListener("input", () => {
      number.value = slider.value;
      show();
    });
    number.addEventListener("input", () => {
      slider.value = number.value || 0;
      show();
    });
  }
  show();
})();
