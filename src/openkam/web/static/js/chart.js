// A figure with class "chart" holds its chart as a block of data; this draws it. Colours are the style sheet's own
// tokens, so a change of theme needs nothing. A row and a point of the same account (data-account) light up together.
const source = document.querySelector("script[data-vega]").dataset.vega;
const options = { ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true } };
let loading;

async function draw(figure) {
  const block = figure.querySelector("script[data-chart]");
  const place = figure.querySelector(".chart__drawing");
  if (!block || !place || figure.dataset.drawn) return;
  figure.dataset.drawn = "yes";
  await (loading ??= import(source));
  const { view } = await window.vegaEmbed(place, JSON.parse(block.textContent), options);
  figure.view = view;
  view.addEventListener("pointerover", (_event, item) => light(item?.datum?.id));
  view.addEventListener("pointerout", () => light());
  figure.dispatchEvent(new CustomEvent("chart:drawn", { bubbles: true }));
}

function drawAll() {
  document.querySelectorAll("figure.chart").forEach((figure) => draw(figure));
}

// Mark an account's row and its point; without an account, take the mark away.
function light(account) {
  document.querySelectorAll("tr[data-account]").forEach((row) => {
    row.classList.toggle("is-lit", Boolean(account) && row.dataset.account === String(account));
  });
}

function point(account) {
  document.querySelectorAll("figure.chart").forEach(({ view }) => {
    if (view?.getState().signals && "highlight" in view.getState().signals) view.signal("highlight", Number(account) || 0).runAsync();
  });
}

for (const [enter, leave] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
  document.addEventListener(enter, (event) => {
    const row = event.target.closest?.("tr[data-account]");
    if (row) point(row.dataset.account);
  });
  document.addEventListener(leave, (event) => event.target.closest?.("tr[data-account]") && point(0));
}

document.addEventListener("htmx:load", drawAll);
document.addEventListener("figures:changed", drawAll);
drawAll();
