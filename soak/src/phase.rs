//! The phases of a run: nothing is registered, then a companion, then also a hook. Registrations are
//! permanent and affect every capture, so the phases have this order.

use std::sync::atomic::{AtomicBool, Ordering};

use asynccontext::companion::register;
use clap::ValueEnum;

use crate::companion::Level;
use crate::hook;

/// A phase of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Phase {
    /// Nothing is registered
    Plain,
    /// A companion is registered
    Companions,
    /// A companion and a hook on resources are registered
    Hooks,
}

impl Phase {
    /// Returns its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Phase::Plain => "plain",
            Phase::Companions => "companions",
            Phase::Hooks => "hooks",
        }
    }
}

static COMPANIONS: AtomicBool = AtomicBool::new(false);

/// Registers the companion or the hook of the phase.
pub(crate) fn enter(phase: Phase) {
    if phase >= Phase::Companions && !COMPANIONS.swap(true, Ordering::Relaxed) {
        register(Level);
    }
    if phase == Phase::Hooks {
        hook::enable();
    }
}

/// Whether a companion is registered.
pub(crate) fn has_companions() -> bool {
    COMPANIONS.load(Ordering::Relaxed)
}
