// Numbers as the server's Decimal has them: n × 10^e, 34 digits, halves to the even digit. Null where there is none.

const DIGITS = 34;
const ten = (power) => 10n ** BigInt(power);
const size = (n) => (n < 0n ? -n : n).toString().length;

export class Unsure extends Error {} // what only the server computes

export class Num {
  constructor(n, e) {
    [this.n, this.e] = [n, e];
  }
}

// n without its last digits; `up(half, odd, negative)` says whether the rest (half: -1 less, 0 exactly, 1 more) counts.
function cut(n, digits, up) {
  const negative = n < 0n;
  const whole = negative ? -n : n;
  const unit = ten(digits);
  let kept = whole / unit;
  const rest = whole % unit;
  if (rest) {
    const half = rest * 2n === unit ? 0 : rest * 2n < unit ? -1 : 1;
    if (up(half, kept % 2n === 1n, negative)) kept += 1n;
  }
  return negative ? -kept : kept;
}
const halfEven = (half, odd) => half > 0 || (half === 0 && odd);
export const ROUNDINGS = {
  decimal: halfEven,
  floor: (half, odd, negative) => negative,
  ceiling: (half, odd, negative) => !negative,
  "round half up": (half) => half >= 0,
  "round half down": (half) => half > 0,
  "round up": () => true,
  "round down": () => false,
};

function fit(n, e) {
  let over = size(n) - DIGITS;
  while (over > 0) {
    [n, e] = [cut(n, over, halfEven), e + over];
    over = size(n) - DIGITS;
  }
  if (n && e + size(n) - 1 > 6144) return null;
  if (n && e + size(n) - 1 < -6143) throw new Unsure("too small");
  return new Num(n, e);
}

export function parse(text) {
  const [, sign, whole, part = ""] = /^(-?)(\d*)\.?(\d*)$/.exec(text);
  return fit(BigInt(`${sign}${whole}${part}` || "0"), -part.length);
}

export function format(a) {
  if (a.e >= 0) return (a.n * ten(a.e)).toString();
  const digits = (a.n < 0n ? -a.n : a.n).toString().padStart(1 - a.e, "0");
  const part = digits.slice(a.e).replace(/0+$/, "");
  return `${a.n < 0n ? "-" : ""}${digits.slice(0, a.e)}${part ? `.${part}` : ""}`;
}

function aligned(a, b) {
  const e = Math.min(a.e, b.e);
  return [a.n * ten(a.e - e), b.n * ten(b.e - e), e];
}
export function compare(a, b) {
  const [x, y] = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}
export function add(a, b) {
  const [x, y, e] = aligned(a, b);
  return fit(x + y, e);
}
export const negate = (a) => new Num(-a.n, a.e);
export const subtract = (a, b) => add(a, negate(b));
export const multiply = (a, b) => fit(a.n * b.n, a.e + b.e);
export function divide(a, b) {
  if (!b.n) return null;
  const shift = Math.max(size(b.n) - size(a.n) + DIGITS + 1, 0);
  let quotient = (a.n * ten(shift)) / b.n;
  const rest = (a.n * ten(shift)) % b.n;
  if (rest && quotient % 5n === 0n) quotient += rest < 0n === b.n < 0n ? 1n : -1n; // the rest decides a half
  return fit(quotient, a.e - b.e - shift);
}
export function modulo(a, b) {
  if (!b.n) return null;
  const [x, y, e] = aligned(a, b);
  if (size(x / y) > DIGITS) throw new Unsure("too large");
  const rest = fit(x % y, e);
  return rest.n && rest.n < 0n !== b.n < 0n ? add(rest, b) : rest;
}
export function rounded(a, scale, up) {
  const digits = -scale - a.e;
  const n = digits > 0 ? cut(a.n, digits, up) : a.n * ten(-digits);
  return scale >= 0 && size(n) > DIGITS ? null : fit(n, -scale);
}
export const whole = (a) => (a.e >= 0 ? a.n * ten(a.e) : cut(a.n, -a.e, () => false));
export const isWhole = (a) => compare(new Num(whole(a), 0), a) === 0;
