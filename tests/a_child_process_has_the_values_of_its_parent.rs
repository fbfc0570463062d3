//! A child process reads the values that its parent put into its environment.

use std::env;
use std::process::{Command, Output};

use asynccontext::Variable;
use asynccontext::carrier::{Environment, Exported, Exports, Extractor, Imports, Injector, Reason};

static TENANT: Exported<String> = Variable::named("tenant").exported("x-asynccontext.tenant");
static HOPS: Exported<u32> = Variable::named("hops").exported("x-asynccontext-hops");
static TO_CHILDREN: Exports = Exports::new(&[TENANT.export(), HOPS.export()]);
static FROM_PARENT: Imports = Imports::new(&[TENANT.import(), HOPS.import()]);

const CHILD: &str = "ASYNCCONTEXT_TEST_CHILD";

/// The child process, which is this program with `CHILD` in its environment.
#[test]
#[ignore = "is the child process, which the other tests start"]
fn the_child_process() {
    let Ok(generations) = env::var(CHILD) else {
        println!("skipped: this is the child process, and no test has started it");
        return;
    };
    let snapshot = FROM_PARENT.extract(&Environment::of_this_process()).snapshot;
    snapshot.run(|| {
        eprintln!("seen: {:?} {:?} dropped: {}", TENANT.get(), HOPS.get(), FROM_PARENT.dropped().total());
        match generations.as_str() {
            "inheriting" => eprint!("{}", seen(&mut child("last"))),
            "injecting" => {
                let mut command = child("last");
                HOPS.run(HOPS.get().unwrap_or(0) + 1, || TO_CHILDREN.inject(&mut command)).unwrap();
                eprint!("{}", seen(&mut command));
            }
            "hiding" => {
                let mut command = child("last");
                HOPS.hidden().run(|| TO_CHILDREN.inject(&mut command)).unwrap();
                eprint!("{}", seen(&mut command));
            }
            _ => {}
        }
    });
}

fn child(generations: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "--nocapture", "the_child_process"]).env(CHILD, generations);
    command
}

/// What the child and its children have seen, one line each.
fn seen(command: &mut Command) -> String {
    let Output { status, stderr, .. } = command.output().unwrap();
    let stderr = String::from_utf8(stderr).unwrap();
    assert!(status.success(), "{stderr}");
    stderr.lines().filter(|line| line.starts_with("seen: ")).map(|line| format!("{line}\n")).collect()
}

fn bound<R>(tenant: &str, f: impl FnOnce() -> R) -> R {
    TENANT.run(tenant.into(), || HOPS.run(1, f))
}

#[test]
fn a_child_reads_what_its_parent_has_bound() {
    for tenant in ["blue", "Köln & Co X_ASYNCCONTEXT_HOPS=9", "%41", ""] {
        let mut command = child("last");
        bound(tenant, || TO_CHILDREN.inject(&mut command)).unwrap();
        assert_eq!(seen(&mut command), format!("seen: {:?} Some(1) dropped: 0\n", Some(tenant)));
    }
    let mut command = child("last");
    bound("blue\0X_ASYNCCONTEXT_HOPS=9\r\n", || TO_CHILDREN.inject(&mut command)).unwrap();
    assert_eq!(seen(&mut command), "seen: None Some(1) dropped: 1\n", "imports refuse control characters");
    assert_eq!(seen(&mut child("last")), "seen: None None dropped: 0\n");
}

#[test]
fn a_grandchild_inherits_or_has_what_its_parent_injected() {
    for (generations, hops) in [("inheriting", "Some(1)"), ("injecting", "Some(2)"), ("hiding", "None")] {
        let mut command = child(generations);
        bound("blue", || TO_CHILDREN.inject(&mut command)).unwrap();
        let expected = format!("seen: Some(\"blue\") Some(1) dropped: 0\nseen: Some(\"blue\") {hops} dropped: 0\n");
        assert_eq!(seen(&mut command), expected, "{generations}");
    }
}

#[cfg(unix)]
#[test]
fn a_text_that_is_not_utf_8_is_dropped() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let mut command = child("last");
    bound("blue", || TO_CHILDREN.inject(&mut command)).unwrap();
    command.env("X_ASYNCCONTEXT_TENANT", OsStr::from_bytes(b"\xff"));
    assert_eq!(seen(&mut command), "seen: None Some(1) dropped: 1\n");
    command.env("X_ASYNCCONTEXT_TENANT", "a\nb").env("X_ASYNCCONTEXT_HOPS", "many");
    assert_eq!(seen(&mut command), "seen: None None dropped: 2\n");
}

#[test]
fn a_command_refuses_what_no_environment_can_hold() {
    let mut command = Command::new("x");
    for (key, text) in [("", "a"), ("x-key", "a\0b")] {
        let error = command.set(key, text.to_owned()).unwrap_err();
        assert!(matches!(error, Reason::Carrier(_)));
    }
    command.set("x=y", "a".to_owned()).unwrap();
    let envs: Vec<_> = command.get_envs().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(envs, ["X_Y"]);
    assert!(Environment::of_this_process().get("path").unwrap().is_some());
}
