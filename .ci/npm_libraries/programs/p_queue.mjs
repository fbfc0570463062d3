// Tasks run in the context of the call that added them, although others start them.
import { AsyncLocalStorage } from 'node:async_hooks';
import PQueue from 'p-queue';

const user = new AsyncLocalStorage();
const queue = new PQueue({ concurrency: 2 });
const log = [];
const task = name => async () => {
  log.push([`${name} starts`, user.getStore(), queue.pending]);
  await new Promise(resolve => setTimeout(resolve, 3));
  log.push([`${name} ends`, user.getStore()]);
  return name;
};
const results = ['ada', 'grace', 'eve', 'bob'].map((name, i) => user.run(name, () => queue.add(task(name), { priority: i })));
user.run('watcher', () => queue.onIdle().then(() => log.push(['idle', user.getStore()])));
console.log(queue.size, queue.pending, await Promise.all(results));
await queue.onIdle();

queue.pause();
const paused = user.run('paused', () => queue.addAll([task('one'), task('two')]));
console.log(queue.size, queue.isPaused);
user.run('starter', () => queue.start());
console.log(await paused);

const failed = await queue.add(async () => { throw new RangeError('no'); }).catch(error => `${error.name}: ${error.message}`);
const late = await queue.add(() => new Promise(resolve => setTimeout(resolve, 200)), { timeout: 5 }).catch(error => error.name);
const controller = new AbortController();
const aborted = queue.add(({ signal }) => new Promise((resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))), { signal: controller.signal });
controller.abort('enough');
console.log(failed, late, await aborted.catch(reason => reason));
for (const entry of log) console.log(entry);
