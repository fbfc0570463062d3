//! The productions of the grammar, and their weights.

use fastrand::Rng;

use super::Generator;
use super::place::Place;
use crate::program::ast::Block;

/// A production of the grammar. It appends its statements, or declines and adds nothing.
pub(super) type Production = fn(&mut Generator, Place, &mut Block) -> Option<()>;

/// The productions that need no name except a variable's, and their weights.
pub(super) const MAKE: &[(u32, Production)] = &[
    (10, Generator::run),
    (6, Generator::run_async),
    (4, Generator::snapshot),
    (5, Generator::try_block),
    (5, Generator::function),
    (8, Generator::task),
    (6, Generator::queued),
    (2, Generator::interval),
    (18, Generator::deferred),
    (7, Generator::await_word),
    (2, Generator::thenable),
    (7, Generator::generator),
    (7, Generator::async_generator),
    (7, Generator::yields),
    (3, Generator::iterator),
    (1, Generator::emitter),
    (1, Generator::signal),
    (2, Generator::channel),
    (3, Generator::enter),
    (2, Generator::thread),
    (2, Generator::finalizer),
    (3, Generator::module),
    (3, Generator::hide),
    (3, Generator::exit),
    (2, Generator::rebind),
    (2, Generator::resource),
    (2, Generator::diagnostics),
    (1, Generator::observe_constant),
    (8, Generator::observe_caught),
    (2, Generator::error_object),
    (4, Generator::in_caught),
];

/// The productions that use a bound name.
pub(super) const USE: &[(u32, Production)] = &[
    (18, Generator::in_snapshot),
    (8, Generator::in_async),
    (6, Generator::wrap),
    (6, Generator::call),
    (14, Generator::reaction),
    (5, Generator::settle),
    (9, Generator::await_name),
    (10, Generator::resume),
    (5, Generator::for_of),
    (10, Generator::request),
    (6, Generator::for_await),
    (20, Generator::yield_from),
    (3, Generator::listener),
    (5, Generator::emit),
    (2, Generator::abort_listener),
    (3, Generator::abort),
    (5, Generator::post),
    (14, Generator::leave),
    (6, Generator::drop),
    (6, Generator::in_resource),
    (6, Generator::run_stores),
    (6, Generator::raise),
];

/// The productions that are allowed in a pure body.
pub(super) const PURE: &[(u32, Production)] = &[
    (5, Generator::run),
    (4, Generator::in_snapshot),
    (3, Generator::try_block),
    (4, Generator::call),
    (3, Generator::await_word),
    (4, Generator::yields),
    (1, Generator::observe_constant),
    (6, Generator::observe_caught),
    (2, Generator::emit),
    (2, Generator::hide),
    (2, Generator::exit),
    (2, Generator::rebind),
    (2, Generator::raise),
    (3, Generator::in_caught),
];

/// Returns random weights for a program: some productions are left out, others are more frequent. A program that repeats
/// a few productions finds more deviations than one that has each once.
pub(super) fn bias(productions: &[(u32, Production)], rng: &mut Rng) -> Vec<(u32, Production)> {
    let factor = |rng: &mut Rng| [0, 1, 1, 2, 4][rng.usize(0..5)];
    productions.iter().map(|(weight, production)| (weight * factor(rng), *production)).collect()
}
