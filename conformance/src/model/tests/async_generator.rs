//! Async generators.

use super::{fails, sees, sees_with};
use crate::model::{FaultKind, Quirk};

#[test]
fn a_body_runs_in_its_creation_mapping_after_every_wait() {
    let text = "var v; run v i { async-generator g { get v; await tick; get v; yield; get v; await timer; get v } }; \
         run v a { next g p }; await p; run v b { next g q }; await q; get v";
    sees(text, "g i i i i; main none");
    sees_with([Quirk::Agen], text, "g a a b b; main none");
}

#[test]
fn queued_requests_are_served_in_the_mapping_of_the_creation() {
    let text = "var v; run v i { async-generator g { get v; yield; get v; yield; get v } }; \
         run v a { next g }; run v b { next g }; run v c { next g p }; await p";
    sees(text, "g i i i");
    sees_with([Quirk::Agen], text, "g a a a");
    sees_with([Quirk::AgenQueueEmpty], text, "g a none none");
}

#[test]
fn return_and_throw_resume_in_the_mapping_of_the_creation() {
    let text = "var v; run v i { async-generator g { try { yield }; finally { get v; await tick; get v } } }; next g p; await p; run v a { close g q }; await q";
    sees(text, "g i i");
    sees_with([Quirk::Agen], text, "g a a");
    sees(
        "var v; run v i { async-generator g { try { yield }; catch { caught; get v } } }; next g p; await p; run v a { throw-in g x q }; await q",
        "g x i",
    );
}

#[test]
fn a_request_settles_as_the_body_does() {
    sees(
        "async-generator g { yield; throw x }; next g p; await p; next g q; try { await q }; catch { caught }; next g r; await r; log end",
        "main x end",
    );
    sees("async-generator g { log never }; close g p; await p; next g q; await q; log end", "main end");
    sees(
        "async-generator g { log never }; throw-in g x p; try { await p }; catch { caught }; next g q; await q",
        "main x",
    );
}

#[test]
fn requests_queued_after_the_end_are_settled_after_it() {
    sees(
        "async-generator g { log 1 }; next g; next g p; throw-in g x q; close g r; next g s; await p; try { await q }; catch { caught }; await r; await s; log end",
        "g 1; main x end",
    );
}

#[test]
fn a_throwing_body_is_reported_in_its_creation_mapping() {
    // Under the other reading of the missing slot, the mapping of the first request would be observed.
    let text = "var v; unhandled u { get v }; run v i { async-generator g { yield; throw x } }; run v a { next g p }; await p; run v b { next g }; await timer";
    sees(text, "u i");
    sees_with([Quirk::Agen], text, "u b");
}

#[test]
fn a_loop_awaits_and_closes() {
    sees(
        "var v; run v i { async-generator g { get v; yield; await tick; get v } }; run-async v a { for-await g { get v; await tick; get v }; get v }",
        "g i i; main a a a",
    );
    let body = "var v; run v i { async-generator g { try { yield }; finally { await tick; get v } } }; ";
    sees(&format!("{body} run-async v a {{ for-await g {{ break }}; get v }}"), "g i; main a");
    sees(
        &format!("{body} run-async v a {{ try {{ for-await g {{ throw x }} }}; catch {{ caught; get v }} }}"),
        "g i; main x a",
    );
    sees("async-generator g { yield; throw x }; try { for-await g { log 1 } }; catch { caught }", "main 1 x");
}

#[test]
fn a_loop_in_an_async_generator_may_yield() {
    sees(
        "var v; run v h { async-generator h { yield; get v; yield } }; run v g { async-generator g { for-await h { yield; get v } } }; \
         run v a { next g p }; await p; run v b { next g q }; await q; run v c { next g r }; await r",
        "g g g; h h",
    );
}

#[test]
fn yield_star_delegates_every_kind_of_resumption() {
    let text = "var v; run v h { async-generator h { try { get v; yield; get v; yield }; catch { caught; get v }; finally { get v } } }; \
         run v g { async-generator g { get v; yield-from h; get v } }; run v a { next g p }; await p; ";
    sees(&format!("{text} run v b {{ next g q }}; await q; run v c {{ next g r }}; await r"), "g g g; h h h h");
    sees(&format!("{text} run v b {{ close g q }}; await q"), "g g; h h h");
    sees(&format!("{text} run v b {{ throw-in g x q }}; await q"), "g g g; h h x h h");
}

#[test]
fn yield_star_over_a_generator_adapts_it() {
    sees(
        "var v; run v h { generator h { try { get v; yield; yield }; finally { get v } } }; run v g { async-generator g { yield-from h; log never } }; \
         run v a { next g p }; await p; run v b { close g q }; await q; get v",
        "h h h; main none",
    );
}

#[test]
fn an_async_generator_may_stay_suspended_but_not_waiting() {
    sees("async-generator g { yield; log never }; next g p; await p", "");
    let (fault, place) = fails("deferred d; async-generator g { await d }; next g");
    assert_eq!(fault.kind, FaultKind::Deadlock);
    assert_eq!(place.trim(), "await d");
}
