// The view of a timeline: lanes, spans, arrows, and the same as a table. Only what is visible is drawn.

import { words } from "./flows.js";

const STEP = 72;
const LANE = 40;
const TOP = 8;
const NAMES = 132;
const COLORS = 8;
const ROWS = 100;
const SVG = "http://www.w3.org/2000/svg";

/**
 * Shows timelines in `root`. `goTo(line)` is called when a line of the program is chosen.
 */
export function timelineView(root, goTo) {
  root.innerHTML = `
    <div class="steps" role="group" aria-label="Step through the timeline">
      <button type="button" data-step="first">First</button>
      <button type="button" data-step="previous">Previous</button>
      <button type="button" data-step="next">Next</button>
      <button type="button" data-step="last">Last</button>
      <button type="button" data-step="line" hidden></button>
    </div>
    <p class="chosen" aria-live="polite"></p>
    <div class="lanes" tabindex="0" role="img" aria-label="Timeline. Use the arrow keys to step; the table below has the same facts.">
      <div class="extent"><svg class="drawing" aria-hidden="true"></svg></div>
    </div>
    <p class="legend"></p>
    <details class="facts"><summary>The timeline as a table</summary>
      <div class="scroller" tabindex="0" role="region" aria-label="Steps of the timeline"><table>
        <thead><tr><th scope="col">Step</th><th scope="col">Flow</th><th scope="col">What happens</th><th scope="col">Context</th><th scope="col">Line</th></tr></thead>
        <tbody></tbody></table></div>
      <div class="pages"><button type="button" data-page="-1">Earlier steps</button> <span></span> <button type="button" data-page="1">Later steps</button></div>
    </details>`;
  const find = (selector) => root.querySelector(selector);
  const [lanes, extent, svg, chosen] = [".lanes", ".extent", ".drawing", ".chosen"].map(find);
  const lineButton = find("[data-step=line]");
  let timeline;
  let selected = 0;
  let page = 0;
  let frame;

  const color = (mapping) => (mapping === 0 ? "empty" : `c${(mapping - 1) % COLORS}`);
  const x = (index) => NAMES + index * STEP;
  const y = (lane) => TOP + lane * LANE;

  function element(name, attributes, text) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function draw() {
    frame = undefined;
    if (!timeline) return;
    const { steps } = timeline;
    const [left, top, width, height] = [lanes.scrollLeft, lanes.scrollTop, lanes.clientWidth, lanes.clientHeight];
    svg.style.transform = `translate(${left}px, ${top}px)`;
    svg.setAttribute("width", width);
    svg.setAttribute("height", height);
    svg.setAttribute("viewBox", `${left} ${top} ${width} ${height}`);
    const from = Math.max(0, Math.floor((left - NAMES) / STEP) - 1);
    const to = Math.min(steps.length, Math.ceil((left + width - NAMES) / STEP) + 1);
    const lanesFrom = Math.max(0, Math.floor((top - TOP) / LANE));
    const lanesTo = Math.min(timeline.lanes.length, Math.ceil((top + height - TOP) / LANE) + 1);
    const drawn = document.createDocumentFragment();
    for (let lane = lanesFrom; lane < lanesTo; lane++) {
      drawn.append(element("line", { class: "axis", x1: left, x2: left + width, y1: y(lane) + 14, y2: y(lane) + 14 }));
    }
    spans(drawn, from, to, lanesFrom, lanesTo);
    for (let i = from; i < to; i++) arrow(drawn, i);
    marks(drawn, from, to, lanesFrom, lanesTo);
    drawn.append(element("rect", { class: "names", x: left, y: top, width: NAMES - 8, height }));
    for (let lane = lanesFrom; lane < lanesTo; lane++) {
      const name = timeline.lanes[lane].name;
      drawn.append(element("text", { class: "name", x: left + 6, y: y(lane) + 18 }, name.length > 18 ? `${name.slice(0, 17)}…` : name));
    }
    svg.replaceChildren(drawn);
  }

  // A span reaches over the steps of one lane and one context. It starts before the window if it is cut there.
  function spans(drawn, from, to, lanesFrom, lanesTo) {
    const { steps, mappings } = timeline;
    const same = (a, b) => steps[a].lane === steps[b].lane && steps[a].mapping === steps[b].mapping && steps[b].kind !== "job";
    let start = from;
    while (start > 0 && start > from - 200 && same(start - 1, start)) start--;
    for (let i = start; i < to; i = end) {
      var end = i + 1;
      while (end < steps.length && end < to + 200 && same(end - 1, end)) end++;
      const { lane, mapping } = steps[i];
      if (lane < lanesFrom || lane >= lanesTo) continue;
      const width = (end - i) * STEP - 3;
      drawn.append(element("rect", { class: `span ${color(mapping)}`, x: x(i), y: y(lane), width, height: 28, rx: 4, "data-at": i }));
      const room = Math.floor((width - 8) / 7);
      const label = (mappings[mapping] ?? "").replace(/^\{ ?| ?\}$/g, "");
      if (room >= 3) {
        const text = label.length > room ? `${label.slice(0, room - 1)}…` : label;
        drawn.append(element("text", { class: "bindings", x: x(i) + 4, y: y(lane) + 12 }, text));
      }
    }
  }

  function arrow(drawn, i) {
    const { steps } = timeline;
    const step = steps[i];
    if (step.arrow === undefined || step.arrow === i) return;
    const origin = steps[step.arrow];
    const [x1, y1, x2, y2] = [x(step.arrow) + STEP - 6, y(origin.lane) + 27, x(i) + 3, y(step.lane) + (origin.lane === step.lane ? 27 : 1)];
    const bend = Math.max(20, Math.min(60, (x2 - x1) / 2));
    const drop = origin.lane === step.lane ? 14 : 0;
    const path = `M${x1},${y1} C${x1 + bend},${y1 + drop} ${x2 - bend},${y2 + drop} ${x2},${y2}`;
    drawn.append(element("path", { class: i === selected ? "arrow selected" : "arrow", d: path }));
    drawn.append(element("circle", { class: "tip", cx: x2, cy: y2, r: 3 }));
  }

  function marks(drawn, from, to, lanesFrom, lanesTo) {
    for (let i = from; i < to; i++) {
      const { lane, kind, level } = timeline.steps[i];
      if (lane < lanesFrom || lane >= lanesTo) continue;
      if (kind === "output") {
        drawn.append(element("circle", { class: level === "error" ? "output error" : "output", cx: x(i) + STEP / 2, cy: y(lane) + 21, r: 3.5 }));
      }
      if (i === selected) {
        drawn.append(element("rect", { class: "cursor", x: x(i) - 1, y: y(lane) - 3, width: STEP, height: 34, rx: 5 }));
      }
      const hit = element("rect", { class: "hit", x: x(i), y: y(lane), width: STEP, height: 28, "data-at": i });
      hit.append(element("title", {}, words(timeline, i)));
      drawn.append(hit);
    }
  }

  function schedule() {
    frame ??= requestAnimationFrame(draw);
  }

  function select(index, follow = true) {
    if (!timeline) return;
    selected = Math.max(0, Math.min(timeline.steps.length - 1, index));
    const step = timeline.steps[selected];
    chosen.textContent = `Step ${selected + 1} of ${timeline.steps.length}, ${timeline.lanes[step.lane].name}: ${words(timeline, selected)}`;
    lineButton.hidden = step.line === undefined;
    lineButton.textContent = `Go to line ${step.line}`;
    if (follow) {
      const [at, lane] = [x(selected), y(step.lane)];
      if (at < lanes.scrollLeft + NAMES || at + STEP > lanes.scrollLeft + lanes.clientWidth) lanes.scrollLeft = at - lanes.clientWidth / 2;
      if (lane < lanes.scrollTop || lane + LANE > lanes.scrollTop + lanes.clientHeight) lanes.scrollTop = lane - lanes.clientHeight / 2;
    }
    goTo(step.line, false);
    schedule();
  }

  function table() {
    const body = find("tbody");
    body.replaceChildren();
    if (!timeline || !find("details").open) return;
    const pages = Math.max(1, Math.ceil(timeline.steps.length / ROWS));
    page = Math.max(0, Math.min(pages - 1, page));
    const end = Math.min(timeline.steps.length, (page + 1) * ROWS);
    for (let i = page * ROWS; i < end; i++) {
      const step = timeline.steps[i];
      const row = body.insertRow();
      const what = step.arrow !== undefined && step.arrow !== i ? `${step.what} (captured at step ${step.arrow + 1})` : step.what;
      for (const text of [i + 1, timeline.lanes[step.lane].name, what, timeline.mappings[step.mapping], step.line ?? ""]) {
        row.insertCell().textContent = text;
      }
    }
    find(".pages").hidden = pages === 1;
    find(".pages span").textContent = `Steps ${page * ROWS + 1} to ${end} of ${timeline.steps.length}`;
  }

  const moves = { first: () => 0, previous: () => selected - 1, next: () => selected + 1, last: () => Infinity };
  root.addEventListener("click", ({ target }) => {
    const { step, page: turn } = target.dataset ?? {};
    if (step === "line") goTo(timeline?.steps[selected]?.line, true);
    else if (step) select(moves[step]());
    if (turn) {
      page += Number(turn);
      table();
    }
    const at = target.getAttribute?.("data-at");
    if (at !== null && at !== undefined) {
      select(Number(at), false);
      goTo(timeline.steps[selected].line, true);
    }
  });
  lanes.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last" }[event.key];
    if (move) {
      event.preventDefault();
      select(moves[move]());
    }
    if (event.key === "Enter") goTo(timeline?.steps[selected]?.line, true);
  });
  lanes.addEventListener("scroll", schedule, { passive: true });
  find("details").addEventListener("toggle", table);
  new ResizeObserver(schedule).observe(lanes);

  return {
    show(shown) {
      timeline = shown;
      page = 0;
      extent.style.width = `${x(timeline.steps.length) + STEP}px`;
      extent.style.height = `${y(timeline.lanes.length) + 4}px`;
      lanes.scrollTo(0, 0);
      const full = timeline.full ? " Later steps are not recorded." : "";
      find(".legend").textContent =
        `${timeline.switches} switches in ${timeline.lanes.length} ${timeline.lanes.length === 1 ? "flow" : "flows"}. Colors are contexts, arrows lead from where a context was captured to where it is entered, dots are output.${full}`;
      select(0, false);
      table();
    },
    get steps() {
      return timeline?.steps.length ?? 0;
    },
  };
}
