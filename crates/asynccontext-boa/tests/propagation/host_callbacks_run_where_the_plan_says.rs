//! Timers, microtasks, events, abort signals and message ports.

use asynccontext_boa::{EventLoop, Hooks, add_host, install_with, on_uncaught};
use boa_engine::Context;
use boa_engine::context::{ContextBuilder, DefaultHooks};
use std::rc::Rc;

use crate::{add_seeing, run, take};

/// Returns a context with a host and virtual time.
pub(crate) fn host() -> Context {
    let mut context = ContextBuilder::new()
        .host_hooks(Rc::new(Hooks::around(DefaultHooks)))
        .job_executor(Rc::new(EventLoop::with_virtual_time()))
        .build()
        .unwrap();
    install_with(&mut context).unwrap();
    add_host(&mut context).unwrap();
    add_seeing(&mut context);
    context
}

pub(crate) fn seen(script: &str) -> String {
    run(&mut host(), script);
    take()
}

#[test] // sec-asynccontextsnapshot
fn schedulers_capture_at_their_call() {
    let script = "
        v.run('timer', setTimeout, (a, b) => see(a + b + v.get()), 5, 1, 2);
        v.run('microtask', queueMicrotask, () => see(v.get()));
        v.run('interval', () => { let n = 0; const id = setInterval(() => { see(v.get()); if (++n == 2) clearInterval(id); v.run('x', () => {}); }, 10) });";
    assert_eq!(seen(script), "microtask 3timer interval interval");
}

#[test]
fn timers_fire_in_the_order_of_their_times() {
    let script = "
        setTimeout(() => { see('b'); Promise.resolve().then(() => see('then')); }, 10); setTimeout(() => see('c'), 10);
        setTimeout(() => see('a')); setTimeout(() => see('e'), 30); const id = setTimeout(() => see('never'), 20); clearTimeout(id); clearTimeout(id); clearTimeout('x');
        setTimeout(() => setTimeout(() => see('d'), 5), 10);";
    assert_eq!(seen(script), "a b then c d e");
}

#[test]
fn tasks_and_timers_take_turns() {
    let script = "
        const { port1, port2 } = new MessageChannel(); let n = 0;
        port1.onmessage = () => { if (n++ < 1000) port2.postMessage(0); }; port2.postMessage(0);
        setTimeout(() => { see(n < 10); Promise.resolve().then(() => see('microtask')); setTimeout(() => see(n < 10)); });";
    assert_eq!(seen(script), "true microtask true");
}

#[test]
fn a_registry_calls_back_while_tasks_are_left() {
    let script = "
        let called = false; const registry = v.run('made', () => new FinalizationRegistry(() => { called = true; see(v.get()) }));
        registry.register({}, 0);
        setTimeout(function poll() { collect(); if (!called) setTimeout(poll); });";
    assert_eq!(seen(script), "made");
}

#[test]
fn listeners_run_in_the_mapping_of_the_dispatch() {
    let script = "
        const target = new EventTarget();
        v.run('listened', () => target.addEventListener('e', () => see(v.get())));
        v.run('dispatched', () => target.dispatchEvent(new Event('e')));
        v.run('object', () => target.addEventListener('o', { handleEvent(e) { see(e.type + v.get() + (e.target === target)) } }, { once: true }));
        v.run('d', () => { target.dispatchEvent(new Event('o')); target.dispatchEvent(new Event('o')); });";
    assert_eq!(seen(script), "dispatched odtrue");
}

#[test]
fn an_abort_runs_its_listeners_in_its_own_mapping() {
    let script = "
        const c = v.run('made', () => new AbortController()), any = AbortSignal.any([c.signal]);
        v.run('listened', () => { c.signal.addEventListener('abort', () => see(v.get())); c.signal.onabort = () => see('on' + v.get()); any.onabort = () => see('any' + v.get()); });
        v.run('aborted', () => c.abort('why')); c.abort();
        see(c.signal.reason); try { any.throwIfAborted() } catch (e) { see(e) }";
    assert_eq!(seen(script), "aborted onaborted anyaborted why why");
}

#[test]
fn a_timeout_signal_fires_in_its_creation_mapping() {
    let script = "
        const signal = v.run('made', () => AbortSignal.timeout(5));
        v.run('listened', () => signal.addEventListener('abort', () => see(v.get() + signal.reason.name)));
        setTimeout(() => {}, 10);";
    assert_eq!(seen(script), "madeTimeoutError");
}

#[test]
fn a_message_arrives_in_the_empty_mapping() {
    let script = "
        const { port1, port2 } = v.run('made', () => new MessageChannel());
        v.run('before', () => port1.postMessage({ n: [1] }));
        v.run('listened', () => port2.onmessage = e => see(e.data.n[0] + ':' + v.get()));
        v.run('posted', () => port1.postMessage({ n: [2] }));
        try { port1.postMessage(() => {}) } catch (e) { see(e.name) }";
    assert_eq!(seen(script), "DataCloneError 1:undefined 2:undefined");
}

#[test]
fn an_exception_of_a_callback_is_reported_and_others_run() {
    let mut context = host();
    on_uncaught(&context, |uncaught, context| {
        let bound: Vec<String> =
            uncaught.mapping.records().map(|(_, value)| value.as_string().unwrap().to_std_string_escaped()).collect();
        let text =
            format!("see({:?} + v.get())", uncaught.message.lines().next().unwrap().to_owned() + &bound.join(""));
        asynccontext_boa::evaluate(context, &text, None).unwrap();
    });
    run(
        &mut context,
        "v.run('a', setTimeout, () => { throw 1 }); v.run('b', queueMicrotask, () => { throw 2 });
         const t = new EventTarget(); t.addEventListener('e', () => { throw 3 }); t.addEventListener('e', () => see('next'));
         v.run('c', () => see(t.dispatchEvent(new Event('e'))));
         setTimeout(() => see('last'), 1);",
    );
    assert_eq!(take(), "3cundefined next true 2bundefined 1aundefined last");
}

#[test]
fn errors_of_options_are_propagated() {
    let script = "
        const fails = make => { try { make(); see('no') } catch (e) { see(e.name ?? e) } };
        const t = new EventTarget(), r = Proxy.revocable({}, {}); r.revoke();
        fails(() => t.addEventListener('e', () => {}, { get once() { throw 'once' } }));
        fails(() => t.addEventListener('e', () => {}, r.proxy));
        fails(() => t.addEventListener('e', () => {}, { signal: {} }));
        fails(() => t.dispatchEvent({}));
        fails(() => setTimeout('text'));
        fails(() => queueMicrotask());
        fails(() => setTimeout(() => {}, { valueOf() { throw 'delay' } }));
        fails(() => new AbortSignal());
        fails(() => AbortSignal.timeout(-1));
        fails(() => { const e = new Event('e'); t.addEventListener('e', () => fails(() => t.dispatchEvent(e))); t.dispatchEvent(e); throw 'end' });";
    assert_eq!(
        seen(script),
        "once TypeError TypeError TypeError TypeError TypeError delay TypeError TypeError InvalidStateError end"
    );
}
