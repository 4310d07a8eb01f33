// A late answer never wipes what has been typed since it was asked for: what differs from what stood in its place then is
// carried over into the new part. A field is the same by its name, or by data-same where names move (cells of a table); a
// button with data-moves gives other names to what is there. An answer finds its place when that was drawn anew meanwhile
// (unless data-passing says that it is of no use then), and never replaces a later one.

const FIELDS = "input[name]:not([type=hidden]), textarea[name], select[name]";
const isTicked = (field) => field.type === "checkbox" || field.type === "radio";
const state = (field) => (isTicked(field) ? field.checked : field.type === "file" ? field.files : field.value);

/** Key → field of what stands in a part. */
function fields(part) {
  const found = new Map();
  for (const field of part.querySelectorAll(FIELDS)) {
    const name = field.dataset.same ?? field.name;
    const key = isTicked(field) ? `${name}=${field.value}` : name;
    if (name) found.set(found.has(key) ? `${key} ${found.size}` : key, field);
  }
  return found;
}

const states = (part) => new Map([...fields(part)].map(([key, field]) => [key, state(field)]));

function write(field, value) {
  if (isTicked(field)) field.checked = value;
  else if (field.type === "file") field.files = value;
  else {
    const caret = field === document.activeElement ? field.selectionStart : null;
    field.value = value;
    if (caret !== null) field.setSelectionRange?.(caret, caret);
  }
}

const asked = new WeakMap(); // request → its number, what stood in its place, what was typed since, what was carried over
const shown = new Map(); // id of a place → number of the answer that stands there
let count = 0;

function onAnswer(event) {
  const { detail, currentTarget: old } = event;
  const request = asked.get(detail.xhr);
  if (event.target !== old || !request || !detail.shouldSwap) return;
  if (!old.isConnected && !("passing" in old.dataset)) detail.target = document.getElementById(old.id) ?? old;
  if (request.number < (shown.get(old.id) ?? 0)) detail.shouldSwap = false;
  else if (old.id) shown.set(old.id, request.number);
  request.typed = new Map([...states(detail.target)].filter(([key, now]) => (request.before.get(key) ?? now) !== now));
}

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const before = "moves" in detail.elt.dataset ? new Map() : states(detail.target);
  asked.set(detail.xhr, { number: ++count, before, typed: new Map(), carried: [] });
  detail.target.addEventListener("htmx:beforeSwap", onAnswer);
});
document.addEventListener("htmx:afterSwap", ({ target, detail }) => {
  const request = asked.get(detail.xhr);
  if (!request?.typed.size) return;
  for (const [key, field] of fields(target)) {
    if (!request.typed.has(key) || state(field) === request.typed.get(key)) continue;
    write(field, request.typed.get(key));
    request.carried.push(field);
  }
});
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  for (const field of asked.get(detail.xhr)?.carried.splice(0) ?? []) {
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
  }
});
