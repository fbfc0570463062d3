// Deep equality, loose and strict, as `node:assert` and `util.isDeepStrictEqual` define it.
(function (exports, require) {
  'use strict';
  const types = require('util/types');

  const isDeepEqual = (one, two, strict, partial = false) => equal(one, two, { strict, partial, pairs: [] });

  const equal = (one, two, mode) => {
    if (mode.strict ? Object.is(one, two) : one == two || (one !== one && two !== two)) {
      if (typeof one !== 'object' || one === two || one === null) return true;
    }
    if (typeof one !== 'object' || typeof two !== 'object' || one === null || two === null) {
      if (mode.strict || (typeof one === 'object' && one !== null) || (typeof two === 'object' && two !== null)) return false;
      return one == two || (one !== one && two !== two);
    }
    if (mode.strict && !mode.partial && Object.getPrototypeOf(one) !== Object.getPrototypeOf(two)) return false;
    if (Object.prototype.toString.call(one) !== Object.prototype.toString.call(two) && mode.strict) return false;
    if (Array.isArray(one) !== Array.isArray(two)) return false;
    if (Array.isArray(one) && one.length !== two.length && !mode.partial) return false;
    if (types.isDate(one) !== types.isDate(two) || types.isRegExp(one) !== types.isRegExp(two)) return false;
    if (types.isDate(one) && !Object.is(Date.prototype.getTime.call(one), Date.prototype.getTime.call(two))) return false;
    if (types.isRegExp(one) && (one.source !== two.source || one.flags !== two.flags || one.lastIndex !== two.lastIndex)) return false;
    const error = types.isNativeError(one) || one instanceof Error;
    if (error !== (types.isNativeError(two) || two instanceof Error)) return false;
    if (error && (one.message !== two.message || one.name !== two.name)) return false;
    if (error)
      for (const key of ['cause', 'errors'])
        if (Object.hasOwn(one, key) !== Object.hasOwn(two, key) || !equal(one[key], two[key], mode)) return false;
    if (types.isBoxedPrimitive(one) || types.isBoxedPrimitive(two)) {
      if (!types.isBoxedPrimitive(one) || !types.isBoxedPrimitive(two)) return false;
      const [inner, other] = [one, two].map(value => types.isSymbolObject(value) ? Symbol.prototype.valueOf.call(value) : value.valueOf());
      if (!Object.is(inner, other)) return false;
    }
    if (types.isAnyArrayBuffer(one) && types.isAnyArrayBuffer(two)) return equal(new Uint8Array(one), new Uint8Array(two), mode);
    if (ArrayBuffer.isView(one) !== ArrayBuffer.isView(two)) return false;
    if (types.isPromise(one) || types.isWeakMap(one) || types.isWeakSet(one)) return one === two;
    const key = one, known = mode.pairs.find(([first, second]) => first === key && second === two);
    if (known) return true;
    mode.pairs.push([one, two]);
    const same = content(one, two, mode);
    mode.pairs.pop();
    return same;
  };

  const enumerable = (value, strict) => [
    ...Object.keys(value),
    ...(strict ? Object.getOwnPropertySymbols(value).filter(key => Object.prototype.propertyIsEnumerable.call(value, key)) : []),
  ];

  const content = (one, two, mode) => {
    const keys = enumerable(one, mode.strict), others = enumerable(two, mode.strict);
    const wanted = mode.partial ? others : keys;
    if (!mode.partial && keys.length !== others.length) return false;
    for (const key of wanted) {
      if (!Object.prototype.propertyIsEnumerable.call(mode.partial ? one : two, key)) return false;
      if (!equal(one[key], two[key], mode)) return false;
    }
    if (types.isSet(one) !== types.isSet(two) || types.isMap(one) !== types.isMap(two)) return false;
    if (types.isSet(one)) return members([...one], [...two], mode);
    if (types.isMap(one)) return members([...one], [...two], mode);
    return true;
  };

  // Whether each member has an equal one, in any order. Of a partial comparison, the second list may be shorter.
  const members = (ones, twos, mode) => {
    if (mode.partial ? ones.length < twos.length : ones.length !== twos.length) return false;
    const left = [...ones];
    for (const two of twos) {
      let at = left.findIndex(one => Array.isArray(one) === Array.isArray(two) && (Object.is(one, two)));
      if (at < 0) at = left.findIndex(one => equal(one, two, mode));
      if (at < 0) return false;
      left.splice(at, 1);
    }
    return true;
  };

  Object.assign(exports, { isDeepEqual });
})
