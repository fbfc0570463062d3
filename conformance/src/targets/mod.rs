//! The implementations under comparison, one file or folder each, and the search for those that are available.

pub mod boa;
pub mod js;
pub mod model;
pub mod node;
pub mod rust;
mod target;

use std::path::{Path, PathBuf};

pub use self::target::{Run, Target, attempt};
use crate::program::profile::Api;

/// A target that is not available.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The target's name.
    pub target: String,
    /// The reason, and how to make it available.
    pub why: String,
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
