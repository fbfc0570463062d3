// AsyncLocalStorage: the cost of reads, bindings and steps of a promise chain.
// Prints a JSON object: the runtime's name, and the nanoseconds of each round by operation.
import { AsyncLocalStorage } from "node:async_hooks";

const ROUNDS = 15;
const storage = new AsyncLocalStorage();
let sink = 0; // Reads are stored here, so that they are not optimized away.

const nothing = () => {
  sink ^= 1;
};

function reads(n) {
  storage.run(7, () => {
    for (let i = 0; i < n; i++) sink ^= storage.getStore();
  });
}

function misses(n) {
  for (let i = 0; i < n; i++) sink ^= storage.getStore() ?? 1;
}

function runs(n) {
  for (let i = 0; i < n; i++) storage.run(i, nothing);
}

function calls(n) {
  for (let i = 0; i < n; i++) nothing();
}

function captures(n) {
  storage.run(7, () => {
    for (let i = 0; i < n; i++) AsyncLocalStorage.snapshot();
  });
}

function enters(n) {
  const enter = storage.run(7, () => AsyncLocalStorage.snapshot());
  for (let i = 0; i < n; i++) enter(nothing);
}

async function steps(n) {
  for (let i = 0; i < n; i++) await i;
}

const operations = {
  "a call, for comparison": [calls, 1e6],
  "get": [reads, 1e6],
  "get, not bound": [misses, 1e6],
  "run": [runs, 2e5],
  "capture": [captures, 5e4],
  "enter a snapshot": [enters, 1e5],
  "await": [steps, 1e5],
  "await, in run": [(n) => storage.run(7, steps, n), 1e5],
};

const rounds = {};
for (let round = -2; round < ROUNDS; round++) {
  for (const [name, [f, n]] of Object.entries(operations)) {
    const start = performance.now();
    await f(n);
    const took = ((performance.now() - start) * 1e6) / n;
    if (round >= 0) (rounds[name] ??= []).push(took); // The first two rounds warm up.
  }
}

const name =
  typeof Deno !== "undefined"
    ? `Deno ${Deno.version.deno}`
    : typeof Bun !== "undefined"
      ? `Bun ${Bun.version}`
      : `Node ${process.versions.node}`;
console.log(JSON.stringify({ name, rounds, sink }));
