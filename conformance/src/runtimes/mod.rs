//! The JavaScript runtimes that can be compared: where each is found, and their installation from npm.

pub mod cache;
pub mod install;
mod pinned;

use std::path::Path;

pub use self::cache::Cache;
pub use self::pinned::{PINNED, Package, Pin};
use crate::targets::runtime::{Form, Kind, Missing, Runtime};

/// A runtime in one of its modes: the part of a target's name before the colon.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Its name.
    pub name: &'static str,
    /// Which runtime it is.
    pub kind: Kind,
    /// The name under which it can be installed; none for the `node` on the PATH.
    pub pin: Option<&'static str>,
    /// The options of its mode.
    pub options: &'static [&'static str],
}

const LEGACY: &[&str] = &["--no-async-context-frame"];
const FRAME: &[&str] = &["--experimental-async-context-frame"];

const fn spec(name: &'static str, kind: Kind, pin: &'static str, options: &'static [&'static str]) -> Spec {
    Spec { name, kind, pin: Some(pin), options }
}

/// Every runtime in each of its modes, in the order of the matrix. Node without a suffix is in its default mode.
pub const SPECS: [Spec; 10] = [
    Spec { name: "node", kind: Kind::Node, pin: None, options: &[] },
    spec("node-22", Kind::Node, "node-22", &[]),
    spec("node-22-acf", Kind::Node, "node-22", FRAME),
    spec("node-24", Kind::Node, "node-24", &[]),
    spec("node-24-legacy", Kind::Node, "node-24", LEGACY),
    spec("node-26", Kind::Node, "node-26", &[]),
    spec("node-26-legacy", Kind::Node, "node-26", LEGACY),
    spec("deno", Kind::Deno, "deno", &[]),
    spec("bun", Kind::Bun, "bun", &[]),
    spec("workerd", Kind::Workerd, "workerd", &[]),
];

/// The reason why a runtime cannot be a target.
#[derive(Debug, thiserror::Error)]
pub enum Unavailable {
    /// It is neither installed nor, for a runtime of which any version will do, on the PATH.
    #[error("not installed: `conformance runtimes install {0}` installs it from npm")]
    NotInstalled(&'static str),
    /// The executable does not answer as it should.
    #[error(transparent)]
    Missing(#[from] Missing),
}

impl Spec {
    /// Returns the forms that some version of the runtime in this mode has.
    pub fn forms(&self) -> impl Iterator<Item = Form> {
        // async_hooks does not propagate the continuation data, and JavaScriptCore and workerd do not expose theirs.
        let no_cped = ["node-22", "node-24-legacy", "node-26-legacy", "bun", "workerd"].contains(&self.name);
        Form::ALL.into_iter().filter(move |form| *form != Form::AcCped || !no_cped)
    }

    /// Returns the names of its targets.
    pub fn targets(&self) -> impl Iterator<Item = String> {
        self.forms().map(|form| format!("{}:{}", self.name, form.word()))
    }

    /// Whether it is the same executable as another runtime of the list, in another mode.
    pub fn is_mode(&self) -> bool {
        !self.options.is_empty()
    }

    /// Finds the runtime: the given executable for `node`, otherwise the installed one, otherwise for Deno, Bun and
    /// workerd the one on the PATH.
    ///
    /// # Errors
    ///
    /// Returns the reason why it is not available.
    pub fn find(&self, cache: &Cache, node: Option<&Path>) -> Result<Runtime, Unavailable> {
        let at = |program: &Path| Ok(Runtime::at(self.name, self.kind, program, self.options)?);
        let Some(pin) = self.pin else {
            return at(node.unwrap_or(Path::new(self.kind.word())));
        };
        if let Some(installed) = cache.executable(pin) {
            return at(&installed);
        }
        if self.kind == Kind::Node {
            return Err(Unavailable::NotInstalled(pin));
        }
        match Runtime::at(self.name, self.kind, self.kind.word(), self.options) {
            Err(Missing::NotFound { .. }) => Err(Unavailable::NotInstalled(pin)),
            found => Ok(found?),
        }
    }
}
