// `WritableStream`, its controller and its writers.
//
// The methods of a sink run in the mapping of the call that they answer, also if an earlier method is not over: `write`
// in that of the writer's `write`, `close` in that of `close`, and `abort` in that of `abort`.
(function (host) {
  'use strict';
  const { AbortController, RangeError, apply } = host.intrinsics;
  const { queues, secret, strategies } = host.streams;
  const { addPlatformObjects, callback, fail, illegal, isObject, members, publish, state, wrongType } = host.streams.idl;
  const { fulfill, fulfilled, handled, hidden, open, refused, reject, upon } = host.streams.promises;
  const { method } = host.streams.readable;
  // The entry of a queue that stands for the end.
  const end = {};

  // The state is `writable`, `erroring` until the sink is idle, `errored` or `closed`. `writes` are the promises of the
  // chunks in the queue of the controller; those of the sink's running methods are `writing` and `closing`.
  const make = () => ({
    state: 'writable', error: undefined, writer: null, controller: null, shown: null, backpressure: false,
    writes: queues.make(), writing: null, closeRequest: null, closing: null, abortRequest: null,
  });
  const show = stream => stream.shown ??= new WritableStream(secret, stream);
  const isLocked = stream => stream.writer !== null;
  const isClosing = stream => stream.closeRequest !== null || stream.closing !== null;
  const sizeLeft = ({ highWaterMark, queue }) => highWaterMark - queue.total;
  const forget = controller => { controller.write = controller.close = controller.abort = controller.size = null; };

  // Rejects `ready` or `closed` of a writer, which is another promise if the last one is settled.
  function refuse(writer, name, reason) {
    if (!writer[name].pending) writer[name] = writer.promise();
    reject(writer[name], reason);
  }
  function setBackpressure(stream, backpressure) {
    const { writer } = stream;
    if (writer !== null && backpressure !== stream.backpressure) {
      if (backpressure) writer.ready = writer.promise();
      else fulfill(writer.ready);
    }
    stream.backpressure = backpressure;
  }
  const updateBackpressure = stream => {
    if (!isClosing(stream) && stream.state === 'writable') setBackpressure(stream, sizeLeft(stream.controller) <= 0);
  };

  function startErroring(stream, reason) {
    stream.state = 'erroring';
    stream.error = reason;
    if (stream.writer !== null) refuse(stream.writer, 'ready', reason);
    if (stream.writing === null && stream.closing === null && stream.controller.started) finishErroring(stream);
  }
  function finishErroring(stream) {
    const { controller, error, abortRequest } = stream;
    stream.state = 'errored';
    queues.clear(controller.queue);
    queues.drain(stream.writes, write => write.reject(error));
    stream.abortRequest = null;
    if (abortRequest === null) return refuseEnd(stream);
    if (abortRequest.late) {
      abortRequest.over.reject(error);
      return refuseEnd(stream);
    }
    host.runIn(abortRequest.context, () => {
      const aborted = controller.abort(abortRequest.reason);
      forget(controller);
      upon(aborted, () => {
        abortRequest.over.resolve();
        refuseEnd(stream);
      }, reason => {
        abortRequest.over.reject(reason);
        refuseEnd(stream);
      });
    });
  }
  function refuseEnd(stream) {
    if (stream.closeRequest !== null) {
      stream.closeRequest.reject(stream.error);
      stream.closeRequest = null;
    }
    if (stream.writer !== null) reject(stream.writer.closed, stream.error);
  }
  const fails = (stream, reason) => stream.state === 'writable' ? startErroring(stream, reason) : finishErroring(stream);

  function error(controller, reason) {
    forget(controller);
    startErroring(controller.stream, reason);
  }
  const errorIfNeeded = (controller, reason) => { if (controller.stream.state === 'writable') error(controller, reason); };

  function advance(controller) {
    const { queue, started, stream } = controller;
    if (!started || stream.writing !== null) return;
    if (stream.state === 'erroring') return finishErroring(stream);
    if (queue.length === 0) return;
    const { value, context } = queue.first;
    host.runIn(context, value === end ? processEnd : processChunk, controller, value);
  }
  function processChunk(controller, chunk) {
    const { stream } = controller;
    stream.writing = queues.take(stream.writes).value;
    upon(controller.write(chunk), () => {
      stream.writing.resolve();
      stream.writing = null;
      queues.takeSized(controller.queue);
      updateBackpressure(stream);
      advance(controller);
    }, reason => {
      if (stream.state === 'writable') forget(controller);
      stream.writing.reject(reason);
      stream.writing = null;
      fails(stream, reason);
    });
  }
  function processEnd(controller) {
    const { stream } = controller;
    stream.closing = stream.closeRequest;
    stream.closeRequest = null;
    queues.takeSized(controller.queue);
    const closed = controller.close();
    forget(controller);
    upon(closed, () => {
      stream.closing.resolve();
      stream.closing = null;
      if (stream.state === 'erroring') {
        // The error came too late.
        stream.error = undefined;
        stream.abortRequest?.over.resolve();
        stream.abortRequest = null;
      }
      stream.state = 'closed';
      if (stream.writer !== null) fulfill(stream.writer.closed);
    }, reason => {
      stream.closing.reject(reason);
      stream.closing = null;
      stream.abortRequest?.over.reject(reason);
      stream.abortRequest = null;
      fails(stream, reason);
    });
  }

  const isOver = stream => stream.state === 'closed' || stream.state === 'errored';
  // Both return a promise, which `make` makes.
  function abort(stream, reason, make = hidden) {
    const over = make();
    if (!isOver(stream)) host.abortSignal(stream.controller.signal, reason);
    if (isOver(stream)) over.resolve();
    else if (stream.abortRequest !== null) return stream.abortRequest.over.promise;
    else {
      const late = stream.state === 'erroring';
      stream.abortRequest = { over, reason: late ? undefined : reason, late, context: host.capture() };
      if (!late) startErroring(stream, reason);
    }
    return over.promise;
  }
  function close(stream, make = hidden) {
    const over = make();
    if (isOver(stream)) {
      over.reject(state('WritableStream is closed'));
      return over.promise;
    }
    stream.closeRequest = over;
    if (stream.writer !== null && stream.backpressure && stream.state === 'writable') fulfill(stream.writer.ready);
    queues.pushSized(stream.controller.queue, end, 0, host.capture());
    advance(stream.controller);
    return over.promise;
  }

  // Locks a stream. The writer of a pipe has promises that programs don't see.
  function acquire(stream, promise = handled) {
    if (isLocked(stream)) throw state('WritableStream is locked');
    const writer = stream.writer = { stream, promise, ready: promise(), closed: promise() };
    const isDone = stream.state === 'closed' || stream.state === 'writable' && (isClosing(stream) || !stream.backpressure);
    if (isDone) fulfill(writer.ready);
    else if (stream.state !== 'writable') reject(writer.ready, stream.error);
    if (stream.state === 'closed') fulfill(writer.closed);
    else if (stream.state === 'errored') reject(writer.closed, stream.error);
    return writer;
  }
  function release(writer) {
    const reason = state('the writer was released');
    refuse(writer, 'ready', reason);
    refuse(writer, 'closed', reason);
    writer.stream.writer = null;
    writer.stream = null;
  }
  // Writes a chunk, and settles `over`.
  function write(writer, chunk, over) {
    const { stream } = writer, { controller } = stream;
    let size = 1;
    try {
      if (controller.size !== null) size = controller.size(chunk);
    } catch (reason) {
      errorIfNeeded(controller, reason);
    }
    if (stream !== writer.stream) return over.reject(state('the writer was released'));
    if (stream.state === 'errored') return over.reject(stream.error);
    if (isClosing(stream) || stream.state === 'closed') return over.reject(state('WritableStream is closed'));
    if (stream.state === 'erroring') return over.reject(stream.error);
    queues.push(stream.writes, over);
    try {
      queues.pushSized(controller.queue, chunk, size, host.capture());
    } catch (reason) {
      return errorIfNeeded(controller, reason);
    }
    updateBackpressure(stream);
    advance(controller);
  }

  // The functions of the settings return those of the sink for a controller.
  function setUp(stream, { write, close, abort, start, highWaterMark, size }) {
    let exposed = null;
    const { signal } = new AbortController();
    const controller = {
      stream, signal, queue: queues.make(), started: false, size, highWaterMark, close, abort, write: null,
      shown: () => exposed ??= new WritableStreamDefaultController(secret, controller),
    };
    controller.write = write(controller);
    stream.controller = controller;
    setBackpressure(stream, sizeLeft(controller) <= 0);
    upon(fulfilled(start(controller)), () => {
      controller.started = true;
      advance(controller);
    }, reason => {
      controller.started = true;
      fails(stream, reason);
    });
  }

  class WritableStream {
    #stream;
    constructor(sink = undefined, strategy = undefined) {
      if (sink === secret) {
        this.#stream = strategy;
        return;
      }
      if (sink !== undefined && !isObject(sink)) wrongType('sink', 'an object');
      const given = strategies.read(strategy, 'strategy'), found = members(sink, 'sink', 'abort', 'close', 'start', 'type', 'write');
      const abort = method(sink, found, 'abort'), close = method(sink, found, 'close'), start = callback(found, 'start'), write = method(sink, found, 'write');
      if (found.type !== undefined) fail(RangeError, 'ERR_INVALID_ARG_VALUE', `The property 'sink.type' is invalid`);
      const stream = make(), done = () => fulfilled();
      stream.shown = this;
      this.#stream = stream;
      setUp(stream, {
        size: strategies.size(given), highWaterMark: strategies.highWaterMark(given, 1),
        write: controller => write === null ? done : chunk => write(chunk, controller.shown()), close: close === null ? done : () => close(), abort: abort ?? done,
        start: controller => start === null ? undefined : apply(start, sink, [controller.shown()]),
      });
    }
    get locked() { return isLocked(this.#stream); }
    abort(reason = undefined) {
      try {
        if (isLocked(this.#stream)) throw state('WritableStream is locked');
        return abort(this.#stream, reason, open);
      } catch (error) { return refused(error); }
    }
    close() {
      try {
        if (isLocked(this.#stream)) throw state('WritableStream is locked');
        return closeOnce(this.#stream);
      } catch (error) { return refused(error); }
    }
    getWriter() { return new WritableStreamDefaultWriter(secret, acquire(this.#stream)); }

    static recordOf(value, name) {
      if (!isObject(value) || !(#stream in value)) wrongType(name, 'an instance of WritableStream');
      return value.#stream;
    }
    static is(value) { return #stream in value; }
  }
  const { is, recordOf } = WritableStream;
  delete WritableStream.recordOf;
  delete WritableStream.is;
  const closeOnce = stream => {
    if (isClosing(stream)) throw state('WritableStream is already closing');
    return close(stream, open);
  };

  class WritableStreamDefaultController {
    #controller;
    constructor() {
      if (arguments[0] !== secret) illegal();
      this.#controller = arguments[1];
    }
    get signal() { return this.#controller.signal; }
    error(reason = undefined) { errorIfNeeded(this.#controller, reason); }
  }

  const current = writer => {
    if (writer.stream === null) throw state('the writer was released');
    return writer.stream;
  };
  class WritableStreamDefaultWriter {
    #writer;
    constructor(stream) {
      this.#writer = stream === secret ? arguments[1] : acquire(recordOf(stream, 'stream'));
    }
    get closed() {
      try { return this.#writer.closed.promise; } catch (error) { return refused(error); }
    }
    get ready() {
      try { return this.#writer.ready.promise; } catch (error) { return refused(error); }
    }
    get desiredSize() {
      const stream = current(this.#writer);
      return stream.state === 'errored' || stream.state === 'erroring' ? null : stream.state === 'closed' ? 0 : sizeLeft(stream.controller);
    }
    abort(reason = undefined) {
      try { return abort(current(this.#writer), reason, open); } catch (error) { return refused(error); }
    }
    close() {
      try { return closeOnce(current(this.#writer)); } catch (error) { return refused(error); }
    }
    write(chunk = undefined) {
      try {
        current(this.#writer);
        const over = open();
        write(this.#writer, chunk, over);
        return over.promise;
      } catch (error) { return refused(error); }
    }
    releaseLock() { if (this.#writer.stream !== null) release(this.#writer); }
  }

  publish({ WritableStream, WritableStreamDefaultController, WritableStreamDefaultWriter });
  addPlatformObjects(is);
  host.streams.writable = { abort, acquire, close, errorIfNeeded, isClosing, isLocked, make, recordOf, release, setUp, show, write };
})
