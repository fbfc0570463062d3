//! `conformance check`.

use std::io::Write as _;

use conformance::suite::Suite;

use super::args::Check;
use super::exit::{AGREES, BAD, Failure};
use super::external::{read_answers, read_known};
use super::selection::load;

pub(super) fn check(args: &Check) -> Result<u8, Failure> {
    let mut sound = true;
    let mut out = anstream::stdout().lock();
    let mut say = |path: &str, what: String| writeln!(out, "{path}: {what}");
    if !args.files.is_empty() {
        let suite = load(&args.files)?;
        sound &= suite.is_sound();
        if suite.is_sound() {
            say(&args.files.join(" "), count(suite.cases.len(), "program", "programs"))?;
        }
    }
    let suite = if args.answers.is_empty() { Suite::default() } else { Suite::embedded() };
    for path in args.answers.iter().map(|path| path.display().to_string()) {
        match read_answers(&path, &suite) {
            Ok(answers) => say(&path, count(answers.len(), "answer", "answers"))?,
            Err(failure) => {
                sound = false;
                anstream::eprintln!("error: {failure}");
            }
        }
    }
    for path in &args.known {
        match read_known(path) {
            Ok(known) => {
                let cases = count(known.cases().count(), "case", "cases");
                say(
                    &path.display().to_string(),
                    format!("{}, {cases}", count(known.quirks().len(), "quirk", "quirks")),
                )?;
            }
            Err(failure) => {
                sound = false;
                anstream::eprintln!("error: {failure}");
            }
        }
    }
    Ok(if sound { AGREES } else { BAD })
}

fn count(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
