//! Targets of the user's own: shells, commands and answers.

use std::fs;
use std::path::Path;

use conformance::report::problems;
use conformance::suite::Suite;
use conformance::targets::Target;
use conformance::targets::external::{CommandTarget, Deviations, NoCommand, NoShell, Recorded, Shell, answers};

use super::args::Targets;
use super::exit::Failure;

/// An error in the description of a target of the user's own.
#[derive(Debug, thiserror::Error)]
pub(super) enum External {
    #[error(transparent)]
    Shell(#[from] NoShell),
    #[error(transparent)]
    Command(#[from] NoCommand),
    #[error("`{path}` cannot be read: {error}")]
    Unreadable { path: String, error: std::io::Error },
    #[error("{path}: {count} of its {what} cannot be used")]
    Invalid { path: String, what: &'static str, count: usize },
    #[error("`{path}` is for the target `{target}`, and there is none of that name; the targets that the options define are {}", .known.join(", "))]
    NoTarget { path: String, target: String, known: Vec<String> },
    #[error("`{0}` is the name of a target of the tool; choose another")]
    Taken(String),
}

/// Returns the targets that `--shell`, `--target-command` and `--answers` describe.
pub(super) fn targets(args: &Targets, files: &[String], suite: &Suite) -> Result<Vec<Box<dyn Target>>, Failure> {
    let shells: Vec<_> = args.shell.iter().map(|text| named(text, "shell")).collect();
    let commands: Vec<_> = args.target_command.iter().map(|text| named(text, "command")).collect();
    let files: Vec<_> = files.iter().map(|text| named(text, "answers")).collect();
    let names: Vec<String> = shells.iter().chain(&commands).chain(&files).map(|(name, _)| (*name).to_owned()).collect();
    let known = conformance::targets::names();
    if let Some(taken) = names.iter().find(|name| known.iter().any(|known| known.split(':').next() == Some(name))) {
        return Err(External::Taken(taken.clone()).into());
    }
    let deviations = deviations(args, &names)?;
    let of = |name: &str| {
        let mut all = deviations.iter().rev();
        all.find(|known| known.target() == name || names.len() == 1).cloned()
    };
    let mut targets: Vec<Box<dyn Target>> = Vec::new();
    for (name, line) in shells {
        let shell = Shell::new(name, line, of(name)).map_err(External::from)?;
        targets.extend(shell.targets().map(|target| Box::new(target) as Box<dyn Target>));
    }
    for (name, line) in commands {
        targets.push(Box::new(CommandTarget::new(name, line, of(name)).map_err(External::from)?));
    }
    for (name, path) in files {
        let answers = read_answers(path, suite)?;
        targets.push(Box::new(Recorded::new(name, &format!("answers in {path}"), answers, of(name))));
    }
    Ok(targets)
}

/// Splits `NAME=VALUE`. The part before the first `=` is a name if it consists of the characters of names.
fn named<'a>(text: &'a str, default: &'a str) -> (&'a str, &'a str) {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
    };
    text.split_once('=').filter(|(name, _)| is_name(name)).unwrap_or((default, text))
}

/// Reads the files of known deviations. Each must be for a target of the user's own, unless there is one only.
fn deviations(args: &Targets, names: &[String]) -> Result<Vec<Deviations>, Failure> {
    let mut all = Vec::new();
    for path in &args.known {
        let known = read_known(path)?;
        if names.len() != 1 && !names.iter().any(|name| name == known.target()) {
            let (path, target) = (path.display().to_string(), known.target().to_owned());
            return Err(External::NoTarget { path, target, known: names.to_vec() }.into());
        }
        all.push(known);
    }
    Ok(all)
}

/// Reads a file of known deviations. Prints the errors in it to standard error.
pub(super) fn read_known(path: &Path) -> Result<Deviations, Failure> {
    let shown = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|error| External::Unreadable { path: shown.clone(), error })?;
    Deviations::read(&text).map_err(|mistakes| {
        let count = mistakes.len();
        print(&shown, &text, mistakes)
            .err()
            .unwrap_or_else(|| External::Invalid { path: shown, what: "statements", count }.into())
    })
}

/// Reads a file of answers. Prints the errors in it to standard error.
pub(super) fn read_answers(path: &str, suite: &Suite) -> Result<Vec<answers::Answer>, Failure> {
    let text = fs::read_to_string(path).map_err(|error| External::Unreadable { path: path.to_owned(), error })?;
    let (answers, mut mistakes) = answers::read(&text);
    mistakes.extend(answers::unknown(&answers, suite));
    if mistakes.is_empty() {
        return Ok(answers);
    }
    let count = mistakes.len();
    print(path, &text, mistakes)?;
    Err(External::Invalid { path: path.to_owned(), what: "answers", count }.into())
}

fn print(path: &str, text: &str, mistakes: Vec<conformance::program::diagnostic::Diagnostic>) -> Result<(), Failure> {
    problems::print(&mut anstream::stderr().lock(), &Suite::of_problems(path, text, mistakes))?;
    Ok(())
}
