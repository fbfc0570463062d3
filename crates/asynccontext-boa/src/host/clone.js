// `structuredClone`, and the copies of messages.
(function (host) {
  'use strict';
  const { DOMException } = host.globals;
  const errors = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
  const { apply } = Reflect;
  const method = (prototype, name) => {
    const behavior = prototype[name];
    return (target, ...args) => apply(behavior, target, args);
  };
  const getter = (prototype, name) => {
    const { get } = Object.getOwnPropertyDescriptor(prototype, name);
    return target => apply(get, target, []);
  };
  const TypedArray = Object.getPrototypeOf(Uint8Array);
  const kindOf = getter(TypedArray.prototype, Symbol.toStringTag);
  const views = { Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array,
    Float64Array, BigInt64Array, BigUint64Array };
  if (typeof Float16Array === 'function') views.Float16Array = Float16Array;
  const buffer = {
    length: getter(ArrayBuffer.prototype, 'byteLength'), slice: method(ArrayBuffer.prototype, 'slice'),
    detached: value => { try { new Uint8Array(value); return false; } catch { return true; } },
    resizable: getter(ArrayBuffer.prototype, 'resizable'), most: getter(ArrayBuffer.prototype, 'maxByteLength'),
  };
  const typed = { buffer: getter(TypedArray.prototype, 'buffer'), offset: getter(TypedArray.prototype, 'byteOffset'), length: getter(TypedArray.prototype, 'length') };
  const data = { buffer: getter(DataView.prototype, 'buffer'), offset: getter(DataView.prototype, 'byteOffset'), length: getter(DataView.prototype, 'byteLength') };
  const refuse = what => { throw new DOMException(`${what} can't be cloned`, 'DataCloneError'); };

  function copyBuffer(value) {
    if (buffer.detached(value)) refuse('a detached ArrayBuffer');
    if (!buffer.resizable(value)) return buffer.slice(value, 0);
    const made = new ArrayBuffer(buffer.length(value), { maxByteLength: buffer.most(value) });
    new Uint8Array(made).set(new Uint8Array(value));
    return made;
  }

  function copyError(value, keep, copyOf) {
    const { name } = value;
    const own = Object.getOwnPropertyDescriptor(value, 'message');
    const message = own && 'value' in own ? [String(own.value)] : [];
    const made = keep(new (Object.hasOwn(errors, name) ? errors[name] : Error)(...message));
    if (Object.hasOwn(value, 'cause')) Object.defineProperty(made, 'cause', { value: copyOf(value.cause), writable: true, configurable: true });
    return made;
  }

  function copy(value, seen) {
    if (typeof value === 'symbol') refuse('a symbol');
    if (typeof value === 'function') refuse('a function');
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return seen.get(value);
    const keep = made => { seen.set(value, made); return made; };
    const copyOf = part => copy(part, seen);
    const kind = host.kind(value);
    switch (kind) {
      case 'Boolean': return keep(Object(Boolean.prototype.valueOf.call(value)));
      case 'Number': return keep(Object(Number.prototype.valueOf.call(value)));
      case 'String': return keep(Object(String.prototype.valueOf.call(value)));
      case 'BigInt': return keep(Object(BigInt.prototype.valueOf.call(value)));
      case 'Date': return keep(new Date(Date.prototype.getTime.call(value)));
      case 'RegExp': return keep(new RegExp(value.source, value.flags));
      case 'SharedArrayBuffer': return keep(value);
      case 'ArrayBuffer': return keep(copyBuffer(value));
      case 'DataView': return keep(new DataView(copyOf(data.buffer(value)), data.offset(value), data.length(value)));
      case 'TypedArray': return keep(new views[kindOf(value)](copyOf(typed.buffer(value)), typed.offset(value), typed.length(value)));
      case 'Map': {
        const made = keep(new Map()), entries = [];
        Map.prototype.forEach.call(value, (of, key) => { entries.push(key, of); });
        for (let i = 0; i < entries.length; i += 2) made.set(copyOf(entries[i]), copyOf(entries[i + 1]));
        return made;
      }
      case 'Set': {
        const made = keep(new Set()), entries = [];
        Set.prototype.forEach.call(value, entry => { entries.push(entry); });
        for (let i = 0; i < entries.length; i++) made.add(copyOf(entries[i]));
        return made;
      }
      case 'Error':
        if (host.isException(value)) return keep(new DOMException(value.message, value.name));
        return copyError(value, keep, copyOf);
      case 'Array': case 'Object': {
        if (host.isPlatformObject(value)) break;
        const made = keep(kind === 'Array' ? new Array(value.length) : {});
        for (const key of Object.keys(value))
          if (Object.hasOwn(value, key))
            Object.defineProperty(made, key, { value: copyOf(value[key]), writable: true, enumerable: true, configurable: true });
        return made;
      }
    }
    return refuse('this object');
  }

  // Copies a value. The objects of `transfer` are moved, and can't be used here any more. Nothing is moved if a part
  // of the value can't be copied. Returns the copy and the ports that were moved.
  host.clone = (value, transfer = []) => {
    const moved = [...transfer], seen = new Map();
    if (new Set(moved).size < moved.length) refuse('a value that transfers an object twice');
    for (const object of moved) {
      if (host.isPort(object)) seen.set(object, host.emptyPort());
      // A signal is not moved: it can still be used here.
      else if (host.isTransferable(object)) seen.set(object, host.copySignal(object));
      else if (typeof object !== 'object' || object === null || host.kind(object) !== 'ArrayBuffer' || buffer.detached(object))
        refuse('an object that is not transferable');
    }
    const made = copy(value, seen), ports = [];
    for (const object of moved) {
      if (host.isTransferable(object)) continue;
      if (!host.isPort(object)) host.detach(object);
      else ports.push(host.movePort(object, seen.get(object)));
    }
    return { data: made, ports };
  };

  host.globals.structuredClone = function structuredClone(value, options) {
    if (arguments.length === 0) throw new TypeError('structuredClone needs a value');
    return host.clone(value, options?.transfer).data;
  };
})
