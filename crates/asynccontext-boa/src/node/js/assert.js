// `node:assert` and `node:assert/strict`.
(function (exports, require, module) {
  'use strict';
  const { make, invalidType, invalidValue, check } = require('internal/errors');
  const { inspect } = require('util');
  const { isDeepEqual } = require('internal/equality');

  const shown = value => inspect(value, { compact: false, depth: 1000, maxArrayLength: Infinity, sorted: true, getters: true });
  const kinds = {
    strictEqual: 'Expected values to be strictly equal:',
    deepStrictEqual: 'Expected values to be strictly deep-equal:',
    deepEqual: 'Expected values to be loosely deep-equal:',
    notStrictEqual: 'Expected "actual" to be strictly unequal to:',
    notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
    notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
    partialDeepStrictEqual: 'Expected values to be partially and strictly deep-equal:',
  };

  const compare = (operator, actual, expected) => {
    const head = kinds[operator];
    if (head === undefined) return `${short(actual)} ${operator} ${short(expected)}`;
    if (operator.startsWith('not')) return `${head} ${shown(expected)}`;
    const [one, two] = [shown(actual), shown(expected)];
    if (!one.includes('\n') && !two.includes('\n') && one.length + two.length < 80 && operator === 'strictEqual')
      return `${head}\n\n${one} !== ${two}\n`;
    return `${head}\n+ actual - expected\n\n${difference(one.split('\n'), two.split('\n'))}\n`;
  };
  const short = value => {
    const text = shown(value);
    return text.length > 512 ? `${text.slice(0, 509)}...` : text;
  };

  // The lines of two texts with their marks: equal ends, and between them what was removed and added.
  const difference = (ones, twos) => {
    let start = 0, end = 0;
    while (start < ones.length && start < twos.length && ones[start] === twos[start]) start++;
    while (end < ones.length - start && end < twos.length - start && ones.at(-1 - end) === twos.at(-1 - end)) end++;
    return [
      ...ones.slice(Math.max(0, start - 3), start).map(line => `  ${line}`),
      ...ones.slice(start, ones.length - end).map(line => `+ ${line}`),
      ...twos.slice(start, twos.length - end).map(line => `- ${line}`),
      ...ones.slice(ones.length - end, ones.length - end + 3).map(line => `  ${line}`),
    ].join('\n');
  };

  class AssertionError extends Error {
    constructor(options) {
      check.object(options, 'options');
      const { message, operator, actual, expected } = options;
      super(message !== undefined && message !== null ? String(message) : compare(operator, actual, expected));
      Object.defineProperty(this, 'name', { value: 'AssertionError', writable: true, configurable: true });
      this.generatedMessage = message === undefined || message === null;
      this.code = 'ERR_ASSERTION';
      this.actual = actual;
      this.expected = expected;
      this.operator = operator;
      this.diff = 'simple';
    }
    toString() { return `${this.name} [${this.code}]: ${this.message}`; }
  }

  const fail = (operator, actual, expected, message) => {
    if (message instanceof Error) throw message;
    throw new AssertionError({ message, operator, actual, expected });
  };
  const needTwo = args => {
    if (args.length < 2) throw make(TypeError, 'ERR_MISSING_ARGS', 'The "actual" and "expected" arguments must be specified');
  };
  const comparison = (operator, holds) => ({
    [operator](...args) {
      needTwo(args);
      const [actual, expected, message] = args;
      if (!holds(actual, expected)) fail(operator, actual, expected, message);
    },
  })[operator];

  const truth = (args, name) => {
    const [value, message] = args;
    if (args.length === 0) {
      const error = new AssertionError({ message: 'No value argument passed to `assert.ok()`', operator: '==', actual: undefined, expected: true });
      error.generatedMessage = true;
      throw error;
    }
    if (value) return;
    if (message instanceof Error) throw message;
    const error = new AssertionError({
      message: message ?? `The expression evaluated to a falsy value:\n\n  ${name}(${inspect(value)})\n`, operator: '==', actual: value, expected: true,
    });
    error.generatedMessage = message === undefined || message === null;
    throw error;
  };

  const assert = function ok(...args) { truth(args, 'assert'); };

  // Whether an error is what is expected: a class, a pattern, an object of properties, or a function that says so.
  const matchError = (error, expected, message, operator) => {
    if (expected === undefined) return;
    if (typeof expected !== 'function') {
      if (Object.prototype.toString.call(expected) === '[object RegExp]') {
        if (expected.test(String(error))) return;
        fail(operator, error, expected, message ?? `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(String(error))}\n`);
      }
      if (typeof error !== 'object' || error === null) fail(operator, error, expected, message);
      const keys = Object.keys(expected);
      if (expected instanceof Error) keys.push('name', 'message');
      else if (keys.length === 0) throw invalidValue('error', expected, 'may not be an empty object');
      for (const key of keys) {
        if (typeof error[key] === 'string' && Object.prototype.toString.call(expected[key]) === '[object RegExp]' && expected[key].test(error[key])) continue;
        if (key in error && isDeepEqual(error[key], expected[key], true)) continue;
        const picked = Object.fromEntries(keys.filter(each => each in error).map(each => [each, error[each]]));
        const wanted = Object.fromEntries(keys.map(each => [each, expected[each]]));
        const failure = new AssertionError({ message, operator: 'deepStrictEqual', actual: picked, expected: wanted });
        failure.operator = operator;
        failure.actual = error;
        failure.expected = expected;
        throw failure;
      }
      return;
    }
    if (expected.prototype !== undefined && error instanceof expected) return;
    if (Object.prototype.isPrototypeOf.call(Error, expected)) {
      fail(operator, error, expected, message ?? `The error is expected to be an instance of "${expected.name}". Received ${inspect(error?.name ?? error)}\n\nError message:\n\n${error?.message}`);
    }
    if (Reflect.apply(expected, {}, [error]) === true) return;
    fail(operator, error, expected, message ?? `The ${expected.name ? `"${expected.name}" ` : ''}validation function is expected to return "true". Received false\n\nCaught error:\n\n${error}`);
  };

  const none = Symbol('no error');
  const caught = action => {
    check.function(action, 'fn');
    try { action(); } catch (error) { return error; }
    return none;
  };
  const rejection = async action => {
    let promise = action;
    if (typeof action === 'function') {
      promise = action();
      if (typeof promise?.then !== 'function' || typeof promise?.catch !== 'function')
        throw make(TypeError, 'ERR_INVALID_RETURN_VALUE', `Expected instance of Promise to be returned from the "promiseFn" function but got ${promise === undefined ? 'undefined' : inspect(promise)}.`);
    } else if (typeof action?.then !== 'function' || typeof action?.catch !== 'function') {
      throw invalidType('promiseFn', ['Function', 'Promise'], action);
    }
    try { await promise; } catch (error) { return error; }
    return none;
  };
  const expectError = (operator, error, args) => {
    let [expected, message] = args;
    if (typeof expected === 'string') {
      if (args.length === 2) throw invalidType('error', ['Object', 'Error', 'Function', 'RegExp'], expected);
      if (error !== none && (error?.message === expected || error === expected))
        throw make(TypeError, 'ERR_AMBIGUOUS_ARGUMENT', `The "error/message" argument is ambiguous. The error message "${expected}" is identical to the message.`);
      message = expected;
      expected = undefined;
    } else if (expected !== undefined && expected !== null && typeof expected !== 'object' && typeof expected !== 'function') {
      throw invalidType('error', ['Object', 'Error', 'Function', 'RegExp'], expected);
    }
    if (error === none) {
      const what = operator === 'rejects' ? 'rejection' : 'exception';
      const name = expected?.name ? ` (${expected.name})` : '';
      fail(operator, undefined, expected, message instanceof Error ? message : `Missing expected ${what}${name}${message ? `: ${message}` : '.'}`);
    }
    matchError(error, expected, message, operator);
  };
  const expectNone = (operator, error, args) => {
    if (error === none) return;
    const [expected, message] = typeof args[0] === 'string' ? [undefined, args[0]] : args;
    if (expected !== undefined && !(typeof expected === 'function' ? error instanceof expected : expected.test(String(error)))) throw error;
    const what = operator === 'doesNotReject' ? 'rejection' : 'exception';
    fail(operator, error, expected, `Got unwanted ${what}${message ? `: ${message}` : '.'}\nActual message: "${error?.message}"`);
  };

  const matches = (wanted, operator) => (text, pattern, message) => {
    if (Object.prototype.toString.call(pattern) !== '[object RegExp]') throw invalidType('regexp', 'RegExp', pattern);
    if (typeof text === 'string' && pattern.test(text) === wanted) return;
    fail(operator, text, pattern, message ?? (typeof text !== 'string'
      ? `The "string" argument must be of type string. Received type ${typeof text} (${inspect(text)})`
      : `The input ${wanted ? 'did not match' : 'was expected to not match'} the regular expression ${inspect(pattern)}. Input:\n\n${inspect(text)}\n`));
  };

  const loose = (one, two) => one == two || (one !== one && two !== two);
  Object.assign(assert, {
    AssertionError,
    ok(...args) { truth(args, 'assert.ok'); },
    fail(message) {
      if (message instanceof Error) throw message;
      const error = new AssertionError({ message: message ?? 'Failed', operator: 'fail' });
      error.generatedMessage = message === undefined;
      throw error;
    },
    equal: comparison('==', loose),
    notEqual: comparison('!=', (one, two) => !loose(one, two)),
    strictEqual: comparison('strictEqual', Object.is),
    notStrictEqual: comparison('notStrictEqual', (one, two) => !Object.is(one, two)),
    deepEqual: comparison('deepEqual', (one, two) => isDeepEqual(one, two, false)),
    notDeepEqual: comparison('notDeepEqual', (one, two) => !isDeepEqual(one, two, false)),
    deepStrictEqual: comparison('deepStrictEqual', (one, two) => isDeepEqual(one, two, true)),
    notDeepStrictEqual: comparison('notDeepStrictEqual', (one, two) => !isDeepEqual(one, two, true)),
    partialDeepStrictEqual: comparison('partialDeepStrictEqual', (one, two) => isDeepEqual(one, two, true, true)),
    throws(action, ...args) { expectError('throws', caught(action), args); },
    doesNotThrow(action, ...args) { expectNone('doesNotThrow', caught(action), args); },
    async rejects(action, ...args) { expectError('rejects', await rejection(action), args); },
    async doesNotReject(action, ...args) { expectNone('doesNotReject', await rejection(action), args); },
    match: matches(true, 'match'),
    doesNotMatch: matches(false, 'doesNotMatch'),
    ifError(error) {
      if (error === null || error === undefined) return;
      const text = typeof error === 'object' && typeof error.message === 'string' ? error.message || error.constructor?.name : inspect(error);
      throw new AssertionError({ message: `ifError got unwanted exception: ${text}`, operator: 'ifError', actual: error, expected: null });
    },
  });
  assert.strict = Object.assign(function strict(...args) { truth(args, 'assert'); }, assert, {
    equal: assert.strictEqual,
    notEqual: assert.notStrictEqual,
    deepEqual: assert.deepStrictEqual,
    notDeepEqual: assert.notDeepStrictEqual,
  });
  assert.strict.strict = assert.strict;
  module.exports = assert;
})
