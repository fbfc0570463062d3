// `node:async_hooks` on top of variables and snapshots. A function that receives AsyncContext's constructors
// and `bind(variable, value)`, which binds for the rest of the frame, and returns the exports.
(function (Variable, Snapshot, bind) {
  'use strict';

  // The values that `exit` and `disable` bind: no value, and a value that means unbound.
  const nothing = {}, unbound = {};

  class AsyncLocalStorage {
    #variable; #default;

    constructor(options = {}) {
      if (options === null || typeof options !== 'object') throw new TypeError('the options are not an object');
      const { name = '', defaultValue } = options;
      this.#variable = new Variable({ name: String(name), defaultValue: unbound });
      this.#default = defaultValue;
    }
    get name() { return this.#variable.name; }
    getStore() {
      const value = this.#variable.get();
      return value === unbound ? this.#default : value === nothing ? undefined : value;
    }
    run(store, callback, ...args) { return this.#variable.run(store, callback, ...args); }
    exit(callback, ...args) { return this.#variable.run(nothing, callback, ...args); }
    enterWith(store) { bind(this.#variable, store); }
    disable() { bind(this.#variable, unbound); }
    withScope(store) {
      const variable = this.#variable, before = variable.get();
      let open = true;
      const dispose = () => {
        if (!open) return;
        open = false;
        bind(variable, before);
      };
      bind(variable, store);
      const scope = { dispose };
      if (Symbol.dispose) scope[Symbol.dispose] = dispose;
      return scope;
    }
    static bind(callback) { return Snapshot.wrap(callback); }
    static snapshot() {
      const snapshot = new Snapshot();
      return (callback, ...args) => snapshot.run(callback, ...args);
    }
  }

  // The running resource is the value of a variable, so that started work inherits its ids.
  const main = { id: 1, trigger: 0, resource: {} };
  const running = new Variable({ defaultValue: main });
  let lastId = 1;

  class AsyncResource {
    #snapshot = new Snapshot(); #scope;

    constructor(type, options = {}) {
      if (typeof type !== 'string') throw new TypeError('the type of a resource is a string');
      const given = typeof options === 'number' ? options : options?.triggerAsyncId;
      if (given !== undefined && !(Number.isSafeInteger(given) && given >= -1)) throw new RangeError('the trigger is not an id');
      this.#scope = { id: ++lastId, trigger: given ?? running.get().id, resource: this };
    }
    runInAsyncScope(callback, thisArg, ...args) {
      return this.#snapshot.run(() => running.run(this.#scope, () => Reflect.apply(callback, thisArg, args)));
    }
    bind(callback, thisArg) {
      if (typeof callback !== 'function') throw new TypeError('only a function can be bound');
      const resource = this;
      const bound = function (...args) {
        return resource.runInAsyncScope(callback, thisArg === undefined ? this : thisArg, ...args);
      };
      return Object.defineProperties(bound, {
        length: { value: callback.length, configurable: true },
        name: { value: `bound ${callback.name}`, configurable: true },
      });
    }
    asyncId() { return this.#scope.id; }
    triggerAsyncId() { return this.#scope.trigger; }
    emitDestroy() { return this; }
    static bind(callback, type, thisArg) {
      return new AsyncResource(type || callback?.name || 'bound-anonymous-fn').bind(callback, thisArg);
    }
  }

  return {
    AsyncLocalStorage,
    AsyncResource,
    executionAsyncId: () => running.get().id,
    triggerAsyncId: () => running.get().trigger,
    executionAsyncResource: () => running.get().resource,
  };
})
