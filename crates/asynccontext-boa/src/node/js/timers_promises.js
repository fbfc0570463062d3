// `node:timers/promises`. The continuation of an `await` has its own context, so a timer needs none.
(function (exports, require) {
  'use strict';
  const { check, invalidType, make, AbortError } = require('internal/errors');
  const { setTimeout: startTimeout, clearTimeout, setInterval: startInterval, clearInterval, setImmediate: startImmediate, clearImmediate } = globalThis;

  const readOptions = options => {
    check.object(options, 'options');
    const { signal, ref = true } = options;
    if (signal !== undefined) check.signal(signal, 'options.signal');
    if (typeof ref !== 'boolean') throw invalidType('options.ref', 'boolean', ref);
    return { signal, ref };
  };
  const abortion = signal => new AbortError(undefined, { cause: signal.reason });

  // Returns a promise for `value`, which a timer fulfills and the signal rejects.
  const wait = (start, stop, value, options) => {
    let settings;
    try {
      settings = readOptions(options);
    } catch (error) {
      return Promise.reject(error);
    }
    const { signal, ref } = settings;
    if (signal?.aborted) return Promise.reject(abortion(signal));
    return new Promise((resolve, reject) => {
      const aborted = () => {
        stop(timer);
        reject(abortion(signal));
      };
      const timer = start(() => {
        signal?.removeEventListener('abort', aborted);
        resolve(value);
      });
      if (!ref) timer.unref?.();
      signal?.addEventListener('abort', aborted, { once: true });
    });
  };

  const setTimeout = (delay, value, options = {}) => {
    if (delay !== undefined && typeof delay !== 'number') return Promise.reject(invalidType('delay', 'number', delay));
    return wait(done => startTimeout(done, delay), clearTimeout, value, options);
  };
  const setImmediate = (value, options = {}) => wait(startImmediate, clearImmediate, value, options);

  async function* setInterval(delay, value, options = {}) {
    if (delay !== undefined && typeof delay !== 'number') throw invalidType('delay', 'number', delay);
    const { signal, ref } = readOptions(options);
    if (signal?.aborted) throw abortion(signal);
    let due = 0, wake;
    const timer = startInterval(() => {
      due++;
      wake?.();
    }, delay);
    if (!ref) timer.unref?.();
    const aborted = () => {
      clearInterval(timer);
      wake?.();
    };
    signal?.addEventListener('abort', aborted, { once: true });
    try {
      while (!signal?.aborted) {
        if (due === 0) await new Promise(resolve => { wake = resolve; });
        for (; due > 0; due--) yield value;
      }
      throw abortion(signal);
    } finally {
      clearInterval(timer);
      signal?.removeEventListener('abort', aborted);
    }
  }

  class Scheduler {
    constructor() { throw make(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor'); }
    yield() { return check.scheduler(this), setImmediate(); }
    wait(delay, options) { return check.scheduler(this), setTimeout(delay, undefined, options); }
  }
  const scheduler = Object.create(Scheduler.prototype);
  check.scheduler = value => {
    if (value !== scheduler) throw make(TypeError, 'ERR_INVALID_THIS', 'Value of "this" must be of type Scheduler');
  };
  Object.assign(exports, { setTimeout, setImmediate, setInterval, scheduler });
})
