// The lessons. `prints` is what the program prints, which a test compares with a run; the question is about it.

export const lessons = [
  {
    title: "A global fails for two requests",
    text: [
      "A server handles many requests at once. Whose request is it? The first idea is a global variable that each request sets.",
      "At an await, the function pauses and another request continues. Read the program and predict its output before you run it.",
    ],
    program: `let current;

async function handle(user) {
  current = user;
  await null; // a query to the database
  console.log(user, "is handled as", current);
}

handle("ada");
handle("grace");
`,
    prints: ["ada is handled as grace", "grace is handled as grace"],
    ask: "As whom is ada's request handled?",
    choices: ["ada", "grace", "undefined"],
    answer: 1,
    because: "Both calls set the global before either continues after its await. The second one wins for both.",
  },
  {
    title: "run and get",
    text: [
      "An AsyncContext.Variable has a value for the duration of a call. variable.run(value, function) calls the function with the value bound, and restores what was bound before. variable.get() reads it.",
      "Outside any run, get returns the default value.",
    ],
    program: `const user = new AsyncContext.Variable({ name: "user", defaultValue: "nobody" });

function greet() {
  console.log("hello", user.get());
}

greet();
user.run("ada", () => {
  user.run("grace", greet);
  greet();
});
greet();
`,
    prints: ["hello nobody", "hello grace", "hello ada", "hello nobody"],
    ask: "What does the third call of greet print, after the inner run has ended?",
    choices: ["hello grace", "hello nobody", "hello ada"],
    answer: 2,
    because: "The inner run restores the binding that it found. So the outer binding is current again.",
  },
  {
    title: "What await keeps",
    text: [
      "An async function keeps its context. Each await captures the current context, and the rest of the function continues in it.",
      "This is the program of the first lesson, with a variable instead of the global. Look at the timeline: an arrow leads from each await to the place where its function continues.",
    ],
    program: `const user = new AsyncContext.Variable({ name: "user" });

async function handle() {
  await null; // a query to the database
  console.log("handled for", user.get());
}

user.run("ada", handle);
user.run("grace", handle);
console.log("outside:", user.get());
`,
    prints: ["outside: undefined", "handled for ada", "handled for grace"],
    ask: "What does the first line of output say?",
    choices: ["outside: undefined", "outside: grace", "handled for ada"],
    answer: 0,
    because: "run has ended before the functions continue, so nothing is bound outside. Still each function continues in its own context.",
  },
  {
    title: "Registration against resolution",
    text: [
      "A callback of a promise could run in one of two contexts: the one where then was called, or the one where the promise was resolved.",
      "The draft decides for registration: then captures the context.",
    ],
    program: `const place = new AsyncContext.Variable({ name: "place" });

let resolve;
const promise = new Promise((done) => {
  resolve = done;
});

place.run("registration", () => {
  promise.then(() => console.log("the callback runs in", place.get()));
});
place.run("resolution", () => resolve());
`,
    prints: ["the callback runs in registration"],
    ask: "In which context does the callback run?",
    choices: ["resolution", "registration", "neither: undefined"],
    answer: 1,
    because: "The code that registers the callback is the code that waits for it. The code that resolves may serve another request.",
  },
  {
    title: "Snapshots and wrap",
    text: [
      "A queue of functions is not a promise, so nothing captures. AsyncContext.Snapshot.wrap(function) captures the current context by hand, and returns a function that runs in it. new AsyncContext.Snapshot() captures too; its method run enters the context.",
    ],
    program: `const user = new AsyncContext.Variable({ name: "user" });
const queue = [];

user.run("ada", () => {
  queue.push(() => console.log("bare:", user.get()));
  queue.push(AsyncContext.Snapshot.wrap(() => console.log("wrapped:", user.get())));
});

user.run("grace", () => {
  for (const job of queue) job();
});
`,
    prints: ["bare: grace", "wrapped: ada"],
    ask: "What do the two functions print?",
    choices: ["bare: ada, wrapped: ada", "bare: grace, wrapped: grace", "bare: grace, wrapped: ada"],
    answer: 2,
    because: "A bare function runs in its caller's context. The wrapped one runs in the context in which it was wrapped.",
  },
  {
    title: "Generators",
    text: [
      "A generator pauses at each yield, and anyone may resume it. In the draft its body keeps the context in which the generator was created, on every step.",
    ],
    program: `const user = new AsyncContext.Variable({ name: "user" });

function* seen() {
  yield user.get();
  yield user.get();
}

const generator = user.run("ada", seen);
user.run("grace", () => console.log(...generator));
`,
    prints: ["ada ada"],
    ask: "What does the loop in grace's context receive?",
    choices: ["ada ada", "grace grace", "ada grace"],
    answer: 0,
    because: "The call of seen creates the generator, in ada's context. Each step enters that context, and the end of the step restores grace's.",
  },
  {
    title: "Where context is lost",
    text: [
      "A pool of connections keeps callbacks in a list, and calls one when a connection is free. The connection is given back by another request.",
      "After your answer, correct the program: wrap the callback where it is put on the list.",
    ],
    program: `const user = new AsyncContext.Variable({ name: "user" });

class Pool {
  waiting = [];
  acquire(callback) {
    this.waiting.push(callback);
  }
  release() {
    this.waiting.shift()?.();
  }
}

const pool = new Pool();
user.run("ada", () => pool.acquire(() => console.log("a connection for", user.get())));
user.run("grace", () => pool.release());
`,
    prints: ["a connection for grace"],
    ask: "Which user does the connection serve?",
    choices: ["ada", "grace", "undefined"],
    answer: 1,
    because: "The list is not a promise, so nothing captured ada's context. With this.waiting.push(AsyncContext.Snapshot.wrap(callback)) it is ada.",
  },
  {
    title: "enterWith, and why the draft has none",
    text: [
      "Node has AsyncLocalStorage. Its enterWith binds without a callback, for the rest of the current flow. The draft has no such method.",
      "Here a library calls it. See what that does to its caller.",
    ],
    program: `import { AsyncLocalStorage } from "node:async_hooks";

const user = new AsyncLocalStorage({ name: "user" });

function library() {
  user.enterWith("ada");
}

user.run("grace", () => {
  library();
  console.log("after the call:", user.getStore());
});
console.log("after run:", user.getStore());
`,
    prints: ["after the call: ada", "after run: undefined"],
    ask: "What does grace's code read after the call of the library?",
    choices: ["grace", "undefined", "ada"],
    answer: 2,
    because: "A call changed its caller's context, and nothing in the caller's code shows it. With run alone, the end of the function is the end of the binding.",
  },
  {
    title: "AsyncLocalStorage beside AsyncContext",
    text: [
      "In this engine both APIs use one context. A snapshot of either contains the values of both.",
    ],
    program: `import { AsyncLocalStorage } from "node:async_hooks";

const store = new AsyncLocalStorage({ name: "store" });
const variable = new AsyncContext.Variable({ name: "variable" });

const snapshot = store.run("from the store", () =>
  variable.run("from the variable", () => new AsyncContext.Snapshot()),
);

snapshot.run(() => console.log(store.getStore(), "and", variable.get()));
console.log(store.getStore(), "and", variable.get());
`,
    prints: ["from the store and from the variable", "undefined and undefined"],
    ask: "What does the snapshot contain?",
    choices: ["both values", "the variable's value only", "the store's value only"],
    answer: 0,
    because: "Both are entries of the same mapping, and a snapshot is a mapping.",
  },
  {
    title: "Contested points",
    text: [
      "Not everything is settled. An event listener could run in the context in which it was added, or in that of the dispatch. The plan for the web decides for the dispatch: a button that is clicked by a program continues the work of that program.",
      "The project's list of contested points has each question with its readings.",
    ],
    program: `const place = new AsyncContext.Variable({ name: "place" });
const target = new EventTarget();

place.run("addition", () => {
  target.addEventListener("ping", () => console.log("the listener runs in", place.get()));
});
place.run("dispatch", () => target.dispatchEvent(new Event("ping")));
`,
    prints: ["the listener runs in dispatch"],
    ask: "In which context does the listener run?",
    choices: ["addition", "dispatch", "neither: undefined"],
    answer: 1,
    because: "A synchronous event is a call, and a call runs in its caller's context. For promises it is the other way around, as lesson 4 shows.",
  },
];
