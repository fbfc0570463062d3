// Sources of bytes: `ReadableByteStreamController`.
//
// A reader can give a buffer to be filled. A place is the part of it that is being filled, for a reader of kind `byob`, of
// kind `default` with a buffer that the stream allocates, or for none after the reader was released.
(function (host) {
  'use strict';
  const { RangeError, TypeError } = host.intrinsics;
  const { pulls, queues, secret, views } = host.streams;
  const { pullIfNeeded } = pulls;
  const { error: errorOf, fail, illegal, publish, state } = host.streams.idl;
  const { canEnqueue, desiredSize } = host.streams.defaultSource;
  const { answer, close: closeStream, fails, waits } = host.streams.readable;

  const requestsOf = (controller, kind) => {
    const { reader } = controller.stream;
    return reader !== null && reader.kind === kind ? reader.requests.length : 0;
  };
  const hasReader = ({ stream }, kind) => stream.reader !== null && stream.reader.kind === kind;
  const wants = controller => canEnqueue(controller)
    && (requestsOf(controller, 'default') > 0 || requestsOf(controller, 'byob') > 0 || desiredSize(controller) > 0);
  const forget = controller => { controller.pull = controller.cancel = null; };
  const firstPlace = controller => controller.places.first === null ? null : controller.places.first.value;

  // The request that a program holds is no longer usable.
  function invalidate(controller) {
    if (controller.request === null) return;
    controller.request.controller = controller.request.view = null;
    controller.request = null;
  }
  function requestOf(controller) {
    const place = firstPlace(controller);
    if (controller.request === null && place !== null) {
      const view = views.bytes(place.buffer, place.offset + place.filled, place.length - place.filled);
      controller.request = { controller, view, shown: null };
    }
    return controller.request;
  }

  function error(controller, reason) {
    if (controller.stream.state !== 'readable') return;
    invalidate(controller);
    queues.clear(controller.places);
    queues.clear(controller.queue);
    forget(controller);
    fails(controller.stream, reason);
  }
  const incomplete = controller => {
    const reason = errorOf(TypeError, 'ERR_INVALID_STATE', 'Invalid state: Partial read');
    error(controller, reason);
    return reason;
  };
  function close(controller) {
    if (!canEnqueue(controller)) return;
    if (controller.queue.total > 0) {
      controller.closeRequested = true;
      return;
    }
    const place = firstPlace(controller);
    if (place !== null && place.filled % place.size !== 0) throw incomplete(controller);
    forget(controller);
    closeStream(controller.stream);
  }

  const put = (controller, buffer, offset, length, context = host.capture()) => {
    queues.push(controller.queue, { buffer, offset, length, context });
    controller.queue.total += length;
  };
  function putCopy(controller, buffer, offset, length) {
    let copied;
    try {
      copied = views.slice(buffer, offset, offset + length);
    } catch (reason) {
      error(controller, reason);
      throw reason;
    }
    put(controller, copied, 0, length);
  }
  const takePlace = controller => queues.take(controller.places).value;
  const abandon = (controller, place) => {
    if (place.filled > 0) putCopy(controller, place.buffer, place.offset, place.filled);
    takePlace(controller);
  };

  // Gives a filled place to the reader that waits for it.
  const viewOf = place => place.make(views.transfer(place.buffer), place.offset, place.filled);
  function deliver(controller, place) {
    const { stream } = controller, done = stream.state === 'closed', view = viewOf(place), request = answer(stream.reader);
    if (!done) request.chunk(view, null);
    else if (place.kind === 'default') request.close();
    else request.close(view);
  }
  // Copies bytes of the queue to a place, and returns whether it has as many as its reader wants.
  function fill(controller, place) {
    const { queue } = controller, most = least(queue.total, place.length - place.filled), reached = place.filled + most;
    const whole = reached - reached % place.size, ready = whole >= place.minimum;
    for (let left = ready ? whole - place.filled : most; left > 0;) {
      const { value } = queue.first, length = least(left, value.length);
      views.copy(place.buffer, place.offset + place.filled, value.buffer, value.offset, length);
      if (value.length === length) queues.take(queue);
      else {
        value.offset += length;
        value.length -= length;
      }
      queue.total -= length;
      place.filled += length;
      left -= length;
    }
    return ready;
  }
  const least = (one, two) => one < two ? one : two;
  function fillPlaces(controller) {
    const filled = queues.make();
    while (controller.places.length > 0 && controller.queue.total > 0) {
      const place = firstPlace(controller);
      if (!fill(controller, place)) break;
      queues.push(filled, takePlace(controller));
    }
    return filled;
  }
  const deliverAll = (controller, filled) => queues.drain(filled, place => deliver(controller, place));

  function afterTaking(controller) {
    if (controller.queue.total === 0 && controller.closeRequested) {
      forget(controller);
      closeStream(controller.stream);
    } else pullIfNeeded(controller);
  }
  function giveChunk(controller, request) {
    const { value } = queues.take(controller.queue);
    controller.queue.total -= value.length;
    afterTaking(controller);
    request.chunk(views.bytes(value.buffer, value.offset, value.length), value.context);
  }

  function enqueue(controller, { buffer, offset, length }) {
    if (!canEnqueue(controller)) return;
    const moved = views.transfer(buffer), place = firstPlace(controller);
    if (place !== null) {
      if (views.detached(place.buffer)) throw state('the buffer of the BYOB request is detached');
      invalidate(controller);
      place.buffer = views.transfer(place.buffer);
      if (place.kind === 'none') abandon(controller, place);
    }
    if (hasReader(controller, 'default')) {
      const { reader } = controller.stream;
      while (reader.requests.length > 0 && controller.queue.total > 0) giveChunk(controller, answer(reader));
      if (reader.requests.length === 0) put(controller, moved, offset, length);
      else {
        if (controller.places.length > 0) takePlace(controller);
        answer(reader).chunk(views.bytes(moved, offset, length), null);
      }
    } else {
      put(controller, moved, offset, length);
      if (hasReader(controller, 'byob')) deliverAll(controller, fillPlaces(controller));
    }
    pullIfNeeded(controller);
  }

  // A reader gives a view, of which at least `minimum` elements are to be filled.
  function readInto(controller, view, minimum, request) {
    const { stream } = controller;
    let buffer;
    try {
      buffer = views.transfer(view.buffer);
    } catch (reason) {
      return request.error(reason);
    }
    const { offset, length, size, make } = view;
    const place = { buffer, capacity: views.lengthOf(buffer), offset, length, filled: 0, minimum: minimum * size, size, make, kind: 'byob' };
    if (controller.places.length > 0) {
      queues.push(controller.places, place);
      waits(stream.reader, request);
      return;
    }
    if (stream.state === 'closed') return request.close(make(buffer, offset, 0));
    if (controller.queue.total > 0) {
      if (fill(controller, place)) {
        const filled = viewOf(place);
        afterTaking(controller);
        return request.chunk(filled, null);
      }
      if (controller.closeRequested) return request.error(incomplete(controller));
    }
    queues.push(controller.places, place);
    waits(stream.reader, request);
    pullIfNeeded(controller, request);
  }

  function respond(controller, written) {
    const place = firstPlace(controller);
    if (controller.stream.state === 'closed') {
      if (written !== 0) throw state('the stream is closed, so no bytes can be written');
    } else {
      if (written === 0) throw state('the number of bytes must not be 0 while the stream is readable');
      if (place.filled + written > place.length) fail(RangeError, 'ERR_INVALID_ARG_VALUE', `more bytes than the view has: ${written}`);
    }
    place.buffer = views.transfer(place.buffer);
    responded(controller, written);
  }
  function respondWithNewView(controller, view) {
    const place = firstPlace(controller), { buffer, offset, length } = view;
    if (controller.stream.state === 'closed') {
      if (length !== 0) throw state('the stream is closed, so the view must be empty');
    } else if (length === 0) throw state('the view must not be empty while the stream is readable');
    if (place.offset + place.filled !== offset) fail(RangeError, 'ERR_INVALID_ARG_VALUE', 'the view does not start where the request does');
    if (place.capacity !== views.lengthOf(buffer)) fail(RangeError, 'ERR_INVALID_ARG_VALUE', 'the buffer of the view has another length than that of the request');
    if (place.filled + length > place.length) fail(RangeError, 'ERR_INVALID_ARG_VALUE', 'the view is longer than that of the request');
    place.buffer = views.transfer(buffer);
    responded(controller, length);
  }
  function responded(controller, written) {
    const place = firstPlace(controller), { stream } = controller;
    invalidate(controller);
    if (stream.state === 'closed') respondedClosed(controller, place);
    else respondedReadable(controller, place, written);
    pullIfNeeded(controller);
  }
  function respondedClosed(controller, place) {
    if (place.kind === 'none') takePlace(controller);
    const filled = queues.make();
    for (let count = requestsOf(controller, 'byob'); count > 0; count--) queues.push(filled, takePlace(controller));
    deliverAll(controller, filled);
  }
  function respondedReadable(controller, place, written) {
    place.filled += written;
    if (place.kind === 'none') {
      abandon(controller, place);
      return deliverAll(controller, fillPlaces(controller));
    }
    if (place.filled < place.minimum) return;
    takePlace(controller);
    const rest = place.filled % place.size;
    if (rest > 0) {
      const end = place.offset + place.filled;
      putCopy(controller, place.buffer, end - rest, rest);
    }
    place.filled -= rest;
    const filled = fillPlaces(controller);
    deliver(controller, place);
    deliverAll(controller, filled);
  }

  const steps = {
    kind: 'bytes', wants, error,
    cancel(controller, reason) {
      invalidate(controller);
      queues.clear(controller.places);
      queues.clear(controller.queue);
      const over = controller.cancel(reason);
      forget(controller);
      return over;
    },
    read(controller, request) {
      if (controller.queue.total > 0) return giveChunk(controller, request);
      const length = controller.allocates;
      if (length !== undefined) {
        let buffer;
        try {
          buffer = views.allocate(length);
        } catch (reason) {
          return request.error(reason);
        }
        queues.push(controller.places, { buffer, capacity: length, offset: 0, length, filled: 0, minimum: 1, size: 1, make: views.bytes, kind: 'default' });
      }
      waits(controller.stream.reader, request);
      pullIfNeeded(controller, request);
    },
    release(controller) {
      const place = firstPlace(controller);
      if (place === null) return;
      place.kind = 'none';
      queues.clear(controller.places);
      queues.push(controller.places, place);
    },
  };

  class ReadableByteStreamController {
    #controller;
    constructor() {
      if (arguments[0] !== secret) illegal();
      this.#controller = arguments[1];
    }
    get byobRequest() {
      const request = requestOf(this.#controller);
      return request === null ? null : request.shown ??= new host.streams.classes.ReadableStreamBYOBRequest(secret, request);
    }
    get desiredSize() { return desiredSize(this.#controller); }
    close() {
      if (!canEnqueue(this.#controller)) throw state('Controller is already closed');
      close(this.#controller);
    }
    enqueue(chunk) {
      const view = views.parse(chunk, 'chunk');
      if (view.length === 0 || views.lengthOf(view.buffer) === 0) throw state('chunk is empty or detached');
      if (!canEnqueue(this.#controller)) throw state('Controller is already closed');
      enqueue(this.#controller, view);
    }
    error(reason = undefined) { error(this.#controller, reason); }
  }
  publish({ ReadableByteStreamController });

  host.streams.byteSource = {
    close, enqueue, error, readInto, requestOf, respond, respondWithNewView,
    setUp: (stream, settings, allocates) =>
      pulls.setUp(stream, ReadableByteStreamController, { steps, allocates, places: queues.make(), request: null }, settings),
  };
})
