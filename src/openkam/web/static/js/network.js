// A drawing of who is in contact with whom: an edge says its evidence beside the pointer or the focus, and a person
// lights up with everybody they are in contact with. Without scripts the titles say the same.
for (const stage of document.querySelectorAll("[data-drawing]")) {
  const picture = stage.querySelector("svg.network");
  const tip = document.createElement("p");
  tip.className = "drawing__tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true"); // the label of the edge or person is read instead
  stage.append(tip);
  const edges = [...picture.querySelectorAll("[data-edge]")], people = [...picture.querySelectorAll("[data-person]")];

  // Our tip stands instead of the browser's own.
  for (const mark of [...edges, ...people]) {
    const title = mark.querySelector("title");
    if (title) {
      mark.dataset.said = title.textContent;
      title.remove();
    }
  }

  function light(mark) {
    const key = mark?.dataset.person;
    const lit = new Set(mark ? [mark] : []);
    for (const edge of edges) {
      const { ours, theirs } = edge.dataset;
      if (edge === mark || key === ours || key === theirs) {
        lit.add(edge);
        for (const person of people) if ([ours, theirs].includes(person.dataset.person)) lit.add(person);
      }
    }
    for (const one of [...edges, ...people]) one.classList.toggle("is-lit", lit.has(one));
    picture.classList.toggle("is-lit-up", lit.size > 0);
  }

  function say(mark, x, y) {
    tip.hidden = !mark?.dataset.said;
    if (tip.hidden) return;
    tip.textContent = mark.dataset.said;
    const box = stage.getBoundingClientRect();
    const left = Math.min(x - box.left + 14, box.width - tip.offsetWidth - 4);
    const above = y - box.top - tip.offsetHeight - 12;
    tip.style.left = `${Math.max(4, left) + stage.scrollLeft}px`;
    tip.style.top = `${above > 0 ? above : y - box.top + 18}px`;
  }

  const of = (event) => event.target.closest?.("[data-edge], [data-person]");
  stage.addEventListener("pointermove", (event) => {
    const mark = of(event);
    light(mark);
    say(mark, event.clientX, event.clientY);
  });
  stage.addEventListener("pointerleave", () => { light(); say(); });
  stage.addEventListener("focusin", (event) => {
    const mark = of(event);
    light(mark);
    if (mark) {
      const box = mark.getBoundingClientRect();
      say(mark, box.x + box.width / 2, box.y + box.height / 2);
    }
  });
  stage.addEventListener("focusout", () => { light(); say(); });
  stage.addEventListener("keydown", (event) => { if (event.key === "Escape") { light(); say(); } });
}
