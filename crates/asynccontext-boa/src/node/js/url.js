// `node:url`: the classes of the host, and paths of files as URLs.
(function (exports, require, module) {
  'use strict';
  const { make, invalidType, check } = require('internal/errors');
  const path = require('path');

  const fileURLToPath = given => {
    if (typeof given !== 'string' && typeof given?.href !== 'string') throw invalidType('path', ['string', 'URL'], given);
    const url = new URL(given.href ?? given);
    if (url.protocol !== 'file:') throw make(TypeError, 'ERR_INVALID_URL_SCHEME', 'The URL must be of scheme file');
    if (url.hostname !== '') throw make(TypeError, 'ERR_INVALID_FILE_URL_HOST', `File URL host must be "localhost" or empty on ${require('process').platform}`);
    if (/%2f/i.test(url.pathname)) throw make(TypeError, 'ERR_INVALID_FILE_URL_PATH', 'File URL path must not include encoded / characters');
    return decodeURIComponent(url.pathname);
  };
  const pathToFileURL = file => {
    check.string(file, 'path');
    const url = new URL('file:///');
    // These would be taken as parts of the URL.
    url.pathname = (path.resolve(file) + (/[^/]\/$/.test(file) ? '/' : '')).replace(/[%\\\n\r\t?#]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
    return url;
  };
  const urlToHttpOptions = url => ({
    __proto__: null, protocol: url.protocol, hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'), hash: url.hash, search: url.search,
    pathname: url.pathname, path: `${url.pathname}${url.search}`, href: url.href,
    ...(url.port !== '' && { port: Number(url.port) }),
    ...((url.username || url.password) && { auth: `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}` }),
  });

  Object.assign(exports, { URL, URLSearchParams, fileURLToPath, pathToFileURL, urlToHttpOptions, format: url => String(url.href ?? url) });
})
