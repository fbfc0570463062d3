//! `process::exit` runs the destructors of the calling thread's locals, while scopes and reads on
//! its stack never end, and scoped threads may still use data that those scopes own. Values at the
//! thread's root are therefore dropped only if no scope and no read is running.

use std::env;
use std::process::{Command, exit};
use std::sync::Mutex;

use asynccontext::{Snapshot, Variable};

static READ: Variable<Ends> = Variable::named("read");
static UNREAD: Variable<Ends> = Variable::named("unread");
static OTHER: Variable<u8> = Variable::named("other");

/// A value whose drop sets the exit code.
struct Ends(&'static Mutex<bool>);

static MAY_END: Mutex<bool> = Mutex::new(false);

impl Drop for Ends {
    fn drop(&mut self) {
        let may = *self.0.lock().unwrap();
        // A program must not call `exit` inside `exit`.
        println!("{}", if may { "dropped at the end" } else { "DROPPED IN USE" });
    }
}

const CASE: &str = "ASYNCCONTEXT_EXIT_CASE";

/// Returns the exit code and the output of this program when it exits as in `case`.
fn exits(case: &str) -> (Option<i32>, String) {
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["the_program_that_exits", "--exact", "--ignored", "--nocapture"]).env(CASE, case);
    let output = child.output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
#[ignore = "run by the other tests, in a process of its own"]
fn the_program_that_exits() {
    let Ok(case) = env::var(CASE) else { return };
    READ.enter(Ends(&MAY_END)).keep();
    UNREAD.enter(Ends(&MAY_END)).keep(); // no reader holds it
    match &*case {
        "in a scope" => OTHER.run(1, || exit(3)),
        "in a snapshot" => Snapshot::empty().run(|| exit(3)),
        "in a read" => READ.with(|value| {
            assert!(value.is_some());
            exit(3)
        }),
        "in a read in a scope" => OTHER.run(1, || READ.with(|_| exit(3))),
        "outside" => {
            *MAY_END.lock().unwrap() = true;
            exit(3)
        }
        other => panic!("no case is called {other}"),
    }
}

#[test]
fn inside_a_scope_or_a_read_nothing_is_dropped() {
    for case in ["in a scope", "in a snapshot", "in a read", "in a read in a scope"] {
        let (code, output) = exits(case);
        assert_eq!(code, Some(3), "{case}: {output}");
        assert!(!output.contains("DROPPED") && !output.contains("dropped at"), "{case}: {output}");
    }
}

/// Only on platforms where `exit` runs the destructors of thread-locals.
#[test]
#[cfg(target_os = "linux")]
fn outside_both_the_root_is_released() {
    let (code, output) = exits("outside");
    assert_eq!(code, Some(3), "{output}");
    // The test runner's thread is not the main one; `exit` runs the caller's destructors.
    assert!(output.contains("dropped at the end"), "{output}");
}
