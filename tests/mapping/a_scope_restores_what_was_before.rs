//! Guarantee 1: after `run`, `Snapshot::run`, a wrapped call and a poll, the previous mapping is
//! current again, even after a panic, and even if the value's drop panics.

use crate::support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;

use asynccontext::{Propagate, Snapshot, Variable};
use support::EachPoll;

static NAME: Variable<&str> = Variable::named("name");
static BOMB: Variable<Bomb> = Variable::named("bomb");

/// Panics when dropped, with what it read.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(BOMB.with(|bomb| bomb.is_none()), "the dying value shows");
        panic!("boom in {}", NAME.get().unwrap_or("nothing"));
    }
}

/// The message of the panic that `f` ends with.
fn panics<R>(f: impl FnOnce() -> R) -> String {
    let panic = catch_unwind(AssertUnwindSafe(f)).err().expect("a panic");
    match panic.downcast_ref::<String>() {
        Some(message) => message.clone(),
        None => (*panic.downcast_ref::<&str>().expect("a message")).to_owned(),
    }
}

#[test]
fn after_a_return() {
    NAME.run("outer", || {
        let outside = Snapshot::capture();
        NAME.run("inner", || {
            assert_eq!(NAME.get(), Some("inner"));
            outside.run(|| assert_eq!(NAME.get(), Some("outer")));
            assert_eq!(NAME.get(), Some("inner"));
            Snapshot::empty().run(|| assert_eq!(NAME.get(), None));
            assert_eq!(NAME.get(), Some("inner"));
        });
        assert_eq!(NAME.get(), Some("outer"));
    });
    assert_eq!(NAME.get(), None);
}

#[test]
fn after_a_panic() {
    NAME.run("outer", || {
        let snapshot = Snapshot::capture();
        assert_eq!(panics(|| NAME.run("inner", || panic!("a"))), "a");
        assert_eq!(NAME.get(), Some("outer"));
        assert_eq!(panics(|| Snapshot::empty().run(|| panic!("b"))), "b");
        assert_eq!(NAME.get(), Some("outer"));
        assert_eq!(panics(|| Snapshot::empty().wrap(|| panic!("c")).call(())), "c");
        assert_eq!(NAME.get(), Some("outer"));
        // through two runs and a snapshot
        let through = || NAME.run("1", || NAME.run("2", || snapshot.run(|| panic!("d"))));
        assert_eq!(panics(through), "d");
        assert_eq!(NAME.get(), Some("outer"));
        assert_eq!(panics(|| NAME.with(|_| NAME.run("x", || panic!("e")))), "e");
        assert_eq!(NAME.get(), Some("outer"));
    });
    assert_eq!(NAME.get(), None);
}

#[test]
fn after_a_poll_that_is_pending_ready_or_panics() {
    NAME.run("outer", || {
        let mut polls = 0;
        let body = EachPoll(|| {
            assert_eq!(NAME.get(), Some("task"));
            polls += 1;
            assert!(polls < 3, "third");
            (polls == 2).then_some(())
        });
        let mut task = pin!(NAME.scope("task", body));
        assert_eq!(NAME.get(), Some("outer"));
        assert!(support::poll(task.as_mut()).is_pending());
        assert_eq!(NAME.get(), Some("outer"));
        assert!(support::poll(task.as_mut()).is_ready());
        assert_eq!(NAME.get(), Some("outer"));
        assert_eq!(panics(|| support::poll(task.as_mut())), "third");
        assert_eq!(NAME.get(), Some("outer"));
    });
}

#[test]
fn after_a_poll_inside_a_poll() {
    let inner = NAME.scope("inner", async {
        support::suspend().await;
        NAME.get()
    });
    let outer = NAME.scope("outer", async {
        let mut inner = pin!(inner);
        assert!(support::poll(inner.as_mut()).is_pending());
        assert_eq!(NAME.get(), Some("outer"));
        let seen = inner.await;
        assert_eq!(NAME.get(), Some("outer"));
        seen
    });
    assert_eq!(support::ready(outer), Some("inner"));
    assert_eq!(NAME.get(), None);
}

#[test]
fn after_a_drop_inside_a_poll() {
    let other = NAME.scope("other", async { support::suspend().await });
    let task = NAME.scope("task", async move {
        drop(other);
        NAME.get()
    });
    assert_eq!(support::ready(task), Some("task"));
}

#[test]
fn after_the_drop_of_the_value_panics() {
    NAME.run("outer", || {
        assert_eq!(panics(|| BOMB.run(Bomb, || ())), "boom in outer");
        assert_eq!(NAME.get(), Some("outer"));

        // held by a snapshot, dropped further inside
        let snapshot = BOMB.run(Bomb, Snapshot::capture);
        assert_eq!(panics(|| NAME.run("inner", || drop(snapshot))), "boom in inner");
        assert_eq!(NAME.get(), Some("outer"));

        // by a guard, in and out of order
        let guard = BOMB.enter(Bomb);
        let above = NAME.enter("above");
        assert_eq!(panics(|| drop(guard)), "boom in above");
        assert_eq!(NAME.get(), Some("above"));
        drop(above);
        assert_eq!(NAME.get(), Some("outer"));

        // by a future, when it is dropped
        let task = BOMB.scope(Bomb, async {});
        assert_eq!(panics(|| drop(task)), "boom in outer");
        let task = Propagate::with_snapshot(async {}, BOMB.run(Bomb, Snapshot::capture));
        assert_eq!(panics(|| NAME.run("inner", || drop(task))), "boom in inner");
        assert_eq!(NAME.get(), Some("outer"));

        // by a forgotten guard, when its scope ends
        let scope = || NAME.run("scope", || std::mem::forget(BOMB.enter(Bomb)));
        assert_eq!(panics(scope), "boom in outer");
        assert_eq!(NAME.get(), Some("outer"));
        assert!(BOMB.with(|bomb| bomb.is_none()));
    });
}

/// One panicking drop among many values that are dropped together: the others are dropped too.
#[test]
fn after_one_of_many_drops_panics() {
    use std::sync::Arc;
    static VALUE: Variable<(Arc<()>, Option<Bomb>)> = Variable::new();
    static LINK: Variable<(Snapshot, Arc<()>, Option<Bomb>)> = Variable::new();
    let count = Arc::new(());
    let value = |at: usize| (Arc::clone(&count), (at == 2).then(|| Bomb));

    panics(|| NAME.run("a", || (0..5).for_each(|i| std::mem::forget(VALUE.enter(value(i))))));
    assert_eq!(Arc::strong_count(&count), 1);

    panics(|| {
        NAME.run("a", || {
            let guards: Vec<_> = (0..5).map(|i| VALUE.enter(value(i))).collect();
            let _shared = Snapshot::capture();
            NAME.run("b", || drop(guards)); // outside the guards' own scope
        });
    });
    assert_eq!(Arc::strong_count(&count), 1);

    let mut snapshot = Snapshot::empty();
    for i in 0..1000 {
        let bomb = (i == 500).then(|| Bomb);
        let value = (snapshot, Arc::clone(&count), bomb);
        snapshot = LINK.run(value, Snapshot::capture);
    }
    panics(|| drop(snapshot));
    assert_eq!(Arc::strong_count(&count), 1);
    assert_eq!(NAME.get(), None);
}
