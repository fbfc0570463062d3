// Objects of the web platform that a program names, for runtimes and for web platform tests.

// Listeners receive the logging function of the dispatching strand, as those of an emitter do.
function eventTarget() {
  const target = new EventTarget();
  let argument;
  return {
    on: (_, listener) => target.addEventListener("event", () => listener(argument)),
    emit(_, log) {
      argument = log;
      target.dispatchEvent(new Event("event"));
    },
  };
}

function abortSignal() {
  const controller = new AbortController();
  let argument;
  return {
    on: (_, listener) => controller.signal.addEventListener("abort", () => listener(argument)),
    abort(log) {
      argument = log;
      controller.abort();
    },
  };
}

// Each returns a channel: listen(deliver) adds the listener, post() sends a message to it, and close() ends both.
const WEB_CHANNELS = {
  broadcast() {
    // A test may run in several globals at the same time.
    const name = `litmus ${broadcasts++} ${Math.random()}`;
    return channelOf(new BroadcastChannel(name), new BroadcastChannel(name));
  },

  "web-stream"() {
    let listener;
    const writer = new WritableStream({ write: () => listener() }).getWriter();
    return { listen: (deliver) => (listener = deliver), post: () => void writer.write() };
  },
};

let broadcasts = 0;

// The channel that two connected objects are, such as the ports of a MessageChannel.
function channelOf(receiver, sender) {
  return {
    listen: (deliver) => (receiver.onmessage = deliver),
    post: () => sender.postMessage(null),
    close() {
      receiver.close();
      sender.close();
    },
  };
}
