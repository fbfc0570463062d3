// `process`: an emitter with the program's environment, its exit, its ticks and its uncaught errors.
(function (exports, require, module, native) {
  'use strict';
  const EventEmitter = require('events');
  const { make, invalidType, check } = require('internal/errors');
  const { settings } = native;

  function process() {}
  process.prototype = Object.create(EventEmitter.prototype, { constructor: { value: process, configurable: true, writable: true } });
  Object.defineProperty(process.prototype, Symbol.toStringTag, { value: 'process', configurable: true });
  const self = module.exports = Object.create(process.prototype);
  EventEmitter.call(self);

  const exitCodeOf = code => {
    if (code === undefined || code === null) return undefined;
    const number = typeof code === 'string' && code !== '' ? Number(code) : code;
    if (typeof number !== 'number') throw invalidType('code', 'integer', code);
    if (!Number.isInteger(number)) throw require('internal/errors').outOfRange('code', 'an integer', code);
    return number;
  };

  let exitCode, exited = false;
  const emitExit = code => {
    if (exited) return exitCode ?? code;
    exited = true;
    if (exitCode === undefined) exitCode = code;
    self._exiting = true;
    self.emit('exit', exitCode || 0);
    return exitCode ?? 0;
  };

  const stream = fd => Object.assign(new EventEmitter(), {
    fd,
    writable: true,
    isTTY: settings.isTerminal(fd),
    write(text, encoding, done = encoding) {
      native.write(fd, typeof text === 'string' ? text : String.fromCharCode(...text));
      if (typeof done === 'function') self.nextTick(done);
      return true;
    },
    end(text) { if (text !== undefined) this.write(text); },
  });

  let lastUncaught, captureCallback = null;
  const warned = new Set();

  Object.assign(self, {
    title: 'conformance',
    version: 'v26.0.0',
    versions: { node: '26.0.0' },
    release: { name: 'node' },
    arch: settings.arch,
    platform: settings.platform,
    pid: settings.pid,
    ppid: 0,
    argv: settings.argv,
    argv0: settings.argv[0],
    execArgv: [],
    execPath: settings.argv[0],
    env: Object.assign({}, settings.env),
    config: { variables: {} },
    features: { inspector: false },
    _exiting: false,
    cwd: () => settings.cwd,
    uptime: () => native.now() / 1000,
    hrtime: Object.assign(previous => {
      const now = native.now();
      let seconds = Math.floor(now / 1000), nanos = Math.floor((now % 1000) * 1e6);
      if (previous !== undefined) {
        if (!Array.isArray(previous)) throw invalidType('time', 'Array', previous);
        if (previous.length !== 2) throw require('internal/errors').outOfRange('time', '2', previous.length);
        seconds -= previous[0];
        nanos -= previous[1];
        if (nanos < 0) {
          seconds--;
          nanos += 1e9;
        }
      }
      return [seconds, nanos];
    }, { bigint: () => BigInt(Math.floor(native.now() * 1e6)) }),
    memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
    umask: () => 0o22,

    nextTick(callback, ...args) {
      check.function(callback, 'callback');
      if (self._exiting) return;
      native.nextTick(callback, args);
    },
    exit(code) {
      if (arguments.length > 0 && code !== undefined) self.exitCode = code;
      if (!self._exiting) emitExit(exitCode ?? 0);
      self.reallyExit(exitCode ?? 0);
    },
    reallyExit(code) { native.exit(code ?? 0); },
    abort() { native.exit(134); },
    emitWarning(warning, type, code) {
      let detail, options = type;
      if (options !== null && typeof options === 'object' && !Array.isArray(options)) ({ type, code, detail } = options);
      else if (typeof type === 'function') type = code = undefined;
      if (typeof code === 'function') code = undefined;
      if (type !== undefined) check.string(type, 'type');
      if (code !== undefined) check.string(code, 'code');
      if (typeof warning === 'string') {
        warning = new Error(warning);
        warning.name = String(type || 'Warning');
        if (code !== undefined) warning.code = code;
        if (detail !== undefined) warning.detail = detail;
      } else if (!(warning instanceof Error)) {
        throw invalidType('warning', ['Error', 'string'], warning);
      }
      if (warning.name === 'DeprecationWarning' && self.noDeprecation) return;
      self.nextTick(() => {
        if (self.listenerCount('warning') === 0 && !warned.has(`${warning}`)) {
          warned.add(`${warning}`);
          const shown = warning.code ? `[${warning.code}] ` : '';
          native.write(2, `(conformance) ${shown}${warning.name}: ${warning.message}\n`);
        }
        self.emit('warning', warning);
      });
    },
    setUncaughtExceptionCaptureCallback(callback) {
      if (callback !== null) check.function(callback, 'fn');
      if (callback !== null && captureCallback !== null)
        throw make(Error, 'ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET', '`process.setupUncaughtExceptionCapture()` was called while a capture callback was already active');
      captureCallback = callback;
    },
    hasUncaughtExceptionCaptureCallback: () => captureCallback !== null,
    getActiveResourcesInfo: () => [],
    binding(name) { throw make(Error, 'ERR_INVALID_MODULE', `No such module: ${name}`); },
    _rawDebug: (...args) => native.write(2, `${require('util').format(...args)}\n`),
    getBuiltinModule: name => native.isBuiltin(name) ? require(name.replace(/^node:/, '')) : undefined,
  });
  Object.defineProperty(self, 'exitCode', {
    get: () => exitCode,
    set(code) { exitCode = exitCodeOf(code); },
    enumerable: true,
    configurable: true,
  });
  for (const [name, fd] of [['stdout', 1], ['stderr', 2]]) {
    let made;
    Object.defineProperty(self, name, { get: () => made ??= stream(fd), enumerable: true, configurable: true });
  }

  // The kinds of delays that a warning was emitted about. Only one that is too long is reported each time.
  const warnedDelays = new Set();

  // The host's side.
  native.keep({
    warnOfDelay(delay) {
      const [name, problem] = delay > 0 ? ['TimeoutOverflowWarning', `${delay} does not fit into a 32-bit signed integer.`]
        : delay < 0 ? ['TimeoutNegativeWarning', `${delay} is a negative number.`] : ['TimeoutNaNWarning', `${delay} is not a number.`];
      if (delay > 0 || !warnedDelays.has(name)) self.emitWarning(`${problem}\nTimeout duration was set to 1.`, name);
      warnedDelays.add(name);
    },
    // Whether a listener of the program handled the error.
    uncaught(error, origin) {
      if (captureCallback !== null) {
        captureCallback(error);
        return true;
      }
      if (error === lastUncaught?.error && lastUncaught.active) return false;
      lastUncaught = { error, active: true };
      try {
        self.emit('uncaughtExceptionMonitor', error, origin);
        return self.emit('uncaughtException', error, origin);
      } finally {
        lastUncaught.active = false;
      }
    },
    rejected(reason, promise) { return self.emit('unhandledRejection', reason, promise); },
    handled(promise) { self.emit('rejectionHandled', promise); },
    beforeExit: () => { self.emit('beforeExit', exitCode || 0); },
    // The exit code of a program that was stopped, after the event if it was not fired yet.
    stopped: code => emitExit(code) || 0,
    // The exit code, after the `exit` event. A listener may change it.
    exit: failed => emitExit(failed && exitCode === undefined ? 1 : exitCode) || 0,
  });
})
