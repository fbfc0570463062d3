// What Node's tests require as `../common/gc`, written from its documentation.
'use strict';
const wait = () => new Promise(setImmediate);
const gcUntil = async (name, condition, maxCount = 10) => {
  for (let count = 0; count < maxCount; count++) {
    await wait();
    globalThis.gc();
    if (condition()) return;
  }
  throw new Error(`Test ${name} failed`);
};
const watched = new Map();
const registry = typeof FinalizationRegistry === 'function' ? new FinalizationRegistry(id => watched.get(id)?.ongc()) : undefined;
let last = 0;
const onGC = (object, listener) => {
  const id = ++last;
  watched.set(id, listener);
  registry.register(object, id);
};
async function checkIfCollectable(fn, maxCount = 4096, batch = 128) {
  let dead = false;
  const finalizer = new FinalizationRegistry(() => { dead = true; });
  for (let i = 0; i < maxCount && !dead; i++) {
    const object = await fn();
    finalizer.register(object, 0);
    if (i % batch === 0) {
      globalThis.gc();
      await wait();
    }
  }
  if (!dead) throw new Error('not collected');
}
const runAndBreathe = async (fn, repeat, waitTime = 20) => {
  for (let i = 0; i < repeat; i++) {
    await fn();
    await new Promise(resolve => setTimeout(resolve, waitTime));
  }
};
module.exports = { gcUntil, onGC, checkIfCollectable, checkIfCollectableByCounting: checkIfCollectable, runAndBreathe };
