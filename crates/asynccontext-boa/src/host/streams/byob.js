// Readers that give their own buffers: `ReadableStreamBYOBReader`, and the requests that sources answer.
(function (host) {
  'use strict';
  const { RangeError, TypeError } = host.intrinsics;
  const { byteSource, readable, secret, views } = host.streams;
  const { count, fail, illegal, members, publish, state } = host.streams.idl;
  const { open, refused } = host.streams.promises;

  // Fills a view of a reader, of which at least `minimum` elements are wanted.
  const readInto = (reader, view, minimum, request) => {
    const { stream } = reader;
    stream.disturbed = true;
    if (stream.state === 'errored') request.error(stream.error);
    else byteSource.readInto(stream.controller, view, minimum, request);
  };

  class ReadableStreamBYOBReader {
    #reader;
    constructor(stream) {
      this.#reader = stream === secret ? arguments[1] : readable.acquire(readable.recordOf(stream, 'stream'), 'byob');
    }
    get closed() {
      try { return this.#reader.closed.promise; } catch (error) { return refused(error); }
    }
    cancel(reason = undefined) {
      try { return readable.cancelBy(this.#reader, reason); } catch (error) { return refused(error); }
    }
    read(view, options = undefined) {
      try {
        const reader = this.#reader, parsed = views.parse(view, 'view'), { min } = members(options, 'options', 'min');
        const minimum = min === undefined ? 1 : count(min, 'options.min');
        if (parsed.length === 0) throw state('view is empty or detached');
        if (minimum === 0) fail(TypeError, 'ERR_INVALID_ARG_VALUE', `The property 'options.min' is 0`);
        if (minimum * parsed.size > parsed.length) fail(RangeError, 'ERR_OUT_OF_RANGE', `The property 'options.min' is more than the view has: ${minimum}`);
        if (reader.stream === null) throw state('the reader was released');
        const made = open();
        readInto(reader, parsed, minimum, {
          chunk: value => made.resolve({ done: false, value }), close: value => made.resolve({ done: true, value }), error: made.reject,
        });
        return made.promise;
      } catch (error) { return refused(error); }
    }
    releaseLock() { if (this.#reader.stream !== null) readable.release(this.#reader); }
  }

  class ReadableStreamBYOBRequest {
    #request;
    constructor() {
      if (arguments[0] !== secret) illegal();
      this.#request = arguments[1];
    }
    get view() { return this.#request.view; }
    respond(bytesWritten) {
      const request = this.#request, written = count(bytesWritten, 'bytesWritten');
      if (request.controller === null) throw state('This BYOB request has been invalidated');
      if (views.parse(request.view, 'view').detached) throw state('the buffer of the BYOB request is detached');
      byteSource.respond(request.controller, written);
    }
    respondWithNewView(view) {
      const request = this.#request, parsed = views.parse(view, 'view');
      if (request.controller === null) throw state('This BYOB request has been invalidated');
      if (parsed.detached) throw state('the buffer of the view is detached');
      byteSource.respondWithNewView(request.controller, parsed);
    }
  }

  publish({ ReadableStreamBYOBReader, ReadableStreamBYOBRequest });
  host.streams.readInto = readInto;
})
