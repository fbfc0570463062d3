//! Frames, and the guards that `enter` adds to them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use asynccontext::{Guard, TaskGuard};

use super::lock::lock;
use crate::program::ast::Word;

/// A frame: the body until whose end guards last. Each guard has its name in the program.
#[derive(Default)]
pub(super) struct Frame {
    guards: Mutex<Vec<(Word, Held)>>,
}

/// A guard of either type, in a form that is `Send`.
pub(super) enum Held {
    /// A guard of a task, which moves with the task.
    #[expect(dead_code, reason = "kept for its drop")]
    Task(TaskGuard),
    /// A guard of this thread's stack, which stays in [`STAYING`] of the thread.
    Stack(Staying),
}

thread_local! {
    /// The guards that are not `Send`. A frame on a stack ends on the thread where it started.
    static STAYING: RefCell<BTreeMap<u64, Guard>> = const { RefCell::new(BTreeMap::new()) };
}

/// The key of a guard in [`STAYING`] of its thread.
pub(super) struct Staying {
    key: u64,
    thread: ThreadId,
}

impl Drop for Staying {
    fn drop(&mut self) {
        let guard = STAYING.with(|staying| staying.borrow_mut().remove(&self.key));
        drop(guard);
    }
}

impl Held {
    /// Stores a guard of this thread.
    pub(super) fn on_stack(guard: Guard) -> Held {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let key = LAST.fetch_add(1, Ordering::Relaxed);
        STAYING.with(|staying| staying.borrow_mut().insert(key, guard));
        Held::Stack(Staying { key, thread: thread::current().id() })
    }

    /// Whether this thread can drop it.
    fn is_here(&self) -> bool {
        match self {
            Held::Task(_) => true,
            Held::Stack(staying) => staying.thread == thread::current().id(),
        }
    }
}

impl Frame {
    /// Holds a guard until `leave` or the end of the frame.
    pub(super) fn hold(&self, name: &Word, guard: Held) {
        lock(&self.guards).push((name.clone(), guard));
    }

    /// Drops a guard if it is still held and this thread can drop it.
    pub(super) fn leave(&self, name: &Word) {
        let mut guards = lock(&self.guards);
        let held = guards.iter().position(|(held, guard)| held == name && guard.is_here()).map(|i| guards.remove(i));
        drop(guards);
        drop(held);
    }
}

/// Ends a frame when it is dropped: drops the guards that are still held, newest first.
pub(super) struct FrameEnd(pub(super) Arc<Frame>);

impl Drop for FrameEnd {
    fn drop(&mut self) {
        loop {
            let newest = lock(&self.0.guards).pop();
            if newest.is_none() {
                return;
            }
        }
    }
}
