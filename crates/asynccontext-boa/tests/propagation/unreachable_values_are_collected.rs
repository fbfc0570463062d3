//! The values of a mapping are collected when nothing can reach them.

use boa_engine::Context;

use crate::{context, run, take};

/// Evaluates `script` in a separate function. It passes objects to `watch(name, object)`. Then collects garbage and
/// returns the names of the objects that are still alive.
fn alive(script: &str) -> String {
    let mut context = context();
    run(
        &mut context,
        "
        var watched = new Map(); var kept = [];
        function watch(name, object) { watched.set(name, new WeakRef(object)); return object; }",
    );
    run(&mut context, &format!("(function () {{ {script} }})()"));
    survivors(&mut context)
}

fn survivors(context: &mut Context) -> String {
    // A WeakRef keeps its target alive until the job ends. After that, nothing in Rust holds it.
    context.clear_kept_objects();
    // The next collection frees the values that a finalizer released.
    boa_gc::force_collect();
    boa_gc::force_collect();
    run(context, "for (const [name, ref] of watched) if (ref.deref()) see(name);");
    take()
}

#[test]
fn a_value_is_dropped_with_its_run() {
    assert_eq!(alive("v.run(watch('value', {}), () => {}); kept.push(watch('control', {}));"), "control");
}

#[test]
fn a_snapshot_keeps_only_what_it_can_reach() {
    let script = "
        v.run(watch('outer', {}), () => v.run(watch('inner', {}), () => kept.push(new AsyncContext.Snapshot())));";
    assert_eq!(alive(script), "inner");
}

#[test]
fn a_value_that_holds_its_own_snapshot_is_collected() {
    let script = "
        const value = watch('value', {});
        v.run(value, () => { value.snapshot = watch('snapshot', new AsyncContext.Snapshot()); value.wrapped = AsyncContext.Snapshot.wrap(() => value); });";
    assert_eq!(alive(script), "");
}

#[test]
fn two_values_that_hold_each_other_s_snapshots_are_collected() {
    let script = "
        const w = new AsyncContext.Variable(), a = watch('a', {}), b = watch('b', {});
        v.run(a, () => b.snapshot = new AsyncContext.Snapshot());
        w.run(b, () => a.snapshot = new AsyncContext.Snapshot());";
    assert_eq!(alive(script), "");
}

#[test]
fn an_abandoned_generator_is_collected() {
    let script = "
        function* body() { yield 1; yield 2 }
        async function* later() { yield 1 }
        const value = watch('value', {});
        v.run(value, () => { value.fresh = body(); value.started = body(); value.started.next(); value.later = later(); value.later.next(); });
        const other = watch('other', {});
        const wrapped = function* () { arguments; yield };
        v.run(other, () => { other.generator = wrapped(); other.generator.next(); });";
    assert_eq!(alive(script), "");
}

#[test]
fn a_live_generator_keeps_its_mapping_alive() {
    let script = "function* body() { yield } v.run(watch('value', {}), () => kept.push(body())); kept[0].next();";
    assert_eq!(alive(script), "value");
}

#[test]
fn a_reaction_that_never_runs_is_collected() {
    let script = "
        const value = watch('value', {});
        v.run(value, () => { value.promise = new Promise(() => {}).then(() => {}); (async () => { await new Promise(() => {}) })(); });";
    assert_eq!(alive(script), "");
}

#[test]
fn a_reaction_that_has_run_is_freed() {
    let script = "v.run(watch('value', {}), () => { kept.push(Promise.resolve().then(() => {})); });";
    assert_eq!(alive(script), "");
}

#[test]
fn a_handled_rejection_is_freed() {
    let script = "v.run(watch('value', {}), () => { Promise.reject(watch('reason', {})).catch(() => {}); });";
    assert_eq!(alive(script), "");
}

#[test]
fn a_registry_keeps_its_mapping_alive() {
    assert_eq!(alive("v.run(watch('kept', {}), () => kept.push(new FinalizationRegistry(() => {})));"), "kept");
    let cycle =
        "const value = watch('value', {}); v.run(value, () => value.registry = new FinalizationRegistry(() => {}));";
    assert_eq!(alive(cycle), "");
}

#[test]
fn a_mapping_keeps_no_variable_alive() {
    let script = "
        const w = watch('variable', new AsyncContext.Variable());
        w.run(1, () => kept.push(new AsyncContext.Snapshot()));";
    assert_eq!(alive(script), "");
}

#[test] // A limit that the README states.
fn a_binding_outlives_its_variable() {
    let script = "
        watch('variable', new AsyncContext.Variable()).run(watch('value', {}), () => kept.push(new AsyncContext.Snapshot()));
        new AsyncContext.Variable().run(watch('unkept', {}), () => new AsyncContext.Snapshot());";
    assert_eq!(alive(script), "value");
}
