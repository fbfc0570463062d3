// What the streams use of the language, as it is before a program can change it. They are made later, on first use.
(function (host) {
  'use strict';
  const { AbortController, TextDecoder, TextEncoder } = host.globals;
  const getter = (prototype, name) => Object.getOwnPropertyDescriptor(prototype, name).get;
  const TypedArray = Object.getPrototypeOf(Uint8Array);
  const asyncIterators = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype);

  host.intrinsics = {
    AbortController, ArrayBuffer, DataView, Promise, RangeError, TextDecoder, TextEncoder, TypeError, Uint8Array, WeakMap,
    apply: Reflect.apply, construct: Reflect.construct, defineProperty: Object.defineProperty, isView: ArrayBuffer.isView,
    keysOf: Reflect.ownKeys, descriptorOf: Object.getOwnPropertyDescriptor, setPrototypeOf: Object.setPrototypeOf,
    then: Promise.prototype.then, promises: Promise.prototype, asyncIterators,
    charCodeAt: String.prototype.charCodeAt, slice: String.prototype.slice,
    get: WeakMap.prototype.get, set: WeakMap.prototype.set, encode: TextEncoder.prototype.encode, decode: TextDecoder.prototype.decode,
    asyncIterator: Symbol.asyncIterator, iterator: Symbol.iterator, toStringTag: Symbol.toStringTag,
    typedArrays: {
      __proto__: null, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
      Float16Array: globalThis.Float16Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array,
    },
    typed: {
      kind: getter(TypedArray.prototype, Symbol.toStringTag), buffer: getter(TypedArray.prototype, 'buffer'),
      offset: getter(TypedArray.prototype, 'byteOffset'), length: getter(TypedArray.prototype, 'byteLength'),
      set: TypedArray.prototype.set,
    },
    data: {
      buffer: getter(DataView.prototype, 'buffer'), offset: getter(DataView.prototype, 'byteOffset'),
      length: getter(DataView.prototype, 'byteLength'),
    },
    bytes: {
      length: getter(ArrayBuffer.prototype, 'byteLength'), resizable: getter(ArrayBuffer.prototype, 'resizable'),
      slice: ArrayBuffer.prototype.slice,
    },
  };
})
