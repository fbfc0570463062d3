// The constructors of errors under the reading `error-snapshot`: each is a proxy of the engine's, which adds the step of
// change 148. What the engine or the host throws by itself is not made by these constructors, so it has no snapshot.
(function () {
  'use strict';
  const { Snapshot } = AsyncContext;
  const { construct, defineProperty, setPrototypeOf } = Reflect;

  const handler = {
    __proto__: null,
    construct(target, args, newTarget) {
      const error = construct(target, args, newTarget);
      const snapshot = { __proto__: null, value: new Snapshot(), writable: true, enumerable: false, configurable: true };
      defineProperty(error, 'snapshot', snapshot);
      return error;
    },
    apply: (target, _, args) => handler.construct(target, args, target),
  };

  function extend(name) {
    const original = globalThis[name];
    const extended = new Proxy(original, handler);
    defineProperty(original.prototype, 'constructor', { __proto__: null, value: extended });
    defineProperty(globalThis, name, { __proto__: null, value: extended });
    return { original, extended };
  }

  const base = extend('Error');
  for (const name of ['AggregateError', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError'])
    setPrototypeOf(extend(name).original, base.extended);
  if (typeof SuppressedError === 'function') setPrototypeOf(SuppressedError, base.extended);
})
