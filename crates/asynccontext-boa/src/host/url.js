// `URL` and `URLSearchParams`. The host parses and serializes.
(function (host) {
  'use strict';
  const { globals } = host;
  const parts = ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash'];
  const pairs = text => {
    const flat = host.parseForm(text), list = [];
    for (let i = 0; i < flat.length; i += 2) list.push([flat[i], flat[i + 1]]);
    return list;
  };

  class URLSearchParams {
    #list; #url = null;

    constructor(init = '') {
      if (typeof init === 'object' && init !== null || typeof init === 'function') {
        if (init[Symbol.iterator] !== undefined && init[Symbol.iterator] !== null)
          this.#list = [...init].map(pair => {
            const values = [...pair];
            if (values.length !== 2) throw new TypeError('each pair has a name and a value');
            return values.map(String);
          });
        else this.#list = Object.keys(init).map(name => [name, String(init[name])]);
      } else {
        this.#list = pairs(String(init).replace(/^\?/, ''));
      }
    }
    get size() { return this.#list.length; }
    append(name, value) { this.#list.push([String(name), String(value)]); this.#changed(); }
    delete(name, value) {
      name = String(name);
      this.#list = this.#list.filter(pair => pair[0] !== name || (value !== undefined && pair[1] !== String(value)));
      this.#changed();
    }
    get(name) { return this.#list.find(pair => pair[0] === String(name))?.[1] ?? null; }
    getAll(name) { return this.#list.filter(pair => pair[0] === String(name)).map(pair => pair[1]); }
    has(name, value) {
      return this.#list.some(pair => pair[0] === String(name) && (value === undefined || pair[1] === String(value)));
    }
    set(name, value) {
      name = String(name);
      let found = false;
      this.#list = this.#list.filter(pair => {
        if (pair[0] !== name) return true;
        if (found) return false;
        found = true;
        pair[1] = String(value);
        return true;
      });
      if (!found) this.#list.push([name, String(value)]);
      this.#changed();
    }
    sort() {
      this.#list.sort((one, two) => (one[0] < two[0] ? -1 : one[0] > two[0] ? 1 : 0));
      this.#changed();
    }
    forEach(callback, thisArg) { for (const [name, value] of this) Reflect.apply(callback, thisArg, [value, name, this]); }
    *entries() { for (let i = 0; i < this.#list.length; i++) yield [...this.#list[i]]; }
    *keys() { for (let i = 0; i < this.#list.length; i++) yield this.#list[i][0]; }
    *values() { for (let i = 0; i < this.#list.length; i++) yield this.#list[i][1]; }
    toString() { return host.serializeForm(this.#list.flat()); }
    get [Symbol.toStringTag]() { return 'URLSearchParams'; }

    #changed() { if (this.#url) this.#url(this.toString()); }
    static of(changed) {
      const made = new URLSearchParams();
      made.#url = changed;
      return made;
    }
    static renew(params, search) { params.#list = pairs(search.replace(/^\?/, '')); }
  }
  Object.defineProperty(URLSearchParams.prototype, Symbol.iterator, { value: URLSearchParams.prototype.entries, writable: true, configurable: true });
  const { of, renew } = URLSearchParams;
  delete URLSearchParams.of;
  delete URLSearchParams.renew;

  class URL {
    #parts; #params = null;

    constructor(url, base) {
      const parsed = host.parseUrl(String(url), base === undefined ? undefined : String(base));
      if (!parsed) throw Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL', input: String(url) });
      this.#parts = parsed;
    }
    get searchParams() {
      if (!this.#params) {
        this.#params = of(search => { this.#parts = host.setUrl(this.#parts[0], 'search', search) ?? this.#parts; });
        renew(this.#params, this.search);
      }
      return this.#params;
    }
    toString() { return this.#parts[0]; }
    toJSON() { return this.#parts[0]; }
    get [Symbol.toStringTag]() { return 'URL'; }

    static canParse(url, base) { return Boolean(host.parseUrl(String(url), base === undefined ? undefined : String(base))); }
    static parse(url, base) { return URL.canParse(url, base) ? new URL(url, base) : null; }
    static part(url, index) { return url.#parts[index]; }
    static change(url, name, value) {
      if (name === 'href') {
        const parsed = host.parseUrl(value);
        if (!parsed) throw new TypeError('Invalid URL');
        url.#parts = parsed;
      } else {
        url.#parts = host.setUrl(url.#parts[0], name, value) ?? url.#parts;
      }
      if (url.#params && (name === 'href' || name === 'search')) renew(url.#params, url.#parts[9]);
    }
  }
  const { part, change } = URL;
  parts.forEach((name, index) => {
    Object.defineProperty(URL.prototype, name, {
      get() { return part(this, index); },
      set: name === 'origin' ? undefined : function (value) { change(this, name, String(value)); },
      enumerable: true,
      configurable: true,
    });
  });
  delete URL.part;
  delete URL.change;

  Object.assign(globals, { URL, URLSearchParams });
})
