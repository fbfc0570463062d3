// When a source is asked for chunks, and in which mapping.
//
// `pull` runs in the mapping of the call that causes it. While an earlier pull or the start is not over, this is the call
// of `read` that waits longest without a pull of its own; otherwise the first call that asked.
(function (host) {
  'use strict';
  const { queues, secret } = host.streams;
  const { fulfilled, upon } = host.streams.promises;

  function keep(controller, request) {
    const { asks } = controller;
    while (asks.length > 0 && !asks.first.value.waits) queues.take(asks);
    if (request !== null) queues.push(asks, request, 0, host.capture());
    else controller.asked ??= host.capture();
  }
  function kept(controller) {
    const { asks, asked } = controller;
    controller.asked = null;
    while (asks.length > 0) {
      const { value, context } = queues.take(asks);
      if (value.waits) return context;
    }
    return asked;
  }

  function pullIfNeeded(controller, request = null) {
    if (!controller.steps.wants(controller)) return;
    if (controller.pulling || !controller.started) {
      controller.again = true;
      return keep(controller, request);
    }
    controller.pulling = true;
    upon(controller.pull(), () => {
      controller.pulling = false;
      if (controller.again) pullAgain(controller);
    }, error => controller.steps.error(controller, error));
  }
  function pullAgain(controller) {
    controller.again = false;
    const context = kept(controller);
    if (context === null) pullIfNeeded(controller);
    else host.runIn(context, pullIfNeeded, controller);
  }

  host.streams.pulls = {
    pullIfNeeded,
    // Gives a stream a controller with the fields of its kind, calls `start`, and pulls chunks after it. The functions
    // `pull`, `cancel` and `start` of the settings return those of the source for the controller. A program sees the
    // controller as an instance of `Shown`.
    setUp(stream, Shown, fields, { pull, cancel, start, highWaterMark }) {
      let shown = null;
      const controller = {
        ...fields, stream, highWaterMark, pull: null, cancel: null, queue: queues.make(), shown: () => shown ??= new Shown(secret, controller),
        started: false, closeRequested: false, pulling: false, again: false, asks: queues.make(), asked: null,
      };
      controller.pull = pull(controller);
      controller.cancel = cancel(controller);
      stream.controller = controller;
      upon(fulfilled(start(controller)()), () => {
        controller.started = true;
        pullAgain(controller);
      }, error => controller.steps.error(controller, error));
    },
  };
})
