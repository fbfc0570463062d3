//! The implementations under comparison, one file each, and the seam between them and the tool.

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

/// A target that is not here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The target's name.
    pub target: String,
    /// What is missing, and how to get it.
    pub why: String,
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

    /// Whether any deviation of the target from the draft is a defect of this project.
    fn must_conform(&self) -> bool {
        matches!(self.profile(), Profile::Spec | Profile::Rust | Profile::Facade)
    }

    /// What it can do.
    fn capabilities(&self) -> BTreeSet<Capability>;

    /// Why it can't run a case, if it can't: the case is in another version of the language, has an
    /// experimental statement, or needs what the target lacks.
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

    /// Runs cases without an [`obstacle`](Target::obstacle), and reports each by its index as soon as
    /// it is known. Every case is reported once.
    fn run(&self, cases: &[&Case], report: &mut dyn FnMut(usize, Run));
}

/// Runs every case that a target can run, and reports each by its index: the others as
/// unsupported, with the reason.
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

/// The targets' names, in the order of the matrix.
pub const NAMES: [&str; 10] =
    ["model", "rust", "rust-tokio", "rust-threads", "rust-rayon", "rust-als", "boa", "boa-als", "node-als", "node-ac"];

/// How targets are made.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The Node to run; `node` on the path if absent.
    pub node: Option<PathBuf>,
    /// How often `rust-tokio` runs each program; its own default if absent.
    pub repetitions: Option<u64>,
}

/// The targets that are here, and those that are not.
#[derive(Default)]
#[allow(missing_debug_implementations, reason = "targets are opaque")]
pub struct Found {
    /// Those that can run.
    pub targets: Vec<Box<dyn Target>>,
    /// Those that can't.
    pub missing: Vec<Missing>,
}

/// Looks for all targets.
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
