// Computes the trees that engines/rules/feel/portable.py and portable_tables.py write. Nothing is parsed, nothing handed to eval.
// `evaluate(tree, scope)`: scope is an object of values by name; a name that is missing is null.
import { property } from "./days.js";
import { Num, Unsure } from "./decimal.js";
import { call } from "./functions.js";
import { decide, typed } from "./table.js";
import { OPERATORS, Range, decode, equal, kind, negate, within } from "./values.js";

function logic(parts, scope, decisive) {
  let result = !decisive;
  for (const part of parts) {
    const value = evaluate(part, scope);
    if (value === decisive) return decisive;
    if (value !== !decisive) result = null;
  }
  return result;
}

// Whether a value is, or is in, what was expected.
function holds(expected, value) {
  if (expected instanceof Range) return within(expected, value);
  if (!Array.isArray(expected)) return equal(expected, value);
  if (Array.isArray(value) && equal(expected, value)) return true;
  return expected.some((item) => holds(item, value) === true);
}

const TESTS = {
  cmp: ([sign, endpoint], value, scope) => OPERATORS[sign](value, evaluate(endpoint, scope)),
  is: ([tree], value, scope) => holds(evaluate(tree, scope), value),
  ask: ([tree], value, scope) => {
    const result = evaluate(tree, { ...scope, "?": value });
    return result === null || typeof result === "boolean" ? result : holds(result, value);
  },
  sat: ([tree], value, scope) => {
    const result = evaluate(tree, scope);
    return typeof result === "boolean" && typeof value !== "boolean" ? result : holds(result, value);
  },
};

function passes(tests, value, scope) {
  const results = tests.map(([word, ...parts]) => TESTS[word](parts, value, scope));
  if (results.length === 1) return results[0];
  return results.includes(true) ? true : results.includes(null) ? null : false;
}

function path([name, base], scope) {
  const value = evaluate(base, scope);
  const follow = (one) => {
    if (kind(one) === "list") return one.map(follow);
    if (kind(one) === "range" || kind(one) === "object") throw new Unsure(name);
    if (!["date", "months", "days"].includes(kind(one))) return null;
    const part = property(one, name);
    return part === null ? null : new Num(BigInt(part), 0);
  };
  return follow(value);
}

const WORDS = {
  v: ([value]) => decode(value),
  name: ([name], scope) => (Object.hasOwn(scope, name) ? scope[name] : null),
  op: ([sign, left, right], scope) => OPERATORS[sign](evaluate(left, scope), evaluate(right, scope)),
  neg: ([tree], scope) => negate(evaluate(tree, scope)),
  and: (parts, scope) => logic(parts, scope, false),
  or: (parts, scope) => logic(parts, scope, true),
  between: ([value, low, high], scope) =>
    within(new Range(evaluate(low, scope), evaluate(high, scope)), evaluate(value, scope)),
  in: ([tree, ...tests], scope) => passes(tests, evaluate(tree, scope), scope),
  if: ([question, yes, no], scope) => evaluate(evaluate(question, scope) === true ? yes : no, scope),
  list: (items, scope) => items.map((item) => evaluate(item, scope)),
  range: ([start, end, ...closed], scope) => new Range(evaluate(start, scope), evaluate(end, scope), ...closed),
  path,
  call: ([name, ...parts], scope) => call(name, parts.map((part) => evaluate(part, scope))),
  instance: ([type, tree], scope) => {
    const value = evaluate(tree, scope);
    return type === "Any" ? value !== null : kind(value) === type;
  },
  let: ([name, tree, body], scope) => evaluate(body, { ...scope, [name]: evaluate(tree, scope) }),
  as: ([type, tree], scope) => typed(type, evaluate(tree, scope)),
  table: (parts, scope) => decide(parts, (tree) => evaluate(tree, scope), (tests, value) => passes(tests, value, scope)),
};

export function evaluate([word, ...parts], scope) {
  return WORDS[word](parts, scope);
}
