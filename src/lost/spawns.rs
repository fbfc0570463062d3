//! The locations where tokio's tasks were spawned, recorded by tokio's task hooks (`--cfg
//! tokio_unstable` only).

#[cfg(debug_assertions)]
use std::cell::Cell;
#[cfg(debug_assertions)]
use std::collections::HashMap;
#[cfg(debug_assertions)]
use std::panic::Location;
#[cfg(debug_assertions)]
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use ::tokio::runtime::Builder;
#[cfg(debug_assertions)]
use ::tokio::task::Id;

/// Makes reports name the location where a tokio task was spawned, also for tasks that other crates
/// spawn. Does nothing in release builds.
///
/// Call it on the builder of the runtime. It replaces the builder's hooks `on_task_spawn` and
/// `on_task_terminate`. Tasks do not inherit values by it. tokio calls no hooks for
/// `spawn_blocking` and for the tasks of a `LocalSet`, so their locations stay unknown.
///
/// Requires the feature `tokio` and `--cfg tokio_unstable`.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, lost};
/// use std::sync::mpsc;
/// use tokio::runtime::Builder;
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
/// let (send, reports) = mpsc::channel();
/// lost::report(move |lost| send.send(lost.clone()).unwrap());
///
/// let runtime = lost::remember_spawns(&mut Builder::new_current_thread()).build()?;
/// let read = async { assert!(TENANT.try_get().is_err()) };
/// runtime.block_on(async { tokio::spawn(read).await }).unwrap();
/// # if cfg!(debug_assertions) {
/// assert_eq!(reports.try_recv().unwrap().spawned_at().unwrap().line(), line!() - 2);
/// # }
/// # std::io::Result::Ok(())
/// ```
pub fn remember_spawns(builder: &mut Builder) -> &mut Builder {
    #[cfg(debug_assertions)]
    builder
        .on_task_spawn(|task| {
            // On a closed runtime a task ends before its spawn hook is called.
            if ENDED.get() != Some(task.id()) {
                places().insert(task.id(), task.spawned_at());
            }
        })
        .on_task_terminate(|task| {
            if places().remove(&task.id()).is_none() {
                ENDED.set(Some(task.id()));
            }
        });
    builder
}

/// Returns where the task was spawned, if its runtime records that.
#[cfg(debug_assertions)]
pub(super) fn spawned_at(task: Id) -> Option<&'static Location<'static>> {
    places().get(&task).copied()
}

#[cfg(debug_assertions)]
thread_local! {
    /// The last task that ended on this thread before its spawn hook was called.
    static ENDED: Cell<Option<Id>> = const { Cell::new(None) };
}

/// The locations of the live tasks. No user code runs under the lock, so poisoning carries no
/// information.
#[cfg(debug_assertions)]
fn places() -> MutexGuard<'static, HashMap<Id, &'static Location<'static>>> {
    static PLACES: LazyLock<Mutex<HashMap<Id, &'static Location<'static>>>> = LazyLock::new(Mutex::default);
    PLACES.lock().unwrap_or_else(PoisonError::into_inner)
}
