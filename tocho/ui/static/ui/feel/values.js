// FEEL's values and their algebra, three-valued: null where a sum, comparison or equality has no meaning.
// The twin of engines/rules/feel/values.py.
import * as days from "./days.js";
import * as decimal from "./decimal.js";

const { Day, Days, Months } = days;
const { Num, Unsure } = decimal;

export class Range {
  constructor(start, end, startIn = true, endIn = true) {
    Object.assign(this, { start, end, startIn, endIn });
  }
}

export function kind(value) {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  const names = [[Num, "number"], [Day, "date"], [Months, "months"], [Days, "days"], [Range, "range"]];
  return names.find(([type]) => value instanceof type)?.[1] ?? typeof value;
}

// What portable.py writes, as values; and back.
export function decode(json) {
  if (json === null || typeof json !== "object") return json;
  if ("n" in json) return decimal.parse(json.n);
  if ("d" in json) return days.parse(json.d);
  if ("m" in json) return new Months(json.m);
  return "t" in json ? new Days(json.t) : json.l.map(decode);
}
export function encode(value) {
  const type = kind(value);
  if (type === "number") return { n: decimal.format(value) };
  if (type === "date") return { d: days.format(value) };
  if (type === "list") return { l: value.map(encode) };
  return { months: { m: value?.months }, days: { t: value?.days } }[type] ?? value;
}

function textOrder(a, b) {
  const [x, y] = [[...a], [...b]];
  const at = x.findIndex((sign, index) => sign !== y[index]);
  if (at < 0) return x.length - y.length;
  return at >= y.length ? 1 : x[at].codePointAt(0) - y[at].codePointAt(0);
}
const ORDERS = {
  number: decimal.compare,
  string: textOrder,
  date: (a, b) => a.number - b.number,
  months: (a, b) => a.months - b.months,
  days: (a, b) => a.days - b.days,
};

export function equal(a, b) {
  if (a === null || b === null) return a === b;
  const type = kind(a);
  if (type !== kind(b)) return null;
  if (type === "range") throw new Unsure("ranges");
  if (type === "list") return a.length === b.length && a.every((item, index) => equal(item, b[index]) === true);
  return type in ORDERS ? ORDERS[type](a, b) === 0 : a === b;
}
const ordered = (check) => (a, b) => {
  const order = kind(a) === kind(b) && ORDERS[kind(a)];
  return order ? check(order(a, b)) : null;
};
export const less = ordered((order) => order < 0);
const atMost = ordered((order) => order <= 0);

const lasts = (value) => ["months", "days"].includes(kind(value));
function add(a, b) {
  const [ka, kb] = [kind(a), kind(b)];
  if (ka === "number" && kb === "number") return decimal.add(a, b);
  if (ka === "string" && kb === "string") return a + b;
  if (ka === kb && lasts(a)) return ka === "months" ? new Months(a.months + b.months) : new Days(a.days + b.days);
  if (ka === "date" && lasts(b)) return days.shift(a, b, 1);
  return kb === "date" && lasts(a) ? days.shift(b, a, 1) : null;
}
function subtract(a, b) {
  const [ka, kb] = [kind(a), kind(b)];
  if (ka === "date" && kb === "date") return new Days(a.number - b.number);
  if (ka === "date" && lasts(b)) return days.shift(a, b, -1);
  return ka === kb && (ka === "number" || lasts(a)) ? add(a, negate(b)) : null;
}
const numbers = (calculate) => (a, b) => {
  if (lasts(a) || lasts(b)) throw new Unsure("durations");
  return kind(a) === "number" && kind(b) === "number" ? calculate(a, b) : null;
};
export function negate(a) {
  const types = { number: () => decimal.negate(a), months: () => new Months(-a.months), days: () => new Days(-a.days) };
  return types[kind(a)]?.() ?? null;
}
export const OPERATORS = {
  "+": add, "-": subtract, "*": numbers(decimal.multiply), "/": numbers(decimal.divide), "=": equal,
  "!=": (a, b) => (equal(a, b) === null ? null : !equal(a, b)),
  "<": less, "<=": atMost, ">": (a, b) => less(b, a), ">=": (a, b) => atMost(b, a),
};
export function within(range, value) {
  const low = (range.startIn ? atMost : less)(range.start, value);
  const high = (range.endIn ? atMost : less)(value, range.end);
  if (low === false || high === false) return false;
  return low === null || high === null ? null : true;
}
