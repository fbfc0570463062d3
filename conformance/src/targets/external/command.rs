//! An implementation in any language: a command that reads programs in the JSON form and prints what they observe.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::answers::{self, Answer};
use super::{Deviations, NoCommand, split};
use crate::program::ast::{Case, Word};
use crate::program::expected::Expected;
use crate::program::json;
use crate::program::outcome::Outcome;
use crate::program::profile::Profile;
use crate::program::table::Capability;
use crate::targets::js::Script;
use crate::targets::session::{self, Host, Limits, Numbered, Start};
use crate::targets::{Run, Target, answer};

/// A command that answers programs.
///
/// It reads cases in the JSON form from standard input, one on a line, and prints the answer to each as a line, in the
/// same order. Several cases share a process. Standard error is for messages.
#[derive(Clone, Debug)]
pub struct CommandTarget {
    name: String,
    describe: String,
    words: Vec<String>,
    deviations: Deviations,
    limits: Limits,
}

impl CommandTarget {
    /// Returns the target of a command line, which is split into words as by a POSIX shell, without expansions.
    ///
    /// # Errors
    ///
    /// Returns the reason why the command line has no words.
    pub fn new(name: &str, line: &str, deviations: Option<Deviations>) -> Result<CommandTarget, NoCommand> {
        Ok(CommandTarget::of(name, line, split(line)?, deviations))
    }

    /// Returns the target of a command: its executable and arguments.
    pub(super) fn of(name: &str, describe: &str, words: Vec<String>, deviations: Option<Deviations>) -> CommandTarget {
        let (name, describe) = (name.to_owned(), describe.to_owned());
        CommandTarget { name, describe, words, deviations: deviations.unwrap_or_default(), limits: Limits::default() }
    }

    /// Returns the same target with another time limit for each program. The default is 10 seconds.
    #[must_use]
    pub fn answer_within(mut self, limit: Duration) -> CommandTarget {
        self.limits.answer = limit;
        self
    }
}

impl Target for CommandTarget {
    fn name(&self) -> &str {
        &self.name
    }

    fn describe(&self) -> String {
        self.describe.clone()
    }

    fn profile(&self) -> Profile {
        Profile::Other
    }

    fn capabilities(&self) -> BTreeSet<Capability> {
        // The command itself says what it does not support.
        Capability::ALL.into()
    }

    fn expected(&self, case: &Case, base: &Outcome) -> Expected {
        self.deviations.expected(case, base)
    }

    fn reason(&self, case: &Case) -> Option<String> {
        self.deviations.reason(case)
    }

    fn run(&self, cases: &[&Case], report: &mut dyn FnMut(usize, Run)) {
        let text = |case: &Case| Script { text: json::case(case).to_string(), variables: String::new() };
        let programs = cases.iter().enumerate().map(|(number, case)| (number, text(case))).collect();
        let host = Session { target: self, ids: cases.iter().map(|case| case.id.clone()).collect() };
        session::run(&host, programs, self.limits, report);
    }
}

/// The command, and the ids of the cases that it runs, by their numbers.
struct Session<'a> {
    target: &'a CommandTarget,
    ids: Vec<Word>,
}

/// The id of the program that does nothing.
const NOTHING: &str = "nothing";

impl Host for Session<'_> {
    fn prepare(&self, folder: &Path, programs: &[&Numbered], _: &str) -> io::Result<Start> {
        let input = folder.join("programs.jsonl");
        let mut file = BufWriter::new(File::create(&input)?);
        for (_, program) in programs {
            writeln!(file, "{}", program.text)?;
        }
        file.flush()?;
        let (program, arguments) = self.target.words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(program);
        command.args(arguments);
        Ok(Start { command, input: Some(input) })
    }

    fn read(&self, line: &str, _: &str, number: usize) -> Result<Run, String> {
        let id = self.ids.get(number).map_or(NOTHING, |id| id);
        match answers::read_one(line) {
            Ok(Answer { id: answered, run, .. }) if *answered == *id => Ok(run),
            Ok(Answer { id: answered, .. }) => Err(format!("an answer to `{answered}` instead of `{id}`")),
            Err(mistake) => Err(format!("{mistake}: {}", answer::shorten(line))),
        }
    }

    fn nothing(&self) -> Numbered {
        let case = Case::new(NOTHING.into(), crate::program::VERSION, Vec::new(), 0..0);
        (usize::MAX, Script { text: json::case(&case).to_string(), variables: String::new() })
    }
}
