// `node:timers`: the timers of the host.
(function (exports, require) {
  'use strict';
  const names = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'];
  for (const name of names) exports[name] = globalThis[name];
  Object.defineProperty(exports, 'promises', { get: () => require('timers/promises'), enumerable: true, configurable: true });
})
