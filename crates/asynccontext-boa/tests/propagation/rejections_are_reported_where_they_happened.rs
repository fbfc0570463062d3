//! Unhandled rejections and uncaught exceptions.

use asynccontext_boa::{Kind, add_host, on_uncaught};
use boa_engine::Context;

use crate::{context, give, run, take};

/// Returns the values that `script` records, with a listener that records the reason and the value of `v`.
fn seen(script: &str) -> String {
    seen_in(context(), script)
}

/// Returns the values that `script` records in a context with global events.
fn seen_by_events(script: &str) -> String {
    let mut context = context();
    add_host(&mut context).unwrap();
    seen_in(context, script)
}

fn seen_in(mut context: Context, script: &str) -> String {
    on_uncaught(&context, |uncaught, context| {
        let reason = uncaught.error.into_opaque(context).unwrap();
        give(context, "reason", reason);
        let kind = if uncaught.kind == Kind::Rejection { "rejection" } else { "exception" };
        asynccontext_boa::evaluate(context, &format!("see('{kind}:' + reason + ':' + v.get())"), None).unwrap();
    });
    run(&mut context, script);
    take()
}

#[test] // sec-host-promise-rejection-tracker
fn the_mapping_is_that_of_the_rejection() {
    let script = "
        let reject; v.run('made', () => new Promise((_, r) => reject = r));
        v.run('rejected', () => reject(1));
        v.run('b', async () => { await 0; throw 2 });
        v.run('c', () => Promise.resolve().then(() => { throw 3 }));
        v.run('d', () => Promise.reject(4)).then(() => {});";
    assert_eq!(seen(script), "rejection:1:rejected rejection:2:b rejection:3:c rejection:4:undefined");
}

#[test] // sec-host-promise-rejection-tracker
fn a_rejection_that_is_handled_in_time_is_not_reported() {
    let script = "
        const p = Promise.reject(1); Promise.resolve().then(() => Promise.resolve()).then(() => p.catch(() => see('handled')));
        const q = Promise.reject(2); q.then(() => {}, () => see('too'));";
    assert_eq!(seen(script), "too handled");
}

#[test] // sec-asyncgeneratorresume
fn an_async_generator_rejects_in_its_own_mapping() {
    let script = "
        async function* body() { yield; await 0; throw 1 }
        const g = v.run('made', body);
        v.run('a', () => g.next()); v.run('b', () => g.next());";
    assert_eq!(seen(script), "rejection:1:made");
}

#[test] // sec-asyncgeneratorresume
fn a_throw_into_a_finished_generator_runs_as_its_caller() {
    let script = "
        async function* body() {}
        const g = v.run('made', body);
        g.next().then(() => v.run('caller', () => { g.throw(1) }));";
    assert_eq!(seen(script), "rejection:1:caller");
}

#[test] // sec-host-promise-rejection-tracker
fn without_a_listener_the_first_rejection_is_returned() {
    let mut context = context();
    let script = "Promise.reject(new Error('first')); Promise.resolve().then(() => see('later')); Promise.reject(new Error('second'));";
    asynccontext_boa::evaluate(&mut context, script, Some("main.js".as_ref())).unwrap();
    let error = context.run_jobs().unwrap_err();
    assert!(error.to_string().starts_with("Error: first"), "{error}");
    assert!(error.to_string().contains("main.js:1:16"), "{error}");
    assert_eq!(take(), "later");
    context.run_jobs().unwrap();
}

#[test] // sec-host-promise-rejection-tracker
fn the_global_event_is_first_in_the_rejection_mapping() {
    let script = "
        v.run('listener', () => addEventListener('unhandledrejection', event => {
            see([event.type, event.reason, v.get(), event.promise === p, event.isTrusted, event.target === globalThis, event instanceof PromiseRejectionEvent].join());
            v.run('left', () => {});
        }));
        const p = v.run('rejected', () => Promise.reject(1));";
    let event = "unhandledrejection,1,rejected,true,true,true,true";
    assert_eq!(seen_by_events(script), format!("{event} rejection:1:rejected"));
}

#[test] // sec-host-promise-rejection-tracker
fn a_report_that_a_listener_prevents_is_not_made() {
    let script = "
        addEventListener('unhandledrejection', event => { if (event.reason === 1) event.preventDefault(); });
        v.run('a', () => { Promise.reject(1); Promise.reject(2); });";
    assert_eq!(seen_by_events(script), "rejection:2:a");
}

#[test]
fn a_listener_that_throws_or_rejects_is_reported_too() {
    let script = "
        let again = true;
        addEventListener('unhandledrejection', () => { throw 'listener' }, { once: true });
        addEventListener('unhandledrejection', () => { if (again) v.run('b', () => Promise.reject('again')); again = false; });
        v.run('a', () => { Promise.reject('first') });";
    assert_eq!(seen_by_events(script), "exception:listener:undefined rejection:first:a rejection:again:b");
}

#[test]
fn global_events_are_events_of_the_program_too() {
    let script = "
        const listener = function (event) { see(event.type + (this === globalThis) + event.isTrusted + v.get()); };
        addEventListener('own', listener);
        v.run('dispatch', () => see(dispatchEvent(new Event('own'))));
        removeEventListener('own', listener);
        dispatchEvent(new Event('own'));
        addEventListener('unhandledrejection', event => event.preventDefault());
        see(dispatchEvent(new PromiseRejectionEvent('unhandledrejection', { promise: Promise.resolve(), cancelable: true })));
        try { new PromiseRejectionEvent('x'); } catch (e) { see(e.name); }";
    assert_eq!(seen_by_events(script), "owntruefalsedispatch true false TypeError");
}

#[test] // sec-agents
fn each_realm_has_its_own_global_events() {
    let mut context = context();
    add_host(&mut context).unwrap();
    let other = asynccontext_boa::create_realm(&mut context).unwrap();
    let main = context.enter_realm(other.clone());
    add_host(&mut context).unwrap();
    let global = context.global_object();
    context.enter_realm(main);
    give(&mut context, "other", global);
    let script = "
        addEventListener('unhandledrejection', event => { see('here ' + event.reason); event.preventDefault(); });
        other.addEventListener('unhandledrejection', event => { see('there ' + event.reason); event.preventDefault(); });
        Promise.reject(1); other.Promise.reject(2); new other.Function('Promise.reject(3)')();";
    run(&mut context, script);
    assert_eq!(take(), "here 1 there 2 there 3");
}
