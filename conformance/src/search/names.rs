//! The names in generated programs.

use crate::program::table::Kind;

/// Returns the letter with which names of a kind start.
pub(super) fn prefix(kind: Kind) -> &'static str {
    match kind {
        Kind::Variable => "v",
        Kind::Snapshot => "s",
        Kind::Function => "f",
        Kind::Wrapped => "w",
        Kind::Error => "y",
        Kind::Deferred => "d",
        Kind::Task => "t",
        Kind::Reaction => "q",
        Kind::Request => "p",
        Kind::Microtask | Kind::Timer | Kind::Interval | Kind::Operation => "m",
        Kind::Thenable => "h",
        Kind::Generator => "g",
        Kind::AsyncGenerator => "ag",
        Kind::Iterator => "i",
        Kind::Emitter => "e",
        Kind::Signal => "a",
        Kind::Channel => "c",
        Kind::Port => "o",
        Kind::Guard => "u",
        Kind::Module => "k",
        Kind::Thread => "n",
        Kind::Finalizer => "z",
        Kind::Unhandled | Kind::Uncaught => "l",
        Kind::Diagnostics => "b",
        Kind::Resource => "r",
    }
}
