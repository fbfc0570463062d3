//! Execution of many programs by processes, in batches with a process each.
//!
//! A process that hangs, ends early or prints an unreadable answer is killed. The program whose answer
//! is missing runs again in a separate process, so a failure is attributed to the right program. The
//! remaining programs continue in a new batch.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use super::js::Script;
use super::{Run, answer};
use crate::child::{Child, Line};

/// A program with the number by which its answer is identified.
pub(super) type Numbered = (usize, Script);

/// A command that starts a process, and its standard input.
pub(super) struct Start {
    pub(super) command: Command,
    /// The file that is its standard input; none for an empty one.
    pub(super) input: Option<PathBuf>,
}

/// What runs programs in a process.
pub(super) trait Host {
    /// Writes the files that a process needs into a folder, and returns the command that runs the programs in order. It
    /// prints the answer to each as a line, which starts with the token unless [`read`](Host::read) says otherwise.
    fn prepare(&self, folder: &Path, programs: &[&Numbered], token: &str) -> io::Result<Start>;

    /// Reads the line with the answer to a program.
    ///
    /// # Errors
    ///
    /// Returns the shortened line if it is not such an answer.
    fn read(&self, line: &str, token: &str, number: usize) -> Result<Run, String> {
        answer::read(line, token, number)
    }

    /// Returns a program that does nothing, with its number.
    fn nothing(&self) -> Numbered {
        (0, Script::default())
    }
}

/// Returns programs as a JSON list of `id`, `text` and `variables`.
pub(super) fn list(programs: &[&Numbered]) -> Value {
    programs
        .iter()
        .map(|(number, script)| json!({ "id": number, "text": script.text, "variables": script.variables }))
        .collect()
}

/// The limits of a session.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// The time limit for the answer to one program, including the start of the process.
    pub(super) answer: Duration,
    /// The number of programs in one process.
    pub(super) batch: usize,
    /// The number of consecutive failures after which an empty program is run. If that fails too, the session ends.
    pub(super) failures: usize,
    /// The limit of memory of a process, in bytes, where the system supports one.
    pub(super) memory: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { answer: Duration::from_secs(10), batch: 200, failures: 3, memory: 4 << 30 }
    }
}

/// Runs programs, which the caller numbers, and reports each once.
pub(super) fn run(host: &dyn Host, programs: Vec<Numbered>, limits: Limits, report: &mut dyn FnMut(usize, Run)) {
    let mut left: VecDeque<_> = programs.into();
    let mut failures = 0;
    let mut alone = false;
    while !left.is_empty() {
        let batch = left.len().min(if alone { 1 } else { limits.batch });
        let mut answered = 0;
        let batch: Vec<_> = left.range(..batch).collect();
        let ended = process(host, &batch, limits, &mut |run| {
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
            let nothing = host.nothing();
            if let Err(trouble) = process(host, &[&nothing], limits, &mut |_| {}) {
                for (number, _) in left.drain(..) {
                    let why = format!("not run: the runtime does not answer an empty program: {trouble}");
                    report(number, Run::Failed(why));
                }
            }
        }
    }
}

/// Runs a batch in one process and reports each answer. Returns the reason if the answers stop early.
fn process(host: &dyn Host, batch: &[&Numbered], limits: Limits, report: &mut dyn FnMut(Run)) -> Result<(), String> {
    // The token is random, so that no other output is mistaken for an answer.
    let token = format!("litmus-{:016x}:", fastrand::u64(..));
    let folder = tempfile::Builder::new().prefix("litmus-").tempdir();
    let prepared = folder.and_then(|folder| Ok((host.prepare(folder.path(), batch, &token)?, folder)));
    // The folder is deleted when its value is dropped.
    let (Start { mut command, input }, _folder) =
        prepared.map_err(|error| format!("a temporary file for the program cannot be created: {error}"))?;
    let mut child = Child::start_reading(&mut command, input.as_deref())
        .map_err(|error| format!("{} cannot be started: {error}", command.get_program().display()))?;
    child.limit_memory(limits.memory);
    for (number, _) in batch {
        match child.line(limits.answer) {
            Line::Text(line) => report(host.read(&line, &token, *number).map_err(unreadable)?),
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
