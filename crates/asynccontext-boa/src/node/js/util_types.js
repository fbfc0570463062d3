// `node:util/types`: the kind of an object, from its internal slots.
(function (exports, require, module, native) {
  'use strict';
  const { kindOf } = native;
  const tagGetter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;
  const typedArrayName = value => ArrayBuffer.isView(value) ? Reflect.apply(tagGetter, value, []) : undefined;
  const succeeds = action => value => {
    try { action(value); return true; } catch { return false; }
  };
  const boxed = (prototype, type) => {
    const unbox = succeeds(value => Reflect.apply(prototype.valueOf, value, []));
    return value => typeof value === 'object' && value !== null && unbox(value);
  };
  const is = kind => value => kindOf(value) === kind;

  const types = {
    isAnyArrayBuffer: value => ['ArrayBuffer', 'SharedArrayBuffer'].includes(kindOf(value)),
    isArgumentsObject: value => typeof value === 'object' && value !== null && !(Symbol.toStringTag in value)
      && Object.prototype.toString.call(value) === '[object Arguments]',
    isArrayBuffer: is('ArrayBuffer'),
    isArrayBufferView: ArrayBuffer.isView,
    isAsyncFunction: value => ['AsyncFunction', 'AsyncGeneratorFunction'].includes(kindOf(value)),
    isBigInt64Array: value => typedArrayName(value) === 'BigInt64Array',
    isBigUint64Array: value => typedArrayName(value) === 'BigUint64Array',
    isBigIntObject: boxed(BigInt.prototype),
    isBooleanObject: boxed(Boolean.prototype),
    isBoxedPrimitive: value => types.isNumberObject(value) || types.isStringObject(value) || types.isBooleanObject(value)
      || types.isBigIntObject(value) || types.isSymbolObject(value),
    isCryptoKey: () => false,
    isDataView: is('DataView'),
    isDate: is('Date'),
    isExternal: () => false,
    isGeneratorFunction: value => ['GeneratorFunction', 'AsyncGeneratorFunction'].includes(kindOf(value)),
    isGeneratorObject: is('Generator'),
    isKeyObject: () => false,
    isMap: is('Map'),
    isMapIterator: is('Map Iterator'),
    isModuleNamespaceObject: value => typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null
      && value[Symbol.toStringTag] === 'Module' && Object.isSealed(value),
    isNativeError: is('Error'),
    isNumberObject: boxed(Number.prototype),
    isPromise: is('Promise'),
    isProxy: is('Proxy'),
    isRegExp: is('RegExp'),
    isSet: is('Set'),
    isSetIterator: is('Set Iterator'),
    isSharedArrayBuffer: is('SharedArrayBuffer'),
    isStringObject: boxed(String.prototype),
    isSymbolObject: boxed(Symbol.prototype),
    isTypedArray: value => typedArrayName(value) !== undefined,
    isWeakMap: is('WeakMap'),
    isWeakSet: is('WeakSet'),
  };
  for (const name of ['Uint8', 'Uint8Clamped', 'Uint16', 'Uint32', 'Int8', 'Int16', 'Int32', 'Float16', 'Float32', 'Float64'])
    types[`is${name}Array`] = value => typedArrayName(value) === `${name}Array`;
  Object.assign(exports, types);
})
