// A shell as a host: an engine's command that runs a file. Before this text there are: `native`, which is whether the
// programs use the engine's own AsyncContext, `programs` with the async function of each, `hooks`, which is
// node:async_hooks or undefined, and `report(program, run)`, which is called after each run.
const printLine = typeof print === "function" ? print : (line) => console.log(line);

// Without timers, a program consists of jobs. After more rounds of the job queue than any program has jobs, none is left.
const ROUNDS = 5000;
function rounds(callback, left = ROUNDS) {
  Promise.resolve().then(() => (left > 0 ? rounds(callback, left - 1) : callback()));
}

class Listeners {
  #listeners = [];
  on(_, listener) {
    this.#listeners.push(listener);
  }
  emit(_, argument) {
    for (const listener of this.#listeners) listener(argument);
  }
}

const empty = native ? new AsyncContext.Snapshot() : { run: hooks.AsyncLocalStorage.snapshot() };
const host = {
  api: {
    AsyncContext: native ? globalThis.AsyncContext : asyncContext(localStorage(hooks.AsyncLocalStorage)),
    AsyncLocalStorage: hooks?.AsyncLocalStorage,
    AsyncResource: hooks?.AsyncResource,
  },
  start: (program, names) => program.main(names),
  EventEmitter: Listeners,
  clean: (callback) => empty.run(callback),
  soon: typeof setTimeout === "function" ? (callback) => setTimeout(callback, 1) : rounds,
  collect: () => (typeof gc === "function" ? gc() : $262.gc()),

  rejections(listener) {
    if (typeof process === "object" && typeof process.on === "function") {
      process.on("unhandledRejection", listener);
      return () => process.off("unhandledRejection", listener);
    }
    addEventListener("unhandledrejection", listener);
    return () => removeEventListener("unhandledrejection", listener);
  },
};

if (typeof process === "object" && typeof process.on === "function") process.on("unhandledRejection", () => {});

function runFrom(position) {
  const program = programs[position];
  if (program === undefined) return;
  execute(program, host, (run) => {
    report(program, run);
    // The remains of a failed program could affect the next one, which therefore gets a new process.
    if (run.failure === undefined || run.pending === 0) empty.run(() => runFrom(position + 1));
  });
}

runFrom(0);
