// `util.inspect`.
(function (exports, require, module, native) {
  'use strict';
  const types = require('util/types');
  const custom = Symbol.for('nodejs.util.inspect.custom');

  const defaults = {
    showHidden: false, depth: 2, colors: false, customInspect: true, maxArrayLength: 100,
    maxStringLength: 10000, breakLength: 80, compact: 3, sorted: false, getters: false, numericSeparator: false,
  };
  const colors = {
    reset: [0, 0], bold: [1, 22], dim: [2, 22], italic: [3, 23], underline: [4, 24], inverse: [7, 27],
    black: [30, 39], red: [31, 39], green: [32, 39], yellow: [33, 39], blue: [34, 39], magenta: [35, 39], cyan: [36, 39],
    white: [37, 39], gray: [90, 39], grey: [90, 39],
  };
  const styles = {
    special: 'cyan', number: 'yellow', bigint: 'yellow', boolean: 'yellow', undefined: 'grey', null: 'bold', string: 'green',
    symbol: 'green', date: 'magenta', regexp: 'red', module: 'underline',
  };

  const inspect = (value, options, ...legacy) => {
    const state = { ...defaults, seen: [], indent: 0, latest: 0, circular: new Map() };
    if (typeof options === 'boolean') {
      state.showHidden = options;
      if (legacy[0] !== undefined) state.depth = legacy[0];
      if (legacy[1] !== undefined) state.colors = legacy[1];
    } else if (options !== null && typeof options === 'object') {
      Object.assign(state, options);
    }
    state.options = options;
    for (const name of ['depth', 'maxArrayLength', 'maxStringLength', 'breakLength'])
      if (state[name] === null) state[name] = Infinity;
    return show(state, value, 0);
  };

  const paint = (state, text, kind) => {
    if (!state.colors || styles[kind] === undefined) return text;
    const [open, close] = colors[styles[kind]];
    return `\u001b[${open}m${text}\u001b[${close}m`;
  };

  const escapes = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '\\': '\\\\' };
  const quote = text => {
    const mark = !text.includes("'") ? "'" : !text.includes('"') ? '"' : !text.includes('`') && !text.includes('${') ? '`' : "'";
    let out = '';
    for (const ch of text) {
      const code = ch.codePointAt(0);
      if (ch === mark || ch in escapes) out += escapes[ch] ?? `\\${ch}`;
      else if (code < 32 || (code >= 127 && code < 160)) out += `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`;
      else if (code >= 0xd800 && code < 0xe000) out += `\\u${code.toString(16)}`;
      else out += ch;
    }
    return mark + out + mark;
  };

  const showNumber = (value, separated = false) => {
    if (Object.is(value, -0)) return '-0';
    const text = String(value);
    return separated ? separate(text) : text;
  };
  // Puts an underscore between each three digits, from the decimal point outwards.
  const separate = text => {
    const [, sign, whole, fraction, rest] = /^(-?)(\d*)(?:\.(\d+))?(.*)$/.exec(text);
    if (rest !== '' && rest !== 'n') return text;
    return sign + whole.replace(/\d(?=(\d{3})+$)/g, '$&_') + (fraction === undefined ? '' : `.${fraction.replace(/\d{3}(?=\d)/g, '$&_')}`) + rest;
  };

  const showPrimitive = (state, value) => {
    switch (typeof value) {
      case 'string': {
        let rest = '';
        if (value.length > state.maxStringLength) {
          const left = value.length - state.maxStringLength;
          value = value.slice(0, state.maxStringLength);
          rest = `... ${left} more character${left > 1 ? 's' : ''}`;
        }
        // A long text with line ends is split at them.
        if (state.compact !== true && value.length > 16 && value.length > state.breakLength - state.indent - 4 && value.includes('\n'))
          return value.split(/(?<=\n)/).map(line => paint(state, quote(line), 'string')).join(` +\n${' '.repeat(state.indent + 2)}`) + rest;
        return paint(state, quote(value), 'string') + rest;
      }
      case 'number': return paint(state, showNumber(value, state.numericSeparator), 'number');
      case 'bigint': return paint(state, state.numericSeparator ? separate(`${value}n`) : `${value}n`, 'bigint');
      case 'symbol': return paint(state, value.toString(), 'symbol');
      case 'undefined': return paint(state, 'undefined', 'undefined');
      case 'boolean': return paint(state, String(value), 'boolean');
      default: return paint(state, 'null', 'null');
    }
  };

  const constructorName = value => {
    for (let object = value; object !== null; object = Object.getPrototypeOf(object)) {
      const own = Object.getOwnPropertyDescriptor(object, 'constructor');
      if (own !== undefined && typeof own.value === 'function' && own.value.name !== '' && isInstance(value, own.value))
        return own.value.name;
    }
    return null;
  };
  const isInstance = (value, constructor) => {
    try { return value instanceof constructor; } catch { return false; }
  };

  const tagOf = (value, name) => {
    let tag;
    try { tag = value[Symbol.toStringTag]; } catch { return ''; }
    // An enumerable property of its own is shown as such.
    if (Object.prototype.propertyIsEnumerable.call(value, Symbol.toStringTag)) return '';
    return typeof tag === 'string' && tag !== '' && tag !== name ? ` [${tag}]` : '';
  };

  const isIdentifier = text => /^[a-zA-Z_][a-zA-Z_0-9]*$/.test(text);

  const show = (state, value, depth) => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return showPrimitive(state, value);
    if (state.customInspect) {
      const method = value[custom];
      if (typeof method === 'function' && method !== inspect && !(value.constructor?.prototype === value)) {
        const left = state.depth === null ? null : state.depth - depth;
        const { seen, circular, indent, latest, options, ...plain } = state;
        const shown = Reflect.apply(method, value, [left, { ...plain, stylize: (text, kind) => paint(state, String(text), kind) }, inspect]);
        if (shown !== value) {
          if (typeof shown !== 'object' && typeof shown !== 'function') return String(shown).replaceAll('\n', `\n${' '.repeat(state.indent)}`);
          return show(state, shown, depth);
        }
      }
    }
    if (state.seen.includes(value)) {
      if (!state.circular.has(value)) state.circular.set(value, state.circular.size + 1);
      return paint(state, `[Circular *${state.circular.get(value)}]`, 'special');
    }
    return showObject(state, value, depth);
  };

  const keysOf = (state, value) => {
    const keys = state.showHidden ? Reflect.ownKeys(value) : [
      ...Object.keys(value),
      ...Object.getOwnPropertySymbols(value).filter(key => Object.prototype.propertyIsEnumerable.call(value, key)),
    ];
    return keys;
  };

  const showObject = (state, value, depth) => {
    const name = constructorName(value);
    const tag = tagOf(value, name);
    let keys, braces = ['{', '}'], prefix = '', base = '', entries = () => [];
    const prefixed = (kind, size) => `${name === null ? `[${kind}${size}: null prototype]` : `${name === kind ? kind : `${name}`}${size}`}${tag} `;

    if (Array.isArray(value)) {
      keys = keysOf(state, value).filter(key => typeof key === 'symbol' || !/^(0|[1-9]\d*)$/.test(key));
      if (!state.showHidden) keys = keys.filter(key => key !== 'length');
      prefix = name === 'Array' && tag === '' ? '' : prefixed('Array', `(${value.length})`);
      braces = ['[', ']'];
      if (value.length === 0 && keys.length === 0) return `${prefix}[]`;
      entries = () => showArray(state, value, depth);
    } else if (types.isSet(value) || types.isMap(value)) {
      const kind = types.isSet(value) ? 'Set' : 'Map';
      keys = keysOf(state, value);
      prefix = prefixed(kind, `(${value.size})`);
      if (value.size === 0 && keys.length === 0) return `${prefix}{}`;
      entries = () => showCollection(state, value, kind, depth);
    } else if (types.isTypedArray(value)) {
      keys = keysOf(state, value).filter(key => typeof key === 'symbol' || !/^\d+$/.test(key));
      prefix = prefixed(name ?? 'TypedArray', `(${value.length})`);
      braces = ['[', ']'];
      if (value.length === 0 && keys.length === 0) return `${prefix}[]`;
      entries = () => showArray(state, value, depth);
    } else if (types.isMapIterator(value) || types.isSetIterator(value)) {
      keys = keysOf(state, value);
      prefix = `[${tag.trim().slice(1, -1) || name}] `;
    } else {
      keys = keysOf(state, value);
      if (types.isArgumentsObject(value)) {
        prefix = '[Arguments] ';
        if (keys.length === 0) return `${prefix}{}`;
      } else if (typeof value === 'function') {
        base = showFunction(value, name, tag);
        if (keys.length === 0) return paint(state, base, 'special');
      } else if (types.isRegExp(value)) {
        base = RegExp.prototype.toString.call(value);
        if (keys.length === 0) return paint(state, base, 'regexp');
      } else if (types.isDate(value)) {
        base = Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
        if (keys.length === 0) return paint(state, base, 'date');
      } else if (types.isNativeError(value) || isInstance(value, Error)) {
        // What the stack contains is not repeated.
        const stack = typeof value.stack === 'string' ? value.stack : '';
        keys = keys.filter(key => key !== 'stack' && (!['name', 'message'].includes(key) || !stack.includes(value[key])));
        if (Object.hasOwn(value, 'cause') && !keys.includes('cause')) keys.push('cause');
        if (Array.isArray(value.errors) && Object.hasOwn(value, 'errors') && !keys.includes('errors')) keys.push('errors');
        base = showError(state, value, name, depth);
        if (keys.length === 0) return base;
      } else if (types.isAnyArrayBuffer(value)) {
        prefix = prefixed(native.kindOf(value), '');
        entries = () => {
          const bytes = Array.from(new Uint8Array(value.slice(0, Math.min(Math.max(0, state.maxArrayLength), 50))), byte => byte.toString(16).padStart(2, '0'));
          const left = value.byteLength - bytes.length;
          const shown = bytes.join(' ') + (left > 0 ? ` ... ${left} more byte${left > 1 ? 's' : ''}` : '');
          return [`[${paint(state, 'Uint8Contents', 'special')}]: <${shown}>`, `[byteLength]: ${paint(state, value.byteLength, 'number')}`];
        };
      } else if (types.isDataView(value)) {
        prefix = prefixed('DataView', '');
        entries = () => ['byteLength', 'byteOffset', 'buffer'].map(key => `[${key}]: ${nested(state, value[key], depth)}`);
      } else if (types.isPromise(value)) {
        prefix = prefixed('Promise', '');
        entries = () => {
          const [status, result] = native.promiseState(value);
          if (status === 'pending') return [paint(state, '<pending>', 'special')];
          state.indent += 2;
          const text = show(state, result, depth + 1);
          state.indent -= 2;
          return [status === 'rejected' ? `${paint(state, '<rejected>', 'special')} ${text}` : text];
        };
      } else if (types.isWeakSet(value) || types.isWeakMap(value)) {
        prefix = prefixed(native.kindOf(value), '');
        entries = () => [paint(state, '<items unknown>', 'special')];
      } else if (types.isBoxedPrimitive(value)) {
        const kind = ['Number', 'String', 'Boolean', 'BigInt', 'Symbol'].find(each => types[`is${each}Object`](value));
        const inner = globalThis[kind].prototype.valueOf.call(value);
        if (kind === 'String') keys = keys.filter(key => typeof key === 'symbol' || !/^\d+$/.test(key));
        base = `[${kind}${name === kind || name === null ? '' : ` (${name})`}: ${showPrimitive({ ...state, colors: false }, inner)}]`;
        if (keys.length === 0) return paint(state, base, kind.toLowerCase());
      } else {
        prefix = name === 'Object' && tag === '' ? '' : name === null ? `[Object: null prototype]${tag} ` : `${name}${tag} `;
        if (keys.length === 0) return `${prefix}{}`;
      }
    }
    if (depth > state.depth) {
      const label = Array.isArray(value) ? 'Array' : (name === null ? '[Object: null prototype]' : `${name}${tag}`);
      return paint(state, label.startsWith('[') ? `[${label.slice(1, -1)}]` : `[${label}]`, 'special');
    }
    state.seen.push(value);
    state.latest = depth;
    let parts;
    try {
      parts = entries();
      for (const key of keys) parts.push(showProperty(state, value, key, depth, braces[0] === '['));
    } finally {
      state.seen.pop();
    }
    if (state.sorted) parts.sort(typeof state.sorted === 'function' ? state.sorted : undefined);
    if (parts.length === 0 && !base) return `${prefix}${braces.join('')}`;
    if (state.circular.has(value)) {
      const mark = paint(state, `<ref *${state.circular.get(value)}>`, 'special');
      if (base) base = `${mark} ${base}`;
      else prefix = `${mark} ${prefix}`;
    }
    return join(state, parts, base ? `${base} ` : prefix, braces, depth, value);
  };

  const showFunction = (value, name, tag) => {
    if (native.kindOf(value) === 'Class') {
      const parent = Object.getPrototypeOf(value)?.name;
      return `[class ${Object.hasOwn(value, 'name') && value.name !== '' ? value.name : '(anonymous)'}${parent ? ` extends ${parent}` : Object.getPrototypeOf(value) === null ? ' extends null' : ''}]`;
    }
    const kind = types.isGeneratorFunction(value) ? (types.isAsyncFunction(value) ? 'AsyncGeneratorFunction' : 'GeneratorFunction')
      : types.isAsyncFunction(value) ? 'AsyncFunction' : 'Function';
    const own = typeof value.name === 'string' && value.name !== '' ? `: ${value.name}` : ' (anonymous)';
    return `[${kind}${name === null ? ' (null prototype)' : ''}${own}]${tag === ` [${kind}]` ? '' : tag}`;
  };

  const showError = (state, error, name, depth) => {
    let stack;
    try { stack = error.stack; } catch { stack = undefined; }
    const head = () => { try { return Error.prototype.toString.call(error); } catch { return '[error]'; } };
    let text = typeof stack === 'string' && stack !== '' ? stack : head();
    // A stack without the head is completed with it.
    if (/^\s*at /.test(text)) text = `${head()}\n${text}`;
    const ownName = typeof error.name === 'string' ? error.name : 'Error';
    if (name !== null && !ownName.includes(name) && text.startsWith(ownName) && !text.startsWith(name))
      text = `${name}${text.slice(ownName.length)}`.replace(/^(\w+)/, ownName === 'Error' ? '$1' : `$1 [${ownName}]`);
    const key = error.code;
    if (typeof key === 'string' && Object.hasOwn(error, 'code') && /^ERR_/.test(key) && text.startsWith(ownName) && !text.includes(`[${key}]`))
      text = `${ownName} [${key}]${text.slice(ownName.length)}`;
    if (!/\n\s+at /.test(text)) {
      const [first, ...rest] = text.split('\n');
      text = rest.length === 0 ? `[${first}]` : `[${text}]`;
    }
    return state.indent > 0 ? text.replaceAll('\n', `\n${' '.repeat(state.indent)}`) : text;
  };

  const showArray = (state, array, depth) => {
    const parts = [];
    const most = Math.min(Math.max(0, state.maxArrayLength), array.length);
    let index = 0;
    while (index < array.length && parts.length < most) {
      if (!Object.hasOwn(array, index)) {
        let end = index;
        while (end < array.length && !Object.hasOwn(array, end)) end++;
        parts.push(paint(state, `<${end - index} empty item${end - index > 1 ? 's' : ''}>`, 'undefined'));
        index = end;
      } else {
        parts.push(showValue(state, array, index, depth));
        index++;
      }
    }
    const left = array.length - index;
    if (left > 0) parts.push(`... ${left} more item${left > 1 ? 's' : ''}`);
    return parts;
  };

  const nested = (state, value, depth) => {
    state.indent += 2;
    const text = show(state, value, depth + 1);
    state.indent -= 2;
    return text;
  };

  const showCollection = (state, value, kind, depth) => {
    const parts = [];
    const most = Math.max(0, state.maxArrayLength);
    if (kind === 'Set') {
      for (const each of Set.prototype.values.call(value)) {
        if (parts.length >= most) break;
        parts.push(nested(state, each, depth));
      }
    } else {
      for (const [key, each] of Map.prototype.entries.call(value)) {
        if (parts.length >= most) break;
        parts.push(`${nested(state, key, depth)} => ${nested(state, each, depth)}`);
      }
    }
    const left = value.size - parts.length;
    if (left > 0) parts.push(`... ${left} more item${left > 1 ? 's' : ''}`);
    return parts;
  };

  const showValue = (state, object, key, depth) => {
    const { value, get, set } = Object.getOwnPropertyDescriptor(object, key) ?? { value: object[key] };
    if (get !== undefined) {
      if (state.getters) {
        try {
          const text = nested(state, Reflect.apply(get, object, []), depth);
          return `${paint(state, set !== undefined ? '[Getter/Setter' : '[Getter', 'special')}: ${text}${paint(state, ']', 'special')}`;
        } catch (error) {
          return paint(state, `[Getter: <Inspection threw (${error.message})>]`, 'special');
        }
      }
      return paint(state, set !== undefined ? '[Getter/Setter]' : '[Getter]', 'special');
    }
    if (set !== undefined) return paint(state, '[Setter]', 'special');
    return nested(state, value, depth);
  };

  const showProperty = (state, object, key, depth) => {
    const text = showValue(state, object, key, depth);
    const hidden = Object.getOwnPropertyDescriptor(object, key)?.enumerable === false;
    let name = typeof key === 'symbol' ? paint(state, key.toString(), 'symbol')
      : key === '__proto__' ? "['__proto__']"
      : hidden ? `[${key}]`
      : isIdentifier(key) ? key : paint(state, quote(key), 'string');
    if (hidden && typeof key === 'symbol') name = `[${key.toString()}]`;
    return `${name}: ${text}`;
  };

  // The number of columns that a text takes in a terminal.
  const width = text => {
    if (/^[ -~]*$/.test(text)) return text.length;
    let columns = 0;
    for (const character of stripVTControlCharacters(text)) columns += isWide.test(character) ? 2 : isJoined.test(character) ? 0 : 1;
    return columns;
  };
  const isWide = /^[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]$/u;
  const isJoined = /^[\u0000-\u001f\u007f-\u009f\u0300-\u036f\u200b-\u200f\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]$/;

  // Puts the parts on one line if it is short enough and holds at most `compact` levels, and on a line each otherwise.
  // The levels are counted down to the object that was shown last.
  const join = (state, parts, prefix, [open, close], depth, value) => {
    const pad = `\n${' '.repeat(state.indent)}`;
    const head = prefix + open, isShort = (output, start) =>
      output.reduce((sum, part) => sum + width(part), output.length + start) + output.length <= state.breakLength && !prefix.includes('\n');
    if (state.compact === true)
      return isShort(parts, 0) ? `${head} ${parts.join(', ')} ${close}` : `${head}${prefix === '' ? ' ' : `${pad}  `}${parts.join(`,${pad}  `)} ${close}`;
    let output = parts;
    if (state.compact !== false) {
      if (open === '[' && parts.length > 6) output = columns(state, parts, value);
      if (state.latest - depth < state.compact && output.length === parts.length) {
        const line = output.join(', ');
        if (isShort(output, state.indent + open.length + prefix.length + 10) && !line.includes('\n')) return `${head} ${line} ${close}`;
      }
    }
    return `${head}${pad}  ${output.join(`,${pad}  `)}${pad}${close}`;
  };

  // Groups the items of a long array in columns of equal width.
  const columns = (state, parts, value) => {
    const extra = state.maxArrayLength < parts.length ? 1 : 0;
    const items = parts.slice(0, parts.length - extra);
    const lengths = items.map(width);
    const longest = Math.max(...lengths), widest = longest + 2;
    const total = lengths.reduce((sum, length) => sum + length + 2, 0);
    if (!(widest * 3 + state.indent < state.breakLength) || !(total / widest > 5 || longest <= 6)) return parts;
    // The typical width, which a few long items don't determine. A character is about 2.5 times as high as wide.
    const typical = Math.max(widest - 3 - Math.sqrt(widest - total / parts.length), 1);
    const count = Math.min(
      Math.round(Math.sqrt(2.5 * typical * items.length) / typical),
      Math.floor((state.breakLength - state.indent) / widest),
      state.compact * 4,
      15,
    );
    if (count <= 1) return parts;
    const widths = [];
    for (let column = 0; column < count; column++) {
      let most = 0;
      for (let at = column; at < items.length; at += count) most = Math.max(most, lengths[at]);
      widths.push(most + 2);
    }
    const numeric = value !== undefined && value.every?.(item => typeof item === 'number' || typeof item === 'bigint');
    const lines = [];
    for (let at = 0; at < items.length; at += count) {
      const row = items.slice(at, at + count);
      const last = row.length - 1;
      lines.push(row.map((part, i) => {
        const cell = i < last ? `${part}, ` : part;
        const gap = ' '.repeat(Math.max(0, widths[i] - (i < last ? 0 : 2) - width(cell)));
        return numeric ? gap + cell : i < last ? cell + gap : cell;
      }).join(''));
    }
    if (extra) lines.push(parts.at(-1));
    return lines;
  };

  const stripVTControlCharacters = text => {
    if (typeof text !== 'string') throw require('internal/errors').invalidType('str', 'string', text);
    return text.replace(/[\u001b\u009b][[\]()#;?]*(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]/g, '');
  };

  // The host's objects that have their state in slots.
  const showSlots = (constructor, read, describe = inspect) => {
    if (typeof constructor !== 'function') return;
    const method = function (depth, options) {
      const { name } = this.constructor ?? constructor;
      if (depth !== null && depth < 0) return `[${name}]`;
      return `${name} ${describe(read(this), { ...options, depth: options.depth === null ? null : options.depth - 1 })}`;
    };
    Object.defineProperty(constructor.prototype, custom, { value: method, writable: true, configurable: true });
  };
  showSlots(globalThis.AbortController, ({ signal }) => ({ signal }));
  showSlots(globalThis.AbortSignal, ({ aborted }) => ({ aborted }));
  showSlots(globalThis.URL, ({ href, origin, protocol, username, password, host, hostname, port, pathname, search, searchParams, hash }) =>
    ({ href, origin, protocol, username, password, host, hostname, port, pathname, search, searchParams, hash }));
  showSlots(globalThis.URLSearchParams, params => [...params], (pairs, options) =>
    pairs.length === 0 ? '{}' : `{ ${pairs.map(pair => pair.map(text => inspect(text, options)).join(' => ')).join(', ')} }`);
  inspect.custom = custom;
  inspect.colors = colors;
  inspect.styles = styles;
  Object.defineProperty(inspect, 'defaultOptions', {
    get: () => defaults,
    set(options) { require('internal/errors').check.object(options, 'options'); Object.assign(defaults, options); },
  });

  Object.assign(exports, { inspect, showNumber, width, stripVTControlCharacters });
})
