//! Several realms of one context.

use crate::{context, give, run, take};

/// Returns a context whose `other` is the global object of a second realm.
fn two_realms() -> boa_engine::Context {
    let mut context = context();
    let realm = asynccontext_boa::create_realm(&mut context).unwrap();
    let before = context.enter_realm(realm);
    let other = context.global_object();
    context.enter_realm(before);
    give(&mut context, "other", other);
    context
}

fn seen(script: &str) -> String {
    run(&mut two_realms(), script);
    take()
}

#[test] // sec-agents
fn the_current_mapping_belongs_to_all_realms() {
    let script = "
        other.v = v; other.see = see;
        v.run('a', () => other.eval('see(v.get()); globalThis.w = new AsyncContext.Variable(); w.run(1, () => see(w.get() + v.get()))'));
        v.run('b', () => other.Promise.resolve().then(() => see(v.get())));
        see(other.AsyncContext === AsyncContext); see(other.AsyncContext.Variable.prototype.get.call(v));";
    assert_eq!(seen(script), "a 1a false undefined b");
}

#[test] // sec-generatorstart
fn a_generator_of_another_realm_captures() {
    let script = "
        other.v = v; other.see = see;
        const body = other.eval('(function* () { see(v.get()); yield; see(v.get()) })');
        const g = v.run('made', body);
        g.next(); Object.getPrototypeOf(function* () {}).prototype.next.call(g);";
    assert_eq!(seen(script), "made made");
}

#[test] // sec-asynccontext-variable
fn the_prototype_comes_from_the_realm_of_new_target() {
    let script = "
        const target = new other.Function(); target.prototype = 1;
        const made = Reflect.construct(AsyncContext.Variable, [], target);
        see(Object.getPrototypeOf(made) === other.AsyncContext.Variable.prototype);
        target.prototype = Object.prototype;
        see(Object.getPrototypeOf(Reflect.construct(AsyncContext.Snapshot, [], target)) === Object.prototype);
        let count = 0;
        Reflect.construct(AsyncContext.Variable, [], new Proxy(target, { get(t, k) { count += k === 'prototype'; return k === 'prototype' ? {} : t[k] } }));
        see(count);";
    assert_eq!(seen(script), "true true 1");
}
