// Days and durations, counted as the server counts them: dates of the years 1 to 9999, months whole, days whole.

export class Day {
  constructor(number) {
    this.number = number; // days since 1970-01-01
  }
}
export class Months {
  constructor(months) {
    this.months = months;
  }
}
export class Days {
  constructor(days) {
    this.days = days;
  }
}

const DAY = 86_400_000;
const FIRST = at(1, 1, 1);
const LAST = at(9999, 12, 31);
const NAMES = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

function at(year, month, day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() / DAY;
}

export function parts(day) {
  const date = new Date(day.number * DAY);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), weekday: date.getUTCDay() || 7 };
}

export function make(year, month, day) {
  if (![year, month, day].every(Number.isSafeInteger) || year < 1 || year > 9999 || month < 1 || month > 12) return null;
  const made = new Day(at(year, month, day));
  return day >= 1 && parts(made).day === day ? made : null;
}

export function parse(text) {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return match && make(+match[1], +match[2], +match[3]);
}

export function format(day) {
  const { year, month, day: number } = parts(day);
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(number).padStart(2, "0")}`;
}

// The same day that many months later, or the last of a month that is too short for it.
function addMonths(day, months) {
  const from = parts(day);
  const index = from.year * 12 + from.month - 1 + months;
  const [year, month] = [Math.floor(index / 12), (((index % 12) + 12) % 12) + 1];
  if (year < 1 || year > 9999) return null;
  const last = parts(new Day(at(year, month + 1, 0))).day;
  return make(year, month, Math.min(from.day, last));
}

export function shift(day, duration, sign) {
  if (duration instanceof Months) return addMonths(day, sign * duration.months);
  const number = day.number + sign * duration.days;
  return number < FIRST || number > LAST ? null : new Day(number);
}

export function monthsBetween(from, to) {
  if (from.number > to.number) return new Months(-monthsBetween(to, from).months || 0);
  const [a, b] = [parts(from), parts(to)];
  return new Months((b.year - a.year) * 12 + b.month - a.month - (b.day < a.day ? 1 : 0));
}

export const nameOf = (day) => NAMES[parts(day).weekday % 7];

export function property(value, name) {
  const sign = (value.months ?? value.days) < 0 ? -1 : 1;
  let found = { days: value.days, hours: 0, minutes: 0, seconds: 0 };
  if (value instanceof Day) found = parts(value);
  else if (value instanceof Months) {
    const size = Math.abs(value.months);
    found = { years: sign * Math.floor(size / 12), months: sign * (size % 12) };
  }
  return Object.hasOwn(found, name) ? found[name] : null;
}
