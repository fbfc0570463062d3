// The draft's API on one AsyncLocalStorage that holds an immutable map from variables to values.
// Independent of the runtime: the caller passes the class AsyncLocalStorage.
function asyncContext(AsyncLocalStorage) {
  const current = new AsyncLocalStorage();

  class Variable {
    #name;
    #defaultValue;

    constructor({ name = "", defaultValue } = {}) {
      this.#name = String(name);
      this.#defaultValue = defaultValue;
    }

    get name() {
      return this.#name;
    }

    get() {
      const mapping = current.getStore();
      return mapping !== undefined && mapping.has(this) ? mapping.get(this) : this.#defaultValue;
    }

    run(value, callback, ...args) {
      const mapping = new Map(current.getStore());
      mapping.set(this, value);
      return current.run(mapping, callback, ...args);
    }
  }

  class Snapshot {
    #mapping = current.getStore();

    run(callback, ...args) {
      return current.run(this.#mapping, callback, ...args);
    }

    static wrap(callback) {
      const snapshot = new Snapshot();
      return function (...args) {
        return snapshot.run(() => callback.apply(this, args));
      };
    }
  }

  return { Variable, Snapshot };
}
