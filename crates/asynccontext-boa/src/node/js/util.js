// `node:util`, apart from `inspect`, which has a module of its own.
(function (exports, require, module, native) {
  'use strict';
  const { make, check, invalidType, AbortError } = require('internal/errors');
  const { inspect, stripVTControlCharacters } = require('internal/inspect');
  const { format, formatWithOptions } = require('internal/format');
  const types = require('util/types');

  const custom = Symbol.for('nodejs.util.promisify.custom');
  const kCustomArgs = Symbol('customPromisifyArgs');

  const copyProperties = (from, to) => {
    Object.setPrototypeOf(to, Object.getPrototypeOf(from));
    const descriptors = Object.getOwnPropertyDescriptors(from);
    for (const key of Reflect.ownKeys(descriptors))
      if (Object.getOwnPropertyDescriptor(to, key)?.configurable !== false) Object.defineProperty(to, key, descriptors[key]);
    return to;
  };

  const promisify = original => {
    check.function(original, 'original');
    if (original[custom]) {
      const made = original[custom];
      check.function(made, 'util.promisify.custom');
      return Object.defineProperty(made, custom, { value: made, configurable: true });
    }
    function promisified(...args) {
      return new Promise((resolve, reject) => {
        Reflect.apply(original, this, [...args, (error, ...values) => {
          if (error) reject(error);
          else resolve(values[0]);
        }]);
      });
    }
    copyProperties(original, promisified);
    return Object.defineProperty(promisified, custom, { value: promisified, configurable: true });
  };
  promisify.custom = custom;

  const callbackify = original => {
    check.function(original, 'original');
    function callbackified(...args) {
      const done = args.pop();
      check.function(done, 'last argument');
      Reflect.apply(original, this, args).then(
        value => require('process').nextTick(() => Reflect.apply(done, this, [null, value])),
        error => require('process').nextTick(() => {
          let reason = error;
          if (!reason) {
            reason = make(Error, 'ERR_FALSY_VALUE_REJECTION', 'Promise was rejected with falsy value');
            reason.reason = error;
          }
          Reflect.apply(done, this, [reason]);
        }),
      );
    }
    copyProperties(original, callbackified);
    Object.defineProperty(callbackified, 'name', { value: `${original.name}Callbackified`, configurable: true });
    return Object.defineProperty(callbackified, 'length', { value: original.length + 1, configurable: true });
  };

  const inherits = (constructor, parent) => {
    check.function(constructor, 'ctor');
    check.function(parent, 'superCtor');
    if (parent.prototype === undefined) throw invalidType('superCtor.prototype', 'Object', parent.prototype);
    Object.defineProperty(constructor, 'super_', { value: parent, writable: true, configurable: true });
    Object.setPrototypeOf(constructor.prototype, parent.prototype);
  };

  const warnedCodes = new Set();
  const deprecate = (original, message, code) => {
    let warned = false;
    function deprecated(...args) {
      if (!warned && !require('process').noDeprecation) {
        warned = true;
        if (code === undefined || !warnedCodes.has(code)) {
          if (code !== undefined) warnedCodes.add(code);
          require('process').emitWarning(message, 'DeprecationWarning', code, deprecated);
        }
      }
      return new.target ? Reflect.construct(original, args, new.target) : Reflect.apply(original, this, args);
    }
    Object.setPrototypeOf(deprecated, original);
    if (original.prototype) deprecated.prototype = original.prototype;
    return deprecated;
  };

  const debuglog = (section, ready) => {
    const on = String(require('process').env.NODE_DEBUG ?? '').toUpperCase().split(',').includes(section.toUpperCase());
    const log = (...args) => { if (on) require('process').stderr.write(`${section.toUpperCase()} ${format(...args)}\n`); };
    Object.defineProperty(log, 'enabled', { get: () => on, configurable: true });
    ready?.(log);
    return log;
  };

  const aborted = async (signal, resource) => {
    if (signal === undefined) throw invalidType('signal', 'AbortSignal', signal);
    check.signal(signal, 'signal');
    check.object(resource, 'resource');
    if (signal.aborted) return;
    await new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
  };

  const transferable = Symbol.for('nodejs.transferable');
  const transferableAbortSignal = signal => {
    check.signal(signal, 'signal');
    return Object.defineProperty(signal, transferable, { value: true, configurable: true });
  };
  const transferableAbortController = () => {
    const controller = new AbortController();
    transferableAbortSignal(controller.signal);
    return controller;
  };

  const styleText = (name, text, { validateStream = true } = {}) => {
    check.string(text, 'text');
    const codes = [].concat(name).map(each => {
      const found = inspect.colors[each];
      if (found === undefined && each !== 'none') throw require('internal/errors').invalidValue('format', each, 'must be the name of a style');
      return found ?? ['', ''];
    });
    if (validateStream && require('process').stdout.isTTY !== true) return text;
    return codes.reduce((inner, [open, close]) => `\u001b[${open}m${inner}\u001b[${close}m`, text);
  };

  Object.assign(exports, {
    inspect, format, formatWithOptions, stripVTControlCharacters, promisify, callbackify, inherits, deprecate,
    debuglog, debug: debuglog, aborted, transferableAbortSignal, transferableAbortController, styleText, types,
    isDeepStrictEqual: (one, two) => require('internal/equality').isDeepEqual(one, two, true),
    isArray: Array.isArray,
    toUSVString: text => String(text).toWellFormed(),
    getSystemErrorName: number => `errno ${number}`,
  });
  // Globals of the host, if it has them.
  for (const name of ['TextEncoder', 'TextDecoder'])
    Object.defineProperty(exports, name, { get: () => globalThis[name], enumerable: true, configurable: true });
})
