//! The executor on tokio's workers, whose schedule a seed perturbs.

use std::future::poll_fn;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use asynccontext::Snapshot;
use fastrand::Rng;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use super::executor::{Executor, Start, Task, tick};
use super::lock::lock;

/// The number of turns that a worker spins, at most: as long as several statements take on another worker. Longer spins
/// would cost more time than the program, and show no other interleavings.
const SPIN: u32 = 200;

/// An executor that runs every task on the workers of a runtime.
pub(super) struct Workers {
    runtime: Handle,
    outside: Outside,
    rng: Mutex<Rng>,
    tasks: Mutex<Vec<AbortHandle>>,
    leaked: Arc<AtomicBool>,
}

impl Workers {
    /// Returns an executor for one run. Equal seeds give equal perturbations, apart from races between the workers.
    pub(super) fn new(runtime: Handle, outside: Outside, seed: u64) -> Workers {
        let rng = Mutex::new(Rng::with_seed(seed));
        Workers { runtime, outside, rng, tasks: Mutex::default(), leaked: Arc::default() }
    }

    /// Whether a worker had anything bound before or after a poll.
    pub(super) fn leaked(&self) -> bool {
        self.leaked.load(Ordering::SeqCst)
    }

    fn draw(&self, sides: u32) -> u32 {
        lock(&self.rng).u32(..sides)
    }
}

impl Executor for Workers {
    fn spawn(&self, _start: Start, mut task: Task) {
        let leaked = self.leaked.clone();
        let watched = poll_fn(move |cx| {
            let before = Snapshot::capture();
            let polled = task.as_mut().poll(cx);
            if !before.is_empty() || !Snapshot::capture().is_empty() {
                leaked.store(true, Ordering::SeqCst);
            }
            polled
        });
        let task = self.runtime.spawn(watched).abort_handle();
        lock(&self.tasks).push(task);
    }

    fn sleep(&self) -> Task {
        let ticks = self.draw(3);
        Box::pin(async move {
            if ticks == 0 {
                tokio::time::sleep(Duration::from_micros(1)).await;
            }
            for _ in 0..ticks {
                tick().await;
            }
        })
    }

    fn pause(&self) -> Option<Task> {
        match self.draw(32) {
            0..3 => Some(Box::pin(tick())),
            3..10 => Some(self.outside.woken()),
            10..13 => {
                spin(self.draw(SPIN));
                None
            }
            13 if self.draw(8) == 0 => Some(Box::pin(tokio::time::sleep(Duration::from_micros(1)))),
            _ => None,
        }
    }

    fn jolt(&self) {
        match self.draw(32) {
            0 => thread::yield_now(),
            1..4 => spin(self.draw(SPIN)),
            _ => {}
        }
    }

    fn nudge(&self) {}

    fn clear(&self) {
        let tasks = std::mem::take(&mut *lock(&self.tasks));
        tasks.iter().for_each(AbortHandle::abort);
    }
}

/// A thread outside the runtime that wakes tasks. A task that a worker wakes stays on that worker, but a task that another
/// thread wakes can continue on any worker.
#[derive(Clone)]
pub(super) struct Outside(Sender<Waker>);

impl Outside {
    /// Starts the thread. It ends when the last handle is dropped.
    pub(super) fn start() -> io::Result<Outside> {
        let (sender, wakers) = mpsc::channel();
        thread::Builder::new().spawn(move || wakers.into_iter().for_each(Waker::wake))?;
        Ok(Outside(sender))
    }

    /// Returns a future that is pending until the thread wakes the task.
    fn woken(&self) -> Task {
        let sender = self.0.clone();
        let mut given = false;
        Box::pin(poll_fn(move |cx| {
            if !std::mem::replace(&mut given, true) && sender.send(cx.waker().clone()).is_ok() {
                return Poll::Pending;
            }
            Poll::Ready(())
        }))
    }
}

fn spin(turns: u32) {
    for _ in 0..turns {
        std::hint::spin_loop();
    }
}
