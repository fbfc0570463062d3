//! Guarantee 3: `run`, `get`, `capture`, `enter` and the rest work inside `with`, inside a value's
//! drop, clone or debug, and inside the destructor of a thread-local.

use crate::support;

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use asynccontext::agent::async_context_swap;
use asynccontext::{Carried, Propagate, Snapshot, Variable};

static NAME: Variable<String> = Variable::named("name");
static OTHER: Variable<Busy> = Variable::named("other");
static COUNT: Variable<Arc<()>> = Variable::new();

/// Calls every operation.
fn everything() {
    let snapshot = NAME.run("inside".to_owned(), || {
        assert_eq!(NAME.get().as_deref(), Some("inside"));
        let guard = NAME.enter("entered".to_owned());
        let snapshot = Snapshot::capture();
        drop(guard);
        assert_eq!(NAME.get().as_deref(), Some("inside"));
        let previous = async_context_swap(snapshot.clone());
        assert_eq!(NAME.get().as_deref(), Some("entered"));
        async_context_swap(previous);
        snapshot
    });
    snapshot.run(|| assert_eq!(NAME.get().as_deref(), Some("entered")));
    let task = async { NAME.enter_task("task".to_owned()).map(|_guard| NAME.get()) };
    let seen = support::ready(task.with_snapshot(snapshot));
    assert_eq!(seen.unwrap().as_deref(), Some("task"));
    let mut read = NAME.scope("iterator".to_owned(), std::iter::repeat_with(|| NAME.get()));
    assert_eq!(read.next().flatten().as_deref(), Some("iterator"));
    let message = NAME.run("sender".to_owned(), || Carried::new(()));
    assert_eq!(message.handle(|()| NAME.get()).as_deref(), Some("sender"));
    assert!(!format!("{:?}", Snapshot::capture()).is_empty());
}

/// A value whose own code uses contexts.
struct Busy;

static BUSY: AtomicUsize = AtomicUsize::new(0);

fn busy() {
    BUSY.fetch_add(1, Ordering::Relaxed);
    everything();
}

impl Drop for Busy {
    fn drop(&mut self) {
        busy();
    }
}

impl Clone for Busy {
    fn clone(&self) -> Busy {
        busy();
        OTHER.with(|other| assert!(other.is_some()));
        Busy
    }
}

impl fmt::Debug for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        busy();
        f.write_str("Busy")
    }
}

#[test]
fn inside_with_and_the_value_s_own_code() {
    OTHER.run(Busy, || {
        OTHER.with(|_| OTHER.with(|_| OTHER.run(Busy, || drop(OTHER.get()))));
        let guard = OTHER.enter(Busy);
        OTHER.with(|value| {
            everything();
            drop(guard);
            assert_eq!(format!("{:?}", value.unwrap()), "Busy");
        });
        drop(OTHER.get());
        drop(Snapshot::capture());
    });
    drop(OTHER.scope(Busy, async {}));
    assert_eq!(BUSY.load(Ordering::Relaxed), 9);
}

#[test]
fn a_value_that_is_read_outlives_its_guard() {
    let count = Arc::new(());
    COUNT.run(Arc::default(), || {
        let guard = COUNT.enter(Arc::clone(&count));
        COUNT.with(|value| {
            drop(guard);
            assert!(!COUNT.with(|v| Arc::ptr_eq(v.unwrap(), &count)));
            assert!(Arc::ptr_eq(value.unwrap(), &count));
            assert_eq!(Arc::strong_count(&count), 2);
        });
        assert_eq!(Arc::strong_count(&count), 1);

        // two reads, the guard dropped in a scope inside them
        let guard = COUNT.enter(Arc::clone(&count));
        let _captured = Snapshot::capture();
        COUNT.with(|_| {
            COUNT.with(|_| NAME.run(String::new(), || drop(guard)));
            assert_eq!(Arc::strong_count(&count), 2);
        });
    });
    assert_eq!(Arc::strong_count(&count), 1);
}

#[test]
fn a_value_that_is_read_outlives_a_swap() {
    let count = Arc::new(());
    let with = |value: &Arc<()>| COUNT.run(Arc::clone(value), Snapshot::capture);
    Snapshot::empty().run(|| {
        async_context_swap(with(&count));
        COUNT.with(|value| {
            for _ in 0..3 {
                async_context_swap(with(&Arc::default()));
            }
            assert!(Arc::ptr_eq(value.unwrap(), &count));
            assert_eq!(Arc::strong_count(&count), 2);
        });
        assert_eq!(Arc::strong_count(&count), 1);
    });

    // beneath a guard that was captured with it
    Snapshot::empty().run(|| {
        async_context_swap(with(&count));
        let guard = NAME.enter("above".to_owned());
        drop(Snapshot::capture());
        COUNT.with(|value| {
            async_context_swap(Snapshot::empty());
            drop(guard);
            assert!(Arc::ptr_eq(value.unwrap(), &count));
        });
        assert_eq!(Arc::strong_count(&count), 1);
    });
}

/// The value is dropped with its thread-local, before or after the library's own.
struct Last(Arc<()>);

impl Drop for Last {
    fn drop(&mut self) {
        everything();
        let snapshot = COUNT.run(Arc::clone(&self.0), || {
            let _guard = COUNT.enter(Arc::clone(&self.0));
            Snapshot::capture()
        });
        snapshot.run(|| COUNT.with(|count| assert!(count.is_some())));
        let task = support::EachPoll(|| {
            std::mem::forget(COUNT.enter(Arc::clone(&self.0)));
            None::<()>
        });
        let mut task = Box::pin(task.with_snapshot(snapshot));
        assert!(support::poll(task.as_mut()).is_pending());
        drop(task);
        let guard = COUNT.enter(Arc::clone(&self.0));
        COUNT.with(|count| assert!(count.is_some()));
        drop(guard);
        BUSY_THREADS.fetch_add(1, Ordering::Relaxed);
    }
}

static BUSY_THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static LAST: Cell<Option<Last>> = const { Cell::new(None) };
}

#[test]
fn inside_the_destructor_of_a_thread_local() {
    let count = Arc::new(());
    for before in [true, false] {
        let value = Arc::clone(&count);
        let thread = std::thread::spawn(move || {
            if before {
                LAST.set(Some(Last(Arc::clone(&value))));
            }
            // values at the thread's root are dropped when the thread ends
            std::mem::forget(COUNT.enter(Arc::clone(&value)));
            async_context_swap(COUNT.run(Arc::clone(&value), Snapshot::capture));
            if !before {
                LAST.set(Some(Last(Arc::clone(&value))));
            }
        });
        thread.join().unwrap();
        assert_eq!(Arc::strong_count(&count), 1, "set before: {before}");
    }
    assert_eq!(BUSY_THREADS.load(Ordering::Relaxed), 2);
}
