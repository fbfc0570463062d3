// The engine itself, with Node as its host: the lessons, the suite, and test262, with the results of the command line.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { add, timeline, words } from "../src/flows.js";
import { lessons } from "../src/lessons.js";
import { read, write } from "../src/link.js";
import { instantiate } from "../src/wasi.js";

const here = path.dirname(fileURLToPath(import.meta.url));
const site = process.env.SITE ?? path.join(here, "../../../target/playground/site");
let module;

// Otherwise an instance with arguments answers later.
delete WebAssembly.Suspending;

before(async () => {
  module = await WebAssembly.compile(readFileSync(path.join(site, "engine.wasm")));
});

/** Returns the events of a request. */
function ask(request, programArguments = []) {
  let text = "";
  const decoder = new TextDecoder();
  instantiate(module, programArguments)(new TextEncoder().encode(JSON.stringify(request)), (descriptor, bytes) => {
    if (descriptor === 1) text += decoder.decode(bytes, { stream: true });
  });
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

/** A generator that is created in a mapping and resumed outside it. */
const PASSING = `litmus 1
case a-generator-resumed-outside {
    title "A generator reads what was current where it was created"
    program {
        var v
        run v a { generator g { get v } }
        next g
    }
}
`;

test("a context that is made ahead changes no answer", () => {
  for (const { program } of lessons) {
    const request = { do: "javascript", text: program, trace: true };
    assert.deepEqual(ask(request, ["javascript"]), ask(request));
  }
  assert.equal(ask({ do: "litmus", text: PASSING }, ["javascript"]).at(-1).event, "refused");
});

let made;
/** Returns the engine's report on the suite. It takes seconds, so it is made once. */
const suite = () => (made ??= ask({ do: "suite" })[0].report);

const printed = (events) => events.filter(({ event }) => event === "console").map(({ text }) => text);

function flows(program) {
  const shown = timeline(program);
  for (const event of ask({ do: "javascript", text: program, trace: true })) add(shown, event);
  return shown;
}

test("each lesson prints what it says", () => {
  for (const { title, program, prints, choices, answer } of lessons) {
    assert.deepEqual(printed(ask({ do: "javascript", text: program })), prints, title);
    assert.ok(answer < choices.length, title);
  }
});

test("the trace changes no result of a lesson", () => {
  for (const { title, program, prints } of lessons) {
    assert.deepEqual(printed(ask({ do: "javascript", text: program, trace: true })), prints, title);
  }
});

test("two calls of an async function are two flows", () => {
  const shown = flows(lessons[2].program);
  assert.deepEqual(shown.lanes.map(({ name }) => name), ["main program", "handle()", "handle()"]);
  const steps = shown.steps.map((_, i) => words(shown, i));
  assert.ok(steps.includes('continues after the await of line 4; {} → { user: "ada" }; captured at step 2'), steps.join("\n"));
  assert.ok(steps.includes('prints handled for grace; in { user: "grace" }'), steps.join("\n"));
});

test("an async function that awaits twice stays in its lane", () => {
  const shown = flows("async function f() { await 1; await 2; console.log('end'); } f();");
  assert.deepEqual(shown.lanes.map(({ name }) => name), ["main program", "f()"]);
});

test("Node's process, require and modules are there, in Node's contexts", () => {
  const program = `
    const { AsyncLocalStorage } = require("node:async_hooks");
    const user = new AsyncLocalStorage();
    user.run("ada", () => process.nextTick(() => process.stdout.write(user.getStore() + " ticks\\n")));
    user.run("grace", () => setTimeout(() => console.log(user.getStore(), process.pid, process.argv[1])));
    process.on("exit", (code) => console.log("exit", code, user.getStore()));`;
  for (const trace of [false, true]) {
    const events = ask({ do: "javascript", text: program, trace });
    assert.deepEqual(printed(events), ["ada ticks", "grace 1 program.js", "exit 0 undefined"]);
    assert.deepEqual(events.at(-1), { event: "end", failed: false });
  }
});

test("a program ends with process.exit, and handles its own exceptions", () => {
  const exits = ask({ do: "javascript", text: "setTimeout(() => console.log('late')); process.on('exit', () => console.log('exit')); process.exit(3);" });
  assert.deepEqual([printed(exits), exits.at(-1)], [["exit"], { event: "end", failed: true }]);
  const handles = ask({ do: "javascript", text: "process.on('uncaughtException', (error) => console.log(error)); throw 1;" });
  assert.deepEqual([printed(handles), handles.at(-1)], [["1"], { event: "end", failed: false }]);
});

test("an address returns the text, and refuses garbage", () => {
  for (const text of ["", "a", "ü \u{1f600} \0 =&#", "x".repeat(100_000)]) {
    assert.deepEqual(read(write("litmus", text)), text === "" ? { view: "litmus" } : { view: "litmus", text });
  }
  for (const hash of ["#javascript=%", "#javascript=_w", "#other=a", "#<script>"]) assert.ok(read(hash).error, hash);
});

test("a request that is none is refused", () => {
  assert.match(ask({ do: "dance" })[0].text, /no request is called `dance`/);
});

// `conformance run --target model --target boa --target boa-als --format json`, of the same commit.
const results = process.env.CONFORMANCE_JSON;
test("the suite has the command line's results", { skip: !results && "CONFORMANCE_JSON names no results of the command line" }, () => {
  const report = suite();
  const expected = JSON.parse(readFileSync(results, "utf8"));
  const cells = ({ id, results }) => [id, results];
  assert.deepEqual(report.cases.map(cells), expected.cases.map(cells));
  assert.ok(report.cases.length >= 200 && report.targets.length === 3, `${report.cases.length} cases`);
});

test("what is recorded of the runtimes is of the suite's programs", () => {
  const recorded = JSON.parse(readFileSync(path.join(here, "../recorded.json"), "utf8"));
  const drafts = new Map(suite().cases.map(({ id, draft }) => [id, draft]));
  for (const [id, { draft, results }] of Object.entries(recorded.cases)) {
    assert.deepEqual(draft, drafts.get(id), `${id} has changed: record the runtimes again, see record.mjs`);
    assert.equal(results.length, recorded.targets.length, id);
  }
  assert.ok(Object.keys(recorded.cases).length >= 250);
});

test("a reading that changes an outcome is beside the draft, on the model and on Boa", () => {
  const [{ cases }] = ask({ do: "litmus", text: PASSING });
  const [{ readings, draft }] = cases;
  assert.deepEqual(readings.map(({ reading }) => reading), ["generators-resumption"]);
  assert.deepEqual(readings[0].model, { ...draft, g: [["none"]] });
  assert.deepEqual(readings[0].boa, readings[0].model);
});

/** Runs tests in test262's format, with Node's own WASI, which gives the engine access to their folder. */
function test262(root, filter) {
  const script = `
    import { readFileSync } from "node:fs";
    import { WASI } from "node:wasi";
    const wasi = new WASI({ version: "preview1", preopens: { "/tests": ${JSON.stringify(root)} }, returnOnExit: true });
    const module = await WebAssembly.compile(readFileSync(${JSON.stringify(path.join(site, "engine.wasm"))}));
    wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject()));`;
  const input = JSON.stringify({ do: "test262", root: "/tests", filter });
  const output = execFileSync(process.execPath, ["--no-warnings", "--input-type=module", "--eval", script], { input, encoding: "utf8", maxBuffer: 1 << 26 });
  return output.trim().split("\n").map((line) => JSON.parse(line));
}

// `conformance test262 --root conformance/js --format json`, of the same commit.
const own = process.env.CONFORMANCE_JS;
test("this repository's tests in test262's format have the command line's results", { skip: !own && "CONFORMANCE_JS names no results of the command line" }, () => {
  const root = path.join(here, "../../../conformance/js");
  const expected = JSON.parse(readFileSync(own, "utf8")).results;
  // This build of the engine imports no files.
  const imports = new Set(expected.map(({ path }) => path).filter((name) => readFileSync(path.join(root, name), "utf8").includes("_FIXTURE")));
  const runs = test262(root, "").filter(({ test }) => !imports.has(test));
  const given = runs.map(({ test, mode, result }) => `${test} ${mode} ${result}`);
  const compared = expected.filter(({ path }) => !imports.has(path));
  assert.deepEqual(given.sort(), compared.map(({ path, mode, outcome }) => `${path} ${mode} ${outcome}`).sort());
  assert.ok(runs.length > 600, `${runs.length} runs`);
});

const checkout = process.env.TEST262;
const tests = checkout && existsSync(path.join(checkout, "test/built-ins/AsyncContext"));
test("the tests of AsyncContext in test262 pass", { skip: !tests && "TEST262 names no checkout with them" }, () => {
  const runs = test262(checkout, "built-ins/AsyncContext");
  assert.deepEqual(runs.filter(({ result }) => result !== "pass"), []);
  const files = new Set(runs.map(({ test }) => test));
  console.log(`${files.size} files, ${runs.length} runs`);
  assert.ok(files.size >= 144, `${files.size} files`);
});
