// The part of WASI preview 1 that the engine uses: arguments, standard input and output, a clock, random numbers, and
// the end. There are no files.

const SUCCESS = 0;
const BAD_DESCRIPTOR = 8;
const NOT_SUPPORTED = 58;

/** The end of the program by its own call. */
export class Exit extends Error {
  constructor(code) {
    super(`exit code ${code}`);
    this.code = code;
  }
}

/**
 * Makes an instance of a program, and returns the function that runs it to its end, once. It takes the program's
 * standard input, and `write(descriptor, bytes)`, which receives its output.
 *
 * A program with arguments starts at once where the browser can suspend it until there is input; the function returns
 * a promise then.
 */
export function instantiate(module, programArguments = []) {
  const suspends = programArguments.length > 0 && typeof WebAssembly.Suspending === "function";
  const texts = ["engine", ...programArguments].map((text) => new TextEncoder().encode(`${text}\0`));
  let memory;
  let input;
  let write = () => {};
  let taken = 0;
  const view = () => new DataView(memory.buffer);
  const bytes = (at, length) => new Uint8Array(memory.buffer, at, length);

  // Calls `each` with the parts of a list of buffers.
  const parts = (list, count, each) => {
    let total = 0;
    for (let i = 0; i < count; i++) {
      const at = view().getUint32(list + 8 * i, true);
      const length = view().getUint32(list + 8 * i + 4, true);
      const done = each(bytes(at, length));
      total += done;
      if (done < length) break;
    }
    return total;
  };

  const known = {
    fd_read(descriptor, list, count, result) {
      if (descriptor !== 0) return BAD_DESCRIPTOR;
      const total = parts(list, count, (part) => {
        const rest = input.subarray(taken, taken + part.length);
        part.set(rest);
        taken += rest.length;
        return rest.length;
      });
      view().setUint32(result, total, true);
      return SUCCESS;
    },
    fd_write(descriptor, list, count, result) {
      if (descriptor !== 1 && descriptor !== 2) return BAD_DESCRIPTOR;
      const total = parts(list, count, (part) => {
        write(descriptor, part);
        return part.length;
      });
      view().setUint32(result, total, true);
      return SUCCESS;
    },
    fd_fdstat_get(descriptor, result) {
      if (descriptor > 2) return BAD_DESCRIPTOR;
      bytes(result, 24).fill(0);
      view().setUint8(result, 2); // a character device
      return SUCCESS;
    },
    fd_close: () => SUCCESS,
    fd_prestat_get: () => BAD_DESCRIPTOR,
    fd_prestat_dir_name: () => BAD_DESCRIPTOR,
    environ_sizes_get(count, size) {
      view().setUint32(count, 0, true);
      view().setUint32(size, 0, true);
      return SUCCESS;
    },
    environ_get: () => SUCCESS,
    args_sizes_get(count, size) {
      view().setUint32(count, texts.length, true);
      view().setUint32(size, texts.reduce((sum, text) => sum + text.length, 0), true);
      return SUCCESS;
    },
    args_get(list, at) {
      for (const [i, text] of texts.entries()) {
        view().setUint32(list + 4 * i, at, true);
        bytes(at, text.length).set(text);
        at += text.length;
      }
      return SUCCESS;
    },
    clock_time_get(clock, _precision, result) {
      const milliseconds = clock === 0 ? Date.now() : performance.now();
      view().setBigUint64(result, BigInt(Math.round(milliseconds * 1e6)), true);
      return SUCCESS;
    },
    clock_res_get(_clock, result) {
      view().setBigUint64(result, 1000n, true);
      return SUCCESS;
    },
    random_get(at, length) {
      for (let start = 0; start < length; start += 65536) {
        crypto.getRandomValues(bytes(at + start, Math.min(65536, length - start)));
      }
      return SUCCESS;
    },
    sched_yield: () => SUCCESS,
    proc_exit(code) {
      throw new Exit(code);
    },
  };
  let give;
  if (suspends) {
    const given = new Promise((resolve) => (give = resolve));
    const read = known.fd_read;
    known.fd_read = new WebAssembly.Suspending((...where) => given.then(() => read(...where)));
  }
  // Functions for files are imported, and called by no program of the page.
  const imports = new Proxy(known, { get: (known, name) => known[name] ?? (() => NOT_SUPPORTED) });

  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: imports });
  memory = instance.exports.memory;
  const ended = (end) => {
    if (!(end instanceof Exit) || end.code !== 0) throw end;
  };
  const started = suspends ? WebAssembly.promising(instance.exports._start)() : undefined;
  started?.catch(() => {}); // the function below reports it
  return (bytes, receive) => {
    input = bytes;
    write = receive;
    if (started) {
      give();
      return started.catch(ended);
    }
    try {
      instance.exports._start();
    } catch (end) {
      ended(end);
    }
  };
}
