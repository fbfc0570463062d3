//! Call sites, for reports of lost context ([`crate::lost`]) and for hooks. Debug builds record
//! locations; in release builds they take no space.

#[cfg(debug_assertions)]
use std::cell::Cell;
#[cfg(any(debug_assertions, all(feature = "tokio", tokio_unstable)))]
use std::panic::Location;

/// The location of a call.
#[derive(Clone, Copy)]
pub(crate) struct CallSite {
    #[cfg(debug_assertions)]
    location: &'static Location<'static>,
}

impl CallSite {
    /// The caller's location. To record that of a call further out, every function in between has
    /// `#[cfg_attr(debug_assertions, track_caller)]`, which costs nothing in release builds.
    #[inline(always)]
    #[cfg_attr(debug_assertions, track_caller)]
    pub(crate) const fn here() -> CallSite {
        CallSite {
            #[cfg(debug_assertions)]
            location: Location::caller(),
        }
    }

    /// The call site at `location`.
    #[cfg(all(feature = "tokio", tokio_unstable))]
    pub(crate) fn at(location: &'static Location<'static>) -> CallSite {
        let _ = location;
        CallSite {
            #[cfg(debug_assertions)]
            location,
        }
    }

    #[cfg(debug_assertions)]
    pub(crate) fn location(self) -> &'static Location<'static> {
        self.location
    }
}

/// The call site and the purpose of a capture.
#[derive(Clone, Copy)]
pub(crate) struct CaptureSite {
    pub(crate) call: CallSite,
    /// The purpose in a word: for hooks, the type of the resource.
    pub(crate) what: &'static str,
}

impl CaptureSite {
    #[inline(always)]
    #[cfg_attr(debug_assertions, track_caller)]
    pub(crate) const fn here(what: &'static str) -> CaptureSite {
        CaptureSite { call: CallSite::here(), what }
    }
}

/// Where the mapping of a frame was captured.
pub(super) struct Origin {
    #[cfg(debug_assertions)]
    source: Cell<Source>,
}

#[cfg(debug_assertions)]
#[derive(Clone, Copy)]
pub(super) enum Source {
    /// Where the mapping of the enclosing frame was captured: this frame adds a binding, or
    /// nothing.
    Outside,
    At(CallSite),
    Nowhere,
}

impl Origin {
    pub(super) const fn outside() -> Origin {
        Origin {
            #[cfg(debug_assertions)]
            source: Cell::new(Source::Outside),
        }
    }

    #[inline(always)]
    pub(super) fn set(&self, place: CallSite) {
        #[cfg(debug_assertions)]
        self.source.set(Source::At(place));
        let _ = place;
    }

    #[cfg(debug_assertions)]
    pub(super) fn set_or_nowhere(&self, site: Option<CallSite>) {
        self.source.set(site.map_or(Source::Nowhere, Source::At));
    }

    #[cfg(debug_assertions)]
    pub(super) fn get(&self) -> Source {
        self.source.get()
    }
}

#[cfg(not(debug_assertions))]
const _: () = assert!(size_of::<CallSite>() == 0 && size_of::<Origin>() == 0, "release builds record nothing");
