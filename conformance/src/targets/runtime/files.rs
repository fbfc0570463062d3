//! The files that a runtime runs: its host with the programs, or the script that detects what it is.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use super::{Form, Kind};
use crate::targets::js::{ASYNC_CONTEXT, PORTABLE, PRELUDE, standalone};
use crate::targets::session::{Numbered, list};

/// The start of the line that the detection script prints.
pub(super) const PROBED: &str = "litmus-probe:";
/// The script that detects a runtime.
const PROBE: &str = include_str!("../js/hosts/probe.js");
/// The functions that reach V8's continuation data.
const CONTINUATION: &str = include_str!("../js/hosts/continuation.js");
/// The host for Node, Deno and Bun.
const PROCESS: &str = include_str!("../js/hosts/process.js");
/// The host for workerd.
const WORKERD: &str = include_str!("../js/hosts/workerd.js");

/// Node's option that makes internal modules loadable.
const INTERNALS: &str = "--expose-internals";

/// Writes the detection script, and returns the command that runs it.
pub(super) fn probe(kind: Kind, program: &OsStr, options: &[OsString], folder: &Path) -> io::Result<Command> {
    if kind == Kind::Workerd {
        let text = format!(
            "import * as hooks from 'node:async_hooks';\n{PROBE}\nexport default {{\n  test: () => new Promise((done) => \
             probe(hooks, (found) => {{ console.log('{PROBED}' + JSON.stringify(found)); done(); }})),\n}};\n"
        );
        return Ok(kind.command(program, options, &worker(folder, &text, 0)?));
    }
    // The functions in modern syntax are text here, which an old runtime need not understand.
    let continuation = serde_json::Value::from(CONTINUATION);
    let text = format!(
        "var continuation;\ntry {{\n  continuation = new Function('require', {continuation} + '; return continuation;')\
         (require);\n}} catch (error) {{}}\n{PROBE}\nprobe(require('async_hooks'), function (found) {{\n  \
         console.log('{PROBED}' + JSON.stringify(found));\n}});\n"
    );
    let file = folder.join("probe.cjs");
    fs::write(&file, text)?;
    let mut options = options.to_vec();
    if kind == Kind::Node {
        options.push(INTERNALS.into());
    }
    Ok(kind.command(program, &options, &file))
}

/// Writes the host and the programs, and returns the command that runs them.
pub(super) fn programs(
    (kind, form): (Kind, Form),
    (program, options): (&OsStr, &[OsString]),
    folder: &Path,
    programs: &[&Numbered],
    token: &str,
) -> io::Result<Command> {
    if kind == Kind::Workerd {
        let token = serde_json::Value::from(token);
        let text = format!(
            "import {{ AsyncLocalStorage, AsyncResource }} from 'node:async_hooks';\nimport {{ EventEmitter }} from \
             'node:events';\nimport process from 'node:process';\n{ASYNC_CONTEXT}\n{PORTABLE}\n{PRELUDE}\nconst form = '{}';\nconst token = {token};\nconst programs = \
             {};\n{WORKERD}",
            form.word(),
            standalone::programs(programs),
        );
        // Modules are files there.
        let modules = programs.iter().map(|(_, script)| script.text.matches("importModule(").count()).sum();
        return Ok(kind.command(program, options, &worker(folder, &text, modules)?));
    }
    let runner = folder.join("runner.cjs");
    fs::write(&runner, format!("\"use strict\";\n{ASYNC_CONTEXT}\n{PORTABLE}\n{CONTINUATION}\n{PRELUDE}\n{PROCESS}"))?;
    let file = folder.join("programs.json");
    fs::write(&file, list(programs).to_string())?;
    let mut options = options.to_vec();
    if kind == Kind::Node && form == Form::AcCped {
        options.push(INTERNALS.into());
    }
    let mut command = kind.command(program, &options, &runner);
    command.arg(form.word()).arg(file).arg(token);
    Ok(command)
}

/// Writes a configuration of workerd with a worker of this text and modules that programs can import.
fn worker(folder: &Path, text: &str, modules: usize) -> io::Result<std::path::PathBuf> {
    fs::write(folder.join("main.mjs"), text)?;
    let mut list = String::new();
    for number in 0..modules {
        let name = format!("litmus-module-{number}");
        fs::write(folder.join(format!("{name}.mjs")), format!("await globalThis[\"{name}\"]();\n"))?;
        list += &format!(", (name = \"{name}\", esModule = embed \"{name}.mjs\")");
    }
    let config = format!(
        "using Workerd = import \"/workerd/workerd.capnp\";\n\
         const config :Workerd.Config = (services = [(name = \"main\", worker = .worker)]);\n\
         const worker :Workerd.Worker = (\n  modules = [(name = \"main\", esModule = embed \"main.mjs\"){list}],\n  \
         compatibilityDate = \"2026-11-01\",\n  compatibilityFlags = [\"nodejs_compat\"],\n);\n"
    );
    let file = folder.join("config.capnp");
    fs::write(&file, config)?;
    Ok(file)
}
