// The account matrix: a bubble and its row light up together, what a bubble says stands below the picture, and the
// arrow keys walk from bubble to bubble, so that the picture is one stop of the Tab key. The server swaps the picture.
(() => {
  const dots = () => [...document.querySelectorAll("[data-matrix] a.dot")];
  const of = (account) => document.querySelectorAll(`[data-matrix] a.dot[data-account="${account}"], tr[data-account="${account}"], [data-name="${account}"]`);

  function light(account) {
    document.querySelectorAll(".is-lit").forEach((lit) => lit.classList.remove("is-lit"));
    if (account) of(account).forEach((found) => found.classList.add("is-lit"));
    say(account);
  }

  function say(account) {
    const said = document.querySelector(".matrix__said");
    if (!said) return;
    const title = account && document.querySelector(`a.dot[data-account="${account}"] title`);
    said.textContent = title ? title.textContent : said.dataset.hint;
    said.classList.toggle("is-hint", !title);
  }

  function stop(dot) {
    for (const other of dots()) other.setAttribute("tabindex", other === dot ? "0" : "-1");
  }

  // The nearest bubble on that side; what lies straight ahead counts as nearer.
  function neighbour(dot, key) {
    const centre = (one) => {
      const box = one.querySelector(".dot__body").getBoundingClientRect();
      return [box.x + box.width / 2, box.y + box.height / 2];
    };
    const [x, y] = centre(dot), sideways = /Left|Right/.test(key), sign = /Left|Up/.test(key) ? -1 : 1;
    let best = null, least = Infinity;
    for (const other of dots()) {
      const [otherX, otherY] = centre(other);
      const ahead = sign * (sideways ? otherX - x : otherY - y), aside = Math.abs(sideways ? otherY - y : otherX - x);
      const far = ahead + 2 * aside;
      if (other !== dot && ahead > 0 && far < least) [best, least] = [other, far];
    }
    return best;
  }

  for (const [enter, leave] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
    document.addEventListener(enter, (event) => {
      const found = event.target.closest?.("a.dot, tr[data-account]");
      if (found) light(found.dataset.account);
      if (found?.matches("a.dot") && enter === "focusin") stop(found);
    });
    document.addEventListener(leave, (event) => event.target.closest?.("a.dot, tr[data-account]") && light());
  }

  document.addEventListener("keydown", (event) => {
    const dot = event.target.closest?.("a.dot");
    if (!dot || !/^Arrow|^Home$|^End$/.test(event.key)) return;
    event.preventDefault();
    const all = dots();
    const next = event.key === "Home" ? all[0] : event.key === "End" ? all.at(-1) : neighbour(dot, event.key);
    next?.focus();
  });

  function ready() {
    if (dots().length) stop(dots()[0]);
    say();
  }

  document.addEventListener("htmx:load", ready);
  ready();
})();
