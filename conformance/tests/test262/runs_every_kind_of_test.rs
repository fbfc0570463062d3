//! Every flag, every phase and every function of the host, each with a test that passes and a test that must
//! fail.

use crate::{Tests, options};
use conformance::test262::results::Kind::{self, Error, Fail, Pass};
use conformance::test262::suite::Suite;
use conformance::test262::{Engine, run};

/// Asserts the result of a test beside two fixtures: its modes, and a part of each reason.
#[track_caller]
fn check(engine: Engine, text: &str, expected: &[(&str, Kind, &str)]) {
    let tests = Tests::new([
        ("test.js", text),
        ("good_FIXTURE.js", "export let good = 1; export default function () {}"),
        ("bad_FIXTURE.js", "0++;"),
        ("data_FIXTURE.json", "{ \"seven\": 7 }"),
    ]);
    let mut options = options();
    options.engine = engine;
    let runs = tests.run_with(&options);
    let seen: Vec<_> = runs.iter().map(|run| (run.mode.map_or("none", |mode| mode.word()), run.outcome.kind)).collect();
    let wanted: Vec<_> = expected.iter().map(|(mode, kind, _)| (*mode, *kind)).collect();
    assert_eq!(seen, wanted, "{text}\n{runs:#?}");
    for (run, (_, _, part)) in runs.iter().zip(expected) {
        assert!(run.outcome.reason.contains(part), "{part}\n{run:#?}");
    }
}

/// Asserts the same results in both engines: a frontmatter, code that passes, code that fails in one mode, and a part of
/// the reason.
#[track_caller]
fn both(frontmatter: &str, mode: &str, passes: &str, fails: &str, why: &str) {
    for engine in [Engine::AsyncContext, Engine::Bare] {
        check(engine, &format!("/*---\n{frontmatter}\n---*/\n{passes}"), &[(mode, Pass, "")]);
        check(engine, &format!("/*---\n{frontmatter}\n---*/\n{fails}"), &[(mode, Fail, why)]);
    }
}

const CURRENT: Engine = Engine::AsyncContext;

#[test]
fn an_ordinary_test_runs_in_both_modes() {
    let pass = "/*---\n---*/\nassert.sameValue(1, 1);";
    check(CURRENT, pass, &[("sloppy", Pass, ""), ("strict", Pass, "")]);
    let fail = "/*---\n---*/\nassert.sameValue(1, 2, 'one');";
    check(CURRENT, fail, &[("sloppy", Fail, "test.js:3:17"), ("strict", Fail, "test.js:3:17")]);
    let strict = "/*---\n---*/\nassert.sameValue((function () { return this })(), undefined, 'strict');";
    check(CURRENT, strict, &[("sloppy", Fail, "Test262Error"), ("strict", Pass, "")]);
    let early = "/*---\n---*/\nvar = 1;";
    check(CURRENT, early, &[("sloppy", Fail, "phase parse"), ("strict", Fail, "(test.js:3:5)\n  3 | var = 1;")]);
}

#[test]
fn only_strict_and_no_strict() {
    let sloppy = "assert.sameValue((function () { return this })(), globalThis);";
    let strict = "assert.sameValue((function () { return this })(), undefined);";
    both("flags: [onlyStrict]", "strict", strict, sloppy, "Test262Error");
    both("flags: [noStrict]", "sloppy", sloppy, strict, "Test262Error");
}

#[test]
fn raw_has_no_harness() {
    let raw = "if (typeof assert !== 'undefined' || typeof Test262Error !== 'undefined') throw 'harness';";
    both("flags: [raw]", "raw", raw, "assert(true);", "ReferenceError");
    both("includes: [compareArray.js]\nflags: [raw]", "raw", raw, "compareArray([], []);", "ReferenceError");
}

#[test]
fn modules_import_files_of_their_folder() {
    both(
        "flags: [module]",
        "module",
        "import f, { good } from './good_FIXTURE.js'; import * as self from './test.js';
         import data from './data_FIXTURE.json' with { type: 'json' };
         export { good as mine }; assert.sameValue(self.mine + data.seven + (await import('./good_FIXTURE.js')).good, 9);",
        "import { good } from './good_FIXTURE.js'; assert.sameValue(good, 2);",
        "Test262Error",
    );
    both("flags: [module]", "module", "assert.sameValue(this, undefined);", "import './none.js';", "phase resolution");
    both("flags: [module, raw]", "module", "this;", "assert(true);", "ReferenceError");
    both("flags: [module]", "module", "await 1;", "await new Promise(() => {});", "its module never ends");
    both("flags: [module]", "module", "await 1;", "await Promise.reject(new RangeError('far'));", "RangeError: far");
    check(CURRENT, "/*---\nflags: [module]\n---*/\nimport './../../x.js';", &[("module", Fail, "resolution")]);
}

#[test]
fn negative_tests_name_phase_and_error() {
    let negative = |phase: &str, kind: &str| format!("negative:\n  phase: {phase}\n  type: {kind}\nflags: [noStrict]");
    both(&negative("parse", "SyntaxError"), "sloppy", "var = 1;", "eval('var = 1')", "phase runtime");
    both(&negative("parse", "SyntaxError"), "sloppy", "var = 1;", "1;", "nothing was thrown");
    both(&negative("runtime", "TypeError"), "sloppy", "null.x", "x", "ReferenceError");
    both(&negative("runtime", "SyntaxError"), "sloppy", "eval('var = 1')", "var = 1", "phase parse");
    let own = "function Own() {} throw new Own();";
    both(&negative("runtime", "Own"), "sloppy", own, "throw { constructor: null }", "but it threw");
    both(&negative("runtime", "Test262Error"), "sloppy", "assert(false)", "throw 'Test262Error'", "but it threw");
    let negative = |phase: &str| format!("negative:\n  phase: {phase}\n  type: SyntaxError\nflags: [module]");
    both(&negative("parse"), "module", "import 1;", "import './bad_FIXTURE.js';", "phase resolution");
    both(&negative("resolution"), "module", "import './bad_FIXTURE.js';", "import 1;", "phase parse");
    both(&negative("resolution"), "module", "import { nothing } from './good_FIXTURE.js';", "1;", "nothing was thrown");
    both(&negative("runtime"), "module", "await 0; eval('var = 1');", "import 1;", "phase parse");
}

#[test]
fn async_tests_call_done() {
    let flags = "flags: [async, noStrict]";
    both(flags, "sloppy", "Promise.resolve().then($DONE);", "", "never called $DONE");
    both(flags, "sloppy", "$DONE();", "$DONE('bad');", "called $DONE with Test262Error");
    both(flags, "sloppy", "$DONE();", "$DONE(); throw 1;", "phase runtime: 1");
    both(flags, "sloppy", "$DONE();", "$DONE(); $DONE();", "2 times");
    both(
        flags,
        "sloppy",
        "Promise.reject(1); $DONE();",
        "Promise.resolve().then($DONE, $DONE).then(() => $DONE(1))",
        "1",
    );
    let includes = "includes: [asyncHelpers.js]\nflags: [async, noStrict]";
    both(
        includes,
        "sloppy",
        "asyncTest(async () => { await 0; });",
        "asyncTest(async () => { await 0; throw 1 });",
        "1",
    );
}

#[test]
fn an_exception_of_a_host_job_is_uncaught() {
    let test = |code: &str| format!("/*---\nflags: [noStrict]\n---*/\n{code}");
    check(CURRENT, &test("queueMicrotask(() => {}); setTimeout(() => {}, 1)"), &[("sloppy", Pass, "")]);
    check(CURRENT, &test("setTimeout(() => { throw new RangeError('later') }, 1)"), &[("sloppy", Fail, "later")]);
    check(CURRENT, &test("queueMicrotask(() => { throw new RangeError('soon') })"), &[("sloppy", Fail, "soon")]);
}

#[test]
fn includes_come_from_the_harness_in_order() {
    let include = "includes: [compareArray.js]\nflags: [noStrict]";
    both(include, "sloppy", "compareArray([1], [1]);", "assert.compareArray([1], [2]);", "Test262Error");
    let missing = "/*---\nincludes: [none.js]\n---*/";
    let told = "the embedded harness has no file `none.js`";
    check(CURRENT, missing, &[("sloppy", Error, told), ("strict", Error, told)]);

    let tests = Tests::new([
        ("test/order.js", "/*---\nincludes: [b.js, a.js]\nflags: [noStrict]\n---*/\nif (log !== '1234') throw log;"),
        (
            "test/throws.js",
            "/*---\nincludes: [throws.js]\nflags: [noStrict]\nnegative: {phase: runtime, type: RangeError}\n---*/",
        ),
        ("test/harness/not-skipped.js", "/*---\nflags: [raw]\n---*/"),
        ("harness/assert.js", "var log = '1';"),
        ("harness/sta.js", "log += '2';"),
        ("harness/a.js", "log += '4';"),
        ("harness/b.js", "log += '3';"),
        ("harness/throws.js", "\nthrow new RangeError('harness');"),
    ]);
    let runs = tests.run();
    let told: Vec<_> = runs.iter().map(|run| (&*run.path, run.outcome.kind)).collect();
    assert_eq!(told, [("harness/not-skipped.js", Pass), ("order.js", Pass), ("throws.js", Fail)], "{runs:#?}");
    assert!(runs[2].outcome.reason.contains("`throws.js` threw RangeError: harness"), "{runs:#?}");

    // A folder with its own harness, and another harness that is selected.
    let include = "/*---\nincludes: [own.js]\nflags: [noStrict]\n---*/\nif (typeof own === 'undefined') throw 1;";
    let own = ["harness/assert.js", "harness/sta.js", "harness/own.js"].map(|name| (name, "var own = 1;"));
    let tests = Tests::new(own.into_iter().chain([("a.js", include)]));
    let other = Tests::new([("assert.js", ""), ("sta.js", ""), ("own.js", "")]);
    for (harness, kind) in [(None, Pass), (Some(other.path()), Fail)] {
        let suite = Suite::open(tests.path(), harness).unwrap();
        let runs = run(&suite, &suite.select(&[]).unwrap(), &options(), &mut |_| ());
        let told: Vec<_> = runs.iter().map(|run| (&*run.path, run.outcome.kind)).collect();
        assert_eq!(told, [("a.js", kind)], "{runs:#?}");
    }
}

#[test]
fn the_host_has_the_functions_of_tests() {
    let sloppy = |code: &str| format!("/*---\nflags: [noStrict]\n---*/\n{code}");
    for engine in [Engine::AsyncContext, Engine::Bare] {
        for code in [
            "var other = $262.createRealm(); assert(other.global !== $262.global); assert(other.global.Array !== Array);
             assert.sameValue(other.evalScript('var x = 7; x'), 7); assert.sameValue(other.global.x, 7);
             assert.sameValue(typeof x, 'undefined'); assert(other.createRealm().global.$262 !== other);",
            "assert.throws(SyntaxError, () => $262.evalScript('var ='));",
            "assert.sameValue($262.evalScript('\"\\ud800\"').length, 1);",
            "var b = new ArrayBuffer(8); $262.detachArrayBuffer(b); assert.sameValue(b.byteLength, 0);
             $262.detachArrayBuffer(b); assert.throws(TypeError, () => $262.detachArrayBuffer({}));
             assert.throws(TypeError, () => $262.detachArrayBuffer());",
            "$262.gc(); assert.sameValue($262.global, globalThis);
             var d = Object.getOwnPropertyDescriptor(globalThis, '$262');
             assert(d.writable && d.configurable && !d.enumerable);
             d = Object.getOwnPropertyDescriptor(globalThis, 'print');
             assert(d.writable && d.configurable && !d.enumerable);",
            "$262.agent.start(`$262.agent.receiveBroadcast((memory, number) => {
               var view = new Int32Array(memory);
               $262.agent.report(number + ' ' + Atomics.wait(view, 0, 0, 30000));
               $262.agent.leaving();
             })`);
             var view = new Int32Array(new SharedArrayBuffer(4));
             $262.agent.broadcast(view.buffer, 7);
             var before = $262.agent.monotonicNow();
             while (Atomics.notify(view, 0) === 0) $262.agent.sleep(1);
             var report; while ((report = $262.agent.getReport()) === null) $262.agent.sleep(1);
             assert.sameValue(report, '7 ok'); assert($262.agent.monotonicNow() >= before);",
        ] {
            check(engine, &sloppy(code), &[("sloppy", Pass, "")]);
        }
    }
    let missing = "$262.agent.start('syntax error'); $262.agent.broadcast({})";
    check(CURRENT, &sloppy(missing), &[("sloppy", Fail, "TypeError")]);
    let realm = "assert($262.createRealm().global.AsyncContext.Variable !== AsyncContext.Variable)";
    check(Engine::AsyncContext, &sloppy(realm), &[("sloppy", Pass, "")]);
    check(Engine::Bare, &sloppy(realm), &[("sloppy", Fail, "")]);
}

#[test]
fn the_flag_decides_whether_an_agent_may_block() {
    let wait = "var view = new Int32Array(new SharedArrayBuffer(4)); Atomics.wait(view, 0, 0, 1);";
    for engine in [Engine::AsyncContext, Engine::Bare] {
        let throws =
            format!("/*---\nflags: [CanBlockIsFalse, noStrict]\n---*/\nassert.throws(TypeError, () => {{ {wait} }});");
        check(engine, &throws, &[("sloppy", Pass, "")]);
        check(engine, &format!("/*---\nflags: [CanBlockIsTrue, noStrict]\n---*/\n{wait}"), &[("sloppy", Pass, "")]);
        check(
            engine,
            &format!("/*---\nflags: [CanBlockIsFalse, noStrict]\n---*/\n{wait}"),
            &[("sloppy", Fail, "TypeError")],
        );
    }
}

#[test]
fn flags_that_only_inform_change_nothing() {
    let text = "/*---\nflags: [generated, non-deterministic]\nlocale: [en]\nfeatures: [a, b]\n---*/\nassert(true);";
    check(CURRENT, text, &[("sloppy", Pass, ""), ("strict", Pass, "")]);
    let unsupported = "/*---\nfeatures: [no-engine-has-this]\n---*/\nnothing.there();";
    check(CURRENT, unsupported, &[("sloppy", Fail, "ReferenceError"), ("strict", Fail, "ReferenceError")]);
}

#[test]
fn tests_are_selected_by_glob_and_by_folder() {
    let text = "/*---\n---*/";
    let tests = Tests::new([
        ("test/a/b/x.js", text),
        ("test/a/y.js", text),
        ("test/c/z_FIXTURE.js", text),
        ("test/c/z.js", text),
        ("test/c/z.md", text),
        ("harness/assert.js", ""),
    ]);
    let suite = Suite::open(tests.path(), None).unwrap();
    let select = |filters: &[&str]| {
        let filters: Vec<_> = filters.iter().map(|filter| (*filter).to_owned()).collect();
        suite.select(&filters).map(|tests| tests.into_iter().map(|test| test.name).collect::<Vec<_>>())
    };
    assert_eq!(select(&[]).unwrap(), ["a/b/x.js", "a/y.js", "c/z.js"]);
    assert_eq!(select(&["a"]).unwrap(), ["a/b/x.js", "a/y.js"]);
    assert_eq!(select(&["a/b/"]).unwrap(), ["a/b/x.js"]);
    assert_eq!(select(&["test/c"]).unwrap(), ["c/z.js"]);
    assert_eq!(select(&["?/b", "c"]).unwrap(), ["a/b/x.js", "c/z.js"]);
    assert_eq!(select(&["*z*", "a/y.js"]).unwrap(), ["a/y.js", "c/z.js"]);
    assert!(select(&["b"]).unwrap_err().to_string().contains("no test below"));
    assert!(select(&["["]).unwrap_err().to_string().contains("is not a glob"));
    assert!(Suite::open("no-such-folder".as_ref(), None).unwrap_err().to_string().contains("is not a folder"));
}
