//! Sync and async generators: creation, each way to resume them, delegation and queues.

use crate::seen;

#[test] // sec-generatorstart
fn every_step_runs_in_the_creation_mapping() {
    let script = "
        function* body() { see(v.get()); yield; see(v.get()); yield; see(v.get()); }
        const g = v.run('made', body);
        v.run('first', () => g.next()); g.next(); v.run('third', () => g.next());
        see(v.get());";
    assert_eq!(seen(script), "made made made undefined");
}

#[test] // sec-generatorresume
fn the_mapping_of_the_resumer_is_restored_after_each_step() {
    let script = "
        function* body() { yield; throw 1; }
        const g = v.run('made', body);
        v.run('a', () => { g.next(); see(v.get()); try { g.next() } catch { see(v.get()) } g.next(); see(v.get()); });";
    assert_eq!(seen(script), "a a a");
}

#[test] // sec-generatorresumeabrupt
fn finally_and_catch_run_in_the_mapping_of_creation() {
    let script = "
        function* f() { try { yield } finally { see(v.get()) } }
        function* c() { try { yield } catch { see(v.get()); yield v.get() } }
        const g = v.run('f', f), h = v.run('c', c);
        g.next(); h.next();
        v.run('x', () => g.return()); see(v.run('y', () => h.throw()).value);";
    assert_eq!(seen(script), "f c c");
}

#[test] // sec-generatorresumeabrupt
fn a_generator_that_never_starts_runs_nothing() {
    let script = "
        function* body() { see('never') }
        const g = v.run('made', body), h = v.run('made', body);
        see(v.run('a', () => g.return(1)).value);
        try { h.throw('thrown') } catch (e) { see(e) }
        see(v.get());";
    assert_eq!(seen(script), "1 thrown undefined");
}

#[test] // sec-generator-function-definitions-runtime-semantics-evaluation
fn delegation_keeps_each_generator_s_own() {
    let script = "
        function* inner() { see('i' + v.get()); yield; see('i' + v.get()); }
        function* outer(g) { see('o' + v.get()); yield* g; see('o' + v.get()); yield* v.run('late', inner); see('o' + v.get()); }
        const g = v.run('outer', outer, v.run('inner', inner));
        for (const _ of g);";
    assert_eq!(seen(script), "oouter iinner iinner oouter ilate ilate oouter");
}

#[test] // sec-generatorstart
fn every_form_of_generator_function_captures() {
    let script = "
        'use strict';
        const body = 'see(v.get())', key = 'computed';
        class C { *m() { see(v.get()) } static *s() { see(v.get()) } *#p() { see(v.get()) } p() { return this.#p() }
                  [key] = function* () { see(v.get()) } }
        const o = { *m() { see(v.get()) }, async *a() { see(v.get()) }, *[key]() { see(v.get()) } };
        const run = (name, make) => v.run(name, make).next();
        run(1, () => new C().m()); run(2, C.s); run(3, () => new C().p()); run(4, () => new C().computed());
        run(5, o.m); run(6, o.a); run(7, o.computed);
        run(8, function* () { see(v.get()) }); run(9, function* named() { see(v.get()) });
        run(10, async function* () { see(v.get()) });";
    assert_eq!(seen(script), "1 2 3 4 5 6 7 8 9 10");
}

#[test] // sec-generatorstart
fn every_form_of_parameters_captures() {
    let script = "
        const run = (f, ...args) => v.run('made', f, ...args).next();
        run(function* (a) { see(v.get() + a) }, 1);
        run(function* (a, b = 2) { see(v.get() + b) });
        run(function* (a, /* , */) { see(v.get() + a) }, 3);
        run(function* (a /* , */) { see(v.get() + a) }, 4);
        run(function* ({ a }, [b]) { see(v.get() + a + b) }, { a: 5 }, [6]);
        run(function* (...rest) { see(v.get() + rest + Array.isArray(rest)) }, 7, 8);
        run(function* (a, ...[b, c = 9]) { see(v.get() + a + b + c) }, 1, 2);
        run(function* (a) { see(v.get() + a) }, 1, 'more', 'arguments');
        run(function* (a, b = v.get()) { see(b) });";
    assert_eq!(seen(script), "made1 made2 made3 made4 made56 made7,8true made129 made1 made");
}

#[test] // sec-asyncgeneratorstart
fn an_async_generator_resumes_in_its_creation_mapping() {
    let script = "
        async function* body() { see(v.get()); await 0; see(v.get()); yield; see(v.get()); await 0; see(v.get()); }
        const g = v.run('made', body);
        v.run('a', async () => { await g.next(); see(v.get()); await v.run('b', () => g.next()); see(v.get()); });";
    assert_eq!(seen(script), "made made a made made a");
}

#[test] // sec-asyncgeneratorresume
fn queued_requests_are_served_in_the_creation_mapping() {
    let script = "
        async function* body() { while (true) { see(v.get()); yield; } }
        const g = v.run('made', body);
        v.run('a', () => g.next()); v.run('b', () => g.next()); v.run('c', () => g.next());
        v.run('d', () => g.return()).then(() => see(v.get()));";
    assert_eq!(seen(script), "made made made undefined");
}

#[test] // sec-asyncgeneratorresume
fn async_finally_and_catch_run_in_the_mapping_of_creation() {
    let script = "
        async function* f() { try { yield } finally { see(v.get()); await 0; see(v.get()); } }
        async function* c() { try { yield } catch { see(v.get()) } }
        v.run('x', async () => {
            const g = v.run('f', f), h = v.run('c', c);
            await g.next(); await h.next();
            await g.return(); await h.throw();
            see(v.get());
        });";
    assert_eq!(seen(script), "f f c x");
}

#[test] // sec-generator-function-definitions-runtime-semantics-evaluation
fn async_delegation_keeps_each_generator_s_own() {
    let script = "
        async function* inner() { see('i' + v.get()); yield 1; await 0; see('i' + v.get()); }
        async function* outer(g) { yield* g; see('o' + v.get()); }
        const g = v.run('outer', outer, v.run('inner', inner));
        v.run('loop', async () => { for await (const _ of g) see(v.get()); });";
    assert_eq!(seen(script), "iinner loop iinner oouter");
}

#[test] // sec-asyncgeneratorresume
fn a_thenable_for_a_finished_generator_runs_as_its_caller() {
    let script = "
        async function* body() {}
        const thenable = { then(done) { see(v.get()); done(); } };
        const done = v.run('made', body), fresh = v.run('made', body);
        v.run('caller', () => fresh.return(thenable));
        done.next().then(() => v.run('late', () => done.return(thenable)));";
    assert_eq!(seen(script), "caller late");
}

#[test] // sec-asyncgeneratorresume
fn a_thenable_for_a_waiting_generator_runs_as_the_generator() {
    let script = "
        async function* body() { yield }
        const thenable = { then(done) { see(v.get()); done(); } };
        const g = v.run('made', body);
        g.next().then(() => v.run('caller', () => g.return(thenable)));";
    assert_eq!(seen(script), "made");
}

#[test] // sec-generatorstart
fn a_built_in_iterator_runs_in_the_mapping_of_its_caller() {
    let script = "
        const list = [0, 0]; Object.defineProperty(list, 1, { get: () => see(v.get()) });
        const it = v.run('made', () => list.values());
        it.next(); v.run('caller', () => it.next());
        const helper = v.run('made', () => [1].values().map(() => see(v.get())));
        v.run('caller', () => helper.next());";
    assert_eq!(seen(script), "caller caller");
}

#[test]
fn untransformed_text_keeps_the_mapping_of_the_first_step() {
    let mut context = crate::context();
    let text = "globalThis.body = function* () { see(v.get()); yield; see(v.get()); }";
    context.eval(boa_engine::Source::from_bytes(text)).unwrap();
    crate::run(
        &mut context,
        "const g = v.run('made', body); v.run('first', () => g.next()); v.run('second', () => g.next());",
    );
    assert_eq!(crate::take(), "first first");
}

#[test] // sec-generatorvalidate, sec-asyncgeneratorvalidate
fn a_method_of_one_kind_rejects_generators_of_the_other() {
    let script = "
        const s = v.run('made', function* () { see('ran') });
        const a = v.run('made', async function* () { see('ran') });
        const prototype = (generator) => Object.getPrototypeOf(Object.getPrototypeOf(generator));
        for (const how of ['next', 'return', 'throw']) {
            try { prototype(s)[how].call(a) } catch (error) { see(error.name) }
            const promise = prototype(a)[how].call(s);
            see(typeof promise.then);
            promise.catch((error) => see(error.name));
        }";
    let sync = "TypeError function TypeError function TypeError function";
    assert_eq!(seen(script), format!("{sync} TypeError TypeError TypeError"));
}
