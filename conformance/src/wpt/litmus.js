"use strict";
// Runs a program of the asynccontext suite, and registers a subtest for each observation that it must make.
//
// A strand is a flow of control. strand(name) returns its logging function; the other names that a program takes are
// those of the platform in a form that the program can wait for.

function litmus(title, expected, program) {
  // Programs may leave rejections unhandled on purpose.
  setup({ allow_uncaught_exception: true });
  const supported = "AsyncContext" in globalThis;
  const run = new LitmusRun();
  const over = supported ? run.execute(program) : undefined;

  const subtest = (name, body) =>
    promise_test(async () => {
      assert_true(supported, "the platform has AsyncContext");
      await over;
      assert_equals(run.failure, undefined, "the program runs to its end");
      body();
    }, `${title}: ${name}`);

  for (const [strand, values] of Object.entries(expected)) {
    values.forEach((value, index) => {
      subtest(`${strand}, observation ${index + 1}`, () => {
        assert_equals(run.observed.get(strand)?.[index], value);
      });
    });
  }
  subtest("no other observation", () => {
    const count = (lists) => lists.reduce((sum, list) => sum + list.length, 0);
    assert_equals(count([...run.observed.values()]), count(Object.values(expected)));
  });
}

class LitmusRun {
  observed = new Map();
  failure = undefined;
  pending = 0; // The number of pending timers and messages.
  ends = []; // The functions to call at its end.

  async execute(program) {
    let ended = false;
    program(this.surroundings()).then(
      () => (ended = true),
      (thrown) => (this.failure = `thrown out of main: ${thrown}`),
    );
    // Two tasks in which nothing is pending: a report of an unhandled rejection is a task too.
    for (let quiet = 0; quiet < 2; ) {
      await new Promise((later) => setTimeout(later, 0));
      quiet = this.pending > 0 && this.failure === undefined ? 0 : quiet + 1;
    }
    if (!ended) this.failure ??= "main never ended";
    for (const end of this.ends) end();
  }

  surroundings() {
    const strand = (name) => (value) => {
      const text = value === undefined ? "none" : value instanceof Error ? value.name : String(value);
      if (!this.observed.has(name)) this.observed.set(name, []);
      this.observed.get(name).push(text);
    };

    const deferred = () => Promise.withResolvers();

    const microtask = (callback) =>
      new Promise((done) => {
        queueMicrotask(() => {
          callback();
          done();
        });
      });

    const timer = (callback) =>
      new Promise((done) => {
        this.pending++;
        setTimeout(() => {
          this.pending--;
          callback();
          done();
        }, 0);
      });

    const interval = (count, callback) =>
      new Promise((done) => {
        this.pending++;
        const repeating = setInterval(() => {
          const last = --count === 0;
          if (last) {
            clearInterval(repeating);
            this.pending--;
          }
          callback();
          if (last) done();
        }, 0);
      });

    // An iterator written by hand. Each of its methods runs the body.
    const iterator = (left, body) => ({
      [Symbol.iterator]() {
        return this;
      },
      next() {
        const done = left === 0;
        if (!done) left--;
        body();
        return { done };
      },
      return() {
        left = 0;
        body();
        return { done: true };
      },
      throw(error) {
        left = 0;
        body();
        throw error;
      },
    });

    const sleep = () => timer(() => {});

    const onUnhandled = (callback) => {
      const listener = (event) => {
        event.preventDefault();
        callback();
      };
      addEventListener("unhandledrejection", listener);
      this.ends.push(() => removeEventListener("unhandledrejection", listener));
    };

    const channel = (kind) => WEB_CHANNELS[kind]();

    const listen = (channel, callback) => {
      const { listen, post, close } = channel instanceof MessageChannel ? channelOf(channel.port1, channel.port2) : channel;
      listen(() => {
        this.pending--;
        callback();
      });
      if (close) this.ends.push(close);
      return {
        post: () => {
          this.pending++;
          post();
        },
      };
    };

    return {
      EventEmitter: LitmusEmitter,
      abortSignal,
      channel,
      deferred,
      eventTarget,
      interval,
      iterator,
      listen,
      microtask,
      onUnhandled,
      sleep,
      strand,
      timer,
    };
  }
}

// An EventTarget with the methods that a program calls. An exception of a listener reaches the emitter.
class LitmusEmitter extends EventTarget {
  on(type, listener) {
    this.addEventListener(type, (event) => {
      try {
        listener(event.log);
      } catch (error) {
        event.failure = { error };
        event.stopImmediatePropagation();
      }
    });
  }

  emit(type, log) {
    const event = Object.assign(new Event(type), { log, failure: undefined });
    this.dispatchEvent(event);
    if (event.failure !== undefined) throw event.failure.error;
  }
}
