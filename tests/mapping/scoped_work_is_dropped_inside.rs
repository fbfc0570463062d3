//! Guarantee 2: a scoped future and a wrapped closure are always dropped with their context
//! current.

use crate::support;

use std::pin::pin;
use std::sync::{Arc, Mutex};

use asynccontext::{Propagate, Snapshot, TaskGuard, Variable};

static NAME: Variable<&str> = Variable::named("name");
static MORE: Variable<&str> = Variable::named("more");

type Seen = Arc<Mutex<Vec<(Option<&'static str>, Option<&'static str>)>>>;

/// Records what is current when it is dropped.
struct Witness(Seen);

impl Drop for Witness {
    fn drop(&mut self) {
        self.0.lock().unwrap().push((NAME.get(), MORE.get()));
    }
}

fn witness() -> (Seen, Witness) {
    let seen = Seen::default();
    (Arc::clone(&seen), Witness(seen))
}

#[test]
fn a_future_that_was_never_polled() {
    let (seen, witness) = witness();
    let task = NAME.scope("task", async move { drop(witness) });
    NAME.run("elsewhere", || drop(task));
    assert_eq!(*seen.lock().unwrap(), [(Some("task"), None)]);
}

#[test]
fn a_future_that_is_suspended_with_a_guard() {
    let (seen, witness) = witness();
    let mut task = Box::pin(NAME.scope("task", async move {
        let _guard: TaskGuard = MORE.enter_task("guarded").unwrap();
        let _witness = witness; // dropped before the guard
        support::suspend().await;
    }));
    assert!(support::poll(task.as_mut()).is_pending());
    let elsewhere = move || MORE.run("elsewhere", || drop(task));
    std::thread::spawn(elsewhere).join().unwrap();
    assert_eq!(*seen.lock().unwrap(), [(Some("task"), Some("guarded"))]);
    assert_eq!((NAME.get(), MORE.get()), (None, None));
}

#[test]
fn what_a_future_holds_when_it_is_ready_or_panics() {
    let (seen, first) = witness();
    let second = Witness(Arc::clone(&seen));
    support::ready(NAME.scope("ready", async move { drop(first) }));
    let panics = NAME.scope("panics", async move {
        let _second = second;
        panic!("as it should");
    });
    let result = std::panic::catch_unwind(|| support::ready(panics));
    assert!(result.is_err());
    assert_eq!(*seen.lock().unwrap(), [(Some("ready"), None), (Some("panics"), None)]);
}

#[test]
fn a_future_of_a_snapshot() {
    let (seen, witness) = witness();
    let snapshot = NAME.run("then", Snapshot::capture);
    drop(snapshot.scope(witness));
    let (also, witness) = self::witness();
    drop(NAME.run("now", || witness.in_current_snapshot()));
    assert_eq!(*seen.lock().unwrap(), [(Some("then"), None)]);
    assert_eq!(*also.lock().unwrap(), [(Some("now"), None)]);
}

#[test]
fn a_future_inside_another_one() {
    let (seen, witness) = witness();
    let outer = NAME.scope("outer", async move {
        let inner = MORE.scope("inner", async move {
            let _witness = witness;
            support::suspend().await;
        });
        inner.await;
    });
    {
        let mut outer = pin!(outer);
        assert!(support::poll(outer.as_mut()).is_pending());
    }
    assert_eq!(*seen.lock().unwrap(), [(Some("outer"), Some("inner"))]);
}

#[test]
fn a_wrapped_closure() {
    let snapshot = NAME.run("wrap", Snapshot::capture);
    let (seen, witness) = witness();
    let wrapped = snapshot.wrap(move || {
        let _ = &witness;
    });
    wrapped.call(());
    NAME.run("elsewhere", || drop(wrapped));
    assert_eq!(*seen.lock().unwrap(), [(Some("wrap"), None)]);

    // called for the last time: its captures and its arguments
    let (seen, held) = self::witness();
    let argument = Witness(Arc::clone(&seen));
    snapshot.wrap(move |_argument: Witness| drop(held)).call_once((argument,));
    assert_eq!(*seen.lock().unwrap(), [(Some("wrap"), None); 2]);

    // as a plain closure, never called
    let (seen, held) = self::witness();
    let plain = snapshot
        .wrap(move || {
            let _ = &held;
        })
        .into_fn();
    plain();
    drop(plain);
    assert_eq!(*seen.lock().unwrap(), [(Some("wrap"), None)]);
}

#[test]
fn but_not_what_was_taken_out() {
    let (seen, witness) = witness();
    let inner = NAME.scope("task", witness).into_inner();
    NAME.run("outside", || drop(inner));
    assert_eq!(*seen.lock().unwrap(), [(Some("outside"), None)]);
}

#[test]
fn unless_its_parts_are_put_together_again() {
    let (seen, witness) = witness();
    let (snapshot, inner) = NAME.scope("task", witness).into_parts();
    NAME.run("outside", || drop(inner.with_snapshot(snapshot)));
    assert_eq!(*seen.lock().unwrap(), [(Some("task"), None)]);
}

/// The parts of a scope that has not started: it binds on top of the mapping that is current where
/// it is taken apart.
#[test]
fn the_parts_of_a_scope_that_has_not_started() {
    static OTHER: asynccontext::Variable<u8> = asynccontext::Variable::new();
    let task = OTHER.run(1, || NAME.scope("task", 7));
    let (snapshot, inner) = OTHER.run(2, || task.into_parts());
    assert_eq!(inner, 7);
    assert_eq!(snapshot.run(|| (NAME.get(), OTHER.get())), (Some("task"), Some(2)));
}
