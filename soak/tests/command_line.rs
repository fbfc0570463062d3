//! The command line: exit codes and reports.

#![cfg(not(miri))] // Miri does not support processes.

use std::process::{Command, Output, Stdio};

fn soak(args: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, .. } = Command::new(env!("CARGO_BIN_EXE_asynccontext-soak"))
        .args(args)
        .stdin(Stdio::null())
        .output()
        .expect("the tool was built with this test");
    (status.code(), String::from_utf8(stdout).expect("text"))
}

#[test]
fn programs_that_agree_exit_with_0() {
    let (code, text) = soak(&["--programs", "20", "--threads", "2"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.starts_with("no fault\n"), "{text}");
    assert!(text.contains("  programs                     20   from seed 0\n"), "{text}");
    assert!(text.contains("  alive at end                  0\n"), "{text}");
}

#[test]
fn a_wrong_model_exits_with_1_and_prints_a_small_program() {
    let (code, text) = soak(&["--programs", "100", "--threads", "1", "--plant", "--failures", "1"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("\nafter "), "{text}");
    assert!(text.contains("again: asynccontext-soak --programs 1 --seed "), "{text}");
    assert!(text.contains("1 program failed\n"), "{text}");
    let lines = text.lines().position(|line| line.starts_with("after ")).expect("the fault");
    assert!(lines <= 20, "{text}");
}

#[test]
fn invalid_usage_exits_with_2() {
    for args in [&["--minutes", "-1"][..], &["--minutes", "1", "--programs", "1"], &["--without", "nothing"]] {
        assert_eq!(soak(args).0, Some(2), "{args:?}");
    }
}

#[test]
fn a_failing_seed_fails_again_in_the_same_way() {
    let first = soak(&["--programs", "100", "--threads", "1", "--plant", "--failures", "1"]).1;
    let again = first.lines().find_map(|line| line.strip_prefix("again: asynccontext-soak ")).expect("a failure");
    let mut args: Vec<&str> = again.split(' ').collect();
    args.push("--plant");
    let second = soak(&args).1;
    let program = |text: &str| text.split("again:").next().map(str::to_owned);
    assert_eq!(program(&first), program(&second));
}

#[test]
fn a_program_that_ends_the_process_exits_with_1_and_its_seed() {
    let (code, text) = soak(&["--programs", "1", "--seed", "5", "--threads", "1", "--phase", "plain", "--abort"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.starts_with("a program ended the process (signal: 6"), "{text}");
    assert!(text.ends_with("  asynccontext-soak --programs 1 --seed 5 --phase plain\n"), "{text}");
}
