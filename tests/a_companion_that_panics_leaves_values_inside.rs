//! If a companion panics while a mapping is entered to drop a value in it, the value is still
//! dropped in the mapping.

#![cfg(feature = "companions")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use asynccontext::companion::{self, Companion};
use asynccontext::{Carried, Snapshot, Variable, thread};

static NAME: Variable<&str> = Variable::named("name");
static PANICS: AtomicBool = AtomicBool::new(false);

struct Foreign;

impl Companion for Foreign {
    type Captured = ();
    type Entered<'a> = ();

    fn capture(&self) -> Option<()> {
        Some(())
    }

    fn enter(&self, _: Option<&()>) -> Option<()> {
        if PANICS.swap(false, Ordering::Relaxed) {
            panic!("as it should");
        }
        None
    }
}

static SEEN: Mutex<Vec<Option<&str>>> = Mutex::new(Vec::new());

/// Records the name that is current when it is dropped.
struct Witness;

/// A closure that drops the witness with itself.
fn holding(witness: Witness) -> impl Fn() {
    move || _ = &witness
}

impl Drop for Witness {
    fn drop(&mut self) {
        SEEN.lock().unwrap().push(NAME.get());
    }
}

#[test]
fn a_companion_panics_where_a_value_is_dropped_or_handed_over() {
    companion::register(Foreign);
    let within = || NAME.run("within", Snapshot::capture);
    type Case = (&'static str, Box<dyn FnOnce(Snapshot)>);
    let cases: [Case; 6] = [
        ("a scoped value is dropped", Box::new(|s| drop(s.scope(Witness)))),
        ("a wrapped closure is dropped", Box::new(|s| drop(s.wrap(holding(Witness))))),
        ("a message is dropped", Box::new(|s| drop(Carried::from_parts(s, Witness)))),
        ("a message is handled", Box::new(|s| Carried::from_parts(s, Witness).handle(drop))),
        (
            "a wrapped closure is called",
            Box::new(|s| {
                let witness = Witness;
                s.wrap(move || drop(witness)).call_once(());
            }),
        ),
        (
            "an iterator is used up",
            Box::new(|s| {
                assert_eq!(s.scope([Witness].into_iter()).count(), 1);
            }),
        ),
    ];
    for (what, case) in cases {
        let snapshot = within();
        PANICS.store(true, Ordering::Relaxed);
        let panicked = catch_unwind(AssertUnwindSafe(|| case(snapshot))).is_err();
        assert!(panicked, "{what}: the companion did not panic");
        assert_eq!(SEEN.lock().unwrap().split_off(0), [Some("within")], "{what}");
        assert_eq!(NAME.get(), None, "{what}");
    }
    let witness = Witness;
    PANICS.store(true, Ordering::Relaxed);
    let spawned = NAME.run("within", || thread::spawn(move || drop(witness))).join();
    assert!(spawned.is_err());
    assert_eq!(SEEN.lock().unwrap().split_off(0), [Some("within")], "a thread's closure");
}
