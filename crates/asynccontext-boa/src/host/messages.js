// Message ports and channels. A message is delivered by a task of the host, which starts in the empty mapping.
(function (host) {
  'use strict';
  const { Ordered, globals } = host;
  const { Event, EventTarget } = globals;
  const secret = {};

  class MessageEvent extends Event {
    #data; #origin; #lastEventId; #source; #ports;
    constructor(type, options = {}) {
      super(...arguments);
      this.#data = options?.data === undefined ? null : options.data;
      this.#origin = String(options?.origin ?? '');
      this.#lastEventId = String(options?.lastEventId ?? '');
      this.#source = options?.source ?? null;
      this.#ports = Object.freeze([...(options?.ports ?? [])]);
    }
    get data() { return this.#data; }
    get origin() { return this.#origin; }
    get lastEventId() { return this.#lastEventId; }
    get source() { return this.#source; }
    get ports() { return this.#ports; }
    get [Symbol.toStringTag]() { return 'MessageEvent'; }
  }

  // Dispatches a message in the current mapping, which is empty, or in that of the call that posted it.
  function deliver(target, message, mapping) {
    const event = new MessageEvent('message', message);
    if (mapping === undefined) host.fire(target, event);
    else host.runListener(mapping, host.fire, target, event);
  }

  class MessagePort extends EventTarget {
    // Null after a transfer. Shared with queued tasks, which a transfer redirects.
    #state;

    constructor(key) {
      if (key !== secret) throw new TypeError('Illegal constructor');
      super();
      this.#state = { owner: this, other: null, started: false, closed: false, waiting: [] };
    }
    postMessage(message, options) {
      const transfer = typeof options === 'object' && options !== null && !(Symbol.iterator in options) ? options.transfer : options;
      const list = [...(transfer ?? [])];
      if (list.includes(this)) throw new globals.DOMException('a port can\'t be sent through itself', 'DataCloneError');
      const copied = host.clone(message, list);
      const other = this.#state?.other;
      if (!other || this.#state.closed || other.closed) return;
      const sent = { copied, mapping: host.postMapping() };
      if (other.started) MessagePort.#send(other, sent);
      else other.waiting.push(sent);
    }
    start() {
      const state = this.#state;
      if (!state || state.started) return;
      state.started = true;
      for (const sent of state.waiting.splice(0)) MessagePort.#send(state, sent);
    }
    close() {
      const state = this.#state;
      if (!state || state.closed) return;
      state.closed = true;
      for (const each of [state, state.other]) if (each) host.queueTask(() => { if (each.owner) host.fire(each.owner, new Event('close')); });
    }
    get [Symbol.toStringTag]() { return 'MessagePort'; }

    static #send(state, sent) {
      host.queueTask(() => {
        // A port that was transferred meanwhile starts again.
        if (!state.started) state.waiting.push(sent);
        else if (!state.closed) deliver(state.owner, sent.copied, sent.mapping);
      });
    }
    static pair() {
      const one = new MessagePort(secret), two = new MessagePort(secret);
      one.#state.other = two.#state;
      two.#state.other = one.#state;
      return [one, two];
    }
    static isPort(value) { return typeof value === 'object' && value !== null && #state in value && value.#state !== null; }
    static emptyPort() { return new MessagePort(secret); }
    static movePort(from, to) {
      to.#state = from.#state;
      to.#state.owner = to;
      to.#state.started = false;
      from.#state = null;
      return to;
    }
  }
  const { pair } = MessagePort;
  for (const name of ['isPort', 'emptyPort', 'movePort']) host[name] = MessagePort[name];
  for (const name of ['pair', 'isPort', 'emptyPort', 'movePort']) delete MessagePort[name];
  host.handler(MessagePort.prototype, 'message', port => port.start());
  host.handler(MessagePort.prototype, 'messageerror');
  host.handler(MessagePort.prototype, 'close');

  class MessageChannel {
    #ports = pair();
    get port1() { return this.#ports[0]; }
    get port2() { return this.#ports[1]; }
    get [Symbol.toStringTag]() { return 'MessageChannel'; }
  }

  // The open channels with a listener for messages, by name. Others receive nothing, so nothing keeps them.
  const listening = new Ordered();
  class BroadcastChannel extends EventTarget {
    #name; #closed = false;

    constructor(name) {
      if (arguments.length === 0) throw new TypeError('a BroadcastChannel needs a name');
      super();
      this.#name = String(name);
    }
    get name() { return this.#name; }
    postMessage(message) {
      if (arguments.length === 0) throw new TypeError('postMessage needs a message');
      if (this.#closed) throw new globals.DOMException('the channel is closed', 'InvalidStateError');
      const first = host.clone(message).data, mapping = host.postMapping();
      for (const other of listening.get(this.#name)?.values() ?? []) {
        if (other === this) continue;
        const { data } = host.clone(first);
        host.queueTask(() => { if (!other.#closed) deliver(other, { data }, mapping); });
      }
    }
    close() {
      this.#closed = true;
      listened(this, 'message', false);
    }
    get [Symbol.toStringTag]() { return 'BroadcastChannel'; }

    static listened(channel, type, has) {
      if (type !== 'message' || !(#name in channel)) return;
      let channels = listening.get(channel.#name);
      if (has && !channel.#closed) {
        if (!channels) listening.add(channel.#name, channels = new Ordered());
        channels.add(channel, channel);
      } else if (channels) {
        channels.remove(channel);
        if (channels.size === 0) listening.remove(channel.#name);
      }
    }
  }
  const { listened } = BroadcastChannel;
  host.whenListened.push(listened);
  delete BroadcastChannel.listened;
  host.handler(BroadcastChannel.prototype, 'message');
  host.handler(BroadcastChannel.prototype, 'messageerror');

  Object.assign(globals, { BroadcastChannel, MessageChannel, MessageEvent, MessagePort });
})
