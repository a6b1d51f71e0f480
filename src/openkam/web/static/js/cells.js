// Cells of a table (inputs with data-cell): arrows and Enter move, Esc takes back, a block pasted from a spreadsheet fills
// the cells that it covers. Whoever saves the table listens to "change" and "cell:undo".
(() => {
  const at = (table, row, column) => table.rows[row]?.cells[column]?.querySelector("[data-cell]");
  const place = (input) => {
    const cell = input.closest("td");
    return [input.closest("table"), cell.parentElement.rowIndex, cell.cellIndex];
  };
  const tell = (input, event) => input.dispatchEvent(new Event(event, { bubbles: true }));

  document.addEventListener("keydown", (event) => {
    const input = event.target.closest("[data-cell]");
    if (!input) return;
    if (event.key === "Escape") return void tell(input, "cell:undo");
    const [table, row, column] = place(input);
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    const end = input.selectionStart === input.value.length, start = input.selectionEnd === 0;
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [event.shiftKey ? -1 : 1, 0] };
    Object.assign(steps, { ArrowLeft: [0, whole || start ? -1 : 0], ArrowRight: [0, whole || end ? 1 : 0] });
    const [down, right] = steps[event.key] ?? [0, 0];
    if (!down && !right) return;
    event.preventDefault();
    const next = at(table, row + down, column + right);
    if (next) next.select();
    else if (event.key === "Enter") input.blur();
  });

  document.addEventListener("paste", (event) => {
    const first = event.target.closest?.("[data-cell]");
    const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
    if (!first || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    const [table, row, column] = place(first);
    text.split(/\r?\n/).forEach((line, down) => line.split("\t").forEach((value, right) => {
      const input = at(table, row + down, column + right);
      if (input) (input.value = value.trim()), tell(input, "change");
    }));
  });
})();
