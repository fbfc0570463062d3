// Requests that overlap, each with the context of `context-storage`. The host has no `Request` and `Response`.
import './fetch.mjs';
import { Hono } from 'hono';
import { contextStorage, getContext, tryGetContext } from 'hono/context-storage';

const pause = () => new Promise(resolve => setTimeout(resolve, 1));
const seen = async () => {
  await pause();
  return getContext().get('user');
};
const app = new Hono();
app.use(contextStorage());
app.use(async (c, next) => {
  c.set('user', c.req.header('x-user') ?? 'nobody');
  c.header('x-seen', await seen());
  await next();
});
app.get('/hello/:name', async c => c.text(`hello ${c.req.param('name')} from ${await seen()}, ${c.req.query('q')}`));
app.get('/json', async c => c.json({ user: await seen(), path: getContext().req.path }));
app.post('/echo', async c => c.json({ got: await c.req.json(), user: await seen() }, 201));
app.get('/fail', async () => { throw new Error(`failed for ${await seen()}`); });
app.onError((error, c) => c.text(error.message, 500));

const ask = async (path, user, init = {}) => {
  const response = await app.request(path, { ...init, headers: { 'x-user': user, ...init.headers } });
  return [path, response.status, response.headers.get('x-seen'), await response.text()];
};
const answers = await Promise.all([
  ask('/hello/world?q=1', 'ada'),
  ask('/json', 'grace'),
  ask('/fail', 'eve'),
  ask('/nothing', 'mallory'),
  ask('/echo', 'bob', { method: 'POST', body: JSON.stringify({ a: [1, { b: 2 }] }), headers: { 'content-type': 'application/json' } }),
]);
for (const answer of answers) console.log(answer);
console.log('outside', tryGetContext());
