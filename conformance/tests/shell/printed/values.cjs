// Values of all kinds, options and placeholders. `values.txt` is what Node 26 prints for this file.
const util = require('util');
class Point { constructor(x, y) { this.x = x; this.y = y; } }
class Named { get [Symbol.toStringTag]() { return 'Tagged'; } }
class Extended extends Array {}
class Failure extends Error { constructor(m) { super(m); this.name = 'Failure'; this.code = 'E_FAIL'; } }
class Unnamed extends TypeError {}
const bare = e => { Object.defineProperty(e, 'stack', { value: `${e.name}: ${e.message}\n    at f (file.js:1:2)`, configurable: true, writable: true, enumerable: false }); return e; };
const circular = { name: 'a', list: [] }; circular.self = circular; circular.list.push(circular, { circular });
const holes = [1, , 3]; holes[9] = 1;
const withProps = Object.assign([1, 2], { extra: true, '-1': 0 });
const fn = function named() {}; const fnProps = Object.assign(() => {}, { a: 1 });
const deep = { a: { b: { c: { d: { e: 1 } } } } };
const values = {
  numbers: [0, -0, 1.5, NaN, Infinity, -Infinity, 1e21, 1e-7, 10n, -5n],
  words: ['', 'a', "it's", `"q" it's`, `a\nb`, '\u0000\u001b\u007f', '\ud800', 'é😀', '\\', `'"\``],
  primitives: [true, false, null, undefined, Symbol('s'), Symbol(), Symbol.iterator],
  empties: [[], {}, new Map(), new Set(), new WeakMap(), new WeakSet(), Object.create(null), '', new Date(NaN), () => {}],
  array: [1, 'two', [3, [4, [5, [6]]]], { a: 1 }],
  holes, withProps, extended: Extended.from([1, 2]), longArray: Array.from({ length: 120 }, (_, i) => i),
  seven: [1, 2, 3, 4, 5, 6, 7], strings7: ['a', 'bb', 'ccc', 'dddd', 'eeeee', 'ffffff', 'ggggggg', 'h'],
  mixed30: Array.from({ length: 30 }, (_, i) => i % 3 ? 'x'.repeat(i % 7) : i * 1000),
  negatives: Array.from({ length: 27 }, (_, i) => (-1) ** i * i * 3.5),
  objects8: Array.from({ length: 8 }, (_, i) => ({ i, name: 'n' + i })),
  longStrings: ['a'.repeat(50), 'b'.repeat(50)],
  object: { a: 1, 'b-c': 2, 3: 3, [Symbol('k')]: 4, $d: 5, _e: 6, 'é': 7, '': 8 },
  deep, deepArray: [[[[[1]]]]], deepMap: new Map([[{ a: { b: { c: {} } } }, new Map([[1, new Map([[2, new Map()]])]])]]),
  wide: { alpha: 'aaaaaaaaaaaaaaaaaaaa', beta: 'bbbbbbbbbbbbbbbbbbbbbbbb', gamma: 'cccccccccccccccccccc', delta: 1 },
  edge72: { a: 'x'.repeat(30), b: 'y'.repeat(30) }, edge76: { a: 'x'.repeat(33), b: 'y'.repeat(33) },
  accessors: { get a() { return 1; }, set b(v) {}, get c() { return 1; }, set c(v) {} },
  hidden: Object.defineProperty({ shown: 1 }, 'hidden', { value: 2, enumerable: false }),
  point: new Point(1, { z: [1, 2] }), named: new Named(), tagged: { [Symbol.toStringTag]: 'T', a: 1 },
  nullProto: Object.assign(Object.create(null), { a: 1 }), nullProtoTagged: Object.create(null, { [Symbol.toStringTag]: { value: 'N' } }),
  child: Object.create({ inherited: 1 }), childOfPoint: Object.create(new Point(1, 2)),
  map: new Map([['a', 1], [{ k: 1 }, [1, 2]], ['m', new Map([['n', new Set([1])]])]]),
  set: new Set(['a', 1, { a: 1 }, new Set([2])]), bigSet: new Set(Array.from({ length: 105 }, (_, i) => i)), bigMap: new Map(Array.from({ length: 105 }, (_, i) => [i, i])),
  mapExtra: Object.assign(new Map([[1, 2]]), { extra: 1 }),
  iterators: [[1][Symbol.iterator](), 'a'[Symbol.iterator]()],
  weak: [new WeakMap(), new WeakSet()],
  dates: [new Date(0), new Date(NaN), Object.assign(new Date(0), { a: 1 })],
  regexps: [/a/gi, Object.assign(/b/, { x: 1 }), new RegExp('/')],
  functions: [fn, () => {}, async () => {}, function* g() {}, async function* ag() {}, class A {}, class B extends Point {}, class extends Array {}, fnProps, Math.max, Object.assign(class C {}, { static: 1 })],
  nullFn: Object.setPrototypeOf(function f() {}, null),
  boxed: [new Number(-0), new String('abc'), new Boolean(false), Object(1n), Object(Symbol('b')), Object.assign(new String('xy'), { p: 1 })],
  buffers: [new ArrayBuffer(4), new Uint8Array([1, 2, 3]), new Float64Array(2), new DataView(new ArrayBuffer(2)), new BigInt64Array([1n])],
  promises: [Promise.resolve(42), new Promise(() => {}), (p => { p.catch(() => {}); return p; })(Promise.reject('no')), Promise.resolve({ a: { b: {} } })],
  generators: [(function* () {})(), (async function* () {})()],
  args: (function () { return arguments; })(1, 'a'),
  errors: [bare(new Error('plain')), bare(new TypeError('typed')), bare(new Failure('with code')), bare(new Unnamed('sub'))],
  errorProps: bare(Object.assign(new Error('props'), { a: 1, nested: { b: 2 } })),
  errorCause: bare(new Error('outer', { cause: bare(new Error('inner')) })), errorCausePlain: bare(new Error('outer', { cause: 'text' })),
  aggregate: bare(new AggregateError([bare(new Error('one')), 2], 'many')),
  errorNoMessage: bare(new Error('')), errorInObject: { error: bare(new Error('nested')) },
  errorStackless: Object.assign(new Error('no stack'), { stack: undefined }), errorNoFrames: Object.assign(new Error('x'), { stack: 'Error: x' }),
  errorMultiline: bare(new Error('line 1\nline 2')),
  circular, circularMap: (m => m.set('self', m))(new Map()), circularSet: (s => s.add(s))(new Set()),
  custom: { [util.inspect.custom](depth, options) { return `custom ${depth}`; } }, customObject: { a: { [util.inspect.custom]() { return { replaced: true }; } } },
  toJson: { toJSON() { return 'json'; } }, symbolDescription: { [Symbol('a b')]: Symbol('x y') },
  namespaces: [Math, JSON, Reflect],
  multilineProp: { text: 'first line\nsecond line that is rather long, so that the whole does not fit the line\nthird' },
  longText: 'word '.repeat(30), nestedLong: { list: Array.from({ length: 10 }, (_, i) => ({ id: i, tags: ['a', 'b'] })) },
  threeDeepWide: { a: { b: { c: 1 }, d: { e: 2 } }, f: { g: { h: 3 } } },
  urls: [new URL('https://user:pw@example.org:81/p?q=1#h')], params: new URLSearchParams('a=1&b=2'),
  headers: [new AbortController(), AbortSignal.abort('x').aborted],
};
for (const [name, value] of Object.entries(values)) console.log(`${name}: ${util.inspect(value)}`);
const options = [[deep, { depth: 0 }], [deep, { depth: null }], [deep, { depth: Infinity, compact: false }], [deep, false, 4], [values.map, { compact: true }], [values.longArray, { maxArrayLength: 3 }],
  [values.bigSet, { maxArrayLength: 2 }], ['abcdef', { maxStringLength: 3 }], [{ b: 1, a: 2 }, { sorted: true }], [values.accessors, { getters: true }], [values.hidden, { showHidden: true }], [[1, 2], { showHidden: true }],
  [{ a: 1, s: 'x', n: null, u: undefined, f() {}, y: Symbol('q'), d: new Date(0), b: 1n, t: true }, { colors: true }], [values.objects8, { breakLength: 40 }], [values.objects8, { breakLength: Infinity }], [values.nestedLong, { breakLength: 120 }],
  [values.object, { compact: 1 }], [values.threeDeepWide, { compact: 1 }], [123456789.123, { numericSeparator: true }], [values.map, { depth: 0 }], [new Map([[1, { a: { b: 1 } }]]), { depth: 1 }], [fn, { showHidden: true }], [values.errorProps, { compact: false }], [values.set, { showHidden: true }]];
options.forEach(([value, ...rest], i) => console.log(`options ${i}: ${util.inspect(value, ...rest)}`));
const formats = [['%s', 'a'], ['%s', 1], ['%s', -0], ['%s', 5n], ['%s', Symbol('x')], ['%s', null], ['%s', undefined], ['%s', { a: 1, b: { c: 2 } }], ['%s', [1, [2, [3]]]], ['%s', () => 5], ['%s', new Date(0)], ['%s', bare(new Error('e'))], ['%s', new Point(1, 2)], ['%s', { toString() { return 'own'; } }], ['%s', new (class { toString() { return 'method'; } })()], ['%s', Object.create(null)], ['%s', new Map([[1, 2]])],
  ['%d', '42'], ['%d', 'x'], ['%d', 1.5], ['%d', 5n], ['%d', {}], ['%d', Symbol('x')], ['%d', null], ['%d', -0], ['%d', ''], ['%i', 1.9], ['%i', '42.9px'], ['%i', 'x'], ['%i', {}], ['%i', 7n], ['%f', '1.5x'], ['%f', 'x'], ['%f', Symbol('s')], ['%j', { a: [1] }], ['%j', undefined], ['%j', circular], ['%j', values.toJson], ['%j', 'text'], ['%j', 1n === 1 ? 0 : () => {}],
  ['%o', { a: { b: { c: { d: { e: {} } } } } }], ['%o', [1, 2]], ['%O', { a: { b: { c: { d: 1 } } } }], ['%O', 'str'], ['%o', 'str'], ['%o', function foo() {}], ['%c styled', 'color: red'], ['%% done', 1], ['%', 1], ['%x', 1], ['%s %s', 'one'], ['%s', 'a', 'b', { c: 1 }], ['100%'], ['100%', 1], ['a', 'b'], [{ a: 1 }, 'b'], [1, 2, '3'], ['%s%s', 1, 2, 3], ['', 1], [null, undefined], [], ['%s', `a\nb`], [`a\nb`, ['x']], [Symbol('q')], ['%%s', 1], ['%s:%s', 'a'], [bare(new Error('boom')), 'after'], ['%i%%', 50], ['%d', '0x10'], ['%f', 1n], ['%d', []], ['%d', new Date(5)], ['%s', -5n], ['%s', 123456.789], ['%s', 'x'.repeat(3)], ['%O%o', 1, 2]];
formats.forEach((args, i) => console.log(`format ${i}: ${util.format(...args)}`));
for (const value of Object.values(values)) console.log(value);
