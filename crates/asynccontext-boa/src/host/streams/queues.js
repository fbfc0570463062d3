// Queues, from which the first entry is taken in constant time, with the total size of their entries.
(function (host) {
  'use strict';
  const { RangeError } = host.intrinsics;
  const { fail } = host.streams.idl;

  const push = (queue, value, size = 0, context = null) => {
    const entry = { value, size, context, next: null };
    if (queue.last === null) queue.first = entry;
    else queue.last.next = entry;
    queue.last = entry;
    queue.length++;
  };
  const take = queue => {
    const entry = queue.first;
    queue.first = entry.next;
    if (entry.next === null) queue.last = null;
    queue.length--;
    return entry;
  };
  const clear = queue => {
    queue.first = queue.last = null;
    queue.length = queue.total = 0;
  };

  host.streams.queues = {
    make: () => ({ first: null, last: null, length: 0, total: 0 }),
    push, take,
    // Adds a chunk, with the mapping in which it was made.
    pushSized(queue, value, size, context) {
      if (typeof size !== 'number' || !(size >= 0 && size < Infinity))
        fail(RangeError, 'ERR_INVALID_ARG_VALUE', 'The size of a chunk must be a finite number that is 0 or more');
      push(queue, value, size, context);
      queue.total += size;
    },
    takeSized(queue) {
      const entry = take(queue);
      queue.total -= entry.size;
      // Sums of fractions are inexact.
      if (queue.total < 0) queue.total = 0;
      return entry;
    },
    clear,
    // Empties a queue, and calls `each` with what was in it.
    drain(queue, each) {
      let entry = queue.first;
      clear(queue);
      for (; entry !== null; entry = entry.next) each(entry.value);
    },
  };
})
