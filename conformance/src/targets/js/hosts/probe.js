// Detects what a runtime is by its behavior rather than by its name, since Bun calls itself Node too. The syntax is old,
// so that an old runtime can report its version. `hooks` is node:async_hooks, and `report` receives the result.
function probe(hooks, report) {
  var Storage = hooks.AsyncLocalStorage;

  function is(test) {
    try {
      return Boolean(test());
    } catch (error) {
      return false;
    }
  }

  function identity() {
    if (typeof Bun !== "undefined") return { runtime: "bun", version: Bun.version, engine: "JavaScriptCore" };
    if (typeof Deno !== "undefined") return { runtime: "deno", version: Deno.version.deno, engine: "V8 " + Deno.version.v8 };
    if (typeof navigator !== "undefined" && navigator.userAgent === "Cloudflare-Workers") {
      return { runtime: "workerd", version: "", engine: "V8" };
    }
    if (typeof process !== "undefined" && is(function () { return process.release.name === "node"; })) {
      return { runtime: "node", version: process.versions.node, engine: "V8 " + process.versions.v8 };
    }
    return { runtime: "unknown", version: "", engine: "" };
  }

  function result(frame) {
    var found = identity();
    found.frame = frame;
    found.complete = is(function () {
      return Storage.snapshot && Storage.bind && Storage.prototype.run && hooks.AsyncResource;
    });
    found.options = is(function () {
      var store = new Storage({ name: "n", defaultValue: 1 });
      return store.name === "n" && store.getStore() === 1;
    });
    found.guard = is(function () {
      return Storage.prototype.withScope && new Function("using none = null; return new DisposableStack();")();
    });
    // Where they are not supported, they exist and throw.
    found.mutate = is(function () {
      var store = new Storage();
      return store.run(1, function () {
        store.enterWith(2);
        store.disable();
        return true;
      });
    });
    found.als = is(function () {
      return new Storage().exit(function () { return new hooks.AsyncResource("probe"); });
    });
    found.broadcast = is(function () { return BroadcastChannel; });
    found.webStream = is(function () { return WritableStream; });
    found.native = is(function () {
      return AsyncContext.Variable && AsyncContext.Snapshot;
    });
    found.continuation = is(function () {
      return typeof continuation === "function" && typeof continuation().set === "function";
    });
    return found;
  }

  if (!Storage) return report(result(false));
  // A promise resolved with a thenable: AsyncContextFrame calls `then` in the context of the call that resolved it,
  // async_hooks in the context in which the promise was created.
  var store = new Storage();
  var resolve;
  store.run("made", function () {
    new Promise(function (resolver) {
      resolve = resolver;
    });
  });
  store.run("resolved", function () {
    resolve({
      then: function () {
        report(result(store.getStore() === "resolved"));
      },
    });
  });
}
