// `node:path` for systems with `/`.
(function (exports, require) {
  'use strict';
  const { check } = require('internal/errors');

  // The parts without `.`, and without `..` where a part precedes it.
  const normalizeParts = (text, absolute) => {
    const parts = [];
    for (const part of text.split('/')) {
      if (part === '' || part === '.') continue;
      if (part !== '..') parts.push(part);
      else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
      else if (!absolute) parts.push(part);
    }
    return parts.join('/');
  };
  const isAbsolute = path => {
    check.string(path, 'path');
    return path.startsWith('/');
  };
  const normalize = path => {
    if (path === '') return '.';
    const absolute = isAbsolute(path), inner = normalizeParts(path, absolute);
    const end = path.endsWith('/') && inner !== '' ? '/' : '';
    return absolute ? `/${inner}${end}` : inner === '' ? `.${path.endsWith('/') ? '/' : ''}` : inner + end;
  };
  const join = (...paths) => {
    for (const path of paths) check.string(path, 'path');
    return normalize(paths.filter(path => path !== '').join('/'));
  };
  const resolve = (...paths) => {
    let result = '';
    for (const path of [...paths].reverse()) {
      check.string(path, 'path');
      if (path === '') continue;
      result = result === '' ? path : `${path}/${result}`;
      if (path.startsWith('/')) break;
    }
    if (!result.startsWith('/')) result = `${require('process').cwd()}/${result}`;
    return `/${normalizeParts(result, true)}`;
  };
  const dirname = path => {
    check.string(path, 'path');
    const trimmed = path.replace(/(?<=.)\/+$/, ''), at = trimmed.lastIndexOf('/');
    return at < 0 ? '.' : trimmed.slice(0, at).replace(/\/+$/, '') || '/';
  };
  const basename = (path, end = '') => {
    check.string(path, 'path');
    const name = path.replace(/\/+$/, '').split('/').at(-1);
    return end !== '' && name !== end && name.endsWith(end) ? name.slice(0, -end.length) : name;
  };
  const extname = path => /[^.]\.[^.]*$|\.\.[^.]*$/.test(basename(path)) ? basename(path).slice(basename(path).lastIndexOf('.')) : '';
  const relative = (from, to) => {
    const [one, two] = [from, to].map(path => resolve(path).split('/').filter(Boolean));
    let same = 0;
    while (same < one.length && same < two.length && one[same] === two[same]) same++;
    return [...one.slice(same).map(() => '..'), ...two.slice(same)].join('/');
  };
  const parse = path => {
    const base = basename(path), ext = extname(path);
    const root = isAbsolute(path) ? '/' : '', dir = dirname(path);
    return { root, dir: dir === '.' && !path.startsWith('.') ? '' : dir, base, ext, name: ext ? base.slice(0, -ext.length) : base };
  };
  const format = ({ dir, root = '', base, name = '', ext = '' }) => {
    const file = base || `${name}${ext && !ext.startsWith('.') ? '.' : ''}${ext}`;
    return dir ? dir === root ? dir + file : `${dir}/${file}` : root + file;
  };
  Object.assign(exports, { sep: '/', delimiter: ':', isAbsolute, normalize, join, resolve, dirname, basename, extname, relative, parse, format });
  exports.posix = exports;
})
