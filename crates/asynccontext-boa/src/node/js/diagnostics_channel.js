// `node:diagnostics_channel`. A store that is bound to a channel is entered for the time of `runStores`.
(function (exports, require, module, native) {
  'use strict';
  const { check, invalidType } = require('internal/errors');

  const fail = error => require('process').nextTick(() => { throw error; });

  class Channel {
    #subscribers = []; #stores = new Map();

    constructor(name) { this.name = name; }
    get hasSubscribers() { return this.#subscribers.length > 0 || this.#stores.size > 0; }
    subscribe(subscription) {
      check.function(subscription, 'subscription');
      this.#subscribers = [...this.#subscribers, subscription];
      pinned.add(this);
    }
    unsubscribe(subscription) {
      const at = this.#subscribers.indexOf(subscription);
      if (at < 0) return false;
      this.#subscribers = this.#subscribers.toSpliced(at, 1);
      this.#release();
      return true;
    }
    bindStore(store, transform) {
      this.#stores.set(store, transform);
      pinned.add(this);
    }
    unbindStore(store) {
      const removed = this.#stores.delete(store);
      this.#release();
      return removed;
    }
    #release() { if (!this.hasSubscribers) pinned.delete(this); }
    publish(data) {
      for (const subscriber of this.#subscribers) {
        try {
          subscriber(data, this.name);
        } catch (error) {
          fail(error);
        }
      }
    }
    runStores(data, callback, thisArg, ...args) {
      let run = () => {
        this.publish(data);
        return Reflect.apply(callback, thisArg, args);
      };
      for (const [store, transform] of this.#stores) {
        const inner = run;
        run = () => {
          let value = data;
          if (transform !== undefined) {
            try {
              value = transform(data);
            } catch (error) {
              fail(error);
              return inner();
            }
          }
          return store.run(value, inner);
        };
      }
      return run();
    }
  }

  // A channel that nobody listens to may be collected.
  const channels = new Map(), pinned = new Set();
  const channel = name => {
    const found = channels.get(name)?.deref();
    if (found !== undefined) return found;
    if (typeof name !== 'string' && typeof name !== 'symbol') throw invalidType('channel', ['string', 'symbol'], name);
    const made = new Channel(name);
    channels.set(name, new WeakRef(made));
    return made;
  };

  const traced = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'];

  class TracingChannel {
    constructor(from) {
      for (const event of traced) {
        const given = typeof from === 'string' ? channel(`tracing:${from}:${event}`) : from?.[event];
        if (!(given instanceof Channel)) throw invalidType(typeof from === 'object' ? `nameOrChannels.${event}` : 'nameOrChannels', typeof from === 'object' ? 'Channel' : ['string', 'object', 'TracingChannel'], from);
        Object.defineProperty(this, event, { value: given, enumerable: true });
      }
    }
    get hasSubscribers() { return traced.some(event => this[event].hasSubscribers); }
    subscribe(handlers) {
      for (const event of traced) if (handlers[event]) this[event].subscribe(handlers[event]);
    }
    unsubscribe(handlers) {
      let all = true;
      for (const event of traced) if (handlers[event] && !this[event].unsubscribe(handlers[event])) all = false;
      return all;
    }
    traceSync(callback, context = {}, thisArg = undefined, ...args) {
      if (!this.hasSubscribers) return Reflect.apply(callback, thisArg, args);
      return this.start.runStores(context, () => {
        try {
          const result = Reflect.apply(callback, thisArg, args);
          context.result = result;
          return result;
        } catch (error) {
          context.error = error;
          this.error.publish(context);
          throw error;
        } finally {
          this.end.publish(context);
        }
      });
    }
    tracePromise(callback, context = {}, thisArg = undefined, ...args) {
      if (!this.hasSubscribers) return Reflect.apply(callback, thisArg, args);
      const finish = () => {
        this.asyncStart.publish(context);
        this.asyncEnd.publish(context);
      };
      return this.start.runStores(context, () => {
        try {
          let promise = Reflect.apply(callback, thisArg, args);
          if (!(promise instanceof Promise)) promise = Promise.resolve(promise);
          return promise.then(result => {
            context.result = result;
            finish();
            return result;
          }, error => {
            context.error = error;
            this.error.publish(context);
            finish();
            return Promise.reject(error);
          });
        } catch (error) {
          context.error = error;
          this.error.publish(context);
          throw error;
        } finally {
          this.end.publish(context);
        }
      });
    }
    traceCallback(callback, position = -1, context = {}, thisArg = undefined, ...args) {
      if (!this.hasSubscribers) return Reflect.apply(callback, thisArg, args);
      const tracing = this, done = args.at(position);
      check.function(done, 'callback');
      const wrapped = function (error, result) {
        if (error) {
          context.error = error;
          tracing.error.publish(context);
        } else {
          context.result = result;
        }
        return tracing.asyncStart.runStores(context, () => {
          try {
            return Reflect.apply(done, this, arguments);
          } finally {
            tracing.asyncEnd.publish(context);
          }
        });
      };
      args.splice(position, 1, wrapped);
      return this.start.runStores(context, () => {
        try {
          return Reflect.apply(callback, thisArg, args);
        } catch (error) {
          context.error = error;
          this.error.publish(context);
          throw error;
        } finally {
          this.end.publish(context);
        }
      });
    }
  }

  Object.assign(exports, {
    Channel,
    channel,
    hasSubscribers: name => channels.get(name)?.deref()?.hasSubscribers ?? false,
    subscribe(name, subscription) { channel(name).subscribe(subscription); },
    unsubscribe: (name, subscription) => channel(name).unsubscribe(subscription),
    tracingChannel: nameOrChannels => new TracingChannel(nameOrChannels),
  });
})
