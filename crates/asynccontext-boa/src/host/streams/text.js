// `TextEncoderStream` and `TextDecoderStream`.
(function (host) {
  'use strict';
  const { TextDecoder, TextEncoder, apply, charCodeAt, decode, encode, isView, slice } = host.intrinsics;
  const { readable, transform, writable } = host.streams;
  const { members, publish, wrongType } = host.streams.idl;

  class TextEncoderStream {
    #stream;
    constructor() {
      const encoder = new TextEncoder();
      // The first half of a character that two chunks share.
      let half = '';
      const give = (text, enqueue) => { if (text !== '') enqueue(apply(encode, encoder, [text])); };
      this.#stream = transform.make((chunk, enqueue) => {
        const text = half + chunk, last = text.length > 0 ? codeAt(text, text.length - 1) : 0;
        const cut = last >= 0xd800 && last < 0xdc00 ? text.length - 1 : text.length;
        half = part(text, cut, text.length);
        give(part(text, 0, cut), enqueue);
      }, enqueue => give(half, enqueue));
    }
    get encoding() { return this.#stream && 'utf-8'; }
    get readable() { return readable.show(this.#stream.readable); }
    get writable() { return writable.show(this.#stream.writable); }
  }
  const codeAt = (text, index) => apply(charCodeAt, text, [index]);
  const part = (text, from, to) => apply(slice, text, [from, to]);

  class TextDecoderStream {
    #stream; #decoder;
    constructor(label = 'utf-8', options = undefined) {
      const decoder = new TextDecoder(label, members(options, 'options', 'fatal', 'ignoreBOM')), stream = { stream: true };
      const give = (text, enqueue) => { if (text !== '') enqueue(text); };
      this.#decoder = { encoding: decoder.encoding, fatal: decoder.fatal, ignoreBOM: decoder.ignoreBOM };
      this.#stream = transform.make((chunk, enqueue) => {
        const kind = host.kind(chunk);
        if (kind !== 'ArrayBuffer' && kind !== 'SharedArrayBuffer' && !isView(chunk)) wrongType('chunk', 'an ArrayBuffer or a view');
        give(apply(decode, decoder, [chunk, stream]), enqueue);
      }, enqueue => give(apply(decode, decoder, []), enqueue));
    }
    get encoding() { return this.#decoder.encoding; }
    get fatal() { return this.#decoder.fatal; }
    get ignoreBOM() { return this.#decoder.ignoreBOM; }
    get readable() { return readable.show(this.#stream.readable); }
    get writable() { return writable.show(this.#stream.writable); }
  }
  publish({ TextDecoderStream, TextEncoderStream });
})
