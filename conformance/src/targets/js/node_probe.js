// Detects the family of this Node by its behavior rather than by its version. The syntax is old, so that an old
// Node can report its version.
const hooks = require("async_hooks");
const Storage = hooks.AsyncLocalStorage;

const is = (test) => {
  try {
    return Boolean(test());
  } catch (error) {
    return false;
  }
};

function report(frame) {
  const probe = {
    version: process.versions.node,
    complete: is(() => Storage.snapshot && Storage.bind && Storage.prototype.exit && hooks.AsyncResource),
    frame: frame,
    options: is(() => {
      const store = new Storage({ name: "n", defaultValue: 1 });
      return store.name === "n" && store.getStore() === 1;
    }),
    guard: is(() => Storage.prototype.withScope && new Function("using none = null; return new DisposableStack();")()),
  };
  console.log(JSON.stringify(probe));
}

if (!Storage) {
  report(false);
} else {
  // A promise resolved with a thenable: AsyncContextFrame calls `then` in the context of the call
  // that resolved it, async_hooks in the context in which the promise was created.
  const store = new Storage();
  let resolve;
  store.run("made", () => {
    new Promise((resolver) => {
      resolve = resolver;
    });
  });
  store.run("resolved", () => {
    resolve({
      then() {
        report(store.getStore() === "resolved");
      },
    });
  });
}
