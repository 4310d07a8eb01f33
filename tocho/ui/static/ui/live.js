// Questions that come and go with the answers of the same page. The server decides the same when the page is sent; what
// only the server can decide, htmx asks it (the frame of the question says so itself).
import { Unsure } from "./feel/decimal.js";
import { evaluate } from "./feel/evaluate.js";
import { read } from "./feel/reading.js";

const CONTROLS = "input:not([type=hidden], [type=radio], [type=checkbox]), textarea, select, input:checked";

function isShown(part, scope) {
  try {
    return evaluate(JSON.parse(part.dataset.when), scope) === true;
  } catch (error) {
    if (error instanceof Unsure) return !part.hidden;
    throw error;
  }
}

function settle(box) {
  const scope = {};
  const parts = [...box.querySelectorAll("[data-question]")];
  for (const part of parts) {
    const { question, reads, when } = part.dataset;
    if (when) part.hidden = !isShown(part, scope);
    if (reads) {
      const typed = [...part.querySelectorAll(CONTROLS)].map((control) => control.value);
      scope[question] = part.hidden ? null : read(JSON.parse(reads), typed);
    }
  }
  const shown = box.querySelector("input[name=_asked]");
  const before = new Set(shown.value.split(" "));
  const keys = parts.filter((part) => (part.dataset.when ? !part.hidden : before.has(part.dataset.question)));
  shown.value = keys.map((part) => part.dataset.question).join(" ");
}

const boxOf = (target) => target.closest?.("[data-live]");

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const box = boxOf(event.target);
    if (box) settle(box);
  });
}
// A page shown again by the back button has other values in it than when it was drawn.
window.addEventListener("pageshow", () => enhance(document));

export function enhance(root) {
  const boxes = new Set([boxOf(root), ...root.querySelectorAll("[data-live]")]);
  boxes.forEach((box) => box && settle(box));
}
