// Boa as a host: runs a program. Arguments:
//
//   native   functions of the process: evaluate(text), collect(), module(name, text),
//            thread(work). It calls native.uncaught(rejection, message), and reads native.answer when
//            all jobs are done
//   work     JSON: the API's name, and the program's id, text and variables
const program = JSON.parse(work);
const { Snapshot } = AsyncContext;

function start(names) {
  const run = execute(program, host(names), () => {
    native.answer = JSON.stringify(run.answer(program.id));
  });
  current = run;
}

let current;
native.uncaught = (rejection, message) => {
  if (!rejection) current?.fail(`uncaught: ${message}`);
};

// The emitter of a program, which is no EventTarget: exceptions reach the code that dispatches.
class EventEmitter {
  #listeners = [];

  on(_, listener) {
    this.#listeners.push(listener);
  }

  emit(_, argument) {
    for (const listener of [...this.#listeners]) listener(argument);
  }
}

// Listens for an event of the global object, whose default is the report. Returns a function that stops it.
function listenGlobally(type, listener) {
  const listening = (event) => {
    event.preventDefault();
    listener();
  };
  addEventListener(type, listening);
  return () => removeEventListener(type, listening);
}

let modules = 0;
function host(api) {
  const empty = new Snapshot();
  // Later than the timers of the program, so that its intervals run first.
  const soon = (callback) => setTimeout(callback, 1);
  return {
    api,
    // As a script, since the engine knows the text of such functions only, which threads need.
    start(program, names) {
      const main = native.evaluate(`(async function (${Object.keys(names)}) {\n"use strict";\n${program.text}\n})`);
      return main(...Object.values(names));
    },
    EventEmitter,
    clean: (callback) => empty.run(callback),
    soon,
    collect: () => native.collect(),

    module(callback) {
      const name = `litmus-module-${program.id}-${modules++}.mjs`;
      globalThis[name] = callback;
      native.module(name, `await globalThis[${JSON.stringify(name)}]();`);
      return import(name);
    },

    // The other agent runs to its end at once. Its observations arrive later, like a message.
    thread(thread, answer) {
      const answered = JSON.parse(native.thread(JSON.stringify({ ...thread, api: program.api, observed: String(observed) })));
      empty.run(() => soon(() => answer(answered)));
    },

    rejections: (listener) => listenGlobally("unhandledrejection", listener),
    uncaught: (listener) => listenGlobally("error", listener),
  };
}

if (program.api === "ac") start({ AsyncContext });
else import("node:async_hooks").then(({ AsyncLocalStorage, AsyncResource }) => start({ AsyncLocalStorage, AsyncResource }));
