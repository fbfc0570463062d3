//! `withScope`, `enterWith` and `disable` of `node:async_hooks`, by the rules of LITMUS.md for guards.

use crate::{context, run, take};

fn seen(script: &str) -> String {
    let mut context = context();
    let text = format!(
        "import {{ AsyncLocalStorage }} from 'node:async_hooks'; const als = new AsyncLocalStorage(), get = () => see(als.getStore()); {script}"
    );
    asynccontext_boa::evaluate_module(&mut context, &text, None).unwrap();
    run(&mut context, "");
    take()
}

#[test]
fn scopes_end_in_any_order() {
    let script = "
        const a = als.withScope('a'), b = als.withScope('b'); a.dispose(); get(); b.dispose(); get(); a.dispose(); b[Symbol.dispose](); get();
        { using c = als.withScope('c'); get(); { using d = als.withScope('d'); get(); } get(); } get();";
    assert_eq!(seen(script), "b undefined undefined c d c undefined");
}

#[test]
fn a_scope_that_is_left_in_an_inner_frame_ends_with_it() {
    let script = "
        const a = als.withScope('a'); als.run('r', () => { a.dispose(); get(); }); get();
        als.run('o', () => { const b = als.withScope('b'); als.run('x', () => als.run('y', () => b.dispose())); get(); });
        let late; als.run('p', () => { late = als.withScope('l'); get(); }); get(); als.run('q', () => { late.dispose(); get(); }); get();";
    assert_eq!(seen(script), "r undefined o l undefined q undefined");
}

#[test]
fn a_scope_that_is_disposed_of_in_another_flow_stays() {
    let script = "
        let scope; const flow = als.run('one', async () => { await 0; scope = als.withScope('scoped'); await 0; await 0; await 0; await 0; get(); scope.dispose(); get(); });
        als.run('two', async () => { while (!scope) await 0; scope.dispose(); get(); });
        await flow; get(); const mine = als.withScope('mine'); await Promise.resolve().then(() => { mine.dispose(); get(); }); get();";
    assert_eq!(seen(script), "two scoped one undefined mine mine");
}

#[test]
fn a_scope_follows_its_function_over_await_and_yield() {
    let script = "
        await als.run('o', async () => { await 0; const a = als.withScope('a'); await 0; get(); a.dispose(); get(); await 0; get(); });
        const it = als.run('g', function* () { const s = als.withScope('s'); yield; get(); s.dispose(); yield; get(); });
        it.next(); als.run('n', () => { it.next(); get(); it.next(); }); get();";
    assert_eq!(seen(script), "a o o s n g undefined");
}

#[test]
fn enter_with_is_one_of_the_bindings_of_a_frame() {
    let script = "
        als.run('o', () => { als.enterWith('e'); const a = als.withScope('a'); als.enterWith('f'); a.dispose(); get(); const b = als.withScope('b'); b.dispose(); get(); }); get();
        for (let i = 0; i < 3; i++) als.enterWith(i); const c = als.withScope('c'); for (let i = 0; i < 3; i++) als.enterWith(i); get(); c.dispose(); get();";
    assert_eq!(seen(script), "f f undefined 2 2");
}
