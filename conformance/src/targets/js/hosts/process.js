// Node, Deno and Bun as hosts: reads the programs, runs them in order, and prints the answer to each as a line on
// standard output. Arguments: the form of the target, the file of programs, the token that starts an answer.
const { AsyncLocalStorage, AsyncResource } = require("node:async_hooks");
const { EventEmitter } = require("node:events");
const fs = require("node:fs");

const [form, file, token] = process.argv.slice(2);
const programs = JSON.parse(fs.readFileSync(file, "utf8"));

// Created before any program runs, so that each starts in the empty mapping.
const scopes = programs.map(() => new AsyncResource("program"));
let position = 0;

// Older versions of Node visit every store at each promise, so the stores of finished programs are disabled.
let stores = [];
class RecordedStorage extends AsyncLocalStorage {
  constructor(...args) {
    super(...args);
    stores.push(this);
  }
}
Object.defineProperty(RecordedStorage, "name", { value: "AsyncLocalStorage" });

// The names of the API under test.
function namesOf(form, AsyncLocalStorage) {
  switch (form) {
    case "als":
      return { AsyncLocalStorage, AsyncResource };
    case "ac-als":
      return { AsyncContext: asyncContext(localStorage(AsyncLocalStorage)) };
    case "ac-cped":
      return { AsyncContext: asyncContext(continuationStorage(continuation())) };
    case "wintertc-als":
      return portable(AsyncLocalStorage, AsyncResource);
    case "ac":
      return { AsyncContext };
  }
  throw new Error(`there is no form ${form}`);
}

const names = namesOf(form, form === "als" || form === "wintertc-als" ? RecordedStorage : AsyncLocalStorage);

// In the new agent: declare the variables, run the body, and answer with its observations.
const threadSource = `"use strict";
const { AsyncLocalStorage, AsyncResource } = require("node:async_hooks");
const { parentPort, workerData } = require("node:worker_threads");
const observed = [];
const strand = (name) => (value, label) => observed.push([name, value, label]);
${asyncContext}
${localStorage}
${continuationStorage}
${continuation}
${namesOf}
let answer = { observed, threw: false };
try {
  const names = { ...namesOf(workerData.form, AsyncLocalStorage), strand };
  const body = new Function(...Object.keys(names), workerData.variables + "\\nreturn " + workerData.body);
  body(...Object.values(names))();
} catch (thrown) {
  answer = { observed, threw: true, thrown };
}
parentPort.postMessage(answer);
`;

const AsyncFunction = (async () => {}).constructor;
let modules = 0;
const host = {
  api: names,
  start: (program, names) =>
    new AsyncFunction(...Object.keys(names), `"use strict";\n${program.text}`)(...Object.values(names)),
  EventEmitter,
  clean: (callback) => scopes[position].runInAsyncScope(callback),
  soon: setImmediate,
  builtin: require,
  folder: __dirname,
  collect: () => (typeof Bun === "undefined" ? globalThis.gc() : Bun.gc(true)),

  module(callback) {
    const key = `litmus module ${modules++}`;
    globalThis[key] = callback;
    return import(`data:text/javascript,await globalThis[${encodeURIComponent(JSON.stringify(key))}]()`);
  },

  thread(work, answer) {
    const { Worker } = require("node:worker_threads");
    const worker = new Worker(threadSource, { eval: true, workerData: { ...work, form } });
    let answered = false;
    const once = (value) => {
      if (answered) return;
      answered = true;
      answer(value);
    };
    worker.on("message", once);
    worker.on("error", (error) => once({ observed: [], failed: `a thread failed: ${text(error)}` }));
    worker.on("exit", (code) => once({ observed: [], failed: `a thread ended without an answer, exit status ${code}` }));
  },

  rejections(listener) {
    process.on("unhandledRejection", listener);
    return () => process.off("unhandledRejection", listener);
  },

  uncaught(listener) {
    listeners.push(listener);
    return () => (listeners = listeners.filter((other) => other !== listener));
  },
};

// An unhandled rejection must not end the process.
process.on("unhandledRejection", () => {});

let current;
let listeners = [];
process.on("uncaughtException", (thrown) => {
  if (listeners.length === 0) return current?.fail(`uncaught: ${text(thrown)}`);
  for (const listener of listeners) listener();
});

function next() {
  const program = programs[position];
  if (program === undefined) process.exit(0);
  current = execute(program, host, (run) => {
    for (const store of stores) store.disable();
    stores = [];
    fs.writeSync(1, `${token}${JSON.stringify(run.answer(program.id))}\n`);
    // The remains of a failed program could affect the next one, which therefore gets a new process.
    if (run.failure !== undefined && run.pending > 0) process.exit(0);
    position++;
    setImmediate(next);
  });
}

next();
