// The five-year grid: arrows, Enter and Esc move; what was typed or pasted saves itself, cell by cell or as a block.
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
  const place = (input) => {
    const cell = input.closest("td");
    return [cell.parentElement.rowIndex, cell.cellIndex];
  };
  const at = (row, column) => form.querySelector("table").rows[row]?.cells[column]?.querySelector("input.grid__cell");

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

  form.addEventListener("change", (event) => {
    if (event.target.matches(".grid__cell, textarea")) save(pending.add(event.target));
  });

  form.addEventListener("keydown", (event) => {
    const input = event.target.closest(".grid__cell");
    if (!input) return;
    const [row, column] = place(input);
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    const end = input.selectionStart === input.value.length, start = input.selectionEnd === 0;
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [event.shiftKey ? -1 : 1, 0] };
    Object.assign(steps, { ArrowLeft: [0, whole || start ? -1 : 0], ArrowRight: [0, whole || end ? 1 : 0] });
    if (event.key === "Escape") return void (input.value = hidden(input, "was").value);
    const [down, right] = steps[event.key] ?? [0, 0];
    if (!down && !right) return;
    event.preventDefault();
    const next = at(row + down, column + right);
    if (next) next.select();
    else if (event.key === "Enter") input.blur();
  });

  form.addEventListener("paste", (event) => {
    const first = event.target.closest(".grid__cell");
    const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
    if (!first || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    const [row, column] = place(first);
    text.split(/\r?\n/).forEach((line, down) => line.split("\t").forEach((value, right) => {
      const input = at(row + down, column + right);
      if (input) (input.value = value.trim()), pending.add(input);
    }));
    save();
  });

  window.addEventListener("beforeunload", (event) => (pending.size || sending) && event.preventDefault());
})();
