//! Detection of a runtime by its behavior: a script that prints a line of JSON.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::io;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::{Form, Kind, files};
use crate::child;
use crate::program::profile::{Api, Profile};
use crate::program::table::Capability;

/// The time limit for the answer. A runtime answers within a tenth of a second on a quiet machine.
const LIMIT: Duration = Duration::from_secs(30);

/// The reason why a runtime is not available.
#[derive(Debug, thiserror::Error)]
pub enum Missing {
    /// The executable was not found.
    #[error("`{program}` was not found: {}", how(.kind))]
    NotFound {
        /// The expected runtime.
        kind: Kind,
        /// The executable.
        program: String,
    },
    /// The executable does not start or does not behave like the runtime.
    #[error("`{program}` does not behave like {} ({why}): {}", .kind.name(), how(.kind))]
    NoAnswer {
        /// The expected runtime.
        kind: Kind,
        /// The executable.
        program: String,
        /// What happened instead.
        why: String,
    },
    /// It is another runtime, for example Bun under the name `node`.
    #[error("`{program}` is {found}, not {}: {}", .kind.name(), how(.kind))]
    Another {
        /// The expected runtime.
        kind: Kind,
        /// The executable.
        program: String,
        /// What it is.
        found: String,
    },
    /// It lacks a feature that every program needs.
    #[error("`{program}` is {} {version}, which is too old: {}", .kind.name(), how(.kind))]
    TooOld {
        /// The expected runtime.
        kind: Kind,
        /// The executable.
        program: String,
        /// Its version.
        version: String,
    },
}

fn how(kind: &Kind) -> String {
    match kind {
        Kind::Node => "install Node 18.16 or later, and have `node` on the PATH; or run \
                       `conformance runtimes install`, which installs several versions from npm"
            .to_owned(),
        _ => format!("`conformance runtimes install {}` installs it from npm", kind.word()),
    }
}

/// What a runtime is and can do.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    pub(super) version: String,
    pub(super) engine: String,
    pub(super) profile: Profile,
    pub(super) forms: Vec<Form>,
    ac: BTreeSet<Capability>,
    als: BTreeSet<Capability>,
}

impl Probe {
    /// Runs the script. The options are those of the runtime's mode.
    pub(super) fn of(kind: Kind, program: &OsStr, options: &[OsString]) -> Result<Probe, Missing> {
        let name = || program.to_string_lossy().into_owned();
        let no_answer = |why: String| Missing::NoAnswer { kind, program: name(), why };
        let folder = tempfile::Builder::new().prefix("litmus-").tempdir();
        let prepared = folder.and_then(|folder| Ok((files::probe(kind, program, options, folder.path())?, folder)));
        let (mut command, _folder) = prepared.map_err(|error| no_answer(error.to_string()))?;
        let output = match child::ask(&mut command, LIMIT) {
            Ok(Ok(output)) => output,
            Ok(Err(why)) => return Err(no_answer(why)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(Missing::NotFound { kind, program: name() });
            }
            Err(error) => return Err(no_answer(error.to_string())),
        };
        let Some(answer) = Answer::read(&output) else {
            return Err(no_answer(format!("it printed {:?}", output.trim())));
        };
        let found = answer.text("runtime");
        if found != kind.word() {
            let found = Kind::of(found).map_or("another runtime", Kind::name);
            let found = format!("{found} {}", answer.text("version")).trim().to_owned();
            return Err(Missing::Another { kind, program: name(), found });
        }
        if !answer.is("complete") {
            return Err(Missing::TooOld { kind, program: name(), version: answer.text("version").to_owned() });
        }
        let mut probe = Probe::read(kind, &answer);
        if probe.version.is_empty() {
            // workerd tells programs nothing, but has an option.
            probe.version = version(program).unwrap_or_default();
        }
        Ok(probe)
    }

    fn read(kind: Kind, answer: &Answer) -> Probe {
        use Capability::{EventTarget, Fs, Immediate, Message, Module, NextTick, Rejection, Stream};
        let mut ac = BTreeSet::from([EventTarget, Fs, Immediate, Message, Module, NextTick, Rejection, Stream]);
        if kind != Kind::Workerd {
            // It has the modules of Node for the others too, but they start no server and no process.
            ac.extend([Capability::Gc, Capability::Http, Capability::Net, Capability::Process, Capability::Worker]);
            // An exception of a timer ends workerd's run of a worker.
            ac.insert(Capability::Uncaught);
        }
        for (key, capability) in [("broadcast", Capability::Broadcast), ("webStream", Capability::WebStream)] {
            if answer.is(key) {
                ac.insert(capability);
            }
        }
        let mut als = ac.clone();
        als.insert(Capability::Diagnostics);
        ac.insert(Capability::Options);
        for (key, capability) in [
            ("options", Capability::Options),
            ("guard", Capability::Guard),
            ("mutate", Capability::Mutate),
            ("als", Capability::Als),
        ] {
            if answer.is(key) {
                als.insert(capability);
            }
        }
        let profile = match kind {
            Kind::Node if answer.is("frame") => Profile::NodeAcf,
            Kind::Node => Profile::NodeLegacy,
            Kind::Deno => Profile::Deno,
            Kind::Bun => Profile::Bun,
            Kind::Workerd => Profile::Workerd,
        };
        let has = |form: &Form| match form {
            Form::Als | Form::AcAls => true,
            Form::Portable => answer.is("als"),
            // async_hooks does not use the continuation data, so Node's timers and other hosts do not carry it.
            Form::AcCped => answer.is("continuation") && profile != Profile::NodeLegacy,
            Form::Ac => answer.is("native"),
        };
        Probe {
            version: answer.text("version").to_owned(),
            engine: answer.text("engine").to_owned(),
            profile,
            forms: Form::ALL.into_iter().filter(has).collect(),
            ac,
            als,
        }
    }

    /// Returns the capabilities through an API.
    pub(super) fn capabilities(&self, api: Api) -> &BTreeSet<Capability> {
        if api == Api::Ac { &self.ac } else { &self.als }
    }
}

/// Returns the last word that a runtime prints about its version.
fn version(program: &OsStr) -> Option<String> {
    let output = child::ask(Command::new(program).arg("--version"), LIMIT).ok()?.ok()?;
    output.split_whitespace().last().map(str::to_owned)
}

/// The script's line.
struct Answer(Value);

impl Answer {
    fn read(output: &str) -> Option<Answer> {
        // workerd prints to standard output what it reports itself, too.
        let line = output.lines().find_map(|line| line.strip_prefix(files::PROBED))?;
        Some(Answer(serde_json::from_str(line).ok().filter(Value::is_object)?))
    }

    fn text(&self, key: &str) -> &str {
        self.0.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    fn is(&self, key: &str) -> bool {
        self.0.get(key).and_then(Value::as_bool) == Some(true)
    }
}
