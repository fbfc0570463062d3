//! Emitters (R3): either all statements on one belong to one strand, as for generators, or its listeners are complete
//! before it is shared.
//!
//! A shared emitter is dispatched on by several strands, or in bodies that may run more than once. All of its listeners are
//! added by the strand that binds it, before the text of the first such dispatch. So every dispatch calls the same
//! listeners, whatever the schedule; and since a listener can use only what precedes it, dispatching in a listener ends.
//!
//! The same holds for a diagnostics channel: `bind-store` in place of a listener, `run-stores` in place of a dispatch.

use std::collections::BTreeMap;

use super::once::{Once, Strand};
use crate::program::ast::{Spanned, Stmt};
use crate::program::diagnostic::Diagnostic;
use crate::program::table::Op;

/// A statement on an emitter or a diagnostics channel.
struct Use<'a> {
    op: Op,
    name: &'a Spanned,
    strand: Strand,
    /// Whether it is in a body that may run more than once.
    pure: bool,
    /// The place in the text at which it takes effect. A listener is added at the end of its body.
    at: usize,
}

/// The statements on each emitter.
#[derive(Default)]
pub(super) struct Emitters<'a>(BTreeMap<&'a str, Vec<Use<'a>>>);

impl<'a> Emitters<'a> {
    /// Adds a statement on an emitter.
    pub(super) fn uses(&mut self, stmt: &Stmt, name: &'a Spanned, strand: Strand, pure: bool) {
        let at = if stmt.op == Op::On { stmt.span.end } else { name.span.start };
        self.0.entry(&name.text).or_default().push(Use { op: stmt.op, name, strand, pure, at });
    }

    /// Checks all emitters of the program.
    pub(super) fn check(&self, once: &Once<'a>) -> Vec<Diagnostic> {
        self.0.iter().filter_map(|(name, uses)| check(name, uses, once)).collect()
    }
}

/// Checks one emitter by both rules.
fn check(name: &str, uses: &[Use<'_>], once: &Once<'_>) -> Option<Diagnostic> {
    let home = once.binder(name)?;
    let mut owner = home;
    let foreign = uses.iter().find_map(|used| once.pass_on(used.name, &mut owner, used.strand));
    let pure = uses.iter().any(|used| used.pure);
    if foreign.is_none() && !pure {
        return None;
    }
    let dispatches =
        uses.iter().filter(|used| matches!(used.op, Op::Emit | Op::RunStores) && (used.pure || used.strand != home));
    let shared = dispatches.map(|used| used.at).min().unwrap_or(usize::MAX);
    let late = uses
        .iter()
        .find(|used| matches!(used.op, Op::On | Op::BindStore) && (used.strand != home || used.at > shared))?;
    if let (Some(foreign), false) = (foreign, pure) {
        return Some(foreign);
    }
    if late.op == Op::BindStore {
        let message = format!("a variable is bound to `{name}` after the channel is shared, or by another strand");
        let help = "bind all variables in the strand that binds the channel, before the first `run-stores` of another";
        return Some(Diagnostic::new(late.name.span.clone(), message).help(help));
    }
    let message = format!("a listener is added to `{name}` after the emitter is shared, or by another strand");
    let help = "add all listeners in the strand that binds the emitter, before the first body that dispatches on it";
    Some(Diagnostic::new(late.name.span.clone(), message).help(help))
}
