// A button with data-copies copies the text of the field with that id, and says so with data-copied. It shows only
// here, where it can work; where the browser refuses its clipboard, the text is selected for the reader to copy.
document.querySelectorAll("[data-copies]").forEach((button) => {
  const field = document.getElementById(button.dataset.copies);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.copied;
    } catch {
      field.focus();
    }
  });
});
