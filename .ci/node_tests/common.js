// What Node's tests require as `../common`, written from its documentation, for both runtimes.
'use strict';
const assert = require('assert');
const checks = [];
let installed = false;
const install = () => {
  if (installed) return;
  installed = true;
  process.on('exit', code => {
    if (code !== 0) return;
    const failed = checks.filter(({ minimum, exact, count }) => minimum !== undefined ? count < minimum : count !== exact);
    if (failed.length === 0) return;
    for (const { name, exact, minimum, count, at } of failed)
      console.log(`Mismatched ${name} function calls. Expected ${minimum !== undefined ? `at least ${minimum}` : `exactly ${exact}`}, actual ${count}.\n${at}`);
    process.exit(1);
  });
};
const counted = (callback, criteria, kind) => {
  if (typeof callback === 'number') {
    criteria = callback;
    callback = () => {};
  }
  callback ??= () => {};
  const entry = { name: callback.name || '<anonymous>', count: 0, at: new Error().stack, [kind]: criteria ?? 1 };
  checks.push(entry);
  install();
  const wrapped = function (...args) {
    entry.count++;
    return Reflect.apply(callback, this, args);
  };
  Object.defineProperties(wrapped, {
    name: { value: callback.name, configurable: true },
    length: { value: callback.length, configurable: true },
  });
  return wrapped;
};
const mustCall = (callback, exact) => counted(callback, exact, 'exact');
const mustCallAtLeast = (callback, minimum) => counted(callback, minimum, 'minimum');
const mustNotCall = message => {
  const at = new Error().stack;
  return function mustNotCall(...args) {
    assert.fail(`${message || 'function should not have been called'} at ${at}${args.length > 0 ? ` called with ${require('util').inspect(args)}` : ''}`);
  };
};
const mustSucceed = (callback, exact) => mustCall((error, ...args) => {
  assert.ifError(error);
  return typeof callback === 'function' ? callback(...args) : undefined;
}, exact);
const skip = message => {
  console.log(`1..0 # Skipped: ${message}`);
  process.exit(0);
};
const expectWarning = (nameOrMap, expected, code) => {
  const map = typeof nameOrMap === 'string' ? { [nameOrMap]: expected } : nameOrMap;
  const queues = {};
  for (const [name, value] of Object.entries(map)) {
    let list = Array.isArray(value) && value.length === 2 && typeof value[1] === 'string' && /^(DEP|ERR|E)/.test(value[1]) ? [value]
      : Array.isArray(value) ? value.map(each => Array.isArray(each) ? each : [each]) : typeof value === 'string' ? [[value, code]] : value;
    if (!Array.isArray(list)) list = Object.entries(list).map(([c, m]) => [m, c]);
    queues[name] = list;
  }
  const handler = mustCall(warning => {
    const queue = queues[warning.name];
    if (queue === undefined) throw new TypeError(`"${warning.name}" was triggered without being expected.\n${warning}`);
    const [message, expectedCode] = queue.shift();
    assert.strictEqual(warning.message, message);
    if (expectedCode !== undefined) assert.strictEqual(warning.code, expectedCode);
  }, Object.values(queues).reduce((sum, list) => sum + list.length, 0));
  process.on('warning', handler);
};
const expectsError = (validator, exact) => mustCall((...args) => {
  assert.strictEqual(args.length, 1);
  assert.throws(() => { throw args[0]; }, validator);
  return true;
}, exact);
const invalidArgTypeHelper = input => {
  if (input == null) return ` Received ${input}`;
  if (typeof input === 'function') return ` Received function ${input.name}`;
  const { inspect } = require('util');
  if (typeof input === 'object') return input.constructor?.name ? ` Received an instance of ${input.constructor.name}` : ` Received ${inspect(input, { depth: -1 })}`;
  let text = inspect(input, { colors: false });
  if (text.length > 28) text = `${text.slice(0, 25)}...`;
  return ` Received type ${typeof input} (${text})`;
};
module.exports = {
  mustCall, mustCallAtLeast, mustNotCall, mustSucceed, skip, expectWarning, expectsError, invalidArgTypeHelper,
  platformTimeout: ms => ms,
  isWindows: false, isLinux: true, isMacOS: false, isAIX: false, isIBMi: false, isSunOS: false, isFreeBSD: false, isOpenBSD: false,
  isMainThread: true, isDebug: false, isPi: () => false, isDumbTerminal: false, isASan: false, isInsideDirWithUnusualChars: false,
  hasCrypto: typeof process.versions.openssl === 'string', hasIPv6: false, hasIntl: true, hasMultiLocalhost: () => false,
  localhostIPv4: '127.0.0.1', PORT: 12346, usesSharedLibrary: false,
  enoughTestMem: true, canCreateSymLink: () => true, allowGlobals() {},
  skipIfWorker() {}, skipIfInspectorDisabled() { skip('no inspector'); }, skipIf32Bits() {}, skipIfEslintMissing() { skip('no eslint'); },
  getArrayBufferViews: buffer => [new Uint8Array(buffer)],
  getCallSite: () => '', getTTYfd: () => -1, nodeProcessAborted: () => false,
  runWithInvalidFD() {}, requireNoPackageJSONAbove() {}, spawnPromisified() { throw new Error('not available'); },
  escapePOSIXShell: (strings, ...values) => [String.raw(strings, ...values), {}],
};
