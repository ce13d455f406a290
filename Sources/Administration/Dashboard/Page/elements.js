// What the page is built of. Text is always text: nothing that the server sends becomes markup.

const drawing = "http://www.w3.org/2000/svg";

/** An element with attributes; those that are null or false are left out, and true is an empty one. */
export function make(name, attributes = {}, ...children) {
  return furnish(document.createElement(name), attributes, children);
}

export function draw(name, attributes = {}, ...children) {
  return furnish(document.createElementNS(drawing, name), attributes, children);
}

function furnish(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Sets a text only where it is another, so that what is selected or read aloud stays. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function mark(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

export const byId = (id) => document.getElementById(id);

/** A name and a value in a list of them; `value` is the element that holds it, and `note` one for a remark below it. */
export function fact(name, ...more) {
  const [value, note] = [make("dd"), make("dd", { class: "note" })];
  return { value, note, element: make("div", { class: "fact" }, make("dt", {}, name), value, ...more) };
}

export function notedFact(name) {
  const part = fact(name);
  part.element.append(part.note);
  return part;
}

let announced;

/** Has something read aloud where a person cannot see it; politely, and the last thing only. */
export function announce(text) {
  clearTimeout(announced);
  announced = setTimeout(() => write(byId("announcer"), text), 200);
}
