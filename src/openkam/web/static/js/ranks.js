// A ranking: rows move by their arrow buttons or by dragging, and their numbers follow; typed numbers stay as typed.
(() => {
  const list = document.querySelector("[data-ranks]");
  if (!list) return;
  let dragged = null;

  function settle() {
    [...list.children].forEach((row, at) => (row.querySelector("input").value = at + 1));
    list.dispatchEvent(new Event("input", { bubbles: true }));
  }

  list.querySelectorAll(".rank__does").forEach((buttons) => (buttons.hidden = false));

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    const row = button?.closest("li");
    const other = button?.dataset.move === "up" ? row?.previousElementSibling : row?.nextElementSibling;
    if (!other) return;
    if (button.dataset.move === "up") other.before(row);
    else other.after(row);
    button.focus();
    settle();
  });

  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    event.dataTransfer.effectAllowed = "move";
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!dragged || !over || over === dragged) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) over.before(dragged);
    else over.after(dragged);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", () => {
    if (dragged) settle();
    dragged = null;
  });
})();
