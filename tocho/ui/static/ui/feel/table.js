// Decision tables, as engines/rules/portable_tables.py writes them: which rules match, and what the hit policy makes of
// them. The twin of engines/rules/tables.py. Where a table contradicts itself, the server says so.
import * as days from "./days.js";
import { Num, Unsure, parse } from "./decimal.js";
import { call } from "./functions.js";
import { equal } from "./values.js";

const unsure = (reason) => {
  throw new Unsure(reason);
};
const READERS = {
  number: (text) => (!/^-?(\d+(\.\d+)?|\.\d+)$/.test(text) ? null : text.length > 60 ? unsure(text) : parse(text)),
  date: (text) => days.parse(text),
};

// A text where a number or a day is declared is read as one.
export const typed = (type, value) => (typeof value === "string" ? READERS[type](value) : value);

// `tests` of one cell: none lets everything pass; null, which is neither yes nor no, stays null when negated.
function meets([, negated, ...tests], value, passes) {
  if (!tests.length) return true;
  const result = passes(tests, value);
  return (negated && result !== null ? !result : result) === true;
}

// `fallback(none)`: what the table says where no rule matches, or `none` where it says nothing.
const single = ({ outputs, fallback }) => (outputs.length ? outputs[0] : fallback(null));
const several = ({ outputs, fallback }) => {
  if (outputs.length) return outputs;
  const instead = fallback(unset);
  return instead === unset ? [] : [instead];
};
const unset = Symbol("no default");

function agreed(found) {
  const [first, ...rest] = found.outputs;
  return rest.every((output) => equal(first, output) === true) ? single(found) : unsure("the rules disagree");
}

function ordered({ outputs, ranks, fallback }) {
  const rank = (value) => {
    const at = ranks.findIndex((listed) => equal(listed, value) === true);
    return at < 0 ? ranks.length : at;
  };
  const pairs = outputs.map((output) => [rank(output), output]);
  return { outputs: pairs.sort(([a], [b]) => a - b).map(([, output]) => output), fallback };
}

const AGGREGATES = {
  SUM: (list) => call("sum", [list]),
  MIN: (list) => call("min", [list]),
  MAX: (list) => call("max", [list]),
  COUNT: (list) => new Num(BigInt(list.length), 0),
};
function collect(found, aggregation) {
  if (!aggregation) return several(found);
  const instead = found.outputs.length ? unset : found.fallback(unset);
  return instead === unset ? AGGREGATES[aggregation](found.outputs) : instead;
}

const POLICIES = {
  UNIQUE: (found) => (found.outputs.length > 1 ? unsure("two rules match") : single(found)),
  FIRST: single,
  ANY: agreed,
  PRIORITY: (found) => single(ordered(found)),
  COLLECT: collect,
  "RULE ORDER": collect,
  "OUTPUT ORDER": (found) => several(ordered(found)),
};

// `evaluate(tree)` and `passes(tests, value)` compute in the scope of the table.
export function decide([policy, aggregation, columns, rules, [, fallback], [, ...ranks]], evaluate, passes) {
  const values = columns.slice(1).map(evaluate);
  const hits = rules.slice(1).filter(([, ...cells]) => values.every((value, at) => meets(cells[at], value, passes)));
  const outputs = (policy === "FIRST" ? hits.slice(0, 1) : hits).map((rule) => evaluate(rule.at(-1)));
  const found = { outputs, ranks: ranks.map(evaluate), fallback: (none) => (fallback ? evaluate(fallback) : none) };
  return POLICIES[policy](found, aggregation);
}
