//! Each operation of the host takes linear or almost linear time in the number of timers, listeners, signals, jobs and
//! chunks.
//!
//! `cargo test -p asynccontext-boa --test propagation -- --ignored --nocapture growth_is_printed` prints the times of
//! 1,000, 10,000 and 100,000 of each.

use std::time::{Duration, Instant};

use asynccontext_boa::{Node, add_node};

use crate::host_callbacks_run_where_the_plan_says::host;
use crate::run;

/// The smaller amount.
const SMALL: u32 = 500;
/// The factor between the two amounts of work that are compared.
const FACTOR: u32 = 8;
/// Work that grows with the square of the amount takes 64 times as long. Twice the linear time leaves room for a
/// logarithm, and another factor for a loaded machine.
const MOST: u32 = 28;

/// The name of some work, and a script that does it `n` times.
type Work = (&'static str, &'static str);

const TIMERS: [Work; 7] = [
    ("pending timers", "for (let i = 0; i < n; i++) setTimeout(() => {}, i % 50);"),
    (
        "timers that are cleared",
        "const ids = []; for (let i = 0; i < n; i++) ids.push(setTimeout(() => {}, 1000)); for (const id of ids) clearTimeout(id);",
    ),
    (
        "timers that are cleared by number",
        "const ids = []; for (let i = 0; i < n; i++) ids.push(+setTimeout(() => {}, 1000)); for (const id of ids) clearTimeout(id);",
    ),
    (
        "timers that are refreshed",
        "const all = []; for (let i = 0; i < n; i++) all.push(setTimeout(() => {}, 1)); for (const timer of all) timer.refresh();",
    ),
    (
        "a timer beside many",
        "const ids = []; for (let i = 0; i < n; i++) ids.push(setTimeout(() => {}, 1e6));
         let left = n; setTimeout(function next() { if (left-- > 0) setTimeout(next); else ids.forEach(clearTimeout); });",
    ),
    ("immediates", "for (let i = 0; i < n; i++) setImmediate(() => {});"),
    ("timers in a store", "const s = new (require('async_hooks').AsyncLocalStorage)(); for (let i = 0; i < n; i++) s.run(i, () => setTimeout(() => s.getStore()));"),
];

const LISTENERS: [Work; 6] = [
    (
        "listeners that are added, called and removed",
        "const t = new EventTarget(), all = []; for (let i = 0; i < n; i++) { const f = () => {}; all.push(f); t.addEventListener('e', f); }
         t.dispatchEvent(new Event('e')); for (const f of all) t.removeEventListener('e', f);",
    ),
    (
        "listeners with one signal",
        "const c = new AbortController(); for (let i = 0; i < n; i++) new EventTarget().addEventListener('e', () => {}, { signal: c.signal });
         c.abort();",
    ),
    (
        "listeners with a signal that are removed",
        "const c = new AbortController(), t = new EventTarget();
         for (let i = 0; i < n; i++) { const f = () => {}; t.addEventListener('e', f, { signal: c.signal }); t.removeEventListener('e', f); }",
    ),
    (
        "listeners that run once",
        "const t = new EventTarget(); for (let i = 0; i < n; i++) t.addEventListener('e', () => {}, { once: true }); t.dispatchEvent(new Event('e'));",
    ),
    (
        "listeners of different types",
        "const t = new EventTarget(); for (let i = 0; i < n; i++) t.addEventListener('e' + i, () => {}); for (let i = 0; i < n; i++) t.dispatchEvent(new Event('e' + i));",
    ),
    (
        "listeners of an emitter",
        "const e = new (require('events')), all = []; e.setMaxListeners(0); for (let i = 0; i < n; i++) { const f = () => {}; all.push(f); e.on('x', f); }
         e.emit('x'); for (const f of all) e.off('x', f);",
    ),
];

const SIGNALS: [Work; 5] = [
    (
        "signals of one source",
        "const c = new AbortController(); for (let i = 0; i < n; i++) AbortSignal.any([c.signal]); c.abort();",
    ),
    (
        "signals of one source with listeners",
        "const c = new AbortController(); for (let i = 0; i < n; i++) AbortSignal.any([c.signal]).onabort = () => {}; c.abort();",
    ),
    (
        "signals of one source whose listeners are removed",
        "const c = new AbortController(), f = () => {}; for (let i = 0; i < n; i++) { const s = AbortSignal.any([c.signal]); s.addEventListener('abort', f); s.removeEventListener('abort', f); }
         c.abort();",
    ),
    ("signals of each other", "let s = new AbortController().signal; for (let i = 0; i < n; i++) s = AbortSignal.any([s]); s.aborted;"),
    (
        "a signal of many",
        "const all = []; for (let i = 0; i < n; i++) all.push(new AbortController().signal);
         const any = AbortSignal.any(all); for (let i = 0; i < n; i++) any.addEventListener('abort', () => {});",
    ),
];

const JOBS: [Work; 7] = [
    ("microtasks", "for (let i = 0; i < n; i++) queueMicrotask(() => {});"),
    ("ticks", "for (let i = 0; i < n; i++) process.nextTick(() => {});"),
    ("reactions", "for (let i = 0; i < n; i++) Promise.resolve().then(() => {});"),
    ("awaits", "(async () => { for (let i = 0; i < n; i++) await 0; })();"),
    (
        "rejections that are handled",
        "const all = []; for (let i = 0; i < n; i++) all.push(Promise.reject(i)); for (const p of all) p.catch(() => {});",
    ),
    (
        "messages",
        "const { port1, port2 } = new MessageChannel(); port2.onmessage = () => {}; for (let i = 0; i < n; i++) port1.postMessage(i);",
    ),
    (
        "messages that wait",
        "const { port1, port2 } = new MessageChannel(); for (let i = 0; i < n; i++) port1.postMessage(i); port2.onmessage = () => {};",
    ),
];

const STREAMS: [Work; 4] = [
    (
        "chunks that wait in a stream",
        "let c; const s = new ReadableStream({ start(given) { c = given; } }); for (let i = 0; i < n; i++) c.enqueue(i); c.close();
         (async () => { for await (const x of s); })();",
    ),
    (
        "reads that wait for chunks",
        "const r = new ReadableStream({ async pull(c) { await 0; c.enqueue(0); } }).getReader(); for (let i = 0; i < n; i++) r.read();",
    ),
    ("writes that wait", "const w = new WritableStream().getWriter(); for (let i = 0; i < n; i++) w.write(i);"),
    (
        "chunks through a pipe",
        "let c; const s = new ReadableStream({ start(given) { c = given; } }); for (let i = 0; i < n / 8; i++) c.enqueue(i); c.close();
         s.pipeThrough(new TransformStream()).pipeTo(new WritableStream());",
    ),
];

const OTHERS: [Work; 3] = [
    (
        "generators",
        "function* g() { yield 1; } const all = []; for (let i = 0; i < n; i++) { const it = v.run(i, g); it.next(); all.push(it); }",
    ),
    (
        "registries beside timers",
        "const all = []; for (let i = 0; i < n; i++) all.push(new FinalizationRegistry(() => {}));
         let left = n; setTimeout(function next() { if (left-- > 0) setTimeout(next); });",
    ),
    ("snapshots", "const all = []; for (let i = 0; i < n; i++) v.run(i, () => all.push(new AsyncContext.Snapshot()));"),
];

fn time(script: &str, amount: u32) -> Duration {
    let mut context = host();
    add_node(&mut context, Node::new()).unwrap();
    // Parts that are parsed when they are first used.
    run(
        &mut context,
        &format!("require('async_hooks'); require('events'); process.cwd(); ReadableStream; var n = {amount};"),
    );
    let start = Instant::now();
    run(&mut context, script);
    start.elapsed()
}

/// Asserts that each work takes at most [`MOST`] times as long for [`FACTOR`] times the amount, in one of several
/// attempts.
fn assert_grows(all: &[Work]) {
    for (name, script) in all {
        let mut ratios = Vec::new();
        loop {
            let (small, large) = (time(script, SMALL), time(script, SMALL * FACTOR));
            let ratio = large.as_secs_f64() / small.as_secs_f64();
            if ratio <= f64::from(MOST) {
                break;
            }
            ratios.push(ratio);
            assert!(ratios.len() < 4, "{name}: {FACTOR} times the work took {ratios:.1?} times as long");
        }
    }
}

#[test]
fn timers_grow_with_their_number() {
    assert_grows(&TIMERS);
}

#[test]
fn listeners_grow_with_their_number() {
    assert_grows(&LISTENERS);
}

#[test]
fn signals_grow_with_their_number() {
    assert_grows(&SIGNALS);
}

#[test]
fn jobs_grow_with_their_number() {
    assert_grows(&JOBS);
}

#[test]
fn streams_grow_with_their_chunks() {
    assert_grows(&STREAMS);
}

#[test]
fn generators_and_registries_grow_with_their_number() {
    assert_grows(&OTHERS);
}

#[test]
#[ignore = "takes minutes; prints a table for people"]
fn growth_is_printed() {
    println!("| what | 1,000 | 10,000 | 100,000 |\n|---|---:|---:|---:|");
    for (name, script) in [&TIMERS[..], &LISTENERS, &SIGNALS, &JOBS, &STREAMS, &OTHERS].concat() {
        let [one, two, three] = [1_000, 10_000, 100_000].map(|amount| time(script, amount).as_secs_f64());
        println!("| {name} | {one:.3} s | {two:.2} s | {three:.1} s |");
    }
}
