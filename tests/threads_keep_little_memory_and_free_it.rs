//! A thread keeps a few blocks of memory for its next bindings, and no more. When it ends they are
//! freed, including those that were allocated on another thread.

#[path = "support/bytes.rs"]
mod bytes;

use std::cell::RefCell;
use std::sync::mpsc;
use std::thread;

use asynccontext::{Guard, Snapshot, Variable};

static SMALL: Variable<u8> = Variable::new();
static WIDE: Variable<[u64; 4]> = Variable::new();
static TEXT: Variable<String> = Variable::new();
static HUGE: Variable<[u64; 100]> = Variable::new();

/// Far more nested scopes than there are blocks to keep.
const DEEP: u32 = 200;

fn nested(depth: u32) {
    if depth > 0 {
        SMALL.run(1, || WIDE.run([2; 4], || TEXT.run("three".into(), || HUGE.run([4; 100], || nested(depth - 1)))));
    }
}

fn captured() -> Snapshot {
    SMALL.run(1, || WIDE.run([2; 4], || TEXT.run("three".into(), Snapshot::capture)))
}

/// Returns the memory that `f` leaves on a thread of its own, before the thread ends.
fn left(f: fn()) -> isize {
    let (before, after) = thread::spawn(move || {
        let before = bytes::allocated();
        f();
        (before, bytes::allocated())
    })
    .join()
    .unwrap();
    after - before
}

/// Returns the memory that is left after the thread that runs `f` has ended.
fn left_at_the_end(f: fn()) -> isize {
    let before = bytes::allocated();
    thread::spawn(f).join().unwrap();
    bytes::allocated() - before
}

fn scopes() {
    nested(DEEP);
}

fn guards() {
    let _all: Vec<(Guard, Guard)> = (0..DEEP).map(|_| (SMALL.enter(1), TEXT.enter("two".into()))).collect();
}

fn guards_at_the_root() {
    SMALL.enter(1).keep();
    TEXT.enter("two".into()).keep();
}

/// Snapshots that are captured on one thread and dropped on another, in both directions.
fn exchanged() {
    let (there, from_here) = mpsc::channel();
    let (here, from_there) = mpsc::channel();
    let other = thread::spawn(move || {
        for snapshot in from_here {
            drop(snapshot);
            here.send(captured()).unwrap();
        }
    });
    for _ in 0..DEEP {
        there.send(captured()).unwrap();
        drop(from_there.recv().unwrap());
    }
    drop(there);
    other.join().unwrap();
}

/// Bindings are made and freed while the thread ends, after it freed its blocks.
fn at_the_very_end() {
    struct Late(Option<Snapshot>);
    impl Drop for Late {
        fn drop(&mut self) {
            self.0.take();
            nested(3);
        }
    }
    thread_local! {
        static LATE: RefCell<Late> = const { RefCell::new(Late(None)) };
    }
    LATE.with(|late| late.borrow_mut().0 = Some(captured()));
    nested(3);
}

/// Whether the condition holds at least once: the harness has a thread of its own, which also
/// allocates. An error in the crate would show each time.
fn in_a_quiet_moment(holds: impl FnMut(usize) -> bool) -> bool {
    (0..20).any(holds)
}

/// A single test, since other tests would be counted too.
#[test]
fn little_is_kept_and_nothing_is_left() {
    left_at_the_end(|| drop(captured())); // what is made once
    for (name, f) in [
        ("scopes", scopes as fn()),
        ("guards", guards),
        ("snapshots that are exchanged", exchanged),
        ("work at the very end", at_the_very_end),
        ("guards at the root", guards_at_the_root),
    ] {
        assert!(in_a_quiet_moment(|_| left_at_the_end(f) == 0), "{name}: bytes are left at the end");
    }
    // sixteen blocks of each of a few sizes, none above 128 bytes
    for (name, f) in [("scopes", scopes as fn()), ("guards", guards)] {
        let least = if cfg!(debug_assertions) { 0 } else { 1 };
        let few = |_| (least..=16 * 5 * 128).contains(&left(f));
        assert!(in_a_quiet_moment(few), "{name}: nothing is kept, or more than a few blocks are");
    }
}
