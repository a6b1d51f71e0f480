// Cut lines of the value quadrant: drag a handle on the chart, or move it with the arrow keys. A moved cut becomes
// "fixed" in the form, and the form asks the server again; typing into the field does the same.
const form = document.getElementById("cuts");
const field = (axis) => form.elements[`${axis}_at`];

function send(axis, value) {
  field(axis).value = value;
  form.elements[`${axis}_cut`].value = "fixed";
  form.requestSubmit();
}

// The unit of an axis: the cut as the page knows it, over the cut as the chart draws it.
function unitOf(view, card, axis) {
  const drawn = view.data("cuts")[0][axis], known = Number(card.dataset[axis === "sales" ? "cutsSales" : "cutsProfit"]);
  return drawn ? Math.round((known / drawn) * 1e6) / 1e6 : 1;
}

function handle(figure, card, axis) {
  const view = figure.view, upright = axis === "profit";
  const scale = view.scale(upright ? "x" : "y"), unit = unitOf(view, card, axis);
  const left = view.origin()[0] + view.padding().left, top = view.origin()[1] + view.padding().top;
  const knob = document.createElement("div");
  let at = view.data("cuts")[0][axis];
  const show = () => {
    const offset = scale(at) + (upright ? left : top);
    knob.style.setProperty(upright ? "left" : "top", `${offset}px`);
    knob.style.setProperty(upright ? "top" : "left", `${upright ? top : left}px`);
    knob.style.setProperty(upright ? "height" : "width", `${upright ? view.height() : view.width()}px`);
    const said = Math.round(at * unit * 100) / 100;
    knob.setAttribute("aria-valuenow", said);
    field(axis).value = said.toLocaleString("en-US");
  };
  const settle = () => send(axis, (Math.round(at * unit * 100) / 100).toLocaleString("en-US"));
  knob.className = `cut cut--${axis}`;
  knob.tabIndex = 0;
  knob.setAttribute("role", "slider");
  knob.setAttribute("aria-label", card.dataset[upright ? "saysProfit" : "saysSales"]);
  knob.setAttribute("aria-orientation", upright ? "horizontal" : "vertical");
  knob.addEventListener("pointerdown", (event) => knob.setPointerCapture(event.pointerId));
  knob.addEventListener("pointermove", (event) => {
    if (!knob.hasPointerCapture(event.pointerId)) return;
    const box = figure.querySelector("svg").getBoundingClientRect();
    const limit = upright ? view.width() : view.height();
    const point = upright ? event.clientX - box.left - left : event.clientY - box.top - top;
    at = scale.invert(Math.min(Math.max(point, 0), limit));
    show();
  });
  knob.addEventListener("pointerup", settle);
  knob.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -4, ArrowDown: 4, ArrowLeft: -4, ArrowRight: 4 }[event.key];
    if (event.key === "Enter") return settle();
    if (!step || (upright ? /Up|Down/ : /Left|Right/).test(event.key)) return;
    event.preventDefault();
    at = scale.invert(scale(at) + step);
    show();
  });
  show();
  figure.querySelector(".chart__stage").append(knob) // not into the drawing, which screen readers pass over;
}

function attach(figure) {
  const card = figure.closest("[data-cuts-sales]");
  if (!card || figure.querySelector(".cut") || !figure.view?.data("cuts")[0]) return;
  for (const axis of ["sales", "profit"]) handle(figure, card, axis);
}

// The chart may be drawn before this file runs, and again after each answer of the server.
document.querySelectorAll("figure.chart").forEach(attach);
document.addEventListener("chart:drawn", (event) => attach(event.target));

// Typing a cut makes it fixed; choosing a rule takes the fixed one away.
form.addEventListener("change", (event) => {
  const axis = event.target.dataset.cut;
  if (axis) form.elements[`${axis}_cut`].value = "fixed";
}, true);
