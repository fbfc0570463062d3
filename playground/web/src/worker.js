// The worker: makes an instance of the engine, runs one request in it, and posts its events in batches.
//
// Receives { module, programArguments }, then { request }; posts { events }, then { done } or { failed }.

import { Exit, instantiate } from "./wasi.js";

// Of the output of a program, this many characters are passed on.
const MOST_OUTPUT = 1_000_000;
const BATCH = 500;

let start;

self.onmessage = ({ data }) => {
  if (data.request) {
    run(data.request);
    return;
  }
  try {
    start = instantiate(data.module, data.programArguments);
  } catch (error) {
    // For lack of memory, perhaps. The request reports it.
    start = () => {
      throw error;
    };
  }
};

async function run(request) {
  const events = [];
  let output = 0;
  let full = false;
  let errors = "";
  let rest = "";
  const text = { 1: new TextDecoder(), 2: new TextDecoder() };

  const flush = () => {
    if (events.length > 0) self.postMessage({ events: events.splice(0) });
  };

  const line = (line) => {
    if (line.startsWith('{"event":"console"')) {
      output += line.length;
      if (output > MOST_OUTPUT) {
        if (!full) events.push({ event: "cut", most: MOST_OUTPUT });
        full = true;
        return;
      }
    }
    events.push(JSON.parse(line));
    if (events.length >= BATCH) flush();
  };

  const write = (descriptor, bytes) => {
    const added = text[descriptor].decode(bytes, { stream: true });
    if (descriptor === 2) {
      errors = (errors + added).slice(-2000);
      return;
    }
    const lines = (rest + added).split("\n");
    rest = lines.pop();
    for (const each of lines) line(each);
  };

  try {
    await start(new TextEncoder().encode(JSON.stringify(request)), write);
    flush();
    self.postMessage({ done: true });
  } catch (error) {
    flush();
    self.postMessage({ failed: reason(error, errors) });
  }
}

/** Says why the engine ended. */
function reason(error, errors) {
  if (/memory allocation of|out of memory/i.test(errors)) return "memory";
  if (error instanceof RangeError || /stack|unreachable|out of bounds/i.test(String(error)) && !errors.includes("panicked")) {
    return /call stack|out of bounds/i.test(String(error)) ? "stack" : "memory";
  }
  if (error instanceof Exit) return `the engine ended with ${error.message}`;
  return errors.trim() || String(error);
}
