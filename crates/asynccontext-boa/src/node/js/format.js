// `util.format`.
(function (exports, require) {
  'use strict';
  const { inspect, showNumber } = require('internal/inspect');

  const formatWithOptions = (options, ...args) => {
    const [first] = args;
    let text = '', next = 0;
    if (typeof first === 'string') {
      next = 1;
      if (args.length === 1) return first;
      text = first.replace(/%[sdifjoOc%]/g, placeholder => {
        if (placeholder === '%%') return '%';
        if (next >= args.length) return placeholder;
        const value = args[next++];
        switch (placeholder) {
          case '%s':
            if (typeof value === 'number') return showNumber(value);
            if (typeof value === 'bigint') return `${value}n`;
            if (typeof value !== 'object' || value === null) return String(value);
            return hasOwnText(value) ? String(value) : inspect(value, { ...options, depth: 0, colors: false, compact: 3 });
          case '%d': return typeof value === 'bigint' ? `${value}n` : typeof value === 'symbol' ? 'NaN' : typeof value === 'object' ? showNumber(Number(value)) : showNumber(Number(value));
          case '%i': return typeof value === 'bigint' ? `${value}n` : typeof value === 'symbol' ? 'NaN' : showNumber(Number.parseInt(value));
          case '%f': return typeof value === 'symbol' ? 'NaN' : showNumber(Number.parseFloat(value));
          case '%j': try { return JSON.stringify(value); } catch (error) {
            if (/circular|cyclic/i.test(error.message)) return '[Circular]';
            throw error;
          }
          case '%o': return inspect(value, { ...options, showHidden: true, depth: 4 });
          case '%O': return inspect(value, options);
          default: return '';
        }
      });
    }
    for (; next < args.length; next++) {
      const value = args[next];
      const shown = typeof value === 'string' ? value : inspect(value, options);
      text += next > 0 ? ` ${shown}` : shown;
    }
    return text;
  };
  // Whether a value has a text conversion that is not of a built-in class.
  const builtIn = ['Object', 'Array', 'Date', 'RegExp', 'Boolean', 'Number', 'String', 'BigInt', 'Symbol', 'Error'].map(name => globalThis[name].prototype);
  const hasOwnText = value => {
    for (let object = value; object !== null; object = Object.getPrototypeOf(object)) {
      if (builtIn.includes(object)) return false;
      if (Object.hasOwn(object, 'toString') || Object.hasOwn(object, Symbol.toPrimitive)) return true;
    }
    return false;
  };

  Object.assign(exports, { formatWithOptions, format: (...args) => formatWithOptions(undefined, ...args) });
})
