// The part for litmus programs: the errors and the outcomes follow the text as it is typed.

import { editor } from "./editor.js";
import { ask, start } from "./engine.js";
import { sentence } from "./javascript.js";

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
    show(answer, performance.now() - began);
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
      const cells = [model, ...columns].map((column) => (column.seen ? values(column.seen, strand) : "–"));
      const made = row("td", [strand, draft, ...cells]);
      [...made.cells].slice(2).forEach((cell) => cell.textContent !== draft && cell.textContent !== "–" && cell.classList.add("differs"));
      table.append(made);
    }
    const verdicts = document.createElement("ul");
    for (const column of shown.columns) {
      const reason = column.reason ? `: ${column.reason}` : "";
      verdicts.append(element("li", `${column.describe}: ${column.verdict}${reason}`, { title: column.meaning }));
    }
    const parts = [element("h2", shown.title || shown.id), element("p", shown.clauses.join(", "), { className: "clauses" }), table, verdicts];
    for (const [name, text] of [["JavaScript, AsyncContext", shown.javascript], ["JavaScript, AsyncLocalStorage", shown.als], ["Rust, an outline", shown.rust], ["Text for an issue", issue(shown)]]) {
      if (!text) continue;
      const details = document.createElement("details");
      const code = element("pre", text, { tabIndex: 0 });
      details.append(element("summary", name), code);
      parts.push(details);
    }
    return parts;
  }

  pick.addEventListener("change", () => {
    const found = cases?.find((each) => each.id === pick.value);
    if (found) source.text = found.text;
  });

  /** Fills the list of cases, and opens the case `id` if it is given. */
  async function fill(id) {
    try {
      cases ??= (await ask(await engine(), { do: "cases" })).events.filter((event) => event.event === "case");
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
