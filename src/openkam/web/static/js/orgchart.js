// The org chart by keyboard: walk with the arrows, pick up and put down with Enter; Esc lets go, O opens the person.
// A move is a form that is sent, so the server has the last word. Without scripts each person has a link to move them.
const tree = document.querySelector("[data-org]");
const form = document.querySelector("[data-org-form]");
const nobody = document.querySelector("[data-org-nobody]");
const said = document.querySelector("[data-org-said]");
let held = null;

const items = () => [...(held ? [nobody] : []), ...tree.querySelectorAll("[role=treeitem]")];

function focus(item) {
  if (!item) return;
  for (const one of items()) one.tabIndex = one === item ? 0 : -1;
  item.focus({ preventScroll: true });
  (item.querySelector(".org__box") ?? item).scrollIntoView({ block: "nearest", inline: "nearest" });
}

function tell(sentence) {
  said.textContent = sentence.replace("{name}", held?.dataset.name ?? "");
}

function pickUp(item) {
  held = item;
  held.classList.add("is-held");
  nobody.hidden = false;
  tell(tree.dataset.picked);
}

function letGo() {
  focus(held);
  held.classList.remove("is-held");
  nobody.hidden = true;
  tell(tree.dataset.letGo);
  held = null;
}

function putOn(target) {
  if (target === held) return letGo();
  if (held.contains(target)) return tell(tree.dataset.below);
  form.contact.value = held.dataset.person;
  form.boss.value = target.dataset.person ?? "";
  form.was.value = held.dataset.was;
  form.requestSubmit();
}

function walk(item, key) {
  const all = items(), at = all.indexOf(item);
  const below = item.querySelector(":scope > [role=group] > [role=treeitem]");
  const above = item.parentElement.closest("[role=treeitem]");
  const steps = { ArrowDown: all[at + 1], ArrowUp: all[at - 1], ArrowRight: below, ArrowLeft: above, Home: all[0], End: all.at(-1) };
  if (!(key in steps)) return false;
  focus(steps[key]);
  return true;
}

function pressed(event) {
  const item = event.target.closest("[role=treeitem], [data-org-nobody]");
  if (!item || event.target !== item || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" && form) held ? putOn(item) : pickUp(item);
  else if (event.key === "Escape" && held) letGo();
  else if (event.key.toLowerCase() === "o" && item.dataset.person) item.querySelector(".org__name").click();
  else if (!walk(item, event.key)) return;
  event.preventDefault();
  event.stopPropagation();
}

if (tree) {
  for (const area of [tree, nobody]) area?.addEventListener("keydown", pressed);
  for (const link of tree.querySelectorAll(".org__move, .org__name")) link.tabIndex = -1; // the tree is one stop of Tab
  const at = tree.querySelector("[data-at]");
  if (at) focus(at);
  else tree.querySelector("[role=treeitem]").tabIndex = 0;
}
