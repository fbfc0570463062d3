// One case: what each flow of control saw on each target, the program in each language, the clauses, and a text to
// report a difference.

function caseView(id, parameters) {
  const one = caseOf.get(id);
  if (one === undefined) {
    return { title: "No such case", nodes: [el("h1", null, "No such case"), el("p", null, `There is no case “${id}”. `, link("#/", "All cases"))] };
  }
  const target = DATA.targets.findIndex((other) => other.name === parameters.get("target"));
  return {
    title: one.id,
    nodes: [
      el("p", { class: "crumbs" }, link("#/", "Matrix"), " › ", link(address([""], { q: one.group }), one.group), " › ", el("span", null, one.id)),
      el("h1", null, one.id),
      el("p", { class: "lead" }, one.title),
      one.notes.map((note) => el("p", null, note)),
      one.disputed === null ? null : el("p", { class: "notice" }, `The case states for the draft: ${outcomeText(one.disputed)}. The model of the draft gives: ${outcomeText(one.draft)}.`),
      el("h2", null, "What each flow of control saw"),
      timeline(one, target),
      el("h2", null, "Results"),
      resultTable(one, target),
      issueText(one, target),
      readingTable(one),
      el("h2", null, "Program"),
      DATA.playground === null ? null : el("p", null, outside(`${DATA.playground}#case=${one.id}`, "Open in the playground")),
      programs(one),
      clauseList(one),
      el("p", { class: "neighbors" }, neighbor(one, -1, "Previous"), neighbor(one, 1, "Next")),
    ],
  };
}

function neighbor(one, step, word) {
  const other = DATA.cases[one.index + step];
  return other === undefined ? null : el("a", { class: "button", href: caseAddress(other), rel: step < 0 ? "prev" : "next" }, `${word}: ${other.id}`);
}

// Returns the distinct outcomes, the draft's first, each with the targets that gave it.
function distinct(one) {
  const columns = [{ outcome: one.draft, targets: [], draft: true }];
  one.cells.forEach((cell, index) => {
    if (cell.outcome === null || cell.verdict === CONFORMS) {
      if (cell.outcome !== null) columns[0].targets.push(index);
      return;
    }
    const known = columns.find((column) => column.number === cell.number);
    if (known === undefined) columns.push({ outcome: cell.outcome, number: cell.number, targets: [index], verdict: cell.verdict });
    else known.targets.push(index);
  });
  return columns;
}

// Returns a row per observation in the model's order, a lane per strand, and a column per distinct outcome.
function timeline(one, target) {
  const columns = distinct(one);
  const strands = [...new Set([...one.steps.map(([strand]) => strand), ...columns.flatMap((column) => Object.keys(column.outcome))])];
  const done = new Map();
  const rows = one.steps.map(([strand, line, text]) => row(strand, line, text));
  // What a target observed beyond the draft's observations.
  for (const strand of strands) {
    const most = Math.max(...columns.map((column) => (column.outcome[strand] ?? []).length));
    while ((done.get(strand) ?? 0) < most) rows.push(row(strand, null, null));
  }
  function row(strand, line, text) {
    const position = done.get(strand) ?? 0;
    done.set(strand, position + 1);
    const lanes = strands.map((other) => el("span", { class: other === strand ? "lane on" : "lane" }));
    const required = one.draft[strand]?.[position]?.[0];
    const values = columns.map((column) => {
      const value = column.outcome[strand]?.[position]?.[0];
      const differs = !column.draft && value !== required;
      const chosen = target >= 0 && column.targets.includes(target);
      const text = value === undefined ? "(nothing)" : shown(value);
      return el("td", { class: [differs ? "differs" : "", chosen ? "chosen" : ""].join(" ").trim() }, differs ? [mark(column.verdict), " "] : null, el("code", null, text));
    });
    const place = line === null ? "an additional observation" : [el("code", null, text), el("span", { class: "line" }, ` line ${line}`)];
    return el("tr", null, el("td", { class: "lanes", "aria-hidden": "true" }, lanes), el("th", { scope: "row" }, strand), el("td", null, place), values);
  }
  if (rows.length === 0) return el("p", null, "No strand observes anything.");
  const heads = columns.map((column) => {
    const names = column.targets.map((index) => DATA.targets[index].name).join(", ");
    const head = column.draft ? [el("b", null, "the draft"), names ? `, and ${names}` : ""] : names;
    return el("th", { scope: "col", class: "seen" }, head);
  });
  return [
    el("p", { class: "hint" }, "One row for each observation, in the order of the draft's model; between strands, other orders are possible. A strand is a flow of control. “none” means that nothing is bound."),
    scrolling(
      "Observations by strand and target",
      el(
        "table",
        { class: "timeline" },
        el("caption", { class: "hidden" }, "Observations by strand and target"),
        el("thead", null, el("tr", null, el("td", { class: "lanes", "aria-hidden": "true" }), el("th", { scope: "col" }, "Strand"), el("th", { scope: "col" }, "Statement"), heads)),
        el("tbody", null, rows),
      ),
    ),
  ];
}

function resultTable(one, chosen) {
  const rows = DATA.targets.map((target, index) => {
    const cell = one.cells[index];
    const seen = cell.outcome === null ? "" : el("code", null, outcomeText(cell.outcome));
    return el(
      "tr",
      { class: index === chosen ? "chosen" : "", "aria-current": index === chosen ? "true" : null },
      el("th", { scope: "row" }, link(targetAddress(target), target.name), el("span", { class: "title" }, target.describe)),
      el("td", null, verdictLabel(cell.verdict)),
      el("td", null, why(cell)),
      el("td", null, seen),
    );
  });
  const head = ["Target", "Verdict", "Why", "Observed"].map((text) => el("th", { scope: "col" }, text));
  return scrolling("Results by target", el("table", { class: "list" }, el("caption", { class: "hidden" }, "Results by target"), el("thead", null, el("tr", null, head)), el("tbody", null, rows)));
}

// Returns the outcomes of the readings beside each other, if they differ.
function readingTable(one) {
  if (one.readings.length === 0) return null;
  const [[, draft]] = one.readings;
  const strands = [...new Set(one.readings.flatMap(([, outcome]) => Object.keys(outcome)))];
  const rows = strands.map((strand) => {
    const required = observations(draft[strand]);
    const cells = one.readings.map(([, outcome]) => {
      const seen = observations(outcome[strand]);
      return el("td", { class: seen === required ? "" : "differs" }, seen === required ? null : "≠ ", el("code", null, seen));
    });
    return el("tr", null, el("th", { scope: "row" }, strand), cells);
  });
  const heads = one.readings.map(([word]) => el("th", { scope: "col" }, word, el("span", { class: "title" }, DATA.readings[word])));
  const table = el("table", { class: "list readings" }, el("caption", { class: "hidden" }, "Observations by reading"), el("thead", null, el("tr", null, el("th", { scope: "col" }, "Strand"), heads)), el("tbody", null, rows));
  return [
    el("h2", null, "Readings"),
    el("p", { class: "hint" }, "What the pinned draft requires, and what other readings of a contested or changing point require instead. Readings with the outcome of the draft are left out."),
    scrolling("Observations by reading", table),
  ];
}

function programs(one) {
  const parts = [
    [`Litmus program (${one.file}, line ${one.line})`, one.text],
    ["JavaScript with AsyncContext", one.js.ac],
    ["JavaScript with AsyncLocalStorage", one.js.als],
    ["Rust, in outline", one.rust],
  ];
  return el(
    "div",
    { class: "programs" },
    parts.map(([heading, text], index) =>
      text ? el("details", { open: index < 2 || (index === 2 && one.js.ac === null) }, el("summary", null, heading), el("pre", { tabindex: "0", role: "region", "aria-label": heading }, el("code", null, text))) : null,
    ),
  );
}

function clauseList(one) {
  const clauses = one.clauses.map((anchor) => {
    const clause = clauseOf.get(anchor);
    return clause === undefined ? null : [el("dt", null, outside(clause.url, clause.title), " ", el("code", null, anchor)), el("dd", null, clause.words)];
  });
  const contested = one.contested.map(([url, what]) => el("li", null, what, " ", outside(url, url)));
  return [
    clauses.length === 0 ? null : [el("h2", null, "Clauses"), el("dl", null, clauses)],
    contested.length === 0 ? null : [el("h2", null, "Contested"), el("ul", null, contested)],
    el("p", { class: "tags" }, "Tags: ", one.tags.map((tag, index) => [index > 0 ? ", " : "", link(address([""], { q: tag }), tag)])),
  ];
}

// Returns the text of an issue about a target's difference.
function issue(one, index) {
  const target = DATA.targets[index];
  const cell = one.cells[index];
  const clauses = one.clauses.map((anchor) => `- ${clauseOf.get(anchor)?.title ?? anchor}: ${clauseOf.get(anchor)?.url ?? anchor}`);
  const script = target.api === "AsyncLocalStorage" ? one.js.als : one.js.ac;
  const result = cell.outcome === null ? `No outcome: ${why(cell)}` : `Observed on ${target.describe}: \`${outcomeText(cell.outcome)}\``;
  return [
    `${one.title} (${target.describe})`,
    "",
    `Required by TC39's AsyncContext draft of ${DATA.draft.date} (${DATA.draft.commit.slice(0, 7)}): \`${outcomeText(one.draft)}\``,
    result,
    cell.outcome !== null && why(cell) ? `Likely reason: ${why(cell)}.` : null,
    "",
    "Each word is a strand (a flow of control) with the values that it reads, in order. As a litmus program:",
    "",
    "```kdl",
    one.text,
    "```",
    "",
    ...(script === null ? [] : ["As JavaScript, where `strand(name)` returns a function that logs:", "", "```js", script.trimEnd(), "```"]),
    ...(clauses.length > 0 ? ["", "Clauses:", "", ...clauses] : []),
    "",
    `Reproduce: \`conformance explain ${one.id} --target ${target.name}\` (conformance ${DATA.tool}).`,
  ]
    .filter((line) => line !== null)
    .join("\n");
}

function issueText(one, chosen) {
  const deviating = DATA.targets.map((_, index) => index).filter((index) => isDeviation(one.cells[index]));
  if (deviating.length === 0) return null;
  const first = deviating.includes(chosen) ? chosen : deviating[0];
  const area = el("textarea", { readonly: true, rows: "12", "aria-label": "Text of the issue" });
  area.value = issue(one, first);
  const options = deviating.map((index) => el("option", { value: String(index), selected: index === first }, DATA.targets[index].name));
  const select = el("select", { on: { change: () => (area.value = issue(one, Number(select.value))) } }, options);
  const copy = async () => {
    area.select();
    try {
      await navigator.clipboard.writeText(area.value);
    } catch {
      document.execCommand("copy"); // The newer function is missing on pages from disk in some browsers.
    }
    say("Copied");
  };
  return el(
    "details",
    { class: "issue" },
    el("summary", null, "File this: the text of an issue"),
    el("p", null, el("label", null, "Target ", select), " ", el("button", { type: "button", on: { click: copy } }, "Copy")),
    area,
  );
}
