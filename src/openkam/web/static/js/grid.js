// The five-year grid: what was typed or pasted saves itself, cell by cell or as a block; cells.js moves between cells.
// The server answers with the new versions, with refusals, and with the parts of the page that follow from the figures.
(() => {
  const form = document.querySelector("form[data-grid]");
  if (!form) return;
  const state = form.querySelector("[data-grid-state]"), pending = new Set();
  let sending = false;
  form.querySelector("[data-grid-save]").hidden = true;

  const say = (words, kind = "") => ((state.textContent = words), (state.dataset.state = kind));
  const hidden = (input, kind) => form.elements[kind + "-" + input.name.replace(/^cell-/, "")];
  const isDirty = (input) => input.value !== hidden(input, "was").value;

  async function save() {
    if (sending || !pending.size) return;
    const inputs = [...pending].filter(isDirty);
    if ((pending.clear(), !inputs.length)) return;
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "year", "scenario"]) body.append(name, form.elements[name].value);
    for (const input of inputs) {
      for (const field of [input, hidden(input, "was"), hidden(input, "version")]) if (field) body.append(field.name, field.value);
    }
    sending = true;
    say(form.dataset.saysSaving, "saving");
    try {
      const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(response.status);
      take(await response.json(), inputs);
    } catch {
      inputs.forEach((input) => pending.add(input));
      say(form.dataset.saysFailed, "failed");
    }
    sending = false;
    if (pending.size && state.dataset.state !== "failed") save();
  }

  function take(answer, inputs) {
    for (const input of inputs) {
      const key = input.name.replace(/^cell-/, "");
      const saved = answer.saved[key];
      const refusal = answer.refused[key] ?? "";
      input.classList.toggle("is-refused", Boolean(refusal));
      input.parentElement.querySelector("[data-refusal]").textContent = refusal;
      if (saved) {
        if (document.activeElement !== input) input.value = saved.text;
        hidden(input, "was").value = input.value;
        hidden(input, "version").value = saved.version;
      } else if (key in answer.theirs) {
        if (key in answer.versions) hidden(input, "version").value = answer.versions[key];
        hidden(input, "was").value = answer.theirs[key]; // told once; typing again replaces theirs
      } else if (!refusal) hidden(input, "was").value = input.value;
    }
    for (const [id, html] of Object.entries(answer.parts)) document.getElementById(id).innerHTML = html;
    document.dispatchEvent(new Event("figures:changed"));
    const [refusal] = Object.values(answer.refused);
    say(refusal ?? form.dataset.saysSaved, refusal ? "failed" : "saved");
  }

  // A pasted block changes many cells at once: they travel together.
  form.addEventListener("change", (event) => {
    if (!event.target.matches(".grid__cell, textarea")) return;
    pending.add(event.target);
    queueMicrotask(save);
  });

  form.addEventListener("cell:undo", (event) => (event.target.value = hidden(event.target, "was").value));

  window.addEventListener("beforeunload", (event) => (pending.size || sending) && event.preventDefault());
})();
