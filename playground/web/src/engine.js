// The engine: loaded once, and run in a worker of its own for each request, so that any request can be ended.

import worker from "worker-source";

const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/** Why the engine can't be had, as a sentence for people. */
export class Unavailable extends Error {}

let loading;

/** Loads and compiles the engine, and prepares a run. Later calls return the same promise, unless it failed. */
export function load() {
  loading ??= compile()
    .then((module) => {
      spare = prepare(module, ["javascript"]);
      return module;
    })
    .catch((error) => {
      loading = undefined;
      throw error;
    });
  return loading;
}

async function compile() {
  if (typeof WebAssembly === "undefined") {
    throw new Unavailable("This browser has no WebAssembly, which the engine needs. What you typed is kept.");
  }
  if (typeof Worker === "undefined") {
    throw new Unavailable("This browser has no workers, which programs run in. What you typed is kept.");
  }
  const bytes = await download();
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) {
    throw new Unavailable("The file of the engine is not WebAssembly. Reload the page; if that does not help, the site is incomplete.");
  }
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw new Unavailable(`The file of the engine is damaged or cut short. Reload the page. (${error.message})`);
  }
}

async function download() {
  try {
    const response = await fetch("engine.wasm");
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    // From a file and in a sandboxed frame, scripts can be loaded, and data can't.
    try {
      return await embedded();
    } catch {
      throw new Unavailable(`The engine cannot be loaded: ${error.message}. Check the connection and reload the page.`);
    }
  }
}

function embedded() {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "engine.js";
    script.onerror = reject;
    script.onload = () => {
      const text = atob(globalThis.asynccontextEngine ?? "");
      delete globalThis.asynccontextEngine;
      resolve(Uint8Array.from(text, (character) => character.charCodeAt(0)));
    };
    document.head.append(script);
  });
}

let source;
// A worker for the next program in JavaScript.
let spare;

/** Starts a worker, which makes its instance of the engine while it waits for its request. */
function prepare(module, programArguments) {
  source ??= URL.createObjectURL(new Blob([worker], { type: "text/javascript" }));
  const thread = new Worker(source);
  thread.onerror = () => {
    if (spare === thread) spare = undefined;
  };
  thread.postMessage({ module, programArguments });
  return thread;
}

/**
 * Runs a request. `onEvents` receives its events in batches. Returns the worker's end and a function that ends it:
 * { ended, stop }. `ended` resolves to "done", "stopped", "time", or { failed }.
 */
export function start(module, request, onEvents, seconds = 10) {
  let thread;
  if (request.do === "javascript") [thread, spare] = [spare, undefined];
  thread ??= prepare(module);
  let end;
  const ended = new Promise((resolve) => {
    end = (how) => {
      clearTimeout(timer);
      thread.terminate();
      resolve(how);
      spare ??= prepare(module, ["javascript"]);
    };
  });
  const timer = setTimeout(() => end("time"), seconds * 1000);
  thread.onmessage = ({ data }) => {
    if (data.events) onEvents(data.events);
    if (data.done) end("done");
    if (data.failed) end({ failed: data.failed });
  };
  thread.onerror = (event) => end({ failed: event.message || "the worker could not be started" });
  thread.postMessage({ request });
  return { ended, stop: () => end("stopped") };
}

/** Runs a request whose answer is needed as a whole, and returns its events. */
export async function ask(module, request, seconds) {
  const all = [];
  const running = start(module, request, (events) => all.push(...events), seconds);
  const how = await running.ended;
  return { how, events: all };
}
