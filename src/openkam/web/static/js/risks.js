// Cards of the risk grid: drag one with the pointer, or move it with the arrow keys and settle it with Enter; Esc puts
// it back. The move is posted as the plain form would post it, and the register of the answer takes this one's place.
(() => {
  const LEVELS = ["low", "medium", "high"];
  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  const cellAt = (impact, probability) => document.querySelector(`[data-cell][data-impact="${impact}"][data-probability="${probability}"]`);
  let moving = null; // by keys: {card, home, next}
  let drag = null; // by pointer: {card, item, x, y, started}
  let dropped = 0;

  async function send(card, { impact, probability }) {
    const register = document.getElementById("register");
    const said = { impact, probability, version: card.dataset.version, stand: register.dataset.stand };
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const body = new URLSearchParams({ ...said, csrfmiddlewaretoken: token, next: location.pathname + location.search });
    const answer = await fetch(card.dataset.url, { method: "POST", body }).catch(() => null);
    if (!answer?.ok) return location.reload();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["register", "messages"]) {
      const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
      if (!fresh) return location.reload();
      old.replaceChildren(...fresh.childNodes);
      Object.assign(old.dataset, fresh.dataset);
    }
    document.getElementById(card.id)?.focus();
  }

  // Keys: the card walks at once, and is posted when it is settled.
  function walk(card, [right, up]) {
    const item = card.closest("li"), cell = item.closest("[data-cell]");
    moving ??= { card, home: item.parentElement, next: item.nextSibling };
    const step = (level, by) => LEVELS[Math.min(Math.max(LEVELS.indexOf(level) + by, 0), 2)];
    const { impact, probability } = cell ? cell.dataset : { impact: "low", probability: "low" };
    const target = cell ? cellAt(step(impact, right), step(probability, up)) : cellAt("low", "low");
    target.querySelector("ul").append(item);
    item.classList.add("is-moving");
    card.focus();
  }

  function settle(card) {
    moving = null;
    send(card, card.closest("[data-cell]").dataset);
  }

  function putBack() {
    const { card, home, next } = moving;
    moving = null;
    home.insertBefore(card.closest("li"), next);
    card.closest("li").classList.remove("is-moving");
    return card;
  }

  document.addEventListener("keydown", (event) => {
    const card = event.target.closest("[data-card]");
    if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
    const ours = moving?.card === card;
    if (STEPS[event.key]) walk(card, STEPS[event.key]);
    else if (event.key === "Enter" && ours) settle(card);
    else if (event.key === "Escape" && ours) putBack().focus();
    else return;
    event.preventDefault();
  });
  // Walking takes the card out of the page for a moment; only who really leaves it takes the move back.
  document.addEventListener("focusout", () => setTimeout(() => moving && document.activeElement !== moving.card && putBack()));

  // Pointer: a mouse takes the whole card, a finger its handle, so that the page still scrolls.
  document.addEventListener("pointerdown", (event) => {
    const item = event.target.closest(".risk-card"), card = item?.querySelector("[data-card]");
    if (!card || event.button || (event.pointerType === "touch" && !event.target.closest(".risk-card__handle"))) return;
    drag = { card, item, x: event.clientX, y: event.clientY, started: false };
  });
  const under = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-cell]");
  const light = (cell) => document.querySelectorAll("[data-cell]").forEach((each) => each.classList.toggle("is-over", each === cell));
  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const right = event.clientX - drag.x, down = event.clientY - drag.y;
    if (!drag.started && Math.hypot(right, down) < 6) return;
    drag.started = true;
    drag.item.classList.add("is-dragged");
    drag.item.style.setProperty("translate", `${right}px ${down}px`);
    light(under(event));
  });
  function drop(event) {
    if (!drag) return;
    const { card, item, started } = drag, cell = started && event.type === "pointerup" ? under(event) : null;
    drag = null;
    light(null);
    item.classList.remove("is-dragged");
    item.style.removeProperty("translate");
    if (!started) return;
    dropped = event.timeStamp;
    if (cell && cell !== item.closest("[data-cell]")) send(card, cell.dataset);
  }
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", drop);
  document.addEventListener("click", (event) => {
    if (event.timeStamp - dropped < 100 && event.target.closest("[data-card]")) event.preventDefault(); // it was a drop
  }, true);
})();
