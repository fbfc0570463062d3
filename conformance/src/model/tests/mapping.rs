//! Variables and snapshots.

use super::{fails, sees};
use crate::model::FaultKind;

#[test]
fn get_gives_the_default_where_nothing_is_bound() {
    sees("var v default=d; get v; run v a { get v }; get v", "main d a d");
    sees("var v; get v", "main none");
}

#[test]
fn run_nests_and_restores() {
    sees("var v; run v a { get v; run v b { get v }; get v }; get v", "main a b a none");
}

#[test]
fn run_binds_one_variable_and_keeps_the_others() {
    sees("var v; var w; run v a { run w b { get v; get w; run v c { get w; get v } }; get w }", "main a b b c none");
}

#[test]
fn a_variable_bound_to_undefined_does_not_use_its_default() {
    sees("var v default=d; run v none { get v }; run v d { get v }", "main none d");
}

#[test]
fn run_restores_when_its_body_throws() {
    sees("var v; run v a { try { run v b { run v c { throw x } } }; catch { caught; get v } }; get v", "main x a none");
}

#[test]
fn a_throw_passes_through_two_runs() {
    sees("var v; try { run v a { run v b { throw x } } }; catch { get v }; finally { get v }", "main none none");
}

#[test]
fn finally_runs_and_its_own_throw_wins() {
    sees("try { try { throw a }; finally { throw b } }; catch { caught }", "main b");
    sees("try { throw a }; catch { caught; try { throw b }; catch { caught }; caught }", "main a b a");
}

#[test]
fn name_is_empty_by_default() {
    sees("var v; var w name=request; name v; name w", "main  request");
}

#[test]
fn a_snapshot_holds_the_mapping_of_its_creation() {
    sees("var v; run v a { snapshot s }; run v b { in s { get v; run v c { get v } }; get v }", "main a c b");
}

#[test]
fn a_snapshot_made_in_a_snapshot_holds_that_mapping() {
    sees("var v; run v a { snapshot s }; run v b { in s { snapshot t } }; run v c { in t { get v } }", "main a");
}

#[test]
fn a_variable_made_after_a_snapshot_is_unbound_in_it() {
    sees("snapshot s; var v default=d; run v a { in s { get v } }", "main d");
}

#[test]
fn a_wrapped_function_runs_in_its_own_mapping() {
    sees("var v; run v a { fn f { get v }; wrap w f }; run v b { call f; call w; get v }", "main b a b");
}

#[test]
fn the_inner_wrap_wins() {
    sees("var v; fn f { get v }; run v a { wrap w f }; run v b { wrap ww w }; run v c { call ww }", "main a");
}

#[test]
fn a_wrapped_function_restores_when_it_throws() {
    sees(
        "var v; fn f { throw x }; run v a { wrap w f }; run v b { try { call w }; catch { caught; get v } }",
        "main x b",
    );
}

#[test]
fn observations_carry_their_labels() {
    let outcome = crate::model::decide(&super::program("var v; get v as=before; log 1 as=it"), 1);
    let outcome = outcome.expect("it has an outcome");
    let labels: Vec<_> = outcome.strand("main").iter().map(|seen| seen.label.as_deref()).collect();
    assert_eq!(labels, [Some("before"), Some("it")]);
}

#[test]
fn an_exception_out_of_main_is_a_fault_at_its_statement() {
    let (fault, place) = fails("var v; run v a { throw x }");
    assert_eq!(fault.kind, FaultKind::Uncaught);
    assert_eq!(place.trim(), "throw x");
    assert!(fault.message.contains("`x` is thrown out of `main`"), "{fault}");
}
