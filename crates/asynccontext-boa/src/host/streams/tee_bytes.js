// `tee` of a stream of bytes. It reads into the buffer of a branch if that has one.
(function (host) {
  'use strict';
  const { byteSource, readInto, readable, views } = host.streams;
  const { fulfilled, nothing, quiet, upon } = host.streams.promises;
  const { close, enqueue, error, requestOf, respond, respondWithNewView } = byteSource;

  host.streams.teeBytes = (stream, cancels) => {
    const { canceled, over } = cancels;
    let reader = null, reading = false;
    const again = [false, false];

    const read = kind => {
      if (reader !== null) {
        if (reader.kind === kind) return;
        readable.release(reader);
      }
      const current = reader = readable.acquire(stream, kind, quiet);
      upon(current.closed.promise, undefined, reason => {
        if (current !== reader) return;
        error(branches[0].controller, reason);
        error(branches[1].controller, reason);
        cancels.settle();
      });
    };
    // The steps for a chunk, after the microtask that an error takes to arrive.
    const later = steps => (value, context) => {
      const give = () => {
        again[0] = again[1] = false;
        if (!steps(value)) return;
        reading = false;
        if (again[0]) pull(0);
        else if (again[1]) pull(1);
      };
      upon(fulfilled(), context === null ? give : () => host.runIn(context, give));
    };
    const cloned = value => {
      try {
        return views.clone(value);
      } catch (reason) {
        error(branches[0].controller, reason);
        error(branches[1].controller, reason);
        over.resolve(readable.cancel(stream, reason));
        return null;
      }
    };
    const put = (index, value) => enqueue(branches[index].controller, views.parse(value, 'chunk'));
    const answerAtEnd = ({ controller }) => { if (controller.places.length > 0) respond(controller, 0); };

    const pullChunk = () => {
      read('default');
      readable.read(reader, {
        chunk: later(value => {
          const other = canceled[0] || canceled[1] ? value : cloned(value);
          if (other === null) return false;
          if (!canceled[0]) put(0, value);
          if (!canceled[1]) put(1, other);
          return true;
        }),
        close() {
          reading = false;
          for (let index = 0; index < 2; index++) if (!canceled[index]) close(branches[index].controller);
          answerAtEnd(branches[0]);
          answerAtEnd(branches[1]);
          cancels.settle();
        },
        error() { reading = false; },
      });
    };
    const pullInto = (view, index) => {
      read('byob');
      const { controller } = branches[index], other = 1 - index;
      readInto(reader, views.parse(view, 'view'), 1, {
        chunk: later(value => {
          const copied = canceled[other] ? null : cloned(value);
          if (copied === null && !canceled[other]) return false;
          if (!canceled[index]) respondWithNewView(controller, views.parse(value, 'view'));
          if (copied !== null) put(other, copied);
          return true;
        }),
        close(value) {
          reading = false;
          const open = [!canceled[0], !canceled[1]];
          if (open[index]) close(controller);
          if (open[other]) close(branches[other].controller);
          if (value !== undefined) {
            if (open[index]) respondWithNewView(controller, views.parse(value, 'view'));
            if (open[other]) answerAtEnd(branches[other]);
          }
          if (open[0] || open[1]) over.resolve();
        },
        error() { reading = false; },
      });
    };
    const pull = index => {
      if (reading) {
        again[index] = true;
        return fulfilled();
      }
      reading = true;
      const request = requestOf(branches[index].controller);
      if (request === null) pullChunk();
      else pullInto(request.view, index);
      return fulfilled();
    };

    const branch = index => {
      const made = readable.make();
      byteSource.setUp(made, {
        pull: () => () => pull(index), cancel: () => cancels.branch(index), start: () => nothing, highWaterMark: 0,
      }, undefined);
      return made;
    };
    read('default');
    const branches = [branch(0), branch(1)];
    return branches;
  };
})
