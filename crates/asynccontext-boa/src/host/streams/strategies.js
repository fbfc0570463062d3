// Queuing strategies, and what streams take from them.
(function (host) {
  'use strict';
  const { RangeError, TypeError, apply } = host.intrinsics;
  const { callback, fail, isObject, members, publish, wrongType } = host.streams.idl;

  const markOf = init => {
    if (!isObject(init)) wrongType('init', 'an object');
    const { highWaterMark } = init;
    if (highWaterMark === undefined) fail(TypeError, 'ERR_MISSING_OPTION', 'init.highWaterMark is required');
    return +highWaterMark;
  };
  // The functions have neither a prototype nor a constructor.
  const { size: byteLength } = { size(chunk) { return chunk.byteLength; } };
  const { size: one } = { size() { return 1; } };

  class ByteLengthQueuingStrategy {
    #highWaterMark;
    constructor(init) { this.#highWaterMark = markOf(init); }
    get highWaterMark() { return this.#highWaterMark; }
    get size() { return this.#highWaterMark, byteLength; }
  }
  class CountQueuingStrategy {
    #highWaterMark;
    constructor(init) { this.#highWaterMark = markOf(init); }
    get highWaterMark() { return this.#highWaterMark; }
    get size() { return this.#highWaterMark, one; }
  }
  publish({ ByteLengthQueuingStrategy, CountQueuingStrategy });

  host.streams.strategies = {
    read(value, name) {
      const found = members(value, name, 'highWaterMark', 'size');
      if (found.highWaterMark !== undefined) found.highWaterMark = +found.highWaterMark;
      found.size = callback(found, 'size');
      return found;
    },
    highWaterMark({ highWaterMark }, otherwise) {
      if (highWaterMark === undefined) return otherwise;
      if (!(highWaterMark >= 0)) fail(RangeError, 'ERR_INVALID_ARG_VALUE', `The property 'strategy.highWaterMark' is invalid. Received ${highWaterMark}`);
      return highWaterMark;
    },
    // A function that returns the size of a chunk.
    size: ({ size }) => size === null || size === undefined ? one : chunk => +apply(size, undefined, [chunk]),
  };
})
