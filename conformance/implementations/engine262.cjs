// engine262 as a shell with AsyncContext, on Node: node engine262.cjs ENGINE READING FILE. ENGINE is the file dist/engine262.js of
// the npm package @engine262/engine262, which has no AsyncContext. This program adds the draft's steps to the abstract
// operations that have them, and the two classes in JavaScript. The engine's text is edited in memory. READING is
// the name of a reading of the draft.
const fs = require("node:fs");
const Module = require("node:module");

const [enginePath, reading, file] = process.argv.slice(-3);

// The agent's current mapping: a value of the engine. `within` is AsyncContextSwap before and after a step.
const litmus = {
  mapping: undefined,
  // The start and the resumption of a generator's body.
  enter(generator, step) {
    generator.Resumer = litmus.mapping;
    return litmus.within(generator.Mapping, step);
  },
  // A round of yield* after the first, with what it received; and all rounds.
  round: (_, received) => received,
  yieldStar: (_, steps) => steps,
  within(mapping, step) {
    const previous = litmus.mapping;
    litmus.mapping = mapping;
    try {
      return step();
    } finally {
      litmus.mapping = previous;
    }
  },
};
globalThis.litmus = litmus;

// Generators neither capture nor restore.
if (reading === "generators-resumption") litmus.enter = (_, step) => step();

// yield* restores the generator's mapping once, after its loop: a round runs in the mapping of the resumer.
if (reading === "yield-star-2025") {
  // A request that waits in the queue resumes nothing, so its round stays in the mapping of the one before.
  litmus.round = (generator, received) => {
    if (generator.Resumer !== undefined) litmus.mapping = generator.Resumer;
    generator.Resumer = undefined;
    return received;
  };
  litmus.yieldStar = function* (generator, steps) {
    const mapping = litmus.mapping;
    generator.Resumer = undefined;
    const completion = yield* steps;
    litmus.mapping = mapping;
    return completion;
  };
}

// What the constructor of an error does at its end; and the throw of an error that the engine itself makes.
litmus.made = (error) => error;
litmus.thrown = (step) => step();
if (reading === "error-snapshot") {
  let byTheEngine = false;
  litmus.made = (error) => {
    // Errors of the engine are not made by a call of a constructor.
    if (byTheEngine) return error;
    const constructed = engine.Construct(litmus.Snapshot, []);
    const snapshot = constructed instanceof engine.Completion ? constructed.Value : constructed;
    const [yes, no] = [Value.true, Value.false];
    const property = engine.Descriptor({ Value: snapshot, Writable: yes, Enumerable: no, Configurable: yes });
    engine.DefinePropertyOrThrow(error, Value("snapshot"), property);
    return error;
  };
  litmus.thrown = (step) => {
    const before = byTheEngine;
    byTheEngine = true;
    try {
      return step();
    } finally {
      byTheEngine = before;
    }
  };
}

// Each text occurs once in the engine. The name of the abstract operation is before it.
const EDITS = [
  // PerformPromiseThen: the slot of a PromiseReaction Record
  ["class PromiseReactionRecord {", "class PromiseReactionRecord { Mapping = litmus.mapping;"],
  // NewPromiseReactionJob
  ["Job: job,\n      Realm: handlerRealm", "Job: () => litmus.within(reaction.Mapping, job),\n      Realm: handlerRealm"],
  // NewPromiseResolveThenableJob
  ["Job: job,\n      Realm: thenRealm", "Job: () => litmus.within(then.HostDefined, job),\n      Realm: thenRealm"],
  // HostMakeJobCallback
  ["HostDefined: undefined", "HostDefined: litmus.mapping"],
  // HostCallJobCallback
  [
    "return Call(jobCallback.Callback, V, argumentsList);",
    "return litmus.within(jobCallback.HostDefined, () => Call(jobCallback.Callback, V, argumentsList));",
  ],
  // GeneratorStart
  ["generator.GeneratorContext = genContext;", "generator.GeneratorContext = genContext; generator.Mapping = litmus.mapping;"],
  // GeneratorResume
  [
    "EnsureCompletion(resume(genContext, NormalCompletion(value)))",
    "litmus.enter(generator, () => EnsureCompletion(resume(genContext, NormalCompletion(value))))",
  ],
  // GeneratorResumeAbrupt
  [
    "EnsureCompletion(resume(genContext, abruptCompletion))",
    "litmus.enter(generator, () => EnsureCompletion(resume(genContext, abruptCompletion)))",
  ],
  // AsyncGeneratorStart
  [
    "generator.AsyncGeneratorContext = genContext;",
    "generator.AsyncGeneratorContext = genContext; generator.Mapping = litmus.mapping;",
  ],
  // AsyncGeneratorResume
  [
    "const result = resume(genContext, completion);",
    "const result = litmus.enter(generator, () => resume(genContext, completion));",
  ],
  // The throw of a new error
  ["Throw(type, template, ...templateArgs) {", "Throw(...made) { return litmus.thrown(() => this.ThrowNew(...made)); }\n    ThrowNew(type, template, ...templateArgs) {"],
  // YieldExpression: yield* AssignmentExpression
  [
    "function* Evaluate_YieldExpression({",
    "function* Evaluate_YieldExpression(node) {\n    const steps = Evaluate_YieldSteps(node);\n    return yield* node.hasStar ? litmus.yieldStar(exports.surroundingAgent.runningExecutionContext.Generator, steps) : steps;\n  }\n  function* Evaluate_YieldSteps({",
  ],
];

function load() {
  let source = fs.readFileSync(enginePath, "utf8");
  for (const [before, after] of EDITS) {
    const parts = source.split(before);
    if (parts.length !== 2) throw new Error(`this version of engine262 is not supported: ${parts.length - 1} times ${before}`);
    source = parts.join(after);
  }
  // Each round of yield* after the first starts when the body is resumed.
  source = source.replace(
    /received = (yield\* (?:Async)?GeneratorYield\(\w+\))/g,
    "received = litmus.round(exports.surroundingAgent.runningExecutionContext.Generator, $1)",
  );
  // Error, NativeError, AggregateError: the last step.
  source = source.replace(/captureStack\(O\);/g, "captureStack(litmus.made(O));");
  const engine = new Module(enginePath);
  engine._compile(source, enginePath);
  return engine.exports;
}

const engine = load();
const { Agent, ManagedRealm, Value, Call, CreateBuiltinFunction, CreateDataProperty, OrdinaryObjectCreate, AbruptCompletion } =
  engine;
litmus.mapping = Value.undefined;
engine.setSurroundingAgent(new Agent({ features: [] }));

// Rejections that no handler has taken yet, each with the mapping of the call that rejected; and the listeners for them,
// each with the mapping in which it was added.
const rejected = new Map();
const listeners = new Map();
const realm = new ManagedRealm({
  promiseRejectionTracker(promise, operation) {
    if (operation === "reject") rejected.set(promise, reading === "rejection-empty" ? Value.undefined : litmus.mapping);
    else rejected.delete(promise);
  },
});

// Timers by the time at which they are due, which does not pass in reality.
let timers = [];
let now = 0;
let lastTimer = 0;
function start(callback, delay, period) {
  const id = ++lastTimer;
  timers.push({ id, due: now + Math.max(1, delay), period, callback, mapping: litmus.mapping });
  return Value(id);
}

const numberOf = (value) => (value && typeof value.numberValue === "function" ? Number(value.numberValue()) || 0 : 0);
const functions = {
  print: ([text]) => (fs.writeSync(1, `${text.stringValue()}\n`), Value.undefined),
  getMapping: () => litmus.mapping,
  setMapping: ([mapping]) => ((litmus.mapping = mapping), Value.undefined),
  keepSnapshot: ([Snapshot]) => ((litmus.Snapshot = Snapshot), Value.undefined),
  setTimeout: ([callback, delay]) => start(callback, numberOf(delay), undefined),
  setInterval: ([callback, period]) => start(callback, numberOf(period), Math.max(1, numberOf(period))),
  clearInterval: ([id]) => ((timers = timers.filter((timer) => timer.id !== numberOf(id))), Value.undefined),
  addEventListener: ([, listener]) => (listeners.set(listener, litmus.mapping), Value.undefined),
  removeEventListener: ([, listener]) => (listeners.delete(listener), Value.undefined),
  gc: () => (engine.gc(), Value.undefined),
};

realm.scope(() => {
  for (const [name, steps] of Object.entries(functions)) {
    const built = CreateBuiltinFunction((args) => steps(args ?? []), 0, Value(name), []);
    CreateDataProperty(realm.GlobalObject, Value(name), built);
  }
});

function evaluate(text, specifier) {
  const result = realm.evaluateScript(text, { specifier });
  if (result instanceof AbruptCompletion) fail(result);
}

function fail(completion) {
  const text = realm.scope(() => engine.inspect(completion.Value, realm));
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

// Calls a function as a job of its own: in a mapping, followed by the jobs that it queues.
function job(callback, mapping) {
  const result = realm.scope(() => litmus.within(mapping, () => Call(callback, Value.undefined, [])));
  if (result instanceof AbruptCompletion) fail(result);
  engine.runJobQueue();
  report();
}

function report() {
  while (rejected.size > 0) {
    const [[promise, mapping]] = rejected;
    rejected.delete(promise);
    for (const [listener, added] of listeners) job(listener, reading === "events-registration" ? added : mapping);
  }
}

evaluate(`
"use strict";
globalThis.queueMicrotask = (callback) => void Promise.resolve().then(() => callback());
globalThis.AsyncContext = (() => {
  const get = globalThis.getMapping, set = globalThis.setMapping;
  const bindings = () => get() ?? [];
  class Variable {
    #name; #defaultValue;
    constructor({ name = "", defaultValue } = {}) {
      this.#name = String(name);
      this.#defaultValue = defaultValue;
    }
    get name() { return this.#name; }
    get() {
      const binding = bindings().find((binding) => binding.key === this);
      return binding === undefined ? this.#defaultValue : binding.value;
    }
    run(value, callback, ...args) {
      const mapping = [...bindings().filter((binding) => binding.key !== this), { key: this, value }];
      return within(mapping, callback, args);
    }
  }
  class Snapshot {
    #mapping = get();
    run(callback, ...args) { return within(this.#mapping, callback, args); }
    static wrap(callback) {
      const snapshot = new Snapshot();
      return function (...args) { return snapshot.run(() => callback.apply(this, args)); };
    }
  }
  function within(mapping, callback, args) {
    const previous = get();
    set(mapping);
    try { return callback(...args); } finally { set(previous); }
  }
  return { Variable, Snapshot };
})();
globalThis.keepSnapshot(AsyncContext.Snapshot);
delete globalThis.getMapping;
delete globalThis.keepSnapshot;
delete globalThis.setMapping;
`);
evaluate(fs.readFileSync(file, "utf8"), file);
report();
while (timers.length > 0) {
  const timer = timers.reduce((first, other) => (other.due < first.due ? other : first));
  now = timer.due;
  if (timer.period === undefined) timers = timers.filter((other) => other !== timer);
  else timer.due += timer.period;
  job(timer.callback, timer.mapping);
}
