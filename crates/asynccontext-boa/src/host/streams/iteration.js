// Streams as asynchronous iterables, and streams from iterables.
(function (host) {
  'use strict';
  const {
    TypeError, WeakMap, apply, asyncIterator, asyncIterators, defineProperty, get, iterator: syncIterator, set, toStringTag,
  } = host.intrinsics;
  const { defaultSource, readable } = host.streams;
  const { fail, isObject } = host.streams.idl;
  const { changed, fulfilled, hidden, open, promised, refused, rejected, upon } = host.streams.promises;

  // The state of an iterator: its reader, and a promise that is fulfilled when all steps before are over.
  const states = new WeakMap();

  // Runs steps after those before them. They return a promise for the value of the result, or for `ended`.
  const ended = {};
  function queueSteps(iterator, steps) {
    const state = apply(get, states, [iterator]);
    if (state === undefined) return refused(host.streams.idl.error(TypeError, 'ERR_INVALID_THIS', 'not an iterator of a ReadableStream'));
    const made = open(), over = hidden(), before = state.last;
    const done = (resolve, value) => {
      if (state.last === over.promise) state.last = null;
      resolve(value);
      over.resolve();
    };
    const run = () => upon(steps(state),
      value => done(made.resolve, value === ended ? { done: true, value: undefined } : value),
      reason => {
        state.finished = true;
        done(made.reject, reason);
      });
    state.last = over.promise;
    if (before === null) run();
    else upon(before, run);
    return made.promise;
  }
  const next = state => {
    if (state.finished) return fulfilled(ended);
    const made = hidden(), { reader } = state;
    readable.read(reader, {
      chunk: value => made.resolve({ done: false, value }),
      close() {
        state.finished = true;
        readable.release(reader);
        made.resolve(ended);
      },
      error(reason) {
        readable.release(reader);
        made.reject(reason);
      },
    });
    return made.promise;
  };
  const finish = (state, value) => {
    const result = { done: true, value };
    if (state.finished) return fulfilled(result);
    state.finished = true;
    const { reader } = state, over = state.preventCancel ? fulfilled() : readable.cancel(reader.stream, value);
    readable.release(reader);
    return changed(over, () => result);
  };
  const iterators = {
    __proto__: asyncIterators,
    next() { return queueSteps(this, next); },
    return(value) { return queueSteps(this, state => finish(state, value)); },
  };
  defineProperty(iterators, toStringTag, { __proto__: null, value: 'ReadableStream AsyncIterator', configurable: true });

  const checked = (value, what) => isObject(value) ? value : fail(TypeError, 'ERR_INVALID_STATE', `Invalid state: ${what} is not an object`);
  const methodOf = (object, key) => {
    const method = object[key];
    if (method === undefined || method === null) return null;
    if (typeof method !== 'function') fail(TypeError, 'ERR_INVALID_ARG_TYPE', 'A method of the iterator must be a function');
    return method;
  };
  // An iterator with promises for the values of another one.
  const waiting = (iterator, next) => {
    const wait = (result, closes) => {
      const done = !!checked(result, 'the result of the iterator').done;
      return changed(fulfilled(result.value), value => ({ value, done }), reason => {
        try { if (closes && !done) apply(methodOf(iterator, 'return') ?? (() => {}), iterator, []); } catch {}
        throw reason;
      });
    };
    const tried = steps => { try { return steps(); } catch (error) { return rejected(error); } };
    return {
      next: () => tried(() => wait(apply(next, iterator, []), true)),
      return: reason => tried(() => {
        const method = methodOf(iterator, 'return');
        return method === null ? fulfilled({ done: true }) : wait(apply(method, iterator, [reason]), false);
      }),
    };
  };
  const iteratorOf = iterable => {
    if (iterable === undefined || iterable === null) fail(TypeError, 'ERR_ARG_NOT_ITERABLE', `${iterable} is not iterable`);
    const asynchronous = methodOf(iterable, asyncIterator), method = asynchronous ?? methodOf(iterable, syncIterator);
    if (method === null) fail(TypeError, 'ERR_ARG_NOT_ITERABLE', 'the argument is not iterable');
    const iterator = checked(apply(method, iterable, []), 'the iterator'), { next } = iterator;
    if (asynchronous === null) return waiting(iterator, next);
    return {
      next: () => promised(next, iterator, [], true),
      return(reason) {
        let method;
        try { method = methodOf(iterator, 'return'); } catch (error) { return rejected(error); }
        return method === null ? fulfilled({ done: true }) : promised(method, iterator, [reason]);
      },
    };
  };

  host.streams.iteration = {
    start(reader, preventCancel) {
      const iterator = { __proto__: iterators };
      apply(set, states, [iterator, { reader, preventCancel, finished: false, last: null }]);
      return iterator;
    },
    from(iterable) {
      const iterator = iteratorOf(iterable);
      const pull = () => changed(iterator.next(), result => {
        if (checked(result, 'the result of the iterator').done) defaultSource.close(stream.controller);
        else defaultSource.enqueue(stream.controller, result.value);
      });
      const cancel = reason => changed(iterator.return(reason), result => { checked(result, 'the result of the iterator'); });
      const stream = readable.from(pull, cancel, 0, () => 1);
      return stream;
    },
  };
})
