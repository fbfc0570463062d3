//! A companion: foreign context that follows snapshots. Each thread has a level. A capture is a
//! tracked value, and any call of the companion may panic.

use std::cell::Cell;
use std::mem;
use std::sync::Arc;

use asynccontext::companion::Companion;

use crate::model::{Foreign, Id};
use crate::program::Trap;
use crate::shared::Shared;
use crate::strand::{Strand, here, try_here};
use crate::value::throw;

thread_local! {
    static LEVEL: Cell<u32> = const { Cell::new(0) };
}

/// Returns the level of this thread.
pub(crate) fn level() -> u32 {
    LEVEL.get()
}

/// Sets the level of this thread, and returns the previous level.
pub(crate) fn set_level(level: u32) -> u32 {
    LEVEL.replace(level)
}

/// The step that sets the level.
pub(crate) fn change_level(level: u32) {
    set_level(level);
    here(|strand| strand.stack.set_level(level));
}

/// The companion.
pub(crate) struct Level;

/// A captured level.
pub(crate) struct Captured {
    level: u32,
    id: Id,
    shared: Arc<Shared>,
}

impl Drop for Captured {
    fn drop(&mut self) {
        self.shared.ends(self.id);
    }
}

/// An entered level.
pub(crate) struct Entered {
    back: u32,
}

impl Drop for Entered {
    fn drop(&mut self) {
        LEVEL.set(self.back);
        if is_trapped(Trap::Leave) {
            throw();
        }
    }
}

impl Companion for Level {
    type Captured = Captured;
    type Entered<'a> = Entered;

    fn capture(&self) -> Option<Captured> {
        let starts = try_here(|strand| mem::take(&mut strand.starts)).unwrap_or(false);
        if is_trapped(Trap::Capture) {
            if starts {
                here(|strand| strand.stack.starts_as_it_is());
            }
            throw();
        }
        // No level is current.
        let level = Some(level()).filter(|level| *level > 0)?;
        // If no strand runs here, the capture belongs to a strand that starts without it.
        try_here(|strand| {
            let id = strand.new_value();
            if starts {
                strand.stack.starts_with(Foreign { level, id });
            } else {
                strand.captured = Some(Foreign { level, id });
            }
            Captured { level, id, shared: strand.shared.clone() }
        })
    }

    fn enter<'a>(&'a self, captured: Option<&'a Captured>) -> Option<Entered> {
        if is_trapped(Trap::Enter) {
            here(|strand| strand.stack.was_not_entered());
            throw();
        }
        let level = captured.map_or(0, |captured| captured.level);
        // Also if the level is the same, since inner steps may change it.
        Some(Entered { back: LEVEL.replace(level) })
    }
}

/// Whether this call must panic, if it can.
fn is_trapped(trap: Trap) -> bool {
    let is_it = |strand: &mut Strand| strand.trap.take_if(|set| *set == trap).is_some();
    !std::thread::panicking() && try_here(is_it).unwrap_or(false)
}
