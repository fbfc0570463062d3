//! On a runtime built by `Inherit`, code that runs after a poll of a task runs while other threads
//! may poll the task again, and may even wait for that poll.
//!
//! `RUSTFLAGS="--cfg tokio_unstable" cargo test -p asynccontext --all-features --target-dir target/unstable`

#![cfg(all(feature = "tokio-rt-multi-thread", feature = "companions", tokio_unstable))]

use std::cell::Cell;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use asynccontext::companion::{self, Companion};
use asynccontext::tokio::runtime::{Builder, Inherit};
use asynccontext::{Snapshot, Variable, agent};
use tokio::runtime::Runtime;
use tokio::task::yield_now;

static NAME: Variable<u64> = Variable::named("name");

fn built(hooks: Inherit) -> Runtime {
    hooks.build(Builder::new_multi_thread().worker_threads(2)).expect("a runtime").into()
}

/// A task is polled twice, and the code after the first poll waits for the second.
#[derive(Clone, Default)]
struct Twice(Arc<(AtomicU64, AtomicBool)>);

impl Twice {
    async fn poll(self) {
        poll_fn(|cx| {
            if self.0.0.fetch_add(1, Ordering::SeqCst) == 1 {
                return Poll::Ready(());
            }
            let waker = cx.waker().clone();
            thread::spawn(move || {
                thread::sleep(Duration::from_millis(20)); // until the poll has ended
                waker.wake();
            });
            Poll::Pending
        })
        .await
    }

    /// Waits for the second poll, if it is the first call after the first poll.
    fn wait(&self) {
        let (polls, waited) = &*self.0;
        if polls.load(Ordering::SeqCst) == 1 && !waited.swap(true, Ordering::SeqCst) {
            let began = Instant::now();
            while polls.load(Ordering::SeqCst) == 1 {
                assert!(began.elapsed() < Duration::from_secs(5), "it holds up the next poll");
                thread::sleep(Duration::from_millis(1));
            }
        }
    }

    /// Whether the code waited and did not time out.
    fn was_awaited(&self) -> bool {
        self.0.1.load(Ordering::SeqCst)
    }
}

#[test]
fn a_hook_may_wait_for_the_next_poll() {
    let twice = Twice::default();
    let failed = Arc::new(AtomicBool::new(false));
    let (waits, fails) = (twice.clone(), Arc::clone(&failed));
    let rt = built(Inherit::new().on_after_task_poll(move |_| {
        let waited = std::panic::catch_unwind(|| NAME.with(|_| waits.wait()));
        fails.fetch_or(waited.is_err(), Ordering::SeqCst);
    }));
    let task = NAME.run(1, || rt.spawn(twice.clone().poll()));
    rt.block_on(task).unwrap();
    drop(rt);
    assert!(twice.was_awaited() && !failed.load(Ordering::SeqCst));
}

#[test]
fn a_hook_sees_what_the_poll_left_and_leaves_nothing() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sees = Arc::clone(&seen);
    let rt = built(Inherit::new().on_after_task_poll(move |_| {
        sees.lock().unwrap().push(NAME.get());
        assert!(NAME.enter_task(10).is_err(), "what runs is not the task");
        NAME.enter(11).keep();
        assert_eq!(NAME.get(), Some(11));
        agent::async_context_swap(Snapshot::empty());
        assert_eq!(NAME.get(), None);
    }));
    let task = NAME.run(1, || {
        rt.spawn(async {
            yield_now().await;
            let _guard = NAME.enter_task(2).unwrap();
            yield_now().await;
            assert_eq!(NAME.get(), Some(2));
            agent::async_context_swap(NAME.run(3, Snapshot::capture));
            yield_now().await;
            assert_eq!(NAME.get(), Some(3));
        })
    });
    rt.block_on(task).unwrap();
    drop(rt);
    assert_eq!(*seen.lock().unwrap(), [Some(1), Some(2), Some(3), Some(3)]);
}

#[test]
fn a_companion_that_is_left_may_wait_for_the_next_poll() {
    thread_local! {
        static CURRENT: Cell<bool> = const { Cell::new(false) };
    }
    static TWICE: Mutex<Option<Twice>> = Mutex::new(None);
    static FAILED: AtomicBool = AtomicBool::new(false);
    struct Waits;
    struct Entered;
    impl Companion for Waits {
        type Captured = ();
        type Entered<'a> = Entered;
        fn capture(&self) -> Option<()> {
            CURRENT.get().then_some(())
        }
        fn enter<'a>(&'a self, captured: Option<&'a ()>) -> Option<Entered> {
            captured.map(|()| Entered)
        }
    }
    impl Drop for Entered {
        fn drop(&mut self) {
            assert_eq!(NAME.get(), Some(1), "within the task's values");
            let twice = TWICE.lock().unwrap().clone();
            let waited = std::panic::catch_unwind(|| twice.expect("it is there").wait());
            FAILED.fetch_or(waited.is_err(), Ordering::SeqCst);
        }
    }
    companion::register(Waits);
    let twice = Twice::default();
    *TWICE.lock().unwrap() = Some(twice.clone());
    let rt = built(Inherit::new());
    CURRENT.set(true);
    let task = NAME.run(1, || rt.spawn(twice.clone().poll()));
    CURRENT.set(false);
    rt.block_on(task).unwrap();
    drop(rt);
    assert!(twice.was_awaited() && !FAILED.load(Ordering::SeqCst));
}
