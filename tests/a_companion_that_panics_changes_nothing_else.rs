//! If a companion panics while it captures, enters or leaves, the previous values and the other
//! companions' contexts are restored, nothing leaks, and the process continues.

#![cfg(feature = "companions")]

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicIsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once};
use std::task::{Context, Waker};
use std::time::Duration;

use asynccontext::companion::{self, Companion};
use asynccontext::{Carried, Snapshot, Variable, thread};

static NAME: Variable<&str> = Variable::named("name");

/// Three companions, each with a level of its own on this thread.
struct Level(usize);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Call {
    Capture,
    Enter,
    Leave,
}

thread_local! {
    static LEVELS: Cell<[u32; 3]> = const { Cell::new([0; 3]) };
    /// The calls that panic.
    static TRAPS: RefCell<Vec<(usize, Call)>> = const { RefCell::new(Vec::new()) };
}

/// The numbers of captured and of entered levels.
static LIVE: AtomicIsize = AtomicIsize::new(0);

fn is_trapped(which: usize, call: Call) -> bool {
    TRAPS.with_borrow_mut(|traps| {
        let at = traps.iter().position(|trap| *trap == (which, call));
        at.map(|at| traps.remove(at)).is_some()
    })
}

fn call(which: usize, call: Call) {
    if is_trapped(which, call) {
        resume_unwind(Box::new("as it should"));
    }
}

fn replace(which: usize, level: u32) -> u32 {
    let mut levels = LEVELS.get();
    let old = std::mem::replace(&mut levels[which], level);
    LEVELS.set(levels);
    old
}

struct Captured(u32);

impl Captured {
    fn new(level: u32) -> Captured {
        LIVE.fetch_add(1, Ordering::SeqCst);
        Captured(level)
    }
}

impl Drop for Captured {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::SeqCst);
    }
}

struct Entered {
    which: usize,
    back: Captured,
}

impl Drop for Entered {
    fn drop(&mut self) {
        replace(self.which, self.back.0);
        call(self.which, Call::Leave);
    }
}

impl Companion for Level {
    type Captured = Captured;
    type Entered<'a> = Entered;

    fn capture(&self) -> Option<Captured> {
        call(self.0, Call::Capture);
        Some(LEVELS.get()[self.0]).filter(|level| *level > 0).map(Captured::new)
    }

    fn enter<'a>(&'a self, captured: Option<&'a Captured>) -> Option<Entered> {
        call(self.0, Call::Enter);
        let level = captured.map_or(0, |captured| captured.0);
        Some(Entered { which: self.0, back: Captured::new(replace(self.0, level)) })
    }
}

/// Counts itself while it is alive.
struct Witness(#[expect(dead_code, reason = "counted")] Captured);

fn witness() -> Witness {
    Witness(Captured::new(0))
}

fn poll<F: Future>(future: Pin<&mut F>) {
    let polled = future.poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_ready());
}

/// An operation on a snapshot, and whether it captures.
type Use = (&'static str, bool, fn(&Snapshot));

const USES: [Use; 9] = [
    ("run", false, |snapshot| {
        let witness = witness();
        snapshot.run(|| drop(witness));
    }),
    ("run, which panics", false, |snapshot| {
        let witness = witness();
        snapshot.run(|| resume_unwind(Box::new(witness)));
    }),
    ("a future", false, |snapshot| {
        let witness = witness();
        poll(pin!(snapshot.scope(async { drop(witness) })));
    }),
    ("a future that panics", false, |snapshot| {
        let witness = witness();
        poll(pin!(snapshot.scope(async { resume_unwind(Box::new(witness)) })));
    }),
    ("a scope, which starts", true, |snapshot| {
        let witness = witness();
        let scope = NAME.scope("scope", async { drop(witness) });
        snapshot.run(|| poll(pin!(scope)));
    }),
    ("an iterator", false, |snapshot| assert_eq!(snapshot.scope([witness(), witness()].into_iter()).count(), 2)),
    ("a wrapped closure", false, |snapshot| {
        let witness = witness();
        snapshot.wrap(|| drop(witness)).call_once(());
    }),
    ("a message", true, |snapshot| snapshot.run(|| Carried::new(witness())).handle(drop)),
    ("a thread", true, |snapshot| {
        let witness = witness();
        let spawned = snapshot.run(|| thread::spawn(|| drop(witness)));
        spawned.join().unwrap();
    }),
];

fn sleeps() -> bool {
    std::thread::sleep(Duration::from_millis(1));
    false
}

/// Runs the operation `what` with these panics.
fn check(what: &str, snapshot: &Snapshot, traps: &[(usize, Call)], f: &dyn Fn(&Snapshot)) -> bool {
    let live = LIVE.load(Ordering::SeqCst);
    LEVELS.set([4, 5, 6]);
    TRAPS.set(traps.to_vec());
    let result = NAME.run("caller", || {
        let result = catch_unwind(AssertUnwindSafe(|| f(snapshot)));
        assert_eq!(NAME.get(), Some("caller"), "{what}, {traps:?}");
        result
    });
    assert_eq!(LEVELS.get(), [4, 5, 6], "{what}, {traps:?}");
    let panicked = result.is_err();
    drop(result);
    // a thread may still be running
    let is_let_go = || LIVE.load(Ordering::SeqCst) == live;
    assert!((0..10_000).any(|_| is_let_go() || sleeps()), "{what}, {traps:?}: leaked");
    TRAPS.take();
    panicked
}

/// Registers the companions once, and runs one test at a time, since the tests count live values.
fn alone() -> MutexGuard<'static, ()> {
    static REGISTERED: Once = Once::new();
    static ALONE: Mutex<()> = Mutex::new(());
    REGISTERED.call_once(|| {
        for which in 0..3 {
            companion::register(Level(which));
        }
    });
    ALONE.lock().unwrap_or_else(|e| e.into_inner())
}

#[test]
fn what_was_current_is_back() {
    let _alone = alone();
    LEVELS.set([1, 2, 3]);
    let all = NAME.run("within", Snapshot::capture);
    LEVELS.set([0, 2, 0]);
    let one = NAME.run("within", Snapshot::capture);
    LEVELS.set([0; 3]);
    let none = Snapshot::capture();
    for snapshot in [all, one, none, Snapshot::empty()] {
        for (what, captures, f) in USES {
            let planned = what.ends_with("panics");
            assert_eq!(check(what, &snapshot, &[], &f), planned, "{what}");
            for which in 0..3 {
                for call in [Call::Capture, Call::Enter, Call::Leave] {
                    let panics = planned || captures || call != Call::Capture;
                    assert_eq!(check(what, &snapshot, &[(which, call)], &f), panics, "{what}, {which}, {call:?}");
                }
                // and more of them while the thread panics
                for other in (0..3).filter(|other| *other != which) {
                    let traps = [(which, Call::Leave), (other, Call::Leave)];
                    assert!(check(what, &snapshot, &traps, &f), "{what}, {traps:?}");
                    let traps = [(which, Call::Enter), (other, Call::Leave)];
                    assert!(check(what, &snapshot, &traps, &f), "{what}, {traps:?}");
                }
            }
        }
    }
}

/// A scope whose start panics leaves foreign context unchanged, like one that is dropped before its
/// start.
#[test]
fn a_scope_whose_start_panics_is_dropped_where_it_is() {
    struct Sees(Arc<Mutex<Vec<[u32; 3]>>>);
    impl Drop for Sees {
        fn drop(&mut self) {
            self.0.lock().unwrap().push(LEVELS.get());
        }
    }
    let _alone = alone();
    let seen = Arc::default();
    let sees = Sees(Arc::clone(&seen));
    let mut task = Box::pin(NAME.scope("scope", async { drop(sees) }));
    LEVELS.set([7, 8, 9]);
    TRAPS.set(vec![(0, Call::Capture)]);
    assert!(catch_unwind(AssertUnwindSafe(|| poll(task.as_mut()))).is_err());
    drop(task);
    assert_eq!(*seen.lock().unwrap(), [[7, 8, 9]]);
}
