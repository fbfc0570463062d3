//! Extensions: guards, enter-with, disable, exit, resources.

use super::{sees, sees_with};
use crate::model::Quirk;

#[test]
fn a_guard_binds_until_it_is_left_or_its_frame_ends() {
    sees("var v; enter g v a; get v; leave g; get v; run v b { enter h v c; get v }; get v", "main a none c none");
    sees("var v; run v b { enter h v c }; leave h; get v", "main none");
}

#[test]
fn guards_are_left_in_any_order() {
    sees("var v; enter g v a; enter h v b; leave g; get v; leave h; get v", "main b none");
    sees("var v; var w; enter g v a; enter h w b; leave g; get v; get w; leave h; get w", "main none b none");
}

#[test]
fn leaving_twice_does_nothing_more() {
    sees("var v; run v o { enter g v a; enter h v b; leave g; leave g; get v; leave h; get v }", "main b o");
}

#[test]
fn a_snapshot_keeps_a_guards_binding() {
    sees("var v; enter g v a; snapshot s; leave g; in s { get v }", "main a");
}

#[test]
fn a_guard_left_in_an_inner_frame_ends_with_that_frame() {
    sees("var v; var w; enter g v a; run w b { leave g; get w; get v }; get v", "main b a none");
    sees("var v; enter g v a; task t { leave g; await tick }; await t; get v", "main none");
}

#[test]
fn a_guard_stays_in_effect_over_an_await() {
    sees(
        "var v; run v o { task t { enter g v a; await timer; get v; leave g; get v; await tick; get v }; get v }; await t; get v",
        "main o none; t a o o",
    );
    sees("var v; run-async v o { enter g v a; await tick; get v; leave g; get v }; get v", "main a o none");
}

#[test]
fn a_guard_stays_in_effect_over_a_yield() {
    let text = "var v; run v i { generator g { enter h v a; yield; get v; leave h; get v } }; \
         run v b { next g; get v }; run v c { next g; get v }";
    sees(text, "g a i; main b c");
    let text = "var v; run v i { async-generator g { enter h v a; yield; get v; leave h; get v } }; \
         run v b { next g p; get v }; await p; run v c { next g q; get v }; await q";
    sees(text, "g a i; main b c");
}

#[test]
fn a_strand_leaves_its_guards_before_it_rejects() {
    sees("var v; unhandled u { get v }; run v o { task t { enter g v a; throw x } }; await timer", "u o");
}

#[test]
fn a_plain_function_binds_for_its_caller_a_wrapped_one_not() {
    sees("var v; fn f { enter-with v a }; wrap w f; call w; get v; call f; get v", "main none a");
    sees("var v; emitter e; on e { enter-with v a }; run v b { emit e; get v }; get v", "main a none");
}

#[test]
fn enter_with_and_disable_last_for_the_rest_of_the_frame() {
    sees("var v default=d; run v a { enter-with v b; get v; disable v; get v }; get v", "main b d d");
    sees("var v; run v a { snapshot s; disable v; in s { get v }; get v }", "main a none");
    sees("var v; enter g v a; enter-with v b; leave g; get v", "main b");
}

#[test]
fn hide_takes_the_binding_away() {
    let text =
        "var v default=d; run v a { snapshot s; hide v { get v; in s { get v }; run v b { get v }; get v }; get v }";
    sees(text, "main d a b d a");
}

#[test]
fn exit_binds_undefined() {
    let text = "var v default=d; run v a { exit v { get v; run v b { get v }; get v }; get v }";
    sees(text, "main none b none a");
    sees_with([Quirk::AlsExit], text, "main d b a a");
}

#[test]
fn a_resource_runs_in_the_mapping_of_its_creation() {
    let text = "var v; run v a { resource r }; run v b { in-resource r { get v; enter-with v c }; get v }; in-resource r { get v }";
    sees(text, "main a b a");
    sees_with([Quirk::AlsEnterLeak, Quirk::AlsResourceKeeps], text, "main a b c");
}

#[test]
fn a_channel_keeps_what_its_listener_binds() {
    let text = "var v; run v a { channel c }; listen c o { get v; enter-with v b }; post o; post o";
    sees(text, "o none none");
    sees_with([Quirk::MessageCreate], text, "o a a");
    sees_with([Quirk::MessageCreate, Quirk::AlsEnterLeak, Quirk::AlsResourceKeeps], text, "o a b");
}

#[test]
fn bindings_that_leak_are_a_quirk() {
    let leak = [Quirk::AlsEnterLeak];
    sees_with(leak, "var v; var w; run w o { enter-with v a }; get v; get w", "main a none");
    sees_with(leak, "var v; task t { enter-with v a; await tick }; get v", "main a");
    sees_with(leak, "var v; enter g v a; enter h v b; leave g; get v; leave h; get v", "main none a");
    let prefix = [Quirk::AlsEnterPrefix];
    sees_with(prefix, "var v; var w; run w o { enter-with v a }; get v; get w", "main none none");
    sees_with(prefix, "var v; run v b { task t { enter-with v a; await tick }; get v }; get v", "main a none");
    let guarded = "var v; var w; enter g v a; task t { enter-with w b; enter h v c; await tick; leave h; get v }; \
         get v; leave g; get v; get w; await t";
    sees_with(prefix, guarded, "main c c b; t a");
    let text = "var v; enter g v a; snapshot s; in s { leave g; get v }; get v; run-async v b { leave g }; get v";
    sees_with(prefix, text, "main a none none");
    sees_with(prefix, "var v; enter g v a; run-async v b { await tick; leave g; get v }; get v", "main b a");
    let text = "var v; async-generator g { await tick; enter-with v a; yield; get v; enter-with v b; yield; get v }; \
         next g p; await p; next g q; await q; next g r; await r";
    sees(text, "g a b");
    sees_with([Quirk::AlsEnterAgen], text, "g none b");
    let same = "var v; run v a { run v a { enter-with v b }; get v }; get v";
    sees_with(leak, same, "main a none");
    sees_with([Quirk::AlsEnterLeak, Quirk::AlsRunSame], same, "main b none");
}

#[test]
fn disable_of_an_instance_is_a_quirk() {
    let text = "var v; run v a { snapshot s; disable v; in s { get v }; run v b { get v }; get v; in s { get v } }";
    sees(text, "main a b none a");
    sees_with([Quirk::AlsDisableOff], text, "main none b a a");
    sees_with([Quirk::AlsDisableInPlace], text, "main none b none none");
}

#[test]
fn a_lost_default_is_a_quirk() {
    sees_with([Quirk::AlsDefaultLost], "var v default=d; get v; run v a { get v }; get v", "main d a none");
}
