//! The panic hook prints the values of chosen variables at the panic, and of no others. The test
//! runs in a process of its own, whose standard error is read.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::{env, thread};

use asynccontext::{Propagate, Snapshot, Variable, panics};
use futures::executor::block_on;

static ID: Variable<u64> = Variable::named("request-id");
static TENANT: Variable<String> = Variable::named("tenant");
static SECRET: Variable<String> = Variable::named("secret");
static UNNAMED: Variable<u8> = Variable::new();
static LEVEL: Variable<u8> = Variable::named("level").with_default(3);

fn fails(message: &'static str) {
    assert!(catch_unwind(AssertUnwindSafe(|| std::panic::panic_any(message))).is_err());
}

/// The process that panics.
fn child() {
    panics::tell([&ID, &TENANT, &UNNAMED]);
    fails("outside");
    ID.run(7, || {
        SECRET.run("hidden".into(), || fails("one"));
        TENANT.run("blue\nforged: line".into(), || fails("two"));
        UNNAMED.run(1, || fails("three"));
        ID.with(|_| fails("during a read"));
        block_on(TENANT.scope("red".into(), async { fails("in a task") }).in_current_snapshot());
        thread::spawn(|| fails("on a bare thread")).join().unwrap();
        Snapshot::empty().run(|| fails("in the empty snapshot"));
    });
    panics::tell([&LEVEL]); // once more, around the first
    ID.run(8, || fails("twice"));
}

#[test]
fn what_is_chosen_and_no_more() {
    if env::var_os("CHILD").is_some() {
        return child();
    }
    let mut command = Command::new(env::current_exe().unwrap());
    let output =
        command.args(["--exact", "what_is_chosen_and_no_more", "--nocapture"]).env("CHILD", "").output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{text}");
    assert!(!text.contains("hidden") && !text.contains("\nforged"), "{text}");
    let told: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("  with ")).collect();
    let expected = [
        "request-id: 7",
        r"request-id: 7, tenant: blue\nforged: line",
        "request-id: 7, 1",
        "request-id: 7",
        "request-id: 7, tenant: red",
        "request-id: 8",
        "level: 3",
    ];
    assert_eq!(told, expected, "{text}");
}
