// The summary of each target, the deviations by their reason, the clauses, and the words.

// Returns a row per target with the numbers of its verdicts. `full` adds what each target is.
function summaryTable(full) {
  const head = ["Target", "Conforms", "Known", "Open", "Not supported", ""];
  const rows = DATA.targets.map((target) => {
    const [conforms, known, unexplained, unsupported, unstable, error] = target.counts;
    const number = (value, verdict) => el("td", { class: "number" }, value === 0 ? el("span", { class: "zero" }, "0") : el("span", { class: DATA.verdicts[verdict].key }, String(value)));
    return el(
      "tr",
      null,
      el("th", { scope: "row", title: target.describe }, link(targetAddress(target), target.name), full ? el("span", { class: "title" }, target.describe) : null),
      number(conforms, CONFORMS),
      number(known + unstable, KNOWN),
      number(unexplained + error, UNEXPLAINED),
      number(unsupported, UNSUPPORTED),
      el("td", { class: "bars" }, bar(target.counts)),
    );
  });
  const missing = DATA.missing.map(({ name, why }) => el("tr", null, el("th", { scope: "row" }, name), el("td", { colspan: "5" }, `not run: ${why}`)));
  const heads = head.map((text, index) => (text === "" ? el("td", { "aria-hidden": "true" }) : el("th", { scope: "col", class: index > 0 ? "number" : null }, text)));
  return scrolling(
    "Summary by target",
    el("table", { class: "list summary" }, el("caption", { class: "hidden" }, "Summary by target"), el("thead", null, el("tr", null, heads)), el("tbody", null, rows, missing)),
  );
}

function targetsView() {
  return { title: "Targets", nodes: [el("h1", null, "Targets"), el("p", null, "A target is an implementation, reached in one way. Those that must conform belong to this project: if one of them deviates, that is a defect."), summaryTable(true)] };
}

function targetView(name) {
  const index = DATA.targets.findIndex((target) => target.name === name);
  if (index < 0) return { title: "No such target", nodes: [el("h1", null, "No such target"), el("p", null, link(address(["targets"]), "All targets"))] };
  const target = DATA.targets[index];
  const facts = [
    ["What it is", target.describe],
    ["Family", target.profile],
    ["API", target.api ?? "the Rust crate, or the model"],
    ["Must conform", target.must ? "yes" : "no"],
  ];
  return {
    title: target.name,
    nodes: [
      el("p", { class: "crumbs" }, link(address(["targets"]), "Targets"), " › ", el("span", null, target.name)),
      el("h1", null, target.name),
      el("dl", { class: "facts" }, facts.map(([term, text]) => [el("dt", null, term), el("dd", null, text)])),
      el("p", { class: "counts" }, bar(target.counts), target.counts.map((number, verdict) => (number > 0 ? el("span", null, verdictLabel(verdict), ` ${number}`) : null))),
      el("p", null, link(address([""], { targets: target.name, show: "deviating" }), "Its deviations in the matrix")),
      reasonsOf(index),
      lacking(index),
      byClause(index),
    ],
  };
}

// Returns a target's deviations by reason.
function reasonsOf(index) {
  const parts = Object.entries(DATA.causes).map(([cause, sentence]) => {
    const cases = DATA.cases.filter((one) => one.cells[index].causes.includes(cause));
    return cases.length === 0 ? null : [el("dt", null, sentence, ` (${cases.length})`), el("dd", null, caseLinks(cases, index))];
  });
  const open = DATA.cases.filter((one) => isOpen(one.cells[index]));
  const unexplained = open.length === 0 ? null : [el("dt", null, `no known reason, or an error (${open.length})`), el("dd", null, caseLinks(open, index))];
  const all = [unexplained, ...parts].filter((part) => part !== null);
  return all.length === 0 ? el("p", null, "It conforms in every case that it supports.") : [el("h2", null, "What deviates, and why"), el("dl", null, all)];
}

function caseLinks(cases, index) {
  return cases.map((one, position) => [position > 0 ? ", " : "", link(caseAddress(one, DATA.targets[index]?.name), one.id)]);
}

// Returns the cases that a target does not support, by reason.
function lacking(index) {
  const reasons = new Map();
  for (const one of DATA.cases) {
    const cell = one.cells[index];
    if (cell.verdict === UNSUPPORTED) reasons.set(cell.reason, [...(reasons.get(cell.reason) ?? []), one]);
  }
  if (reasons.size === 0) return null;
  const parts = [...reasons].map(([reason, cases]) => [el("dt", null, reason ?? "", ` (${cases.length})`), el("dd", null, caseLinks(cases, index))]);
  return [el("h2", null, "Not supported"), el("dl", null, parts)];
}

function byClause(index) {
  const rows = grouped(DATA.cases, "").map(([heading, list]) => {
    const counts = DATA.verdicts.map((_, verdict) => list.filter((one) => one.cells[index].verdict === verdict).length);
    const texts = counts.map((number, verdict) => (number > 0 ? el("span", null, mark(verdict), ` ${number} `, el("span", { class: "hidden" }, DATA.verdicts[verdict].word)) : null));
    return el("tr", null, el("th", { scope: "row" }, heading), el("td", null, texts), el("td", { class: "bars" }, bar(counts)));
  });
  const head = el("tr", null, el("th", { scope: "col" }, "Clause"), el("th", { scope: "col" }, "Cases"), el("td", { "aria-hidden": "true" }));
  return [el("h2", null, "By clause"), legend(), scrolling("Results by clause", el("table", { class: "list clauses" }, el("caption", { class: "hidden" }, "Results by clause"), el("thead", null, head), el("tbody", null, rows)))];
}

function reasonsView() {
  const parts = Object.entries(DATA.causes).map(([cause, sentence]) => {
    const cases = DATA.cases.filter((one) => one.cells.some((cell) => cell.causes.includes(cause)));
    const targets = DATA.targets.filter((_, index) => cases.some((one) => one.cells[index].causes.includes(cause)));
    if (cases.length === 0) return null;
    const names = targets.map((target, position) => [position > 0 ? ", " : "", link(targetAddress(target), target.name)]);
    const examples = cases.slice(0, 3);
    const more = link(address([""], { cause }), count(cases.length, "case"));
    const row = el("tr", null, el("th", { scope: "row" }, sentence), el("td", null, more), el("td", null, names), el("td", null, caseLinks(examples, -1)));
    return [cases.length, row];
  });
  const rows = parts.filter((part) => part !== null).sort(([a], [b]) => b - a);
  const head = ["What happens instead", "Cases", "Targets", "Examples"].map((text) => el("th", { scope: "col" }, text));
  const table = el("table", { class: "list" }, el("caption", { class: "hidden" }, "Deviations by reason"), el("thead", null, el("tr", null, head)), el("tbody", null, rows.map(([, row]) => row)));
  return {
    title: "Reasons",
    nodes: [
      el("h1", null, "What deviates from the draft, and why"),
      rows.length === 0 ? el("p", null, "No target has a known deviation.") : [el("p", null, "A reason is a switch in the model of the draft that replaces one clause. With it, the model gives exactly what the target gives."), scrolling("Deviations by reason", table)],
    ],
  };
}

function clausesView() {
  const rows = DATA.clauses
    .filter((clause) => clause.normative)
    .map((clause) => {
      const cases = DATA.cases.filter((one) => one.clauses.includes(clause.anchor));
      const covered = cases.length > 0 ? link(address([""], { q: clause.anchor }), count(cases.length, "case")) : (clause.exempt ?? "no case in this run");
      return el("tr", null, el("th", { scope: "row" }, outside(clause.url, clause.title), el("span", { class: "title" }, clause.words)), el("td", null, covered));
    });
  const head = el("tr", null, el("th", { scope: "col" }, "Clause"), el("th", { scope: "col" }, "Cases"));
  return {
    title: "Clauses",
    nodes: [
      el("h1", null, "Clauses of the draft"),
      el("p", null, `Commit ${DATA.draft.commit} of ${DATA.draft.date}. A clause that no program can test has the reason instead.`),
      scrolling("Clauses and their cases", el("table", { class: "list" }, el("caption", { class: "hidden" }, "Clauses and their cases"), el("thead", null, head), el("tbody", null, rows))),
    ],
  };
}

function wordsView() {
  const words = [
    ["Case", "A program of a few lines, and what each of its strands must observe. The same text runs on every target."],
    ["Strand", "A flow of control whose own order is fixed: the main program, an async function, a callback, a generator."],
    ["Target", "An implementation, reached in one way: the draft's algorithms as a model, the Rust crate, an engine, a runtime."],
    ["The draft", `The proposal's text at commit ${DATA.draft.commit.slice(0, 7)} of ${DATA.draft.date}.`],
    ["Mapping", "Which value each variable has at a point of the program. The draft says where it is captured and restored."],
    ["none", "JavaScript's undefined: nothing is bound there, and there is no default."],
    ["Reason", "A switch in the model of the draft that replaces one clause by what an implementation does instead."],
    ["Contested", "The committee or the champions discuss the outcome. The case states that of the draft."],
  ];
  return { title: "Words", nodes: [el("h1", null, "What the words mean"), el("dl", null, words.map(([word, text]) => [el("dt", null, word), el("dd", null, text)])), el("h2", null, "Marks"), legend()] };
}
