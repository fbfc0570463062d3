// Abort signals. Only `AbortSignal.timeout` schedules work in a mapping; it uses a timer, which captures.
(function (host) {
  'use strict';
  const { Ordered, globals } = host;
  const { DOMException, Event, EventTarget } = globals;

  const secret = {};
  // Set by `util.transferableAbortSignal`.
  const transferable = Symbol.for('nodejs.transferable');
  const illegal = () => Object.assign(new TypeError('Illegal constructor'), { code: 'ERR_ILLEGAL_CONSTRUCTOR' });
  // The signals of `timeout` that have something to run. Their timers do not keep them.
  const timed = new Set();
  // Aborts are numbered, so that a signal knows which of its sources was aborted first. So are signals.
  let aborts = 0, signals = 0;

  class AbortSignal extends EventTarget {
    #abort = 0; #reason;
    // The steps that run before the event.
    #algorithms = null;
    // The sources of a signal of `any`, none of which has sources; null for other signals.
    #sources = null;
    // The signals of `any` that have this source, and listeners or algorithms. Others look at their sources when
    // they are asked, so a source keeps only those that it must abort.
    #dependents = null; #number = 0; #listened = false; #attached = false; #timed = false;

    constructor(key) {
      if (key !== secret) throw illegal();
      super();
    }
    get aborted() { return AbortSignal.#settle(this); }
    get reason() {
      AbortSignal.#settle(this);
      return this.#reason;
    }
    throwIfAborted() { if (AbortSignal.#settle(this)) throw this.#reason; }
    get [Symbol.toStringTag]() { return 'AbortSignal'; }

    static abort(reason) {
      const signal = new AbortSignal(secret);
      signal.#abort = ++aborts;
      signal.#reason = reason === undefined ? new DOMException('aborted', 'AbortError') : reason;
      return signal;
    }
    static timeout(milliseconds) {
      const delay = Number(milliseconds);
      if (!(delay >= 0 && delay <= Number.MAX_SAFE_INTEGER)) throw new TypeError('the time is not a number of milliseconds');
      const signal = new AbortSignal(secret), weak = new WeakRef(signal);
      signal.#timed = true;
      host.setTimeout(() => {
        const signal = weak.deref();
        if (signal === undefined) return;
        now(signal, new DOMException('the time is up', 'TimeoutError'));
        timed.delete(signal);
      }, delay).unref();
      return signal;
    }
    static any(given) {
      const result = new AbortSignal(secret), sources = [...given];
      for (const source of sources) if (!host.isSignal(source)) throw new TypeError('not an AbortSignal');
      const found = new Set();
      for (const source of sources) {
        if (AbortSignal.#settle(source)) {
          result.#abort = source.#abort;
          result.#reason = source.#reason;
          return result;
        }
        for (const one of source.#sources ?? [source]) found.add(one);
      }
      result.#sources = [...found];
      result.#number = ++signals;
      return result;
    }

    // Returns whether the signal is aborted, after it has taken the state of its sources.
    static #settle(signal) {
      if (signal.#abort > 0) return true;
      if (signal.#sources === null) return false;
      let first = null;
      for (const source of signal.#sources)
        if (source.#abort > 0 && (first === null || source.#abort < first.#abort)) first = source;
      if (first === null) return false;
      signal.#abort = first.#abort;
      signal.#reason = first.#reason;
      if (signal.#attached) AbortSignal.#detach(signal);
      signal.#sources = [];
      return true;
    }
    // Lets the sources of a signal keep it exactly while it has something to run.
    static #attach(signal) {
      if (signal.#abort > 0) return;
      if (signal.#timed) AbortSignal.#keep(signal);
      if (signal.#sources === null) return;
      const needed = signal.#listened || signal.#algorithms?.size > 0;
      if (needed === signal.#attached) return;
      if (!needed) return AbortSignal.#detach(signal);
      signal.#attached = true;
      for (const source of signal.#sources) {
        (source.#dependents ??= new Ordered()).add(signal, signal);
        if (source.#timed) AbortSignal.#keep(source);
      }
    }
    static #detach(signal) {
      signal.#attached = false;
      for (const source of signal.#sources) {
        source.#dependents?.remove(signal);
        if (source.#timed) AbortSignal.#keep(source);
      }
    }
    // Keeps a signal of `timeout` exactly while it, or a signal that depends on it, has something to run.
    static #keep(signal) {
      const needed = signal.#listened || signal.#algorithms?.size > 0 || signal.#dependents?.size > 0;
      if (needed && signal.#abort === 0) timed.add(signal);
      else timed.delete(signal);
    }

    static now(signal, reason) {
      if (AbortSignal.#settle(signal)) return;
      signal.#abort = ++aborts;
      signal.#reason = reason === undefined ? new DOMException('aborted', 'AbortError') : reason;
      const dependents = signal.#dependents?.values() ?? [];
      signal.#dependents = null;
      const all = [signal, ...dependents.sort((one, two) => one.#number - two.#number)];
      // All signals are aborted before anything runs.
      const affected = all.filter(each => each === signal || (each.#abort === 0 && AbortSignal.#settle(each)));
      for (const each of affected) AbortSignal.#run(each);
    }
    static #run(signal) {
      const algorithms = signal.#algorithms?.values() ?? [];
      signal.#algorithms = null;
      for (const algorithm of algorithms) algorithm();
      host.fire(signal, new Event('abort'));
    }

    // A signal that a message carries: it is aborted by a task after its source.
    static copySignal(signal) {
      const copy = new AbortSignal(secret);
      if (AbortSignal.#settle(signal)) {
        copy.#abort = ++aborts;
        copy.#reason = AbortSignal.#copyReason(signal);
      } else {
        host.addAlgorithm(signal, copy, () => {
          const reason = AbortSignal.#copyReason(signal);
          host.queueTask(() => now(copy, reason));
        });
      }
      return copy;
    }
    // Undefined, which stands for the default, if the reason can't be copied.
    static #copyReason(signal) {
      try { return host.clone(signal.#reason).data; } catch { return undefined; }
    }
    static isTransferable(value) { return host.isSignal(value) && value[transferable] === true; }

    static isSignal(value) { return typeof value === 'object' && value !== null && #abort in value; }
    static isAborted(signal) { return AbortSignal.#settle(signal); }
    static reasonOf(signal) { return AbortSignal.#settle(signal) ? signal.#reason : undefined; }
    static addAlgorithm(signal, key, algorithm) {
      (signal.#algorithms ??= new Ordered()).add(key, algorithm);
      AbortSignal.#attach(signal);
    }
    static removeAlgorithm(signal, key) {
      signal.#algorithms?.remove(key);
      AbortSignal.#attach(signal);
    }
    static listened(signal, type, has) {
      if (type !== 'abort' || !(#abort in signal)) return;
      signal.#listened = has;
      AbortSignal.#attach(signal);
    }
    static make() { return new AbortSignal(secret); }
  }
  const { listened, make, now } = AbortSignal;
  host.whenListened.push(listened);
  host.abortSignal = now;
  const shared = ['isSignal', 'isAborted', 'reasonOf', 'addAlgorithm', 'removeAlgorithm', 'copySignal', 'isTransferable'];
  for (const name of shared) host[name] = AbortSignal[name];
  for (const name of [...shared, 'listened', 'make', 'now']) delete AbortSignal[name];
  host.handler(AbortSignal.prototype, 'abort');

  class AbortController {
    #signal = make();
    get signal() { return this.#signal; }
    abort(reason) { now(this.#signal, reason); }
    get [Symbol.toStringTag]() { return 'AbortController'; }
  }

  Object.assign(globals, { AbortController, AbortSignal });
})
