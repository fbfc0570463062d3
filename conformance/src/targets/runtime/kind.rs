//! The JavaScript runtimes that the tool knows, and how each runs a file.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;

/// A JavaScript runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Node.js.
    Node,
    /// Deno.
    Deno,
    /// Bun.
    Bun,
    /// workerd, the runtime of Cloudflare Workers.
    Workerd,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 4] = [Kind::Node, Kind::Deno, Kind::Bun, Kind::Workerd];

    /// Returns the name of its executable, by which the probe identifies it too.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Node => "node",
            Kind::Deno => "deno",
            Kind::Bun => "bun",
            Kind::Workerd => "workerd",
        }
    }

    /// Returns its name in texts.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Node => "Node",
            Kind::Deno => "Deno",
            Kind::Bun => "Bun",
            Kind::Workerd => "workerd",
        }
    }

    /// Returns the kind of this name.
    pub fn of(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Returns the command that runs a file, which the environment does not influence: a script, or for workerd a
    /// configuration.
    pub(super) fn command(self, program: &OsStr, options: &[OsString], file: &Path) -> Command {
        let mut command = Command::new(program);
        for variable in ["NODE_OPTIONS", "NODE_V8_COVERAGE", "DENO_V8_FLAGS", "BUN_OPTIONS"] {
            command.env_remove(variable);
        }
        match self {
            // Garbage collection on demand, and no warnings on standard error.
            Kind::Node => command.args(options).args(["--expose-gc", "--no-warnings"]).arg(file),
            Kind::Deno => {
                // What Deno keeps between runs stays in the folder of this run.
                if let Some(folder) = file.parent() {
                    command.env("DENO_DIR", folder.join("deno"));
                }
                command.env("DENO_NO_UPDATE_CHECK", "1").env("NO_COLOR", "1");
                command.args(["run", "--quiet", "--no-config", "--no-lock", "--allow-all"]);
                command.arg("--v8-flags=--expose-gc").args(options).arg(file)
            }
            Kind::Bun => command.env("NO_COLOR", "1").args(["--no-install"]).args(options).arg(file),
            Kind::Workerd => command.arg("test").args(options).arg(file),
        };
        command
    }
}
