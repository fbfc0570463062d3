// `node:buffer`: bytes with conversions to and from text.
(function (exports, require, module, native) {
  'use strict';
  const { make, invalidType, outOfRange, check } = require('internal/errors');
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const unit = text => Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));

  const toBase64 = (bytes, alphabet, padding) => {
    let text = '';
    for (let i = 0; i < bytes.length; i += 3) {
      const bits = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0), count = Math.min(bytes.length - i, 3) + 1;
      for (let place = 0; place < 4; place++) text += place < count ? alphabet[(bits >> (18 - 6 * place)) & 63] : padding;
    }
    return text;
  };
  const fromBase64 = text => {
    const bytes = [];
    let bits = 0, count = 0;
    for (const character of text.replaceAll('-', '+').replaceAll('_', '/')) {
      if (character === '=') break;
      const value = digits.indexOf(character);
      if (value < 0) continue;
      bits = ((bits << 6) | value) & 0xffff;
      count += 6;
      if (count >= 8) bytes.push((bits >> (count -= 8)) & 0xff);
    }
    return bytes;
  };
  const fromHex = text => {
    const end = /^(?:[\da-f]{2})*/i.exec(text)[0];
    return Array.from({ length: end.length / 2 }, (_, i) => Number.parseInt(end.slice(2 * i, 2 * i + 2), 16));
  };
  const latin1 = { encode: text => unit(text).map(code => code & 0xff), decode: bytes => Array.from(bytes, byte => String.fromCharCode(byte)).join('') };
  const utf16 = {
    encode: text => unit(text).flatMap(code => [code & 0xff, code >> 8]),
    decode: bytes => Array.from({ length: bytes.length >> 1 }, (_, i) => String.fromCharCode(bytes[2 * i] | (bytes[2 * i + 1] << 8))).join(''),
  };
  const utf8 = { encode: text => new TextEncoder().encode(text), decode: bytes => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) };
  const encodings = {
    utf8, 'utf-8': utf8, latin1, binary: latin1, ucs2: utf16, 'ucs-2': utf16, utf16le: utf16, 'utf-16le': utf16,
    ascii: { encode: latin1.encode, decode: bytes => latin1.decode(Array.from(bytes, byte => byte & 0x7f)) },
    hex: { encode: fromHex, decode: bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('') },
    base64: { encode: fromBase64, decode: bytes => toBase64(bytes, digits, '=') },
    base64url: { encode: fromBase64, decode: bytes => toBase64(bytes, `${digits.slice(0, 62)}-_`, '') },
  };
  const isEncoding = name => typeof name === 'string' && Object.hasOwn(encodings, name.toLowerCase());
  const encoding = (name = 'utf8') => {
    if (!isEncoding(name)) throw make(TypeError, 'ERR_UNKNOWN_ENCODING', `Unknown encoding: ${name}`);
    return encodings[name.toLowerCase()];
  };
  const isBytes = value => ArrayBuffer.isView(value) || ['ArrayBuffer', 'SharedArrayBuffer'].includes(native.kindOf(value));
  const asBytes = (value, name) => {
    if (!(value instanceof Uint8Array)) throw invalidType(name, ['Buffer', 'Uint8Array'], value);
    return value;
  };

  class Buffer extends Uint8Array {
    static from(value, encodingOrOffset, length) {
      if (typeof value === 'string') return of(encoding(encodingOrOffset).encode(value));
      if (['ArrayBuffer', 'SharedArrayBuffer'].includes(native.kindOf(value))) return new Buffer(value, encodingOrOffset, length);
      if (typeof value !== 'object' || value === null) throw invalidType('first argument', ['string', 'Buffer', 'ArrayBuffer', 'Array', 'an Array-like Object'], value);
      if (value.type === 'Buffer' && Array.isArray(value.data)) return of(value.data);
      const inner = value.valueOf();
      return inner !== value && inner !== null && inner !== undefined ? Buffer.from(inner, encodingOrOffset, length) : of(value.length === undefined ? [] : value);
    }
    static of(...items) { return of(items); }
    static alloc(length, fill, name) {
      check.number(length, 'size', 0, Number.MAX_SAFE_INTEGER);
      const made = new Buffer(length);
      return fill === undefined ? made : made.fill(fill, name);
    }
    static allocUnsafe(length) { return Buffer.alloc(length); }
    static allocUnsafeSlow(length) { return Buffer.alloc(length); }
    static isBuffer(value) { return value instanceof Buffer; }
    static isEncoding(name) { return isEncoding(name); }
    static byteLength(value, name) { return typeof value === 'string' ? encoding(name).encode(value).length : value.byteLength; }
    static concat(list, length = list.reduce((sum, each) => sum + each.length, 0)) {
      const made = Buffer.alloc(length);
      let at = 0;
      for (const each of list) {
        made.set(asBytes(each, 'list').subarray(0, Math.max(0, length - at)), Math.min(at, length));
        at += each.length;
      }
      return made;
    }
    static compare(one, two) {
      const common = Math.min(asBytes(one, 'buf1').length, asBytes(two, 'buf2').length);
      for (let i = 0; i < common; i++) if (one[i] !== two[i]) return one[i] < two[i] ? -1 : 1;
      return Math.sign(one.length - two.length);
    }

    get parent() { return this.buffer; }
    get offset() { return this.byteOffset; }
    toString(name, start = 0, end = this.length) { return encoding(name).decode(this.subarray(Math.max(0, start), end)); }
    toLocaleString(name, start, end) { return this.toString(name, start, end); }
    toJSON() { return { type: 'Buffer', data: Array.from(this) }; }
    equals(other) { return Buffer.compare(this, other) === 0; }
    compare(other) { return Buffer.compare(this, other); }
    // Like `subarray`, the result shares the bytes.
    slice(start, end) { return this.subarray(start, end); }
    copy(target, at = 0, start = 0, end = this.length) {
      const part = this.subarray(start, end).subarray(0, Math.max(0, target.length - at));
      target.set(part, at);
      return part.length;
    }
    write(text, at = 0, length = undefined, name = undefined) {
      check.string(text, 'string');
      if (typeof at === 'string') [at, name] = [0, at];
      else if (typeof length === 'string') [length, name] = [undefined, length];
      let bytes = Array.from(encoding(name).encode(text)).slice(0, Math.min(length ?? Infinity, this.length - at));
      // A character is not cut.
      if (encoding(name) === utf8) while (bytes.length > 0 && utf8.encode(utf8.decode(of(bytes))).length !== bytes.length) bytes = bytes.slice(0, -1);
      this.set(bytes, at);
      return bytes.length;
    }
    fill(value, start = 0, end = this.length, name = undefined) {
      if (typeof start === 'string') [start, end, name] = [0, this.length, start];
      else if (typeof end === 'string') [end, name] = [this.length, end];
      const bytes = typeof value === 'string' ? encoding(name).encode(value) : value instanceof Uint8Array ? value : [value & 0xff];
      if (bytes.length === 0) return super.fill(0, start, end);
      for (let i = start; i < end; i++) this[i] = bytes[(i - start) % bytes.length];
      return this;
    }
    indexOf(value, from = 0, name = undefined) {
      if (typeof value === 'number') return super.indexOf(value & 0xff, from);
      const bytes = typeof value === 'string' ? encoding(typeof from === 'string' ? from : name).encode(value) : asBytes(value, 'value');
      for (let at = typeof from === 'number' ? from : 0; at + bytes.length <= this.length; at++) if (bytes.every((byte, i) => this[at + i] === byte)) return at;
      return -1;
    }
    includes(value, from, name) { return this.indexOf(value, from, name) >= 0; }
    [Symbol.for('nodejs.util.inspect.custom')]() {
      const shown = Array.from(this.subarray(0, 50), byte => byte.toString(16).padStart(2, '0')), left = this.length - shown.length;
      if (left > 0) shown.push('...', `${left} more byte${left > 1 ? 's' : ''}`);
      return `<${['Buffer', ...shown].join(' ')}>`;
    }
  }
  const of = bytes => {
    const made = new Buffer(bytes.length);
    made.set(bytes);
    return made;
  };

  // `readUInt32BE`, `writeInt16LE` and the like.
  const numbers = [
    ['Int8', 1], ['Uint8', 1], ['Int16', 2], ['Uint16', 2], ['Int32', 4], ['Uint32', 4], ['BigInt64', 8], ['BigUint64', 8], ['Float32', 4, 'Float'], ['Float64', 8, 'Double'],
  ];
  for (const [type, length, name = type] of numbers)
    for (const [order, little] of length === 1 ? [['', true]] : [['LE', true], ['BE', false]]) {
      const view = (buffer, at) => {
        if (!Number.isInteger(at)) throw Number.isFinite(at) || typeof at === 'number' ? outOfRange('offset', 'an integer', at) : invalidType('offset', 'number', at);
        if (at < 0 || at + length > buffer.length) throw buffer.length < length ? make(RangeError, 'ERR_BUFFER_OUT_OF_BOUNDS', 'Attempt to access memory outside buffer bounds') : outOfRange('offset', `>= 0 and <= ${buffer.length - length}`, at);
        return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
      };
      const limit = /^U?[Ii]nt/.test(type) ? [type.startsWith('U') ? 0 : -(2 ** (8 * length - 1)), 2 ** (8 * length - (type.startsWith('U') ? 0 : 1)) - 1] : null;
      const read = function (at = 0) { return view(this, at)[`get${type}`](at, little); };
      const write = function (value, at = 0) {
        if (limit !== null && (value < limit[0] || value > limit[1])) throw outOfRange('value', `>= ${limit[0]} and <= ${limit[1]}`, value);
        view(this, at)[`set${type}`](at, value, little);
        return at + length;
      };
      for (const each of new Set([name, name.replace('Uint', 'UInt')])) {
        Object.defineProperty(Buffer.prototype, `read${each}${order}`, { value: read, writable: true, configurable: true });
        Object.defineProperty(Buffer.prototype, `write${each}${order}`, { value: write, writable: true, configurable: true });
      }
    }

  module.exports = {
    Buffer, kMaxLength: Number.MAX_SAFE_INTEGER, constants: { MAX_LENGTH: Number.MAX_SAFE_INTEGER, MAX_STRING_LENGTH: 2 ** 29 - 24 },
    atob: text => latin1.decode(fromBase64(String(text))), btoa: text => toBase64(latin1.encode(String(text)), digits, '='),
    isUtf8: bytes => utf8.encode(utf8.decode(bytes)).length === bytes.byteLength, isAscii: bytes => new Uint8Array(bytes).every(byte => byte < 128),
  };
})
