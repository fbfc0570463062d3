//! JavaScript runtimes as targets: Node, Deno, Bun and workerd, each through the APIs that it has.

mod files;
mod form;
mod kind;
mod probe;

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::time::Duration;

pub use self::form::Form;
pub use self::kind::Kind;
pub use self::probe::Missing;
use self::probe::Probe;
use super::js;
use super::session::{self, Host, Limits, Numbered, Start};
use super::{Run, Target, lacks};
use crate::program::ast::{Case, Stmt, Word};
use crate::program::portable;
use crate::program::profile::{Api, Profile};
use crate::program::table::{AWAIT_WORDS, Capability, Field, Op};

/// A runtime that was found: its executable, its mode, and what it is.
///
/// # Examples
///
/// ```
/// use conformance::targets::Target;
/// use conformance::targets::runtime::{Form, Kind, Runtime};
///
/// match Runtime::at("node", Kind::Node, "node", &[]) {
///     Ok(node) => println!("{}", node.target(Form::Als).describe()),
///     Err(missing) => println!("{missing}"),
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Runtime {
    name: String,
    kind: Kind,
    program: OsString,
    options: Vec<OsString>,
    probe: Probe,
}

impl Runtime {
    /// Returns the runtime with this executable (a path, or a name on the PATH) in the mode of these options, such as
    /// `--no-async-context-frame`. Environment variables with options are ignored.
    ///
    /// # Errors
    ///
    /// Returns the reason why the runtime is not available.
    pub fn at(name: &str, kind: Kind, program: impl AsRef<OsStr>, options: &[&str]) -> Result<Runtime, Missing> {
        let program = program.as_ref().to_owned();
        let options: Vec<OsString> = options.iter().map(Into::into).collect();
        let probe = Probe::of(kind, &program, &options)?;
        Ok(Runtime { name: name.to_owned(), kind, program, options, probe })
    }

    /// Returns the name of its targets up to the colon.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns which runtime it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the executable.
    pub fn program(&self) -> &OsStr {
        &self.program
    }

    /// Returns the version; an empty text if the runtime does not tell it.
    pub fn version(&self) -> &str {
        &self.probe.version
    }

    /// Returns the engine and its version.
    pub fn engine(&self) -> &str {
        &self.probe.engine
    }

    /// Returns the family, which for Node depends on the mode.
    pub fn profile(&self) -> Profile {
        self.probe.profile
    }

    /// Returns the forms in which it can be a target.
    pub fn forms(&self) -> &[Form] {
        &self.probe.forms
    }

    /// Returns it as a target in one of its [`forms`](Runtime::forms).
    pub fn target(&self, form: Form) -> RuntimeTarget {
        let mut limits = Limits::default();
        if self.kind == Kind::Bun {
            limits.memory = 12 << 30;
        }
        RuntimeTarget { name: self.target_name(form), runtime: self.clone(), form, limits }
    }

    /// Returns the name of its target in a form.
    pub fn target_name(&self, form: Form) -> String {
        format!("{}:{}", self.name, form.word())
    }

    /// Describes how contexts are propagated, where a runtime has several ways.
    pub fn mode(&self) -> Option<&'static str> {
        match self.probe.profile {
            Profile::NodeAcf => Some("AsyncContextFrame"),
            Profile::NodeLegacy => Some("async_hooks"),
            _ => None,
        }
    }
}

/// A runtime through one of its APIs.
#[derive(Clone, Debug)]
pub struct RuntimeTarget {
    name: String,
    runtime: Runtime,
    form: Form,
    limits: Limits,
}

impl RuntimeTarget {
    /// Returns the same target with another time limit for each program. The default is 10 seconds.
    #[must_use]
    pub fn answer_within(mut self, limit: Duration) -> RuntimeTarget {
        self.limits.answer = limit;
        self
    }

    /// Returns the same target with another limit of memory, in bytes, for each process, where the system supports one.
    /// The default is 4 GiB, and 12 for Bun, which reserves 6 when it starts.
    #[must_use]
    pub fn within_memory(mut self, bytes: u64) -> RuntimeTarget {
        self.limits.memory = bytes;
        self
    }
}

impl Target for RuntimeTarget {
    fn name(&self) -> &str {
        &self.name
    }

    fn describe(&self) -> String {
        let runtime = &self.runtime;
        let mode = runtime.mode().map(|mode| format!(", {mode}")).unwrap_or_default();
        let version = format!("{} {}", runtime.kind.name(), runtime.version());
        format!("{} ({}{mode})", version.trim(), self.form.describe())
    }

    fn profile(&self) -> Profile {
        self.runtime.profile()
    }

    fn api(&self) -> Option<Api> {
        Some(self.form.api())
    }

    fn capabilities(&self) -> BTreeSet<Capability> {
        self.runtime.probe.capabilities(self.form.api()).clone()
    }

    fn obstacle(&self, case: &Case) -> Option<String> {
        let outside = if self.form == Form::Portable { portable::outside(case) } else { None };
        let lack = outside.or_else(|| lacks(case, &self.capabilities()));
        let waits = || self.runtime.kind == Kind::Workerd && a_module_waits(&case.program);
        lack.or_else(|| waits().then(|| "a module cannot wait for its importer in workerd".to_owned()))
    }

    fn run(&self, cases: &[&Case], report: &mut dyn FnMut(usize, Run)) {
        let script = |case: &Case| match self.form {
            Form::Portable => js::portable_script(case),
            form => js::script(case, form.api()),
        };
        let programs = cases.iter().enumerate().map(|(number, case)| (number, script(case))).collect();
        session::run(self, programs, self.limits, report);
    }
}

impl Host for RuntimeTarget {
    fn prepare(&self, folder: &Path, programs: &[&Numbered], token: &str) -> io::Result<Start> {
        let Runtime { kind, program, options, .. } = &self.runtime;
        let command = files::programs((*kind, self.form), (program, options), folder, programs, token)?;
        Ok(Start { command, input: None })
    }
}

/// Whether the body of a module waits for a promise or a thenable that it does not make. workerd refuses that if the promise
/// is pending: it evaluates a module without a request. Its error may be lost in a promise job, and then the host
/// script does not notice it.
fn a_module_waits(block: &[Stmt]) -> bool {
    block.iter().any(|stmt| {
        let mut made = BTreeSet::new();
        stmt.op == Op::Module && {
            names(stmt.body(), &mut made);
            waits_for_others(stmt.body(), &made)
        } || stmt.blocks().any(|block| a_module_waits(block))
    })
}

fn names<'p>(block: &'p [Stmt], made: &mut BTreeSet<&'p Word>) {
    for stmt in block {
        made.extend(stmt.name());
        stmt.blocks().for_each(|block| names(block, made));
    }
}

fn waits_for_others(block: &[Stmt], made: &BTreeSet<&Word>) -> bool {
    block.iter().any(|stmt| {
        let source = match stmt.op {
            Op::Await | Op::Return => stmt.get(Field::Target),
            Op::Then | Op::Catch | Op::Finally => stmt.get(Field::Promise),
            Op::Resolve => stmt.get(Field::With),
            _ => None,
        };
        source.is_some_and(|source| !AWAIT_WORDS.contains(&&**source) && !made.contains(source))
            || stmt.blocks().any(|block| waits_for_others(block, made))
    })
}
