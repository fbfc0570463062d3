// `node:async_hooks` on top of variables, snapshots and the agent's executions.
(function (exports, require, module, native) {
  'use strict';
  const { make, invalidValue, check } = require('internal/errors');
  const { Variable, Snapshot, bind, bindScope, unbind, runAs, resume, executions } = native;

  class AsyncLocalStorage {
    #variable;

    constructor(options = {}) {
      check.object(options, 'options');
      const { name, defaultValue } = options;
      this.#variable = new Variable({ name: name === undefined ? '' : `${name}`, defaultValue });
    }
    get name() { return this.#variable.name; }
    getStore() { return this.#variable.get(); }
    run(store, callback, ...args) { return this.#variable.run(store, callback, ...args); }
    exit(callback, ...args) { return runAs(this.#variable, undefined, 'exit', callback, args); }
    enterWith(store) { bind(this.#variable, store, 'enterWith'); }
    disable() { unbind(this.#variable, 'disable'); }
    withScope(store) {
      const dispose = bindScope(this.#variable, store, 'withScope');
      return { dispose, [Symbol.dispose]: dispose };
    }
    static bind(callback) {
      check.function(callback, 'fn');
      return Snapshot.wrap(callback);
    }
    static snapshot() {
      const snapshot = new Snapshot();
      return (callback, ...args) => snapshot.run(callback, ...args);
    }
  }

  // The hooks that are enabled. The list is replaced, so that a hook may change it during a call.
  let enabled = [];
  const events = ['init', 'before', 'after', 'destroy', 'promiseResolve'];
  const INIT = 0, DESTROY = 3, RESOLVE = 4;

  // Calls the hooks of an event. An error of a hook ends the program in Node; here it is uncaught.
  const emit = (event, isPromise, id, ...rest) => {
    for (const hook of enabled) {
      const callback = hook.callbacks[event];
      if (callback === undefined || (isPromise && !hook.tracksPromises)) continue;
      try {
        Reflect.apply(callback, hook.object, [id, ...rest]);
      } catch (error) {
        native.report(error);
      }
    }
  };
  const listens = event => enabled.some(hook => hook.callbacks[event] !== undefined);

  // Resources whose `destroy` is emitted by the next task, or at once if there are many, since microtasks may
  // never end.
  const MOST = 16384;
  let destroyed = [];
  const emitDestroyed = () => {
    const ids = destroyed;
    destroyed = [];
    for (const [each, promise] of ids) emit(DESTROY, promise, each);
  };
  const queueDestroy = (id, isPromise = false) => {
    if (!listens(DESTROY)) return;
    const count = destroyed.push([id, isPromise]);
    if (count === MOST) emitDestroyed();
    else if (count === 1) native.queueTask(emitDestroyed);
  };

  // Tells the agent which events it has to report.
  const update = () => executions.hook(enabled.length === 0 ? undefined : (event, isPromise, ...rest) => {
    if (event === DESTROY) queueDestroy(rest[0], isPromise);
    else emit(event, isPromise, ...rest);
  }, enabled.some(hook => hook.tracksPromises));

  class AsyncHook {
    #hook;
    constructor(callbacks) {
      const found = events.map(name => callbacks[name]);
      found.forEach((callback, event) => {
        if (callback !== undefined && typeof callback !== 'function')
          throw make(TypeError, 'ERR_ASYNC_CALLBACK', `hook.${events[event]} must be a function`);
      });
      const { trackPromises } = callbacks;
      if (trackPromises !== undefined) check.boolean(trackPromises, 'trackPromises');
      if (trackPromises === false && found[RESOLVE] !== undefined)
        throw invalidValue('trackPromises', trackPromises, 'must be true if promiseResolve is given');
      this.#hook = { callbacks: found, object: this, tracksPromises: trackPromises !== false };
    }
    enable() {
      if (!enabled.includes(this.#hook)) {
        enabled = [...enabled, this.#hook];
        update();
      }
      return this;
    }
    disable() {
      if (enabled.includes(this.#hook)) {
        enabled = enabled.filter(hook => hook !== this.#hook);
        update();
      }
      return this;
    }
  }

  class AsyncResource {
    #snapshot; #id; #trigger; #type; #collected;

    constructor(type, options = {}) {
      check.string(type, 'type');
      let trigger = options, manual = false;
      if (typeof options !== 'number') {
        trigger = options.triggerAsyncId === undefined ? executions.id() : options.triggerAsyncId;
        manual = Boolean(options.requireManualDestroy);
      }
      if (!(Number.isSafeInteger(trigger) && trigger >= -1))
        throw make(RangeError, 'ERR_INVALID_ASYNC_ID', `Invalid triggerAsyncId value: ${String(trigger)}`);
      this.#snapshot = new Snapshot();
      this.#id = executions.next();
      this.#trigger = trigger;
      this.#type = type;
      if (listens(INIT)) {
        if (type.length === 0) throw make(TypeError, 'ERR_ASYNC_TYPE', `Invalid name for async "type": ${type}`);
        emit(INIT, false, this.#id, type, trigger, this);
      }
      if (!manual && listens(DESTROY)) this.#collected = executions.whenCollected(this.#id);
    }
    runInAsyncScope(callback, thisArg, ...args) {
      const depth = executions.enter(this.#id, this.#trigger, this);
      try {
        return resume(this.#snapshot, `${this.#type}.runInAsyncScope`, thisArg, callback, args);
      } finally {
        executions.leave(depth);
      }
    }
    bind(callback, thisArg) {
      check.function(callback, 'fn');
      const resource = this;
      const bound = function (...args) {
        return resource.runInAsyncScope(callback, thisArg === undefined ? this : thisArg, ...args);
      };
      return Object.defineProperties(bound, {
        length: { value: callback.length, configurable: true },
        name: { value: `bound ${callback.name}`, configurable: true },
      });
    }
    asyncId() { return this.#id; }
    triggerAsyncId() { return this.#trigger; }
    emitDestroy() {
      this.#collected?.cancel();
      queueDestroy(this.#id);
      return this;
    }
    static bind(callback, type, thisArg) {
      return new AsyncResource(type || callback?.name || 'bound-anonymous-fn').bind(callback, thisArg);
    }
  }

  Object.assign(exports, {
    AsyncLocalStorage,
    AsyncResource,
    createHook: callbacks => new AsyncHook(callbacks),
    executionAsyncId: () => executions.id(),
    triggerAsyncId: () => executions.trigger(),
    executionAsyncResource: () => executions.resource(),
    asyncWrapProviders: Object.freeze({ __proto__: null, NONE: 0, PROMISE: 1 }),
  });
})
