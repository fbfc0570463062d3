//! Many programs on one runtime: in batches, one process each, until every program has its answer.
//!
//! A process that hangs, ends early or says something unreadable is ended. The program it owed the
//! next answer runs again in a process of its own: so the guilty one is known, and an innocent one
//! gets its answer. The rest goes on in a new batch.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use super::answer;
use super::emit::Script;
use crate::child::{Child, Line};
use crate::targets::Run;

/// How a runtime runs a file of programs.
pub(in crate::targets) trait Runtime {
    /// The JavaScript that reads the programs and answers them.
    fn runner(&self) -> String;

    /// The command that starts the runner. The rest of its arguments are added: the file of
    /// programs (JSON: a list of `id`, `text`, `variables`), and the token that starts an answer.
    fn command(&self, runner: &Path) -> Command;
}

/// How long, and how many at a time.
#[derive(Clone, Copy, Debug)]
pub(in crate::targets) struct Limits {
    /// For one program to be answered, the start of its process included.
    pub(in crate::targets) answer: Duration,
    /// Programs in one process.
    pub(in crate::targets) batch: usize,
    /// Programs that may fail one after another before the runtime must answer an empty program, or
    /// is given up.
    pub(in crate::targets) failures: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { answer: Duration::from_secs(10), batch: 200, failures: 3 }
    }
}

/// Runs programs, each with a number of the caller's, and reports each once.
pub(in crate::targets) fn run(
    runtime: &dyn Runtime,
    programs: Vec<(usize, Script)>,
    limits: Limits,
    report: &mut dyn FnMut(usize, Run),
) {
    let mut left: VecDeque<_> = programs.into();
    let mut failures = 0;
    let mut alone = false;
    while !left.is_empty() {
        let batch = left.len().min(if alone { 1 } else { limits.batch });
        let mut answered = 0;
        let batch: Vec<_> = left.range(..batch).collect();
        let ended = process(runtime, &batch, limits, &mut |run| {
            report(batch[answered].0, run);
            answered += 1;
        });
        let guilty = batch.len() == 1;
        left.drain(..answered);
        if answered > 0 {
            failures = 0;
        }
        alone = false;
        let Err(trouble) = ended else { continue };
        if !guilty {
            alone = true;
            continue;
        }
        if let Some((number, _)) = left.pop_front() {
            report(number, Run::Failed(trouble.clone()));
        }
        failures += 1;
        if failures == limits.failures {
            failures = 0;
            let nothing = (0, Script::default());
            if let Err(trouble) = process(runtime, &[&nothing], limits, &mut |_| {}) {
                for (number, _) in left.drain(..) {
                    let why = format!("not run: the runtime doesn't answer even an empty program: {trouble}");
                    report(number, Run::Failed(why));
                }
            }
        }
    }
}

/// Runs a batch in one process. Each answer is reported in turn; an error says why they stopped.
fn process(
    runtime: &dyn Runtime,
    batch: &[&(usize, Script)],
    limits: Limits,
    report: &mut dyn FnMut(Run),
) -> Result<(), String> {
    let (_folder, mut command, token) =
        prepare(runtime, batch).map_err(|error| format!("no temporary file for the program: {error}"))?;
    let mut child = Child::start(&mut command)
        .map_err(|error| format!("{} doesn't start: {error}", command.get_program().display()))?;
    for (number, _) in batch {
        match child.line(limits.answer) {
            Line::Text(line) => report(answer::read(&line, &token, *number).map_err(unreadable)?),
            Line::Unreadable(start) => return Err(unreadable(answer::shorten(&start))),
            Line::Silence => return Err(format!("hang after {} s", limits.answer.as_secs_f32())),
            Line::End => {
                let status = child.end(limits.answer);
                let errors = child.errors();
                let ended = match status {
                    None => format!("hang after {} s", limits.answer.as_secs_f32()),
                    Some(status) => status.to_string(),
                };
                return Err(if errors.is_empty() { ended } else { format!("{ended}; standard error: {errors}") });
            }
        }
    }
    Ok(())
}

fn unreadable(line: String) -> String {
    format!("unreadable answer: {line}")
}

/// Writes what a process needs; the folder goes when it is dropped.
fn prepare(runtime: &dyn Runtime, batch: &[&(usize, Script)]) -> io::Result<(tempfile::TempDir, Command, String)> {
    let folder = tempfile::Builder::new().prefix("litmus-").tempdir()?;
    let runner = folder.path().join("runner.cjs");
    let programs = folder.path().join("programs.json");
    // Unguessable, so that nothing else a process says is taken for an answer.
    let token = format!("litmus-{:016x}:", fastrand::u64(..));
    let list: Value = batch
        .iter()
        .map(|(number, script)| json!({ "id": number, "text": script.text, "variables": script.variables }))
        .collect();
    fs::write(&runner, runtime.runner())?;
    fs::write(&programs, list.to_string())?;
    let mut command = runtime.command(&runner);
    command.arg(programs).arg(&token);
    Ok((folder, command, token))
}
