"use strict";
// Elements and texts that several views use, and the embedded data.

const DATA = JSON.parse(document.getElementById("data").textContent);

// The marks of the verdicts, in the order of DATA.verdicts. Each has its own shape and its own color.
const MARKS = ["●", "◆", "✕", "–", "≈", "▲"];
const CONFORMS = 0;
const KNOWN = 1;
const UNEXPLAINED = 2;
const UNSUPPORTED = 3;
const ERROR = 5;

const clauseOf = new Map(DATA.clauses.map((clause) => [clause.anchor, clause]));
const groupOf = new Map(DATA.groups.flatMap((group) => group.cases.map((index) => [index, group.name])));
DATA.cases.forEach((one, index) => {
  one.index = index;
  one.group = groupOf.get(index);
  one.words = [one.id, one.title, one.group, ...one.tags, ...one.clauses].join(" ").toLowerCase();
  one.cells = one.cells.map(([verdict, outcome, causes, reason]) => ({
    verdict,
    outcome: outcome === null ? null : one.outcomes[outcome],
    number: outcome,
    causes,
    reason: reason === null ? null : DATA.reasons[reason],
  }));
});
const caseOf = new Map(DATA.cases.map((one) => [one.id, one]));

// Returns an element. A child that is text is inserted as text, never as markup.
function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function count(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function link(address, ...children) {
  return el("a", { href: address }, ...children);
}

function outside(url, ...children) {
  return el("a", { href: url, rel: "noreferrer", target: "_blank" }, ...children);
}

// Returns the address of a view: its path, and its parameters that have a value.
function address(path, parameters) {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parameters ?? {})) if (value) query.set(key, value);
  const text = query.toString();
  return "#" + path.map((part) => "/" + encodeURIComponent(part)).join("") + (text ? "?" + text : "");
}

function caseAddress(one, target) {
  return address(["case", one.id], { target });
}

function targetAddress(target) {
  return address(["target", target.name]);
}

function mark(verdict) {
  return el("span", { class: `mark ${DATA.verdicts[verdict].key}`, "aria-hidden": "true" }, MARKS[verdict]);
}

function verdictLabel(verdict) {
  return el("span", { class: "verdict" }, mark(verdict), " ", DATA.verdicts[verdict].word);
}

// Returns observations as a case writes them.
function observations(list) {
  if (list === undefined || list.length === 0) return "nothing";
  return list.map(([value, label]) => (label === undefined ? "" : `(${label})`) + shown(value)).join(" ");
}

function shown(value) {
  return value === "" ? '""' : value;
}

function outcomeText(outcome) {
  const strands = Object.entries(outcome).map(([strand, list]) => `${strand} ${observations(list)}`);
  return strands.length === 0 ? "nothing" : strands.join("; ");
}

// Returns why a cell is as it is, in words.
function why(cell) {
  const causes = cell.causes.map((cause) => DATA.causes[cause]);
  return [...causes, ...(cell.reason === null ? [] : [cell.reason])].join("; ");
}

// Returns a table inside a region that scrolls sideways and that the keyboard reaches.
function scrolling(label, table) {
  return el("div", { class: "scroll", role: "region", "aria-label": label, tabindex: "0" }, table);
}

function legend() {
  const occurs = DATA.verdicts.map((_, verdict) => DATA.targets.some((target) => target.counts[verdict] > 0));
  const items = DATA.verdicts.map((verdict, index) =>
    occurs[index] ? el("li", null, mark(index), " ", el("b", null, verdict.word), ": ", verdict.meaning) : null,
  );
  return el("ul", { class: "legend", "aria-label": "Marks" }, items);
}

// Returns a bar with the share of each verdict, for the eye; the numbers stand beside it.
function bar(counts) {
  const total = counts.reduce((sum, number) => sum + number, 0);
  const parts = counts.map((number, verdict) => {
    if (number === 0) return null;
    const part = el("span", { class: DATA.verdicts[verdict].key });
    part.style.width = `${(100 * number) / total}%`;
    return part;
  });
  return el("span", { class: "bar", "aria-hidden": "true" }, parts);
}

function say(text) {
  document.getElementById("status").textContent = text;
}
