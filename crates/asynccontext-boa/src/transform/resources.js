// What `using` and `await using` call, `SuppressedError`, `DisposableStack` and `AsyncDisposableStack`. A function that
// returns the constructors and a function that returns the resources of a block.
(function () {
  'use strict';
  const { apply, construct } = Reflect;
  const Base = Error;
  const { dispose, asyncDispose } = Symbol;
  const hide = (object, name, value) => Object.defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });

  function SuppressedError(error, suppressed, message) {
    const made = construct(Base, message === undefined ? [] : [String(message)], new.target ?? SuppressedError);
    hide(made, 'error', error);
    hide(made, 'suppressed', suppressed);
    return made;
  }
  Object.setPrototypeOf(SuppressedError, Error);
  Object.defineProperty(SuppressedError, 'prototype', { value: Object.create(Error.prototype), writable: false });
  hide(SuppressedError.prototype, 'constructor', SuppressedError);
  hide(SuppressedError.prototype, 'name', 'SuppressedError');
  hide(SuppressedError.prototype, 'message', '');

  const methodOf = (value, symbol) => {
    const method = value[symbol];
    if (method === undefined || method === null) return undefined;
    if (typeof method !== 'function') throw new TypeError('the method that disposes of the resource is not a function');
    return method;
  };
  const resource = (value, awaits) => {
    if (value === null || value === undefined) return { awaits, call: undefined };
    if (typeof value !== 'object' && typeof value !== 'function') throw new TypeError('a resource is an object, null or undefined');
    let method = awaits ? methodOf(value, asyncDispose) : undefined;
    if (method !== undefined) return { awaits, call: () => apply(method, value, []) };
    method = methodOf(value, dispose);
    if (method === undefined) throw new TypeError(`the resource has no method [Symbol.${awaits ? 'asyncDispose' : 'dispose'}]`);
    // The result of a synchronous method is not awaited.
    return { awaits, call: () => { const result = apply(method, value, []); if (!awaits) return result; } };
  };

  // The resources of a block or of a stack. They are disposed of in the reverse order.
  class Resources {
    #list = []; #failed = false; #error;

    use(value) { this.#list.push(resource(value, false)); return value; }
    useAsync(value) { this.#list.push(resource(value, true)); return value; }
    add(call, awaits) { this.#list.push({ awaits, call }); }
    fail(error) {
      this.#error = this.#failed ? new SuppressedError(error, this.#error) : error;
      this.#failed = true;
    }
    #end() { if (this.#failed) throw this.#error; }
    dispose() {
      while (this.#list.length > 0) {
        const { call } = this.#list.pop();
        try { if (call) call(); } catch (error) { this.fail(error); }
      }
      this.#end();
    }
    async disposeAsync() {
      let owed = false, awaited = false;
      while (this.#list.length > 0) {
        const { awaits, call } = this.#list.pop();
        if (!awaits && owed && !awaited) {
          await undefined;
          owed = false;
        }
        if (!call) {
          owed ||= awaits;
          continue;
        }
        try {
          const result = call();
          if (awaits) {
            awaited = true;
            await result;
          }
        } catch (error) {
          this.fail(error);
        }
      }
      if (owed && !awaited) await undefined;
      this.#end();
    }
    take() {
      const taken = new Resources();
      taken.#list = this.#list;
      this.#list = [];
      return taken;
    }
  }

  const callable = f => { if (typeof f !== 'function') throw new TypeError('the callback is not a function'); };
  class DisposableStack {
    #resources = new Resources(); #disposed = false;

    #open() { if (this.#disposed) throw new ReferenceError('the stack is disposed of already'); }
    get disposed() { return this.#disposed; }
    use(value) { this.#open(); return this.#resources.use(value); }
    adopt(value, onDispose) {
      this.#open();
      callable(onDispose);
      this.#resources.add(() => onDispose(value), false);
      return value;
    }
    defer(onDispose) {
      this.#open();
      callable(onDispose);
      this.#resources.add(() => onDispose(), false);
    }
    move() {
      this.#open();
      const stack = new DisposableStack();
      stack.#resources = this.#resources.take();
      this.#disposed = true;
      return stack;
    }
    dispose() {
      if (this.#disposed) return;
      this.#disposed = true;
      this.#resources.dispose();
    }
  }
  class AsyncDisposableStack {
    #resources = new Resources(); #disposed = false;

    #open() { if (this.#disposed) throw new ReferenceError('the stack is disposed of already'); }
    get disposed() { return this.#disposed; }
    use(value) { this.#open(); return this.#resources.useAsync(value); }
    adopt(value, onDispose) {
      this.#open();
      callable(onDispose);
      this.#resources.add(() => onDispose(value), true);
      return value;
    }
    defer(onDispose) {
      this.#open();
      callable(onDispose);
      this.#resources.add(() => onDispose(), true);
    }
    move() {
      this.#open();
      const stack = new AsyncDisposableStack();
      stack.#resources = this.#resources.take();
      this.#disposed = true;
      return stack;
    }
    async disposeAsync() {
      if (this.#disposed) return;
      this.#disposed = true;
      await this.#resources.disposeAsync();
    }
  }
  hide(DisposableStack.prototype, dispose, DisposableStack.prototype.dispose);
  hide(AsyncDisposableStack.prototype, asyncDispose, AsyncDisposableStack.prototype.disposeAsync);
  for (const constructor of [DisposableStack, AsyncDisposableStack])
    Object.defineProperty(constructor.prototype, Symbol.toStringTag, { value: constructor.name, configurable: true });

  return { globals: { AsyncDisposableStack, DisposableStack, SuppressedError }, resources: () => new Resources() };
})
