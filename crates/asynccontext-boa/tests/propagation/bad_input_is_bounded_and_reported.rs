//! Programs with errors: they end, their errors are reported, and the mapping is restored.

use asynccontext_boa::{EventLoop, describe, evaluate, install_with};
use boa_engine::context::ContextBuilder;
use boa_engine::{Context, JsError};

use crate::{context, run, seen, take};

/// Returns the error of a script that must fail, and asserts that the context still works.
fn error(context: &mut Context, script: &str) -> String {
    let error: JsError = evaluate(context, script, Some("main.js".as_ref()))
        .and_then(|_| context.run_jobs())
        .expect_err("the script fails");
    let text = describe(&error, context);
    run(context, "see('alive:' + v.get())");
    assert_eq!(take(), "alive:undefined", "after {script}: {text}");
    text
}

#[test]
fn an_uncaught_error_names_its_place() {
    let mut context = context();
    let text = error(
        &mut context,
        "function* g(a) {} v.run('a', () => {\n  function* h(x) {} throw new RangeError('far'); });",
    );
    assert!(text.starts_with("RangeError: far"), "{text}");
    assert!(text.contains("main.js:2:27"), "{text}");
    let text = error(&mut context, "function* g(a) {}\n\n  let let = 1;");
    assert!(text.contains("SyntaxError") && text.contains("main.js:3:7"), "{text}");
}

#[test]
fn an_endless_loop_is_stopped() {
    let mut context = context();
    context.runtime_limits_mut().set_loop_iteration_limit(1000);
    assert!(error(&mut context, "v.run('a', () => { while (true); })").contains("loop"), "the limit is named");
    error(&mut context, "function* g() { while (true); } v.run('a', g).next()");
    error(&mut context, "v.run('a', () => Promise.resolve().then(() => { for (;;); }))");
}

#[test]
fn an_endless_recursion_is_stopped() {
    let mut context = context();
    assert!(error(&mut context, "function f() { f() } f()").contains("recursive"));
    assert!(error(&mut context, "function f() { v.run('a', f) } f()").contains("RangeError: Maximum call stack"));
    error(&mut context, "function f() { new AsyncContext.Snapshot().run(f) } f()");
    error(&mut context, "function* f() { yield* v.run('a', f) } f().next()");
    error(&mut context, "let w = () => w(); w = AsyncContext.Snapshot.wrap(w); v.run('a', w)");
}

#[test]
fn a_recursion_through_run_can_be_caught() {
    let script = "
        let depth = 0; const deep = () => { depth++; v.run(depth, deep); };
        try { deep() } catch (e) { see(e instanceof RangeError); see(e.message) } see(depth > 100); see(v.get());
        const snap = () => new AsyncContext.Snapshot().run(snap); try { snap() } catch (e) { see(e.name) }
        v.run('a', () => Promise.resolve().then(function f() { v.run('b', f) })).catch(e => see(e.name));";
    assert_eq!(seen(script), "true Maximum call stack size exceeded true undefined RangeError RangeError");
}

#[test]
fn a_limit_inside_an_async_generator_is_an_error() {
    let mut context = context();
    context.runtime_limits_mut().set_loop_iteration_limit(1000);
    let text = error(&mut context, "async function* g() { while (true); } v.run('a', g).next()");
    assert!(text.contains("limit"), "{text}");
    // A thread of the test runner has a native stack of 2 MiB.
    context.runtime_limits_mut().set_recursion_limit(128);
    error(&mut context, "async function* f() { yield* v.run('a', f) } f().next()");
}

#[test] // A known limitation: the engine drops the error of a limit after an await.
fn a_limit_after_an_await_ends_the_function_silently() {
    let mut context = context();
    context.runtime_limits_mut().set_loop_iteration_limit(1000);
    run(
        &mut context,
        "v.run('a', async () => { await 0; see('before'); while (true); }).then(() => see('never'), () => see('never'));",
    );
    run(&mut context, "see(v.get())");
    assert_eq!(take(), "before undefined");
}

#[test]
fn an_endless_queue_is_stopped() {
    let mut context = context();
    context.downcast_job_executor::<EventLoop>().unwrap().limit_jobs(500);
    evaluate(&mut context, "(function f() { v.run('a', () => Promise.resolve().then(f)) })()", None).unwrap();
    let error = context.run_jobs().unwrap_err();
    assert!(error.to_string().contains("reached its limit of jobs"), "{error}");
    // No job is lost: with a higher limit the other jobs run in order.
    let mut context = crate::context();
    context.downcast_job_executor::<EventLoop>().unwrap().limit_jobs(2);
    evaluate(&mut context, "for (const n of [1, 2, 3, 4]) Promise.resolve().then(() => see(n));", None).unwrap();
    context.run_jobs().unwrap_err();
    context.downcast_job_executor::<EventLoop>().unwrap().limit_jobs(u64::MAX);
    context.run_jobs().unwrap();
    assert_eq!(take(), "1 2 3 4");
}

#[test]
fn a_buffer_beyond_memory_is_an_error() {
    let mut context = context();
    assert!(error(&mut context, "v.run('a', () => new ArrayBuffer(2 ** 40))").contains("RangeError"));
}

#[test] // sec-asynccontext-variable
fn exceptions_of_options_are_propagated() {
    let script = "
        const fails = make => { try { make(); see('no') } catch (e) { see(e.name + e.message) } };
        fails(() => new AsyncContext.Variable({ get name() { throw new Error(1) } }));
        fails(() => new AsyncContext.Variable({ get defaultValue() { throw new Error(2) } }));
        fails(() => new AsyncContext.Variable({ name: { toString() { throw new Error(3) } } }));
        fails(() => new AsyncContext.Variable(new Proxy({}, { has() { throw new Error(4) } })));
        const r = Proxy.revocable({}, {}); r.revoke();
        fails(() => new AsyncContext.Variable(r.proxy));
        fails(() => new AsyncContext.Variable({ name: Symbol() }));
        fails(() => { class V extends AsyncContext.Variable { constructor() {} } new V });";
    assert_eq!(seen(script).split("Error").count(), 8, "seven errors");
}

#[test] // sec-asynccontext-snapshot.wrap
fn a_callback_that_is_not_callable_restores_the_mapping() {
    let script = "
        const f = Proxy.revocable(() => {}, {}); const p = f.proxy; f.revoke();
        const tries = [() => v.run('a', 1), () => v.run('a'), () => v.run('a', p), () => new AsyncContext.Snapshot().run({}),
            () => AsyncContext.Snapshot.wrap(p), () => AsyncContext.Snapshot.wrap(null), () => v.get.call({}), () => v.run.call(1)];
        for (const t of tries) { try { t(); see('no') } catch (e) { see(e.name + v.get()) } }";
    assert_eq!(seen(script), ["TypeErrorundefined"; 8].join(" "));
}

#[test] // sec-newpromiseresolvethenablejob
fn a_then_that_throws_rejects() {
    let script = "
        const thenable = { get then() { throw 'getter' } };
        v.run('a', () => Promise.resolve(thenable)).catch(see);
        v.run('b', () => Promise.resolve({ then(ok) { ok(1); throw 'late' } })).then(see);
        v.run('c', async () => { try { await { then() { throw 'then' } } } catch (e) { see(e + v.get()) } });";
    assert_eq!(seen(script), "getter 1 thenc");
}

#[test]
fn a_context_without_the_hooks_is_rejected() {
    let mut context = ContextBuilder::new().build().unwrap();
    let error = install_with(&mut context).unwrap_err();
    assert!(error.to_string().contains("Hooks"), "{error}");
}
