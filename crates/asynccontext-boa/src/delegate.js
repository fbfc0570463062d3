// The iterator that `yield*` gets under the reading `yield-star-2025`. It performs one round of the loop for each call of
// a method, in the mapping of the caller from the second round on. Arguments:
//
//   round(later, call)   calls a function: in the mapping of the generator's resumer if `later`
//   yielded(result)      returns an object for the engine, which the generator's method replaces by the result
(function (round, yielded) {
  "use strict";
  const { apply } = Reflect;
  const { iterator, asyncIterator } = Symbol;

  const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

  // GetMethod.
  function method(object, key) {
    const found = object[key];
    if (found === undefined || found === null) return undefined;
    if (typeof found !== "function") throw new TypeError("a method of an iterator is not callable");
    return found;
  }

  function object(result) {
    if (!isObject(result)) throw new TypeError("the result of an iterator is not an object");
    return result;
  }

  // GetIterator, with the method that makes the iterator.
  function open(iterable, get) {
    if (get === undefined) throw new TypeError("the operand of yield* is not iterable");
    return object(apply(get, iterable, []));
  }

  const ended = (value) => ({ __proto__: null, done: true, value });
  const missing = () => new TypeError("the iterator has no method throw");

  function delegate(iterable) {
    const inner = open(iterable, method(iterable, iterator));
    const { next } = inner;
    let later = false;
    const step = (result) => (object(result).done ? ended(result.value) : yielded(result));
    const self = {
      __proto__: null,
      [iterator]: () => self,
      next(value) {
        const started = later;
        later = true;
        return round(started, () => step(apply(next, inner, [value])));
      },
      throw: (error) =>
        round(true, () => {
          const forward = method(inner, "throw");
          if (forward !== undefined) return step(apply(forward, inner, [error]));
          const close = method(inner, "return");
          if (close !== undefined) object(apply(close, inner, []));
          throw missing();
        }),
      return: (value) =>
        round(true, () => {
          const close = method(inner, "return");
          return close === undefined ? ended(value) : step(apply(close, inner, [value]));
        }),
    };
    return self;
  }

  // The object that CreateAsyncFromSyncIterator makes.
  function fromSync(inner) {
    const { next } = inner;
    async function settled(result, closes) {
      const { done } = object(result);
      const { value } = result;
      try {
        return { __proto__: null, done, value: await value };
      } catch (error) {
        if (!done && closes) {
          try {
            const close = method(inner, "return");
            if (close !== undefined) apply(close, inner, []);
          } catch {
            // The rejection takes precedence.
          }
        }
        throw error;
      }
    }
    return {
      __proto__: null,
      next: async (value) => settled(apply(next, inner, [value]), true),
      async throw(error) {
        const forward = method(inner, "throw");
        if (forward !== undefined) return settled(apply(forward, inner, [error]), true);
        const close = method(inner, "return");
        if (close !== undefined) object(apply(close, inner, []));
        throw missing();
      },
      async return(value) {
        const close = method(inner, "return");
        return close === undefined ? ended(value) : settled(apply(close, inner, [value]), false);
      },
    };
  }

  function delegateAsync(iterable) {
    const get = method(iterable, asyncIterator);
    const inner = get === undefined ? fromSync(open(iterable, method(iterable, iterator))) : open(iterable, get);
    const { next } = inner;
    let later = false;
    const read = (result) => ({ __proto__: null, done: Boolean(object(result).done), value: result.value });
    const self = {
      __proto__: null,
      [asyncIterator]: () => self,
      next(value) {
        const started = later;
        later = true;
        return round(started, async () => read(await apply(next, inner, [value])));
      },
      throw: (error) =>
        round(true, async () => {
          const forward = method(inner, "throw");
          if (forward !== undefined) return read(await apply(forward, inner, [error]));
          const close = method(inner, "return");
          if (close !== undefined) object(await apply(close, inner, []));
          throw missing();
        }),
      return: (value) =>
        round(true, async () => {
          const close = method(inner, "return");
          return close === undefined ? ended(await value) : read(await apply(close, inner, [value]));
        }),
    };
    return self;
  }

  return (iterable, isAsync) => (isAsync ? delegateAsync(iterable) : delegate(iterable));
})
