// Detects what a shell has, and prints it as a line of JSON. Before this text there is `hooks`, which is
// node:async_hooks or undefined.
const is = (test) => {
  try {
    return Boolean(test());
  } catch {
    return false;
  }
};

const found = {
  native: is(() => AsyncContext.Variable && AsyncContext.Snapshot),
  hooks: is(() => hooks.AsyncLocalStorage.snapshot && hooks.AsyncResource),
  timers: is(() => setTimeout && setInterval && clearInterval),
  gc: is(() => (typeof gc === "function" ? gc : $262.gc)),
  rejections: is(() => (typeof process === "object" ? process.on && process.off : addEventListener)),
  immediate: is(() => setImmediate),
  nextTick: is(() => process.nextTick),
  eventTarget: is(() => new EventTarget() && new AbortController() && Event),
  message: is(() => MessageChannel),
  broadcast: is(() => BroadcastChannel),
  webStream: is(() => WritableStream),
  options: is(() => new hooks.AsyncLocalStorage({ name: "n", defaultValue: 1 }).getStore() === 1),
  mutate: is(() => {
    const store = new hooks.AsyncLocalStorage();
    return store.run(1, () => (store.enterWith(2), store.disable(), true));
  }),
  als: is(() => new hooks.AsyncLocalStorage().exit(() => new hooks.AsyncResource("probe"))),
};
(typeof print === "function" ? print : (line) => console.log(line))(`litmus-probe:${JSON.stringify(found)}`);
