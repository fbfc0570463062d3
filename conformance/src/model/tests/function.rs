//! Async functions, and the host's callbacks.

use std::rc::Rc;

use super::{fails, sees, sees_with};
use crate::model::world::{Budget, World};
use crate::model::{FaultKind, Quirk, Quirks, Schedule};

#[test]
fn an_async_function_leaves_the_mapping_of_its_caller() {
    sees("var v; run v a { task t { get v; await tick; get v } }; run v b { get v }", "main b; t a a");
}

#[test]
fn every_form_of_await_keeps_the_mapping() {
    sees(
        "var v; deferred d; run v a { task t { await tick; get v; await value; get v; await timer; get v; await d; get v } }; run v b { resolve d }; await t; get v",
        "main none; t a a a a",
    );
}

#[test]
fn tasks_interleave_and_observe_their_own_bindings() {
    sees(
        "var v; run v a { task t1 { await tick; get v; await timer; get v } }; run v b { task t2 { get v; await timer; get v } }; await t1; await t2; get v",
        "main none; t1 a a; t2 b b",
    );
}

#[test]
fn run_async_lasts_over_its_awaits_and_stays_in_its_strand() {
    sees("var v; run-async v a { get v; await timer; get v; run v b { get v } }; get v", "main a a b none");
    sees("var v; run v a { snapshot s }; run-async v b { in-async s { await tick; get v }; get v }", "main a b");
    sees("var v; try { run-async v a { await tick; throw x } }; catch { caught; get v }", "main x none");
}

#[test]
fn a_rejected_await_resumes_in_its_own_mapping() {
    sees(
        "var v; deferred d; run v a { task t { try { await d }; catch { caught; get v } } }; run v b { reject d x }; await t",
        "t x a",
    );
}

#[test]
fn a_task_that_returns_a_promise_is_settled_by_it() {
    sees("deferred d; task t { return d }; try { reject d x; await t }; catch { caught }", "main x");
}

#[test]
fn microtasks_and_timers_run_where_they_were_queued() {
    sees("var v; run v a { microtask m { get v }; timer t { get v } }; await m; await t; get v", "m a; main none; t a");
}

#[test]
fn listeners_run_in_the_mapping_and_strand_of_the_dispatch() {
    sees("var v; emitter e; run v a { on e { get v } }; on e { log second }; run v b { emit e }", "main b second");
    sees("emitter e; on e { throw x }; on e { log never }; try { emit e }; catch { caught }", "main x");
}

#[test]
fn a_cleanup_callback_runs_in_the_mapping_of_its_registry() {
    let text = "var v; run v a { finalizer f { get v } }; run-async v b { drop f; get v }";
    sees(text, "f a; main b");
    sees_with([Quirk::FinalizerEmpty], text, "f none; main b");
}

#[test]
fn a_module_starts_in_the_empty_mapping() {
    let text = "var v; run-async v a { module m { get v; await tick; get v; run v b { get v } }; get v }";
    sees(text, "m none none b; main a");
    sees_with([Quirk::ModuleInherit], text, "m a a b; main a");
}

#[test]
fn a_module_that_throws_rejects_its_import() {
    sees("var v; run-async v a { try { module m { throw x } }; catch { caught; get v } }", "main x a");
}

#[test]
fn a_thread_starts_in_the_empty_mapping_of_its_own_agent() {
    sees("var v; run-async v a { thread t { get v; run v b { get v } }; await t; get v }", "main a; t none b");
    sees("thread t { throw x }; try { await t }; catch { caught }", "main x");
}

#[test]
fn catch_callbacks_and_their_strands_know_the_caught_value() {
    sees("try { throw x }; catch { task t { caught }; microtask m { caught } }", "m x; t x");
}

#[test]
fn a_callback_that_starts_a_strand_exports_its_names() {
    sees("microtask m { deferred d; task t { await d; log done } }; await m; resolve d; await t", "t done");
}

#[test]
fn dependence_on_the_schedule_is_a_fault_of_a_strand() {
    // Two strands use `c` concurrently, which the static rules exclude.
    let (fault, _) = fails("emitter c; timer a { on c { log x } }; timer b { emit c }; await a; await b");
    assert_eq!(fault.kind, FaultKind::Schedule);
    assert!(fault.message.contains("`b` observes `x` first in, first out, but nothing in another order"), "{fault}");
}

#[test]
fn a_program_that_runs_too_long_is_a_fault() {
    let mut text = "fn f0 { log x }; ".to_owned();
    for i in 1..24 {
        text += &format!("fn f{i} {{ call f{}; call f{} }}; ", i - 1, i - 1);
    }
    let (fault, _) = fails(&(text + "call f23"));
    assert_eq!(fault.kind, FaultKind::Budget);
}

#[test]
fn deep_programs_run_or_fail_but_never_overflow_the_stack() {
    let nested = "run v a { ".repeat(58) + "get v" + &" }".repeat(58);
    sees_with([], &format!("var v; {nested}"), "main a");
    let chain = |first: &str, link: &dyn Fn(usize) -> String, last: &str, n: usize| {
        let links: String = (1..n).map(link).collect();
        format!("var v; {first}; {links}{last}{}", n - 1)
    };
    let wraps = |n| chain("fn f0 { log x }", &|i| format!("wrap f{i} f{}; ", i - 1), "call f", n);
    sees_with([], &wraps(3000), "main x");
    let (fault, _) = fails(&wraps(5000));
    assert_eq!(fault.kind, FaultKind::Budget);
    let first = "fn f0 { log x }";
    let link = |i| format!("fn f{i} {{ run v {i} {{ try {{ call f{} }}; finally {{ log y }} }} }}; ", i - 1);
    let outcome = super::run(&super::program(&chain(first, &link, "call f", 900)), Schedule::Fifo, &Quirks::NONE);
    assert_eq!(outcome.map(|outcome| outcome.strand("main").len()), Ok(900));
    let first = "generator g0 { yield }";
    let link = |i| format!("generator g{i} {{ for-of g{} {{ yield }} }}; ", i - 1);
    sees_with([], &chain(first, &link, "log end; next g", 1900), "main end");
    let first = "async-generator g0 { yield }";
    let link = |i| format!("async-generator g{i} {{ yield-from g{} }}; ", i - 1);
    sees_with([], &chain(first, &link, "log end; next g", 1900), "main end");
}

#[test]
fn a_run_leaves_nothing_behind() {
    // Suspended bodies and pending reactions hold each other until the end of the world.
    for text in [
        "deferred d; generator g { yield }; next g; task t { await d }; then d q { log x }",
        "async-generator g { yield }; next g p; await p; throw x",
    ] {
        let program = super::program(text);
        let world = World::new(Schedule::Fifo, Quirks::NONE, Budget { steps: 100, depth: 100 });
        let weak = Rc::downgrade(&world);
        world.start_main(&program);
        world.run_jobs();
        let _ = world.finish();
        drop(world);
        assert!(weak.upgrade().is_none(), "{text}");
    }
}
