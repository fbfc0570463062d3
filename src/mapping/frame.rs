//! Frames: one for each `run`, each `Snapshot::run` and each poll on the stack of a thread.

use std::cell::Cell;
use std::ptr;

use super::call_site::Origin;
use super::entry::Entry;
#[cfg(any(test, all(feature = "tokio", tokio_unstable)))]
use super::entry::list;

/// The state of a scope, with the list of its entries.
///
/// The frame of a `run` lies on the stack, that of a future in the future, so that its entries stay
/// from one poll to the next. A thread's list of frames holds only those that run: a frame is
/// pushed on entry and popped on exit, also on panic.
pub(super) struct Frame {
    /// The enclosing frame; null: the root. Stale while the frame is not running.
    pub(super) outer: Cell<*const Frame>,
    pub(super) top: Cell<Top>,
    pub(super) origin: Origin,
}

impl Frame {
    pub(super) const fn of_run() -> Frame {
        Frame { outer: Cell::new(ptr::null()), top: Cell::new(Top::EMPTY), origin: Origin::outside() }
    }

    pub(super) const fn of_task() -> Frame {
        Frame { outer: Cell::new(ptr::null()), top: Cell::new(Top::EMPTY_TASK), origin: Origin::outside() }
    }
}

#[cfg(any(test, all(feature = "tokio", tokio_unstable)))]
impl Frame {
    /// Whether this is the frame of a hooked task (`hooked_task.rs`).
    ///
    /// # Safety
    ///
    /// It is in the list of the calling thread.
    pub(super) unsafe fn is_hooked(&self) -> bool {
        // SAFETY: a frame in the list is live, and so are its entries.
        unsafe { list(self.top.get().entry()).any(|entry| (*entry).is_of_hooked_task()) }
    }
}

/// The newest entry of a frame, or null, with three flags in the low bits of the pointer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Top(*const Entry);

const _: () = assert!(align_of::<Entry>() >= 8, "the flags need three free bits");

impl Top {
    /// A guard of the enclosing frame was dropped inside this one: when this frame is popped, the
    /// enclosing one is swept.
    const SWEEP: usize = 1;
    /// The frame is that of a future.
    const TASK: usize = 2;
    /// An attachment was entered on the frame (`attachments.rs`).
    const ATTACHED: usize = 4;
    const FLAGS: usize = Self::SWEEP | Self::TASK | Self::ATTACHED;

    /// No entries, on a frame of `run`.
    pub(super) const EMPTY: Top = Top(ptr::null());
    pub(super) const EMPTY_TASK: Top = Top(ptr::without_provenance(Self::TASK));

    /// In place of an entry: the scope has not started (`task.rs`), and its frame is in no list.
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

    /// The same flags with another entry.
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
    pub(super) fn has_attached(self) -> bool {
        self.0.addr() & Self::ATTACHED != 0
    }

    pub(super) fn with_attached(self) -> Top {
        Top(self.0.map_addr(|a| a | Self::ATTACHED))
    }

    pub(super) fn without_attached(self) -> Top {
        Top(self.0.map_addr(|a| a & !Self::ATTACHED))
    }

    pub(super) fn without_sweep(self) -> Top {
        Top(self.0.map_addr(|a| a & !Self::SWEEP))
    }
}
