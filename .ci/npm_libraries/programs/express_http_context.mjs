// Middleware that runs for overlapping requests, with values that are set after timers, ticks and promises.
import context from 'express-http-context';
import { EventEmitter } from 'node:events';

const pause = ms => new Promise(resolve => setTimeout(resolve, ms));
const log = [];
const handle = (name, delay) => new Promise(resolve => {
  const request = Object.assign(new EventEmitter(), { name }), response = new EventEmitter();
  context.middleware(request, response, async () => {
    context.set('name', name);
    process.nextTick(() => log.push(['tick', name, context.get('name')]));
    setImmediate(() => log.push(['immediate', name, context.get('name')]));
    await pause(delay);
    log.push(['timer', name, context.get('name')]);
    context.set('steps', (context.get('steps') ?? 0) + 1);
    // A second use of the middleware keeps the context.
    context.middleware(request, response, () => log.push(['again', name, context.get('steps')]));
    await Promise.all([1, 2].map(async step => {
      await pause(delay);
      context.set('steps', context.get('steps') + step);
    }));
    response.on('finish', () => {
      log.push(['finish', name, context.get('name'), context.get('steps')]);
      resolve();
    });
    queueMicrotask(() => response.emit('finish'));
  });
});
await Promise.all([handle('ada', 5), handle('grace', 20), handle('eve', 40)]);
log.sort((one, two) => (`${one}` < `${two}` ? -1 : 1));
for (const entry of log) console.log(entry);
console.log('outside', context.get('name'), context.set('name', 1));
