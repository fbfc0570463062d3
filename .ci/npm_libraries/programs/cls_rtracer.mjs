// Ids of requests in middleware, in wrapped emitters and after timers; and ids of its own.
import rTracer from 'cls-rtracer';
import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';

const outside = { run: AsyncLocalStorage.snapshot() };
let next = 0;
const log = [];
const middleware = rTracer.expressMiddleware({ useHeader: true, echoHeader: true, requestIdFactory: () => `id-${++next}` });
const request = headers => new Promise(resolve => {
  const sent = {};
  const req = Object.assign(new EventEmitter(), { headers });
  const res = Object.assign(new EventEmitter(), { set: (name, value) => { sent[name] = value; } });
  middleware(req, res, async () => {
    const id = rTracer.id();
    req.on('data', chunk => log.push(['data', chunk, rTracer.id() === id]));
    res.once('finish', () => {
      log.push(['finish', rTracer.id(), sent]);
      resolve();
    });
    await new Promise(done => setTimeout(done, 2));
    log.push(['timer', rTracer.id()]);
    ready();
  });
  // Events from outside the request: the listeners still see its id.
  function ready() {
    outside.run(() => {
      log.push(['outside', rTracer.id()]);
      req.emit('data', 'chunk');
      res.emit('finish');
    });
  }
});
await Promise.all([request({}), request({ 'x-request-id': 'given' }), request({})]);
log.sort((one, two) => (`${one}` < `${two}` ? -1 : 1));
for (const entry of log) console.log(entry);
console.log(await rTracer.runWithId(async () => {
  await null;
  return rTracer.id();
}, 'mine'));
console.log(rTracer.runWithId(() => /^[\da-f]{8}-[\da-f]{4}-1[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(rTracer.id())), rTracer.id());
