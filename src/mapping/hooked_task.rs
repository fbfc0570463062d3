//! A frame that one call opens and another closes, for a host that calls hooks before and
//! after a step, and nothing around it.
//!
//! Such a scope doesn't end in the order of the stack by itself (rule 1), whatever the
//! host promises. So it is proved each time, when it is closed:
//!
//! - While a list of frames may hold a pointer to the frame, an [`Open`] holds a
//!   reference to it, on the thread that has it open. One thread at a time has.
//! - It leaves the list only as the running frame, and only if no code that runs inside
//!   it holds anything of it. Code that does is a scope, and then another frame runs; or
//!   it reads, and then there is a newer hazard, since this frame always has an entry. Whatever drops a value does so as its last step, when
//!   it holds nothing of the frame any more (`guard.rs`, `swap.rs`, `close.rs`).
//! - If it is not in the list, a scope outside it ended, and with that all that ran inside.
//! - Otherwise it stays where it is, and is never freed. It is not opened again.
//!
//! Threads take turns. When a step has ended, the host may begin the next one on another
//! thread before it calls the hook after the first, and that thread waits until the frame is
//! closed. So [`Open::close`] runs no user code. What does is left for later, and runs within
//! what the frame showed.

use std::mem;
use std::ptr;
use std::sync::Arc;

use super::attachments::{Foreign, foreign};
use super::close::{close, sweep};
use super::current::capture;
use super::entry::Entry;
use super::frame::{Frame, Top};
use super::hazard;
use super::ids::new_id;
use super::link::Link;
use super::release::Chain;
use super::run::{Back, run_alone};
use super::thread::{Head, slot};
use crate::sync::Ordering;
use crate::sync::family::sync::atomic::AtomicUsize;
use crate::sync::family::{hint, thread};

#[cfg(all(test, loom))]
mod models;
#[cfg(all(test, not(any(loom, shuttle))))]
mod tests;

/// The frame of a task, on the heap.
///
/// One of its entries is always `swap`, at first the only one, and a swap to `base`.
pub(crate) struct TaskFrame {
    frame: Frame,
    swap: Entry,
    /// What the task started with, and what is attached to that.
    base: Link,
    /// The thread that has it open, by its slot's address; 0: none; or [`STUCK`].
    owner: AtomicUsize,
}

/// The frame stays in the list of a thread. No slot has this address.
const STUCK: usize = 1;

// SAFETY: the frame and its entries are touched only by the thread that `owner` names,
// which code on other threads sees in the order of `owner`'s acquires and releases, and by
// the drop. The values they hold are `Send + Sync`.
unsafe impl Send for TaskFrame {}
// SAFETY: as above.
unsafe impl Sync for TaskFrame {}

impl TaskFrame {
    /// A frame that shows `base`.
    pub(crate) fn new(base: Link) -> Arc<TaskFrame> {
        let swap = Entry::of_hooked_task(base.clone(), new_id());
        let task = Arc::new(TaskFrame { frame: Frame::of_task(), swap, base, owner: AtomicUsize::new(0) });
        task.frame.origin.set(task.base.site());
        task.frame.top.set(Top::EMPTY_TASK.with_entry(&task.swap));
        task
    }

    /// Makes this the running frame of the thread until the result is closed. Waits
    /// while another thread has it open; `None`: this one has, or it is stuck.
    ///
    /// What is attached to the mapping is for [`Open::enter_attached`].
    pub(crate) fn open(self: Arc<Self>) -> Option<Open> {
        let me = slot().addr();
        let mut turns = 0;
        // Acquire: pairs with the release in `Open::close`, so that what another
        // thread left in the frame is seen.
        while let Err(owner) = self.owner.compare_exchange(0, me, Ordering::Acquire, Ordering::Relaxed) {
            if owner == me || owner == STUCK {
                return None;
            }
            wait(&mut turns);
        }
        let hazard = hazard::newest_id();
        // This thread owns the frame now. It is popped before it is gone, or never gone: `close`
        // sees to it.
        let back = Back::switch(Head::covered(), &self.frame);
        Some(Open { foreign: None, task: self, back, hazard, closed: false, shown: None, sweeps: false })
    }
}

impl Drop for TaskFrame {
    fn drop(&mut self) {
        let TaskFrame { frame, swap, .. } = self;
        let left = frame.top.replace(Top::EMPTY_TASK);
        // SAFETY: no `Open` has the frame, so it is in no list. Its entries live, and
        // are given up, once: `swap` alone, since it is not an allocation of its own.
        unsafe {
            let (ours, older) = (&raw const *swap, swap.next.get());
            let mut newest = left.entry();
            if ptr::eq(newest, ours) {
                newest = older;
            } else {
                let mut step = newest;
                while !ptr::eq((*step).next.get(), ours) {
                    step = (*step).next.get();
                }
                (*step).next.set(older);
            }
            let _shown = Chain::from_raw(swap.mapping.get());
            close(left.with_entry(newest).without_sweep(), ptr::null());
        }
    }
}

/// The other thread is between the end of a step and that of [`Open::close`]: no user code
/// runs there.
fn wait(turns: &mut u32) {
    *turns = turns.saturating_add(1);
    match *turns {
        ..64 => hint::spin_loop(),
        _ => thread::yield_now(),
    }
}

/// A [`TaskFrame`] that this thread has open. Its drop closes it, whenever that is.
pub(crate) struct Open {
    /// What is entered of what is attached to the mapping. It goes first, and what it borrows after.
    foreign: Option<Foreign<'static>>,
    task: Arc<TaskFrame>,
    back: Back,
    /// The thread's newest hazard when this was opened.
    hazard: u64,
    closed: bool,
    /// What was current when this was closed, for code that runs in it later.
    shown: Option<Link>,
    /// Guards of the frame outside were dropped inside this one.
    sweeps: bool,
}

impl Open {
    /// Enters what is attached to the mapping. Apart from [`TaskFrame::open`],
    /// because it may panic.
    pub(crate) fn enter_attached(&mut self) {
        let foreign = foreign(&self.task.base);
        // SAFETY: only the lifetime changes. What `foreign` borrows is held by the
        // frame's `base`, and `task` keeps the frame until `foreign` is gone.
        let foreign = unsafe { mem::transmute::<Foreign<'_>, Foreign<'static>>(foreign) };
        self.foreign = Some(foreign).filter(|foreign| !foreign.is_nothing());
    }

    /// Takes the frame off the thread's list, and lets another thread have it. Runs no user
    /// code: what this drops goes when `self` does. With `keep`, what is current now is kept for
    /// [`run`](Self::run).
    pub(crate) fn close(&mut self, keep: bool) {
        if mem::replace(&mut self.closed, true) {
            return;
        }
        if keep || self.foreign.is_some() {
            self.shown = Some(capture(self.task.base.site()));
        }
        let owner = match self.stands() {
            Stands::Alone => {
                self.back.pop();
                let left = self.task.frame.top.get();
                self.task.frame.top.set(left.without_sweep());
                self.sweeps = left.sweeps();
                0
            }
            Stands::Beneath => {
                mem::forget(Arc::clone(&self.task));
                STUCK
            }
            Stands::Outside => {
                self.task.frame.top.set(self.task.frame.top.get().without_sweep());
                0
            }
        };
        // From here on another thread may have it.
        self.task.owner.store(owner, Ordering::Release);
    }

    /// Calls `f` in what `close` kept. What is entered there ends with `f`, and is not the
    /// frame's.
    pub(crate) fn run<R>(&self, f: impl FnOnce() -> R) -> R {
        match &self.shown {
            Some(shown) => run_alone(shown, f),
            None => f(),
        }
    }

    /// Is it in the thread's list of frames, and may it leave?
    fn stands(&self) -> Stands {
        let frame = &raw const self.task.frame;
        // SAFETY: the slot lives as long as the thread, and this is that thread, since
        // an `Open` can't be sent. Frames in the list live, and so does this one, as
        // `task` holds it: so it alone has its address.
        unsafe {
            let thread = slot();
            let mut at = (*thread).frame.get();
            if ptr::eq(at, frame) {
                // What is read inside has a hazard, newer than the newest of then.
                let newest = hazard::newest_id();
                return if newest == 0 || newest == self.hazard { Stands::Alone } else { Stands::Beneath };
            }
            while !at.is_null() {
                at = (*at).outer.get();
                if ptr::eq(at, frame) {
                    return Stands::Beneath;
                }
            }
            Stands::Outside
        }
    }
}

/// Runs user code: the drop of what is attached to the mapping, and of values.
impl Drop for Open {
    fn drop(&mut self) {
        self.close(false);
        let _outside = Sweep(self.sweeps); // also after a panic
        let foreign = self.foreign.take();
        self.run(|| drop(foreign));
    }
}

/// Lets go of the guards of the running frame that were dropped inside the one that is closed,
/// if there were any. (If a host left several open and closes them together, a guard of one
/// of those stays until its frame ends.)
struct Sweep(bool);

impl Drop for Sweep {
    fn drop(&mut self) {
        if self.0 {
            sweep();
        }
    }
}

enum Stands {
    /// It is the running frame, and no code inside it holds anything of it.
    Alone,
    /// Something that goes on may rest on it.
    Beneath,
    /// It is not in the list: a frame outside it ended first.
    Outside,
}
