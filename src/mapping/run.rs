//! `run`: how a mapping is switched and put back.

use std::ptr;

use super::attachments;
use super::call_site::CallSite;
use super::close::close;
use super::current::{base, capture};
use super::frame::{Frame, Top};
use super::key::Key;
use super::last_binding::{self, How};
use super::link::Link;
use super::node::Node;
use super::pool;
use super::release::{free, let_go};
use super::steps::{bound, free_as};
use super::stop::stop;
use super::thread::{Head, thread};
use crate::hint::cold_path;

/// Calls `f` with `value` bound to `key`.
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn run<T, R>(key: &Key<T>, value: T, f: impl FnOnce() -> R) -> R
where
    T: Send + Sync + 'static,
{
    let id = key.id_to_bind();
    let frame = Frame::of_run();
    // Before the head is looked at, since an allocator may bind and capture as well.
    let block = pool::take();
    let head = thread(|t| t.head.get());
    // SAFETY: the block is new. It is this thread's current head, and the new node, which
    // borrows it, goes before this call returns or unwinds.
    let node = unsafe { bound(block, id, base(head.top()), value) };
    let scope = Scope { back: Back::switch(Head::plain(node), &frame), frame: &frame, node, free: free_as::<T> };
    last_binding::bound(id, node.addr(), How::Run, CallSite::here());
    ended(scope, f())
}

/// Calls `f` in a captured mapping.
#[inline]
pub(crate) fn run_in<R>(link: &Link, f: impl FnOnce() -> R) -> R {
    let frame = Frame::of_run();
    frame.origin.set(link.site());
    let scope = Scope { back: Back::switch(Head::plain(link.node()), &frame), frame: &frame, node: ptr::null(), free };
    let f = f; // dropped in the mapping if the next line panics
    // SAFETY: `scope` leaves it, before `link` can go.
    unsafe { attachments::enter(link, &frame) };
    ended(scope, f())
}

/// Calls `f` in a captured mapping, and leaves alone what is attached to it.
#[inline]
pub(super) fn run_alone<R>(link: &Link, f: impl FnOnce() -> R) -> R {
    let frame = Frame::of_run();
    frame.origin.set(link.site());
    let scope = Scope { back: Back::switch(Head::plain(link.node()), &frame), frame: &frame, node: ptr::null(), free };
    ended(scope, f())
}

/// Calls `f` with nothing bound to `key`.
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn run_without<T, R>(key: &Key<T>, f: impl FnOnce() -> R) -> R {
    let site = CallSite::here();
    run_alone(&capture(site).without(key, site), f)
}

/// What to put back. It does not escape, unlike the frame, so it stays in
/// registers: kept in the frame it would cost 3 ns more per `Snapshot::run`.
#[derive(Clone, Copy)]
pub(super) struct Back {
    head: Head,
    frame: *const Frame,
}

impl Back {
    /// Enters `frame` with the mapping `node`.
    ///
    /// The caller pops before `frame` is gone, and keeps `node` live until then.
    #[inline(always)]
    pub(super) fn switch(head: Head, frame: &Frame) -> Back {
        thread(|t| {
            let outer = t.frame.replace(frame);
            // Always, also where the address is the same: another frame may have lain there.
            frame.outer.set(outer);
            Back { head: t.head.replace(head), frame: outer }
        })
    }

    /// Ends the process unless `frame`, which ends, is the innermost on this thread.
    ///
    /// Scopes end in the order of the stack (rule 1), but for one thing that safe code can
    /// do: suspend a stackful coroutine inside a scope, and end scopes or go on elsewhere
    /// meanwhile. Then this is reached before anything is freed.
    #[inline(always)]
    pub(super) fn check(frame: &Frame) {
        if !thread(|t| ptr::eq(t.frame.get(), frame)) {
            cold_path();
            not_innermost(frame);
        }
    }

    #[inline(always)]
    pub(super) fn pop(&self) {
        thread(|t| {
            t.head.set(self.head);
            t.frame.set(self.frame);
        });
    }
}

/// Ends the process.
#[cold]
fn stranded() -> ! {
    stop(
        "a scope ended that is not the innermost on its thread, as when a stackful coroutine is suspended inside \
         `run`, `Snapshot::run` or a poll",
    )
}

/// Ends the process.
#[cfg(not(any(test, all(feature = "tokio", tokio_unstable))))]
fn not_innermost(_: &Frame) -> ! {
    stranded()
}

/// Ends the process, unless all frames inside `frame` were opened by hooks: those need not
/// end in order.
#[cfg(any(test, all(feature = "tokio", tokio_unstable)))]
#[inline(never)]
fn not_innermost(frame: &Frame) {
    let mut inner = thread(|t| t.frame.get());
    while !ptr::eq(inner, frame) {
        // SAFETY: frames in the thread's list live: none has left it out of turn.
        inner = unsafe {
            if inner.is_null() || !(*inner).is_hooked() {
                stranded();
            }
            (*inner).outer.get()
        };
    }
}

/// A running `run` or `run_in`. Its drop is the way out, also for a panic.
struct Scope<'a> {
    back: Back,
    frame: &'a Frame,
    /// The node of `run`; null in `run_in`.
    node: *const Node,
    /// How it is freed.
    free: unsafe fn(*const Node),
}

impl Drop for Scope<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        let Scope { back, frame, node, free } = self;
        Back::check(frame);
        let left = frame.top.get();
        if left.has_attached() {
            let scope = Scope { back: *back, frame, node: *node, free: *free };
            return attachments::leave(frame, scope);
        }
        // The head first: the value's drop then runs in the mapping outside, and
        // if it panics, that mapping is back already.
        back.pop();
        if !node.is_null() {
            // SAFETY: made by this scope, which lets go of it below.
            unsafe { (**node).note_ended() }
        }
        if left != Top::EMPTY {
            // SAFETY: the frame was popped, and its entries and node are let go once.
            return unsafe { close(left, *node) };
        }
        if !node.is_null() {
            // SAFETY: made by this scope, and no longer under the head.
            unsafe { let_go(*node, *free) }
        }
    }
}

/// Ends `scope`, and returns `result`. If that panics, `result` is dropped: what a function
/// returns already is not dropped when one of its locals panics (rust-lang/rust#47949).
#[inline(always)]
pub(super) fn ended<S, R>(scope: S, result: R) -> R {
    drop(scope);
    result
}
