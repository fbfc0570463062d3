//! The targets `node-als` and `node-ac`: Node's AsyncLocalStorage, and the draft's API built on it.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::js;
use super::js::session::{self, Limits, Runtime};
use super::{Run, Target};
use crate::child;
use crate::program::ast::Case;
use crate::program::profile::{Api, Profile};
use crate::program::table::Capability;

/// The script that detects the family of a Node by its behavior, and prints a line of JSON.
const PROBE: &str = include_str!("js/node_probe.js");
/// The script that reads programs and runs them.
const HOST: &str = include_str!("js/node.js");
/// The options of every run: garbage collection on demand, and no warnings on standard error.
const OPTIONS: [&str; 2] = ["--expose-gc", "--no-warnings"];

/// A Node through one of two APIs.
///
/// # Examples
///
/// ```
/// use conformance::program::profile::Api;
/// use conformance::targets::{Target, node::Node};
///
/// match Node::find(Api::Als) {
///     Ok(node) => println!("{}", node.describe()),
///     Err(missing) => println!("{missing}"),
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Node {
    api: Api,
    program: OsString,
    options: Vec<OsString>,
    version: String,
    profile: Profile,
    capabilities: BTreeSet<Capability>,
    limits: Limits,
}

/// The reason why Node is not available.
#[derive(Debug, thiserror::Error)]
pub enum Missing {
    /// The executable was not found.
    #[error("`{program}` was not found: {HOW}")]
    NotFound {
        /// The executable.
        program: String,
    },
    /// The executable does not start or does not behave like Node.
    #[error("`{program}` does not behave like Node ({why}): {HOW}")]
    NoAnswer {
        /// The executable.
        program: String,
        /// What happened instead.
        why: String,
    },
    /// It lacks a feature that every program needs.
    #[error("`{program}` is Node {version}, which is too old: {HOW}")]
    TooOld {
        /// The executable.
        program: String,
        /// Its version.
        version: String,
    },
}

const HOW: &str = "install Node 18.16 or later from https://nodejs.org, or the npm package `node`, \
                   and have `node` on the PATH";

impl Node {
    /// Returns the `node` on the PATH.
    ///
    /// # Errors
    ///
    /// Returns the reason why Node is not available.
    pub fn find(api: Api) -> Result<Node, Missing> {
        Node::at("node", &[], api)
    }

    /// Returns the Node with this executable (a path, or a name on the PATH) and these options, such as
    /// `--no-async-context-frame`. The environment variable `NODE_OPTIONS` is ignored.
    ///
    /// # Errors
    ///
    /// Returns the reason why Node is not available.
    pub fn at(program: impl AsRef<OsStr>, options: &[&str], api: Api) -> Result<Node, Missing> {
        let options: Vec<OsString> = options.iter().map(Into::into).collect();
        let name = program.as_ref().to_string_lossy().into_owned();
        let mut command = command(program.as_ref(), &options);
        command.args(["-e", PROBE]);
        let output = match child::ask(&mut command, Duration::from_secs(20)) {
            Ok(Ok(output)) => output,
            Ok(Err(why)) => return Err(Missing::NoAnswer { program: name, why }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Missing::NotFound { program: name }),
            Err(error) => return Err(Missing::NoAnswer { program: name, why: error.to_string() }),
        };
        let Some(probe) = Probe::read(&output) else {
            return Err(Missing::NoAnswer { program: name, why: format!("it printed {:?}", output.trim()) });
        };
        if !probe.complete {
            return Err(Missing::TooOld { program: name, version: probe.version });
        }
        Ok(Node {
            api,
            program: program.as_ref().to_owned(),
            options,
            version: probe.version,
            profile: if probe.frame { Profile::NodeAcf } else { Profile::NodeLegacy },
            capabilities: if api == Api::Ac { probe.ac } else { probe.als },
            limits: Limits::default(),
        })
    }

    /// Returns the same target with another time limit for each program. The default is 10 seconds.
    pub fn answer_within(mut self, limit: Duration) -> Node {
        self.limits.answer = limit;
        self
    }

    /// Returns the version without the prefix `v`.
    pub fn version(&self) -> &str {
        &self.version
    }
}

impl Target for Node {
    fn name(&self) -> &str {
        match self.api {
            Api::Ac => "node-ac",
            Api::Als => "node-als",
        }
    }

    fn describe(&self) -> String {
        let mechanism = match self.profile {
            Profile::NodeAcf => "AsyncContextFrame",
            _ => "async_hooks",
        };
        let api = match self.api {
            Api::Ac => "AsyncContext on AsyncLocalStorage",
            Api::Als => "AsyncLocalStorage",
        };
        format!("Node {} ({api}, {mechanism})", self.version)
    }

    fn profile(&self) -> Profile {
        self.profile
    }

    fn api(&self) -> Option<Api> {
        Some(self.api)
    }

    fn capabilities(&self) -> BTreeSet<Capability> {
        self.capabilities.clone()
    }

    fn run(&self, cases: &[&Case], report: &mut dyn FnMut(usize, Run)) {
        let programs = cases.iter().enumerate().map(|(number, case)| (number, js::script(case, self.api))).collect();
        session::run(self, programs, self.limits, report);
    }
}

impl Runtime for Node {
    fn runner(&self) -> String {
        format!("\"use strict\";\n{}\n{}\n{HOST}", js::ASYNC_CONTEXT, js::PRELUDE)
    }

    fn command(&self, runner: &Path) -> Command {
        let mut command = command(&self.program, &self.options);
        command.args(OPTIONS).arg(runner).arg(match self.api {
            Api::Ac => "ac",
            Api::Als => "als",
        });
        command
    }
}

/// Returns a command that the environment does not influence.
fn command(program: &OsStr, options: &[OsString]) -> Command {
    let mut command = Command::new(program);
    command.env_remove("NODE_OPTIONS").args(options);
    command
}

/// The result of the detection script.
struct Probe {
    version: String,
    /// Whether it has all features that every program needs.
    complete: bool,
    /// Whether it propagates contexts by AsyncContextFrame.
    frame: bool,
    ac: BTreeSet<Capability>,
    als: BTreeSet<Capability>,
}

impl Probe {
    fn read(output: &str) -> Option<Probe> {
        let output: Value = serde_json::from_str(output).ok()?;
        let is = |key: &str| output.get(key)?.as_bool();
        let mut ac = BTreeSet::from([Capability::Gc, Capability::Worker, Capability::Module, Capability::Rejection]);
        let mut als = ac.clone();
        ac.insert(Capability::Options);
        als.extend([Capability::Als, Capability::Mutate]);
        if is("options")? {
            als.insert(Capability::Options);
        }
        if is("guard")? {
            als.insert(Capability::Guard);
        }
        let version = output.get("version")?.as_str()?.to_owned();
        Some(Probe { version, complete: is("complete")?, frame: is("frame")?, ac, als })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_does_not_affect_the_options() {
        let command = command(OsStr::new("node"), &["--no-async-context-frame".into()]);
        assert!(command.get_envs().any(|(key, value)| key == "NODE_OPTIONS" && value.is_none()));
        assert!(command.get_args().eq(["--no-async-context-frame"]));
    }
}
