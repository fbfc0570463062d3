// `Array.fromAsync` (`sec-array.fromasync`). Each wait is an `await`, so all steps run in the mapping of the call. The
// functions that a program could replace come from the host.
(function (host) {
  'use strict';
  const { apply, arrayOf, asyncIterator, construct, define, fail, isConstructor, iterator: syncIterator } = host;
  const most = 2 ** 53 - 1;
  const isObject = value => (typeof value === 'object' && value !== null) || typeof value === 'function';

  const methodOf = (object, key) => {
    const method = object[key];
    if (method === undefined || method === null) return undefined;
    if (typeof method !== 'function') fail('a method of the items is not a function');
    return method;
  };
  const checked = result => {
    if (!isObject(result)) fail('the result of the iterator is not an object');
    return result;
  };

  const iteratorOf = items => {
    const asynchronous = methodOf(items, asyncIterator);
    const method = asynchronous ?? methodOf(items, syncIterator);
    if (method === undefined) return undefined;
    const iterator = apply(method, items);
    if (!isObject(iterator)) fail('the iterator is not an object');
    return { iterator, next: iterator.next, waits: asynchronous !== undefined };
  };

  // The next result of an iterator that does not wait for its values (`sec-asyncfromsynciteratorcontinuation`).
  const waited = async ({ iterator, next }) => {
    const result = checked(apply(next, iterator)), done = !!result.done, { value } = result;
    try {
      return { __proto__: null, done, value: await value };
    } catch (error) {
      if (!done) closeAtOnce(iterator);
      throw error;
    }
  };
  const closeAtOnce = iterator => {
    try {
      const method = methodOf(iterator, 'return');
      if (method !== undefined) apply(method, iterator);
    } catch {}
  };
  // Closes an iterator after an error, which is more important than those of its own.
  const close = async ({ iterator, waits }) => {
    try {
      const method = methodOf(iterator, 'return');
      if (method === undefined) return;
      const result = apply(method, iterator);
      await (waits ? result : checked(result).value);
    } catch {}
  };

  const lengthOf = object => {
    const length = +object.length;
    return length > 0 ? (length < most ? length - length % 1 : most) : 0;
  };

  return async (constructor, items, mapper, receiver) => {
    if (mapper !== undefined && typeof mapper !== 'function') fail('the mapping function is not a function');
    const record = iteratorOf(items);
    if (record === undefined) {
      const length = lengthOf(items), made = isConstructor(constructor) ? construct(constructor, length) : arrayOf(length);
      for (let index = 0; index < length; index++) {
        let value = await items[index];
        if (mapper !== undefined) value = await apply(mapper, receiver, value, index);
        define(made, index, value);
      }
      made.length = length;
      return made;
    }
    const made = isConstructor(constructor) ? construct(constructor) : arrayOf(0);
    for (let index = 0; ; index++) {
      const result = checked(await (record.waits ? apply(record.next, record.iterator) : waited(record)));
      if (result.done) {
        made.length = index;
        return made;
      }
      let { value } = result;
      try {
        if (mapper !== undefined) value = await apply(mapper, receiver, value, index);
        define(made, index, value);
      } catch (error) {
        await close(record);
        throw error;
      }
    }
  };
})
