// Scoring by keyboard: 1 to 9, and 0 for ten, choose a point; Enter goes on to the next one; "Accept" takes a suggestion.
(() => {
  const form = document.querySelector("form[data-scoring]");
  if (!form) return;

  function choose(place, value, isSuggested) {
    const points = form.elements[`score-${place.dataset.place}`];
    const flag = form.elements[`suggested-${place.dataset.place}`];
    points.value = value;
    if (flag) flag.value = isSuggested ? "1" : "";
    [...points].find((point) => point.checked).dispatchEvent(new Event("change", { bubbles: true }));
  }

  function goOn(place) {
    const places = [...form.querySelectorAll(".place")];
    const next = places[places.indexOf(place) + 1];
    if (next) next.querySelector("input:checked").focus();
    else form.querySelector("button[name=then], a[rel=next]")?.focus();
  }

  form.addEventListener("keydown", (event) => {
    const place = event.target.closest(".place");
    if (!place || event.target.type !== "radio" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key !== "Enter" && !/^[0-9]$/.test(event.key)) return;
    event.preventDefault();
    if (event.key === "Enter") return goOn(place);
    choose(place, event.key === "0" ? "10" : event.key, false);
    place.querySelector("input:checked").focus();
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-accept]");
    if (!button) return;
    event.preventDefault();
    choose(button.closest(".place"), button.dataset.accept, true);
  });
})();
