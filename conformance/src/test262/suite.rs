//! The tests, and the harness that they use.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use glob::Pattern;

use super::frontmatter::Frontmatter;
use crate::program::reading::Reading;

/// The embedded harness of `conformance/js`, whose files have the names of test262's.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/harness.rs"));

/// The reason why no tests are found.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The root or the harness is not a folder.
    #[error("`{0}` is not a folder; give a checkout of test262, or a folder of tests in its format")]
    NoFolder(PathBuf),
    /// A folder below the root cannot be read.
    #[error("`{path}` cannot be read: {error}")]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// The reason.
        error: io::Error,
    },
    /// A filter is not a glob.
    #[error("`{glob}` is not a glob: {reason}")]
    Glob {
        /// The filter.
        glob: String,
        /// The reason.
        reason: String,
    },
    /// No test matches.
    #[error("no test below `{}` matches{}", .folder.display(), matching(.filters))]
    NoTests {
        /// The folder of the tests.
        folder: PathBuf,
        /// The filters.
        filters: Vec<String>,
    },
}

fn matching(filters: &[String]) -> String {
    let list: String = filters.iter().map(|filter| format!(" `{filter}`")).collect();
    if list.is_empty() { " (files are named `*.js`)".to_owned() } else { list }
}

/// A folder of tests and its harness.
#[derive(Clone, Debug)]
pub struct Suite {
    /// The absolute path of the tests.
    pub(super) folder: PathBuf,
    pub(super) harness: Harness,
    /// A folder below it that contains the harness and no tests.
    no_tests: Option<PathBuf>,
}

/// The source of harness files.
#[derive(Clone, Debug)]
pub(super) enum Harness {
    Folder(PathBuf),
    Embedded,
}

/// A test file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Test {
    /// Its path below the folder of the tests, with `/` between folders.
    pub name: String,
    pub(super) path: PathBuf,
}

impl Suite {
    /// Opens a checkout of test262, which has `test` and `harness`, or any folder of tests.
    ///
    /// Such a folder may contain a `harness` too. Otherwise the embedded harness is used. The argument `harness` overrides
    /// both.
    ///
    /// # Errors
    ///
    /// Returns an error if one of them is not a folder.
    pub fn open(root: &Path, harness: Option<&Path>) -> Result<Suite, Error> {
        let folder = |path: &Path| match path.canonicalize() {
            Ok(path) if path.is_dir() => Ok(path),
            _ => Err(Error::NoFolder(path.to_owned())),
        };
        Ok(Suite::within(folder(root)?, harness.map(folder).transpose()?))
    }

    /// The same for folders that are known to be there, whose paths need not be absolute.
    pub(super) fn within(root: PathBuf, harness: Option<PathBuf>) -> Suite {
        let own = root.join("harness");
        let harness = match harness {
            Some(harness) => Harness::Folder(harness),
            None if own.is_dir() => Harness::Folder(own.clone()),
            None => Harness::Embedded,
        };
        let tests = root.join("test");
        let folder = if own.is_dir() && tests.is_dir() { tests } else { root };
        Suite { folder, harness, no_tests: Some(own) }
    }

    /// Returns the suite of a worker: the folder of the tests, and the harness unless it is the embedded one.
    pub fn of_worker(folder: PathBuf, harness: Option<PathBuf>) -> Suite {
        Suite { folder, harness: harness.map_or(Harness::Embedded, Harness::Folder), no_tests: None }
    }

    /// Returns the tests whose path matches a filter, in order. A filter is a glob or the name of a folder.
    ///
    /// # Errors
    ///
    /// Returns an error if a filter is not a glob, if a folder cannot be read, or if no test matches.
    pub fn select(&self, filters: &[String]) -> Result<Vec<Test>, Error> {
        let selection = Selection::new(filters)?;
        let mut tests = Vec::new();
        self.collect(&self.folder, "", &mut tests)?;
        tests.retain(|test| selection.has(&test.name));
        if tests.is_empty() {
            return Err(Error::NoTests { folder: self.folder.clone(), filters: filters.to_vec() });
        }
        tests.sort();
        Ok(tests)
    }

    /// Removes the tests that do not hold under a reading of the draft. A test whose frontmatter cannot be read remains, so
    /// that its run reports the error.
    pub fn under(reading: Reading, tests: &mut Vec<Test>) {
        tests.retain(|test| {
            let text = fs::read_to_string(&test.path).unwrap_or_default();
            Frontmatter::read(&text).map_or(true, |read| read.holds_under(reading))
        });
    }

    fn collect(&self, folder: &Path, name: &str, tests: &mut Vec<Test>) -> Result<(), Error> {
        let unreadable = |error| Error::Unreadable { path: folder.to_owned(), error };
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let path = entry.path();
            let name = format!("{name}{}", entry.file_name().to_string_lossy());
            // Links to folders are not followed, since they may form a cycle. Links to files are.
            if entry.file_type().map_err(unreadable)?.is_dir() {
                if self.no_tests.as_ref() != Some(&path) {
                    self.collect(&path, &format!("{name}/"), tests)?;
                }
            } else if name.ends_with(".js") && !name.contains("_FIXTURE") {
                tests.push(Test { name, path });
            }
        }
        Ok(())
    }
}

/// Compiled filters.
#[derive(Debug)]
pub struct Selection(Vec<Pattern>);

impl Selection {
    /// Compiles filters, which are globs or names of folders. Without filters, all tests are selected.
    ///
    /// # Errors
    ///
    /// Returns an error if a filter is not a glob.
    pub fn new(filters: &[String]) -> Result<Selection, Error> {
        let mut patterns = Vec::new();
        for filter in filters {
            let path = filter.trim_end_matches('/');
            let path = path.strip_prefix("test/").unwrap_or(path);
            for glob in [path, &format!("{path}/**")] {
                let bad =
                    |error: glob::PatternError| Error::Glob { glob: filter.clone(), reason: error.msg.to_owned() };
                patterns.push(Pattern::new(glob).map_err(bad)?);
            }
        }
        Ok(Selection(patterns))
    }

    /// Whether a test's path is selected.
    pub fn has(&self, name: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|pattern| pattern.matches(name))
    }
}

impl Harness {
    /// Returns the text of a harness file, or the reason why it is missing.
    pub(super) fn text(&self, name: &str) -> Result<String, String> {
        match self {
            Harness::Folder(folder) => fs::read_to_string(folder.join(name))
                .map_err(|error| format!("the harness file `{}` cannot be read: {error}", folder.join(name).display())),
            Harness::Embedded => {
                let found = EMBEDDED.iter().find(|(known, _)| *known == name);
                found.map(|(_, text)| (*text).to_owned()).ok_or_else(|| {
                    let known: Vec<_> = EMBEDDED.iter().map(|(known, _)| *known).collect();
                    format!(
                        "the embedded harness has no file `{name}`, only {}; use --harness for another harness",
                        known.join(", ")
                    )
                })
            }
        }
    }
}
