// Somebody in the org chart is dragged onto their superior, with a mouse anywhere, with a finger by the grip.
(() => {
  const tree = document.querySelector("[data-org]"), form = document.querySelector("[data-org-form]");
  if (!tree || !form) return;
  const nobody = document.querySelector("[data-org-nobody]"), said = document.querySelector("[data-org-said]");
  let start = null, ghost = null, over = null;

  const under = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest("[role=treeitem], [data-org-nobody]");

  function lift() {
    ghost = start.item.querySelector(".org__box").cloneNode(true);
    ghost.classList.add("org__ghost");
    document.body.append(ghost);
    start.item.classList.add("is-held");
    nobody.hidden = false;
  }

  function end() {
    ghost?.remove();
    over?.classList.remove("is-over");
    start?.item.classList.remove("is-held");
    nobody.hidden = true;
    start = ghost = over = null;
  }

  tree.addEventListener("pointerdown", (event) => {
    const box = event.target.closest(".org__box");
    const may = event.pointerType === "mouse" ? event.button === 0 : event.target.closest("[data-grip]");
    if (box && may) start = { item: box.closest("[role=treeitem]"), x: event.clientX, y: event.clientY };
  });

  document.addEventListener("pointermove", (event) => {
    if (!start || (!ghost && Math.hypot(event.clientX - start.x, event.clientY - start.y) < 6)) return;
    if (!ghost) lift();
    ghost.style.transform = `translate(${event.clientX + 8}px, ${event.clientY + 8}px)`;
    over?.classList.remove("is-over");
    over = under(event);
    if (over && !start.item.contains(over)) over.classList.add("is-over");
  });

  document.addEventListener("pointerup", (event) => {
    const target = ghost && under(event), held = start?.item;
    if (target && held.contains(target) && target !== held) said.textContent = tree.dataset.below;
    if (target && !held.contains(target)) {
      form.contact.value = held.dataset.person;
      form.boss.value = target.dataset.person ?? "";
      form.was.value = held.dataset.was;
      form.requestSubmit();
    }
    if (ghost) tree.addEventListener("click", (click) => click.preventDefault(), { once: true, capture: true });
    setTimeout(end);
  });

  document.addEventListener("pointercancel", end);
  tree.addEventListener("dragstart", (event) => event.preventDefault()); // a link must not be dragged away instead
})();
