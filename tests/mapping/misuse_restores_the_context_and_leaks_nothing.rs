//! Misuse and failures: a future polled again after its end, an executor or a value that panics, a
//! waker that changes the context, a task that is never run. The panic is Rust's or the caller's
//! own, never one of this crate; the previous values are current again, and every value is dropped.

use crate::support;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use asynccontext::{Carried, Snapshot, Variable};

static NAME: Variable<&str> = Variable::named("name");
static HELD: Variable<Arc<()>> = Variable::named("held");

type Seen = Arc<Mutex<Vec<Option<&'static str>>>>;

/// Records the name that is current when it is dropped.
struct Witness(Seen);

impl Drop for Witness {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(NAME.get());
    }
}

/// The message of the panic that `f` ends with.
fn panics<R>(f: impl FnOnce() -> R) -> String {
    let panic = catch_unwind(AssertUnwindSafe(f)).err().expect("a panic");
    match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(other) => (*other.downcast::<&str>().expect("a message")).to_owned(),
    }
}

/// Runs `test` where the name is "outside" and a value is held, and checks that the name is
/// unchanged and nothing else holds the value.
fn outside(test: impl FnOnce()) {
    let value = Arc::new(());
    HELD.run(Arc::clone(&value), || {
        NAME.run("outside", || {
            test();
            assert_eq!(NAME.get(), Some("outside"));
        });
    });
    assert_eq!(Arc::strong_count(&value), 1);
    assert!(Snapshot::capture().is_empty());
}

#[test]
fn a_future_polled_after_its_end_panics_with_its_own_message() {
    outside(|| {
        let mut task = Box::pin(NAME.scope("task", async {}));
        assert!(support::poll(task.as_mut()).is_ready());
        assert_eq!(panics(|| support::poll(task.as_mut())), "`async fn` resumed after completion");
        assert_eq!(NAME.get(), Some("outside"));

        let mut task = Box::pin(NAME.scope("task", async { resume_unwind(Box::new("as it should")) }));
        assert_eq!(panics(|| support::poll(task.as_mut())), "as it should");
        assert_eq!(panics(|| support::poll(task.as_mut())), "`async fn` resumed after panicking");
        assert_eq!(NAME.get(), Some("outside"));

        let mut ready = NAME.scope("task", std::future::ready(()));
        assert!(support::poll(Pin::new(&mut ready)).is_ready());
        assert_eq!(panics(|| support::poll(Pin::new(&mut ready))), "`Ready` polled after completion");
    });
}

#[test]
fn a_future_whose_drop_panics_restores_and_releases() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            assert_eq!(NAME.get(), Some("task"));
            resume_unwind(Box::new("as it should"));
        }
    }
    outside(|| {
        let task = NAME.scope("task", Bomb);
        assert_eq!(panics(|| drop(task)), "as it should");
        assert_eq!(NAME.get(), Some("outside"));
        // suspended, with a guard
        let mut task = Box::pin(NAME.scope("task", async {
            let _bomb = Bomb;
            let _guard = HELD.enter_task(HELD.get().unwrap());
            support::suspend().await;
        }));
        assert!(support::poll(task.as_mut()).is_pending());
        assert_eq!(panics(|| drop(task)), "as it should");
        assert_eq!(NAME.get(), Some("outside"));
        // a closure that is never called, and a message that is never handled
        let bomb = Bomb;
        let closure = NAME.run("task", || Snapshot::capture().wrap(move || drop(bomb)));
        assert_eq!(panics(|| drop(closure)), "as it should");
        assert_eq!(NAME.get(), Some("outside"));
        let message = NAME.run("task", || Carried::new(Bomb));
        assert_eq!(panics(|| drop(message)), "as it should");
    });
}

/// A value whose clone panics, or binds and reads.
struct Clones(fn());

impl Clone for Clones {
    fn clone(&self) -> Clones {
        (self.0)();
        Clones(self.0)
    }
}

static CLONES: Variable<Clones> = Variable::named("clones");

#[test]
fn a_value_whose_clone_panics() {
    outside(|| {
        CLONES.run(Clones(|| resume_unwind(Box::new("as it should"))), || {
            assert_eq!(panics(|| CLONES.get()), "as it should");
            assert_eq!(panics(|| CLONES.try_get()), "as it should");
            assert_eq!(NAME.get(), Some("outside"));
        });
        let default = Variable::new().with_default(Clones(|| resume_unwind(Box::new("as it should"))));
        assert_eq!(panics(|| default.get()), "as it should");
    });
}

/// Its bindings stay in the caller's frame, as with any function that is called there.
#[test]
fn a_value_whose_clone_changes_the_context() {
    outside(|| {
        let changes = || {
            assert_eq!(NAME.get(), Some("reader"));
            NAME.enter("changed").keep();
            CLONES.with(|clones| assert!(clones.is_some()));
        };
        CLONES.run(Clones(changes), || {
            NAME.run("reader", || {
                assert!(CLONES.get().is_some());
                assert_eq!(NAME.get(), Some("changed"));
            });
            assert_eq!(NAME.get(), Some("outside"));
        });
    });
}

#[test]
fn a_value_whose_drop_changes_the_context() {
    struct Changes;
    impl Drop for Changes {
        fn drop(&mut self) {
            NAME.enter("changed").keep();
        }
    }
    static CHANGES: Variable<Changes> = Variable::named("changes");
    outside(|| {
        NAME.run("owner", || {
            CHANGES.run(Changes, || NAME.run("inner", || ()));
            assert_eq!(NAME.get(), Some("changed")); // in the scope that it was dropped in
        });
        assert_eq!(NAME.get(), Some("outside"));
        let snapshot = CHANGES.run(Changes, Snapshot::capture);
        NAME.run("elsewhere", || {
            drop(snapshot);
            assert_eq!(NAME.get(), Some("changed"));
        });
        // with a future that was never polled: its binding is dropped after its frame has ended
        let task = CHANGES.scope(Changes, async {});
        NAME.run("elsewhere", || {
            drop(task);
            assert_eq!(NAME.get(), Some("changed"));
        });
    });
}

/// Runs each task once, and panics after the given number of polls; the remaining tasks are dropped
/// during the panic.
struct Panicking(Vec<Pin<Box<dyn Future<Output = ()>>>>);

impl Panicking {
    fn run(mut self, polls: usize) {
        for (at, task) in self.0.iter_mut().enumerate() {
            if at == polls {
                resume_unwind(Box::new("the executor's"));
            }
            assert!(support::poll(task.as_mut()).is_pending());
        }
    }
}

#[test]
fn an_executor_that_panics_drops_each_task_inside() {
    for polls in 0..3 {
        let seen = Seen::default();
        outside(|| {
            let task = |name| {
                let witness = Witness(Arc::clone(&seen));
                let task = NAME.scope(name, async move {
                    let _witness = witness;
                    let _guard = HELD.enter_task(HELD.get().unwrap());
                    support::suspend().await;
                });
                Box::pin(task) as Pin<Box<dyn Future<Output = ()>>>
            };
            let executor = Panicking(["first", "second", "third"].map(task).into());
            assert_eq!(panics(|| executor.run(polls)), "the executor's");
            assert_eq!(NAME.get(), Some("outside"));
            // inside a task: the panic goes through its poll
            let executor = Panicking(["first", "second", "third"].map(task).into());
            let host = NAME.scope("host", async move { executor.run(polls) });
            assert_eq!(panics(|| support::ready(host)), "the executor's");
        });
        assert_eq!(*seen.lock().unwrap(), ["first", "second", "third"].map(Some).repeat(2));
    }
}

/// A waker that reads the context, changes it, and polls another task.
struct Meddles(Seen, Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>);

impl Wake for Meddles {
    fn wake(self: Arc<Self>) {
        self.0.lock().unwrap().push(NAME.get());
        NAME.enter("the waker's").keep();
        if let Some(mut other) = self.1.lock().unwrap().take() {
            assert!(support::poll(other.as_mut()).is_pending());
            assert_eq!(NAME.get(), Some("the waker's"));
        }
    }
}

#[test]
fn a_waker_that_reads_and_changes_the_context() {
    let seen = Seen::default();
    let wakes = |name| {
        let wakes = std::future::poll_fn(move |cx: &mut Context<'_>| {
            cx.waker().wake_by_ref();
            assert_eq!(NAME.get(), Some("the waker's")); // it ran in the task, as any call does
            NAME.enter(name).keep();
            Poll::<()>::Pending
        });
        Box::pin(NAME.scope(name, wakes))
    };
    outside(|| {
        let waker = |other| Waker::from(Arc::new(Meddles(Arc::clone(&seen), Mutex::new(other))));
        let mut task = wakes("task");
        let other = NAME.scope("other", async { support::suspend().await });
        let waker = waker(Some(Box::pin(other) as Pin<Box<_>>));
        for _ in 0..2 {
            assert!(task.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
            assert_eq!(NAME.get(), Some("outside"));
        }
        // woken from outside, it sees the waker's context
        NAME.run("elsewhere", || waker.wake());
    });
    assert_eq!(*seen.lock().unwrap(), [Some("task"), Some("task"), Some("elsewhere")]);
}
