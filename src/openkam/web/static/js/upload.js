// The drop zone: takes dropped files, refuses what is too large before it travels, and shows how far the upload is.
// Without this file the form is a plain form.
(() => {
  const form = document.querySelector("[data-drop]");
  if (!form || !window.FormData) return;
  const field = form.querySelector("[data-drop-files]");
  const bar = form.querySelector("[data-drop-bar]");
  const state = form.querySelector("[data-drop-state]");
  const button = form.querySelector("button");
  const say = (text) => {
    state.textContent = text;
    state.classList.toggle("problem", Boolean(text));
  };

  const lift = (over) => (event) => {
    if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("drop--over", over);
  };
  document.addEventListener("dragover", lift(true));
  document.addEventListener("dragleave", lift(false));
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    lift(false)(event);
    field.files = event.dataTransfer.files;
    form.requestSubmit();
  });

  const tooLarge = () => {
    const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
    return files.reduce((sum, file) => sum + file.size, 0) > Number(form.dataset.largest);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (tooLarge()) return void say(form.dataset.tooLarge);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (sent) => sent.lengthComputable && (bar.value = sent.loaded / sent.total));
    request.addEventListener("load", () => {
      if (request.status < 400) return void location.assign(request.responseURL);
      busy(false);
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      say(page.querySelector(".problem")?.textContent ?? form.dataset.failed);
    });
    request.addEventListener("error", () => (busy(false), say(form.dataset.failed)));
    busy(true);
    request.send(new FormData(form));
  });

  const busy = (is) => {
    bar.hidden = !is;
    button.disabled = is;
    if (is) say("");
  };
})();
