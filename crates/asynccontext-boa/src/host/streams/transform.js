// `TransformStream`. `transform` runs in the mapping of the write of its chunk, `flush` in that of the close, and `cancel`
// in that of the abort or the cancel.
(function (host) {
  'use strict';
  const { RangeError, TypeError, apply } = host.intrinsics;
  const { defaultSource, readable, secret, strategies, writable } = host.streams;
  const { addPlatformObjects, callback, error: errorOf, fail, illegal, isObject, members, publish, state, wrongType } = host.streams.idl;
  const { fulfilled, hidden, rejected, upon } = host.streams.promises;
  const { method } = readable;

  const forget = controller => { controller.transform = controller.flush = controller.cancel = null; };
  function setBackpressure(stream, backpressure) {
    stream.change?.resolve();
    stream.change = hidden();
    stream.backpressure = backpressure;
  }
  // Writes that wait for a reader go on.
  const unblock = stream => { if (stream.backpressure) setBackpressure(stream, false); };
  function failTarget(stream, reason) {
    writable.errorIfNeeded(stream.writable.controller, reason);
    unblock(stream);
  }
  function failWritable(stream, reason) {
    forget(stream.controller);
    failTarget(stream, reason);
  }
  function error(stream, reason) {
    failReadable(stream, reason);
    failWritable(stream, reason);
  }
  function enqueue(stream, chunk) {
    const { controller } = stream.readable;
    if (!defaultSource.canEnqueue(controller)) throw state('the readable side is closed or errored');
    try {
      defaultSource.enqueue(controller, chunk);
    } catch (reason) {
      failWritable(stream, reason);
      throw stream.readable.error;
    }
    if (!defaultSource.wants(controller) !== stream.backpressure) setBackpressure(stream, true);
  }

  // Transforms a chunk when a reader wants one.
  const write = (stream, chunk) => {
    const over = hidden();
    const perform = () => upon(stream.controller.transform(chunk), over.resolve, reason => {
      error(stream, reason);
      over.reject(reason);
    });
    if (!stream.backpressure) perform();
    else upon(stream.change.promise, () => stream.writable.state === 'erroring' ? over.reject(stream.writable.error) : perform());
    return over.promise;
  };

  // Ends both sides once: `act` calls the transformer; the other side then gets `succeed` or `refuse`, unless it failed.
  function finish(stream, other, act, succeed, refuse) {
    const { controller } = stream;
    if (controller.over !== null) return controller.over.promise;
    const over = controller.over = hidden(), acted = act(controller);
    forget(controller);
    upon(acted, () => {
      if (other.state === 'errored') return over.reject(other.error);
      succeed();
      over.resolve();
    }, reason => {
      refuse(stream, reason);
      over.reject(reason);
    });
    return over.promise;
  }
  const failReadable = (stream, reason) => defaultSource.error(stream.readable.controller, reason);
  const close = stream => finish(stream, stream.readable, controller => controller.flush(), () => defaultSource.close(stream.readable.controller), failReadable);
  const abort = (stream, reason) => finish(stream, stream.readable, controller => controller.cancel(reason), () => failReadable(stream, reason), failReadable);
  const cancel = (stream, reason) => finish(stream, stream.writable, controller => controller.cancel(reason), () => failTarget(stream, reason), failTarget);
  const pull = stream => {
    setBackpressure(stream, false);
    return stream.change.promise;
  };

  // The functions of a transformer return promises. `start` is a promise.
  function setUp({ transform, flush, cancel: cancelTransformer }, start, writableStrategy, readableStrategy) {
    const stream = { readable: null, writable: null, controller: null, backpressure: undefined, change: null, shown: null };
    const controller = stream.controller = { stream, over: null, transform: null, flush, cancel: cancelTransformer, shown: null };
    controller.transform = transform ?? (chunk => {
      try { return fulfilled(enqueue(stream, chunk)); } catch (reason) { return rejected(reason); }
    });
    stream.writable = writable.make();
    writable.setUp(stream.writable, {
      ...writableStrategy, write: () => chunk => write(stream, chunk), close: () => close(stream), abort: reason => abort(stream, reason), start: () => start,
    });
    stream.readable = readable.from(() => pull(stream), reason => cancel(stream, reason), readableStrategy.highWaterMark, readableStrategy.size, () => start);
    setBackpressure(stream, true);
    return stream;
  }
  const parse = (given, mark) => {
    const highWaterMark = strategies.highWaterMark(given, mark);
    return { highWaterMark, size: strategies.size(given) };
  };

  class TransformStream {
    #stream;
    constructor(transformer = undefined, writableStrategy = undefined, readableStrategy = undefined) {
      if (transformer !== undefined && !isObject(transformer)) wrongType('transformer', 'an object');
      const ofWritable = strategies.read(writableStrategy, 'writableStrategy'), ofReadable = strategies.read(readableStrategy, 'readableStrategy');
      const found = members(transformer, 'transformer', 'cancel', 'flush', 'readableType', 'start', 'transform', 'writableType');
      const cancel = method(transformer, found, 'cancel'), flush = method(transformer, found, 'flush');
      const start = callback(found, 'start'), transform = method(transformer, found, 'transform');
      for (const key of ['readableType', 'writableType'])
        if (found[key] !== undefined) fail(RangeError, 'ERR_INVALID_ARG_VALUE', `The property 'transformer.${key}' is invalid`);
      const started = hidden(), done = () => fulfilled();
      const toReadable = parse(ofReadable, 0), toWritable = parse(ofWritable, 1);
      const stream = setUp({
        transform: transform === null ? null : chunk => transform(chunk, controller), flush: flush === null ? done : () => flush(controller), cancel: cancel ?? done,
      }, started.promise, toWritable, toReadable);
      const controller = new TransformStreamDefaultController(secret, stream);
      this.#stream = stream;
      started.resolve(start === null ? undefined : apply(start, transformer, [controller]));
    }
    get readable() { return readable.show(this.#stream.readable); }
    get writable() { return writable.show(this.#stream.writable); }

    static is(value) { return #stream in value; }
  }
  const { is } = TransformStream;
  delete TransformStream.is;

  class TransformStreamDefaultController {
    #stream;
    constructor() {
      if (arguments[0] !== secret) illegal();
      this.#stream = arguments[1];
    }
    get desiredSize() { return defaultSource.desiredSize(this.#stream.readable.controller); }
    enqueue(chunk = undefined) { enqueue(this.#stream, chunk); }
    error(reason = undefined) { error(this.#stream, reason); }
    terminate() {
      defaultSource.close(this.#stream.readable.controller);
      failWritable(this.#stream, errorOf(TypeError, 'ERR_INVALID_STATE', 'Invalid state: TransformStream terminated'));
    }
  }
  publish({ TransformStream, TransformStreamDefaultController });
  addPlatformObjects(is);
  host.streams.transform = {
    // A stream whose chunks come from functions that may throw.
    make(transform, flush) {
      const tried = steps => value => {
        try { return fulfilled(steps(value, chunk => enqueue(stream, chunk))); } catch (reason) { return rejected(reason); }
      };
      const one = () => 1;
      const stream = setUp({ transform: tried(transform), flush: tried((value, give) => flush(give)), cancel: () => fulfilled() }, fulfilled(),
        { highWaterMark: 1, size: one }, { highWaterMark: 0, size: one });
      return stream;
    },
  };
})
