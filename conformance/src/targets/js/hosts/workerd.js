// workerd as a host: runs the programs in order, and prints the answer to each. Before this text there are: `form`,
// `token`, and `programs` with the async function of each.
let modules = 0;
const host = {
  api:
    form === "als"
      ? { AsyncLocalStorage, AsyncResource }
      : form === "wintertc-als"
      ? portable(AsyncLocalStorage, AsyncResource)
      : { AsyncContext: form === "ac" ? globalThis.AsyncContext : asyncContext(localStorage(AsyncLocalStorage)) },
  start: (program, names) => program.main(names),
  EventEmitter,
  clean: undefined,
  builtin: (name) => process.getBuiltinModule(name),
  folder: "/tmp",
  soon: (callback) => setTimeout(callback, 1),

  module(callback) {
    const name = `litmus-module-${modules++}`;
    globalThis[name] = callback;
    return import(name);
  },

  rejections(listener) {
    addEventListener("unhandledrejection", listener);
    return () => removeEventListener("unhandledrejection", listener);
  },
};

export default {
  async test() {
    host.clean = AsyncLocalStorage.snapshot();
    for (const program of programs) {
      const run = await new Promise((done) => execute(program, host, done));
      console.log(token + JSON.stringify(run.answer(program.id)));
      // The remains of a failed program could affect the next one, which therefore gets a new process.
      if (run.failure !== undefined && run.pending > 0) return;
    }
  },
};
