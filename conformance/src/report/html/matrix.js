// The matrix: cases by targets, grouped by clause or by file, with filters. The filters are part of the address.

const SHOWN = [
  ["", "all cases"],
  ["deviating", "a target deviates"],
  ["open", "a target is unexplained or fails"],
  ["divided", "the targets differ"],
  ["contested", "contested"],
  ["readings", "readings differ"],
];

function isDeviation(cell) {
  return cell.verdict !== CONFORMS && cell.verdict !== UNSUPPORTED;
}

function isOpen(cell) {
  return cell.verdict === UNEXPLAINED || cell.verdict === ERROR;
}

// Returns the targets that the filters select, as indices.
function selectedTargets(filters) {
  const names = filters.targets ? filters.targets.split(",") : [];
  const all = DATA.targets.map((_, index) => index);
  const chosen = all.filter((index) => names.includes(DATA.targets[index].name));
  return chosen.length > 0 ? chosen : all;
}

function matches(one, filters, targets) {
  const words = (filters.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.every((word) => one.words.includes(word))) return false;
  if (filters.cause && !targets.some((index) => one.cells[index].causes.includes(filters.cause))) return false;
  const cells = targets.map((index) => one.cells[index]);
  switch (filters.show) {
    case "deviating":
      return cells.some(isDeviation);
    case "open":
      return cells.some(isOpen);
    case "divided":
      return new Set(cells.filter((cell) => cell.number !== null).map((cell) => cell.number)).size > 1;
    case "contested":
      return one.contested.length > 0;
    case "readings":
      return one.readings.length > 0;
    default:
      return true;
  }
}

// Returns the cases in groups: a heading and its cases.
function grouped(cases, by) {
  const groups = new Map();
  const add = (key, one) => groups.set(key, [...(groups.get(key) ?? []), one]);
  if (by === "file") {
    for (const one of cases) add(one.group, one);
    return [...groups].map(([key, list]) => [key, list]);
  }
  for (const one of cases) add(one.clauses[0] ?? "", one);
  const order = new Map(DATA.clauses.map((clause, index) => [clause.anchor, index]));
  const place = (anchor) => (anchor === "" ? Infinity : (order.get(anchor) ?? DATA.clauses.length));
  return [...groups]
    .sort(([a], [b]) => place(a) - place(b))
    .map(([anchor, list]) => [anchor === "" ? "No clause: extensions" : (clauseOf.get(anchor)?.title ?? anchor), list]);
}

function matrixTable(filters) {
  const targets = selectedTargets(filters);
  const cases = DATA.cases.filter((one) => matches(one, filters, targets));
  say(`${count(cases.length, "case")} shown`);
  if (cases.length === 0) {
    return el("p", { class: "empty" }, "No case matches. ", link("#/", "Show all cases"));
  }
  const heads = targets.map((index) => {
    const target = DATA.targets[index];
    return el("th", { scope: "col", class: "target" }, el("span", null, link(targetAddress(target), target.name)));
  });
  const table = el(
    "table",
    { class: "matrix" },
    el("caption", null, `${count(cases.length, "case")} on ${count(targets.length, "target")}`),
    el("thead", null, el("tr", null, el("th", { scope: "col" }, "Case"), heads)),
  );
  for (const [heading, list] of grouped(cases, filters.by)) {
    const body = el("tbody", null);
    const head = el("th", { scope: "rowgroup", class: "group" }, el("span", null, heading, ` (${list.length})`));
    body.append(el("tr", null, head, targets.map((index) => groupCell(list, index))));
    for (const one of list) {
      const cells = targets.map((index) => {
        const { verdict } = one.cells[index];
        const word = el("span", { class: "hidden" }, DATA.verdicts[verdict].word);
        const to = caseAddress(one, DATA.targets[index].name);
        return el("td", { "data-to": to, title: `${DATA.targets[index].name}: ${DATA.verdicts[verdict].word}` }, mark(verdict), word);
      });
      const head = el("th", { scope: "row" }, link(caseAddress(one), one.id), el("span", { class: "title" }, one.title));
      body.append(el("tr", null, head, cells));
    }
    table.append(body);
  }
  table.addEventListener("click", (event) => {
    const cell = event.target.closest("td[data-to]");
    if (cell !== null) location.hash = cell.dataset.to;
  });
  return scrolling("Matrix of cases and targets", table);
}

// Returns the cell of a group: how many of its cases deviate on a target.
function groupCell(list, index) {
  const deviating = list.filter((one) => isDeviation(one.cells[index])).length;
  const text = deviating === 0 ? "" : String(deviating);
  return el("td", { class: "sum" }, text, deviating === 0 ? null : el("span", { class: "hidden" }, " deviate"));
}

function choice(name, label, options, value) {
  const items = options.map(([key, text]) => el("option", { value: key, selected: key === (value ?? "") }, text));
  return el("label", null, el("span", null, label), el("select", { name }, items));
}

function filterForm(filters, change) {
  const causes = Object.entries(DATA.causes).filter(([cause]) =>
    DATA.cases.some((one) => one.cells.some((cell) => cell.causes.includes(cause))),
  );
  const chosen = selectedTargets(filters);
  const boxes = DATA.targets.map((target, index) => {
    const box = { type: "checkbox", name: "target", value: target.name, checked: chosen.includes(index) };
    return el("label", { class: "check" }, el("input", box), " ", target.name);
  });
  const summary = () => `Targets: ${chosen.length} of ${DATA.targets.length}`;
  const search = { type: "search", name: "q", value: filters.q ?? "", placeholder: "id, title, tag, clause", autocomplete: "off" };
  const form = el(
    "form",
    { class: "filters", role: "search", "aria-label": "Cases" },
    el("label", null, el("span", null, "Search"), el("input", search)),
    choice("show", "Show", SHOWN, filters.show),
    choice("cause", "Reason", [["", "any"], ...causes], filters.cause),
    choice("by", "Group by", [["", "clause"], ["file", "subject"]], filters.by),
    el("details", { class: "targets" }, el("summary", null, summary()), el("fieldset", null, el("legend", { class: "hidden" }, "Targets"), boxes)),
    el("a", { class: "button", href: "#/" }, "Reset"),
  );
  const read = () => {
    const values = new FormData(form);
    const names = values.getAll("target");
    const all = names.length === DATA.targets.length || names.length === 0;
    const now = { targets: all ? "" : names.join(",") };
    for (const name of ["q", "show", "cause", "by"]) now[name] = values.get(name);
    form.querySelector("summary").textContent = `Targets: ${all ? DATA.targets.length : names.length} of ${DATA.targets.length}`;
    change(now);
  };
  form.addEventListener("input", read);
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
}

function matrixView(parameters) {
  const filters = Object.fromEntries(parameters);
  const holder = el("div", null, matrixTable(filters));
  const form = filterForm(filters, (now) => {
    // Replaces the address without a new view, so that the field keeps its focus.
    history.replaceState(null, "", address([""], now));
    holder.replaceChildren(matrixTable(now));
  });
  return {
    title: "Matrix",
    nodes: [introduction(), summaryTable(false), el("h2", null, "Cases by target"), form, legend(), holder],
  };
}

function introduction() {
  const { draft } = DATA;
  return [
    el("h1", null, "How implementations of AsyncContext behave"),
    el(
      "p",
      null,
      `Each of ${count(DATA.cases.length, "case")} is a small program that states what its flows of control must see by `,
      outside(draft.url, "TC39's draft"),
      ` of ${draft.date}. ${count(DATA.targets.length, "implementation")} ran them on ${DATA.date.slice(0, 10)}. `,
      link(address(["words"]), "What the words mean"),
    ),
  ];
}
