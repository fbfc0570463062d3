// The timeline of a run, computed from the engine's events. No part of this file uses the page.
//
// A flow is the main program, the rest of an async function after its first `await`, or a callback that a promise,
// a timer or a microtask calls. Each flow has a lane. A step is a switch of the context, the begin of a job, or a line
// of output.

const JOB = /^(job|timer|microtask|immediate|rejection|error|module)/;
// Switches to a context whose capture is no event. Their arrows start where it was last current.
const RETURNS = new Set(["snapshot.run", "call of a wrapped function", "step of a generator"]);

/** Returns an empty timeline of a program, to which `add` adds events. */
export function timeline(program) {
  return {
    lines: program.split("\n"),
    mappings: ["{}"],
    lanes: [{ name: "main program" }],
    steps: [{ kind: "start", lane: 0, mapping: 0, from: 0, what: "the program starts", line: 1 }],
    captures: new Map(),
    last: new Map([[0, 0]]),
    lane: 0,
    mapping: 0,
    switches: 0,
    full: false,
    justSwitched: false,
  };
}

/** Adds an event of the engine. Returns whether it belongs to the timeline. */
export function add(timeline, event) {
  switch (event.event) {
    case "mapping":
      timeline.mappings[event.id] = event.bindings;
      return true;
    case "switch":
      change(timeline, event);
      return true;
    case "capture":
      // A capture by no function of the program is the engine's own.
      if (event.depth === 0) return true;
      timeline.captures.set(event.id, {
        how: event.how,
        line: placed(timeline, event),
        function: event.function,
        depth: event.depth,
        step: timeline.steps.length - 1,
        lane: timeline.lane,
        mapping: timeline.mapping,
      });
      timeline.justSwitched = false;
      return true;
    case "enter":
      enter(timeline, event.capture);
      return true;
    case "full":
      timeline.full = true;
      return true;
    case "console":
      push(timeline, { kind: "output", what: `prints ${event.text}`, level: event.level });
      return false;
    case "uncaught":
      push(timeline, { kind: "output", what: `uncaught: ${event.text.split("\n")[0]}`, level: "error" });
      return false;
    default:
      return false;
  }
}

// The engine has no place of an `await`, only the last place before it, so the next `await` of the text is taken.
function placed({ lines }, { how, line }) {
  if (line === null || line === undefined) return undefined;
  if (how !== "await") return line;
  const found = lines.findIndex((text, i) => i >= line - 1 && /\bawait\b/.test(text));
  return found < 0 ? line : found + 1;
}

function change(timeline, { to, back, cause, line }) {
  const from = timeline.mapping;
  timeline.mapping = to;
  timeline.switches++;
  const arrow = !back && RETURNS.has(cause) ? timeline.last.get(to) : undefined;
  push(timeline, { kind: back ? "back" : "switch", from, what: cause, line: line ?? undefined, arrow });
  timeline.justSwitched = !back && JOB.test(cause);
}

// A job that enters a capture: in the lane of its flow, which is new unless an async function continues itself.
function enter(timeline, id) {
  const capture = timeline.captures.get(id);
  if (!capture) return;
  const continues = capture.how === "await" && capture.depth <= 1;
  if (continues) {
    timeline.lane = capture.lane;
  } else {
    timeline.lanes.push({ name: name(capture) });
    timeline.lane = timeline.lanes.length - 1;
  }
  const what = describe(capture);
  if (timeline.justSwitched) {
    const step = timeline.steps[timeline.steps.length - 1];
    Object.assign(step, { kind: "job", lane: timeline.lane, what, line: capture.line, arrow: capture.step });
    timeline.justSwitched = false;
  } else {
    push(timeline, { kind: "job", from: timeline.mapping, what, line: capture.line, arrow: capture.step });
  }
}

function push(timeline, step) {
  const { lane, mapping } = timeline;
  timeline.steps.push({ lane, mapping, from: mapping, ...step });
  timeline.last.set(mapping, timeline.steps.length - 1);
  timeline.justSwitched = false;
}

function name({ how, function: called, line }) {
  const at = line === undefined ? "" : `, line ${line}`;
  if (how === "await") return called ? `${called}()` : `async function${at}`;
  return `${how}${at}`;
}

function describe({ how, line }) {
  const at = line === undefined ? "" : ` of line ${line}`;
  return how === "await" ? `continues after the await${at}` : `calls back: ${how}${at}`;
}

/** Returns a step in words, for people who read or hear it. */
export function words(timeline, index) {
  const step = timeline.steps[index];
  const parts = [step.what];
  if (step.kind === "output" || step.from === step.mapping) parts.push(`in ${timeline.mappings[step.mapping]}`);
  else parts.push(`${timeline.mappings[step.from]} → ${timeline.mappings[step.mapping]}`);
  if (step.arrow !== undefined && step.arrow !== index) parts.push(`captured at step ${step.arrow + 1}`);
  return parts.join("; ");
}
