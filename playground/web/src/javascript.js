// The part for JavaScript: editor, console, timeline. Lessons use it too.

import { editor } from "./editor.js";
import { start } from "./engine.js";
import { add, timeline } from "./flows.js";
import { timelineView } from "./timeline.js";

const MOST_LINES = 5000;

/**
 * Makes the part in `root`. `changed(text)` is called after each change of the program, and `ended(result)` after each
 * run, with what it printed.
 */
export function javascriptPart(root, { text, engine, changed, ended }) {
  root.innerHTML = `
    <div class="bench">
      <div class="left">
        <div class="editor"></div>
        <div class="bar">
          <button type="button" class="run">Run</button>
          <button type="button" class="stop" disabled>Stop</button>
          <span class="state" role="status"></span>
        </div>
      </div>
      <div class="right">
        <h2>Console</h2>
        <div class="console" role="log" aria-label="Console" tabindex="0"></div>
      </div>
    </div>
    <section class="timeline" hidden aria-label="Timeline of contexts"><h2>Timeline of contexts</h2><div class="view"></div></section>`;
  const find = (selector) => root.querySelector(selector);
  const [out, state, runButton, stopButton] = [".console", ".state", ".run", ".stop"].map(find);
  let running;
  let lines = 0;

  const source = editor(find(".editor"), { label: "Program in JavaScript", language: "javascript", text, changed, run });
  const view = timelineView(find(".view"), (line, focus) => source.goTo(line, focus));

  function print(text, level = "log") {
    lines++;
    if (lines > MOST_LINES) return;
    const line = document.createElement("div");
    line.className = level;
    line.textContent = text.length > 10_000 ? `${text.slice(0, 10_000)}… (${text.length} characters)` : text;
    out.append(line);
    if (lines === MOST_LINES) print(`Only the first ${MOST_LINES} lines are shown.`, "note");
  }

  // An error with its line of the program, and the editor marked there.
  function fault(event, errors, program) {
    const { kind, text, context } = event;
    const message = text.split("\n").filter((line) => !/^\s*at .*\(native/.test(line)).join("\n");
    const place = /program\.js:(\d+):(\d+)/.exec(text) ?? /at line (\d+), col (\d+)/.exec(text);
    const what = { rejection: "Unhandled rejection", exception: "Uncaught in a callback", error: "Uncaught" }[kind];
    print(`${what}: ${message}`, "error");
    if (place) {
      const [line, column] = [Number(place[1]), Number(place[2])];
      const excerpt = program.split("\n")[line - 1];
      if (excerpt !== undefined) {
        const from = Math.max(0, column - 60);
        print(`${String(line).padStart(4)} | ${excerpt.slice(from, from + 120)}\n     | ${" ".repeat(Math.max(0, column - 1 - from))}^`, "error excerpt");
      }
      errors.push({ line, column, message: message.split("\n")[0] });
    }
    if (context) print(`in the context ${context}`, "note");
  }

  async function run() {
    running?.stop();
    out.replaceChildren();
    lines = 0;
    source.mark([]);
    state.textContent = "Loading the engine…";
    let module;
    try {
      module = await engine();
    } catch (error) {
      state.textContent = error.message;
      return;
    }
    const program = source.text;
    const flows = timeline(program);
    const errors = [];
    const printed = [];
    const began = performance.now();
    const receive = (events) => {
      for (const event of events) {
        add(flows, event);
        if (event.event === "console") {
          printed.push(event.text);
          print(event.text, event.level);
        } else if (event.event === "uncaught") fault(event, errors, program);
        else if (event.event === "cut") print(`The program printed more than ${event.most} characters. The rest is not shown.`, "note");
        else if (event.event === "refused" || event.event === "broken") print(event.text, "error");
      }
    };
    const mine = start(module, { do: "javascript", text: program, trace: true }, receive);
    running = mine;
    runButton.disabled = true;
    stopButton.disabled = false;
    state.textContent = "Running…";
    const how = await mine.ended;
    if (running !== mine) return;
    running = undefined;
    runButton.disabled = false;
    stopButton.disabled = true;
    const milliseconds = performance.now() - began;
    state.textContent = sentence(how, milliseconds);
    if (how !== "done") print(sentence(how, milliseconds), "error");
    source.mark(errors);
    find(".timeline").hidden = false;
    view.show(flows);
    ended?.({ how, printed, milliseconds });
  }

  runButton.addEventListener("click", run);
  stopButton.addEventListener("click", () => running?.stop());
  return { source, run, stop: () => running?.stop(), view };
}

/** Says how a run ended. */
export function sentence(how, milliseconds) {
  if (how === "done") return `Ended after ${Math.round(milliseconds)} ms.`;
  if (how === "stopped") return "Stopped.";
  if (how === "time") return "Stopped after 10 seconds: the program did not end. Is there an endless loop?";
  if (how.failed === "memory") return "Stopped: the program needs more than 512 MB of memory.";
  if (how.failed === "stack") return "Stopped: the program nests too many calls.";
  return `The engine failed: ${how.failed}`;
}
