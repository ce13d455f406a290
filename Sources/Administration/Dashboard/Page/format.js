// Numbers and times as people read them.

const numbers = new Intl.NumberFormat("en-US");
const instants = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

const moments = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });

export const count = (number) => numbers.format(number);

/** `1 entity`, `1,234 entities`. */
export const counted = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

export const rate = (perSecond) => (perSecond > 0 ? `${count(perSecond)}/s` : "–");

/** A time in milliseconds: `4 s`, `4 min 05 s`, `3 h 12 min`, `2 d 3 h`. */
export function duration(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const two = (number) => String(number).padStart(2, "0");
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${two(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** How long something took: `5.8 s`, and beyond a minute as `duration`. */
export function took(milliseconds) {
  return milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)} s` : duration(milliseconds);
}

export const instant = (text) => (text ? instants.format(new Date(text)) : "");

/** As `instant`, where there is little room. */
export const moment = (text) => moments.format(new Date(text));

/** A text of the server with the instants in it as people read them. */
export const readable = (text) => text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (found) => instant(found));

export const milliseconds = (text) => (text ? Date.parse(text) : null);
