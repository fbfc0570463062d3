// The draft's API on storage of one value that the runtime propagates: the immutable map from variables to values.
// `storage` has get(), which returns the current map, and run(map, callback, ...args).
function asyncContext(storage) {
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
      const mapping = storage.get();
      return mapping !== undefined && mapping.has(this) ? mapping.get(this) : this.#defaultValue;
    }

    run(value, callback, ...args) {
      const mapping = new Map(storage.get());
      mapping.set(this, value);
      return storage.run(mapping, callback, ...args);
    }
  }

  class Snapshot {
    #mapping = storage.get();

    run(callback, ...args) {
      return storage.run(this.#mapping, callback, ...args);
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

// Storage in one AsyncLocalStorage.
function localStorage(AsyncLocalStorage) {
  const current = new AsyncLocalStorage();
  return {
    get: () => current.getStore(),
    run: (mapping, callback, ...args) => current.run(mapping, callback, ...args),
  };
}

// Storage in the value that V8 keeps with each continuation, through the functions that get and set it, and those that
// convert a map to such a value and back.
function continuationStorage({ get, set, pack, unpack }) {
  return {
    // The runtime keeps maps or objects of its own there while no variable is bound.
    get() {
      const mapping = unpack(get());
      return mapping instanceof Map ? mapping : undefined;
    },
    run(mapping, callback, ...args) {
      const previous = get();
      set(pack(mapping));
      try {
        return callback(...args);
      } finally {
        set(previous);
      }
    },
  };
}
