//! The executor on tokio's workers, with a schedule that a seed perturbs.

use std::sync::Mutex;
use std::time::Duration;

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
}

impl Workers {
    /// An executor for one run. Equal seeds perturb alike, as far as the workers' own race allows.
    pub(super) fn new(runtime: Handle, seed: u64) -> Workers {
        Workers { runtime, rng: Mutex::new(Rng::with_seed(seed)), tasks: Mutex::default() }
    }

    fn draw(&self, sides: u32) -> u32 {
        lock(&self.rng).u32(..sides)
    }
}

impl Executor for Workers {
    fn spawn(&self, _start: Start, task: Task) {
        let task = self.runtime.spawn(task).abort_handle();
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
