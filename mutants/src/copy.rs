//! The copy of the sources that contains all mutants, and its builds.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::failure::Failure;
use crate::render::{Rendered, with_switches};
use crate::sources::Sources;

/// The module of the copy that contains the switches.
const SWITCHES: &str = include_str!("../copy/mutant.rs");

/// A build of the copy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Manner {
    Debug,
    /// Without debug assertions, for code that only such a build contains.
    Release,
    /// Like `Debug`, with AddressSanitizer and its leak detection.
    Sanitized,
}

/// Returns the folder of the tool's files, below `target`.
pub(crate) fn folder(root: &Path) -> PathBuf {
    root.join("target").join("asynccontext-mutants")
}

/// A test executable.
pub(crate) struct Executable {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

/// The copy of the sources.
pub(crate) struct Copy {
    root: PathBuf,
    /// The sites in each file that do not compile.
    without: BTreeMap<String, BTreeSet<usize>>,
}

/// The limit of builds in which sites that do not compile are removed.
const ROUNDS: usize = 20;

impl Copy {
    /// Writes the copy, without the sites that did not compile in the last run.
    pub(crate) fn new(root: &Path, sources: &Sources) -> Result<Copy, Failure> {
        let mut copy = Copy { root: root.to_owned(), without: remembered(root, sources) };
        copy.write_all(sources)?;
        Ok(copy)
    }

    /// Returns the folder of the copy.
    pub(crate) fn path(&self) -> PathBuf {
        folder(&self.root).join("copy")
    }

    /// Whether a mutant does not compile.
    pub(crate) fn is_without(&self, sources: &Sources, mutant: u32) -> bool {
        sources.files.iter().any(|file| {
            self.without
                .get(&file.path)
                .is_some_and(|without| without.iter().any(|site| file.sites[*site].mutants.contains(&mutant)))
        })
    }

    /// Builds the tests, and removes the sites that do not compile.
    pub(crate) fn build(&mut self, sources: &Sources, manner: Manner) -> Result<Vec<Executable>, Failure> {
        for _ in 0..ROUNDS {
            let messages = self.compile(manner)?;
            let executables = executables(&messages);
            let wrong = errors(&messages);
            if wrong.is_empty() {
                remember(&self.root, sources, &self.without)?;
                return if executables.is_empty() { Err(Failure::Build(rendered(&messages))) } else { Ok(executables) };
            }
            if !self.leave_out(sources, &wrong) {
                return Err(Failure::Build(rendered(&messages)));
            }
            self.write_core(sources)?;
        }
        Err(Failure::Build("too many mutants do not compile".to_owned()))
    }

    /// Removes the innermost site around each error, or every site between the first and the last place
    /// of the error. Returns whether there was one.
    fn leave_out(&mut self, sources: &Sources, errors: &[Wrong]) -> bool {
        let mut found = false;
        for file in &sources.files {
            let without = self.without.entry(file.path.clone()).or_default();
            let Rendered { places, .. } = with_switches(&file.text, &file.sites, without);
            for wrong in errors.iter().filter(|wrong| wrong.path == file.path) {
                let holds =
                    |place: &Range<usize>, other: &Range<usize>| place.start <= other.start && place.end >= other.end;
                let around = places.iter().filter(|(_, place)| holds(place, &wrong.main));
                match around.min_by_key(|(_, place)| place.len()) {
                    Some((site, _)) => found |= without.insert(*site),
                    None => {
                        let between = places.iter().filter(|(_, place)| holds(&wrong.all, place));
                        between.for_each(|(site, _)| found |= without.insert(*site));
                    }
                }
            }
        }
        found
    }

    fn compile(&self, manner: Manner) -> Result<Vec<Value>, Failure> {
        let mut flags = "--cfg tokio_unstable".to_owned();
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(["test", "--package", "asynccontext", "--all-features", "--lib", "--tests", "--no-run"]);
        command.args(["--message-format", "json", "--manifest-path"]).arg(self.path().join("Cargo.toml"));
        command.arg("--target-dir").arg(folder(&self.root).join("build"));
        match manner {
            Manner::Debug => {}
            Manner::Release => {
                command.env("CARGO_PROFILE_DEV_DEBUG_ASSERTIONS", "false");
            }
            Manner::Sanitized => {
                flags += " -Zsanitizer=address";
                command.args(["--target", "x86_64-unknown-linux-gnu"]);
            }
        }
        // The switch has different forms for the compiler and at run time, which needs an unstable feature
        // of the standard library.
        command.env("RUSTFLAGS", flags).env("RUSTC_BOOTSTRAP", "1").env("CARGO_PROFILE_DEV_DEBUG", "0");
        let output = command.stderr(Stdio::inherit()).output().map_err(Failure::Cargo)?;
        let lines = String::from_utf8_lossy(&output.stdout);
        Ok(lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }

    fn write_all(&mut self, sources: &Sources) -> Result<(), Failure> {
        let mut texts = BTreeMap::new();
        gather(&self.root, &self.root, &mut texts)?;
        let lib = PathBuf::from("src/lib.rs");
        let text = texts.get(&lib).map(|text| String::from_utf8_lossy(text).into_owned()).unwrap_or_default();
        let text = format!(
            "#![allow(warnings, internal_features)] #![feature(core_intrinsics, const_eval_select)] {text}\n\
             #[allow(unsafe_code, clippy::all)]\nmod mutant;\n"
        );
        texts.insert(lib, text.into_bytes());
        let length = sources.mutants.len() + 1;
        let switches =
            format!("{SWITCHES}\n/// The length of the file of reached switches.\nconst LENGTH: usize = {length};\n");
        texts.insert(PathBuf::from("src/mutant.rs"), switches.into_bytes());
        for (path, text) in self.core(sources) {
            texts.insert(PathBuf::from(path), text.into_bytes());
        }
        let mut old = BTreeMap::new();
        let copy = self.path();
        if copy.is_dir() {
            gather(&copy, &copy, &mut old)?;
        }
        for path in old.keys().filter(|path| !texts.contains_key(*path) && path.as_os_str() != "Cargo.lock") {
            let path = copy.join(path);
            fs::remove_file(&path).map_err(|error| Failure::File { path, error })?;
        }
        for (path, text) in &texts {
            if old.get(path) != Some(text) {
                write(&copy.join(path), text)?;
            }
        }
        Ok(())
    }

    fn write_core(&self, sources: &Sources) -> Result<(), Failure> {
        for (path, text) in self.core(sources) {
            let path = self.path().join(path);
            if fs::read(&path).map_err(|error| Failure::File { path: path.clone(), error })? != text.as_bytes() {
                write(&path, text.as_bytes())?;
            }
        }
        Ok(())
    }

    /// Returns the files of the core with their switches.
    fn core<'a>(&'a self, sources: &'a Sources) -> impl Iterator<Item = (&'a str, String)> {
        let none = BTreeSet::new();
        sources.files.iter().map(move |file| {
            let without = self.without.get(&file.path).unwrap_or(&none);
            (file.path.as_str(), with_switches(&file.text, &file.sites, without).text)
        })
    }
}

fn write(path: &Path, text: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| Failure::File { path: path.to_owned(), error })
}

/// Returns every file below `folder` except build artifacts and hidden files.
fn gather(root: &Path, folder: &Path, texts: &mut BTreeMap<PathBuf, Vec<u8>>) -> Result<(), Failure> {
    let failed = |error| Failure::File { path: folder.to_owned(), error };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') || name == "target" || name == "node_modules" {
            continue;
        }
        if path.is_dir() {
            gather(root, &path, texts)?;
        } else {
            let text = fs::read(&path).map_err(|error| Failure::File { path: path.clone(), error })?;
            texts.insert(path.strip_prefix(root).unwrap_or(&path).to_owned(), text);
        }
    }
    Ok(())
}

fn executables(messages: &[Value]) -> Vec<Executable> {
    let mut found: Vec<Executable> = messages
        .iter()
        .filter(|message| message["reason"] == "compiler-artifact" && message["profile"]["test"] == true)
        .filter_map(|message| {
            let path = PathBuf::from(message["executable"].as_str()?);
            let name = match message["target"]["kind"][0].as_str()? {
                "lib" => "unit tests".to_owned(),
                _ => message["target"]["name"].as_str()?.to_owned(),
            };
            Some(Executable { name, path })
        })
        .collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// The place of a compiler error, as byte offsets.
struct Wrong {
    path: String,
    main: Range<usize>,
    /// The range from the first to the last place of the error.
    all: Range<usize>,
}

fn errors(messages: &[Value]) -> Vec<Wrong> {
    let mut found = Vec::new();
    for message in messages.iter().filter(|message| is_error(message)) {
        let spans = message["message"]["spans"].as_array().into_iter().flatten();
        let place = |span: &Value| {
            let number = |name: &str| span[name].as_u64().and_then(|number| usize::try_from(number).ok());
            let path = span["file_name"].as_str()?.to_owned();
            Some((path, number("byte_start")?..number("byte_end")?, span["is_primary"] == true))
        };
        let places: Vec<_> = spans.filter_map(place).collect();
        for (path, main, _) in places.iter().filter(|(.., primary)| *primary) {
            let same = || places.iter().filter(|(other, ..)| other == path).map(|(_, place, _)| place);
            let start = same().map(|place| place.start).min().unwrap_or(main.start);
            let end = same().map(|place| place.end).max().unwrap_or(main.end);
            found.push(Wrong { path: path.clone(), main: main.clone(), all: start..end });
        }
    }
    found
}

fn is_error(message: &Value) -> bool {
    message["reason"] == "compiler-message" && message["message"]["level"] == "error"
}

fn rendered(messages: &[Value]) -> String {
    let texts = messages.iter().filter(|message| is_error(message));
    texts.filter_map(|message| message["message"]["rendered"].as_str()).collect()
}

/// The identity of a site and its file, which is stable between runs.
fn fingerprint(file: &crate::sources::File, site: usize) -> String {
    let mut hasher = DefaultHasher::new();
    let site = &file.sites[site];
    (&file.text, &site.place, &site.before.len()).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn memory(root: &Path) -> PathBuf {
    folder(root).join("does-not-compile")
}

fn remembered(root: &Path, sources: &Sources) -> BTreeMap<String, BTreeSet<usize>> {
    let text = fs::read_to_string(memory(root)).unwrap_or_default();
    let known: BTreeSet<&str> = text.lines().collect();
    let of = |file: &crate::sources::File| {
        (0..file.sites.len()).filter(|site| known.contains(fingerprint(file, *site).as_str())).collect()
    };
    sources.files.iter().map(|file| (file.path.clone(), of(file))).collect()
}

fn remember(root: &Path, sources: &Sources, without: &BTreeMap<String, BTreeSet<usize>>) -> Result<(), Failure> {
    let mut text = String::new();
    for file in &sources.files {
        for site in without.get(&file.path).into_iter().flatten() {
            text += &fingerprint(file, *site);
            text.push('\n');
        }
    }
    write(&memory(root), text.as_bytes())
}
