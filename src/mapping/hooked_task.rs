//! The frame of a task, which one call opens and another closes, for a host that calls a hook
//! before and after each step.
//!
//! Such a scope need not end in stack order (rule 1), whatever the host promises. Each close
//! therefore checks whether the frame may leave its thread's list:
//!
//! - While a list of frames may hold a pointer to the frame, an [`Open`] on the thread of that list
//!   holds a reference to it. Only one thread at a time has the frame open.
//! - The frame leaves the list only as the running frame, and only if no code that runs inside it
//!   holds a reference into it. Such code is either a scope, and then another frame is the running
//!   one; or a read, and then there is a newer hazard, since this frame always has an entry. Code
//!   that drops a value does so as its last step, when it holds no reference into the frame any
//!   more (`guard.rs`, `swap.rs`, `close.rs`).
//! - If the frame is not in the list, a scope outside it has ended, and so has all code that ran
//!   inside.
//! - Otherwise the frame stays in the list, and is never freed and never opened again.
//!
//! Threads take turns. When a step has ended, the host may begin the next one on another thread
//! before it calls the hook after the first, and that thread waits until the frame is closed.
//! [`Open::close`] therefore runs no user code: that runs later, in the mapping that the frame
//! showed.

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
/// One of its entries is always `swap`. At first it is the only one, and a swap to `base`.
pub(crate) struct TaskFrame {
    frame: Frame,
    swap: Entry,
    /// The mapping with which the task started, with its attachment.
    base: Link,
    /// The thread that has the frame open, as the address of its slot; 0: none; or [`STUCK`].
    owner: AtomicUsize,
}

/// The frame stays in the list of a thread. No slot has this address.
const STUCK: usize = 1;

// SAFETY: the frame and its entries are accessed only by the thread that `owner` names, and by the
// drop; the acquires and releases of `owner` order the accesses of different threads. The values
// that they hold are `Send + Sync`.
unsafe impl Send for TaskFrame {}
// SAFETY: as above.
unsafe impl Sync for TaskFrame {}

impl TaskFrame {
    /// A frame with the mapping `base`.
    pub(crate) fn new(base: Link) -> Arc<TaskFrame> {
        let swap = Entry::of_hooked_task(base.clone(), new_id());
        let task = Arc::new(TaskFrame { frame: Frame::of_task(), swap, base, owner: AtomicUsize::new(0) });
        task.frame.origin.set(task.base.site());
        task.frame.top.set(Top::EMPTY_TASK.with_entry(&task.swap));
        task
    }

    /// Makes this the running frame of the thread until the result is closed. Waits while another
    /// thread has it open. Returns `None` if this thread has it open, or if it is stuck.
    ///
    /// [`Open::enter_attached`] enters the attachment of the mapping.
    pub(crate) fn open(self: Arc<Self>) -> Option<Open> {
        let me = slot().addr();
        let mut turns = 0;
        // Acquire: pairs with the release in `Open::close`, so that this thread sees the frame as
        // another thread left it.
        while let Err(owner) = self.owner.compare_exchange(0, me, Ordering::Acquire, Ordering::Relaxed) {
            if owner == me || owner == STUCK {
                return None;
            }
            wait(&mut turns);
        }
        let hazard = hazard::newest_id();
        // This thread has the frame now. `close` pops it before it can be freed, or makes sure that
        // it is never freed.
        let back = Back::switch(Head::covered(), &self.frame);
        Some(Open { foreign: None, task: self, back, hazard, closed: false, shown: None, sweeps: false })
    }
}

impl Drop for TaskFrame {
    fn drop(&mut self) {
        let TaskFrame { frame, swap, .. } = self;
        let left = frame.top.replace(Top::EMPTY_TASK);
        // SAFETY: no `Open` has the frame, so it is in no list. Its entries are live, and are given
        // up once: `swap` separately, since it is not an allocation of its own.
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

/// Waits a moment. The other thread is between the end of a step and the end of [`Open::close`],
/// where no user code runs.
fn wait(turns: &mut u32) {
    *turns = turns.saturating_add(1);
    match *turns {
        ..64 => hint::spin_loop(),
        _ => thread::yield_now(),
    }
}

/// A [`TaskFrame`] that this thread has open. Its drop closes the frame.
pub(crate) struct Open {
    /// The entered attachment. It is the first field, so it is dropped before the frame that it
    /// borrows from.
    foreign: Option<Foreign<'static>>,
    task: Arc<TaskFrame>,
    back: Back,
    /// The thread's newest hazard when this was opened.
    hazard: u64,
    closed: bool,
    /// The mapping that was current when this was closed, for code that runs in it later.
    shown: Option<Link>,
    /// Whether guards of the enclosing frame were dropped inside this one.
    sweeps: bool,
}

impl Open {
    /// Enters the attachment of the mapping. Separate from [`TaskFrame::open`], because this may
    /// panic.
    pub(crate) fn enter_attached(&mut self) {
        let foreign = foreign(&self.task.base);
        // SAFETY: only the lifetime changes. `foreign` borrows from the frame's `base`, and `task`
        // keeps the frame until `foreign` is dropped.
        let foreign = unsafe { mem::transmute::<Foreign<'_>, Foreign<'static>>(foreign) };
        self.foreign = Some(foreign).filter(|foreign| !foreign.is_nothing());
    }

    /// Takes the frame off the thread's list, and lets another thread open it. Runs no user code:
    /// values are dropped when `self` is. With `keep`, the current mapping is kept for
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
        // From here on, another thread may open the frame.
        self.task.owner.store(owner, Ordering::Release);
    }

    /// Calls `f` in the mapping that `close` kept. Guards that are entered there end with `f`, and
    /// are not the frame's.
    pub(crate) fn run<R>(&self, f: impl FnOnce() -> R) -> R {
        match &self.shown {
            Some(shown) => run_alone(shown, f),
            None => f(),
        }
    }

    /// Whether the frame is in the thread's list, and may leave it.
    fn stands(&self) -> Stands {
        let frame = &raw const self.task.frame;
        // SAFETY: the slot is live as long as the thread, and this is the thread that opened the
        // frame, since an `Open` can't be sent. Frames in the list are live. So is this one, which
        // `task` holds, so no other frame has its address.
        unsafe {
            let thread = slot();
            let mut at = (*thread).frame.get();
            if ptr::eq(at, frame) {
                // A read inside has a hazard that is newer than the newest at the opening.
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

/// Runs user code: the drop of the attachment, and of values.
impl Drop for Open {
    fn drop(&mut self) {
        self.close(false);
        let _outside = Sweep(self.sweeps); // also after a panic
        let foreign = self.foreign.take();
        self.run(|| drop(foreign));
    }
}

/// Releases the guards of the running frame that were dropped inside the closed one, if there were
/// any. (If a host leaves several frames open and closes them together, a guard of one of those
/// stays until its frame ends.)
struct Sweep(bool);

impl Drop for Sweep {
    fn drop(&mut self) {
        if self.0 {
            sweep();
        }
    }
}

enum Stands {
    /// It is the running frame, and no code inside it holds a reference into it.
    Alone,
    /// Code that continues may hold a reference into it.
    Beneath,
    /// It is not in the list: a frame outside it ended first.
    Outside,
}
