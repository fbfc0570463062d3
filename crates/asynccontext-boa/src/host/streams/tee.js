// `tee`: two streams with the chunks of one.
(function (host) {
  'use strict';
  const { defaultSource, readable } = host.streams;
  const { fulfilled, hidden, quiet, upon } = host.streams.promises;

  // What the branches share: the reasons for which they were cancelled, and the promise of both.
  const cancellation = stream => {
    const over = hidden(), canceled = [false, false], reasons = [undefined, undefined];
    return {
      canceled, over,
      branch: index => reason => {
        canceled[index] = true;
        reasons[index] = reason;
        if (canceled[1 - index]) over.resolve(readable.cancel(stream, [reasons[0], reasons[1]]));
        return over.promise;
      },
      settle() { if (!canceled[0] || !canceled[1]) over.resolve(); },
    };
  };

  function teeDefault(stream) {
    const reader = readable.acquire(stream, 'default', quiet), cancels = cancellation(stream), { canceled } = cancels;
    let reading = false, again = false;
    const each = (action, value) => {
      for (let index = 0; index < 2; index++) if (!canceled[index]) action(branches[index].controller, value);
    };
    const pull = () => {
      if (reading) {
        again = true;
        return fulfilled();
      }
      reading = true;
      readable.read(reader, {
        chunk(value, context) {
          // An error takes a microtask to arrive, and must not be overtaken by a chunk.
          const give = () => {
            again = false;
            each(defaultSource.enqueue, value);
            reading = false;
            if (again) pull();
          };
          upon(fulfilled(), context === null ? give : () => host.runIn(context, give));
        },
        close() {
          reading = false;
          each(defaultSource.close);
          cancels.settle();
        },
        error() { reading = false; },
      });
      return fulfilled();
    };
    const branches = [readable.from(pull, cancels.branch(0), 1, () => 1), readable.from(pull, cancels.branch(1), 1, () => 1)];
    upon(reader.closed.promise, undefined, reason => {
      defaultSource.error(branches[0].controller, reason);
      defaultSource.error(branches[1].controller, reason);
      cancels.settle();
    });
    return branches;
  }

  host.streams.tee = stream => stream.controller.steps.kind === 'bytes' ? host.streams.teeBytes(stream, cancellation(stream)) : teeDefault(stream);
})
