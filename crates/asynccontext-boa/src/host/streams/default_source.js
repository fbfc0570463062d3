// Sources of chunks: `ReadableStreamDefaultController`.
(function (host) {
  'use strict';
  const { pulls, queues, secret } = host.streams;
  const { pullIfNeeded } = pulls;
  const { illegal, publish, state } = host.streams.idl;
  const { answer, close: closeStream, fails, isLocked, waits } = host.streams.readable;

  const canEnqueue = controller => !controller.closeRequested && controller.stream.state === 'readable';
  const isAwaited = ({ stream }) => isLocked(stream) && stream.reader.requests.length > 0;
  const forget = controller => { controller.pull = controller.cancel = controller.size = null; };
  const desiredSize = ({ stream, highWaterMark, queue }) =>
    stream.state === 'errored' ? null : stream.state === 'closed' ? 0 : highWaterMark - queue.total;
  const wants = controller => canEnqueue(controller) && (isAwaited(controller) || desiredSize(controller) > 0);

  function error(controller, reason) {
    if (controller.stream.state !== 'readable') return;
    queues.clear(controller.queue);
    forget(controller);
    fails(controller.stream, reason);
  }
  function close(controller) {
    if (!canEnqueue(controller)) return;
    controller.closeRequested = true;
    if (controller.queue.length > 0) return;
    forget(controller);
    closeStream(controller.stream);
  }
  function enqueue(controller, chunk) {
    if (!canEnqueue(controller)) return;
    if (isAwaited(controller)) answer(controller.stream.reader).chunk(chunk, null);
    else {
      try {
        queues.pushSized(controller.queue, chunk, controller.size(chunk), host.capture());
      } catch (reason) {
        error(controller, reason);
        throw reason;
      }
    }
    pullIfNeeded(controller);
  }

  const steps = {
    kind: 'default', wants, error,
    cancel(controller, reason) {
      queues.clear(controller.queue);
      const over = controller.cancel(reason);
      forget(controller);
      return over;
    },
    read(controller, request) {
      if (controller.queue.length === 0) {
        waits(controller.stream.reader, request);
        return pullIfNeeded(controller, request);
      }
      const { value, context } = queues.takeSized(controller.queue);
      if (controller.closeRequested && controller.queue.length === 0) {
        forget(controller);
        closeStream(controller.stream);
      } else pullIfNeeded(controller);
      request.chunk(value, context);
    },
    release() {},
  };

  class ReadableStreamDefaultController {
    #controller;
    constructor() {
      if (arguments[0] !== secret) illegal();
      this.#controller = arguments[1];
    }
    get desiredSize() { return desiredSize(this.#controller); }
    close() {
      if (!canEnqueue(this.#controller)) throw state('Controller is already closed');
      close(this.#controller);
    }
    enqueue(chunk = undefined) {
      if (!canEnqueue(this.#controller)) throw state('Controller is already closed');
      enqueue(this.#controller, chunk);
    }
    error(reason = undefined) { error(this.#controller, reason); }
  }
  publish({ ReadableStreamDefaultController });

  host.streams.defaultSource = {
    canEnqueue, close, desiredSize, enqueue, error, wants,
    setUp: (stream, settings) => pulls.setUp(stream, ReadableStreamDefaultController, { steps, size: settings.size }, settings),
  };
})
