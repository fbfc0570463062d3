//! Promises, reactions, thenables, rejections.

use super::{fails, sees, sees_with};
use crate::model::{FaultKind, Quirk};

#[test]
fn a_reaction_runs_in_the_mapping_of_its_registration() {
    sees(
        "var v; run v a { deferred d }; run v b { then d q { get v } }; run v c { resolve d }; await q; get v",
        "main none; q b",
    );
    sees("var v; deferred d; run v b { catch d q { get v; caught } }; run v c { reject d x }; await q", "q b x");
    sees("var v; deferred d; run v b { finally d q { get v } }; run v c { resolve d }; await q", "q b");
    sees(
        "var v; deferred d; run v b { finally d q { get v } }; run v c { reject d x }; try { await q }; catch { caught }",
        "main x; q b",
    );
}

#[test]
fn registering_on_a_settled_promise_is_the_same() {
    sees("var v; deferred d; run v a { resolve d }; run v b { then d q { get v } }; await q", "q b");
}

#[test]
fn registering_a_reaction_leaves_the_mapping_unchanged() {
    sees(
        "var v; deferred d; run v a { then d q { get v } }; get v; resolve d; get v; await q; get v",
        "main none none none; q a",
    );
}

#[test]
fn without_a_handler_the_settlement_passes_through() {
    sees("deferred d; then d q; try { reject d x; await q }; catch { caught }", "main x");
    sees("var v; deferred d; catch d q { log never }; run v a { then q r { get v } }; resolve d; await r", "r a");
    sees(
        "deferred d; finally d q { log f }; then q r { log never }; catch r s { caught }; reject d x; await s",
        "q f; s x",
    );
}

#[test]
fn an_exception_of_a_callback_rejects_its_promise() {
    sees("deferred d; then d q { throw x }; catch q r { caught }; resolve d; await r", "r x");
    sees("deferred d; finally d q { throw y }; catch q r { caught }; reject d x; await r", "r y");
}

#[test]
fn a_value_that_a_callback_returns_resolves_its_promise() {
    sees("deferred d; deferred e; then d q { return e }; catch q r { caught }; resolve d; reject e x; await r", "r x");
}

#[test]
fn only_the_first_settlement_counts() {
    sees("deferred d; deferred e; resolve d with=e; reject d x; resolve e; await d; log ok", "main ok");
}

#[test]
fn a_thenable_is_called_in_the_mapping_of_its_adoption() {
    sees(
        "var v; run v a { deferred d }; thenable h { get v; resolve h }; run v b { resolve d with=h }; await d; get v",
        "h b; main none",
    );
    sees(
        "var v; thenable h { get v; reject h x }; run-async v a { try { await h }; catch { caught; get v } }",
        "h a; main x a",
    );
    sees("var v; thenable h { get v; resolve h }; run v a { task t { return h } }; await t", "h a");
}

#[test]
fn a_throwing_thenable_rejects_unless_it_has_resolved() {
    sees("thenable h { throw x }; try { await h }; catch { caught }", "main x");
    sees("thenable h { resolve h; throw x }; await h; log ok", "main ok");
}

#[test]
fn a_nested_thenable_is_adopted_in_the_resolving_mapping() {
    sees(
        "var v; thenable i { get v; resolve i }; thenable h { run v b { resolve h with=i } }; run-async v a { await h }",
        "i b",
    );
}

#[test]
fn a_rejection_is_reported_in_the_mapping_of_the_reject_call() {
    let text = "var v; unhandled u { get v }; run v c { deferred d }; run v r { reject d x }; await timer";
    sees(text, "u r");
    sees_with([Quirk::RejectCreate], text, "u c");
    sees_with([Quirk::RejectEmpty], text, "u none");
}

#[test]
fn a_rejection_handled_before_the_queue_drains_is_silent() {
    sees(
        "unhandled u { log never }; deferred d; reject d x; await tick; catch d q { caught }; await q; await timer",
        "q x",
    );
}

#[test]
fn only_the_last_promise_of_a_chain_is_reported() {
    sees(
        "var v; unhandled u { get v }; deferred d; run v a { then d q { log never } }; run v r { reject d x }; await timer",
        "u a",
    );
}

#[test]
fn a_throwing_task_is_reported_in_the_mapping_of_the_throw() {
    sees("var v; unhandled u { get v }; run v a { task t { await tick; throw x } }; await timer", "u a");
}

#[test]
fn every_listener_is_called_for_every_rejection() {
    sees(
        "unhandled a { log x }; unhandled b { log y }; deferred d; deferred e; reject d 1; reject e 2; await timer",
        "a x x; b y y",
    );
}

#[test]
fn a_thenable_job_in_the_creation_mapping_is_a_quirk() {
    let text = "var v; run v a { deferred d }; thenable h { get v; resolve h }; run v b { resolve d with=h }; await d";
    sees(text, "h b");
    sees_with([Quirk::ThenableCreate], text, "h a");
}

#[test]
fn a_promise_that_is_never_settled_is_a_deadlock() {
    let (fault, place) = fails("deferred d; task t { await d }; await t");
    assert_eq!(fault.kind, FaultKind::Deadlock);
    assert_eq!(place.trim(), "await d");
    assert_eq!(fault.message, "`t` never ends: it waits here forever, and so do `main`");
}

#[test]
fn a_deadlock_in_an_async_callback_is_named_where_it_waits() {
    let (_, place) = fails("var v; deferred d; run-async v a { await d }");
    assert_eq!(place.trim(), "await d");
}

#[test]
fn an_exception_out_of_a_microtask_or_timer_is_a_fault() {
    for text in ["microtask m { throw x }", "timer m { throw x }"] {
        let (fault, place) = fails(text);
        assert_eq!(fault.kind, FaultKind::Uncaught);
        assert_eq!(place.trim(), "throw x");
    }
}
