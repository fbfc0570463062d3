//! A stackful coroutine can be suspended inside a scope, from safe code only. Scopes may then end
//! in an order other than that of the stack. In every order of two coroutines and the thread
//! itself, a program either works, with the newest scope's values, or is aborted with a message
//! before anything is freed. Each order runs in a process of its own.

#![cfg(all(target_os = "linux", target_arch = "x86_64", not(miri)))]

use std::env;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::process::Command;
use std::task::{Context, Poll, Waker};

use asynccontext::{Propagate, Snapshot, Variable};
use corosensei::{Coroutine, CoroutineResult, Yielder};

static LAST: Variable<String> = Variable::named("last");

type Yield = Yielder<(), ()>;

/// The number of kinds of scopes.
const KINDS: usize = 4;

/// Calls `f` in a scope of the given kind in which `LAST` is `name`.
fn scoped(kind: usize, name: &str, f: &mut dyn FnMut()) {
    let name = name.repeat(20); // on the heap, for AddressSanitizer
    match kind % KINDS {
        0 => LAST.run(name, f),
        1 => {
            let snapshot = LAST.run(name, Snapshot::capture);
            snapshot.run(f);
        }
        2 => {
            let step = poll_fn(|_| {
                f();
                Poll::Ready(())
            });
            let task = pin!(LAST.run(name, || step.in_current_snapshot()));
            assert!(task.poll(&mut Context::from_waker(Waker::noop())).is_ready());
        }
        _ => {
            struct CallsWhenDropped<'a>(&'a mut dyn FnMut());
            impl Drop for CallsWhenDropped<'_> {
                fn drop(&mut self) {
                    (self.0)();
                }
            }
            impl Future for CallsWhenDropped<'_> {
                type Output = ();
                fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
                    Poll::Pending
                }
            }
            drop(LAST.run(name, || CallsWhenDropped(f).in_current_snapshot()));
        }
    }
}

fn seen() -> Option<char> {
    LAST.with(|name| name.map(|name| name.chars().next().unwrap()))
}

/// Runs the steps of `order`, one letter each:
///
/// - `(` begins a scope of the thread's, and `)` ends it;
/// - `a` and `b` resume that coroutine: it begins a scope and is suspended in it; next it ends that
///   scope and is suspended; next it is done.
///
/// Scopes that are still open are ended at the end: the thread's scopes first, then each coroutine
/// is dropped.
fn perform(order: &str, kind: usize) {
    let coroutine = |name: &'static str, kind: usize| {
        Coroutine::new(move |yielder: &Yield, ()| {
            scoped(kind, name, &mut || {
                yielder.suspend(());
                assert!(seen().is_some());
            });
            yielder.suspend(());
        })
    };
    let mut coroutines = [Some(coroutine("a", kind + 1)), Some(coroutine("b", kind + 2))];
    fn go(steps: &mut std::str::Chars<'_>, kind: usize, go_on: &mut dyn FnMut(usize)) {
        while let Some(step) = steps.next() {
            match step {
                '(' => scoped(kind, "m", &mut || go(steps, kind + 1, go_on)),
                ')' => return,
                'a' => go_on(0),
                _ => go_on(1),
            }
        }
    }
    go(&mut order.chars(), kind, &mut |which| {
        let coroutine = &mut coroutines[which];
        if let Some(CoroutineResult::Return(())) = coroutine.as_mut().map(|c| c.resume(())) {
            *coroutine = None;
        }
    });
    drop(coroutines);
    assert_eq!(seen(), None);
}

/// Whether all scopes of `order` end in the order of the stack.
fn in_order(order: &str) -> bool {
    let mut open = Vec::new();
    let mut steps = [0, 0];
    let mut scopes_of_main = 0;
    let end = |open: &mut Vec<char>, name| open.pop() == Some(name);
    for step in order.chars() {
        let fine = match step {
            '(' => {
                open.push('m');
                scopes_of_main += 1;
                true
            }
            ')' => {
                scopes_of_main -= 1;
                end(&mut open, 'm')
            }
            name => {
                let steps = &mut steps[usize::from(name == 'b')];
                *steps += 1;
                match *steps {
                    1 => {
                        open.push(name);
                        true
                    }
                    2 => end(&mut open, name),
                    _ => true,
                }
            }
        };
        if !fine {
            return false;
        }
    }
    (0..scopes_of_main).all(|_| end(&mut open, 'm'))
        && (steps[0] != 1 || end(&mut open, 'a'))
        && (steps[1] != 1 || end(&mut open, 'b'))
}

/// All orders of at most `length` steps in which `)` has its `(`, and in which coroutine `b`
/// does not begin before `a`.
fn orders(length: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut at = 0;
    while at < all.len() {
        let order = all[at].clone();
        at += 1;
        if order.len() == length {
            continue;
        }
        let count = |step| order.chars().filter(|c| *c == step).count();
        for step in ['(', ')', 'a', 'b'] {
            let may = match step {
                '(' => count('(') < 2,
                ')' => count(')') < count('('),
                'a' => count('a') < 3,
                _ => count('b') < 3 && count('a') > 0,
            };
            if may {
                all.push(format!("{order}{step}"));
            }
        }
    }
    all
}

const ORDER: &str = "ASYNCCONTEXT_COROUTINE_ORDER";

#[test]
#[ignore = "run by the other test, in a process of its own"]
fn one_order() {
    let Ok(order) = env::var(ORDER) else { return };
    let (kind, order) = order.split_once(' ').expect("a kind and an order");
    perform(order, kind.parse().expect("a number"));
    println!("came to its end");
}

/// Returns how the process of one order ends.
fn outcome(kind: usize, order: &str) -> Result<(), String> {
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["one_order", "--exact", "--ignored", "--nocapture"]).env(ORDER, format!("{kind} {order}"));
    let output = child.output().unwrap();
    let said = |text: &[u8], what: &str| String::from_utf8_lossy(text).contains(what);
    if output.status.success() && said(&output.stdout, "came to its end") {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let refused = said(&output.stderr, "asynccontext: a scope ended that is not the innermost on its thread");
    assert!(refused && !text.contains("AddressSanitizer"), "{order:?} of kind {kind}: {text}");
    Err(text)
}

/// The orders that end properly are run in this process.
#[test]
fn every_order_works_or_aborts_with_a_message() {
    let (mut work, mut end) = (0, 0);
    for (number, order) in orders(6).iter().enumerate() {
        let kind = number % KINDS;
        if in_order(order) {
            perform(order, kind);
            work += 1;
        } else if number % 7 == 0 || order.len() < 5 {
            assert!(outcome(kind, order).is_err(), "{order:?} of kind {kind} went on");
            end += 1;
        }
    }
    println!("{work} orders work, {end} end the process");
    assert!(work > 100 && end > 100, "{work} {end}");
}

/// A read in a scope with guards is recorded, so its suspension is detected too.
#[test]
fn a_suspended_read_with_a_guard_ends_the_process_too() {
    let Ok(_) = env::var(ORDER) else {
        let mut child = Command::new(env::current_exe().unwrap());
        let name = "a_suspended_read_with_a_guard_ends_the_process_too";
        child.args([name, "--exact", "--nocapture"]).env(ORDER, "");
        let output = child.output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains("asynccontext: a read ended that is not the innermost on its thread"), "{text}");
        return assert!(!output.status.success());
    };
    let _guard = LAST.enter("guarded".to_owned());
    let mut inside = Coroutine::new(|yielder: &Yield, ()| LAST.with(|_| yielder.suspend(())));
    let _ = LAST.with(|_| inside.resume(()));
}
