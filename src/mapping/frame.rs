//! Frames: one for each `run`, each `Snapshot::run` and each poll that is on the
//! stack of a thread, and how a mapping is switched and put back.

use crate::hint::cold_path;
use std::cell::Cell;
use std::ptr;

use super::beside;
use super::close::close;
use super::entry::Entry;
use super::fold::base;
use super::key::Key;
use super::latest::{self, How};
use super::node::{Node, bound, free, free_as};
#[cfg(any(test, all(feature = "tokio", tokio_unstable)))]
use super::open::is_opened;
use super::own::Link;
use super::place::{Origin, Place};
use super::pool;
use super::release::let_go;
use super::stop::stop;
use super::thread::{Head, thread};

/// Where the entries of a running scope hang.
///
/// The frame of a `run` lies on the stack, that of a future in the future, so that
/// its entries stay in it from poll to poll. A thread's list of frames holds only
/// those that run: it is pushed on entry and popped on the way out, also on panic.
pub(super) struct Frame {
    /// The next frame outwards; null: the root. Stale while not running.
    pub(super) outer: Cell<*const Frame>,
    pub(super) top: Cell<Top>,
    pub(super) origin: Origin,
}

impl Frame {
    pub(super) const fn of_run() -> Frame {
        Frame { outer: Cell::new(ptr::null()), top: Cell::new(Top(ptr::null())), origin: Origin::outside() }
    }

    pub(super) const fn of_task() -> Frame {
        Frame { outer: Cell::new(ptr::null()), top: Cell::new(Top::EMPTY_TASK), origin: Origin::outside() }
    }
}

/// The newest entry of a frame, or null, and three flags in the pointer's low bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Top(*const Entry);

const _: () = assert!(align_of::<Entry>() >= 8, "the flags need three free bits");

impl Top {
    /// An entry of the frame outside this one died; sweep when this one is popped.
    const SWEEP: usize = 1;
    /// The frame is a future's.
    const TASK: usize = 2;
    /// Foreign context was entered on the frame (`beside.rs`).
    const BESIDE: usize = 4;
    const FLAGS: usize = Self::SWEEP | Self::TASK | Self::BESIDE;

    pub(super) const EMPTY_TASK: Top = Top(ptr::without_provenance(Self::TASK));

    /// In place of an entry: the frame is that of a scope that has not started (`task.rs`), and
    /// is in no list.
    pub(super) const UNSTARTED: Top = Top(ptr::without_provenance(Self::NO_ENTRY | Self::TASK));
    const NO_ENTRY: usize = 8;

    #[inline(always)]
    pub(super) fn is_unstarted(self) -> bool {
        self == Self::UNSTARTED
    }

    #[inline(always)]
    pub(super) fn entry(self) -> *const Entry {
        self.0.map_addr(|a| a & !Self::FLAGS)
    }

    /// Another entry under the same flags.
    #[inline(always)]
    pub(super) fn with_entry(self, entry: *const Entry) -> Top {
        Top(entry.map_addr(|a| a | self.0.addr() & Self::FLAGS))
    }

    #[inline(always)]
    pub(super) fn is_task(self) -> bool {
        self.0.addr() & Self::TASK != 0
    }

    #[inline(always)]
    pub(super) fn sweeps(self) -> bool {
        self.0.addr() & Self::SWEEP != 0
    }

    pub(super) fn with_sweep(self) -> Top {
        Top(self.0.map_addr(|a| a | Self::SWEEP))
    }

    #[inline(always)]
    pub(super) fn is_beside(self) -> bool {
        self.0.addr() & Self::BESIDE != 0
    }

    pub(super) fn with_beside(self) -> Top {
        Top(self.0.map_addr(|a| a | Self::BESIDE))
    }

    pub(super) fn without_beside(self) -> Top {
        Top(self.0.map_addr(|a| a & !Self::BESIDE))
    }

    pub(super) fn without_sweep(self) -> Top {
        Top(self.0.map_addr(|a| a & !Self::SWEEP))
    }
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
            if inner.is_null() || !is_opened(inner) {
                stranded();
            }
            (*inner).outer.get()
        };
    }
}

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
    latest::bound(id, node, How::Run, Place::here());
    ended(scope, f())
}

/// Calls `f` in a captured mapping.
#[inline]
pub(crate) fn run_in<R>(link: &Link, f: impl FnOnce() -> R) -> R {
    let frame = Frame::of_run();
    frame.origin.set(link.place());
    let scope = Scope { back: Back::switch(Head::plain(link.node()), &frame), frame: &frame, node: ptr::null(), free };
    let f = f; // dropped in the mapping if the next line panics
    // SAFETY: `scope` leaves it, before `link` can go.
    unsafe { beside::enter(link, &frame) };
    ended(scope, f())
}

/// Calls `f` in a captured mapping, and leaves alone what is beside it.
#[inline]
pub(super) fn run_alone<R>(link: &Link, f: impl FnOnce() -> R) -> R {
    let frame = Frame::of_run();
    frame.origin.set(link.place());
    let scope = Scope { back: Back::switch(Head::plain(link.node()), &frame), frame: &frame, node: ptr::null(), free };
    ended(scope, f())
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

/// Ends `scope`, and returns `result`. If that panics, `result` is dropped: what a function
/// returns already is not dropped when one of its locals panics (rust-lang/rust#47949).
#[inline(always)]
pub(super) fn ended<S, R>(scope: S, result: R) -> R {
    drop(scope);
    result
}

impl Drop for Scope<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        let Scope { back, frame, node, free } = self;
        Back::check(frame);
        let left = frame.top.get();
        if left.is_beside() {
            let scope = Scope { back: *back, frame, node: *node, free: *free };
            return beside::leave(frame, scope);
        }
        // The head first: the value's drop then runs in the mapping outside, and
        // if it panics, that mapping is back already.
        back.pop();
        if !node.is_null() {
            // SAFETY: made by this scope, which lets go of it below.
            unsafe { latest::ended(*node) }
        }
        if left != Top(ptr::null()) {
            // SAFETY: the frame was popped, and its entries and node are let go once.
            return unsafe { close(left, *node) };
        }
        if !node.is_null() {
            // SAFETY: made by this scope, and no longer under the head.
            unsafe { let_go(*node, *free) }
        }
    }
}
