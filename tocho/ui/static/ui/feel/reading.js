// What was typed, as the server's fields read it: null where it is open or not valid. The twin of ui/fields/ and
// lib/text.py, lib/dates.py; held to them by tests/conformance/test_typed_in_browser.py.
import * as days from "./days.js";
import * as decimal from "./decimal.js";

const WIDTH = /[\u3000\uff01-\uff5d\uff5f-\uffef]+/g; // full- and half-width forms
const COMPOSABLE = /[^\uf900-\ufaff\u{2f800}-\u{2fa1f}]+/gu;
const INVISIBLE = /[\u00ad\u200b\u200e\u200f\u2060\ufeff]/g;
const REFUSED = // control characters, marks that turn the direction, private use
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffd-\uffff\ue000-\uf8ff\u{f0000}-\u{10ffff}]/u;
const ERAS = [["令和", "R", 2019, 5, 1], ["平成", "H", 1989, 1, 8], ["昭和", "S", 1926, 12, 25], ["大正", "T", 1912, 7, 30], ["明治", "M", 1873, 1, 1]];
const REST = "\\s*[年./-]\\s*(\\d{1,2})\\s*[月./-]\\s*(\\d{1,2})日?";
const ERA_DATE = new RegExp(`^(令和|平成|昭和|大正|明治|[RHSTM])\\s*(元|\\d{1,2})${REST}$`);
const WESTERN_DATE = new RegExp(`^(\\d{4})${REST}$`);

export function line(text) {
  const plain = text.replace(INVISIBLE, "").replace(WIDTH, (run) => run.normalize("NFKC"));
  return plain.replace(COMPOSABLE, (run) => run.normalize("NFC")).split(/\s+/).filter(Boolean).join(" ");
}

function text([typed = ""], { length }) {
  const found = line(typed);
  return !found || REFUSED.test(found) || [...found].length > length ? null : found;
}

function number([typed = ""], { digits, length, min, max, unit }) {
  let found = line(typed).replaceAll("−", "-").replaceAll(" ", "");
  if (unit && found.endsWith(unit)) found = found.slice(0, -unit.length);
  found = found.replace(/[¥￥]|円$|,/g, "");
  if (found.length > length || !/^[-+]?(\d+\.?\d*|\.\d+)$/.test(found)) return null;
  const value = decimal.parse(found.replace("+", ""));
  const size = value.n < 0n ? decimal.negate(value) : value;
  if (decimal.compare(size, decimal.parse(`1${"0".repeat(15)}`)) >= 0) return null;
  if (decimal.compare(decimal.rounded(value, digits, () => false), value)) return null;
  if (min !== null && decimal.compare(value, decimal.parse(min)) < 0) return null;
  return max !== null && decimal.compare(value, decimal.parse(max)) > 0 ? null : value;
}

const western = (match) => match && days.make(...match.slice(1).map(Number));
function ofEra([, name, year, month, day]) {
  const index = ERAS.findIndex((era) => era[0] === name || era[1] === name);
  const [era, , first, ...start] = ERAS[index];
  const number = year === "元" ? 1 : Number(year);
  const found = days.make((era === "明治" ? 1868 : first) + number - 1, Number(month), Number(day));
  const next = ERAS[index - 1];
  const begins = days.make(first, ...start);
  const ends = next ? days.make(...next.slice(2)) : null;
  return number < 1 || !found || found.number < begins.number || (ends && found.number >= ends.number) ? null : found;
}
function date([typed = ""], { min, max }) {
  const found = line(typed);
  if (!found || REFUSED.test(found) || [...found].length > 30) return null;
  const plain = found.normalize("NFKC").trim().toUpperCase();
  const era = ERA_DATE.exec(plain);
  const day = era ? ofEra(era) : western(WESTERN_DATE.exec(plain) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(plain));
  if (!day || (min && day.number < days.parse(min).number)) return null;
  return max && day.number > days.parse(max).number ? null : day;
}

const READERS = {
  text,
  number,
  date,
  choice: ([value]) => value || null,
  choices: (values, { max }) => (values.length && !(max && values.length > max) ? values : null),
  yes_no: ([value]) => ({ yes: true, no: false })[value] ?? null,
  agreed: (values) => (values.length ? true : null),
};

// `typed`: the values of the question's inputs that are ticked, chosen or filled in.
export const read = (spec, typed) => READERS[spec.kind](typed, spec);
