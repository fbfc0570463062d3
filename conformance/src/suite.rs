//! Loading of litmus files: reading, checking, and errors in them.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::{fs, io};

use crate::model::{self, Quirks, Schedule};
use crate::parallel::in_parallel;
use crate::program::ast::{Case, Span};
use crate::program::diagnostic::Diagnostic;
use crate::program::expected::Expected;
use crate::program::outcome::Outcome;
use crate::program::profile::{Api, Profile};
use crate::program::reading::Reading;
use crate::program::{VERSION, check, json, parse};

/// The files of the embedded suite: names and texts.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/cases.rs"));

/// A file of litmus programs.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its path, as the user gave it; a bare file name for the embedded suite.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Source {
    /// Whether its programs are in the JSON form.
    fn is_json(&self) -> bool {
        self.path.ends_with(".json")
    }

    /// Returns the line of a byte offset, counted from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.position(offset).0
    }

    /// Returns the line and the column of a byte offset, both counted from 1. Columns count characters.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        (before.matches('\n').count() + 1, before[line..].chars().count() + 1)
    }

    /// Returns the first line of the text in a span, without leading and trailing spaces.
    pub fn excerpt(&self, span: &Span) -> &str {
        self.text.get(span.clone()).unwrap_or_default().lines().next().unwrap_or_default().trim()
    }
}

/// A file after reading: its cases, each with the errors of the checks, and the errors of the reading.
struct File {
    source: Source,
    version: u32,
    cases: Vec<(Case, Vec<Diagnostic>)>,
    problems: Vec<Diagnostic>,
}

impl File {
    fn read(source: Source) -> File {
        let read = if source.is_json() { json::read(&source.text) } else { parse::parse(&source.text) };
        let (file, problems) = read;
        let checked = file.cases.into_iter().map(|case| {
            let found = if case.version > VERSION { Vec::new() } else { check::check(&case) };
            (case, found)
        });
        File { version: file.version, cases: checked.collect(), problems, source }
    }
}

/// A case that is ready to run.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The case.
    pub case: Case,
    /// Its file, as an index into [`Suite::sources`].
    pub source: usize,
    /// The outcome that the suite's reading of the draft requires.
    pub base: Outcome,
    /// The outcome that the pinned draft requires.
    pub pinned: Outcome,
    /// Whether the case states `base`. Otherwise it is the model's outcome.
    pub stated: bool,
    /// The outcome that a user's case states for the draft, if the model gives another one. `base` is then the
    /// model's.
    pub disputed: Option<Outcome>,
}

impl Entry {
    /// Returns the outcome that the case expects of an implementation. One that cannot follow readings is expected to behave
    /// as with the pinned draft.
    pub fn expected(&self, profile: Profile, api: Option<Api>) -> Expected {
        self.case.expected(self.base_for(profile), profile, api)
    }

    /// Returns the outcome that implementations of a profile are compared with: the reading's, if they can follow readings.
    pub fn base_for(&self, profile: Profile) -> &Outcome {
        if profile.follows_readings() { &self.base } else { &self.pinned }
    }

    /// Returns the outcome that a reading of the draft requires. A case that states no outcome at all gets the model's.
    pub fn under(&self, reading: Reading) -> Outcome {
        match self.case.under(reading, &self.pinned) {
            Some(outcome) => outcome,
            None if self.stated || reading == Reading::Draft => self.pinned.clone(),
            None => {
                let outcome = model::run(&self.case.program, Schedule::Fifo, &Quirks::of_reading(reading));
                outcome.unwrap_or_else(|_| self.pinned.clone())
            }
        }
    }
}

/// An error in a file.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The file, as an index into [`Suite::sources`].
    pub source: usize,
    /// The error.
    pub diagnostic: Diagnostic,
}

/// Files of cases, and the errors in them.
#[derive(Debug, Default)]
pub struct Suite {
    /// The reading of the draft with which outcomes are compared.
    pub reading: Reading,
    /// The files.
    pub sources: Vec<Source>,
    /// The cases that can run.
    pub cases: Vec<Entry>,
    /// The errors in the cases that cannot run.
    pub problems: Vec<Problem>,
    /// The files that cannot be read, with the reason.
    pub unreadable: Vec<(String, io::Error)>,
    /// The files in a later version of the language: path and version.
    pub newer: Vec<(String, u32)>,
    /// Whether the files are the user's own instead of the embedded suite.
    pub own: bool,
}

impl Suite {
    /// Returns the suite that is embedded in the tool.
    pub fn embedded() -> Suite {
        let mut suite = Suite::default();
        let read = in_parallel(EMBEDDED.len(), |i| {
            let (name, text) = EMBEDDED[i];
            File::read(Source { path: name.to_owned(), text: text.to_owned() })
        });
        read.into_iter().for_each(|file| suite.add(file, None));
        suite
    }

    /// Returns the cases of one text. A path that ends with `.json` means the JSON form.
    pub fn of(path: impl Into<String>, text: impl Into<String>) -> Suite {
        let mut suite = Suite::default();
        let source = Source { path: path.into(), text: text.into() };
        suite.add(File::read(source), Some(model::CASE_SCHEDULES));
        suite
    }

    /// Reads the user's files. The name `-` means standard input; a name that ends with `.json` means the JSON form.
    pub fn read(paths: &[impl AsRef<Path>]) -> Suite {
        let mut suite = Suite { own: true, ..Suite::default() };
        for path in paths {
            let path = path.as_ref();
            let shown = path.display().to_string();
            let text = if shown == "-" {
                let mut text = String::new();
                io::stdin().read_to_string(&mut text).map(|_| text)
            } else {
                fs::read_to_string(path)
            };
            match text {
                Ok(text) => suite.add(File::read(Source { path: shown, text }), Some(model::CASE_SCHEDULES)),
                Err(error) => suite.unreadable.push((shown, error)),
            }
        }
        suite
    }

    /// Returns a suite without cases that reports errors in a file of another kind.
    pub fn of_problems(path: &str, text: &str, mistakes: Vec<Diagnostic>) -> Suite {
        let problems = mistakes.into_iter().map(|diagnostic| Problem { source: 0, diagnostic }).collect();
        let sources = vec![Source { path: path.to_owned(), text: text.to_owned() }];
        Suite { sources, problems, ..Suite::default() }
    }

    /// Returns the suite under a reading of the draft. A case that states no outcome at all is compared with the model's.
    #[must_use]
    pub fn under(mut self, reading: Reading) -> Suite {
        self.reading = reading;
        for entry in &mut self.cases {
            entry.base = entry.under(reading);
        }
        self
    }

    /// Whether every file can be read and every case can run.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty() && self.unreadable.is_empty()
    }

    /// Whether the model gives every outcome that the cases state for the draft.
    pub fn is_agreed(&self) -> bool {
        self.cases.iter().all(|entry| entry.disputed.is_none())
    }

    /// Returns the file of an entry.
    pub fn source(&self, entry: &Entry) -> &Source {
        &self.sources[entry.source]
    }

    /// Adds a file. If a number of schedules is given, its programs are run under that many; the tests do that for the
    /// embedded suite.
    fn add(&mut self, file: File, schedules: Option<u64>) {
        let index = self.sources.len();
        let File { source, version, cases, mut problems } = file;
        let read = problems.len();
        if version > VERSION {
            self.newer.push((source.path.clone(), version));
        }
        let mut ids: BTreeMap<_, _> = self.cases.iter().map(|entry| (entry.case.id.clone(), entry.source)).collect();
        for (case, found) in cases {
            if !found.is_empty() {
                problems.extend(found);
                continue;
            }
            if let Some(other) = ids.get(&case.id).filter(|other| **other != index) {
                let message = format!("the case id `{}` is also used in {}", case.id, self.sources[*other].path);
                problems.push(Diagnostic::new(case.span.clone(), message).help("rename one of them"));
                continue;
            }
            match base(&case, schedules) {
                Ok(Base { outcome: base, stated, disputed }) => {
                    ids.insert(case.id.clone(), index);
                    self.cases.push(Entry { case, source: index, pinned: base.clone(), base, stated, disputed });
                }
                Err(fault) => problems.push(fault),
            }
        }
        if source.is_json() {
            json::locate(&source.text, &mut problems[read..]);
        }
        self.problems.extend(problems.into_iter().map(|diagnostic| Problem { source: index, diagnostic }));
        self.sources.push(source);
    }
}

/// The outcome that a case is compared with, and its origin.
struct Base {
    outcome: Outcome,
    stated: bool,
    disputed: Option<Outcome>,
}

/// Returns the outcome that a case is compared with. With a number of schedules, the model checks what the case states.
fn base(case: &Case, schedules: Option<u64>) -> Result<Base, Diagnostic> {
    let stated = case.stated();
    let runs = case.experiments.is_empty() && case.version <= VERSION;
    if !runs || stated.is_some() && schedules.is_none() {
        return Ok(Base { stated: stated.is_some(), outcome: stated.unwrap_or_default(), disputed: None });
    }
    let decided = model::decide(&case.program, schedules.unwrap_or(1));
    let decided = decided.map_err(|fault| Diagnostic::new(fault.span.clone(), fault.message.clone()))?;
    Ok(match stated {
        Some(stated) if decided.agrees_with(&stated) => Base { outcome: stated, stated: true, disputed: None },
        disputed => Base { outcome: decided, stated: false, disputed },
    })
}
