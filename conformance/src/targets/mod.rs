//! The implementations under comparison, one file each, and the seam between them and the tool.

pub mod js;
pub mod model;
pub mod node;
pub mod rust;

use std::collections::BTreeSet;

use crate::outcome::Outcome;
use crate::program::ast::Case;
use crate::program::profile::{Api, Profile};
use crate::program::table::Capability;

/// What came of a case on a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    /// It ran, and its strands saw this.
    Outcome(Outcome),
    /// The target can't express it, and why.
    Unsupported(String),
    /// It ended otherwise: a crash, a hang, an answer that can't be read. The text says which.
    Failed(String),
}

/// An implementation under comparison.
pub trait Target {
    /// The name by which `--target` selects it.
    fn name(&self) -> &str;

    /// What it is, with its version: for reports.
    fn describe(&self) -> String;

    /// The family it belongs to.
    fn profile(&self) -> Profile;

    /// The API through which it is reached, for JavaScript runtimes.
    fn api(&self) -> Option<Api> {
        None
    }

    /// Whether it is part of this tool: an embedded target must agree with the draft.
    fn embedded(&self) -> bool;

    /// What it can do.
    fn capabilities(&self) -> BTreeSet<Capability>;

    /// Runs cases whose needs it has, and reports each by its index as soon as it is known.
    /// Every case is reported once.
    fn run(&self, cases: &[&Case], report: &mut dyn FnMut(usize, Run));
}
