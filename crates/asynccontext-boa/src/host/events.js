// Events, abort signals and message ports. A function that receives native functions of the host, and returns
// the global objects and the function that dispatches rejections. Only `AbortSignal.timeout` schedules work in
// a mapping; it uses a timer, which captures.
(function (native) {
  'use strict';
  const { report, queueTask, setTimeout } = native;

  class DOMException extends Error {
    #name;
    constructor(message = '', name = 'Error') {
      super(message);
      this.#name = String(name);
    }
    get name() { return this.#name; }
    get [Symbol.toStringTag]() { return 'DOMException'; }
  }

  class Event {
    #type; #bubbles; #cancelable; #composed;
    #target = null; #current = null;
    #canceled = false; #stopped = false; #dispatching = false; #trusted = false;

    constructor(type, options = {}) {
      if (arguments.length === 0) throw new TypeError('an event needs a type');
      this.#type = String(type);
      this.#bubbles = Boolean(options?.bubbles);
      this.#cancelable = Boolean(options?.cancelable);
      this.#composed = Boolean(options?.composed);
    }
    get type() { return this.#type; }
    get target() { return this.#target; }
    get srcElement() { return this.#target; }
    get currentTarget() { return this.#current; }
    get eventPhase() { return this.#dispatching ? 2 : 0; }
    get bubbles() { return this.#bubbles; }
    get cancelable() { return this.#cancelable; }
    get composed() { return this.#composed; }
    get defaultPrevented() { return this.#canceled; }
    get isTrusted() { return this.#trusted; }
    composedPath() { return this.#current ? [this.#current] : []; }
    preventDefault() { if (this.#cancelable) this.#canceled = true; }
    stopPropagation() { #type in this; }
    stopImmediatePropagation() { this.#stopped = true; }
    get [Symbol.toStringTag]() { return 'Event'; }

    static begin(event, target, trusted) {
      if (!(#type in event)) throw new TypeError('not an event');
      if (event.#dispatching) throw new DOMException('the event is being dispatched', 'InvalidStateError');
      event.#dispatching = true;
      event.#stopped = false;
      event.#trusted = trusted;
      event.#target = event.#current = target;
    }
    static isStopped(event) { return event.#stopped; }
    static end(event) {
      event.#dispatching = false;
      event.#current = null;
      return !event.#canceled;
    }
  }
  const { begin, isStopped, end } = Event;
  delete Event.begin;
  delete Event.isStopped;
  delete Event.end;

  class EventTarget {
    #listeners = [];

    addEventListener(type, callback, options = false) {
      const { once, capture, signal } = flat(options);
      type = String(type);
      if (signal !== undefined && !isSignal(signal)) throw new TypeError('the signal is not an AbortSignal');
      if (callback === null || callback === undefined) return;
      if (typeof callback !== 'function' && typeof callback !== 'object') throw new TypeError('a listener is a function or an object');
      if (signal?.aborted) return;
      for (const other of this.#listeners)
        if (other.type === type && other.callback === callback && other.capture === capture) return;
      const listener = { type, callback, capture, once, removed: false };
      this.#listeners.push(listener);
      if (signal) listen(signal, 'abort', () => this.#remove(listener));
    }
    removeEventListener(type, callback, options = false) {
      const { capture } = flat(options);
      type = String(type);
      for (const listener of this.#listeners)
        if (listener.type === type && listener.callback === callback && listener.capture === capture) {
          this.#remove(listener);
          return;
        }
    }
    dispatchEvent(event) { return EventTarget.#dispatch(this, event, false); }
    get [Symbol.toStringTag]() { return 'EventTarget'; }

    #remove(listener) {
      listener.removed = true;
      this.#listeners = this.#listeners.filter(other => other !== listener);
    }
    // Listeners run in the mapping of the dispatch, so this neither captures nor enters a mapping.
    static #dispatch(target, event, trusted, shown = target) {
      const listeners = target.#listeners;
      begin(event, shown, trusted);
      const { type } = event;
      for (const listener of [...listeners]) {
        if (listener.removed || listener.type !== type) continue;
        if (listener.once) target.#remove(listener);
        const { callback } = listener;
        try {
          if (typeof callback === 'function') Reflect.apply(callback, shown, [event]);
          else callback.handleEvent(event);
        } catch (error) {
          report(error);
        }
        if (isStopped(event)) break;
      }
      return end(event);
    }
    static fire(target, event) { EventTarget.#dispatch(target, event, true); }
    static dispatchGlobally(event, trusted) { return EventTarget.#dispatch(everywhere, event, trusted, globalThis); }
  }
  const { dispatchGlobally, fire } = EventTarget;
  delete EventTarget.dispatchGlobally;
  delete EventTarget.fire;
  // Holds the listeners of the global object, which is the target that they receive.
  const everywhere = new EventTarget();
  const listen = (target, type, callback) => Reflect.apply(EventTarget.prototype.addEventListener, target, [type, callback]);
  const flat = options => options !== null && typeof options === 'object'
    ? { once: Boolean(options.once), capture: Boolean(options.capture), signal: options.signal }
    : { once: false, capture: Boolean(options), signal: undefined };

  // An attribute such as `onabort`: a listener whose position is that of its first value.
  const handler = (prototype, type, after = () => {}) => {
    const handlers = new WeakMap();
    Object.defineProperty(prototype, 'on' + type, {
      get() { return handlers.get(this)?.value ?? null; },
      set(value) {
        let entry = handlers.get(this);
        if (!entry) {
          handlers.set(this, entry = { value: null });
          listen(this, type, function (event) { if (typeof entry.value === 'function') Reflect.apply(entry.value, this, [event]); });
        }
        entry.value = typeof value === 'function' || (typeof value === 'object' && value !== null) ? value : null;
        after(this);
      },
      enumerable: true,
      configurable: true,
    });
  };

  class PromiseRejectionEvent extends Event {
    #promise; #reason;
    constructor(type, options) {
      super(type, options);
      if (options?.promise === undefined) throw new TypeError('the event needs a promise');
      this.#promise = options.promise;
      this.#reason = options.reason;
    }
    get promise() { return this.#promise; }
    get reason() { return this.#reason; }
    get [Symbol.toStringTag]() { return 'PromiseRejectionEvent'; }
  }

  const secret = {};
  class AbortSignal extends EventTarget {
    #aborted = false; #reason; #dependents = [];

    constructor(key) {
      if (key !== secret) throw new TypeError('Illegal constructor');
      super();
    }
    get aborted() { return this.#aborted; }
    get reason() { return this.#reason; }
    throwIfAborted() { if (this.#aborted) throw this.#reason; }
    get [Symbol.toStringTag]() { return 'AbortSignal'; }

    static abort(reason) {
      const signal = new AbortSignal(secret);
      signal.#aborted = true;
      signal.#reason = reason === undefined ? new DOMException('aborted', 'AbortError') : reason;
      return signal;
    }
    static timeout(milliseconds) {
      const delay = Number(milliseconds);
      if (!(delay >= 0 && delay <= Number.MAX_SAFE_INTEGER)) throw new TypeError('the time is not a number of milliseconds');
      const signal = new AbortSignal(secret);
      setTimeout(() => AbortSignal.#abort(signal, new DOMException('the time is up', 'TimeoutError')), delay);
      return signal;
    }
    static any(signals) {
      const result = new AbortSignal(secret), sources = [...signals];
      for (const source of sources) if (!isSignal(source)) throw new TypeError('not an AbortSignal');
      for (const source of sources)
        if (source.#aborted) {
          result.#aborted = true;
          result.#reason = source.#reason;
          return result;
        }
      for (const source of sources) source.#dependents.push(result);
      return result;
    }
    static #abort(signal, reason) {
      if (signal.#aborted) return;
      const all = [signal, ...signal.#dependents.filter(dependent => !dependent.#aborted)];
      for (const each of all) {
        each.#aborted = true;
        each.#reason = reason;
        each.#dependents = [];
      }
      for (const each of all) fire(each, new Event('abort'));
    }
    static isSignal(value) { return typeof value === 'object' && value !== null && #aborted in value; }
    static make() { return new AbortSignal(secret); }
    static now(signal, reason) { AbortSignal.#abort(signal, reason === undefined ? new DOMException('aborted', 'AbortError') : reason); }
  }
  const { isSignal, make, now } = AbortSignal;
  delete AbortSignal.isSignal;
  delete AbortSignal.make;
  delete AbortSignal.now;
  handler(AbortSignal.prototype, 'abort');

  class AbortController {
    #signal = make();
    get signal() { return this.#signal; }
    abort(reason) { now(this.#signal, reason); }
    get [Symbol.toStringTag]() { return 'AbortController'; }
  }

  class MessageEvent extends Event {
    #data; #source; #ports;
    constructor(type, options = {}) {
      super(type, options);
      this.#data = options?.data === undefined ? null : options.data;
      this.#source = options?.source ?? null;
      this.#ports = Object.freeze([...(options?.ports ?? [])]);
    }
    get data() { return this.#data; }
    get source() { return this.#source; }
    get ports() { return this.#ports; }
    get [Symbol.toStringTag]() { return 'MessageEvent'; }
  }

  // Copies JSON values, `undefined`, bigints, dates, maps, sets, errors and cycles.
  const copy = (value, seen = new Map()) => {
    if (typeof value === 'function' || typeof value === 'symbol') throw new DOMException('a function or a symbol can\'t be sent', 'DataCloneError');
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return seen.get(value);
    const keep = made => { seen.set(value, made); return made; };
    if (Array.isArray(value)) {
      const made = keep(new Array(value.length));
      for (const key of Object.keys(value)) made[key] = copy(value[key], seen);
      return made;
    }
    switch (Object.prototype.toString.call(value)) {
      case '[object Date]': return keep(new Date(+value));
      case '[object Map]': {
        const made = keep(new Map());
        for (const [k, v] of [...value]) made.set(copy(k, seen), copy(v, seen));
        return made;
      }
      case '[object Set]': {
        const made = keep(new Set());
        for (const v of [...value]) made.add(copy(v, seen));
        return made;
      }
      case '[object Error]': return keep(new Error(String(value.message)));
      case '[object Object]': {
        const made = keep({});
        for (const key of Object.keys(value)) made[key] = copy(value[key], seen);
        return made;
      }
      default: throw new DOMException('this object can\'t be sent', 'DataCloneError');
    }
  };

  class MessagePort extends EventTarget {
    #other = null; #started = false; #closed = false; #waiting = [];

    constructor(key) {
      if (key !== secret) throw new TypeError('Illegal constructor');
      super();
    }
    postMessage(data) {
      const message = copy(data);
      const other = this.#other;
      if (this.#closed || !other || other.#closed) return;
      other.#waiting.push(message);
      if (other.#started) queueTask(() => MessagePort.#deliver(other));
    }
    start() {
      if (this.#started) return;
      this.#started = true;
      for (const _ of this.#waiting) queueTask(() => MessagePort.#deliver(this));
    }
    close() {
      this.#closed = true;
      if (this.#other) this.#other.#closed = true;
    }
    get [Symbol.toStringTag]() { return 'MessagePort'; }

    // A task of the host, which starts in the empty mapping.
    static #deliver(port) {
      if (port.#waiting.length > 0) fire(port, new MessageEvent('message', { data: port.#waiting.shift() }));
    }
    static pair() {
      const one = new MessagePort(secret), two = new MessagePort(secret);
      one.#other = two;
      two.#other = one;
      return [one, two];
    }
  }
  const { pair } = MessagePort;
  delete MessagePort.pair;
  handler(MessagePort.prototype, 'message', port => port.start());

  class MessageChannel {
    #ports = pair();
    get port1() { return this.#ports[0]; }
    get port2() { return this.#ports[1]; }
    get [Symbol.toStringTag]() { return 'MessageChannel'; }
  }

  return {
    globals: {
      AbortController, AbortSignal, DOMException, Event, EventTarget, MessageChannel, MessageEvent, MessagePort,
      PromiseRejectionEvent,
      addEventListener(type, callback, options) { everywhere.addEventListener(type, callback, options); },
      removeEventListener(type, callback, options) { everywhere.removeEventListener(type, callback, options); },
      dispatchEvent(event) { return dispatchGlobally(event, false); },
    },
    // Returns whether to report the rejection, which a listener may prevent.
    rejected: (promise, reason) =>
      dispatchGlobally(new PromiseRejectionEvent('unhandledrejection', { promise, reason, cancelable: true }), true),
  };
})
