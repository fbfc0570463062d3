//! A JavaScript engine's shell, or any other command that runs a JavaScript file and prints.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::{Deviations, NoCommand, split};
use crate::child;
use crate::program::ast::{Case, Stmt};
use crate::program::expected::Expected;
use crate::program::outcome::Outcome;
use crate::program::profile::{Api, Profile};
use crate::program::table::Capability;
use crate::targets::js::{self, ASYNC_CONTEXT, PRELUDE, standalone};
use crate::targets::runtime::Form;
use crate::targets::session::{self, Host, Limits, Numbered, Start};
use crate::targets::{Run, Target, lacks, uses_timer};

/// The time limit for the answer to the detection script. Engines that run on a virtual machine of their own start
/// slowly.
const LIMIT: Duration = Duration::from_secs(60);
/// The start of the line that the detection script prints.
const PROBED: &str = "litmus-probe:";
const PROBE: &str = include_str!("../js/hosts/shell_probe.js");
const HOOKS: &str = include_str!("../js/hosts/hooks.js");
const HOST: &str = include_str!("../js/hosts/shell.js");

/// The reason why a command cannot be used as a shell.
#[derive(Debug, thiserror::Error)]
pub enum NoShell {
    /// There is no command.
    #[error(transparent)]
    NoCommand(#[from] NoCommand),
    /// It does not run JavaScript.
    #[error("`{line}` does not run a JavaScript file ({why}); the file's path is added to the command")]
    NoAnswer {
        /// The command line.
        line: String,
        /// What happened instead.
        why: String,
    },
    /// It has neither API.
    #[error(
        "`{0}` runs JavaScript, but has neither `AsyncContext` nor `node:async_hooks`; an engine's flag may be missing"
    )]
    NoApi(String),
}

/// A command that runs JavaScript.
#[derive(Clone, Debug)]
pub struct Shell {
    name: String,
    describe: String,
    words: Vec<String>,
    deviations: Deviations,
    forms: Vec<Form>,
    capabilities: BTreeSet<Capability>,
    als: BTreeSet<Capability>,
    timers: bool,
    follows_readings: bool,
}

impl Shell {
    /// Returns the shell with this command line, which is split into words as by a POSIX shell, without expansions. The
    /// path of a file is added to it.
    ///
    /// # Errors
    ///
    /// Returns the reason why the command cannot be used as a shell.
    pub fn new(name: &str, line: &str, deviations: Option<Deviations>) -> Result<Shell, NoShell> {
        Shell::of(name, line, split(line)?, deviations)
    }

    /// Returns the shell with these words as its command, and this description.
    pub(super) fn of(
        name: &str,
        line: &str,
        words: Vec<String>,
        deviations: Option<Deviations>,
    ) -> Result<Shell, NoShell> {
        let mut shell = Shell {
            name: name.to_owned(),
            describe: line.to_owned(),
            words,
            deviations: deviations.unwrap_or_default(),
            forms: Vec::new(),
            capabilities: BTreeSet::new(),
            als: BTreeSet::new(),
            timers: false,
            follows_readings: false,
        };
        let answer = shell.probe().map_err(|why| NoShell::NoAnswer { line: line.to_owned(), why })?;
        let is = |key: &str| answer.get(key).and_then(Value::as_bool) == Some(true);
        if is("native") {
            shell.forms.push(Form::Ac);
        }
        if is("hooks") {
            shell.forms.extend([Form::Als, Form::AcAls]);
        }
        if shell.forms.is_empty() {
            return Err(NoShell::NoApi(line.to_owned()));
        }
        shell.timers = is("timers");
        for (key, capability) in [
            ("gc", Capability::Gc),
            ("rejections", Capability::Rejection),
            ("immediate", Capability::Immediate),
            ("nextTick", Capability::NextTick),
            ("eventTarget", Capability::EventTarget),
            ("message", Capability::Message),
            ("broadcast", Capability::Broadcast),
            ("webStream", Capability::WebStream),
        ] {
            if is(key) {
                shell.capabilities.insert(capability);
            }
        }
        shell.als = shell.capabilities.clone();
        shell.capabilities.insert(Capability::Options);
        for (key, capability) in
            [("options", Capability::Options), ("mutate", Capability::Mutate), ("als", Capability::Als)]
        {
            if is(key) {
                shell.als.insert(capability);
            }
        }
        Ok(shell)
    }

    /// Marks the shell as one that follows a reading of the draft.
    pub(super) fn following_readings(self) -> Shell {
        Shell { follows_readings: true, ..self }
    }

    /// Returns its targets: through its own `AsyncContext`, and through `node:async_hooks`, as far as it has them.
    pub fn targets(&self) -> impl Iterator<Item = ShellTarget> {
        self.forms.iter().map(|form| ShellTarget {
            name: format!("{}:{}", self.name, form.word()),
            shell: self.clone(),
            form: *form,
            limits: Limits::default(),
        })
    }

    /// Runs the detection script, and returns what it printed.
    fn probe(&self) -> Result<Value, String> {
        let folder = tempfile::Builder::new().prefix("litmus-").tempdir().map_err(|error| error.to_string())?;
        let file = folder.path().join("probe.js");
        fs::write(&file, format!("\"use strict\";\n{HOOKS}\n{PROBE}")).map_err(|error| error.to_string())?;
        let output = match child::ask(&mut self.command(&file), LIMIT) {
            Ok(output) => output?,
            Err(error) => return Err(error.to_string()),
        };
        let line = output.lines().find_map(|line| line.strip_prefix(PROBED));
        line.and_then(|line| serde_json::from_str(line).ok()).ok_or_else(|| format!("it printed {:?}", output.trim()))
    }

    fn command(&self, file: &Path) -> Command {
        let (program, arguments) = self.words.split_first().map_or(("", [].as_slice()), |(p, a)| (p.as_str(), a));
        let mut command = Command::new(program);
        command.args(arguments).arg(file);
        command
    }
}

/// A shell through one of its APIs.
#[derive(Clone, Debug)]
pub struct ShellTarget {
    name: String,
    shell: Shell,
    form: Form,
    limits: Limits,
}

impl Target for ShellTarget {
    fn name(&self) -> &str {
        &self.name
    }

    fn describe(&self) -> String {
        format!("{} ({})", self.shell.describe, self.form.describe())
    }

    fn profile(&self) -> Profile {
        Profile::Other
    }

    fn follows_readings(&self) -> bool {
        self.shell.follows_readings
    }

    fn api(&self) -> Option<Api> {
        Some(self.form.api())
    }

    fn capabilities(&self) -> BTreeSet<Capability> {
        if self.form == Form::Als { self.shell.als.clone() } else { self.shell.capabilities.clone() }
    }

    fn obstacle(&self, case: &Case) -> Option<String> {
        let lack = lacks(case, &self.capabilities());
        let timer = || uses_timers(&case.program).then(|| "the shell has no `setTimeout`".to_owned());
        lack.or_else(|| if self.shell.timers { None } else { timer() })
    }

    fn expected(&self, case: &Case, base: &Outcome) -> Expected {
        self.shell.deviations.expected(case, base)
    }

    fn reason(&self, case: &Case) -> Option<String> {
        self.shell.deviations.reason(case)
    }

    fn run(&self, cases: &[&Case], report: &mut dyn FnMut(usize, Run)) {
        let api = self.form.api();
        let programs = cases.iter().enumerate().map(|(number, case)| (number, js::script(case, api))).collect();
        session::run(self, programs, self.limits, report);
    }
}

impl Host for ShellTarget {
    fn prepare(&self, folder: &Path, programs: &[&Numbered], token: &str) -> io::Result<Start> {
        let file = folder.join("programs.js");
        let (native, token) = (self.form == Form::Ac, Value::from(token));
        let list = standalone::programs(programs);
        let report =
            format!("const report = (program, run) => printLine({token} + JSON.stringify(run.answer(program.id)));");
        let head = format!("\"use strict\";\nconst native = {native};\nconst programs = {list};\n{report}\n");
        fs::write(&file, format!("{head}{HOOKS}\n{ASYNC_CONTEXT}\n{PRELUDE}\n{HOST}"))?;
        Ok(Start { command: self.shell.command(&file), input: None })
    }
}

/// Whether some statement needs a timer.
fn uses_timers(block: &[Stmt]) -> bool {
    block.iter().any(|stmt| uses_timer(stmt) || stmt.blocks().any(|block| uses_timers(block)))
}
