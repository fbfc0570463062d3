//! A kept binding lasts until its scope ends, and a scope keeps one for each variable.

use crate::support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use asynccontext::agent::async_context_swap;
use asynccontext::{Snapshot, Variable};
use support::{poll, suspend};

static A: Variable<u32> = Variable::named("a");
static B: Variable<u32> = Variable::named("b");
static HELD: Variable<Arc<()>> = Variable::named("held");

fn seen() -> (Option<u32>, Option<u32>) {
    (A.get(), B.get())
}

#[test]
fn it_ends_with_the_run() {
    A.run(1, || {
        A.enter(2).keep();
        assert_eq!(A.get(), Some(2));
        A.run(3, || {
            A.enter(4).keep();
            B.enter(5).keep();
            assert_eq!(seen(), (Some(4), Some(5)));
        });
        assert_eq!(seen(), (Some(2), None));
    });
    assert_eq!(seen(), (None, None));
}

#[test]
fn it_ends_with_the_task_and_goes_where_the_task_goes() {
    let task = async {
        A.enter(2).keep();
        suspend().await;
        assert_eq!(A.get(), Some(2));
        A.enter(3).keep();
        suspend().await;
        A.get()
    };
    let mut task = Box::pin(A.scope(1, task));
    assert!(poll(task.as_mut()).is_pending());
    assert_eq!(A.get(), None);
    let elsewhere = move || {
        assert!(poll(task.as_mut()).is_pending());
        assert_eq!(A.get(), None);
        task
    };
    let mut task = std::thread::spawn(elsewhere).join().unwrap();
    assert_eq!(poll(task.as_mut()), std::task::Poll::Ready(Some(3)));
    assert_eq!(A.get(), None);
}

#[test]
fn it_ends_with_the_thread() {
    let value = Arc::new(());
    let held = value.clone();
    std::thread::spawn(|| {
        HELD.enter(held).keep();
        assert!(HELD.get().is_some());
    })
    .join()
    .unwrap();
    assert_eq!(Arc::strong_count(&value), 1);
}

#[test]
fn a_newer_one_drops_the_older() {
    Snapshot::empty().run(|| {
        let values: Vec<Arc<()>> = (0..100).map(|_| Arc::default()).collect();
        for (i, value) in values.iter().enumerate() {
            let other = B.enter(0);
            HELD.enter(value.clone()).keep();
            B.enter(i as u32).keep();
            drop(other);
            let alive = values.iter().filter(|value| Arc::strong_count(value) > 1).count();
            assert_eq!((alive, B.get()), (1, Some(i as u32)));
        }
    });
}

#[test]
fn also_when_each_is_captured() {
    Snapshot::empty().run(|| {
        let values: Vec<Arc<()>> = (0..50).map(|_| Arc::default()).collect();
        let mut last = Snapshot::empty();
        for (i, value) in values.iter().enumerate() {
            HELD.enter(value.clone()).keep();
            A.enter(i as u32).keep();
            last = Snapshot::capture();
        }
        let alive = values.iter().filter(|value| Arc::strong_count(value) > 1).count();
        assert_eq!(alive, 1);
        last.run(|| assert_eq!(A.get(), Some(49)));
    });
}

#[test]
fn a_snapshot_keeps_what_was_kept_before() {
    A.run(1, || {
        A.enter(2).keep();
        let snapshot = Snapshot::capture();
        A.enter(3).keep();
        assert_eq!(A.get(), Some(3));
        snapshot.run(|| assert_eq!(A.get(), Some(2)));
    });
}

#[test]
fn guards_around_it_leave_their_own_binding_only() {
    Snapshot::empty().run(|| {
        let (below, other) = (A.enter(1), B.enter(1));
        A.enter(2).keep();
        let above = A.enter(3);
        A.enter(4).keep();
        drop((below, other));
        assert_eq!(seen(), (Some(4), None));
        drop(above);
        assert_eq!(seen(), (Some(4), None));
    });
}

/// Kept out of order, the one that was entered last still wins.
#[test]
fn the_order_of_entering_decides() {
    Snapshot::empty().run(|| {
        let value = Arc::new(());
        let first = HELD.enter(value.clone());
        let latest = Arc::new(());
        HELD.enter(latest.clone()).keep();
        first.keep();
        assert!(Arc::ptr_eq(&HELD.get().unwrap(), &latest));
        assert_eq!(Arc::strong_count(&value), 1);
    });
}

/// Keeping a guard inside an inner scope takes effect on its own scope when the inner one ends.
#[test]
fn kept_from_an_inner_scope() {
    Snapshot::empty().run(|| {
        let value = Arc::new(());
        HELD.enter(value.clone()).keep();
        let (second, third) = (HELD.enter(Arc::default()), HELD.enter(Arc::default()));
        A.run(1, || {
            second.keep();
            third.keep();
            assert!(HELD.get().is_some());
        });
        assert_eq!(Arc::strong_count(&value), 1);
        assert!(HELD.get().is_some());
        let mut outlived = None;
        A.run(1, || outlived = Some(HELD.enter(value.clone())));
        outlived.unwrap().keep();
        assert!(!Arc::ptr_eq(&HELD.get().unwrap(), &value));
    });
}

#[test]
fn a_swap_hides_it_and_what_is_kept_after_shows() {
    Snapshot::empty().run(|| {
        let value = Arc::new(());
        HELD.enter(value.clone()).keep();
        let before = async_context_swap(Snapshot::empty());
        assert!(HELD.get().is_none());
        HELD.enter(Arc::default()).keep();
        assert!(HELD.get().is_some());
        drop(before);
        assert_eq!(Arc::strong_count(&value), 1);
    });
}

/// A value whose drop reads, keeps another, and panics.
#[test]
fn the_drop_of_an_older_one_may_do_anything() {
    static DROPPED: AtomicUsize = AtomicUsize::new(0);
    static VALUE: Variable<Panics> = Variable::named("value");
    struct Panics(bool);
    impl Drop for Panics {
        fn drop(&mut self) {
            if DROPPED.fetch_add(1, Ordering::Relaxed) == 0 {
                assert!(VALUE.with(|value| value.is_some_and(|value| !value.0)));
                A.enter(7).keep();
                VALUE.enter(Panics(false)).keep();
            }
            if self.0 {
                panic!("as it should");
            }
        }
    }
    Snapshot::empty().run(|| {
        VALUE.enter(Panics(true)).keep();
        let again = catch_unwind(AssertUnwindSafe(|| VALUE.enter(Panics(false)).keep()));
        assert!(again.is_err());
        assert_eq!(A.get(), Some(7));
        assert!(VALUE.with(|value| value.is_some()));
    });
    assert_eq!(DROPPED.load(Ordering::Relaxed), 3);
}
