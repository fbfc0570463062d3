// The part for litmus programs: the errors and the outcomes follow the text as it is typed.

import { editor } from "./editor.js";
import { ask, start } from "./engine.js";
import { sentence } from "./javascript.js";
import recorded from "../recorded.json";

const PAUSE = 250;

/** Makes the part in `root`. `changed(text)` is called after each change. */
export function litmusPart(root, { text, engine, changed, open }) {
  root.innerHTML = `
    <div class="bench">
      <div class="left">
        <div class="pick"><label>A case of the suite <input list="cases" class="find" placeholder="type a part of its name"></label><datalist id="cases"></datalist></div>
        <div class="editor"></div>
        <div class="bar"><span class="state" role="status"></span></div>
        <div class="problems" role="log" aria-label="Errors in the program"></div>
      </div>
      <div class="right results" aria-label="Outcomes" role="region" tabindex="0"></div>
    </div>`;
  const find = (selector) => root.querySelector(selector);
  const [state, results, problems, pick] = [".state", ".results", ".problems", ".find"].map(find);
  let timer;
  let running;
  let cases;

  const source = editor(find(".editor"), {
    label: "Litmus program",
    language: "litmus",
    text,
    changed(text) {
      changed(text);
      clearTimeout(timer);
      timer = setTimeout(check, PAUSE);
    },
    run: check,
  });

  async function check() {
    clearTimeout(timer);
    running?.stop();
    let module;
    try {
      module = await engine();
    } catch (error) {
      state.textContent = error.message;
      return;
    }
    let answer;
    const began = performance.now();
    const mine = start(module, { do: "litmus", text: source.text }, (events) => {
      answer = events.find((event) => event.event === "litmus") ?? answer;
    });
    running = mine;
    const how = await mine.ended;
    if (running !== mine) return;
    running = undefined;
    if (!answer) {
      state.textContent = sentence(how, performance.now() - began);
      return;
    }
    const took = performance.now() - began;
    if (answer.cases.some(({ id }) => id in recorded.cases)) await list();
    if (running === undefined) show(answer, took);
  }

  function show(answer, milliseconds) {
    const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
    state.textContent = `${count(answer.cases.length, "case")}, ${count(answer.problems.length, "error")}, ${Math.round(milliseconds)} ms.`;
    source.mark(answer.problems.map((problem) => ({ ...problem, message: said(problem) })));
    problems.replaceChildren(...answer.problems.map((problem) => element("button", `${problem.line}:${problem.column} ${said(problem)}`, {
      type: "button",
      onclick: () => source.goTo(problem.line, true),
    })));
    results.replaceChildren(...answer.cases.flatMap(outcome));
  }

  const said = ({ message, help }) => (help ? `${message} (${help})` : message);

  function outcome(shown) {
    const table = document.createElement("table");
    const columns = shown.columns.filter((column) => column.target !== "model");
    table.append(row("th", ["Strand", shown.stated ? "Draft (stated)" : "Draft (model)", "Model", ...columns.map((column) => column.target)]));
    const model = shown.columns.find((column) => column.target === "model");
    const strands = new Set([...Object.keys(shown.draft), ...shown.columns.flatMap((column) => Object.keys(column.seen ?? {}))]);
    for (const strand of [...strands].sort()) {
      const draft = values(shown.draft, strand);
      const cells = [model, ...columns].map((column) => given(column.seen, strand));
      table.append(marked([strand, draft], cells, () => draft));
    }
    const verdicts = document.createElement("ul");
    for (const column of shown.columns) {
      const reason = column.reason ? `: ${column.reason}` : "";
      verdicts.append(element("li", `${column.describe}: ${column.verdict}${reason}`, { title: column.meaning }));
    }
    const parts = [element("h2", shown.title || shown.id), element("p", shown.clauses.join(", "), { className: "clauses" }), table, verdicts];
    if (shown.readings.length > 0) parts.push(...readings(shown));
    if (isRecorded(shown)) parts.push(runtimes(shown));
    for (const [name, text] of [["JavaScript, AsyncContext", shown.javascript], ["JavaScript, AsyncLocalStorage", shown.als], ["Rust, an outline", shown.rust], ["Text for an issue", issue(shown)]]) {
      if (!text) continue;
      const details = document.createElement("details");
      const code = element("pre", text, { tabIndex: 0 });
      details.append(element("summary", name), code);
      parts.push(details);
    }
    return parts;
  }

  /** The outcome under each reading of the draft that changes it. */
  function readings(shown) {
    const table = document.createElement("table");
    const names = shown.readings.flatMap(({ reading }) => [`Model, ${reading}`, `Boa, ${reading}`]);
    table.append(row("th", ["Strand", "Draft", ...names]));
    for (const strand of Object.keys(shown.draft).sort()) {
      const draft = values(shown.draft, strand);
      const cells = shown.readings.flatMap(({ model, boa }) => [given(model, strand), given(boa, strand)]);
      table.append(marked([strand, draft], cells, () => draft));
    }
    const rules = document.createElement("ul");
    for (const { reading, rule, reason } of shown.readings) rules.append(element("li", `${reading}: ${rule}${reason ? ` (Boa: ${reason})` : ""}`));
    return [element("h3", "Readings of the draft that change the outcome"), table, rules];
  }

  /** Whether this is the case of the suite with this name, unchanged, and its outcomes are recorded. */
  function isRecorded({ id, draft }) {
    const text = cases?.find((each) => each.id === id)?.text;
    const known = recorded.cases[id];
    if (text === undefined || known === undefined || JSON.stringify(known.draft) !== JSON.stringify(draft)) return false;
    return source.text.includes(text.slice(text.indexOf("case ")).trimEnd());
  }

  /** What the runtimes gave in the last full run: a row for each result, with those that gave it. */
  function runtimes({ id, draft }) {
    const { results } = recorded.cases[id];
    const groups = new Map();
    for (const [i, runtime] of recorded.targets.entries()) {
      const key = JSON.stringify(results[i]);
      groups.set(key, [...(groups.get(key) ?? []), runtime]);
    }
    const table = document.createElement("table");
    const strands = Object.keys(draft).sort();
    table.append(row("th", ["Runtimes", "Verdict", ...strands]));
    let deviating = 0;
    for (const [key, group] of groups) {
      const [word, seen] = result(JSON.parse(key), draft);
      if (word === "deviates") deviating += group.length;
      const cells = strands.map((strand) => given(seen, strand));
      const made = marked([group.map(({ name }) => name).join(", "), word], cells, (i) => values(draft, strands[i]));
      made.title = group.map(({ describe }) => describe).join("\n");
      table.append(made);
    }
    const details = document.createElement("details");
    details.append(element("summary", `Runtimes, recorded on ${recorded.date}: ${deviating} of ${recorded.targets.length} deviate`), table);
    return details;
  }

  pick.addEventListener("change", () => {
    const found = cases?.find((each) => each.id === pick.value);
    if (found) source.text = found.text;
  });

  async function list() {
    cases ??= (await ask(await engine(), { do: "cases" })).events.filter((event) => event.event === "case");
  }

  /** Fills the list of cases, and opens the case `id` if it is given. */
  async function fill(id) {
    try {
      await list();
    } catch (error) {
      state.textContent = error.message;
      return;
    }
    root.querySelector("datalist").replaceChildren(...cases.map((each) => new Option(each.title, each.id)));
    if (id === undefined) return;
    const found = cases.find((each) => each.id === id);
    if (found) source.text = found.text;
    else open(`The suite has no case \`${id}\`.`);
  }

  return { source, check, fill };
}

/** Returns the word for a recorded result, and the outcome if there is one. */
function result(recorded, draft) {
  if (recorded === 0) return ["conforms", draft];
  if (recorded === null) return ["not supported"];
  if (recorded === "unstable") return ["differs from run to run"];
  return ["deviates", recorded];
}

/** Returns a case as the text of an issue: the rule, the program in JavaScript, and the outcomes. */
function issue({ title, id, clauses, javascript, draft, columns }) {
  const lines = (outcome) => Object.keys(outcome).map((strand) => `  ${strand}: ${values(outcome, strand)}`);
  const seen = columns.filter((column) => column.seen).flatMap((column) => ["", `${column.describe} (${column.verdict}):`, ...lines(column.seen)]);
  const code = javascript.trimEnd().split("\n").map((line) => `    ${line}`);
  return [title || id, "", `Clauses: ${clauses.join(", ") || "none"}`, "", ...code, "", "Each strand must see:", ...lines(draft), ...seen].join("\n");
}

function values(outcome, strand) {
  const seen = (outcome[strand] ?? []).map(([value, label]) => (label === undefined ? value || '""' : `(${label})${value || '""'}`));
  return seen.join(" ") || "nothing";
}

/** Returns what a strand saw, or a dash if there is no outcome. */
const given = (outcome, strand) => (outcome ? values(outcome, strand) : "–");

/** Returns a row whose `cells`, after `heads`, are marked where they are an outcome other than the required one. */
function marked(heads, cells, required) {
  const made = row("td", [...heads, ...cells]);
  cells.forEach((text, i) => text !== "–" && text !== required(i) && made.cells[heads.length + i].classList.add("differs"));
  return made;
}

function element(name, text, properties = {}) {
  return Object.assign(document.createElement(name), properties, { textContent: text });
}

function row(name, texts) {
  const made = document.createElement("tr");
  for (const text of texts) {
    const cell = element(name, text);
    if (name === "th") cell.scope = "col";
    made.append(cell);
  }
  return made;
}
