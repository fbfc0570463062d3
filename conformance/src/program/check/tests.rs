//! One program that keeps to each rule, and one or more that break it, with the place.

use super::*;
use crate::program::parse::parse;

/// Returns the text and message of each mistake in a program.
fn mistakes(program: &str, rest: &str) -> Vec<(String, String)> {
    let source = format!("litmus 1\ncase c {{\nprogram {{\n{program}\n}}\n{rest}\n}}");
    let (file, diagnostics) = parse(&source);
    assert_eq!(diagnostics, [], "{source}");
    let text = |mistake: Diagnostic| (source[mistake.span.clone()].to_owned(), mistake.to_string());
    check(&file.cases[0]).into_iter().map(text).collect()
}

fn accepts(programs: &[&str]) {
    for program in programs {
        assert_eq!(mistakes(program, ""), [], "{program}");
    }
}

/// Each program, the place of its only mistake, and a part of the message.
fn rejects(programs: &[(&str, &str, &str)]) {
    for (program, place, message) in programs {
        let found = mistakes(program, "");
        assert_eq!(found.len(), 1, "{program}: {found:?}");
        assert_eq!(found[0].0, *place, "{program}: {found:?}");
        assert!(found[0].1.contains(message), "{program}: {found:?}");
    }
}

#[test]
fn r1_scope() {
    accepts(&[
        "var v; run v a { deferred d; run v b { snapshot s } }; resolve d; in s { get v }",
        "var v; run-async v a { snapshot s; in-async s { deferred d } }; in s {}; resolve d",
        "task t { deferred d }; await t; resolve d",
        "var v; run v a { task t { deferred d } }; await t; resolve d",
        "var v; task t { deferred d }; run-async v a { await t }; resolve d",
        "task t { task u { deferred d }; await u }; await t; resolve d",
        "task t { task u { deferred d } }; await t; await u; resolve d",
        "deferred p; then p q { deferred d }; await q; resolve d; resolve p",
        "deferred p; finally p q { deferred d }; await q; resolve d; resolve p",
        "timer m { deferred d }; await m; resolve d",
        "microtask m { snapshot s }; await m; in s {}",
        "module m { deferred d }; await m; resolve d",
        "deferred d; task t { microtask m { resolve d } }",
        "var v; exit v { deferred d }; resource r; in-resource r { deferred e }; resolve d; resolve e",
    ]);
    rejects(&[
        ("get v; var v", "v", "used before it is bound"),
        ("var v; var v", "v", "already bound"),
        ("var v; run v a { snapshot v }", "v", "already bound"),
        ("var tick", "tick", "reserved"),
        ("var main", "main", "reserved"),
        ("var counter; get countre", "countre", "did you mean `counter`?"),
        ("task t { deferred d }; resolve d", "d", "visible after `await t`"),
        ("task t { await t }", "t", "not visible in its own body"),
        ("task t { deferred d }; try { await t }; catch {}; resolve d", "d", "visible after `await t`"),
        ("try { deferred d }; finally {}; resolve d", "d", "bound in a body of `try`"),
        ("try {}; catch { deferred d }; resolve d", "d", "bound in a body of `try`"),
        ("deferred p; catch p q { deferred d }; await q; resolve d", "d", "bound in a body of `catch`"),
        ("generator g { deferred d }; next g; resolve d", "d", "bound in a body of `generator`"),
        ("thenable h { deferred d }; await h; resolve d", "d", "bound in a body of `thenable`"),
        ("generator g { next g }", "g", "not visible in its own body"),
    ]);
}

#[test]
fn r2_pure_bodies() {
    accepts(&[
        "var v; snapshot s; fn f { get v; name v; log x; run v a { in s { get v } }; exit v {}; enter-with v b; disable v }",
        "fn f { throw x }; fn g { try { call f }; catch { caught as=c }; finally { log y } }; wrap w g; call w",
        "emitter e; on e { log x }; emit e",
        "emitter e; on e { log x }; emitter f; on f { emit e }; emit f",
        "emitter e; on e { log x }; fn f { emit e }; task t { call f }; interval i 2 { emit e }; call f",
        "var v; interval i 2 { get v; enter-with v a }; await i; then i q {}",
        "generator g { yield }; for-of g { log x; try { break }; finally {} }",
        "async-generator g { yield }; for-await g { await tick; try { await value }; finally {} }",
        "generator g {}; generator h { for-of g { yield } }",
        "async-generator g {}; async-generator h { for-await g { try { yield }; catch {} } }",
    ]);
    rejects(&[
        ("fn f { var v }", "var", "`var` is not allowed in a body of `fn`"),
        ("fn f { task t {} }", "task", "may run more than once"),
        ("interval i 2 { deferred d }", "deferred", "a body of `interval`, which may run more than once"),
        ("deferred d; fn f { resolve d }", "resolve", "may run more than once"),
        ("generator g {}; emitter e; on e { next g }", "next", "a body of `on`"),
        ("var v; fn f { run v a { try { snapshot s }; finally {} } }", "snapshot", "a body of `fn`"),
        ("generator g {}; for-of g { snapshot s }", "snapshot", "a body of `for-of`"),
        ("abort-signal s; fn f { abort s }", "abort", "a body of `fn`"),
        ("channel c; listen c p {}; channel d; listen d q { post p }", "post", "a body of `listen`"),
        ("finalizer f { microtask m {} }", "microtask", "a body of `finalizer`"),
        ("unhandled u { deferred d }", "deferred", "a body of `unhandled`"),
        ("thread t { deferred d }", "deferred", "a body of `thread`"),
        ("fn f { await tick }", "await", "a body of `fn`"),
        ("async-generator g {}; for-await g { await timer }", "await", "`tick` and `value`"),
        ("generator g {}; for-of g { await tick }", "await", "a body of `for-of`"),
        ("fn f {}; fn g { call g }", "g", "not visible in its own body"),
        ("emitter e; on e { emit e }", "e", "after the emitter is shared"),
        ("emitter e; fn f { emit e }; on e { call f }; call f", "e", "after the emitter is shared"),
    ]);
}

#[test]
fn r3_one_owner() {
    accepts(&[
        "generator g { yield }; next g; task t { next g; microtask m { close g } }",
        "emitter e; on e {}; task t { emit e }",
        "emitter e; on e {}; emit e; task t { emit e }; task u { emit e }; emit e",
        "emitter e; task t { on e {}; emit e }",
        "iterator i 2 { log x }; next i; task t { next i; generator g { yield-from i } }",
        "generator g { yield }; generator h { yield-from g }; next h",
        "var v; run v a { enter b v x; leave b }; leave b",
    ]);
    rejects(&[
        ("generator g {}; task t { next g }; next g", "g", "belongs to the strand `t`"),
        ("generator g {}; task t { next g }; task u { next g }", "g", "belongs to the strand `t`"),
        ("emitter e; microtask m { on e {} }; emit e", "e", "belongs to the strand `m`"),
        ("emitter e; on e {}; task t { emit e }; task u { emit e }; on e {}", "e", "belongs to the strand `t`"),
        ("iterator i 2 {}; generator g { yield-from i }; next i", "i", "belongs to the strand `g`"),
        ("var v; enter b v x; task t { leave b }", "b", "belongs to the strand `main`"),
        ("generator g {}; task t { task u { next g }; next g }", "g", "belongs to the strand `u`"),
        ("generator g {}; generator h { yield-from g }; for-of g {}", "g", "belongs to the strand `h`"),
    ]);
}

#[test]
fn r4_one_settlement() {
    accepts(&[
        "deferred d; resolve d; deferred e; resolve e with=d; deferred f; reject f x",
        "thenable h { resolve h }; await h",
        "var v; thenable h { run v a { microtask m { reject h x } } }; await h",
        "deferred d; thenable h { resolve h with=d }; resolve d",
    ]);
    rejects(&[
        ("deferred d; resolve d; resolve d", "d", "already settled"),
        ("deferred d; try { await tick; resolve d }; catch { reject d x }", "d", "already settled"),
        ("thenable h { resolve h; reject h x }", "h", "already settled"),
        ("deferred d; resolve d with=d", "d", "resolved with itself"),
        ("deferred d; deferred e; resolve e with=d; resolve d with=e", "e", "resolved with itself"),
        ("thenable h {}; resolve h", "h", "only its own body"),
        ("thenable h { resolve h with=h }", "h", "not visible in its own body"),
    ]);
}

#[test]
fn r5_one_adoption() {
    accepts(&[
        "thenable h { resolve h }; await h",
        "thenable h { resolve h }; task t { return h }",
        "finalizer f {}; drop f",
        "abort-signal s; on s {}; abort s; channel c; listen c p {}; post p; post p",
    ]);
    rejects(&[
        ("thenable h { resolve h }; await h; await h", "h", "already adopted"),
        ("thenable h { resolve h }; deferred d; resolve d with=h; task t { return h }", "h", "already adopted"),
        ("finalizer f {}; drop f; drop f", "f", "already dropped"),
        ("abort-signal s; abort s; abort s", "s", "already aborted"),
        ("channel c; listen c p {}; listen c q {}", "c", "already has a listener"),
    ]);
}

#[test]
fn r6_places() {
    accepts(&[
        "var v; run-async v a { try { await tick }; catch { await value }; finally { await timer } }",
        "snapshot s; task t { in-async s { await tick } }; module m { await t }",
        "async-generator g { await tick; try { yield }; finally { yield } }",
        "deferred d; then d q { return d }; catch d r { return d }; task t { log x; return d }",
        "generator g {}; for-of g { break }",
        "var v; try { throw x }; catch { run v a { caught }; try { caught }; finally { caught } }",
        "deferred d; catch d q { caught }",
        "try {}; catch { task t { caught }; fn f { caught }; call f; generator g { caught } }",
        "finalizer f {}; task t { drop f; module m {} }",
    ]);
    rejects(&[
        ("var v; run v a { await tick }", "await", "synchronous body"),
        ("deferred d; then d q { await d }", "await", "synchronous body"),
        ("generator g { await tick }", "await", "synchronous body"),
        ("var v; microtask m { run-async v a {} }", "run-async", "synchronous body"),
        ("snapshot s; microtask m { in-async s {} }", "in-async", "synchronous body"),
        ("finalizer f {}; timer m { drop f }", "drop", "synchronous body"),
        ("timer m { module n {} }", "module", "synchronous body"),
        ("async-generator g {}; microtask m { for-await g {} }", "for-await", "synchronous body"),
        ("yield", "yield", "the body of a generator"),
        ("var v; generator g { run v a { yield } }", "yield", "the body of a generator"),
        ("var v; async-generator g { run-async v a { yield } }", "yield", "the body of a generator"),
        ("generator h {}; task t { yield-from h }", "yield-from", "the body of a generator"),
        ("deferred d; task t { return d; log x }", "return", "not the last statement"),
        ("deferred d; return d", "return", "not the last statement"),
        ("deferred d; finally d q { return d }", "return", "not the last statement"),
        ("deferred d; task t { try { return d }; finally {} }", "return", "not the last statement"),
        ("var v; deferred d; task t { run v a { return d } }", "return", "not the last statement"),
        ("break", "break", "outside a loop"),
        ("var v; generator g {}; for-of g { run v a { break } }", "break", "outside a loop"),
        ("caught", "caught", "outside a `catch` body"),
        ("try { caught }; catch {}", "caught", "outside a `catch` body"),
        ("try {}; catch { thread t { caught } }", "caught", "outside a `catch` body"),
    ]);
}

#[test]
fn r7_kinds() {
    accepts(&[
        "generator g {}; async-generator h { yield-from g }; next h p; await p; close h q; throw-in h x r",
        "thread t {}; await t; module m {}; await m; timer n {}; await n; microtask k {}; await k",
        "deferred d; then d q; then q r; resolve d with=q; finally r s {}",
        "var v; thread t { get v; run v a { get v } }",
        "fn f {}; wrap w f; wrap x w; call x",
    ]);
    rejects(&[
        ("deferred d; get d", "d", "expected a variable, but `d` is a deferred"),
        ("var v; await v", "v", "expected a promise or a thenable, but `v` is a variable"),
        ("var v; in v {}", "v", "expected a snapshot"),
        ("thenable h {}; then h q", "h", "expected a promise, but `h` is a thenable"),
        ("task t {}; resolve t", "t", "expected a deferred, but `t` is a task"),
        (
            "async-generator g {}; for-of g {}",
            "g",
            "expected a generator or an iterator, but `g` is an async generator",
        ),
        ("generator g {}; for-await g {}", "g", "expected an async generator"),
        ("generator g {}; next g p", "p", "only requests to an async generator"),
        ("async-generator h {}; generator g { yield-from h }", "h", "cannot delegate"),
        ("fn f {}; emit f", "f", "expected an emitter"),
        ("abort-signal s; emit s", "s", "expected an emitter, but `s` is an abort signal"),
        ("channel c; post c", "c", "expected a port, but `c` is a channel"),
        ("channel c kind=htp", "htp", "`channel` has no kind `htp` (did you mean `http`?)"),
        ("operation o stream {}", "stream", "`operation` has no kind `stream`"),
        ("interval i 0 {}", "0", "not a valid number of ticks"),
        ("interval i 10 {}", "10", "expected an integer from 1 to 9"),
        ("interval i x {}", "x", "not a valid number of ticks"),
        ("interval i \"03\" {}", "\"03\"", "not a valid number of ticks"),
        ("snapshot s; call s", "s", "expected a function"),
        ("var v; run v a { log x }; leave v", "v", "expected a guard"),
        ("unhandled u {}; drop u", "u", "expected a finalizer"),
        ("var v; fn f { get v }; thread t { call f }", "f", "a thread can use variables only"),
        ("var v; resource r; in v {}; in-resource r {}", "v", "expected a snapshot, but `v` is a variable"),
        ("await ticks", "ticks", "no `ticks` is bound"),
    ]);
}

#[test]
fn cases_name_clauses_strands_and_labels() {
    let rest = |rest: &str| mistakes("var v; task t { get v as=before }; await t", rest);
    for sound in [
        "clause sec-performpromisethen",
        "expect { main; t (before)none }; expect js { t a }; expect bun unstable=why",
        "",
    ] {
        assert_eq!(rest(sound), [], "{sound}");
    }
    for (broken, place, message) in [
        ("clause sec-performpromisethem", "sec-performpromisethem", "did you mean `sec-performpromisethen`?"),
        ("expect { u a }", "u", "the program has no strand `u`"),
        ("expect js { v a }", "v", "`v` is a variable, not a strand"),
        ("expect { t a; t b }", "t", "listed twice"),
        ("expect { t a }; expect { t b }", "t", "listed twice"),
        ("expect { t (befroe)none }", "t", "did you mean `before`?"),
        ("expect unstable=why", "expect", "need a profile"),
        ("expect bun unstable=why unsupported=why", "expect", "either"),
        ("expect bun unstable=why { t a }", "expect", "lists no strands"),
    ] {
        let found = rest(broken);
        assert_eq!(found.len(), 1, "{broken}: {found:?}");
        assert_eq!(found[0].0, place, "{broken}: {found:?}");
        assert!(found[0].1.contains(message), "{broken}: {found:?}");
    }
}

#[test]
fn experiments_are_not_checked() {
    assert_eq!(mistakes("x-race r { task t {} }; await r", "expect { t a }"), []);
}
