// The functions that a generated program uses, and the observation of its run. They are independent of the
// runtime. Whatever only a host can do is a member of `host`:
//
//   api               the names of the API under test: AsyncContext, or AsyncLocalStorage and AsyncResource
//   start(program, names)  calls the program's async function with these names, and returns its promise
//   EventEmitter      a class with on and emit
//   clean(callback)   calls callback in the empty mapping
//   soon(callback)    calls callback after the job queue has become empty
//   collect()         collects garbage
//   module(callback)  evaluates a module that awaits callback(), and returns its promise
//   thread(work, answer)        runs a thread of a program in a new agent, then calls answer
//   rejections(listener)        listens for unhandled rejections, and returns a function that stops it
//   uncaught(listener)          the same for uncaught exceptions
//   lack(error)                 what the host lacks, if it threw this error for that reason; optional
//   builtin(name)               a module of the host, such as node:fs
//   folder                      a folder for files

// The limit of observations, which exceeds those of any program within the generator's budget.
const MOST_OBSERVATIONS = 100000;

// One run of one program: the observations of its strands, and its pending callbacks.
class Run {
  strands = new Map();
  observations = 0;
  failure = undefined;
  lack = undefined; // What the host turned out to lack.
  over = false;
  pending = 0; // The number of pending timers, threads, modules and cleanups.
  drops = 0; // The number of pending cleanups.
  ends = []; // The functions to call at its end.

  constructor(host) {
    this.host = host;
  }

  // The logging function of a strand.
  strand(name) {
    return (value, label) => {
      if (this.over) return;
      if (++this.observations > MOST_OBSERVATIONS) {
        throw this.fail(`more than ${MOST_OBSERVATIONS} observations`);
      }
      this.blame(value);
      const observation = [observed(value)];
      if (label !== undefined) observation.push(label);
      if (!this.strands.has(name)) this.strands.set(name, []);
      this.strands.get(name).push(observation);
    };
  }

  fail(reason) {
    this.failure ??= reason;
    return new Error(reason);
  }

  // Notes what the host lacks if it threw this value for that reason.
  blame(thrown) {
    if (thrown instanceof Error) this.lack ??= this.host.lack?.(thrown);
  }

  get stopped() {
    return this.failure !== undefined || this.lack !== undefined;
  }

  // The answer in the JSON form of the language.
  answer(id) {
    if (this.lack !== undefined) return { id, unsupported: this.lack };
    return this.failure === undefined
      ? { id, strands: Object.fromEntries(this.strands) }
      : { id, failed: this.failure };
  }
}

// A value as text. An error that the engine throws has its name as text.
function observed(value) {
  if (value === undefined) return "none";
  return value instanceof Error ? value.name : String(value);
}

function text(thrown) {
  try {
    return String(thrown);
  } catch {
    return "a value without a text";
  }
}

// The names that a program may use besides those of its API.
function surroundings(run, host, program) {
  const { EventEmitter } = host;
  const strand = (name) => run.strand(name);

  function deferred() {
    let resolve, reject;
    const promise = new Promise((...functions) => ([resolve, reject] = functions));
    return { promise, resolve, reject };
  }

  function microtask(callback) {
    return new Promise((done) => {
      queueMicrotask(() => {
        callback();
        done();
      });
    });
  }

  function timer(callback) {
    return new Promise((done) => {
      run.pending++;
      setTimeout(() => {
        run.pending--;
        callback();
        done();
      }, 0);
    });
  }

  function interval(count, callback) {
    return new Promise((done) => {
      run.pending++;
      const repeating = setInterval(() => {
        const last = --count === 0;
        if (last) {
          clearInterval(repeating);
          run.pending--;
        }
        callback();
        if (last) done();
      }, 0);
    });
  }

  // A job: `queue` is setImmediate or process.nextTick, which only some hosts have.
  function queued(queue, callback) {
    return new Promise((done) => {
      run.pending++;
      queue(() => {
        run.pending--;
        callback();
        done();
      });
    });
  }

  const immediate = (callback) => queued((job) => setImmediate(job), callback);
  const nextTick = (callback) => queued((job) => process.nextTick(job), callback);

  function listen(channel, callback) {
    const { listen, post, close } = channel instanceof MessageChannel ? channelOf(channel.port1, channel.port2) : channel;
    listen(() => {
      run.pending--;
      callback();
    });
    if (close) run.ends.push(close);
    return {
      post() {
        run.pending++;
        post();
      },
    };
  }

  const channel = (kind) => CHANNELS[kind](host);

  // What the operations of this run share.
  const shared = { ends: run.ends };
  const operation = (kind, callback) => queued((done) => OPERATIONS[kind](host, shared, done), callback);

  // An iterator written by hand. Each of its methods runs the body.
  function iterator(left, body) {
    return {
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
    };
  }

  // The operand of `await timer`.
  const sleep = () => timer(() => {});

  function finalizer(callback) {
    const self = { target: {}, cleaned: deferred() };
    const registry = new FinalizationRegistry(() => {
      if (run.over) return;
      try {
        callback();
      } catch {
        // The host reports it. No strand can observe it.
      }
      run.drops--;
      run.pending--;
      self.cleaned.resolve();
    });
    registry.register(self.target, undefined, self);
    run.ends.push(() => registry.unregister(self));
    return self;
  }

  function drop(self) {
    self.target = undefined;
    run.drops++;
    run.pending++;
    return self.cleaned.promise;
  }

  function onUnhandled(callback) {
    const stop = host.rejections(() => {
      try {
        callback();
      } catch {
        // The host reports it. No strand can observe it.
      }
    });
    run.ends.push(stop);
  }

  function onUncaught(callback) {
    const stop = host.uncaught(() => {
      try {
        callback();
      } catch (error) {
        run.fail(`thrown by a listener for uncaught exceptions: ${text(error)}`);
      }
    });
    run.ends.push(stop);
  }

  let channels = 0;
  const diagnosticsChannel = () => host.builtin("node:diagnostics_channel").channel(`litmus ${program.id} ${channels++}`);

  function importModule(body) {
    run.pending++;
    const imported = host.module(body);
    const settled = () => run.pending--;
    imported.then(settled, settled);
    return imported;
  }

  // The new agent receives the program's variables and the text of the body.
  function thread(body) {
    return new Promise((resolve, reject) => {
      run.pending++;
      const work = { variables: program.variables, body: String(body) };
      host.thread(work, (answer) => {
        run.pending--;
        if (answer.failed !== undefined) run.fail(answer.failed);
        for (const [name, value, label] of answer.observed) run.strand(name)(value, label);
        if (answer.threw) reject(answer.thrown);
        else resolve();
      });
    });
  }

  return {
    ...host.api,
    EventEmitter,
    strand,
    deferred,
    microtask,
    timer,
    interval,
    immediate,
    nextTick,
    eventTarget,
    abortSignal,
    channel,
    listen,
    operation,
    iterator,
    sleep,
    finalizer,
    drop,
    onUnhandled,
    onUncaught,
    diagnosticsChannel,
    importModule,
    thread,
  };
}

// Runs a program in the empty mapping, and calls back with the run when the job queue is empty and nothing is
// pending. It does not wait on a promise of the program, since that would mark the promise as handled.
function execute(program, host, over) {
  const run = new Run(host);
  const names = surroundings(run, host, program);
  let ended = false;
  host.clean(() => {
    try {
      host.start(program, names).then(
        () => (ended = true),
        (thrown) => {
          run.blame(thrown);
          run.fail(`thrown out of main: ${text(thrown)}`);
        },
      );
    } catch (error) {
      run.fail(text(error));
    }
  });
  let last = false;
  const poll = () => {
    if (run.drops > 0) host.collect();
    if (run.pending > 0 && !run.stopped) return host.soon(poll);
    // After an uncaught exception, a host may run the jobs that are left only now.
    if (!ended && !last) {
      last = true;
      return host.soon(poll);
    }
    if (!ended) run.fail("main never ended: no job is left, but it still waits");
    for (const end of run.ends) end();
    run.over = true;
    over(run);
  };
  host.soon(poll);
  return run;
}
