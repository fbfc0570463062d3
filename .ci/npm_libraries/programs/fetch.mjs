// Adds `Request`, `Response` and `Headers` to a runtime that has none.
import { Headers, Request, Response } from 'whatwg-fetch';

for (const [name, value] of Object.entries({ Headers, Request, Response })) globalThis[name] ??= value;
