//! Promise reactions, `await`, thenables, combinators and `FinalizationRegistry`.

use crate::seen;

#[test] // sec-performpromisethen
fn then_catch_and_finally_capture_at_their_call() {
    let script = "
        const ok = v.run('made', () => Promise.resolve()), bad = v.run('made', () => Promise.reject());
        v.run('then', () => ok.then(() => see(v.get())));
        v.run('catch', () => bad.catch(() => see(v.get())));
        v.run('finally', () => ok.finally(() => see(v.get())));
        v.run('two', () => bad.then(null, () => see(v.get())));";
    assert_eq!(seen(script), "then catch finally two");
}

#[test] // sec-newpromisereactionjob
fn the_derived_promise_is_settled_inside_the_mapping() {
    let script = "
        class Watched extends Promise {
            constructor(executor) {
                super((resolve, reject) => executor(
                    value => { see('resolve:' + v.get()); resolve(value); },
                    reason => { see('reject:' + v.get()); reject(reason); }));
            }
        }
        const p = Watched.resolve(1), q = Watched.reject(2);
        see('|');
        v.run('a', () => p.then(() => {}));
        v.run('b', () => q.catch(() => { throw 3 })).catch(() => {});";
    assert_eq!(seen(script), "resolve:undefined reject:undefined | resolve:a reject:b resolve:undefined");
}

#[test] // sec-newpromisereactionjob
fn a_missing_handler_settles_inside_the_mapping_too() {
    let script = "
        class Watched extends Promise {
            constructor(executor) {
                super((resolve, reject) => executor(
                    value => { see('resolve:' + v.get()); resolve(value); },
                    reason => { see('reject:' + v.get()); reject(reason); }));
            }
        }
        const p = Watched.resolve(1), q = Watched.reject(2);
        see('|');
        v.run('a', () => p.then());
        v.run('b', () => q.then(() => {})).catch(() => {});";
    assert_eq!(seen(script), "resolve:undefined reject:undefined | resolve:a reject:b resolve:undefined");
}

#[test] // sec-performpromisethen
fn a_missing_handler_passes_the_settlement_on() {
    let script = "
        Promise.resolve(1).then(undefined, 5).then(see);
        Promise.reject(2).then(null).catch(see);
        try { Promise.prototype.then.call({}) } catch (e) { see(e.name) }
        see(Promise.prototype.then.name + Promise.prototype.then.length);";
    assert_eq!(seen(script), "TypeError then2 1 2");
}

#[test] // sec-newpromiseresolvethenablejob
fn a_thenable_is_called_where_the_promise_was_resolved() {
    let script = "
        let resolve;
        v.run('made', () => new Promise(r => resolve = r));
        v.run('resolved', () => resolve({ then(done) { see(v.get()); done(); } }));
        v.run('rejecting', () => Promise.resolve({ then() { throw new Error(v.get()) } })).catch(e => see(e.message));";
    assert_eq!(seen(script), "resolved rejecting");
}

#[test] // sec-performpromisethen
fn await_resumes_in_its_mapping() {
    let script = "
        const work = async label => {
            see(label + v.get());
            await null;
            see(label + v.get());
            await v.run('inner', async () => { await null; see(label + v.get()); });
            see(label + v.get());
            try { await v.run('x', () => Promise.reject()); } catch { see(label + v.get()); }
        };
        v.run('A', work, 'a'); v.run('B', work, 'b');";
    assert_eq!(seen(script), "aA bB aA bB ainner binner aA bB aA bB");
}

#[test] // sec-performpromisethen
fn for_await_resumes_in_its_mapping() {
    let script = "
        const slow = { [Symbol.asyncIterator]() { let n = 0; return { next: async () => ({ done: n++ > 1, value: n }) } } };
        v.run('loop', async () => { for await (const n of slow) see(n + v.get()); see(v.get()); });";
    assert_eq!(seen(script), "1loop 2loop loop");
}

#[test] // sec-newpromisereactionjob
fn nothing_is_left_between_two_jobs() {
    let script = "
        v.run('a', () => Promise.resolve().then(() => {}));
        queue(() => see(v.get()));
        function queue(f) { Promise.resolve({ then: r => { r(); f(); } }); }";
    assert_eq!(seen(script), "undefined");
}

#[test] // sec-performpromisethen
fn combinators_capture_at_their_call() {
    let script = "
        const p = { then(done) { see(v.get()); done(); } };
        v.run('all', () => Promise.all([p])).then(() => see('outer:' + v.get()));
        v.run('any', () => Promise.any([p]));
        v.run('race', () => Promise.race([p]));
        v.run('settled', () => Promise.allSettled([p]));";
    assert_eq!(seen(script), "all any race settled outer:undefined");
}

#[test] // sec-finalization-registry-cleanup-callback
fn a_registry_calls_back_in_its_creation_mapping() {
    let script = "
        globalThis.registry = v.run('made', () => new FinalizationRegistry(held => see(held + ':' + v.get())));
        v.run('registered', () => { registry.register({}, 1); registry.register({}, 2); });
        Promise.resolve().then(() => v.run('collected', collect));";
    let mut calls: Vec<String> = seen(script).split(' ').map(str::to_owned).collect();
    calls.sort();
    assert_eq!(calls, ["1:made", "2:made"]);
}

#[test] // sec-host-cleanup-finalization-registry
fn the_callback_of_a_registry_restores_the_mapping() {
    let mut context = crate::context();
    let script = "
        globalThis.registry = v.run('made', () => new FinalizationRegistry(() => see(v.get())));
        registry.register({}, 1);
        Promise.resolve().then(collect);";
    crate::run(&mut context, script);
    asynccontext_boa::evaluate(&mut context, "see(v.get())", None).unwrap();
    assert_eq!(crate::take(), "made undefined");
}

#[test] // sec-asynccontextswap
fn every_switch_is_reported_with_its_cause_and_end() {
    use std::cell::RefCell;
    use std::rc::Rc;
    let mut context = crate::context();
    let shown = Rc::new(RefCell::new(Vec::new()));
    let note = Rc::clone(&shown);
    asynccontext_boa::on_switch(&context, move |switch| {
        let records = |mapping: &asynccontext_boa::Mapping| mapping.records().count();
        let text = format!("{:?} {}: {} to {}", switch.cause, switch.back, records(&switch.from), records(&switch.to));
        note.borrow_mut().push(text);
    });
    crate::run(&mut context, "v.run('a', () => Promise.resolve().then(() => {}));");
    let run = "VariableRun(JsString(\"\"))";
    let expected = [
        &format!("{run} false: 0 to 1"),
        &format!("{run} true: 1 to 0"),
        "JobCallback false: 0 to 1",
        "JobEnd true: 1 to 0",
    ];
    assert_eq!(*shown.borrow(), expected);
}
