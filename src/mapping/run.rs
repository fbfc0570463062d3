//! `run`: the mapping is switched, and restored on exit.

use std::mem::ManuallyDrop;
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
    // Before the head is read, since an allocator may bind and capture too.
    let block = pool::take();
    let head = thread(|t| t.head.get());
    // SAFETY: the block is new. `head` is this thread's current head, and the new node, which
    // borrows it, is released before this call returns or unwinds.
    let node = unsafe { bound(block, id, base(head.top()), value) };
    let scope = Scope { back: Back::switch(Head::plain(node), &frame), frame: &frame, node, free: free_as::<T> };
    last_binding::bound(id, node.addr(), How::Run, CallSite::here());
    let result = f();
    scope.ended(result)
}

/// Calls `f` in a captured mapping.
#[inline]
pub(crate) fn run_in<R>(link: &Link, f: impl FnOnce() -> R) -> R {
    let frame = Frame::of_run();
    frame.origin.set(link.site());
    let scope = Scope { back: Back::switch(Head::plain(link.node()), &frame), frame: &frame, node: ptr::null(), free };
    let f = f; // dropped in the mapping if the next line panics
    // SAFETY: `scope` leaves it before `link` can be dropped.
    unsafe { attachments::enter(link, &frame) };
    let result = f();
    scope.ended(result)
}

/// Calls `f` in a captured mapping, without entering its attachment.
#[inline]
pub(super) fn run_alone<R>(link: &Link, f: impl FnOnce() -> R) -> R {
    let frame = Frame::of_run();
    frame.origin.set(link.site());
    let scope = Scope { back: Back::switch(Head::plain(link.node()), &frame), frame: &frame, node: ptr::null(), free };
    let result = f();
    scope.ended(result)
}

/// Calls `f` with nothing bound to `key`.
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn run_without<T, R>(key: &Key<T>, f: impl FnOnce() -> R) -> R {
    let site = CallSite::here();
    run_alone(&capture(site).without(key, site), f)
}

/// The head and the frame to restore. Unlike the frame, this does not escape, so it stays in
/// registers: stored in the frame, it would cost 3 ns more per `Snapshot::run`.
#[derive(Clone, Copy)]
pub(super) struct Back {
    head: Head,
    frame: *const Frame,
}

impl Back {
    /// Enters `frame` with the mapping `head`.
    ///
    /// The caller pops `frame` before it is freed, and keeps the mapping live until then.
    #[inline(always)]
    pub(super) fn switch(head: Head, frame: &Frame) -> Back {
        thread(|t| {
            let outer = t.frame.replace(frame);
            // Also if the address is the same as before: another frame may have had it.
            frame.outer.set(outer);
            Back { head: t.head.replace(head), frame: outer }
        })
    }

    /// Aborts the process unless `frame`, which ends, is the innermost on this thread.
    ///
    /// Scopes end in stack order (rule 1), with one exception in safe code: a stackful coroutine
    /// may be suspended inside a scope, while other scopes of the thread end. This check then comes
    /// before anything is freed.
    #[inline(always)]
    pub(super) fn check(frame: &Frame) {
        if !Back::is_innermost(frame) {
            cold_path();
            not_innermost(frame);
        }
    }

    /// Whether `frame` is the innermost on this thread.
    #[inline(always)]
    pub(super) fn is_innermost(frame: &Frame) -> bool {
        thread(|t| ptr::eq(t.frame.get(), frame))
    }

    #[inline(always)]
    pub(super) fn pop(&self) {
        thread(|t| {
            t.head.set(self.head);
            t.frame.set(self.frame);
        });
    }
}

/// Aborts the process.
#[cold]
fn stranded() -> ! {
    stop(
        "a scope ended that is not the innermost on its thread, as when a stackful coroutine is suspended inside \
         `run`, `Snapshot::run` or a poll",
    )
}

/// Aborts the process.
#[cfg(not(any(test, all(feature = "tokio", tokio_unstable))))]
fn not_innermost(_: &Frame) -> ! {
    stranded()
}

/// Aborts the process, unless all frames inside `frame` were opened by hooks: those need not end in
/// order.
#[cfg(any(test, all(feature = "tokio", tokio_unstable)))]
#[inline(never)]
fn not_innermost(frame: &Frame) {
    let mut inner = thread(|t| t.frame.get());
    while !ptr::eq(inner, frame) {
        // SAFETY: frames in the thread's list are live: none was freed while it was in the list.
        inner = unsafe {
            if inner.is_null() || !(*inner).is_hooked() {
                stranded();
            }
            (*inner).outer.get()
        };
    }
}

/// A running `run` or `run_in`, until [`ended`](Self::ended). Its drop is the exit on panic.
struct Scope<'a> {
    back: Back,
    frame: &'a Frame,
    /// The node of `run`; null in `run_in`.
    node: *const Node,
    /// The function that frees it.
    free: unsafe fn(*const Node),
}

impl Scope<'_> {
    /// Leaves the frame, and returns `result`. If that panics, `result` is dropped.
    #[inline(always)]
    fn ended<R>(self, result: R) -> R {
        let Scope { back, frame, node, free } = *ManuallyDrop::new(self);
        if Back::is_innermost(frame) && frame.top.get() == Top::EMPTY {
            // The head is restored first, so the value's drop runs in the outer mapping, which
            // stays current if the drop panics.
            back.pop();
            if !node.is_null() {
                // SAFETY: this scope made the node, which is in the chain of no head any more.
                unsafe {
                    (*node).note_ended();
                    let_go(node, free);
                }
            }
        } else {
            cold_path();
            leave_rest(frame, back, node);
        }
        result
    }
}

impl Drop for Scope<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        leave_rest(self.frame, self.back, self.node);
    }
}

/// The exit where it is not simple, or on panic. By value, see `Running`.
#[cold]
#[inline(never)]
fn leave_rest(frame: &Frame, back: Back, node: *const Node) {
    Back::check(frame);
    let left = frame.top.get();
    if left.has_attached() {
        return attachments::leave(frame, Scope { back, frame, node, free });
    }
    back.pop();
    if !node.is_null() {
        // SAFETY: the scope made the node, and releases it below.
        unsafe { (*node).note_ended() }
    }
    // SAFETY: the frame was popped, and its entries and node are released once.
    unsafe { close(left, node) }
}

/// Ends `scope`, and returns `result`. If the end panics, `result` is dropped: a value that a
/// function already returns is not dropped if the drop of a local variable panics
/// (rust-lang/rust#47949).
#[inline(always)]
pub(super) fn ended<S, R>(scope: S, result: R) -> R {
    drop(scope);
    result
}
