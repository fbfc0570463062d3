//! `--print-contexts` prints each context switch as a line on standard error, separate from the output.

use crate::program;

/// Returns the lines that are printed for a program without errors.
#[track_caller]
fn trace(text: &str) -> String {
    let ended = program("a.js", text, &["--print-contexts"]);
    assert_eq!(ended.code, Some(0), "{}", ended.errors);
    ended.errors
}

#[test]
fn a_small_program_is_printed_line_by_line() {
    let text = "const user = new AsyncContext.Variable({ name: 'user' });
        user.run('ada', () => {
            const snapshot = new AsyncContext.Snapshot();
            user.run('eve', () => snapshot.run(() => {}));
            setTimeout(() => console.log(user.get()), 1);
            (async () => { await null; user.run('bob', () => {}); })();
        });";
    let expected = r#"
> user.run  {} → { user: "ada" }
  > user.run  { user: "ada" } → { user: "eve" }
    > snapshot.run  { user: "eve" } → { user: "ada" }
    < end of snapshot.run  { user: "ada" } → { user: "eve" }
  < end of user.run  { user: "eve" } → { user: "ada" }
< end of user.run  { user: "ada" } → {}
> job (reaction, await, thenable or cleanup)  {} → { user: "ada" }
  > user.run  { user: "ada" } → { user: "bob" }
  < end of user.run  { user: "bob" } → { user: "ada" }
< end of job  { user: "ada" } → {}
> timer  {} → { user: "ada" }
< end of timer  { user: "ada" } → {}
"#;
    assert_eq!(trace(text), &expected[1..]);
}

#[test]
fn a_deep_scope_states_its_depth() {
    let text = "const v = new AsyncContext.Variable({ name: 'v' });
        (function f(n) { if (n) v.run(n, f, n - 1); })(1000);";
    let printed = trace(text);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines.len(), 2000);
    assert_eq!(lines[20].trim_start(), "> v.run  { v: 981 } → { v: 980 }");
    assert_eq!(lines[999].trim_start(), "[999] > v.run  { v: 2 } → { v: 1 }");
    assert_eq!(lines[1000].trim_start(), "[999] < end of v.run  { v: 1 } → { v: 2 }");
    assert!(lines.iter().all(|line| line.len() < 100));
}

#[test]
fn wrapped_functions_generators_and_variables_are_printed() {
    let text = "const v = new AsyncContext.Variable(); function* g() { yield; }
        let f; const made = v.run(1, () => (f = AsyncContext.Snapshot.wrap(() => {}), g()));
        f(); made.next();";
    let expected = "\
> run of an unnamed variable  {} → { unnamed1: 1 }
< end of run of an unnamed variable  { unnamed1: 1 } → {}
> call of a wrapped function  {} → { unnamed1: 1 }
< end of call of a wrapped function  { unnamed1: 1 } → {}
> step of a generator  {} → { unnamed1: 1 }
< end of step of a generator  { unnamed1: 1 } → {}
";
    assert_eq!(trace(text), expected);
}

#[test]
fn a_binding_without_a_body_is_not_indented() {
    let text = "import { AsyncLocalStorage } from 'node:async_hooks';
        const a = new AsyncLocalStorage({ name: 'a' }), b = new AsyncLocalStorage({ name: 'b' });
        a.run(1, () => { b.enterWith(2); b.enterWith(3); a.run(4, () => {}); });";
    let expected = "\
> a.run  {} → { a: 1 }
  = b.enterWith  { a: 1 } → { a: 1, b: 2 }
  = b.enterWith  { a: 1, b: 2 } → { a: 1, b: 3 }
  > a.run  { a: 1, b: 3 } → { b: 3, a: 4 }
  < end of a.run  { b: 3, a: 4 } → { a: 1, b: 3 }
< end of a.run  { a: 1, b: 3 } → {}
";
    assert_eq!(trace(text), expected);
}

#[test]
fn calls_of_async_hooks_are_printed_as_written() {
    let text = "const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');
        const user = new AsyncLocalStorage({ name: 'user' });
        user.run('ada', () => { user.exit(() => user.disable()); user.run('eve', () => {}); const r = new AsyncResource('QUERY');
            user.run('bob', () => r.runInAsyncScope(() => {})); });";
    let expected = "\
> user.run  {} → { user: \"ada\" }
  > user.exit  { user: \"ada\" } → { user: undefined }
    = user.disable  { user: undefined } → {}
  < end of user.exit  {} → { user: \"ada\" }
  > user.run  { user: \"ada\" } → { user: \"eve\" }
  < end of user.run  { user: \"eve\" } → { user: \"ada\" }
  > user.run  { user: \"ada\" } → { user: \"bob\" }
    > QUERY.runInAsyncScope  { user: \"bob\" } → { user: \"ada\" }
    < end of QUERY.runInAsyncScope  { user: \"ada\" } → { user: \"bob\" }
  < end of user.run  { user: \"bob\" } → { user: \"ada\" }
< end of user.run  { user: \"ada\" } → {}
";
    assert_eq!(trace(text), expected);
}

#[test]
fn a_throw_ends_its_scopes() {
    let ended = program(
        "a.js",
        "const v = new AsyncContext.Variable({ name: 'v' });
         try { v.run(1, () => v.run(2, () => { throw 0 })) } catch {} v.run(3, () => {});",
        &["--print-contexts"],
    );
    let depths: Vec<usize> = ended.errors.lines().map(|line| line.len() - line.trim_start().len()).collect();
    assert_eq!((depths, ended.code), (vec![0, 2, 2, 0, 0, 0], Some(0)));
}

#[test]
fn the_output_of_the_program_is_separate() {
    let text = "const v = new AsyncContext.Variable(); v.run(1, () => console.log('mine'));";
    assert_eq!(program("a.js", text, &["--print-contexts"]).out, "mine\n");
    program("a.js", text, &[]).printed(&["mine"]);
}

#[test]
fn colors_are_for_terminals() {
    assert!(!trace("new AsyncContext.Variable().run(1, () => {})").contains('\u{1b}'));
}

#[test]
fn printing_runs_no_code_of_the_program() {
    let text = "const hostile = { get a() { throw 1 }, toString() { console.log('called') }, [Symbol.toPrimitive]() { throw 2 } };
        const { proxy, revoke } = Proxy.revocable([], {}); revoke();
        const v = new AsyncContext.Variable({ name: 'v' }), deep = [];
        let inner = deep; for (let i = 0; i < 100000; i++) inner = inner[0] = [];
        for (const value of [hostile, proxy, deep, 'x'.repeat(1e6)]) v.run(value, () => {});";
    let ended = program("a.js", text, &["--print-contexts"]);
    assert_eq!((ended.out.as_str(), ended.code), ("", Some(0)));
    let line = |value: &str| format!("> v.run  {{}} → {{ v: {value} }}\n");
    for value in ["[object]", "[array]", &format!("\"{}…\"", "x".repeat(40))] {
        assert!(ended.errors.contains(&line(value)), "no {value} in:\n{}", ended.errors);
    }
}
