//! Errors of programs are reported with their place, their context and an exit code.

use std::time::Instant;

use crate::{js, program};

#[test]
fn a_syntax_error_has_its_place() {
    program("a.js", "function* g() {}\n\nlet let = 1;", &[])
        .told(1, &["SyntaxError", "(a.js:3:", "  3 | let let = 1;"]);
    program("a.mjs", "export {};\n)", &[]).told(1, &["SyntaxError", "(a.mjs:2:1)", "  2 | )"]);
}

#[test]
fn an_uncaught_error_has_its_place_and_the_rest_still_runs() {
    let text = "setTimeout(() => console.log('later'), 1);\nfunction f() { null.x }\nf();";
    let ended = program("a.js", text, &[]);
    ended.told(1, &["uncaught: TypeError: ", " (a.js:2:", "at f (a.js:2:", "a.js:3:", "in the context {}"]);
    assert_eq!(ended.out, "later\n");
    program("a.mjs", "\nthrow new RangeError('far')", &[]).told(1, &["uncaught: RangeError: far", "a.mjs:2:"]);
}

#[test]
fn an_error_in_a_callback_has_its_context() {
    let text = "const user = new AsyncContext.Variable({ name: 'user' });
user.run('ada', () => setTimeout(() => { throw new TypeError('late') }, 1));
user.run('eve', () => queueMicrotask(() => { throw 7 }));";
    program("a.js", text, &[]).told(
        1,
        &[
            "uncaught: TypeError: late (a.js:2:",
            "called in the context { user: \"ada\" }",
            "uncaught: 7 (a.js:3:",
            "called in the context { user: \"eve\" }",
        ],
    );
}

#[test]
fn an_unhandled_rejection_has_its_place_and_context() {
    let text = "const user = new AsyncContext.Variable({ name: 'user' });
user.run('ada', async () => { await null; user.run('eve', () => { throw new RangeError('far') }) });
const late = Promise.reject(1); late.catch(() => {});";
    let ended = program("a.js", text, &[]);
    ended.told(1, &["unhandled rejection: RangeError: far", "(a.js:2:", "rejected in the context { user: \"ada\" }"]);
    assert_eq!(ended.errors.matches("unhandled").count(), 1, "{}", ended.errors);
}

#[test]
fn an_endless_loop_ends_at_the_time_limit() {
    let start = Instant::now();
    let ended = program("a.js", "console.log('before'); for (;;);", &["--time-limit", "5"]);
    ended.told(3, &["exceeded its time limit of 5 s"]);
    assert_eq!(ended.out, "before\n");
    assert!(start.elapsed().as_secs() < 60);
    program("a.js", "setInterval(() => {}, 1)", &["--time-limit", "0.3"]).told(3, &["time limit of 0.3 s"]);
}

#[test]
fn endless_recursion_is_an_error_deep_recursion_is_not() {
    program("a.js", "function f() { f() } f()", &[]).told(1, &["uncaught: RuntimeLimitError", "at f (a.js:1:"]);
    program("a.js", "function f(n) { return n ? 1 + f(n - 1) : 0 } console.log(f(4000))", &[]).printed(&["4000"]);
    let nested = "const v = new AsyncContext.Variable();";
    program("a.js", &format!("{nested} async function* f() {{ yield* v.run(1, f) }} f().next()"), &[])
        .told(1, &["Maximum call stack size exceeded"]);
    program("a.js", &format!("{nested} function f() {{ v.run(1, f) }} f()"), &["--print-contexts"])
        .told(1, &["RangeError: Maximum call stack size exceeded"]);
    let nested = "const { AsyncLocalStorage } = await import('node:async_hooks'), als = new AsyncLocalStorage();
        const deep = n => n ? als.run(n, () => deep(n - 1)) : als.getStore();";
    program(
        "a.mjs",
        &format!("{nested} console.log(deep(3300)); try {{ deep(1e6) }} catch (e) {{ console.log(e.name) }}"),
        &[],
    )
    .printed(&["1", "RangeError"]);
}

#[cfg(unix)]
#[test]
fn exhausted_memory_ends_with_a_message() {
    let text = "const a = [], s = 'x'.repeat(1 << 20); for (let i = 0; ; i++) a.push(s + i);";
    let ended = program("a.js", text, &["--memory-limit", "512", "--time-limit", "60"]);
    ended.told(3, &["memory allocation of", "exhausted its memory (512 MiB"]);
    let text = "const a = []; for (;;) a.push(new Uint8Array(1 << 24));";
    program("a.js", text, &["--memory-limit", "512"]).told(1, &["uncaught: RangeError"]);
}

#[cfg(unix)]
#[test]
fn an_exhausted_native_stack_ends_with_a_message() {
    let text = "let x = []; for (let i = 0; i < 1e6; i++) x = [x]; console.log('made'); JSON.stringify(x);";
    let ended = program("a.js", text, &["--time-limit", "60"]);
    ended.told(3, &["has overflowed its stack", "its native stack"]);
    assert_eq!(ended.out, "made\n");
}

#[test]
fn hostile_values_are_printed_without_running_their_code() {
    let thrown = "throw { get message() { throw 1 }, get name() { throw 2 }, toString() { console.log('called') } }";
    let ended = program("a.js", thrown, &[]);
    ended.told(1, &["uncaught: "]);
    assert_eq!(ended.out, "");
    let revoked = "const { proxy, revoke } = Proxy.revocable({}, {}); revoke();
        const v = new AsyncContext.Variable({ name: 'v' }); v.run(proxy, () => Promise.reject(proxy)); throw proxy;";
    program("a.js", revoked, &[]).told(1, &["uncaught: ", "unhandled rejection: ", "{ v: [object] }"]);
}

#[test]
fn unreadable_files_and_invalid_usage_are_reported() {
    js(&[], &["missing.js"]).told(2, &["`missing.js` cannot be read"]);
    js(&[], &["."]).told(2, &["`.` is a directory"]);
    js(&[("a.js", b"let s = '\xff'")], &["a.js"]).told(2, &["`a.js` is not UTF-8: byte 9 is invalid"]);
    program("a.js", "", &["--module", "--script"]).told(2, &["cannot be used with"]);
    for limit in ["0", "-1", "soon", "1e999", "NaN"] {
        program("a.js", "", &[&format!("--time-limit={limit}")]).told(2, &["--time-limit"]);
    }
}
