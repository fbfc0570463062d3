// workerd as a host: runs the programs in order, and prints the answer to each. Before this text there are: `form`,
// `token`, and `programs` with the async function of each.
let modules = 0;
let current;

// While workerd evaluates a module, and in the microtasks that follow, no request is current. It then refuses timers,
// snapshots of the request, and waiting for a promise of the request, and a module that still waits afterwards is an error.
const OUTSIDE = [
  ["Disallowed operation called within global scope", "a module cannot start a timer in workerd"],
  ["Unable to wait on a promise created within a request", "a module cannot wait for its importer in workerd"],
  ["Cannot call this AsyncLocalStorage bound function", "a module cannot run in a snapshot of its importer in workerd"],
  ["Top-level await in module is unsettled", "a module cannot wait for its importer in workerd"],
];

// Calls a function, and notes what the host lacks if that is why it throws. A program may catch the error.
function noting(call) {
  try {
    return call();
  } catch (error) {
    current?.blame(error);
    throw error;
  }
}

for (const name of ["setTimeout", "setInterval", "setImmediate"]) {
  const start = globalThis[name];
  globalThis[name] = (...args) => noting(() => start(...args));
}

class NotedStorage extends AsyncLocalStorage {
  static snapshot() {
    const enter = super.snapshot();
    return (...args) => noting(() => enter(...args));
  }

  static bind(callback) {
    const bound = super.bind(callback);
    return (...args) => noting(() => bound(...args));
  }
}

class NotedResource extends AsyncResource {
  runInAsyncScope(...args) {
    return noting(() => super.runInAsyncScope(...args));
  }
}

const host = {
  api:
    form === "als"
      ? { AsyncLocalStorage: NotedStorage, AsyncResource: NotedResource }
      : form === "wintertc-als"
      ? portable(NotedStorage, NotedResource)
      : { AsyncContext: form === "ac" ? globalThis.AsyncContext : asyncContext(localStorage(AsyncLocalStorage)) },
  start: (program, names) => program.main(names),
  EventEmitter,
  clean: undefined,
  builtin: (name) => process.getBuiltinModule(name),
  folder: "/tmp",
  soon: (callback) => setTimeout(callback, 1),
  lack: (error) => OUTSIDE.find(([message]) => error.message.startsWith(message))?.[1],

  module(callback) {
    const name = `litmus-module-${modules++}`;
    globalThis[name] = callback;
    const imported = import(name);
    imported.catch((error) => current.blame(error));
    return imported;
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
      const run = await new Promise((done) => (current = execute(program, host, done)));
      console.log(token + JSON.stringify(run.answer(program.id)));
      // The remains of a failed program could affect the next one, which therefore gets a new process.
      if (run.stopped && run.pending > 0) return;
    }
  },
};
