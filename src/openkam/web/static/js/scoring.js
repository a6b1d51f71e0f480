// Scores save themselves, one by one. Each is kept on this device first, per round and person, and forgotten once the
// server has it: what could not be sent is sent when the network is back.
(() => {
  const form = document.querySelector("form[data-scoring]");
  if (!form) return;
  const key = `openkam-scores-${form.dataset.scoring}`, state = form.querySelector("[data-scoring-state]");
  const AT_ONCE = 100;
  let sending = false, memory = null;
  form.querySelector("[data-scoring-save]")?.setAttribute("hidden", "");

  const store = (() => { try { return window.localStorage; } catch { return null; } })();
  const kept = () => JSON.parse((store ? store.getItem(key) : memory) ?? "{}");
  function keep(queue) {
    memory = Object.keys(queue).length ? JSON.stringify(queue) : null;
    if (memory) store?.setItem(key, memory);
    else store?.removeItem(key);
  }

  const say = (words, kind = "") => ((state.textContent = words), (state.dataset.state = kind));
  const field = (name, place) => form.elements[`${name}-${place}`];

  function typed(place) {
    const found = { score: field("score", place).value, turn: form.elements.turn.value };
    for (const name of ["note", "suggested"]) if (field(name, place)) found[name] = field(name, place).value;
    return found;
  }

  function mark(place, kind, refusal = "") {
    const cell = form.querySelector(`[data-place="${place}"]`);
    if (!cell) return;
    cell.dataset.state = kind;
    cell.querySelector("[data-refusal]").textContent = refusal;
    cell.querySelector(".score-grid__cell")?.classList.toggle("is-refused", Boolean(refusal));
  }

  async function send() {
    const queue = kept(), places = Object.keys(queue).slice(0, AT_ONCE);
    if (sending || !places.length) return;
    sending = true;
    if (state.dataset.state !== "failed") say(form.dataset.saysSaving, "saving");
    const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
    for (const place of places) {
      for (const [name, value] of Object.entries(queue[place])) body.append(`${name}-${place}`, value);
    }
    let isSent = false;
    try {
      const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if (response.headers.get("Content-Type") !== "application/json") throw new Error(response.status);
      take(await response.json(), queue, places);
      isSent = true;
    } catch {
      const waiting = kept();
      Object.keys(waiting).forEach((place) => mark(place, "kept"));
      say(`${form.dataset.saysKept} ${Object.keys(waiting).length}`, "failed");
    }
    sending = false;
    if (isSent) send();
  }

  function take(answer, queue, places) {
    const now = kept(), refused = answer.refused ?? {};
    for (const place of places) {
      if (JSON.stringify(now[place]) !== JSON.stringify(queue[place])) continue; // typed again since
      delete now[place];
      mark(place, answer.problem || refused[place] ? "failed" : "saved", refused[place]);
    }
    keep(now);
    if (answer.done) document.querySelector("[data-scoring-done]").textContent = answer.done;
    const first = answer.problem ?? Object.values(refused)[0];
    say(first ?? form.dataset.saysSaved, first ? "failed" : "saved");
  }

  form.addEventListener("change", (event) => {
    const [, name, place] = event.target.name?.match(/^(score|note)-(.+)$/) ?? [];
    if (!place) return;
    if (name === "score" && event.isTrusted && field("suggested", place)) field("suggested", place).value = "";
    keep({ ...kept(), [place]: typed(place) });
    mark(place, "saving");
    send();
  });

  form.addEventListener("cell:undo", ({ target }) => {
    target.value = target.dataset.was;
    target.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // What was kept when the page was left stands in its fields again.
  for (const [place, was] of Object.entries(kept())) {
    for (const [name, value] of Object.entries(was)) if (name !== "turn" && field(name, place)) field(name, place).value = value;
    mark(place, "kept");
  }
  window.addEventListener("online", send);
  setInterval(send, 10_000);
  send();
})();
