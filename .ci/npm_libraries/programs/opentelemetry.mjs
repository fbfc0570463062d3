// Spans of overlapping work: each has the parent that is active where it starts.
import { context, createContextKey, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { EventEmitter } from 'node:events';

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(provider);
const tracer = trace.getTracer('programs', '1');
const key = createContextKey('user');
const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

const step = async (name, ms) => tracer.startActiveSpan(name, { attributes: { ms } }, async span => {
  await pause(ms);
  span.addEvent('waited');
  span.setAttribute('user', String(context.active().getValue(key)));
  tracer.startSpan(`${name}: inner`).end();
  span.end();
});
await Promise.all(['ada', 'grace'].map((user, i) => context.with(context.active().setValue(key, user), () =>
  tracer.startActiveSpan(user, async span => {
    await Promise.all([step(`${user} a`, 5 + i), step(`${user} b`, 1)]);
    span.end();
  }))));

const emitter = context.bind(trace.setSpan(context.active(), tracer.startSpan('bound')), new EventEmitter());
emitter.on('event', () => tracer.startSpan('in a listener').end());
emitter.emit('event');
trace.getActiveSpan()?.end();

const spans = exporter.getFinishedSpans(), names = new Map(spans.map(span => [span.spanContext().spanId, span.name]));
const shown = spans.map(span => ({
  name: span.name,
  parent: names.get(span.parentSpanContext?.spanId) ?? (span.parentSpanContext ? 'unfinished' : null),
  attributes: span.attributes,
  events: span.events.map(event => event.name),
  ids: [/^[\da-f]{32}$/.test(span.spanContext().traceId), /^[\da-f]{16}$/.test(span.spanContext().spanId)],
}));
shown.sort((one, two) => (one.name < two.name ? -1 : 1));
for (const span of shown) console.log(span);
console.log('outside', trace.getActiveSpan(), context.active().getValue(key));
await provider.shutdown();
