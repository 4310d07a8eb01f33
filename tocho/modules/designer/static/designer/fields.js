// The fields of the panel: a label and what belongs to it, put at its end.
import { word } from "./words.js";

export const make = (tag, properties = {}) => Object.assign(document.createElement(tag), properties);
const next = (panel) => `panel-${panel.querySelectorAll("input, select").length}`;

export function select(panel, label, options, value = "") {
  const id = next(panel);
  panel.append(make("label", { htmlFor: id, textContent: label }));
  const field = make("select", { id });
  field.append(make("option", { value: "", textContent: word("choose") }));
  for (const option of options) field.append(make("option", { value: option.value, textContent: option.label }));
  field.value = value;
  panel.append(field);
  return field;
}

export function choice(panel, label, value, options, change, free = false) {
  const isKnown = !value || options.some((option) => option.value === value); // else written by hand, and kept
  const field = select(panel, label, isKnown ? options : [...options, { value, label: value }], value);
  field.addEventListener("change", () => change(field.value, options.find((each) => each.value === field.value)));
  if (free) line(panel, word("feel"), value, change);
}

export function line(panel, label, value, change, type = "text") {
  const id = next(panel);
  panel.append(make("label", { htmlFor: id, textContent: label }));
  const input = make("input", { id, type, value });
  if (type === "number") input.min = 0;
  input.addEventListener("change", () => change(input.value));
  panel.append(input);
}

export function tick(panel, label, checked, change) {
  const id = next(panel);
  const box = make("input", { type: "checkbox", id, checked });
  box.addEventListener("change", () => change(box.checked));
  const around = make("label", { htmlFor: id, textContent: ` ${label}` });
  around.prepend(box);
  panel.append(around);
}
