// Errors with the codes of Node's documentation, and the checks of arguments that throw them.
(function (exports, require) {
  'use strict';

  // Returns an error with a code, which its text shows.
  const make = (Base, code, message, options) => {
    const error = new Base(message, options);
    Object.defineProperties(error, {
      code: { value: code, writable: true, enumerable: true, configurable: true },
      toString: { value() { return `${this.name} [${code}]: ${this.message}`; }, writable: true, configurable: true },
    });
    return error;
  };

  const list = (words, last) => words.length < 2 ? words.join('')
    : words.length === 2 ? words.join(` ${last} `)
    : `${words.slice(0, -1).join(', ')}, ${last} ${words.at(-1)}`;

  const primitives = new Set(['string', 'function', 'number', 'object', 'Function', 'Object', 'boolean', 'bigint', 'symbol']);

  // Returns the expected types as a phrase: types, classes and other words, in this order.
  const expectation = expected => {
    const all = [].concat(expected);
    const types = all.filter(type => primitives.has(type)).map(type => type.toLowerCase());
    const classes = all.filter(type => !primitives.has(type) && /^[A-Z][\w]*$/.test(type));
    const others = all.filter(type => !primitives.has(type) && !/^[A-Z][\w]*$/.test(type));
    const phrases = [];
    if (types.length > 0) phrases.push(`${types.length > 1 ? 'one of type' : 'of type'} ${list(types, 'or')}`);
    if (classes.length > 0) phrases.push(`an instance of ${list(classes, 'or')}`);
    if (others.length > 0) phrases.push(others.length > 1 ? `one of ${list(others, 'or')}` : others[0]);
    return phrases.join(' or ');
  };

  const received = value => {
    if (value === null || value === undefined) return `Received ${value}`;
    if (typeof value === 'function') return `Received function ${value.name}`;
    if (typeof value === 'object') {
      const name = value.constructor?.name;
      return name ? `Received an instance of ${name}` : `Received ${require('util').inspect(value, { depth: -1 })}`;
    }
    let text = require('util').inspect(value, { colors: false });
    if (text.length > 28) text = `${text.slice(0, 25)}...`;
    return `Received type ${typeof value} (${text})`;
  };

  const subject = name => name.endsWith(' argument') ? `The ${name}` : `The "${name}" ${name.includes('.') ? 'property' : 'argument'}`;

  const invalidType = (name, expected, value) =>
    make(TypeError, 'ERR_INVALID_ARG_TYPE', `${subject(name)} must be ${expectation(expected)}. ${received(value)}`);
  const invalidValue = (name, value, reason = 'is invalid') => {
    let text = require('util').inspect(value);
    if (text.length > 128) text = `${text.slice(0, 128)}...`;
    return make(TypeError, 'ERR_INVALID_ARG_VALUE', `The ${name.includes('.') ? 'property' : 'argument'} '${name}' ${reason}. Received ${text}`);
  };
  const outOfRange = (name, range, value) =>
    make(RangeError, 'ERR_OUT_OF_RANGE', `The value of "${name}" is out of range. It must be ${range}. Received ${require('util').inspect(value)}`);

  const check = {
    function(value, name) { if (typeof value !== 'function') throw invalidType(name, 'Function', value); },
    string(value, name) { if (typeof value !== 'string') throw invalidType(name, 'string', value); },
    boolean(value, name) { if (typeof value !== 'boolean') throw invalidType(name, 'boolean', value); },
    object(value, name) {
      if (value === null || typeof value !== 'object' || Array.isArray(value)) throw invalidType(name, 'Object', value);
    },
    number(value, name, min = -Infinity, max = Infinity) {
      if (typeof value !== 'number') throw invalidType(name, 'number', value);
      if (!(value >= min && value <= max)) {
        const range = max === Infinity ? `>= ${min}` : min === -Infinity ? `<= ${max}` : `>= ${min} && <= ${max}`;
        throw outOfRange(name, range, value);
      }
    },
    integer(value, name, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER) {
      if (typeof value !== 'number') throw invalidType(name, 'number', value);
      if (!Number.isInteger(value)) throw outOfRange(name, 'an integer', value);
      if (value < min || value > max) throw outOfRange(name, `>= ${min} && <= ${max}`, value);
    },
    signal(value, name) {
      if (value === null || typeof value !== 'object' || !('aborted' in value)) throw invalidType(name, 'AbortSignal', value);
    },
  };

  // An error of a cancelled operation, whose cause is the signal's reason.
  class AbortError extends Error {
    constructor(message = 'The operation was aborted', options = undefined) {
      super(message, options);
      this.code = 'ABORT_ERR';
      this.name = 'AbortError';
    }
  }

  Object.assign(exports, { make, list, invalidType, invalidValue, outOfRange, check, AbortError });
})
