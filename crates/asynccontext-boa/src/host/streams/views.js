// Views of buffers, and their bytes.
(function (host) {
  'use strict';
  const { ArrayBuffer, DataView, TypeError, Uint8Array, apply, bytes, data, isView, typed, typedArrays } = host.intrinsics;
  const { fail, wrongType } = host.streams.idl;

  const detached = host.isDetached;
  const copy = (target, at, source, from, length) =>
    apply(typed.set, new Uint8Array(target, at, length), [new Uint8Array(source, from, length)]);
  const slice = (buffer, from, to) => apply(bytes.slice, buffer, [from, to]);

  host.streams.views = {
    copy, detached, slice,
    lengthOf: buffer => apply(bytes.length, buffer, []),
    // The buffer and the range of a view, and a function that makes a view of its kind.
    parse(view, name) {
      if (!isView(view)) wrongType(name, 'a view of an ArrayBuffer');
      const kind = apply(typed.kind, view, []), fields = kind === undefined ? data : typed;
      const buffer = apply(fields.buffer, view, []);
      if (host.kind(buffer) !== 'ArrayBuffer') wrongType(name, 'a view of an ArrayBuffer that is not shared');
      if (apply(bytes.resizable, buffer, [])) wrongType(name, 'a view of an ArrayBuffer of a fixed length');
      if (detached(buffer)) return { buffer, offset: 0, length: 0, size: 1, detached: true, make: null };
      const View = kind === undefined ? DataView : typedArrays[kind], size = kind === undefined ? 1 : View.BYTES_PER_ELEMENT;
      return {
        buffer, offset: apply(fields.offset, view, []), length: apply(fields.length, view, []), size, detached: false,
        make: (buffer, offset, length) => new View(buffer, offset, length / size),
      };
    },
    bytes: (buffer, offset, length) => new Uint8Array(buffer, offset, length),
    // A buffer with the bytes of another one, which is detached.
    transfer(buffer) {
      if (detached(buffer)) fail(TypeError, 'ERR_INVALID_STATE', 'Invalid state: the buffer is detached');
      return host.transfer(buffer);
    },
    allocate: length => new ArrayBuffer(length),
    clone(view) {
      const offset = apply(typed.offset, view, []), length = apply(typed.length, view, []);
      return new Uint8Array(slice(apply(typed.buffer, view, []), offset, offset + length));
    },
  };
})
