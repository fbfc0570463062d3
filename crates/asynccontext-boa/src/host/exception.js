// `DOMException`.
(function (host) {
  'use strict';

  // The codes of older names, in their order.
  const names = [
    'IndexSizeError', , 'HierarchyRequestError', 'WrongDocumentError', 'InvalidCharacterError', , 'NoModificationAllowedError',
    'NotFoundError', 'NotSupportedError', 'InUseAttributeError', 'InvalidStateError', 'SyntaxError', 'InvalidModificationError',
    'NamespaceError', 'InvalidAccessError', , 'TypeMismatchError', 'SecurityError', 'NetworkError', 'AbortError', 'URLMismatchError',
    'QuotaExceededError', 'TimeoutError', 'InvalidNodeTypeError', 'DataCloneError',
  ];

  class DOMException extends Error {
    #name;
    constructor(message = '', options = 'Error') {
      const named = typeof options === 'object' && options !== null;
      super(message, named && 'cause' in options ? { cause: options.cause } : undefined);
      this.#name = String(named ? options.name ?? 'Error' : options);
    }
    get name() { return this.#name; }
    get code() { return names.indexOf(this.#name) + 1; }
    get [Symbol.toStringTag]() { return 'DOMException'; }
    static isException(value) { return #name in value; }
  }
  host.isException = DOMException.isException;
  delete DOMException.isException;
  names.forEach((name, index) => {
    const constant = name.replace(/Error$/, '').replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase() + '_ERR';
    for (const object of [DOMException, DOMException.prototype]) Object.defineProperty(object, constant, { value: index + 1, enumerable: true });
  });
  host.globals.DOMException = DOMException;
})
