//! Loading: files of litmus programs, read, checked and decided, with what is wrong in them.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::{fs, io};

use crate::model;
use crate::program::ast::{Case, Span};
use crate::program::diagnostic::Diagnostic;
use crate::program::outcome::Outcome;
use crate::program::{VERSION, check, json, parse};

/// The suite that the tool carries with it: file names and texts.
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
    /// The line of a byte offset, from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.position(offset).0
    }

    /// The line and the column of a byte offset, both from 1; columns count characters.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        (before.matches('\n').count() + 1, before[line..].chars().count() + 1)
    }

    /// The first line of the text in a span, without the space around it.
    pub fn excerpt(&self, span: &Span) -> &str {
        self.text.get(span.clone()).unwrap_or_default().lines().next().unwrap_or_default().trim()
    }
}

/// A case that is ready to run.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The case.
    pub case: Case,
    /// Its file, as an index into [`Suite::sources`].
    pub source: usize,
    /// The outcome that the draft requires.
    pub base: Outcome,
    /// Whether `base` was stated by hand; otherwise it is the model's.
    pub stated: bool,
}

/// What is wrong in a file.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The file, as an index into [`Suite::sources`].
    pub source: usize,
    /// What is wrong.
    pub diagnostic: Diagnostic,
}

/// Files of cases, and what is wrong in them.
#[derive(Debug, Default)]
pub struct Suite {
    /// The files.
    pub sources: Vec<Source>,
    /// The cases that can run.
    pub cases: Vec<Entry>,
    /// What kept others from running.
    pub problems: Vec<Problem>,
    /// Files that could not be read, with the reason.
    pub unreadable: Vec<(String, io::Error)>,
    /// Files in a later version of the language: path and version.
    pub newer: Vec<(String, u32)>,
}

impl Suite {
    /// The suite that the tool carries with it.
    pub fn embedded() -> Suite {
        let mut suite = Suite::default();
        for (name, text) in EMBEDDED {
            suite.add(Source { path: (*name).to_owned(), text: (*text).to_owned() }, None);
        }
        suite
    }

    /// Reads files that a user wrote; `-` is standard input, a name that ends in `.json` the JSON form.
    pub fn read(paths: &[impl AsRef<Path>]) -> Suite {
        let mut suite = Suite::default();
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
                Ok(text) => suite.add(Source { path: shown, text }, Some(model::CASE_SCHEDULES)),
                Err(error) => suite.unreadable.push((shown, error)),
            }
        }
        suite
    }

    /// Whether every file could be read and every case in them can run.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty() && self.unreadable.is_empty()
    }

    /// The file of an entry.
    pub fn source(&self, entry: &Entry) -> &Source {
        &self.sources[entry.source]
    }

    /// Adds a file. With a number of schedules, its programs are decided under them; the
    /// embedded suite is decided by the tests.
    fn add(&mut self, source: Source, schedules: Option<u64>) {
        let index = self.sources.len();
        let is_json = source.path.ends_with(".json");
        let (file, mut problems) = if is_json { json::read(&source.text) } else { parse::parse(&source.text) };
        let read = problems.len();
        if file.version > VERSION {
            self.newer.push((source.path.clone(), file.version));
        }
        let mut ids: BTreeMap<_, _> = self.cases.iter().map(|entry| (entry.case.id.clone(), entry.source)).collect();
        for case in file.cases {
            let found = if case.version > VERSION { Vec::new() } else { check::check(&case) };
            if !found.is_empty() {
                problems.extend(found);
                continue;
            }
            if let Some(other) = ids.get(&case.id).filter(|other| **other != index) {
                let message = format!("the case id `{}` is used in {} too", case.id, self.sources[*other].path);
                problems.push(Diagnostic::new(case.span.clone(), message).help("give one of them another id"));
                continue;
            }
            match base(&case, schedules) {
                Ok((base, stated)) => {
                    ids.insert(case.id.clone(), index);
                    self.cases.push(Entry { case, source: index, base, stated });
                }
                Err(fault) => problems.push(fault),
            }
        }
        if is_json {
            json::locate(&source.text, &mut problems[read..]);
        }
        self.problems.extend(problems.into_iter().map(|diagnostic| Problem { source: index, diagnostic }));
        self.sources.push(source);
    }
}

/// The outcome that a case is compared with, and whether it was stated by hand.
fn base(case: &Case, schedules: Option<u64>) -> Result<(Outcome, bool), Diagnostic> {
    let stated = case.stated();
    let decided = match (&stated, schedules) {
        _ if !case.experiments.is_empty() || case.version > VERSION => Ok(Outcome::default()),
        (Some(_), None) => Ok(Outcome::default()),
        (_, schedules) => model::decide(&case.program, schedules.unwrap_or(1)),
    };
    let decided = decided.map_err(|fault| Diagnostic::new(fault.span.clone(), fault.message.clone()))?;
    Ok(match stated {
        Some(stated) => (stated, true),
        None => (decided, false),
    })
}
