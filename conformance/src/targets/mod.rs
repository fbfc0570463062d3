//! The implementations under comparison, one file each, and the interface between them and the tool.

pub mod boa;
pub mod js;
pub mod model;
pub mod node;
pub mod rust;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::program::VERSION;
use crate::program::ast::Case;
use crate::program::needs::first_lack;
use crate::program::outcome::Outcome;
use crate::program::profile::{Api, Profile};
use crate::program::table::Capability;

/// The result of a case on a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    /// The case ran to its end, with this outcome.
    Outcome(Outcome),
    /// The target does not support the case, for this reason.
    Unsupported(String),
    /// There is no outcome. The text describes the crash, the hang or the unreadable answer.
    Failed(String),
}

/// A target that is not available.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The target's name.
    pub target: String,
    /// The reason, and how to make it available.
    pub why: String,
}

/// An implementation under comparison.
pub trait Target {
    /// Returns the name by which `--target` selects it.
    fn name(&self) -> &str;

    /// Returns a description with the version, for reports.
    fn describe(&self) -> String;

    /// Returns the family it belongs to.
    fn profile(&self) -> Profile;

    /// Returns the API through which it is reached, for JavaScript runtimes.
    fn api(&self) -> Option<Api> {
        None
    }

    /// Whether any deviation of the target from the draft is a defect of this project.
    fn must_conform(&self) -> bool {
        matches!(self.profile(), Profile::Spec | Profile::Rust | Profile::Facade)
    }

    /// Returns its capabilities.
    fn capabilities(&self) -> BTreeSet<Capability>;

    /// Returns the reason why the target does not support a case, if there is one: the case is in a later version of the
    /// language, has an experimental statement, or needs a capability that the target lacks.
    fn obstacle(&self, case: &Case) -> Option<String> {
        if case.version > VERSION {
            return Some(format!(
                "it is written in version {} of the language; this tool reads version {VERSION}",
                case.version
            ));
        }
        if let Some(word) = case.experiments.first() {
            return Some(format!("`{word}` is an experimental statement that this tool does not support"));
        }
        let (what, need) = first_lack(&case.program, &self.capabilities())?;
        Some(format!("`{what}` needs the capability `{}`, which the target lacks", need.word()))
    }

    /// Runs cases without an [`obstacle`](Target::obstacle), and reports each result once, by the index of the case, as
    /// soon as it is known.
    fn run(&self, cases: &[&Case], report: &mut dyn FnMut(usize, Run));
}

/// Runs the cases that a target supports, and reports every case by its index. The others are reported as not supported,
/// with the reason.
pub fn attempt(target: &dyn Target, cases: &[&Case], report: &mut dyn FnMut(usize, Run)) {
    let mut able = Vec::new();
    for (i, case) in cases.iter().enumerate() {
        match target.obstacle(case) {
            Some(why) => report(i, Run::Unsupported(why)),
            None => able.push(i),
        }
    }
    let cases: Vec<&Case> = able.iter().map(|i| cases[*i]).collect();
    target.run(&cases, &mut |i, run| report(able[i], run));
}

/// The names of the targets, in the order of the matrix.
pub const NAMES: [&str; 10] =
    ["model", "rust", "rust-tokio", "rust-threads", "rust-rayon", "rust-als", "boa", "boa-als", "node-als", "node-ac"];

/// The options for making targets.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The Node executable; `node` on the PATH if absent.
    pub node: Option<PathBuf>,
    /// The number of times that `rust-tokio` runs each program; its own default if absent.
    pub repetitions: Option<u64>,
}

/// The available and the missing targets.
#[derive(Default)]
#[allow(missing_debug_implementations, reason = "targets are opaque")]
pub struct Found {
    /// The available targets.
    pub targets: Vec<Box<dyn Target>>,
    /// The missing targets.
    pub missing: Vec<Missing>,
}

/// Finds all targets.
pub fn find(options: &Options) -> Found {
    let mut found = Found::default();
    found.targets.push(Box::new(model::Model));
    found.targets.push(Box::new(rust::Rust));
    let tokio = rust::RustTokio::default();
    found.targets.push(Box::new(match options.repetitions {
        Some(repetitions) => tokio.repetitions(repetitions),
        None => tokio,
    }));
    found.targets.push(Box::new(rust::RustThreads));
    found.targets.push(Box::new(rust::RustRayon));
    found.targets.push(Box::new(rust::RustAls::default()));
    found.targets.push(Box::new(boa::Boa::new(Api::Ac)));
    found.targets.push(Box::new(boa::Boa::new(Api::Als)));
    for (name, api) in [("node-als", Api::Als), ("node-ac", Api::Ac)] {
        let program = options.node.as_deref().map_or("node".as_ref(), Path::as_os_str);
        match node::Node::at(program, &[], api) {
            Ok(node) => found.targets.push(Box::new(node)),
            Err(missing) => found.missing.push(Missing { target: name.to_owned(), why: missing.to_string() }),
        }
    }
    found
}
