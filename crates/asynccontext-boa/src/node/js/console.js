// `node:console`: a `Console` writes formatted lines to two streams. The global one writes to those of the process.
(function (exports, require, module, native) {
  'use strict';
  const { settings } = native;

  // Texts and numbers alone need no `inspect`, which is loaded when it is first needed.
  const isPlain = (args, colors) => args.every(each => typeof each === 'string' || (typeof each === 'number' && !colors && !Object.is(each, -0)))
    && !(args.length > 1 && typeof args[0] === 'string' && args[0].includes('%'));
  const format = (options, args) => isPlain(args, options?.colors) ? args.join(' ') : require('internal/format').formatWithOptions(options, ...args);

  const noStream = name =>
    require('internal/errors').make(TypeError, 'ERR_CONSOLE_WRITABLE_STREAM', `Console expects a writable stream instance for ${name}`);

  const isColored = stream => {
    return stream.isTTY === true && !settings.env.NO_COLOR && settings.env.TERM !== 'dumb';
  };

  // The text of a table: its columns are as wide as their cells.
  const table = (head, rows) => {
    const { width } = require('internal/inspect');
    const widths = head.map((cell, i) => Math.max(...[head, ...rows].map(row => width(row[i]))) + 2);
    const line = (left, middle, right) => left + widths.map(each => '─'.repeat(each)).join(middle) + right;
    const show = row => `│${row.map((cell, i) => ` ${cell}${' '.repeat(widths[i] - width(cell) - 1)}`).join('│')}│`;
    return [line('┌', '┬', '┐'), show(head), line('├', '┼', '┤'), ...rows.map(show), line('└', '┴', '┘')].join('\n');
  };

  class Console {
    #out; #err; #ignoresErrors; #colors; #options; #step; #indent = ''; #counts = new Map(); #times = new Map();

    constructor(options, stderr, ignoreErrors) {
      if (typeof options?.write === 'function') options = { stdout: options, stderr, ignoreErrors };
      const { stdout, colorMode = 'auto', inspectOptions, groupIndentation = 2 } = options ?? {};
      if (typeof stdout?.write !== 'function') throw noStream('stdout');
      this.#out = stdout;
      this.#err = options.stderr ?? stdout;
      if (typeof this.#err.write !== 'function') throw noStream('stderr');
      this.#ignoresErrors = options.ignoreErrors ?? true;
      this.#colors = colorMode === 'auto' ? isColored : () => colorMode;
      this.#options = inspectOptions;
      this.#step = ' '.repeat(groupIndentation);
      for (const name of methods) this[name] = Console.prototype[name].bind(this);
      for (const name of methods) Object.defineProperty(this[name], 'name', { value: name });
    }

    #write(stream, args) {
      const text = format({ ...this.#options, colors: this.#options?.colors ?? this.#colors(stream) }, args);
      const lines = this.#indent === '' ? text : this.#indent + text.replaceAll('\n', `\n${this.#indent}`);
      try {
        stream.write(`${lines}\n`);
      } catch (error) {
        if (!this.#ignoresErrors) throw error;
      }
    }
    #warn(text) { require('process').emitWarning(text); }

    log(...args) { this.#write(this.#out, args); }
    warn(...args) { this.#write(this.#err, args); }
    dir(value, options) {
      const colors = this.#colors(this.#out);
      this.#write(this.#out, [require('internal/inspect').inspect(value, { customInspect: false, colors, ...this.#options, ...options })]);
    }
    trace(...args) {
      const error = { name: 'Trace', message: format(undefined, args) };
      const frames = (new Error().stack ?? '').split('\n').filter(line => /^\s*at /.test(line)).slice(1);
      this.#write(this.#err, [[error.message === '' ? 'Trace' : `Trace: ${error.message}`, ...frames].join('\n')]);
    }
    assert(condition, ...args) {
      if (condition) return;
      if (typeof args[0] === 'string') args[0] = `Assertion failed: ${args[0]}`;
      else args.unshift('Assertion failed');
      this.#write(this.#err, args);
    }
    clear() { if (this.#out.isTTY === true) this.#out.write('\u001b[1;1H\u001b[0J'); }

    count(label = 'default') {
      label = `${label}`;
      const count = (this.#counts.get(label) ?? 0) + 1;
      this.#counts.set(label, count);
      this.#write(this.#out, [`${label}: ${count}`]);
    }
    countReset(label = 'default') {
      if (!this.#counts.delete(`${label}`)) this.#warn(`Count for '${label}' does not exist`);
    }

    time(label = 'default') {
      label = `${label}`;
      if (this.#times.has(label)) this.#warn(`Label '${label}' already exists for console.time()`);
      else this.#times.set(label, native.now());
    }
    timeEnd(label = 'default') { if (this.#time(label, 'timeEnd', [])) this.#times.delete(`${label}`); }
    timeLog(label = 'default', ...args) { this.#time(label, 'timeLog', args); }
    #time(label, method, args) {
      const start = this.#times.get(`${label}`);
      if (start === undefined) {
        this.#warn(`No such label '${label}' for console.${method}()`);
        return false;
      }
      const passed = native.now() - start;
      this.#write(this.#out, [`${label}: ${passed >= 1000 ? `${(passed / 1000).toFixed(3)}s` : `${Number(passed.toFixed(3))}ms`}`, ...args]);
      return true;
    }

    group(...args) {
      if (args.length > 0) this.log(...args);
      this.#indent += this.#step;
    }
    groupEnd() { this.#indent = this.#indent.slice(0, Math.max(0, this.#indent.length - this.#step.length)); }

    table(data, columns) {
      if (columns !== undefined && !Array.isArray(columns)) throw require('internal/errors').invalidType('properties', 'Array', columns);
      if (data === null || typeof data !== 'object') return this.log(data);
      const { inspect } = require('internal/inspect'), types = require('util/types');
      const show = (value, depth = 0) => inspect(value, { maxArrayLength: 3, breakLength: Infinity, depth: typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 2 ? -1 : depth });
      if (types.isMap(data)) {
        const rows = Array.from(Map.prototype.entries.call(data), ([key, value], i) => [`${i}`, show(key), show(value)]);
        return this.log(table(['(iteration index)', 'Key', 'Values'], rows));
      }
      if (types.isSet(data)) {
        const rows = Array.from(Set.prototype.values.call(data), (value, i) => [`${i}`, show(value)]);
        return this.log(table(['(iteration index)', 'Values'], rows));
      }
      const isRow = value => value !== null && (typeof value === 'object' || typeof value === 'function');
      const entries = Object.entries(data);
      const names = columns?.map(String) ?? [...new Set(entries.flatMap(([, value]) => isRow(value) ? Object.keys(value) : []))];
      const hasValues = entries.some(([, value]) => !isRow(value));
      const rows = entries.map(([key, value]) => [
        key,
        ...names.map(name => isRow(value) && Object.hasOwn(value, name) ? show(value[name]) : ''),
        ...(hasValues ? [isRow(value) ? '' : show(value)] : []),
      ]);
      this.log(table(['(index)', ...names, ...(hasValues ? ['Values'] : [])], rows));
    }
    // For an inspector, which this host does not have.
    profile() {}
    profileEnd() {}
    timeStamp() {}
  }
  const { prototype } = Console;
  Object.assign(prototype, { debug: prototype.log, info: prototype.log, error: prototype.warn, dirxml: prototype.log, groupCollapsed: prototype.group });
  const methods = [
    'log', 'info', 'debug', 'warn', 'error', 'dir', 'dirxml', 'time', 'timeEnd', 'timeLog', 'trace', 'assert', 'clear', 'count', 'countReset',
    'group', 'groupCollapsed', 'groupEnd', 'table', 'profile', 'profileEnd', 'timeStamp',
  ];
  Object.defineProperty(prototype, Symbol.toStringTag, { value: 'console', configurable: true });

  // A stream of the process, which is loaded only if the program uses it: the program may have replaced its `write`.
  const stream = (name, fd) => ({
    isTTY: settings.isTerminal(fd),
    write(text) {
      if (native.isLoaded('process')) require('process')[name].write(text);
      else native.write(fd, text);
    },
  });
  module.exports = Object.assign(new Console({ stdout: stream('stdout', 1), stderr: stream('stderr', 2) }), { Console });
})
