// `pipeTo` and `pipeThrough`. The pipe reads, closes and cancels in the mapping of its call, aborts for a signal in that of
// the signal's abort, and writes each chunk in the mapping in which it was enqueued.
(function (host) {
  'use strict';
  const { TypeError } = host.intrinsics;
  const { readable, writable } = host.streams;
  const { error: errorOf, members, state, wrongType } = host.streams.idl;
  const { fulfilled, handled, hidden, nothing, open, quiet, rejected, upon } = host.streams.promises;

  const settings = options => {
    const found = members(options, 'options', 'preventAbort', 'preventCancel', 'preventClose', 'signal');
    if (found.signal !== undefined && !host.isSignal(found.signal)) wrongType('options.signal', 'an instance of AbortSignal');
    return found;
  };
  // Fulfilled when both are; rejected when the first one is.
  const both = (one, two) => {
    const over = hidden();
    let left = 2;
    const done = () => { if (--left === 0) over.resolve(); };
    upon(one, done, over.reject);
    upon(two, done, over.reject);
    return over.promise;
  };

  function pipe(source, target, { preventAbort, preventCancel, preventClose, signal }, over) {
    const reader = readable.acquire(source, 'default', quiet), writer = writable.acquire(target, quiet);
    const own = host.capture();
    let ending = false, lastWrite = fulfilled();
    source.disturbed = true;

    const give = (context, value, written) => {
      host.runIn(context, writable.write, writer, value, written);
      step();
    };
    const step = () => upon(writer.ready.promise, () => {
      if (ending) return;
      readable.read(reader, {
        chunk(value, context) {
          const written = hidden(), wrote = hidden();
          lastWrite = wrote.promise;
          upon(written.promise, wrote.resolve, () => wrote.resolve());
          if (context !== null) return give(context, value, written);
          // The call that enqueues is not interrupted by the sink.
          const given = host.capture();
          host.runIn(own, upon, fulfilled(), () => give(given, value, written));
        },
        close: nothing, error: nothing,
      });
    }, nothing);

    const finish = (fails, reason) => {
      writable.release(writer);
      readable.release(reader);
      if (signal !== undefined) host.removeAlgorithm(signal, over);
      if (fails) over.reject(reason);
      else over.resolve();
    };
    const afterWrites = then => {
      const last = lastWrite;
      upon(last, () => last === lastWrite ? then() : afterWrites(then));
    };
    // Ends the pipe: waits for the chunks that were read, acts, and settles the promise.
    const shutDown = (action, fails = false, reason = undefined) => {
      if (ending) return;
      ending = true;
      const act = () => action === null ? finish(fails, reason)
        : upon(action(), () => finish(fails, reason), error => finish(true, error));
      if (target.state === 'writable' && !writable.isClosing(target)) afterWrites(act);
      else act();
    };

    const failForward = reason => shutDown(preventAbort ? null : () => writable.abort(target, reason), true, reason);
    const failBackward = reason => shutDown(preventCancel ? null : () => readable.cancel(source, reason), true, reason);
    const closeForward = () => shutDown(preventClose ? null : () => {
      if (writable.isClosing(target) || target.state === 'closed') return fulfilled();
      return target.state === 'errored' ? rejected(target.error) : writable.close(target);
    });

    if (signal !== undefined) {
      const aborted = () => {
        const reason = host.reasonOf(signal);
        shutDown(() => both(
          !preventAbort && target.state === 'writable' ? writable.abort(target, reason) : fulfilled(),
          !preventCancel && source.state === 'readable' ? readable.cancel(source, reason) : fulfilled(),
        ), true, reason);
      };
      if (host.isAborted(signal)) return aborted();
      host.addAlgorithm(signal, over, aborted);
    }
    if (source.state === 'errored') failForward(source.error);
    else upon(reader.closed.promise, undefined, failForward);
    if (target.state === 'errored') failBackward(target.error);
    else upon(writer.closed.promise, undefined, failBackward);
    if (source.state === 'closed') closeForward();
    else upon(reader.closed.promise, closeForward, nothing);
    if (writable.isClosing(target) || target.state === 'closed')
      failBackward(errorOf(TypeError, 'ERR_INVALID_STATE', 'Invalid state: Destination WritableStream is closed'));
    step();
  }

  const check = (source, target) => {
    if (readable.isLocked(source)) throw state('ReadableStream is locked');
    if (writable.isLocked(target)) throw state('WritableStream is locked');
  };
  host.streams.pipe = {
    to(source, target, options) {
      const found = settings(options), over = open();
      check(source, target);
      pipe(source, target, found, over);
      return over.promise;
    },
    through(source, target, options) {
      const found = settings(options);
      check(source, target);
      pipe(source, target, found, handled());
    },
  };
})
