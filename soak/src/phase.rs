//! What is registered for the whole process: nothing at first, then a companion, then also a
//! hook. What was ever registered leaves its mark on every capture, so the phases come in
//! this order.

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
    /// A companion is
    Companions,
    /// A companion, and a hook on resources
    Hooks,
}

impl Phase {
    /// Its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Phase::Plain => "plain",
            Phase::Companions => "companions",
            Phase::Hooks => "hooks",
        }
    }
}

static COMPANIONS: AtomicBool = AtomicBool::new(false);

/// Registers what the phase has.
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
