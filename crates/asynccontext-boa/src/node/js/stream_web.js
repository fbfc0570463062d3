// `node:stream/web`: the classes of the host.
(function (exports, require, module, native) {
  'use strict';
  for (const name of native.streamClasses) exports[name] = native.streamClass(name);
})
