//! Frames, and the guards that `enter` puts on them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use asynccontext::{Guard, TaskGuard};

use super::lock::lock;
use crate::program::ast::Word;

/// The body that guards last for. Its names are those of the program; `leave` may come from elsewhere.
#[derive(Default)]
pub(super) struct Frame {
    guards: Mutex<Vec<(Word, Held)>>,
}

/// A guard of either type, in a form that can be sent.
pub(super) enum Held {
    /// A guard of a task: it moves with it.
    #[expect(dead_code, reason = "kept for its drop")]
    Task(TaskGuard),
    /// A guard of this thread's stack: it stays in the thread's [`STAYING`].
    Stack(Staying),
}

thread_local! {
    /// Guards that can't be sent. A frame that runs on the stack ends on the thread where it began.
    static STAYING: RefCell<BTreeMap<u64, Guard>> = const { RefCell::new(BTreeMap::new()) };
}

/// The key of a guard in the [`STAYING`] of its thread.
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
    /// Keeps a guard of this thread.
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
    /// Keeps a guard until `leave` or the frame's end.
    pub(super) fn hold(&self, name: &Word, guard: Held) {
        lock(&self.guards).push((name.clone(), guard));
    }

    /// Drops a guard, if it is still held and this thread can drop it.
    pub(super) fn leave(&self, name: &Word) {
        let mut guards = lock(&self.guards);
        let held = guards.iter().position(|(held, guard)| held == name && guard.is_here()).map(|i| guards.remove(i));
        drop(guards);
        drop(held);
    }
}

/// Ends a frame when it goes: the guards still held are dropped, the newest first.
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
