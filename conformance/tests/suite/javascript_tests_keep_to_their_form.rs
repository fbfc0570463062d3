//! The JavaScript tests in `js/` have the required metadata, and together they cover the draft.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use conformance::clauses::Clauses;

const HEADER: &str = "// Copyright (c) 2026 The asynccontext authors.\n// SPDX-License-Identifier: MIT OR Apache-2.0\n";

/// The clauses without a test: only hosts call CreateAsyncContextSnapshotObject.
const OUT_OF_REACH: [&str; 1] = ["sec-createasynccontextsnapshotobject"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("js")
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "js") {
            into.push(path);
        }
    }
}

/// Returns every JavaScript file with its name below `js/` and its text.
fn files() -> Vec<(String, String)> {
    let mut paths = Vec::new();
    collect(&root(), &mut paths);
    let mut files: Vec<_> = paths
        .iter()
        .map(|path| {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn tests() -> Vec<(String, String)> {
    files().into_iter().filter(|(name, _)| !name.contains("_FIXTURE") && !name.starts_with("harness/")).collect()
}

/// Returns the value of `key:` in the frontmatter.
fn field<'a>(name: &str, text: &'a str, key: &str) -> Option<&'a str> {
    let start = text.find("/*---\n").unwrap_or_else(|| panic!("{name} has no frontmatter"));
    let end = text.find("---*/").unwrap_or_else(|| panic!("{name}: its frontmatter has no end"));
    let front = &text[start..end];
    let value = &front[front.find(&format!("\n{key}:"))? + key.len() + 2..];
    let next = value.match_indices('\n').find(|(at, _)| !value[at + 1..].starts_with([' ', '\n']));
    Some(value[..next.map_or(value.len(), |(at, _)| at)].trim())
}

#[test]
fn every_file_has_the_license_in_its_header() {
    for (name, text) in files() {
        assert!(text.starts_with(HEADER), "{name} lacks the header");
    }
}

#[test]
fn every_test_has_its_clause_its_rule_and_its_steps() {
    let mut rules = BTreeSet::new();
    for (name, text) in tests() {
        let of = |key| field(&name, &text, key).unwrap_or_else(|| panic!("{name} has no {key}"));
        let esid = of("esid");
        assert!(Clauses::get(esid).is_some(), "{name} cites {esid}: no such clause");
        assert!(of("info").len() > 20, "{name} does not describe the steps");
        assert!(of("features").contains("AsyncContext"), "{name} does not list the feature AsyncContext");
        assert!(rules.insert((esid.to_owned(), of("description").to_owned())), "{name} repeats another's rule");
    }
}

/// The internal functions of the harness, which test262's harness does not have.
#[test]
fn no_test_uses_what_only_this_harness_has() {
    for (name, text) in tests() {
        for own in ["assert.show", "assert.isErrorOf"] {
            assert!(!text.contains(own), "{name} uses {own}");
        }
    }
}

#[test]
fn every_clause_that_code_can_reach_has_a_test() {
    let tests = tests();
    let cited: BTreeSet<_> = tests.iter().filter_map(|(name, text)| field(name, text, "esid")).collect();
    for clause in Clauses::all().iter().filter(|clause| clause.normative) {
        let anchor = clause.anchor.as_str();
        assert_eq!(cited.contains(anchor), !OUT_OF_REACH.contains(&anchor), "{anchor}");
    }
}
