//! Each operation of the host takes linear or almost linear time in the number of timers, listeners, signals and jobs.

use std::time::{Duration, Instant};

use crate::host_callbacks_run_where_the_plan_says::host;
use crate::run;

/// The smaller amount.
const SMALL: u32 = 500;
/// The factor between the two amounts of work that are compared.
const FACTOR: u32 = 8;
/// Work that grows with the square of the amount takes 64 times as long. Twice the linear time leaves room for a
/// logarithm, and another factor for a loaded machine.
const MOST: u32 = 28;

fn time(script: &str, amount: u32) -> Duration {
    let mut context = host();
    run(&mut context, &format!("var n = {amount};"));
    let start = Instant::now();
    run(&mut context, script);
    start.elapsed()
}

/// Asserts that `script`, which does some work `n` times, takes at most [`MOST`] times as long for [`FACTOR`] times
/// the work, in one of several attempts.
fn assert_grows(name: &str, script: &str) {
    let mut ratios = Vec::new();
    for _ in 0..4 {
        let (small, large) = (time(script, SMALL), time(script, SMALL * FACTOR));
        let ratio = large.as_secs_f64() / small.as_secs_f64();
        if ratio <= f64::from(MOST) {
            return;
        }
        ratios.push(ratio);
    }
    panic!("{name}: {FACTOR} times the work took {ratios:.1?} times as long");
}

#[test]
fn timers_grow_with_their_number() {
    assert_grows("pending timers", "for (let i = 0; i < n; i++) setTimeout(() => {}, i % 50);");
    assert_grows(
        "cancelled timers",
        "const ids = []; for (let i = 0; i < n; i++) ids.push(setTimeout(() => {}, 1000)); for (const id of ids) clearTimeout(id);",
    );
    assert_grows(
        "a timer beside many",
        "const ids = []; for (let i = 0; i < n; i++) ids.push(setTimeout(() => {}, 1e6));
         let left = n; setTimeout(function next() { if (left-- > 0) setTimeout(next); else ids.forEach(clearTimeout); });",
    );
    assert_grows("immediates", "for (let i = 0; i < n; i++) setImmediate(() => {});");
}

#[test]
fn listeners_grow_with_their_number() {
    assert_grows(
        "listeners that are added, called and removed",
        "const t = new EventTarget(), all = []; for (let i = 0; i < n; i++) { const f = () => {}; all.push(f); t.addEventListener('e', f); }
         t.dispatchEvent(new Event('e')); for (const f of all) t.removeEventListener('e', f);",
    );
    assert_grows(
        "listeners with one signal",
        "const c = new AbortController(); for (let i = 0; i < n; i++) new EventTarget().addEventListener('e', () => {}, { signal: c.signal });
         c.abort();",
    );
    assert_grows(
        "listeners that run once",
        "const t = new EventTarget(); for (let i = 0; i < n; i++) t.addEventListener('e', () => {}, { once: true }); t.dispatchEvent(new Event('e'));",
    );
}

#[test]
fn signals_grow_with_their_number() {
    assert_grows(
        "signals of one source",
        "const c = new AbortController(); for (let i = 0; i < n; i++) AbortSignal.any([c.signal]);",
    );
    assert_grows(
        "signals of one source with listeners",
        "const c = new AbortController(); for (let i = 0; i < n; i++) AbortSignal.any([c.signal]).onabort = () => {}; c.abort();",
    );
    assert_grows(
        "a signal of many",
        "const all = []; for (let i = 0; i < n; i++) all.push(new AbortController().signal);
         const any = AbortSignal.any(all); for (let i = 0; i < n; i++) any.addEventListener('abort', () => {});",
    );
}

#[test]
fn jobs_grow_with_their_number() {
    assert_grows("microtasks", "for (let i = 0; i < n; i++) queueMicrotask(() => {});");
    assert_grows("reactions", "for (let i = 0; i < n; i++) Promise.resolve().then(() => {});");
    assert_grows(
        "rejections that are handled",
        "const all = []; for (let i = 0; i < n; i++) all.push(Promise.reject(i)); for (const p of all) p.catch(() => {});",
    );
    assert_grows(
        "messages",
        "const { port1, port2 } = new MessageChannel(); port2.onmessage = () => {}; for (let i = 0; i < n; i++) port1.postMessage(i);",
    );
    assert_grows(
        "messages that wait",
        "const { port1, port2 } = new MessageChannel(); for (let i = 0; i < n; i++) port1.postMessage(i); port2.onmessage = () => {};",
    );
}

#[test]
fn generators_and_registries_grow_with_their_number() {
    assert_grows(
        "generators",
        "function* g() { yield 1; } const all = []; for (let i = 0; i < n; i++) { const it = v.run(i, g); it.next(); all.push(it); }",
    );
    assert_grows(
        "registries beside timers",
        "const all = []; for (let i = 0; i < n; i++) all.push(new FinalizationRegistry(() => {}));
         let left = n; setTimeout(function next() { if (left-- > 0) setTimeout(next); });",
    );
}
