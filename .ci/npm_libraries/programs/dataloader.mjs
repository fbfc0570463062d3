// A batch is loaded once for the callers of several contexts, and each caller continues in its own.
import { AsyncLocalStorage } from 'node:async_hooks';
import DataLoader from 'dataloader';

const user = new AsyncLocalStorage();
const batches = [];
const loader = new DataLoader(async keys => {
  batches.push({ keys: [...keys], user: user.getStore() });
  await new Promise(resolve => setTimeout(resolve, 2));
  return keys.map(key => (key < 0 ? new RangeError(`no ${key}`) : { key, square: key * key }));
}, { maxBatchSize: 4 });
const load = (name, ...keys) => user.run(name, async () => {
  const found = await Promise.allSettled(keys.map(key => loader.load(key)));
  return { name, after: user.getStore(), found: found.map(({ status, value, reason }) => value ?? `${status}: ${reason.message}`) };
});
const results = await Promise.all([load('ada', 1, 2), load('grace', 2, 3), load('eve', -1, 4, 5)]);
console.log(results);
console.log(batches);
loader.clear(1).prime(9, { key: 9, square: 'primed' });
console.log(await user.run('later', () => loader.loadMany([1, 9, -1])).then(all => all.map(each => (each instanceof Error ? each.name : each))));
console.log(new Map(batches.map(({ keys, user }, i) => [i, { user, keys: new Set(keys) }])), loader.name);
console.log('%s loaded %d keys in %o', 'dataloader', batches.flatMap(({ keys }) => keys).length, batches.map(({ keys }) => keys.length));
