// The built-in functions that conditions of forms use. A letter for each argument says what it must be, as in the
// server's registry: a wrong one makes the result null. `?` may be left out, `*` any number.
import * as days from "./days.js";
import * as decimal from "./decimal.js";
import { equal, kind, less, negate } from "./values.js";

const number = (value) => new decimal.Num(BigInt(value), 0);
const CHECKS = {
  s: (value) => (kind(value) === "string" ? value : null),
  n: (value) => (kind(value) === "number" ? value : null),
  d: (value) => (kind(value) === "date" ? value : null),
  i: (value) => (kind(value) === "number" && decimal.isWhole(value) && small(value) ? Number(decimal.whole(value)) : null),
  l: (value) => (value === null || Array.isArray(value) ? value : [value]),
};
const small = (value) => decimal.whole(value) < 10n ** 9n && decimal.whole(value) > -(10n ** 9n);

const oneList = (values) => (values.length !== 1 ? values : values[0] === null ? null : [values[0]].flat(1));
function sum(...values) {
  const items = oneList(values);
  if (!items?.length || items.some((item) => kind(item) !== "number")) return null;
  return items.reduce((total, item) => (total === null ? null : decimal.add(total, item)), number(0));
}
const extreme = (better) => (...values) => {
  const items = oneList(values);
  if (!items?.length) return null;
  let best = items[0];
  for (const item of items) {
    const is = better(item, best);
    if (is === null) return null;
    if (is) best = item;
  }
  return best;
};
const fold = (decisive) => (...values) => {
  const items = oneList(values);
  if (items === null) return null;
  if (items.includes(decisive)) return decisive;
  return items.every((item) => item === !decisive) ? !decisive : null;
};
function substring(text, start, length = null) {
  if (start === 0 || (length !== null && length < 1)) return null;
  const signs = [...text];
  const from = start > 0 ? start - 1 : Math.max(signs.length + start, 0);
  return signs.slice(from, length === null ? undefined : from + length).join("");
}
function join(list, delimiter = "") {
  const texts = list.filter((item) => item !== null);
  return texts.every((item) => kind(item) === "string") ? texts.join(delimiter) : null;
}
function date(from, month = null, day = null) {
  if (kind(from) === "string") return days.parse(from);
  const given = [from, month, day];
  if (given.every((part) => kind(part) === "number")) return days.make(...given.map((part) => Number(decimal.whole(part))));
  return kind(from) === "date" ? from : null;
}
function abs(value) {
  if (kind(value) === "number") return value.n < 0n ? negate(value) : value;
  const size = value?.months ?? value?.days;
  return size === undefined ? null : size < 0 ? negate(value) : value;
}
const before = (text, match) => (match && text.includes(match) ? text.slice(0, text.indexOf(match)) : "");
const after = (text, match) => (text.includes(match) ? text.slice(text.indexOf(match) + match.length) : "");
const rounding = (name) => (value, scale = 0) => decimal.rounded(value, scale, decimal.ROUNDINGS[name]);

const FUNCTIONS = {
  not: ["a", (value) => (typeof value === "boolean" ? !value : null)],
  contains: ["s s", (text, match) => text.includes(match)],
  "starts with": ["s s", (text, match) => text.startsWith(match)],
  "ends with": ["s s", (text, match) => text.endsWith(match)],
  "string length": ["s", (text) => number([...text].length)],
  "upper case": ["s", (text) => text.toUpperCase()], "lower case": ["s", (text) => text.toLowerCase()],
  substring: ["s i i", substring], "substring before": ["s s", before], "substring after": ["s s", after],
  "string join": ["l s", join], count: ["l", (list) => number(list.length)], sum: ["a", sum],
  min: ["a", extreme(less)], max: ["a", extreme((item, best) => less(best, item))],
  "list contains": ["l a", (list, item) => list.some((one) => equal(one, item) === true)],
  all: ["a", fold(false)], any: ["a", fold(true)], abs: ["a", abs], modulo: ["n n", decimal.modulo],
  date: ["a", date], "years and months duration": ["d d", days.monthsBetween], "day of week": ["d", days.nameOf],
  ...Object.fromEntries(Object.keys(decimal.ROUNDINGS).map((name) => [name, ["n i", rounding(name)]])),
};

export function call(name, values) {
  const [letters, run] = FUNCTIONS[name];
  const kinds = letters.split(" ");
  const ready = values.map((value, index) => CHECKS[kinds[Math.min(index, kinds.length - 1)]]?.(value) ?? null);
  const isWrong = ready.some((value, index) => value === null && kinds[Math.min(index, kinds.length - 1)] !== "a");
  if (isWrong) return null;
  return run(...ready.map((value, index) => (kinds[Math.min(index, kinds.length - 1)] === "a" ? values[index] : value)));
}
