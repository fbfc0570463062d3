// `ReadableStream` and its readers. Each public object has a record with its state; streams work with the records.
(function (host) {
  'use strict';
  const { RangeError, TypeError, apply, asyncIterator, defineProperty } = host.intrinsics;
  const { idl, queues, secret, strategies } = host.streams;
  const { addPlatformObjects, callback, count, error, fail, members, publish, state, wrongType } = idl;
  const { fulfill, fulfilled, handled, hidden, nothing, open, promised, refused, reject, upon } = host.streams.promises;

  // A method of a program's source, sink or transformer, as a function that returns a promise. The methods for each chunk
  // return their promise as it is, as in Node; Web IDL copies it.
  const method = (object, members, key) => {
    const found = callback(members, key), direct = key === 'pull' || key === 'write' || key === 'transform';
    return found === null ? null : (...args) => promised(found, object, args, direct);
  };

  const make = () => ({ state: 'readable', error: undefined, disturbed: false, reader: null, controller: null, shown: null });
  const show = stream => stream.shown ??= new ReadableStream(secret, stream);
  const isLocked = stream => stream.reader !== null;
  const isErrored = stream => stream.state === 'errored';

  // A request of a reader has the functions `chunk(value, context)`, `close(value)` and `error(reason)`, and waits until
  // one of them is called. The context of a chunk is the mapping in which it was enqueued.
  const waits = (reader, request) => {
    request.waits = true;
    queues.push(reader.requests, request);
  };
  const answer = reader => {
    const { value } = queues.take(reader.requests);
    value.waits = false;
    return value;
  };
  const refuseAll = (reader, reason) => queues.drain(reader.requests, request => {
    request.waits = false;
    request.error(reason);
  });
  const closeAll = reader => queues.drain(reader.requests, request => {
    request.waits = false;
    request.close();
  });

  function close(stream) {
    stream.state = 'closed';
    const { reader } = stream;
    if (reader === null) return;
    fulfill(reader.closed);
    if (reader.kind === 'default') closeAll(reader);
  }
  function fails(stream, reason) {
    stream.state = 'errored';
    stream.error = reason;
    const { reader } = stream;
    if (reader === null) return;
    reject(reader.closed, reason);
    refuseAll(reader, reason);
  }
  // Returns a promise, which `make` makes.
  function cancel(stream, reason, make = hidden) {
    const over = make();
    stream.disturbed = true;
    if (stream.state === 'closed') over.resolve();
    else if (isErrored(stream)) over.reject(stream.error);
    else {
      close(stream);
      if (stream.reader !== null && stream.reader.kind === 'byob') closeAll(stream.reader);
      upon(stream.controller.steps.cancel(stream.controller, reason), () => over.resolve(), over.reject);
    }
    return over.promise;
  }

  // Locks a stream. Readers of other parts have promises that programs don't see.
  function acquire(stream, kind = 'default', promise = handled) {
    if (isLocked(stream)) throw state('ReadableStream is locked');
    if (kind === 'byob' && stream.controller.steps.kind !== 'bytes') throw state('the stream has no source of bytes');
    const reader = { stream, kind, requests: queues.make(), closed: promise() };
    stream.reader = reader;
    if (stream.state === 'closed') fulfill(reader.closed);
    else if (isErrored(stream)) reject(reader.closed, stream.error);
    return reader;
  }
  function release(reader) {
    const { stream } = reader, reason = state('the reader was released');
    if (stream.state !== 'readable') reader.closed = handled();
    reject(reader.closed, reason);
    stream.controller.steps.release(stream.controller);
    stream.reader = reader.stream = null;
    refuseAll(reader, reason);
  }
  function read(reader, request) {
    const { stream } = reader;
    stream.disturbed = true;
    if (stream.state === 'closed') request.close();
    else if (isErrored(stream)) request.error(stream.error);
    else stream.controller.steps.read(stream.controller, request);
  }

  // A stream whose chunks come from functions that return promises.
  function from(pull, cancel, highWaterMark, size, start = nothing) {
    const stream = make();
    host.streams.defaultSource.setUp(stream, { pull: () => pull, cancel: () => cancel, start: () => start, highWaterMark, size });
    return stream;
  }

  class ReadableStream {
    #stream;
    constructor(source = undefined, strategy = undefined) {
      if (source === secret) {
        this.#stream = strategy;
        return;
      }
      if (source !== undefined && !idl.isObject(source)) wrongType('source', 'an object');
      const given = strategies.read(strategy, 'strategy');
      const found = members(source, 'source', 'autoAllocateChunkSize', 'cancel', 'pull', 'start', 'type');
      const size = found.autoAllocateChunkSize === undefined ? undefined : count(found.autoAllocateChunkSize, 'source.autoAllocateChunkSize');
      const cancel = method(source, found, 'cancel'), pull = method(source, found, 'pull'), start = callback(found, 'start');
      const stream = make();
      stream.shown = this;
      this.#stream = stream;
      const settings = {
        pull: controller => pull === null ? () => fulfilled() : () => pull(controller.shown()),
        cancel: () => cancel ?? (() => fulfilled()),
        start: controller => start === null ? nothing : () => apply(start, source, [controller.shown()]),
        highWaterMark: 0, size: null,
      };
      if (found.type === undefined) {
        settings.size = strategies.size(given);
        settings.highWaterMark = strategies.highWaterMark(given, 1);
        host.streams.defaultSource.setUp(stream, settings);
        return;
      }
      if (`${found.type}` !== 'bytes') fail(TypeError, 'ERR_INVALID_ARG_VALUE', `The property 'source.type' is not 'bytes'`);
      if (given.size !== null) fail(RangeError, 'ERR_INVALID_ARG_VALUE', `The property 'strategy.size' is for streams without bytes`);
      settings.highWaterMark = strategies.highWaterMark(given, 0);
      if (size === 0) fail(TypeError, 'ERR_INVALID_ARG_VALUE', `The property 'source.autoAllocateChunkSize' is 0`);
      host.streams.byteSource.setUp(stream, settings, size);
    }
    get locked() { return isLocked(this.#stream); }
    cancel(reason = undefined) {
      try {
        if (isLocked(this.#stream)) throw state('ReadableStream is locked');
        return cancel(this.#stream, reason, open);
      } catch (error) { return refused(error); }
    }
    getReader(options = undefined) {
      const stream = this.#stream, { mode } = members(options, 'options', 'mode');
      if (mode === undefined) return new ReadableStreamDefaultReader(secret, acquire(stream));
      if (`${mode}` !== 'byob') fail(TypeError, 'ERR_INVALID_ARG_VALUE', `The property 'options.mode' is not 'byob'`);
      return new host.streams.classes.ReadableStreamBYOBReader(secret, acquire(stream, 'byob'));
    }
    pipeThrough(transform, options = undefined) {
      const stream = this.#stream;
      if (!idl.isObject(transform)) wrongType('transform', 'an object');
      const { readable } = transform;
      recordOf(readable, 'transform.readable');
      const writable = host.streams.writable.recordOf(transform.writable, 'transform.writable');
      host.streams.pipe.through(stream, writable, options);
      return readable;
    }
    pipeTo(destination, options = undefined) {
      try {
        const stream = this.#stream;
        return host.streams.pipe.to(stream, host.streams.writable.recordOf(destination, 'destination'), options);
      } catch (error) { return refused(error); }
    }
    tee() {
      const branches = host.streams.tee(this.#stream);
      return [show(branches[0]), show(branches[1])];
    }
    values(options = undefined) {
      const stream = this.#stream, { preventCancel } = members(options, 'options', 'preventCancel');
      return host.streams.iteration.start(acquire(stream), !!preventCancel);
    }
    static from(iterable) { return show(host.streams.iteration.from(iterable)); }

    static recordOf(value, name) {
      if (!idl.isObject(value) || !(#stream in value)) wrongType(name, 'an instance of ReadableStream');
      return value.#stream;
    }
    static is(value) { return #stream in value; }
  }
  const { is, recordOf } = ReadableStream;
  delete ReadableStream.recordOf;
  delete ReadableStream.is;
  defineProperty(ReadableStream.prototype, asyncIterator, {
    __proto__: null, value: ReadableStream.prototype.values, writable: true, configurable: true,
  });

  class ReadableStreamDefaultReader {
    #reader;
    constructor(stream) {
      this.#reader = stream === secret ? arguments[1] : acquire(recordOf(stream, 'stream'));
    }
    get closed() {
      try { return this.#reader.closed.promise; } catch (error) { return refused(error); }
    }
    cancel(reason = undefined) {
      try { return cancelBy(this.#reader, reason); } catch (error) { return refused(error); }
    }
    read() {
      try {
        const reader = this.#reader;
        if (reader.stream === null) throw state('the reader was released');
        const made = open();
        read(reader, {
          chunk: value => made.resolve({ done: false, value }), close: () => made.resolve({ done: true, value: undefined }), error: made.reject,
        });
        return made.promise;
      } catch (error) { return refused(error); }
    }
    releaseLock() { if (this.#reader.stream !== null) release(this.#reader); }
  }
  const cancelBy = (reader, reason) => {
    if (reader.stream === null) throw state('the reader was released');
    return cancel(reader.stream, reason, open);
  };

  publish({ ReadableStream, ReadableStreamDefaultReader });
  addPlatformObjects(is);
  host.streams.readable = {
    acquire, answer, cancel, cancelBy, close, fails, from, isLocked, make, method, read, recordOf, release, show, waits,
  };
})
