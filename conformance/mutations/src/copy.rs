//! The copy of the sources that contains all mutations, and its build.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::list::{Edit, Mutation};
use crate::schemata::{SWITCH, broken, switched};

use crate::Failure;

/// The name of the tool in the copy. It differs from the original's, so that the tool is not replaced.
const RUNNER: &str = "conformance-mutants";

/// Additions to the profile of the copy. Separate profiles give these packages other artifacts than the tool's, while everything from the registry is shared.
const PROFILE: &str = "
[profile.dev.package.asynccontext]
debug = false

[profile.dev.package.asynccontext-conformance]
debug = false

[profile.dev.package.asynccontext-boa]
debug = false
";

/// Builds the tool with all mutations, and returns its path.
pub(crate) fn build(root: &Path, list: &[Mutation]) -> Result<PathBuf, Failure> {
    let target = root.join("target");
    let copy = target.join("mutants");
    let mut texts = sources(root)?;
    let exchange = |texts: &mut BTreeMap<PathBuf, Vec<u8>>, file: &str, from: &str, to: &str| {
        let file = PathBuf::from(file);
        let text = texts.get(&file).map(|text| String::from_utf8_lossy(text).into_owned()).unwrap_or_default();
        if !text.contains(from) {
            return Err(Failure::NoPlace { text: from.to_owned(), file });
        }
        texts.insert(file, text.replacen(from, to, 1).into_bytes());
        Ok(())
    };
    for place in ["default-run = \"conformance\"", "[[bin]]\nname = \"conformance\""] {
        exchange(&mut texts, "conformance/Cargo.toml", place, &place.replace("conformance", RUNNER))?;
    }
    let ours = "[profile.dev.package.asynccontext-boa]";
    exchange(&mut texts, "Cargo.toml", ours, PROFILE.trim())?;
    mutate(&mut texts, list)?;
    write(&copy, &texts)?;
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--locked", "-p", "asynccontext-conformance", "--bin", RUNNER])
        .arg("--manifest-path")
        .arg(copy.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .status();
    match built {
        Ok(status) if status.success() => Ok(target.join("debug").join(RUNNER)),
        _ => Err(Failure::Build),
    }
}

/// Returns every file below `root` except build artifacts and hidden files.
fn sources(root: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, Failure> {
    let mut texts = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = |error| Failure::File { path: folder.clone(), error };
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
            if hidden || path.file_name().is_some_and(|name| name == "target") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read(&path).map_err(|error| Failure::File { path: path.clone(), error })?;
                texts.insert(path.strip_prefix(root).unwrap_or(&path).to_owned(), text);
            }
        }
    }
    Ok(texts)
}

/// Applies the edits of all mutations.
fn mutate(texts: &mut BTreeMap<PathBuf, Vec<u8>>, list: &[Mutation]) -> Result<(), Failure> {
    let mut by_file: BTreeMap<PathBuf, Vec<(&str, Edit)>> = BTreeMap::new();
    for mutation in list {
        let (rust, others): (Vec<_>, Vec<_>) = mutation.edits().iter().partition(|edit| edit.file.ends_with(".rs"));
        for edit in rust {
            by_file.entry(PathBuf::from(&edit.file)).or_default().push((&mutation.name, edit.clone()));
        }
        let files: BTreeSet<&str> = others.iter().map(|edit| edit.file.as_str()).collect();
        for file in files {
            let edits: Vec<_> = others.iter().copied().filter(|edit| edit.file == file).collect();
            let include = variant(texts, file, &mutation.name, &edits)?;
            by_file.entry(PathBuf::from(&include.file)).or_default().push((&mutation.name, include));
        }
    }
    let mut crates = BTreeSet::new();
    for (file, edits) in &by_file {
        let edits: Vec<(&str, &Edit)> = edits.iter().map(|(name, edit)| (*name, edit)).collect();
        let text = switched(&read(texts, file), &edits)?;
        texts.insert(file.clone(), text.into_bytes());
        crates.insert(file.ancestors().find(|folder| folder.ends_with("src")).unwrap_or(file).join("lib.rs"));
    }
    for lib in crates {
        let text = format!("#![allow(warnings)]\n{}{SWITCH}", read(texts, &lib));
        texts.insert(lib, text.into_bytes());
    }
    Ok(())
}

/// Adds a mutated copy of a file that Rust includes as text, and returns the edit that includes the copy.
fn variant(
    texts: &mut BTreeMap<PathBuf, Vec<u8>>,
    file: &str,
    mutation: &str,
    edits: &[&Edit],
) -> Result<Edit, Failure> {
    let path = Path::new(file);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let right = format!("include_str!({name:?})");
    let text = broken(&read(texts, path), mutation, edits)?;
    texts.insert(path.with_file_name(format!("{mutation}-{name}")), text.into_bytes());
    let includer = texts
        .iter()
        .find(|(other, text)| other.parent() == path.parent() && String::from_utf8_lossy(text).contains(&right))
        .ok_or_else(|| Failure::NoInclude(file.to_owned()))?;
    let broken = format!("include_str!({:?})", format!("{mutation}-{name}"));
    Ok(Edit { file: includer.0.to_string_lossy().into_owned(), after: None, right, broken })
}

fn read(texts: &BTreeMap<PathBuf, Vec<u8>>, file: &Path) -> String {
    texts.get(file).map(|text| String::from_utf8_lossy(text).into_owned()).unwrap_or_default()
}

/// Writes the files that differ, so that unchanged files are not rebuilt, and removes the others.
fn write(copy: &Path, texts: &BTreeMap<PathBuf, Vec<u8>>) -> Result<(), Failure> {
    if copy.is_dir() {
        for old in sources(copy)?.into_keys().filter(|old| !texts.contains_key(old)) {
            let path = copy.join(old);
            fs::remove_file(&path).map_err(|error| Failure::File { path, error })?;
        }
    }
    for (file, text) in texts {
        let path = copy.join(file);
        if fs::read(&path).is_ok_and(|old| old == *text) {
            continue;
        }
        let folder = path.parent().unwrap_or(copy);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| Failure::File { path, error })?;
    }
    Ok(())
}
