// A rule table under the hand: arrows and Enter move between cells as in a spreadsheet, Alt+arrows move the rule,
// each cell says at once what it means. Without this file the same buttons send the same form.

const CELLS = "rule-grid td > input, rule-grid td > textarea";
const place = (cell) => cell.id.split("-").slice(1).map(Number); // c-<row>-<column>
const at = (row, column) => document.getElementById(`c-${row}-${column}`);

function go(cell) {
  if (!cell) return false;
  cell.focus();
  cell.select();
  return true;
}

function isAtEdge(cell, forward) {
  if (cell.selectionStart === 0 && cell.selectionEnd === cell.value.length) return true;
  return cell.selectionStart === cell.selectionEnd && cell.selectionStart === (forward ? cell.value.length : 0);
}

function press(grid, value) {
  const button = [...grid.querySelectorAll("button[name=do]")].find((each) => each.value === value);
  return button?.click() ?? Boolean(button);
}

let wanted; // the cell to go to after the grid has been drawn anew

function moveRule(cell, by) {
  const [row, column] = place(cell);
  if (!press(cell.closest("rule-grid"), `${by < 0 ? "row_up" : "row_down"}:${row}`)) return false;
  wanted = `c-${row + by}-${column}`;
  return true;
}

function addBelow(cell) {
  const [row, column] = place(cell);
  const grid = cell.closest("rule-grid");
  const last = [...grid.querySelectorAll("button[name=do]")].find((each) => each.value.startsWith("row_add:"));
  if (!last) return false;
  last.value = `row_add:${row + 1}`;
  wanted = `c-${row + 1}-${column}`;
  last.click();
  return true;
}

function onKey(event) {
  if (event.isComposing || !event.target.matches?.(CELLS)) return;
  const cell = event.target;
  const [row, column] = place(cell);
  const choosing = cell.hasAttribute("list") && !event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key);
  const acts = {
    ArrowUp: () => (event.altKey ? moveRule(cell, -1) : go(at(row - 1, column))),
    ArrowDown: () => (event.altKey ? moveRule(cell, 1) : go(at(row + 1, column))),
    ArrowLeft: () => isAtEdge(cell, false) && go(at(row, column - 1)),
    ArrowRight: () => isAtEdge(cell, true) && go(at(row, column + 1)),
    Enter: () => (event.shiftKey && cell.tagName === "TEXTAREA" ? false : event.ctrlKey ? addBelow(cell) : go(at(row + 1, column)) || true),
    d: () => event.ctrlKey && press(cell.closest("rule-grid"), `row_copy:${row}`),
    s: () => (event.ctrlKey || event.metaKey) && press(cell.closest("rule-grid"), "save"),
  };
  if (choosing && cell.value === "") return; // the list of choices takes the arrows
  if (acts[event.key]?.()) event.preventDefault();
}

function onChange(event) {
  const cell = event.target;
  const grid = cell.closest?.("rule-grid");
  if (!grid) return;
  grid.querySelector("[data-dirty]").hidden = false;
  if (!cell.matches(CELLS)) return;
  const form = cell.form;
  const values = {
    csrfmiddlewaretoken: form.csrfmiddlewaretoken.value,
    table: form.elements.table.value,
    column: place(cell)[1],
    text: cell.value,
  };
  const here = `#m-${cell.id}`; // its source too: htmx lets only one request of a source be under way, and forgets others
  htmx.ajax("POST", grid.dataset.cell, { values, source: here, target: here, swap: "innerHTML" });
}

function tryAgain() { // where the page has a place to try the table out: it may ask for other names now
  const address = document.getElementById("trial")?.dataset.url;
  if (!address) return;
  const values = Object.fromEntries(new FormData(document.querySelector("#trial form") ?? undefined));
  const around = "#trial-here"; // stays: a request that waits for another would be forgotten with what is replaced
  htmx.ajax("GET", address, { values, source: around, target: around, swap: "innerHTML" });
}

document.addEventListener("keydown", onKey);
document.addEventListener("change", onChange);
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt?.id !== "grid") return; // what a cell means has come
  tryAgain();
  const cell = wanted && document.getElementById(wanted);
  wanted = undefined;
  if (cell) go(cell);
});
addEventListener("beforeunload", (event) => {
  const dirty = document.querySelector("rule-grid [data-dirty]");
  if (dirty && !dirty.hidden && !document.activeElement?.closest("button")) event.preventDefault();
});
