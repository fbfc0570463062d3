// `node:test`: runs the tests of a file in order, each in the context of its registration, and prints TAP.
(function (exports, require, module, native) {
  'use strict';
  const { AsyncResource } = require('async_hooks');
  const { check } = require('internal/errors');
  const assert = require('assert');
  const { inspect } = require('util');

  const hookNames = ['before', 'after', 'beforeEach', 'afterEach'];
  const print = (depth, line) => native.write(1, `${'    '.repeat(depth)}${line.replaceAll('\n', `\n${'    '.repeat(depth)}`)}\n`);

  const readArguments = (name, options, body) => {
    if (typeof name === 'function') [name, options, body] = [undefined, {}, name];
    else if (name !== null && typeof name === 'object') [name, options, body] = [undefined, name, options];
    else if (typeof options === 'function') [options, body] = [{}, options];
    return { name: name || body?.name || '<anonymous>', options: options ?? {}, body: body ?? (() => {}) };
  };

  // What a test's function receives.
  class TestContext {
    #test;
    constructor(test) { this.#test = test; }
    get name() { return this.#test.name; }
    get fullName() { return this.#test.fullName; }
    get signal() { return this.#test.controller.signal; }
    get assert() {
      const test = this.#test, counted = {};
      for (const key of Object.keys(assert))
        if (typeof assert[key] === 'function') counted[key] = (...args) => { test.assertions++; return assert[key](...args); };
      return counted;
    }
    get mock() { return this.#test.mock ??= new MockTracker(); }
    test(...args) { return this.#test.add(readArguments(...args)); }
    diagnostic(text) { this.#test.diagnostics.push(String(text)); }
    skip(reason) { this.#test.directive = `SKIP${reason ? ` ${reason}` : ''}`; }
    todo(reason) { this.#test.directive = `TODO${reason ? ` ${reason}` : ''}`; }
    plan(count) { this.#test.planned = count; }
  }
  for (const name of hookNames)
    TestContext.prototype[name] = function (body) { testOf(this).hooks[name].push(body); };
  const tests = new WeakMap();
  const testOf = context => tests.get(context);

  class Test extends AsyncResource {
    subtests = []; diagnostics = []; assertions = 0; failed = 0; controller = new AbortController();
    hooks = { before: [], after: [], beforeEach: [], afterEach: [] };

    constructor(parent, { name, options, body }, suite = false) {
      super('Test');
      this.parent = parent;
      this.depth = parent ? parent.depth + 1 : -1;
      this.name = name;
      this.fullName = parent?.parent ? `${parent.fullName} > ${name}` : name;
      this.options = options;
      this.body = body;
      this.suite = suite;
      for (const word of ['skip', 'todo'])
        if (options?.[word]) this.directive = `${word.toUpperCase()}${typeof options[word] === 'string' ? ` ${options[word]}` : ''}`;
      this.context = new TestContext(this);
      tests.set(this.context, this);
    }
    // Subtests run one after the other.
    add(given, suite = false) {
      const test = new Test(this, given, suite);
      this.subtests.push(test);
      if (suite) {
        const outer = current;
        current = test;
        try {
          if (!given.options.skip) test.building = Promise.resolve(test.runInAsyncScope(given.body, test.context, test.context));
          test.building?.catch(error => { test.buildError = error; });
        } catch (error) {
          test.buildError = error;
        } finally {
          current = outer;
        }
      }
      test.done = (this.last = Promise.resolve(this.last).then(() => this.ready).then(() => test.run()));
      return test.done;
    }
    async run() {
      const number = ++this.parent.count || (this.parent.count = 1);
      let error;
      try {
        if (this.options.skip) return;
        print(this.depth, `# Subtest: ${this.name}`);
        if (this.suite) {
          await this.building;
          if (this.buildError) throw this.buildError;
          this.open?.();
          await this.last;
        } else {
          for (let test = this.parent, chain = []; ; test = test.parent) {
            if (test) chain.unshift(test);
            if (!test) {
              for (const each of chain) await runHooks(each, 'beforeEach', this.context);
              break;
            }
          }
          await this.withLimit(this.call());
          await this.last;
        }
        if (this.planned !== undefined && this.planned !== this.assertions + this.subtests.length)
          throw new Error(`plan expected ${this.planned} assertions but received ${this.assertions + this.subtests.length}`);
        if (this.failed > 0) throw new Error(`${this.failed} subtest${this.failed > 1 ? 's' : ''} failed`);
      } catch (thrown) {
        error = { thrown };
      } finally {
        for (let test = this.suite ? undefined : this.parent; test; test = test.parent) {
          try { if (!this.options.skip) await runHooks(test, 'afterEach', this.context); } catch (thrown) { error ??= { thrown }; }
        }
        try { if (!this.options.skip) await runHooks(this, 'after', this.context); } catch (thrown) { error ??= { thrown }; }
        this.controller.abort();
        this.mock?.restoreAll();
        this.report(number, error);
      }
    }
    async call() {
      await runHooks(this, 'before', this.context);
      if (this.body.length < 2) return this.runInAsyncScope(this.body, this.context, this.context);
      return new Promise((resolve, reject) => {
        const done = error => error ? reject(error) : resolve();
        this.runInAsyncScope(this.body, this.context, this.context, done);
      });
    }
    withLimit(promise) {
      const limit = this.options.timeout;
      if (limit === undefined || limit === Infinity) return promise;
      let timer;
      const expiry = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`test timed out after ${limit}ms`)), limit);
      });
      return Promise.race([promise, expiry]).finally(() => clearTimeout(timer));
    }
    report(number, error) {
      if (this.subtests.length > 0) print(this.depth + 1, `1..${this.subtests.length}`);
      const expected = this.directive?.startsWith('TODO');
      if (error && !expected) this.parent.failed++;
      const directive = this.directive ? ` # ${this.directive}` : '';
      print(this.depth, `${error ? 'not ok' : 'ok'} ${number} - ${this.name}${directive}`);
      if (error) print(this.depth, `  ---\n  error: ${JSON.stringify(String(error.thrown?.message ?? error.thrown))}\n  stack: |-\n    ${inspect(error.thrown).replaceAll('\n', '\n    ')}\n  ...`);
      for (const text of this.diagnostics) print(this.depth, `# ${text}`);
      if (this.suite) {
        total.suites++;
        // The failure of a test in it is counted already.
        if (error && !expected && this.failed === 0) total.fail++;
        return;
      }
      total.tests++;
      if (error && !expected) total.fail++;
      else if (expected) total.todo++;
      else if (this.directive) total.skipped++;
      else total.pass++;
    }
  }

  const runHooks = async (test, name, context) => {
    if (name === 'before') {
      if (test.startedHooks) return;
      test.startedHooks = true;
    }
    for (const hook of test.hooks[name]) {
      if (hook.length < 2) await hook(context);
      else await new Promise((resolve, reject) => hook(context, error => error ? reject(error) : resolve()));
    }
  };

  const total = { tests: 0, suites: 0, pass: 0, fail: 0, skipped: 0, todo: 0 };
  const root = new Test(null, { name: '<root>', options: {}, body: () => {} });
  let current = root, started = false;
  const start = () => {
    if (started) return;
    started = true;
    print(0, 'TAP version 13');
    // The first test waits until the file has registered its hooks.
    root.ready = new Promise(resolve => setTimeout(() => runHooks(root, 'before', root.context).then(resolve), 0));
    let reported = false;
    require('process').on('beforeExit', async () => {
      if (reported) return;
      reported = true;
      await runHooks(root, 'after', root.context);
      print(0, [`1..${root.count ?? 0}`, ...Object.entries(total).map(([name, count]) => `# ${name} ${count}`)].join('\n'));
      if (total.fail > 0) require('process').exitCode = 1;
    });
    require('process').on('exit', code => {
      if (root.count !== root.subtests.length && code === 0) {
        print(0, `# ${root.subtests.length - (root.count ?? 0)} tests did not finish`);
        require('process').exitCode = 1;
      }
    });
  };

  const test = (...args) => {
    start();
    return current.add(readArguments(...args));
  };
  const suite = (...args) => {
    start();
    const given = readArguments(...args);
    return current.add(given, true);
  };
  for (const [register, word] of [[test, 'skip'], [test, 'todo'], [test, 'only'], [suite, 'skip'], [suite, 'todo'], [suite, 'only']])
    register[word] = (...args) => {
      const { name, options, body } = readArguments(...args);
      return register(name, { ...options, [word]: true }, body);
    };

  class MockContext {
    calls = [];
    constructor(restore) { this.restore = restore; }
    callCount() { return this.calls.length; }
    resetCalls() { this.calls = []; }
    mockImplementation(implementation) { this.implementation = implementation; }
  }
  class MockTracker {
    #made = [];
    fn(original = () => {}, implementation = original) {
      const mock = new MockContext(() => { mock.implementation = original; });
      mock.implementation = implementation;
      this.#made.push(mock);
      const mocked = function (...args) {
        const call = { arguments: args, this: this, target: new.target, result: undefined, error: undefined, stack: new Error() };
        try {
          return call.result = new.target ? Reflect.construct(original, args, new.target) : Reflect.apply(mock.implementation, this, args);
        } catch (error) {
          call.error = error;
          throw error;
        } finally {
          mock.calls.push(call);
        }
      };
      return Object.defineProperty(mocked, 'mock', { value: mock });
    }
    method(object, name, implementation) {
      const before = Object.getOwnPropertyDescriptor(object, name), original = object[name];
      check.function(original, 'methodName');
      const mocked = this.fn(original, implementation ?? original);
      mocked.mock.restore = () => {
        if (before) Object.defineProperty(object, name, before);
        else delete object[name];
      };
      Object.defineProperty(object, name, { value: mocked, configurable: true, writable: true, enumerable: before?.enumerable ?? false });
      return mocked;
    }
    restoreAll() { for (const mock of this.#made) mock.restore(); }
    reset() {
      this.restoreAll();
      this.#made = [];
    }
  }

  Object.assign(test, { test, it: test, describe: suite, suite, mock: new MockTracker() });
  for (const name of hookNames) test[name] = body => { start(); current.hooks[name].push(body); };
  module.exports = test;
})
