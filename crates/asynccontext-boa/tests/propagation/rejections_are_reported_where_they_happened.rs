//! Unhandled rejections and uncaught exceptions.

use asynccontext_boa::{Kind, on_uncaught};

use crate::{context, give, run, take};

/// What `script` sees, with a listener that notes the reason and what `v` is.
fn seen(script: &str) -> String {
    let mut context = context();
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
fn whoever_handles_in_time_is_not_reported() {
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
fn a_throw_into_a_generator_that_is_done_belongs_to_the_caller() {
    let script = "
        async function* body() {}
        const g = v.run('made', body);
        g.next().then(() => v.run('caller', () => { g.throw(1) }));";
    assert_eq!(seen(script), "rejection:1:caller");
}

#[test] // sec-host-promise-rejection-tracker
fn without_a_listener_the_first_comes_out_and_the_rest_is_done() {
    let mut context = context();
    let script = "Promise.reject(new Error('first')); Promise.resolve().then(() => see('later')); Promise.reject(new Error('second'));";
    asynccontext_boa::evaluate(&mut context, script, Some("main.js".as_ref())).unwrap();
    let error = context.run_jobs().unwrap_err();
    assert!(error.to_string().starts_with("Error: first"), "{error}");
    assert!(error.to_string().contains("main.js:1:16"), "{error}");
    assert_eq!(take(), "later");
    context.run_jobs().unwrap();
}
