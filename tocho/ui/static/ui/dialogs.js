// A question before an act that cannot be taken back, help in a dialog, and menus that close.

const english = document.documentElement.lang === "en";
const words = english ? { back: "Go back" } : { back: "やめる" };

function ask(question, verb, danger) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "confirm-title");
  const title = Object.assign(document.createElement("h2"), { id: "confirm-title", textContent: question });
  const form = Object.assign(document.createElement("form"), { method: "dialog" });
  const no = Object.assign(document.createElement("button"), { value: "no", textContent: words.back });
  const yes = Object.assign(document.createElement("button"), { value: "yes", textContent: verb });
  no.className = "button button-secondary button-m";
  yes.className = `button button-${danger ? "danger" : "primary"} button-m`;
  form.append(no, yes);
  dialog.append(title, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

document.addEventListener(
  "click",
  async (event) => {
    const button = event.target.closest("[data-confirm]");
    if (!button || button.dataset.sure) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const verb = [...button.childNodes].find((node) => node.nodeType === Node.TEXT_NODE)?.textContent ?? button.textContent;
    const danger = button.classList.contains("button-danger");
    if (!(await ask(button.dataset.confirm, verb, danger))) return button.focus();
    button.dataset.sure = "1";
    button.click();
    delete button.dataset.sure;
  },
  true,
);

export function enhance(root) {
  for (const button of root.querySelectorAll("[data-open][hidden]")) {
    button.hidden = false;
    button.addEventListener("click", () => document.getElementById(button.dataset.open)?.showModal());
  }
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector(".menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
