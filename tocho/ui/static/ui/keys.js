// Keys of a good mail client: / search, j and k through the rows, Enter opens, a letter presses the button that names it:
// one in the present row (data-key-here) before one of the page (data-key).

const typing = (target) => target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const visible = (selector) => [...document.querySelectorAll(selector)].filter((row) => row.offsetParent);
const rows = () => [visible("main tbody tr:has(a)"), visible(".side .nav li")].find((list) => list.length) ?? [];
const here = () => document.querySelector(".is-here");

function move(step) {
  const list = rows();
  if (!list.length) return;
  const current = here();
  const from = list.indexOf(current);
  const next = list[Math.max(0, Math.min(list.length - 1, from + step))];
  current?.classList.remove("is-here");
  next.classList.add("is-here");
  next.querySelector("a").focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function tell(list, letter, text) {
  const row = document.createElement("div");
  row.dataset.own = "1";
  const key = document.createElement("dt");
  key.append(Object.assign(document.createElement("kbd"), { textContent: letter.toUpperCase() }));
  row.append(key, Object.assign(document.createElement("dd"), { textContent: text }));
  list.append(row);
}

function help() {
  const dialog = document.getElementById("keys");
  const list = dialog?.querySelector("dl");
  if (!list) return;
  list.querySelectorAll("[data-own]").forEach((row) => row.remove());
  for (const button of document.querySelectorAll(".button[data-key]")) tell(list, button.dataset.key, button.firstChild.textContent);
  dialog.showModal();
}

function press(key) {
  const own = [...(here()?.querySelectorAll("[data-key-here]") ?? [])].find((item) => item.dataset.keyHere === key);
  if (own) {
    own.click();
    own.parentElement.querySelector("textarea")?.focus();
    return true;
  }
  const target = [...document.querySelectorAll("[data-key]")].find((item) => item.dataset.key.toLowerCase() === key);
  if (!target) return false;
  if (target.matches("input")) target.focus();
  else target.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  if (key === "enter") return; // a focused link or button opens by itself
  if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
  else if (key === "?") help();
  else if (key.length !== 1 || !press(key)) return;
  event.preventDefault();
});
