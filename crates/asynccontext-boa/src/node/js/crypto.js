// `node:crypto`: random values. There are no hashes, ciphers and keys.
(function (exports, require, module, native) {
  'use strict';
  const { make, invalidType, outOfRange, check } = require('internal/errors');
  const { Buffer } = require('buffer');
  const { crypto } = globalThis;
  // The most bytes that one call returns.
  const MOST = 65536, LARGEST = 2 ** 48 - 1;

  const fill = bytes => {
    for (let at = 0; at < bytes.length; at += MOST) crypto.getRandomValues(bytes.subarray(at, at + MOST));
  };
  // Calls back in a later job with what `make` returns, or returns it.
  const later = (done, make) => {
    if (done === undefined) return make();
    check.function(done, 'callback');
    const made = make();
    require('timers').setImmediate(() => done(null, made));
  };

  const randomBytes = (size, done) => {
    check.integer(size, 'size', 0, 2 ** 31 - 1);
    return later(done, () => {
      const bytes = Buffer.alloc(size);
      fill(bytes);
      return bytes;
    });
  };
  const part = (target, offset = 0, size = undefined) => {
    if (!ArrayBuffer.isView(target) && native.kindOf(target) !== 'ArrayBuffer') throw invalidType('buf', ['ArrayBuffer', 'ArrayBufferView'], target);
    const bytes = ArrayBuffer.isView(target) ? new Uint8Array(target.buffer, target.byteOffset, target.byteLength) : new Uint8Array(target);
    return bytes.subarray(offset, size === undefined ? undefined : offset + size);
  };
  const randomInt = (min, max, done) => {
    if (max === undefined || typeof max === 'function') [min, max, done] = [0, min, max];
    for (const [name, value] of [['min', min], ['max', max]]) if (!Number.isSafeInteger(value)) throw invalidType(name, 'a safe integer', value);
    if (max <= min) throw outOfRange('max', `greater than the value of "min" (${min})`, max);
    const range = max - min;
    if (range > LARGEST) throw outOfRange('max - min', `<= ${LARGEST}`, range);
    // A number at the end, where the range is incomplete, would make small results more likely.
    const end = LARGEST + 1 - ((LARGEST + 1) % range);
    return later(done, () => {
      for (;;) {
        const number = randomBytes(6).reduce((sum, byte) => sum * 256 + byte, 0);
        if (number < end) return min + (number % range);
      }
    });
  };
  const absent = name => () => { throw make(Error, 'ERR_METHOD_NOT_IMPLEMENTED', `crypto.${name} is not available: this host has random values only`); };

  module.exports = {
    webcrypto: crypto,
    randomBytes, pseudoRandomBytes: randomBytes, randomInt,
    randomUUID: () => crypto.randomUUID(),
    getRandomValues: array => crypto.getRandomValues(array),
    randomFillSync(target, offset, size) {
      fill(part(target, offset, size));
      return target;
    },
    randomFill(target, ...rest) {
      const done = rest.pop(), [offset, size] = rest;
      check.function(done, 'callback');
      later(done, () => module.exports.randomFillSync(target, offset, size));
    },
    timingSafeEqual(one, two) {
      const [left, right] = [part(one), part(two)];
      if (left.length !== right.length) throw make(RangeError, 'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH', 'Input buffers must have the same byte length');
      let difference = 0;
      for (let i = 0; i < left.length; i++) difference |= left[i] ^ right[i];
      return difference === 0;
    },
    getHashes: () => [], getCiphers: () => [], getCurves: () => [], constants: {},
  };
  for (const name of ['createHash', 'createHmac', 'createCipheriv', 'createDecipheriv', 'createSign', 'createVerify', 'pbkdf2', 'scrypt'])
    module.exports[name] = absent(name);
})
