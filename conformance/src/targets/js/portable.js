// The classes of WinterTC's portable subset of AsyncLocalStorage: the members that its text has, and no others, so that a
// program that runs with them needs nothing else.
function portable(AsyncLocalStorage, AsyncResource) {
  class PortableStorage {
    #storage = new AsyncLocalStorage();

    run(store, callback, ...args) {
      return this.#storage.run(store, callback, ...args);
    }

    exit(callback, ...args) {
      return this.#storage.exit(callback, ...args);
    }

    getStore() {
      return this.#storage.getStore();
    }
  }

  class PortableResource {
    #resource;

    constructor(type, options) {
      this.#resource = new AsyncResource(type, options);
    }

    runInAsyncScope(callback, receiver, ...args) {
      return this.#resource.runInAsyncScope(callback, receiver, ...args);
    }

    bind(callback, receiver) {
      return this.#resource.bind(callback, receiver);
    }

    static bind(callback, type, receiver) {
      return AsyncResource.bind(callback, type, receiver);
    }
  }

  return { AsyncLocalStorage: PortableStorage, AsyncResource: PortableResource };
}
