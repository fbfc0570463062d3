//! When a runtime built by `Inherit` ends, the values that its tasks inherited are dropped, even
//! while a handle to it exists.
//!
//! `RUSTFLAGS="--cfg tokio_unstable" cargo test -p asynccontext --all-features --target-dir target/unstable`

#![cfg(all(feature = "tokio-rt-multi-thread", feature = "companions", tokio_unstable))]

#[path = "support/released.rs"]
mod released;

use std::cell::RefCell;
use std::future::pending;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Once, mpsc};
use std::thread;
use std::time::Duration;

use asynccontext::Variable;
use asynccontext::companion::{self, Companion};
use asynccontext::tokio::runtime::{Builder, Inherit, LocalOptions, Runtime};
use released::is_released;
use tokio::runtime::Handle;
use tokio::task::yield_now;

static HELD: Variable<Arc<()>> = Variable::named("held");

/// A way to end a runtime: its name, and a function.
type End = (&'static str, fn(Runtime));

const ENDS: [End; 3] = [
    ("drop", drop),
    ("shutdown_timeout", |rt| rt.shutdown_timeout(Duration::from_millis(1))),
    ("shutdown_background", Runtime::shutdown_background),
];

/// Signals that a spawn on this thread has begun, and waits until it may continue.
struct Steps {
    begun: mpsc::Sender<()>,
    go: mpsc::Receiver<()>,
}

thread_local! {
    static STEPS: RefCell<Option<Steps>> = const { RefCell::new(None) };
}

/// Called in the middle of each spawn: the task exists, but its spawn hook was not called yet.
struct Slow;

impl Companion for Slow {
    type Captured = ();
    type Entered<'a> = ();

    fn capture(&self) -> Option<()> {
        if let Some(Steps { begun, go }) = STEPS.take() {
            begun.send(()).expect("the test waits");
            go.recv().expect("the test says when");
        }
        None
    }

    fn enter<'a>(&'a self, _: Option<&'a ()>) -> Option<()> {
        None
    }
}

/// Spawns a task, and calls `end` in the middle of the spawn.
fn spawn_around(handle: &Handle, value: &Arc<()>, end: impl FnOnce()) {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        companion::register(Slow);
    });
    let (begin, begun) = mpsc::channel();
    let (go, wait) = mpsc::channel();
    thread::scope(|s| {
        s.spawn(move || {
            STEPS.set(Some(Steps { begun: begin, go: wait }));
            HELD.run(Arc::clone(value), || drop(handle.spawn(pending::<()>())));
        });
        begun.recv().expect("the spawn has begun");
        end();
        go.send(()).expect("the spawn goes on");
    });
}

#[test]
fn a_task_may_end_before_it_is_announced() {
    let value = Arc::new(());
    for (way, end) in ENDS {
        for flavor in [Builder::new_current_thread, || Builder::new_multi_thread()] {
            let rt = Inherit::new().build(flavor().worker_threads(2)).expect("a runtime");
            let handle = Handle::clone(rt.handle());
            spawn_around(&handle, &value, || end(rt));
            assert!(is_released(&value), "{way}, while the handle is still there");
            HELD.run(Arc::clone(&value), || drop(handle.spawn(pending::<()>())));
            assert!(is_released(&value), "{way}, and the task was spawned later");
        }
    }
    let rt = Inherit::new().build_local(&mut Builder::new_current_thread(), LocalOptions::default());
    let rt = rt.expect("a runtime");
    let handle = Handle::clone(rt.handle());
    spawn_around(&handle, &value, || drop(rt));
    assert!(is_released(&value), "a local runtime");
}

#[test]
fn a_task_polled_after_its_runtime_keeps_its_values() {
    for (way, end) in &ENDS[1..] {
        let (value, others, hook) = (Arc::new(()), Arc::new(()), Arc::new(()));
        let in_hook = Arc::clone(&hook);
        let hooks = Inherit::new().on_task_spawn(move |_| assert!(Arc::strong_count(&in_hook) > 1));
        let rt = hooks.build(Builder::new_multi_thread().worker_threads(1)).expect("a runtime");
        let handle = Handle::clone(rt.handle());
        let (begin, begun) = mpsc::channel();
        let (go, wait) = mpsc::channel::<()>();
        let (tell, told) = mpsc::channel();
        HELD.run(Arc::clone(&value), || {
            handle.spawn(async move {
                begin.send(()).expect("the test waits");
                wait.recv().expect("the test says when");
                tell.send(HELD.get().is_some()).expect("the test waits");
            })
        });
        begun.recv().expect("it is being polled");
        spawn_around(&handle, &others, || end(rt));
        assert_eq!(Arc::strong_count(&others), 2, "{way}: it may be polled yet");
        go.send(()).expect("the task waits");
        assert_eq!(told.recv(), Ok(true), "{way}");
        assert!(is_released(&value) && is_released(&others), "{way}, while the handle is still there");
        drop(handle);
        assert!(is_released(&hook), "{way}: the runtime and its hooks are gone");
    }
}

#[test]
fn tasks_may_be_spawned_while_a_runtime_ends() {
    let (value, hook) = (Arc::new(()), Arc::new(()));
    for turn in 0..60 {
        let in_hook = Arc::clone(&hook);
        let hooks = Inherit::new().on_task_spawn(move |_| assert!(Arc::strong_count(&in_hook) > 1));
        let rt = match turn % 2 {
            0 => hooks.build(Builder::new_multi_thread().worker_threads(2)),
            _ => hooks.build(&mut Builder::new_current_thread()),
        };
        let rt = rt.expect("a runtime");
        let handle = Handle::clone(rt.handle());
        let stop = AtomicBool::new(false);
        thread::scope(|s| {
            for _ in 0..3 {
                s.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        HELD.run(Arc::clone(&value), || handle.spawn(pending::<()>()));
                        HELD.run(Arc::clone(&value), || handle.spawn(async { drop(tokio::spawn(yield_now())) }));
                        handle.spawn_blocking(|| ());
                    }
                });
            }
            thread::sleep(Duration::from_micros(500));
            ENDS[turn / 2 % 3].1(rt);
            stop.store(true, Ordering::Relaxed);
        });
        assert!(is_released(&value), "while the handle is still there, in turn {turn}");
        drop(handle);
        assert!(is_released(&hook), "the runtime and its hooks are gone");
    }
}
