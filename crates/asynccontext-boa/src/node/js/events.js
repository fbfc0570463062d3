// `node:events`. An emitter calls its listeners in the context of `emit`; `EventEmitterAsyncResource` calls them in
// that of its creation.
(function (exports, require, module, native) {
  'use strict';
  const { make, invalidType, outOfRange, check, AbortError } = require('internal/errors');
  const { inspect } = require('util');

  const captureRejectionSymbol = Symbol.for('nodejs.rejection');
  const errorMonitor = Symbol('events.errorMonitor');
  const kCapture = Symbol('kCapture');
  const kMaxEventTargetListeners = Symbol.for('nodejs.events.maxListeners');
  let defaultMaxListeners = 10, captureByDefault = false;

  const checkListener = listener => check.function(listener, 'listener');
  const checkMax = (value, name) => check.number(value, name, 0);

  function EventEmitter(options) { EventEmitter.init.call(this, options); }

  EventEmitter.prototype._events = undefined;
  EventEmitter.prototype._eventsCount = 0;
  EventEmitter.prototype._maxListeners = undefined;
  Object.defineProperty(EventEmitter.prototype, kCapture, { value: false, writable: true });

  EventEmitter.init = function (options) {
    if (this._events === undefined || this._events === Object.getPrototypeOf(this)._events) {
      this._events = Object.create(null);
      this._eventsCount = 0;
    }
    this._maxListeners = this._maxListeners || undefined;
    if (options?.captureRejections !== undefined) {
      check.boolean(options.captureRejections, 'options.captureRejections');
      this[kCapture] = options.captureRejections;
    } else {
      this[kCapture] = captureByDefault;
    }
  };

  const maxOf = emitter => emitter._maxListeners === undefined ? defaultMaxListeners : emitter._maxListeners;

  // The listeners of a name after a second one was added: in their order, and for each function those that it removes.
  // Each operation takes logarithmic time.
  class Listeners {
    #all = new native.Ordered(); #of = new native.Ordered();
    warned = false;

    get length() { return this.#all.size; }
    values() { return this.#all.values(); }
    add(listener, first) {
      // A wrapper of `once` is also removed by the function in it.
      const entry = { listener, keys: listener.listener === undefined ? [listener] : [listener, listener.listener] };
      this.#all.add(entry, listener, first);
      for (const key of entry.keys) {
        let entries = this.#of.get(key);
        if (entries === undefined) this.#of.add(key, entries = new native.Ordered());
        entries.add(entry, entry, first);
      }
    }
    // Removes the last listener that a function means, and returns it.
    remove(key) {
      const entry = this.#of.get(key)?.last();
      if (entry === undefined) return undefined;
      this.#all.remove(entry);
      for (const key of entry.keys) {
        const entries = this.#of.get(key);
        entries?.remove(entry);
        if (entries?.size === 0) this.#of.remove(key);
      }
      return entry.listener;
    }
  }

  // A new array of the listeners of a name, which are a function or `Listeners`.
  const listenersOf = (emitter, name) => {
    const found = emitter._events?.[name];
    return found === undefined ? [] : typeof found === 'function' ? [found] : found.values();
  };

  const identify = emitter => {
    try { return emitter.constructor.name; } catch { return 'EventEmitter'; }
  };

  const add = (emitter, name, listener, first) => {
    checkListener(listener);
    if (emitter._events === undefined) {
      emitter._events = Object.create(null);
      emitter._eventsCount = 0;
    } else if (emitter._events.newListener !== undefined) {
      emitter.emit('newListener', name, listener.listener ?? listener);
    }
    const events = emitter._events, old = events[name];
    if (old === undefined) {
      events[name] = listener;
      emitter._eventsCount++;
      return emitter;
    }
    let all = old;
    if (typeof old === 'function') {
      all = events[name] = new Listeners();
      all.add(old, false);
    }
    all.add(listener, first);
    const max = maxOf(emitter);
    if (max > 0 && all.length > max && !all.warned) {
      all.warned = true;
      const warning = new Error(`Possible EventEmitter memory leak detected. ${all.length} ${String(name)} listeners added to ` +
        `${inspect(emitter, { depth: -1 })}. MaxListeners is ${max}. Use emitter.setMaxListeners() to increase limit`);
      warning.name = 'MaxListenersExceededWarning';
      Object.assign(warning, { emitter, type: name, count: all.length });
      require('process').emitWarning(warning);
    }
    return emitter;
  };

  const once = (emitter, name, listener) => {
    checkListener(listener);
    let fired = false;
    const wrapper = function (...args) {
      if (fired) return;
      fired = true;
      emitter.removeListener(name, wrapper);
      return Reflect.apply(listener, emitter, args);
    };
    wrapper.listener = listener;
    return wrapper;
  };

  // The rejection of a listener goes to the emitter's own method, or becomes its `error` event.
  const captureRejection = (emitter, promise, name, args) => {
    try {
      const { then } = promise;
      if (typeof then === 'function')
        Reflect.apply(then, promise, [undefined, error => require('process').nextTick(() => {
          if (typeof emitter[captureRejectionSymbol] === 'function') {
            emitter[captureRejectionSymbol](error, name, ...args);
            return;
          }
          const before = emitter[kCapture];
          try {
            // An async listener of `error` must not fail into itself.
            emitter[kCapture] = false;
            emitter.emit('error', error);
          } finally {
            emitter[kCapture] = before;
          }
        })]);
    } catch (error) {
      emitter.emit('error', error);
    }
  };

  EventEmitter.prototype.emit = function emit(name, ...args) {
    const events = this._events;
    if (name === 'error') {
      if (events?.[errorMonitor] !== undefined) this.emit(errorMonitor, ...args);
      if (events?.error === undefined) throw unhandled(this, args);
    }
    const handler = events?.[name];
    if (handler === undefined) return false;
    const call = listener => {
      const result = Reflect.apply(listener, this, args);
      if (result !== undefined && result !== null && this[kCapture] && typeof result === 'object')
        captureRejection(this, result, name, args);
    };
    if (typeof handler === 'function') call(handler);
    else for (const listener of handler.values()) call(listener);
    return true;
  };

  const unhandled = (emitter, args) => {
    const [error] = args;
    if (error instanceof Error) return error;
    let text;
    try { text = inspect(error); } catch { text = error; }
    const failure = make(Error, 'ERR_UNHANDLED_ERROR', error === undefined && args.length === 0
      ? 'Unhandled error.' : `Unhandled error. (${text})`);
    failure.context = error;
    return failure;
  };

  const remove = (emitter, name, listener) => {
    checkListener(listener);
    const events = emitter._events, found = events?.[name];
    if (found === undefined) return emitter;
    const removed = typeof found !== 'function' ? found.remove(listener)
      : found === listener || found.listener === listener ? found : undefined;
    if (removed === undefined) return emitter;
    if (typeof found === 'function' || found.length === 0) {
      emitter._eventsCount--;
      delete events[name];
    }
    if (events.removeListener !== undefined) emitter.emit('removeListener', name, removed.listener ?? listener);
    return emitter;
  };

  Object.assign(EventEmitter.prototype, {
    addListener(name, listener) { return add(this, name, listener, false); },
    prependListener(name, listener) { return add(this, name, listener, true); },
    once(name, listener) { return this.on(name, once(this, name, listener)); },
    prependOnceListener(name, listener) { return this.prependListener(name, once(this, name, listener)); },
    removeListener(name, listener) { return remove(this, name, listener); },
    removeAllListeners(name) {
      const events = this._events;
      if (events === undefined) return this;
      if (events.removeListener === undefined) {
        if (arguments.length === 0) {
          this._events = Object.create(null);
          this._eventsCount = 0;
        } else if (events[name] !== undefined) {
          this._eventsCount--;
          delete events[name];
        }
        return this;
      }
      if (arguments.length === 0) {
        for (const key of Reflect.ownKeys(events)) if (key !== 'removeListener') this.removeAllListeners(key);
        this.removeAllListeners('removeListener');
        this._events = Object.create(null);
        this._eventsCount = 0;
        return this;
      }
      for (const listener of listenersOf(this, name).reverse()) this.removeListener(name, listener);
      return this;
    },
    setMaxListeners(n) {
      checkMax(n, 'setMaxListeners');
      this._maxListeners = n;
      return this;
    },
    getMaxListeners() { return maxOf(this); },
    listeners(name) { return listenersOf(this, name).map(listener => listener.listener ?? listener); },
    rawListeners(name) { return listenersOf(this, name); },
    listenerCount(name, listener) {
      if (listener !== undefined && listener !== null)
        return listenersOf(this, name).filter(each => each === listener || each.listener === listener).length;
      const found = this._events?.[name];
      return found === undefined ? 0 : typeof found === 'function' ? 1 : found.length;
    },
    eventNames() { return this._eventsCount > 0 ? Reflect.ownKeys(this._events) : []; },
  });
  EventEmitter.prototype.on = EventEmitter.prototype.addListener;
  EventEmitter.prototype.off = EventEmitter.prototype.removeListener;

  const isEventTarget = value => typeof value?.addEventListener === 'function';

  // Waits for the next event `name`. Rejects at an `error` event, or when the signal aborts.
  const waitOnce = async (emitter, name, options = {}) => {
    check.object(options, 'options');
    const { signal } = options;
    if (signal !== undefined) check.signal(signal, 'options.signal');
    if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
    return new Promise((resolve, reject) => {
      const cleanup = () => {
        stop(emitter, name, resolver);
        if (name !== 'error') stop(emitter, 'error', failed);
        signal?.removeEventListener('abort', aborted);
      };
      const failed = error => { cleanup(); reject(error); };
      const resolver = (...args) => { cleanup(); resolve(args); };
      const aborted = () => { cleanup(); reject(new AbortError(undefined, { cause: signal.reason })); };
      listenTo(emitter, name, resolver, { once: true });
      if (name !== 'error' && typeof emitter.once === 'function') emitter.once('error', failed);
      signal?.addEventListener('abort', aborted, { once: true });
    });
  };

  const listenTo = (emitter, name, listener, options) => {
    if (typeof emitter?.on === 'function') {
      if (options?.once) emitter.once(name, listener); else emitter.on(name, listener);
    } else if (isEventTarget(emitter)) {
      emitter.addEventListener(name, listener, options);
    } else {
      throw invalidType('emitter', 'EventEmitter', emitter);
    }
  };
  const stop = (emitter, name, listener) => {
    if (typeof emitter.removeListener === 'function') emitter.removeListener(name, listener);
    else if (isEventTarget(emitter)) emitter.removeEventListener(name, listener);
  };

  // An async iterator over the events `name`.
  const on = (emitter, name, options = {}) => {
    check.object(options, 'options');
    const { signal, close = [] } = options;
    if (signal !== undefined) check.signal(signal, 'options.signal');
    if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
    const events = [], waiting = [];
    let failure, finished = false;
    const arrived = (...args) => {
      if (waiting.length > 0) waiting.shift().resolve({ value: args, done: false });
      else events.push(args);
    };
    const fail = error => {
      if (waiting.length > 0) waiting.shift().reject(error);
      else failure = { error };
      finish();
    };
    const aborted = () => fail(new AbortError(undefined, { cause: signal.reason }));
    const finish = () => {
      if (finished) return Promise.resolve({ value: undefined, done: true });
      finished = true;
      stop(emitter, name, arrived);
      if (name !== 'error') stop(emitter, 'error', fail);
      for (const each of close) stop(emitter, each, finish);
      signal?.removeEventListener('abort', aborted);
      for (const { resolve } of waiting.splice(0)) resolve({ value: undefined, done: true });
      return Promise.resolve({ value: undefined, done: true });
    };
    const iterator = {
      next() {
        if (events.length > 0) return Promise.resolve({ value: events.shift(), done: false });
        if (failure) {
          const { error } = failure;
          failure = undefined;
          return Promise.reject(error);
        }
        if (finished) return finish();
        return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
      },
      return: () => finish(),
      throw(error) {
        if (!(error instanceof Error)) throw invalidType('EventEmitter.AsyncIterator', 'Error', error);
        fail(error);
        return Promise.resolve({ value: undefined, done: true });
      },
      [Symbol.asyncIterator]() { return this; },
    };
    listenTo(emitter, name, arrived);
    if (name !== 'error' && typeof emitter.on === 'function') emitter.on('error', fail);
    for (const each of close) listenTo(emitter, each, finish);
    signal?.addEventListener('abort', aborted, { once: true });
    return Object.setPrototypeOf(iterator, Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype));
  };

  class EventEmitterReferencingAsyncResource extends require('async_hooks').AsyncResource {
    #emitter;
    constructor(emitter, type, options) {
      super(type, options);
      this.#emitter = emitter;
    }
    get eventEmitter() { return this.#emitter; }
  }

  class EventEmitterAsyncResource extends EventEmitter {
    #resource;
    constructor(options = undefined) {
      let name;
      if (typeof options === 'string') {
        name = options;
        options = undefined;
      } else {
        if (new.target === EventEmitterAsyncResource) check.string(options?.name, 'options.name');
        name = options?.name || new.target.name;
      }
      super(options);
      this.#resource = new EventEmitterReferencingAsyncResource(this, name, options);
    }
    static #of(emitter) {
      if (!(#resource in Object(emitter)))
        throw new TypeError('Cannot read private member #resource from an object whose class did not declare it');
      return emitter.#resource;
    }
    emit(name, ...args) { return EventEmitterAsyncResource.#of(this).runInAsyncScope(super.emit, this, name, ...args); }
    emitDestroy() { EventEmitterAsyncResource.#of(this).emitDestroy(); }
    get asyncId() { return EventEmitterAsyncResource.#of(this).asyncId(); }
    get triggerAsyncId() { return EventEmitterAsyncResource.#of(this).triggerAsyncId(); }
    get asyncResource() { return EventEmitterAsyncResource.#of(this); }
  }

  // A target's limit is in a symbol, since `EventTarget` has none.
  const setMaxListeners = (n = defaultMaxListeners, ...targets) => {
    checkMax(n, 'setMaxListeners');
    if (targets.length === 0) defaultMaxListeners = n;
    for (const target of targets) {
      if (typeof target?.setMaxListeners === 'function') target.setMaxListeners(n);
      else if (isEventTarget(target)) Object.defineProperty(target, kMaxEventTargetListeners, { value: n, writable: true, configurable: true });
      else throw invalidType('eventTargets', ['EventEmitter', 'EventTarget'], target);
    }
  };

  const addAbortListener = (signal, listener) => {
    if (signal === undefined) throw invalidType('signal', 'AbortSignal', signal);
    check.signal(signal, 'signal');
    check.function(listener, 'listener');
    let dispose = () => {};
    if (signal.aborted) {
      queueMicrotask(() => listener());
    } else {
      signal.addEventListener('abort', listener, { once: true });
      dispose = () => signal.removeEventListener('abort', listener);
    }
    return { __proto__: null, ...(Symbol.dispose ? { [Symbol.dispose]: dispose } : { dispose }) };
  };

  Object.assign(EventEmitter, {
    once: waitOnce,
    on,
    EventEmitter,
    captureRejectionSymbol,
    errorMonitor,
    usingDomains: false,
    setMaxListeners,
    addAbortListener,
    EventEmitterAsyncResource,
    getEventListeners(emitter, name) {
      if (typeof emitter?.listeners === 'function') return emitter.listeners(name);
      const found = isEventTarget(emitter) ? native.eventListeners?.(emitter, name) : undefined;
      if (found === undefined) throw invalidType('emitter', ['EventEmitter', 'EventTarget'], emitter);
      return found;
    },
    getMaxListeners(emitter) {
      if (typeof emitter?.getMaxListeners === 'function') return maxOf(emitter);
      if (isEventTarget(emitter)) return emitter[kMaxEventTargetListeners] ?? defaultMaxListeners;
      throw invalidType('emitter', ['EventEmitter', 'EventTarget'], emitter);
    },
    listenerCount: (emitter, name) => typeof emitter?.listenerCount === 'function'
      ? emitter.listenerCount(name) : EventEmitter.getEventListeners(emitter, name).length,
  });
  Object.defineProperties(EventEmitter, {
    captureRejections: {
      get: () => captureByDefault,
      set(value) {
        check.boolean(value, 'EventEmitter.captureRejections');
        captureByDefault = value;
      },
      enumerable: true,
      configurable: true,
    },
    defaultMaxListeners: {
      get: () => defaultMaxListeners,
      set(value) {
        checkMax(value, 'defaultMaxListeners');
        defaultMaxListeners = value;
      },
      enumerable: true,
    },
  });

  module.exports = EventEmitter;
})
