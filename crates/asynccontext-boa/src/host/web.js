// `performance`, `crypto`, `TextEncoder` and `TextDecoder`.
(function (host) {
  'use strict';
  const { DOMException, EventTarget } = host.globals;
  const origin = host.now(), timeOrigin = Date.now();
  const now = () => host.now() - origin;
  const secret = {};

  class PerformanceEntry {
    #name; #type; #start; #duration; #detail;
    constructor(key, name, type, start, duration, detail) {
      if (key !== secret) throw new TypeError('Illegal constructor');
      this.#name = name;
      this.#type = type;
      this.#start = start;
      this.#duration = duration;
      this.#detail = detail;
    }
    get name() { return this.#name; }
    get entryType() { return this.#type; }
    get startTime() { return this.#start; }
    get duration() { return this.#duration; }
    get detail() { return this.#detail; }
    toJSON() { return { name: this.name, entryType: this.entryType, startTime: this.startTime, duration: this.duration, detail: this.detail }; }
    get [Symbol.toStringTag]() { return 'PerformanceEntry'; }
  }
  class PerformanceMark extends PerformanceEntry {
    constructor(name, options = {}) {
      super(secret, String(name), 'mark', options?.startTime ?? now(), 0, host.clone(options?.detail ?? null).data);
    }
    get [Symbol.toStringTag]() { return 'PerformanceMark'; }
  }
  class PerformanceMeasure extends PerformanceEntry {
    get [Symbol.toStringTag]() { return 'PerformanceMeasure'; }
  }

  class Performance extends EventTarget {
    #entries = [];

    constructor(key) {
      if (key !== secret) throw new TypeError('Illegal constructor');
      super();
    }
    get timeOrigin() { return timeOrigin; }
    now() { return now(); }
    mark(name, options) {
      const mark = new PerformanceMark(name, options);
      this.#entries.push(mark);
      return mark;
    }
    measure(name, startOrOptions, endMark) {
      const given = typeof startOrOptions === 'object' && startOrOptions !== null ? startOrOptions : { start: startOrOptions, end: endMark };
      const { start, end, duration, detail } = given;
      const last = end !== undefined ? this.#time(end) : start !== undefined && duration !== undefined ? this.#time(start) + duration : now();
      const first = start !== undefined ? this.#time(start) : end !== undefined && duration !== undefined ? last - duration : 0;
      const measure = new PerformanceMeasure(secret, String(name), 'measure', first, last - first, host.clone(detail ?? null).data);
      this.#entries.push(measure);
      return measure;
    }
    #time(mark) {
      if (typeof mark === 'number') return mark;
      const found = this.#entries.findLast(entry => entry.entryType === 'mark' && entry.name === String(mark));
      if (!found) throw new DOMException(`there is no mark '${mark}'`, 'SyntaxError');
      return found.startTime;
    }
    getEntries() { return this.#entries.toSorted((one, two) => one.startTime - two.startTime); }
    getEntriesByName(name, type) {
      return this.getEntries().filter(entry => entry.name === String(name) && (type === undefined || entry.entryType === type));
    }
    getEntriesByType(type) { return this.getEntries().filter(entry => entry.entryType === type); }
    clearMarks(name) { this.#clear('mark', name); }
    clearMeasures(name) { this.#clear('measure', name); }
    #clear(type, name) {
      this.#entries = this.#entries.filter(entry => entry.entryType !== type || (name !== undefined && entry.name !== String(name)));
    }
    toJSON() { return { timeOrigin }; }
    get [Symbol.toStringTag]() { return 'Performance'; }
  }

  const integers = new Set(['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'BigInt64Array', 'BigUint64Array']);
  class Crypto {
    constructor(key) { if (key !== secret) throw new TypeError('Illegal constructor'); }
    getRandomValues(array) {
      if (!ArrayBuffer.isView(array) || !integers.has(array[Symbol.toStringTag])) throw new DOMException('the argument is not an array of integers', 'TypeMismatchError');
      if (array.byteLength > 65536) throw new DOMException('more than 65536 bytes are wanted', 'QuotaExceededError');
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(new Uint8Array(host.random(array.byteLength)));
      return array;
    }
    randomUUID() {
      const bytes = new Uint8Array(host.random(16));
      bytes[6] = (bytes[6] & 0x0f) | 0x40;
      bytes[8] = (bytes[8] & 0x3f) | 0x80;
      const digits = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
      return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    }
    get [Symbol.toStringTag]() { return 'Crypto'; }
  }

  class TextEncoder {
    get encoding() { return 'utf-8'; }
    encode(text = '') { return new Uint8Array(host.encode(String(text))); }
    encodeInto(source, destination) {
      if (host.kind(destination) !== 'TypedArray' || destination[Symbol.toStringTag] !== 'Uint8Array') throw new TypeError('the destination is not a Uint8Array');
      let read = 0, written = 0;
      for (const character of String(source)) {
        const bytes = this.encode(character);
        if (written + bytes.length > destination.length) break;
        destination.set(bytes, written);
        written += bytes.length;
        read += character.length;
      }
      return { read, written };
    }
    get [Symbol.toStringTag]() { return 'TextEncoder'; }
  }

  class TextDecoder {
    #fatal; #ignoreBOM; #waiting = new Uint8Array(0); #started = false;

    constructor(label = 'utf-8', options = {}) {
      const name = String(label).trim().toLowerCase();
      if (!['utf-8', 'utf8', 'unicode-1-1-utf-8', 'unicode11utf8', 'unicode20utf8', 'x-unicode20utf8'].includes(name))
        throw Object.assign(new RangeError(`the encoding '${label}' is not supported, only utf-8`), { code: 'ERR_ENCODING_NOT_SUPPORTED' });
      this.#fatal = Boolean(options?.fatal);
      this.#ignoreBOM = Boolean(options?.ignoreBOM);
    }
    get encoding() { return 'utf-8'; }
    get fatal() { return this.#fatal; }
    get ignoreBOM() { return this.#ignoreBOM; }
    decode(input, options = {}) {
      let bytes = new Uint8Array(0);
      if (ArrayBuffer.isView(input)) bytes = new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
      else if (input !== undefined) {
        if (!['ArrayBuffer', 'SharedArrayBuffer'].includes(host.kind(input))) throw new TypeError('the input is not a buffer');
        bytes = new Uint8Array(input);
      }
      const all = new Uint8Array(this.#waiting.length + bytes.length);
      all.set(this.#waiting);
      all.set(bytes, this.#waiting.length);
      const stream = Boolean(options?.stream);
      this.#waiting = new Uint8Array(0);
      const decoded = host.decode(all.buffer, this.#fatal, stream);
      if (!decoded) {
        this.#started = false;
        throw Object.assign(new TypeError('The encoded data was not valid for encoding utf-8'), { code: 'ERR_ENCODING_INVALID_ENCODED_DATA' });
      }
      let [text, end] = decoded;
      if (!this.#started && !this.#ignoreBOM && text.startsWith('\ufeff')) text = text.slice(1);
      this.#started = stream && (this.#started || end > 0);
      if (stream) this.#waiting = all.slice(end);
      return text;
    }
    get [Symbol.toStringTag]() { return 'TextDecoder'; }
  }

  Object.assign(host.globals, {
    Crypto, Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, TextDecoder, TextEncoder,
    crypto: new Crypto(secret), performance: new Performance(secret),
  });
})
