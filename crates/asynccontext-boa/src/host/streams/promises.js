// The promises of streams. Those that only streams see have a prototype that programs cannot change, so that `then` of
// the language has no effect that programs can observe.
(function (host) {
  'use strict';
  const { Promise, apply, construct, promises, setPrototypeOf, then } = host.intrinsics;

  function Hidden() {}
  Hidden.prototype = { __proto__: null, constructor: undefined, then };
  const nothing = () => {};

  const make = target => {
    const made = { promise: null, resolve: null, reject: null, pending: true };
    made.promise = construct(Promise, [(resolve, reject) => { made.resolve = resolve; made.reject = reject; }], target);
    return made;
  };
  // A promise for programs.
  const open = () => make(Promise);
  const hidden = () => make(Hidden);
  // A promise for other parts whose rejection nobody has to handle.
  const quiet = () => {
    const made = hidden();
    apply(then, made.promise, [undefined, nothing]);
    return made;
  };
  // A promise for programs whose rejection nobody has to handle.
  const handled = () => {
    const made = quiet();
    setPrototypeOf(made.promise, promises);
    return made;
  };
  const fulfill = (made, value) => { made.pending = false; made.resolve(value); };
  const reject = (made, reason) => { made.pending = false; made.reject(reason); };

  const fulfilled = value => construct(Promise, [resolve => resolve(value)], Hidden);
  const rejected = reason => construct(Promise, [(resolve, reject) => reject(reason)], Hidden);
  const upon = (promise, onFulfilled, onRejected) => { apply(then, promise, [onFulfilled, onRejected]); };
  const changed = (promise, onFulfilled, onRejected) => {
    const made = hidden();
    const through = handler => value => {
      let result;
      try { result = handler(value); } catch (error) { return made.reject(error); }
      made.resolve(result);
    };
    upon(promise, onFulfilled ? through(onFulfilled) : made.resolve, onRejected ? through(onRejected) : made.reject);
    return made.promise;
  };

  host.streams.promises = {
    changed, fulfill, fulfilled, handled, hidden, nothing, open, quiet, reject, rejected, upon,
    // The promise for a program that is rejected at once.
    refused: reason => construct(Promise, [(resolve, reject) => reject(reason)]),
    // What a callback of a program returns, as a promise. One of the language is taken as it is if `direct`.
    promised(callback, receiver, args, direct = false) {
      try {
        const value = apply(callback, receiver, args);
        return direct && host.isPromise(value) ? value : fulfilled(value);
      } catch (error) { return rejected(error); }
    },
  };
})
