// The theme is the reader's choice; it is set before the first paint. The switch cycles system, light, dark.
(() => {
  const root = document.documentElement;
  const chosen = () => localStorage.getItem("theme") || "system";
  const apply = (theme) => (theme === "system" ? root.removeAttribute("data-theme") : root.setAttribute("data-theme", theme));
  apply(chosen());
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    const order = ["system", "light", "dark"];
    const next = order[(order.indexOf(chosen()) + 1) % 3];
    localStorage.setItem("theme", next);
    apply(next);
    document.dispatchEvent(new Event("themechange"));
  });
})();
