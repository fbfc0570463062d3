//! The executor on tokio's workers, with a schedule that a seed perturbs.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asynccontext::Snapshot;
use fastrand::Rng;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use super::executor::{Executor, Start, Task, tick};
use super::lock;

/// Runs every task on a runtime's workers.
pub(super) struct Workers {
    runtime: Handle,
    rng: Mutex<Rng>,
    tasks: Mutex<Vec<AbortHandle>>,
    leaked: Arc<AtomicBool>,
}

impl Workers {
    /// An executor for one run. Equal seeds perturb alike, as far as the workers' own race allows.
    pub(super) fn new(runtime: Handle, seed: u64) -> Workers {
        Workers { runtime, rng: Mutex::new(Rng::with_seed(seed)), tasks: Mutex::default(), leaked: Arc::default() }
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
            0..8 => Some(Box::pin(tick())),
            8..10 => Some(Box::pin(async {
                tick().await;
                tick().await;
            })),
            10..13 => {
                spin(self.draw(2_000));
                None
            }
            13 if self.draw(8) == 0 => Some(Box::pin(tokio::time::sleep(Duration::from_micros(1)))),
            _ => None,
        }
    }

    fn jolt(&self) {
        match self.draw(32) {
            0 => std::thread::yield_now(),
            1..4 => spin(self.draw(1_000)),
            _ => {}
        }
    }

    fn nudge(&self) {}

    fn clear(&self) {
        let tasks = std::mem::take(&mut *lock(&self.tasks));
        tasks.iter().for_each(AbortHandle::abort);
    }
}

fn spin(turns: u32) {
    for _ in 0..turns {
        std::hint::spin_loop();
    }
}
