// `node:module`: CommonJS modules from the files that the host allows.
(function (exports, require, module, native) {
  'use strict';
  const { make, check } = require('internal/errors');
  const path = require('path');

  const cache = Object.create(null);
  const conditions = new Set(['node', 'require', 'module-sync', 'default']);

  class Module {
    constructor(id = '', parent = undefined) {
      this.id = id;
      this.filename = id;
      this.path = path.dirname(id);
      this.exports = {};
      this.loaded = false;
      this.children = [];
      this.parent = parent;
      this.paths = [];
      parent?.children.push(this);
    }
    require(name) { return load(name, this); }
  }

  const asFile = base => {
    if (native.fileKind(base) === 'file') return base;
    for (const end of ['.js', '.json', '.cjs']) if (native.fileKind(base + end) === 'file') return base + end;
    return undefined;
  };
  const asDirectory = base => {
    if (native.fileKind(base) !== 'directory') return undefined;
    const main = readPackage(base)?.main;
    const found = typeof main === 'string' ? asFile(path.join(base, main)) ?? asFile(path.join(base, main, 'index')) : undefined;
    return found ?? asFile(path.join(base, 'index'));
  };
  const readPackage = directory => {
    const file = path.join(directory, 'package.json');
    return native.fileKind(file) === 'file' ? JSON.parse(native.readFile(file)) : undefined;
  };

  // The target of `exports` for a subpath, with one `*` in a pattern.
  const exported = (map, subpath) => {
    if (typeof map === 'string' || Array.isArray(map) || map === null || !Object.keys(map).some(key => key.startsWith('.')))
      return subpath === '.' ? pick(map) : undefined;
    if (subpath in map) return pick(map[subpath]);
    for (const [key, target] of Object.entries(map)) {
      const [start, end] = key.split('*');
      if (end !== undefined && subpath.startsWith(start) && subpath.endsWith(end) && subpath.length >= key.length)
        return pick(target)?.replaceAll('*', subpath.slice(start.length, subpath.length - end.length));
    }
    return undefined;
  };
  const pick = target => {
    if (typeof target === 'string' || target === null) return target ?? undefined;
    if (Array.isArray(target)) return target.map(pick).find(each => each !== undefined);
    for (const [condition, inner] of Object.entries(target ?? {}))
      if (conditions.has(condition)) {
        const found = pick(inner);
        if (found !== undefined) return found;
      }
    return undefined;
  };

  const inPackages = (name, from) => {
    const [, packageName, rest] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(name) ?? [];
    if (packageName === undefined) return undefined;
    for (let directory = from; ; directory = path.dirname(directory)) {
      const base = path.join(directory, 'node_modules', packageName);
      if (native.fileKind(base) === 'directory') {
        const map = readPackage(base)?.exports;
        if (map !== undefined && map !== null) {
          const target = exported(map, `.${rest ?? ''}`);
          if (target !== undefined) return path.join(base, target);
          throw make(Error, 'ERR_PACKAGE_PATH_NOT_EXPORTED', `Package subpath '.${rest ?? ''}' is not defined by "exports" in ${base}/package.json`);
        }
        const found = rest === undefined ? asDirectory(base) : asFile(base + rest) ?? asDirectory(base + rest);
        if (found !== undefined) return found;
      }
      if (directory === path.dirname(directory)) return undefined;
    }
  };

  const resolve = (name, from, parent) => {
    check.string(name, 'id');
    if (name === '') throw require('internal/errors').invalidValue('id', name, 'must be a non-empty string');
    if (native.isBuiltin(name)) return name;
    if (name.startsWith('node:'))
      throw make(Error, 'ERR_UNKNOWN_BUILTIN_MODULE', `No such built-in module: ${name}; there are ${native.builtins.join(', ')}`);
    const isPath = /^(\.\.?(\/|$)|\/)/.test(name);
    const base = path.resolve(from, name);
    const found = isPath ? (name.endsWith('/') ? undefined : asFile(base)) ?? asDirectory(base) : inPackages(name, from);
    if (found !== undefined) return native.realPath(found);
    const stack = [];
    for (let each = parent; each; each = each.parent) stack.push(each.filename);
    const error = make(Error, 'MODULE_NOT_FOUND', `Cannot find module '${name}'${stack.length > 0 ? `\nRequire stack:\n- ${stack.join('\n- ')}` : ''}`);
    error.requireStack = stack;
    throw error;
  };

  const load = (name, parent) => {
    const file = resolve(name, parent.path, parent);
    if (native.isBuiltin(file)) return native.builtin(file);
    const known = cache[file];
    if (known !== undefined) return known.exports;
    const made = cache[file] = new Module(file, parent);
    let complete = false;
    try {
      run(made, native.readFile(file));
      complete = true;
    } finally {
      if (!complete) delete cache[file];
    }
    return made.exports;
  };

  const run = (made, text) => {
    if (made.filename.endsWith('.json')) {
      made.exports = JSON.parse(text);
    } else if (made.filename.endsWith('.mjs')) {
      throw make(Error, 'ERR_REQUIRE_ESM', `${made.filename} is an ECMAScript module: use import() instead of require()`);
    } else {
      const body = native.compile(text, made.filename);
      Reflect.apply(body, made.exports, [made.exports, makeRequire(made), made, made.filename, made.path]);
    }
    made.loaded = true;
  };

  const makeRequire = made => {
    const requireFrom = name => load(name, made);
    return Object.assign(requireFrom, {
      resolve: name => resolve(name, made.path, made),
      cache,
      main: mainModule,
      extensions: { __proto__: null, '.js': run, '.json': run },
    });
  };

  let mainModule;
  const createRequire = filename => {
    const text = String(filename?.href ?? filename);
    const file = text.startsWith('file://') ? decodeURIComponent(text.slice('file://'.length)) : text;
    if (!path.isAbsolute(file)) throw require('internal/errors').invalidValue('filename', filename, 'must be a file URL object, file URL string, or absolute path string');
    return makeRequire(new Module(file));
  };

  native.keep({
    // Runs a program as the main CommonJS module.
    main(text, file) {
      mainModule = cache[file] = new Module(file);
      mainModule.id = '.';
      require('process').mainModule = mainModule;
      run(mainModule, text);
    },
    // The exports of a CommonJS file that a module imports.
    load: file => load(file, new Module(file)),
    createRequire,
  });

  module.exports = Object.assign(Module, {
    Module, createRequire, builtinModules: native.builtins.map(name => name.replace(/^node:(?!test)/, '')),
    isBuiltin: name => native.isBuiltin(String(name)), _cache: cache,
    _resolveFilename: (name, parent) => resolve(name, parent?.path ?? require('process').cwd(), parent),
  });
})
