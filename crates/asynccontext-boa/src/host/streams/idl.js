// Conversions of arguments, errors and the form of classes, as Web IDL has them.
(function (host) {
  'use strict';
  const { TypeError, defineProperty, descriptorOf, keysOf, toStringTag } = host.intrinsics;
  const isObject = value => (typeof value === 'object' && value !== null) || typeof value === 'function';

  const error = (Base, code, message) => {
    const made = new Base(message);
    defineProperty(made, 'code', { __proto__: null, value: code, writable: true, enumerable: true, configurable: true });
    return made;
  };
  const fail = (Base, code, message) => { throw error(Base, code, message); };
  const wrongType = (name, expected) => fail(TypeError, 'ERR_INVALID_ARG_TYPE', `The "${name}" argument must be ${expected}`);

  const show = object => {
    const keys = keysOf(object);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      if (typeof key === 'symbol' || key === 'constructor' || key === 'prototype' || key === 'length' || key === 'name') continue;
      defineProperty(object, key, { __proto__: null, ...descriptorOf(object, key), enumerable: true });
    }
  };

  host.streams = {
    // What a class receives in place of arguments when streams make an instance.
    secret: {},
    classes: {},
    idl: {
      error, fail, isObject, wrongType,
      state: message => error(TypeError, 'ERR_INVALID_STATE', `Invalid state: ${message}`),
      illegal: () => fail(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor'),
      // Adds objects that are not cloned as plain ones.
      addPlatformObjects(is) {
        const { isPlatformObject } = host;
        host.isPlatformObject = object => is(object) || isPlatformObject(object);
      },
      // The members of an optional dictionary in the order in which the standards read them.
      members(value, name, ...keys) {
        const found = { __proto__: null };
        if (value === undefined || value === null) return found;
        if (!isObject(value)) wrongType(name, 'an object');
        for (let i = 0; i < keys.length; i++) found[keys[i]] = value[keys[i]];
        return found;
      },
      callback(members, key) {
        const value = members[key];
        if (value === undefined) return null;
        if (typeof value !== 'function') wrongType(key, 'a function');
        return value;
      },
      // An unsigned integer that is not wrapped.
      count(value, name) {
        const number = +value, whole = number - number % 1;
        if (!(whole >= 0 && whole <= 2 ** 53 - 1)) wrongType(name, 'an integer from 0 to 2 ** 53 - 1');
        return whole;
      },
      // Completes classes: members are enumerable, and functions for other parts are removed.
      publish(classes) {
        const names = keysOf(classes);
        for (let i = 0; i < names.length; i++) {
          const made = classes[names[i]];
          show(made);
          show(made.prototype);
          defineProperty(made.prototype, toStringTag, { __proto__: null, value: names[i], configurable: true });
          host.streams.classes[names[i]] = made;
        }
      },
    },
  };
})
