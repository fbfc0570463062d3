//! The running frame of a future, an iterator or the like: entered for a step, or for the last time.

use std::mem::ManuallyDrop;
use std::ptr;

use super::attachments;
use super::close::{close, sweep};
use super::frame::{Frame, Top};
use super::link::Link;
use super::run::Back;
use super::thread::{Head, thread};
use crate::hint::cold_path;

/// A frame that runs for a step, until [`ended`](Self::ended). Its drop is the exit on panic.
///
/// Everything that is rare, here and in [`Last`], is in functions that take their arguments by
/// value. If one took an address, each step would store for it what it otherwise keeps in
/// registers, even if it never calls it.
pub(super) struct Running<'a> {
    back: Back,
    frame: &'a Frame,
}

impl<'a> Running<'a> {
    #[inline(always)]
    pub(super) fn enter(frame: &'a Frame, head: Head) -> Running<'a> {
        Running { back: Back::switch(head, frame), frame }
    }

    /// Enters the attachment of `base`. Separate from [`enter`](Self::enter), because this may
    /// panic, and a value moved after that is moved through memory.
    #[inline(always)]
    pub(super) fn enter_attached(&self, base: &'a Link) {
        // SAFETY: `self` leaves it when dropped, and borrows `base` until then.
        unsafe { attachments::enter(base, self.frame) }
    }

    /// Leaves the frame, and returns `result`. If that panics, `result` is dropped.
    #[inline(always)]
    pub(super) fn ended<R>(self, result: R) -> R {
        let Running { back, frame } = *ManuallyDrop::new(self);
        let left = frame.top.get();
        if Back::is_innermost(frame) && !left.has_attached() && !left.sweeps() {
            back.pop();
        } else {
            cold_path();
            leave_step(frame, back);
        }
        result
    }
}

impl Drop for Running<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        leave_step(self.frame, self.back);
    }
}

#[cold]
#[inline(never)]
fn leave_step(frame: &Frame, back: Back) {
    Back::check(frame);
    let left = frame.top.get();
    if left.has_attached() {
        return attachments::leave(frame, Running { back, frame });
    }
    back.pop();
    if left.sweeps() {
        frame.top.set(left.without_sweep());
        sweep();
    }
}

/// A frame that runs for the last time, with its base, until [`ended`](Self::ended). Its drop is
/// the exit on panic. The exit releases the entries of the frame, and then the base.
///
/// The drop of a `Scoped` needs no address of the whole. The compiler can then pass its fields in
/// registers, or inline it, and `tokio::spawn`, which moves a future several times, does not move
/// it through memory.
pub(super) struct Last<'a> {
    back: Back,
    frame: &'a Frame,
    base: ManuallyDrop<Link>,
}

impl<'a> Last<'a> {
    /// Enters `frame`, which may be unstarted, over `base`. The caller continues with
    /// [`enter_rest`](Self::enter_rest), and runs no other code before.
    #[inline(always)]
    pub(super) fn enter(frame: &'a Frame, base: Link) -> Last<'a> {
        let back = Back::switch(Head::plain(base.node()), frame);
        Last { back, frame, base: ManuallyDrop::new(base) }
    }

    /// Makes the mapping that of the entries, if there are any, and enters the attachment; or starts
    /// the scope over what was current before [`enter`](Self::enter). May panic, by the attachment.
    ///
    /// # Safety
    ///
    /// If the frame is unstarted, the base is as it was made.
    #[inline(always)]
    pub(super) unsafe fn enter_rest(&mut self) {
        if self.frame.top.get() != Top::EMPTY_TASK || attachments::is_observed() {
            cold_path();
            // SAFETY: the base is replaced by the result. If this panics, it was not changed.
            self.base = unsafe { enter_rest(self.frame, self.back, ptr::read(&self.base)) };
        }
    }

    /// Leaves the frame, and returns `result`. If that panics, `result` is dropped.
    #[inline(always)]
    pub(super) fn ended<R>(self, result: R) -> R {
        let this = ManuallyDrop::new(self);
        // SAFETY: `this` is never dropped, so the base is taken once.
        let (frame, back, base) = (this.frame, this.back, unsafe { ptr::read(&this.base) });
        let base = ManuallyDrop::into_inner(base);
        if Back::is_innermost(frame) && frame.top.get() == Top::EMPTY_TASK {
            back.pop();
            drop(base);
        } else {
            cold_path();
            leave_rest(frame, back, base);
        }
        result
    }
}

/// Returns the base. If this panics, the base is unchanged, and still the caller's.
///
/// # Safety
///
/// As for [`Last::enter_rest`]; the caller keeps the base until it has left the frame.
#[cold]
#[inline(never)]
unsafe fn enter_rest(frame: &Frame, back: Back, mut base: ManuallyDrop<Link>) -> ManuallyDrop<Link> {
    let top = frame.top.get();
    if top.is_unstarted() {
        frame.top.set(Top::EMPTY_TASK);
        back.pop();
        // SAFETY: the caller's promise.
        unsafe { base.put_over_current() };
        Back::switch(Head::plain(base.node()), frame); // back to the same
        return base;
    }
    if !top.entry().is_null() {
        thread(|t| t.head.set(Head::covered()));
    }
    // SAFETY: the caller's promise; it leaves the frame by `leave_rest`.
    unsafe { attachments::enter(&base, frame) };
    base
}

impl Drop for Last<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the base is taken once: here or in `ended`.
        let base = unsafe { ManuallyDrop::take(&mut self.base) };
        leave_rest(self.frame, self.back, base);
    }
}

#[cold]
#[inline(never)]
fn leave_rest(frame: &Frame, back: Back, base: Link) {
    Back::check(frame);
    if frame.top.get().has_attached() {
        return attachments::leave(frame, Last { back, frame, base: ManuallyDrop::new(base) });
    }
    back.pop();
    let _base = base; // dropped after the entries, also on panic
    // SAFETY: the frame was popped, and its entries are given up, once.
    unsafe { close(frame.top.replace(Top::EMPTY_TASK), ptr::null()) }
}
