// In a field of names, arrows, Enter, a comma or a click make a chip of the chosen person; Backspace takes the last one
// back, and an empty field lets Enter send the form. A name that nobody on record has is chosen by hand, or asked about
// by the server: a slip of the finger is not somebody new.
(() => {
  const list = (field) => field.closest("[data-whom]").querySelector("[role=listbox]");
  const options = (field) => [...list(field).querySelectorAll("[role=option]")];
  const chosen = (field) => list(field).querySelector("[aria-selected=true]");

  function point(field, option) {
    options(field).forEach((each) => each.setAttribute("aria-selected", String(each === option)));
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  function show(field, open) {
    list(field).hidden = !open;
    field.setAttribute("aria-expanded", String(open));
    point(field, open && field.value.trim() ? list(field).querySelector("[role=option]:not(.whom__made)") : null);
  }

  function take(field, option) {
    const chips = field.closest("[data-whom]").querySelector(".whom__chips"), chip = document.createElement("li");
    chip.className = "whom__chip";
    chip.append(option.querySelector("template").content.cloneNode(true));
    const token = chip.querySelector("input").value;
    if (![...chips.querySelectorAll("input")].some((each) => each.value === token)) chips.append(chip);
    field.value = "";
    list(field).replaceChildren();
    show(field, false);
    field.focus();
  }

  const text = (field) => field.value.trim().split(/\s+/).join(" ");
  const isListed = (field) => list(field).querySelector("[data-answers]")?.dataset.answers === text(field);

  // Enter was pressed before the list came: what it would have chosen, or the form as it is. A list that answers what
  // was typed before chooses nobody.
  function listed(field) {
    if (!isListed(field)) return;
    const waits = field.dataset.waits;
    delete field.dataset.waits;
    show(field, document.activeElement === field && options(field).length > 0);
    if (waits && chosen(field)) take(field, chosen(field));
    else if (waits) field.form.requestSubmit();
  }

  document.addEventListener("keydown", (event) => {
    const field = event.target.closest(".whom__field");
    if (!field || event.isComposing) return;
    const open = !list(field).hidden, all = options(field), at = all.indexOf(chosen(field));
    const unlisted = text(field) && !isListed(field) && !field.dataset.waits;
    if (open && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      point(field, all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
    } else if (open && at >= 0 && ["Enter", ",", "，", "、"].includes(event.key)) {
      event.preventDefault();
      take(field, all[at]);
    } else if (event.key === "Enter" && unlisted) {
      event.preventDefault();
      field.dataset.waits = "yes";
    } else if (open && event.key === "Escape") {
      event.preventDefault();
      show(field, false);
    } else if (event.key === "Backspace" && !field.value) {
      field.closest("[data-whom]").querySelector(".whom__chip:last-child")?.remove();
    }
  });

  document.addEventListener("input", (event) => {
    const field = event.target.closest(".whom__field");
    if (!field) return;
    delete field.dataset.waits;
    show(field, false); // what is listed answers what was typed before
  });

  document.addEventListener("click", (event) => {
    const option = event.target.closest(".whom__list [role=option]");
    if (option) take(option.closest("[data-whom]").querySelector(".whom__field"), option);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches(".whom__chip input") && !event.target.checked) event.target.closest("li").remove();
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.matches(".whom__list")) listed(event.target.closest("[data-whom]").querySelector(".whom__field"));
  });
})();
