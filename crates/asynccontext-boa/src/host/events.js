// Events and their targets. No function here captures or enters a mapping, so listeners run in the mapping of the
// dispatch; except under the reading `events-registration`, where a listener has the mapping in which it was added.
(function (host) {
  'use strict';
  const { Ordered, globals } = host;
  const { apply } = Reflect;
  host.whenListened = [];

  class Event {
    #type; #bubbles; #cancelable; #composed; #time = host.now();
    #target = null; #current = null; #phase = 0;
    #canceled = false; #stopped = false; #stoppedAtOnce = false; #dispatching = false; #trusted = false; #passive = false;

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
    get eventPhase() { return this.#phase; }
    get bubbles() { return this.#bubbles; }
    get cancelable() { return this.#cancelable; }
    get composed() { return this.#composed; }
    get defaultPrevented() { return this.#canceled; }
    get returnValue() { return !this.#canceled; }
    set returnValue(value) { if (!value) this.preventDefault(); }
    get cancelBubble() { return this.#stopped; }
    set cancelBubble(value) { if (value) this.#stopped = true; }
    get isTrusted() { return this.#trusted; }
    get timeStamp() { return this.#time; }
    composedPath() { return this.#current ? [this.#current] : []; }
    preventDefault() { if (this.#cancelable && !this.#passive) this.#canceled = true; }
    stopPropagation() { this.#stopped = true; }
    stopImmediatePropagation() { this.#stopped = this.#stoppedAtOnce = true; }
    get [Symbol.toStringTag]() { return 'Event'; }

    static isEvent(value) { return typeof value === 'object' && value !== null && #type in value; }
    static begin(event, target, trusted) {
      if (!isEvent(event)) throw new TypeError('not an event');
      if (event.#dispatching) throw new globals.DOMException('the event is being dispatched', 'InvalidStateError');
      event.#dispatching = true;
      event.#trusted = trusted;
      event.#target = event.#current = target;
      event.#phase = 2;
    }
    static isStopped(event) { return event.#stopped; }
    static isStoppedAtOnce(event) { return event.#stoppedAtOnce; }
    static setPassive(event, passive) { event.#passive = passive; }
    static end(event) {
      event.#dispatching = event.#stopped = event.#stoppedAtOnce = false;
      event.#current = null;
      event.#phase = 0;
      return !event.#canceled;
    }
  }
  const { begin, isEvent, isStopped, isStoppedAtOnce, setPassive, end } = Event;
  for (const name of ['begin', 'isEvent', 'isStopped', 'isStoppedAtOnce', 'setPassive', 'end']) delete Event[name];
  ['NONE', 'CAPTURING_PHASE', 'AT_TARGET', 'BUBBLING_PHASE'].forEach((name, value) => {
    for (const object of [Event, Event.prototype]) Object.defineProperty(object, name, { value, enumerable: true });
  });

  class CustomEvent extends Event {
    #detail;
    constructor(type, options) {
      super(...arguments);
      this.#detail = options?.detail ?? null;
    }
    get detail() { return this.#detail; }
    get [Symbol.toStringTag]() { return 'CustomEvent'; }
  }

  class ErrorEvent extends Event {
    #message; #filename; #lineno; #colno; #error;
    constructor(type, options) {
      super(...arguments);
      this.#message = String(options?.message ?? '');
      this.#filename = String(options?.filename ?? '');
      this.#lineno = Number(options?.lineno ?? 0);
      this.#colno = Number(options?.colno ?? 0);
      this.#error = options?.error;
    }
    get message() { return this.#message; }
    get filename() { return this.#filename; }
    get lineno() { return this.#lineno; }
    get colno() { return this.#colno; }
    get error() { return this.#error; }
    get [Symbol.toStringTag]() { return 'ErrorEvent'; }
  }

  class PromiseRejectionEvent extends Event {
    #promise; #reason;
    constructor(type, options) {
      super(...arguments);
      if (options?.promise === undefined) throw new TypeError('the event needs a promise');
      this.#promise = options.promise;
      this.#reason = options.reason;
    }
    get promise() { return this.#promise; }
    get reason() { return this.#reason; }
    get [Symbol.toStringTag]() { return 'PromiseRejectionEvent'; }
  }

  const noOptions = { once: false, capture: false, passive: false, signal: undefined };
  const flat = options => {
    if (options === null || options === undefined) return noOptions;
    if (typeof options !== 'object' && typeof options !== 'function') return { ...noOptions, capture: Boolean(options) };
    return {
      capture: Boolean(options.capture), once: Boolean(options.once), passive: Boolean(options.passive), signal: options.signal,
    };
  };

  const call = (callback, shown, event) => {
    if (typeof callback === 'function') apply(callback, shown, [event]);
    else callback.handleEvent(event);
  };

  class EventTarget {
    // For each type, the listeners of the capturing phase and the others, by their callbacks.
    #types = null;

    addEventListener(type, callback, options = false) {
      if (arguments.length < 2) throw new TypeError('a listener needs a type and a callback');
      const { once, capture, passive, signal } = flat(options);
      type = String(type);
      if (signal !== undefined && !host.isSignal(signal)) throw new TypeError('the signal is not an AbortSignal');
      if (callback === null || callback === undefined) return;
      if (typeof callback !== 'function' && typeof callback !== 'object') throw new TypeError('a listener is a function or an object');
      if (signal && host.isAborted(signal)) return;
      const listener = { type, callback, capture, once, passive, signal, mapping: host.listenerMapping(), removed: false };
      if (!this.#add(listener)) return;
      if (signal) host.addAlgorithm(signal, listener, () => this.#remove(listener));
    }
    removeEventListener(type, callback, options = false) {
      const { capture } = flat(options);
      const listener = this.#types?.get(String(type))?.[Number(capture)].get(callback);
      if (listener) this.#remove(listener);
    }
    dispatchEvent(event) { return EventTarget.#dispatch(this, event, false); }
    get [Symbol.toStringTag]() { return 'EventTarget'; }

    // Returns whether there was no such listener yet.
    #add(listener) {
      const { type, callback, capture } = listener;
      let lists = (this.#types ??= new Map()).get(type);
      if (!lists) this.#types.set(type, lists = [new Ordered(), new Ordered()]);
      if (!lists[Number(capture)].add(callback, listener)) return false;
      if (lists[0].size + lists[1].size === 1) EventTarget.#tell(this, type, true);
      return true;
    }
    #remove(listener) {
      if (listener.removed) return;
      const { type, callback, capture, signal } = listener;
      listener.removed = true;
      const lists = this.#types.get(type);
      lists[Number(capture)].remove(callback);
      if (signal) host.removeAlgorithm(signal, listener);
      if (lists[0].size + lists[1].size === 0) EventTarget.#tell(this, type, false);
    }
    // Tells that a target got its first listener of a type, or lost its last one.
    static #tell(target, type, has) { for (const told of host.whenListened) told(target, type, has); }
    static #dispatch(target, event, trusted, shown = target) {
      begin(event, shown, trusted);
      const lists = target.#types?.get(event.type);
      // At its target, an event reaches the listeners of the capturing phase first.
      if (lists)
        for (let phase = 1; phase >= 0 && !isStopped(event); phase--)
          if (lists[phase].size > 0) EventTarget.#invoke(target, lists[phase].values(), event, shown);
      return end(event);
    }
    static #invoke(target, listeners, event, shown) {
      for (let i = 0; i < listeners.length; i++) {
        const listener = listeners[i];
        if (listener.removed) continue;
        if (listener.once) target.#remove(listener);
        const { callback, mapping } = listener;
        setPassive(event, listener.passive);
        try {
          if (mapping === undefined) call(callback, shown, event);
          else host.runListener(mapping, call, callback, shown, event);
        } catch (error) {
          host.report(error);
        }
        setPassive(event, false);
        if (isStoppedAtOnce(event)) break;
      }
    }
    static fire(target, event) { return EventTarget.#dispatch(target, event, true); }
    static dispatchGlobally(event, trusted) { return EventTarget.#dispatch(everywhere, event, trusted, globalThis); }
    static isTarget(value) { return #types in value; }
    static hasListeners(target, type) {
      const lists = target.#types?.get(type);
      return lists !== undefined && lists[0].size + lists[1].size > 0;
    }
  }
  const { dispatchGlobally, hasListeners, isTarget } = EventTarget;
  host.fire = EventTarget.fire;
  host.isPlatformObject = object => isEvent(object) || isTarget(object);
  for (const name of ['dispatchGlobally', 'fire', 'hasListeners', 'isTarget']) delete EventTarget[name];
  // Holds the listeners of the global object, which is the target that they receive.
  const everywhere = new EventTarget();
  const { addEventListener, removeEventListener } = EventTarget.prototype;

  // An attribute such as `onabort`: a listener at the position of its first value.
  host.handler = (prototype, type, after = () => {}) => {
    const handlers = new WeakMap();
    Object.defineProperty(prototype, 'on' + type, {
      get() { return handlers.get(this)?.value ?? null; },
      set(value) {
        value = typeof value === 'function' || (typeof value === 'object' && value !== null) ? value : null;
        let handler = handlers.get(this);
        if (!handler) {
          handler = {
            value: null,
            mapping: undefined,
            call(event) {
              const { value, mapping } = handler;
              if (typeof value !== 'function') return;
              if (mapping === undefined) apply(value, this, [event]);
              else host.runListener(mapping, () => apply(value, this, [event]));
            },
          };
          handlers.set(this, handler);
        }
        if (value === null) apply(removeEventListener, this, [type, handler.call]);
        else if (handler.value === null) apply(addEventListener, this, [type, handler.call]);
        handler.value = value;
        handler.mapping = host.listenerMapping();
        after(this);
      },
      enumerable: true,
      configurable: true,
    });
  };

  Object.assign(globals, {
    CustomEvent, ErrorEvent, Event, EventTarget, PromiseRejectionEvent,
    addEventListener(type, callback, options) { apply(addEventListener, everywhere, arguments); },
    removeEventListener(type, callback, options) { apply(removeEventListener, everywhere, arguments); },
    dispatchEvent(event) { return dispatchGlobally(event, false); },
    reportError(error) { host.report(error); },
  });

  // Each returns whether to report the error, which a listener may prevent.
  host.rejected = (promise, reason) =>
    dispatchGlobally(new PromiseRejectionEvent('unhandledrejection', { promise, reason, cancelable: true }), true);
  let reporting = false;
  host.thrown = error => {
    // An error of a listener for errors is reported to the host only.
    if (reporting || !hasListeners(everywhere, 'error')) return true;
    reporting = true;
    try {
      const message = host.kind(error) === 'Error' ? `${error.name}: ${error.message}` : '';
      return dispatchGlobally(new ErrorEvent('error', { error, message, cancelable: true }), true);
    } finally {
      reporting = false;
    }
  };
})
