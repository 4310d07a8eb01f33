// Questions that come and go with the answers of the same page, and the fee that follows from them. The server decides
// the same when the page is sent; what only the server can tell, htmx asks it (the frame of the question says so itself).
import { Unsure, whole } from "./feel/decimal.js";
import { evaluate } from "./feel/evaluate.js";
import { read } from "./feel/reading.js";
import { kind } from "./feel/values.js";

const CONTROLS = "input:not([type=hidden], [type=radio], [type=checkbox]), textarea, select, input:checked";

// What a tree says of the answers; `otherwise` where only the server can tell.
function told(tree, scope, otherwise) {
  try {
    return evaluate(JSON.parse(tree), scope);
  } catch (error) {
    if (error instanceof Unsure) return otherwise;
    throw error;
  }
}

function settle(box) {
  const scope = {};
  const parts = [...box.querySelectorAll("[data-question]")];
  for (const part of parts) {
    const { question, reads, when } = part.dataset;
    if (when) part.hidden = told(when, scope, !part.hidden) !== true;
    if (reads) {
      const typed = [...part.querySelectorAll(CONTROLS)].map((control) => control.value);
      scope[question] = part.hidden ? null : read(JSON.parse(reads), typed);
    }
  }
  const shown = box.querySelector("input[name=_asked]");
  if (shown) {
    const before = new Set(shown.value.split(" "));
    const keys = parts.filter((part) => (part.dataset.when ? !part.hidden : before.has(part.dataset.question)));
    shown.value = keys.map((part) => part.dataset.question).join(" ");
  }
  return scope;
}

// The fee at the foot of the page, as `ui_fee` writes it; false where the server has to be asked.
function showFee(scope) {
  const fee = document.querySelector("#fee[data-tree]");
  if (!fee) return true;
  const { tree, unknown, free, yen } = fee.dataset;
  const found = told(tree, scope, undefined);
  if (found !== null && kind(found) !== "number") return false;
  const yens = found && whole(found);
  const words = found === null ? unknown : yens ? yen.replace("0", yens.toString().replace(/\B(?=(\d{3})+$)/g, ",")) : free;
  const figure = fee.querySelector(".figure");
  if (figure.textContent !== words) figure.textContent = words; // said aloud once
  return true;
}

const boxOf = (target) => target.closest?.("[data-live]");

for (const type of ["input", "change"]) {
  document.addEventListener(type, (event) => {
    const box = boxOf(event.target);
    if (!box) return;
    const known = showFee(settle(box));
    if (!known && type === "change") event.target.closest("[data-question]")?.dispatchEvent(new CustomEvent("unsure"));
  });
}
// A page shown again by the back button has other values in it than when it was drawn.
window.addEventListener("pageshow", () => enhance(document));

export function enhance(root) {
  const boxes = new Set([boxOf(root), ...root.querySelectorAll("[data-live]")]);
  boxes.forEach((box) => box && showFee(settle(box)));
}
