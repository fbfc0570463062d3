//! Generators.

use super::{fails, sees, sees_with};
use crate::model::{FaultKind, Quirk};

#[test]
fn a_body_runs_in_its_creation_mapping_for_every_resumer() {
    let text =
        "var v; run v i { generator g { get v; yield; get v } }; run v a { next g; get v }; run v b { next g; get v }";
    sees(text, "g i i; main a b");
    sees_with([Quirk::Gen], text, "g a b; main a b");
}

#[test]
fn return_and_throw_resume_in_the_mapping_of_the_creation() {
    let text =
        "var v; run v i { generator g { try { yield }; finally { get v } } }; next g; run v a { close g; get v }";
    sees(text, "g i; main a");
    sees_with([Quirk::Gen], text, "g a; main a");
    let text = "var v; run v i { generator g { try { yield }; catch { caught; get v } } }; next g; run v a { throw-in g x; get v }";
    sees(text, "g x i; main a");
    sees_with([Quirk::Gen], text, "g x a; main a");
}

#[test]
fn a_generator_that_is_closed_before_its_start_never_runs() {
    sees("generator g { log never }; close g; next g; log end", "main end");
    sees("generator g { log never }; try { throw-in g x }; catch { caught }; next g", "main x");
}

#[test]
fn an_exception_of_the_body_reaches_the_resumer_in_its_mapping() {
    sees(
        "var v; run v i { generator g { yield; throw x } }; next g; run v a { try { next g }; catch { caught; get v } }; next g",
        "main x a",
    );
    sees(
        "generator g { try { yield }; finally { log f } }; next g; try { throw-in g x }; catch { caught }",
        "g f; main x",
    );
}

#[test]
fn a_loop_consumes_and_break_or_a_throw_closes() {
    sees("var v; run v i { generator g { yield; get v; yield } }; run v a { for-of g { get v } }", "g i; main a a");
    let body = "var v; run v i { generator g { try { yield }; finally { get v } } }; ";
    sees(&format!("{body} run v a {{ for-of g {{ log 1; break }}; get v }}"), "g i; main 1 a");
    sees(&format!("{body} try {{ for-of g {{ throw x }} }}; catch {{ caught }}"), "g i; main x");
}

#[test]
fn an_exception_of_the_loop_wins_over_one_of_closing() {
    sees(
        "generator g { try { yield }; finally { throw y } }; try { for-of g { throw x } }; catch { caught }",
        "main x",
    );
    sees("generator g { try { yield }; finally { throw y } }; try { for-of g { break } }; catch { caught }", "main y");
}

#[test]
fn a_loop_in_a_generator_may_yield() {
    sees(
        "var v; run v h { generator h { yield; yield; get v } }; run v g { generator g { for-of h { yield; get v } } }; run v a { next g; next g; next g; get v }",
        "g g g; h h; main a",
    );
    sees(
        "generator h { try { yield }; finally { log h } }; generator g { for-of h { yield } }; next g; close g",
        "h h",
    );
}

#[test]
fn yield_star_delegates_every_kind_of_resumption() {
    let text = "var v; run v h { generator h { try { get v; yield; get v; yield }; catch { caught; get v }; finally { get v } } }; \
         run v g { generator g { get v; yield-from h; get v } }; ";
    sees(&format!("{text} run v a {{ next g; next g; next g; get v }}"), "g g g; h h h h; main a");
    sees(&format!("{text} run v a {{ next g; close g; get v }}"), "g g; h h h; main a");
    sees(&format!("{text} run v a {{ next g; throw-in g x; get v }}"), "g g g; h h x h h; main a");
    sees_with([Quirk::Gen], &format!("{text} run v a {{ next g }}; run v b {{ throw-in g x }}"), "g a b; h a x b b");
}

#[test]
fn a_binding_between_yields_ends_with_its_body() {
    sees(
        "var v; generator g { run v a { get v }; yield; get v; run v b { get v } }; run v c { next g; next g }",
        "g a none b",
    );
}

#[test]
fn a_generator_may_stay_suspended() {
    sees("generator g { yield; log never }; next g; generator h { log never }", "");
}

#[test]
fn resuming_a_running_generator_is_a_type_error() {
    sees("generator g { try { next g }; catch { caught } }; next g", "g TypeError");
}

#[test]
fn a_yield_outside_a_generator_is_a_fault() {
    let (fault, _) = fails("var v; run v a { yield }");
    assert_eq!(fault.kind, FaultKind::Malformed);
}
