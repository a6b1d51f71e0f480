// In a list of rows, j and k walk from one row's link to the next; Enter opens it, as for any link.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !["j", "k"].includes(event.key)) return;
  if (event.target.closest("input, textarea, select, dialog")) return;
  const links = [...document.querySelectorAll("[data-rows] a[data-row]")];
  const at = links.indexOf(document.activeElement) + (event.key === "j" ? 1 : -1);
  links[Math.min(Math.max(at, 0), links.length - 1)]?.focus();
});
