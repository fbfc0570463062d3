//! Execution of many programs on one runtime, in batches with a process each.
//!
//! A process that hangs, ends early or prints an unreadable answer is killed. The program whose answer
//! is missing runs again in a separate process, so a failure is attributed to the right program. The
//! remaining programs continue in a new batch.

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

/// A runtime that can run a file of programs.
pub(in crate::targets) trait Runtime {
    /// Returns the script that reads the programs and prints their answers.
    fn runner(&self) -> String;

    /// Returns the command that starts the script. Two arguments are added: the file of programs (a JSON list of `id`,
    /// `text`, `variables`), and the token that starts each answer.
    fn command(&self, runner: &Path) -> Command;
}

/// The limits of a session.
#[derive(Clone, Copy, Debug)]
pub(in crate::targets) struct Limits {
    /// The time limit for the answer to one program, including the start of the process.
    pub(in crate::targets) answer: Duration,
    /// The number of programs in one process.
    pub(in crate::targets) batch: usize,
    /// The number of consecutive failures after which an empty program is run. If that fails too, the session ends.
    pub(in crate::targets) failures: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { answer: Duration::from_secs(10), batch: 200, failures: 3 }
    }
}

/// Runs programs, which the caller numbers, and reports each once.
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
                    let why = format!("not run: the runtime does not answer an empty program: {trouble}");
                    report(number, Run::Failed(why));
                }
            }
        }
    }
}

/// Runs a batch in one process and reports each answer. Returns the reason if the answers stop early.
fn process(
    runtime: &dyn Runtime,
    batch: &[&(usize, Script)],
    limits: Limits,
    report: &mut dyn FnMut(Run),
) -> Result<(), String> {
    let (_folder, mut command, token) = prepare(runtime, batch)
        .map_err(|error| format!("a temporary file for the program cannot be created: {error}"))?;
    let mut child = Child::start(&mut command)
        .map_err(|error| format!("{} cannot be started: {error}", command.get_program().display()))?;
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

/// Writes the files that a process needs into a temporary folder, which is deleted when the value is dropped.
fn prepare(runtime: &dyn Runtime, batch: &[&(usize, Script)]) -> io::Result<(tempfile::TempDir, Command, String)> {
    let folder = tempfile::Builder::new().prefix("litmus-").tempdir()?;
    let runner = folder.path().join("runner.cjs");
    let programs = folder.path().join("programs.json");
    // The token is random, so that no other output is mistaken for an answer.
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
