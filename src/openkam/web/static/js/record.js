// "n" opens the dialog that records a contact. Afterwards the page shows itself anew, unless somebody was typing in it.
(() => {
  const dialog = () => document.getElementById("record");

  document.addEventListener("keydown", (event) => {
    if (event.key !== "n" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    event.preventDefault();
    document.querySelector('a[data-key="n"]')?.click();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "record-form") event.target.querySelector(".whom__field")?.focus();
  });

  const typed = () =>
    [...document.querySelectorAll("form[method=post] :is(input:not([type=hidden]), textarea)")].some(
      (each) => !each.closest("#record") && (each.value !== each.defaultValue || each.checked !== each.defaultChecked),
    );

  document.addEventListener("recorded", (event) => {
    if (!typed()) return window.location.reload();
    const said = Object.assign(document.createElement("p"), { className: "message message--success" });
    said.textContent = event.detail.said;
    document.getElementById("messages")?.append(said);
    dialog().close();
  });
})();
