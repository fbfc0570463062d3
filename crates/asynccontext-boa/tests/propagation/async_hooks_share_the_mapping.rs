//! `node:async_hooks`.

use asynccontext_boa::evaluate_module;

use crate::{context, take};

fn seen(body: &str) -> String {
    let mut context = context();
    let text = format!(
        "import hooks, {{ AsyncLocalStorage, AsyncResource, executionAsyncId, triggerAsyncId, executionAsyncResource }} from 'node:async_hooks';
         const s = new AsyncLocalStorage(); {body}"
    );
    if let Err(error) = evaluate_module(&mut context, &text, None) {
        panic!("{}", asynccontext_boa::describe(&error, &context));
    }
    take()
}

#[test]
fn a_store_is_bound_by_run_and_inherited_by_started_work() {
    let body = "
        see(s.run('a', (x, y) => { see(s.getStore() + x + y); return 'result' }, 1, 2));
        await s.run('b', async () => { await 0; see(s.getStore()); s.run('c', () => Promise.resolve().then(() => see(s.getStore()))); });
        see(s.getStore());";
    assert_eq!(seen(body), "a12 result b c undefined");
}

#[test]
fn a_snapshot_of_one_kind_holds_the_other() {
    let body = "
        const snapshot = s.run('store', () => v.run('variable', () => new AsyncContext.Snapshot()));
        snapshot.run(() => see(s.getStore() + v.get()));
        v.run('x', () => s.run('y', () => AsyncLocalStorage.snapshot()))(() => see(v.get() + s.getStore()));
        see(s.run('bound', () => AsyncLocalStorage.bind(() => s.getStore()))());";
    assert_eq!(seen(body), "storevariable xy bound");
}

#[test]
fn exit_unbinds_and_disable_unbinds_the_rest_of_the_frame() {
    let body = "
        const d = new AsyncLocalStorage({ defaultValue: 'default', name: 'named' });
        d.run('a', () => { d.exit(() => { see(d.getStore()); d.run('b', () => see(d.getStore())); see(d.getStore()); }); see(d.getStore()); });
        const snapshot = d.run('a', () => { const s = AsyncLocalStorage.snapshot(); d.disable(); see(d.getStore()); return s; });
        snapshot(() => see(d.getStore())); see(d.getStore()); see(d.name);";
    assert_eq!(seen(body), "undefined b undefined a default a default named");
}

#[test]
fn enter_with_lasts_for_the_rest_of_the_frame() {
    let body = "
        s.run('a', () => { s.enterWith('b'); see(s.getStore()); Promise.resolve().then(() => see('then' + s.getStore())); });
        see(s.getStore());
        await (async () => { await 0; s.enterWith('in'); await 0; see(s.getStore()); })();
        see(s.getStore());
        function* g() { s.enterWith('g'); yield; see(s.getStore()); }
        const it = g(); it.next(); see(s.getStore()); it.next();";
    assert_eq!(seen(body), "b undefined thenb in undefined undefined g");
}

#[test]
fn a_scope_can_be_left() {
    let body = "
        s.run('a', () => { const scope = s.withScope('b'); see(s.getStore()); scope.dispose(); scope.dispose(); see(s.getStore()); });
        const scope = s.withScope('top'); see(s.getStore()); scope.dispose(); see(s.getStore());";
    assert_eq!(seen(body), "b a top undefined");
}

#[test]
fn a_resource_runs_in_its_creation_mapping() {
    let body = "
        class R extends AsyncResource { constructor() { super('R') } }
        const r = s.run('made', () => new R()), outer = executionAsyncId();
        s.run('x', () => see(r.runInAsyncScope(function (a) {
            see(s.getStore() + this.that + a + (executionAsyncId() === r.asyncId()) + (triggerAsyncId() === outer) + (executionAsyncResource() === r));
            return new R().triggerAsyncId() === r.asyncId();
        }, { that: 1 }, 2)));
        see(executionAsyncId() === outer); see(r.emitDestroy() === r);
        const bound = r.bind(function f(a, b) { see(s.getStore() + this.x) }); bound.call({ x: 1 }); see(bound.name + bound.length);
        see(s.run('static', () => AsyncResource.bind(() => s.getStore()))());
        try { new AsyncResource() } catch (e) { see(e.name) } see(hooks.AsyncResource === AsyncResource);";
    assert_eq!(seen(body), "made12truetruetrue true true true made1 bound f2 static TypeError true");
}

#[test]
fn started_work_has_an_id_of_its_own_and_the_trigger_that_started_it() {
    let body = "
        const r = new AsyncResource('R');
        await new Promise(done => r.runInAsyncScope(() => Promise.resolve().then(() => {
            see(executionAsyncId() > r.asyncId()); see(triggerAsyncId() === r.asyncId()); done();
        })));
        const first = executionAsyncId(); await 0; see(executionAsyncId() > first);";
    assert_eq!(seen(body), "true true true");
}
