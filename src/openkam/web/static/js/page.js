// Keys of the whole page: Ctrl K finds, "?" lists the keys, "g a" goes; data-opens opens a dialog by its id.
(() => {
  const open = (id) => document.getElementById(id)?.showModal?.();
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  let going = 0;

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) open(opener.dataset.opens);
    if (event.target.matches("dialog")) event.target.close(); // a click beside the dialog
  });

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      return open("palette");
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "?") return open("keys");
    if (event.key === "g") return void (going = Date.now());
    if (Date.now() - going > 1500) return;
    going = 0;
    document.querySelector(`a[data-key="g ${CSS.escape(event.key)}"]`)?.click();
  });

  // In the palette, arrows walk through the results.
  document.addEventListener("keydown", (event) => {
    const palette = event.target.closest("#palette");
    if (!palette || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const stops = [...palette.querySelectorAll("input, #palette-results a")];
    const at = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    stops[(at + stops.length) % stops.length]?.focus();
  });

  // A form with data-autosubmit sends itself when one of its fields changes.
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-autosubmit]")) form.requestSubmit();
  });

  // A form with data-confirm asks before it is sent.
  document.addEventListener("submit", (event) => {
    const question = event.target.dataset?.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });
})();
