//! Where things were made, for reports of lost context ([`crate::lost`]): remembered in
//! debug builds, nothing at all in release builds.

#[cfg(debug_assertions)]
use std::cell::Cell;
#[cfg(any(debug_assertions, all(feature = "tokio", tokio_unstable)))]
use std::panic::Location;

/// The place of a call.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    #[cfg(debug_assertions)]
    location: &'static Location<'static>,
}

impl Place {
    /// The caller's. To be somebody else's place, every function in between is
    /// `#[cfg_attr(debug_assertions, track_caller)]`, which costs release builds nothing.
    #[inline(always)]
    #[cfg_attr(debug_assertions, track_caller)]
    pub(crate) const fn here() -> Place {
        Place {
            #[cfg(debug_assertions)]
            location: Location::caller(),
        }
    }

    /// This place.
    #[cfg(all(feature = "tokio", tokio_unstable))]
    pub(crate) fn at(location: &'static Location<'static>) -> Place {
        let _ = location;
        Place {
            #[cfg(debug_assertions)]
            location,
        }
    }

    #[cfg(debug_assertions)]
    pub(crate) fn location(self) -> &'static Location<'static> {
        self.location
    }
}

/// Where the mapping of a frame was captured; nowhere, if the frame adds a binding to
/// what its caller sees, or nothing.
pub(super) struct Origin {
    #[cfg(debug_assertions)]
    place: Cell<Option<Place>>,
}

impl Origin {
    pub(super) const fn nowhere() -> Origin {
        Origin {
            #[cfg(debug_assertions)]
            place: Cell::new(None),
        }
    }

    #[inline(always)]
    pub(super) fn set(&self, place: Place) {
        #[cfg(debug_assertions)]
        self.place.set(Some(place));
        let _ = place;
    }

    #[cfg(debug_assertions)]
    pub(super) fn get(&self) -> Option<Place> {
        self.place.get()
    }
}

#[cfg(not(debug_assertions))]
const _: () = assert!(size_of::<Place>() == 0 && size_of::<Origin>() == 0, "release builds remember nothing");
