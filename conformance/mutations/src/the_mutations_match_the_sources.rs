//! The lists of mutations in `js/mutations.kdl` and `core.kdl`: their edits match the sources. Of the first, its files
//! and clauses exist, and the table is generated from it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use conformance::clauses::Clauses;

use crate::list::{self, Mutation, Tried};
use crate::schemata::{broken, switched};
use crate::table;

/// Returns the folder of the suite.
fn conformance() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn mutations() -> Vec<Mutation> {
    read("js/mutations.kdl")
}

fn read(path: &str) -> Vec<Mutation> {
    list::parse(&fs::read_to_string(conformance().join(path)).unwrap()).unwrap()
}

#[test]
fn every_edit_finds_its_expression() {
    let mutations = [mutations(), read("mutations/core.kdl")].concat();
    let mut by_file: BTreeMap<PathBuf, Vec<_>> = BTreeMap::new();
    for mutation in &mutations {
        for edit in mutation.edits() {
            assert_ne!(edit.right, edit.broken, "{} changes nothing", mutation.name);
            let path = conformance().parent().unwrap().join(&edit.file);
            by_file.entry(path).or_default().push((mutation.name.as_str(), edit));
        }
    }
    for (path, edits) in by_file {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        if path.extension().is_some_and(|extension| extension == "rs") {
            switched(&text, &edits).unwrap_or_else(|mismatch| panic!("{mismatch}"));
        } else {
            for (name, edit) in edits {
                broken(&text, name, &[edit]).unwrap_or_else(|mismatch| panic!("{mismatch}"));
            }
        }
    }
}

#[test]
fn every_clause_and_every_file_of_a_mutation_is_there() {
    for Mutation { name, clause, tried, .. } in mutations() {
        if let Some(clause) = clause {
            assert!(Clauses::get(&clause).is_some(), "{name} breaks {clause}: no such clause");
        }
        if let Tried::Here { noticed, .. } | Tried::Elsewhere { noticed } = tried {
            for file in noticed {
                assert!(
                    conformance().join(format!("js/{file}.js")).is_file(),
                    "{name} is noticed by {file}: no such file"
                );
            }
        }
    }
}

#[test]
fn the_table_is_generated_from_the_list() {
    let written = fs::read_to_string(conformance().join("js/MUTATIONS.md")).unwrap();
    assert!(
        written == table::markdown(&mutations()),
        "write it: cargo run -p asynccontext-engine-mutations -- --table > conformance/js/MUTATIONS.md"
    );
}

#[test]
fn a_search_must_find_at_least_six_defects_of_the_core() {
    let list = read("mutations/core.kdl");
    assert!(list.len() >= 6);
    assert!(list.iter().all(|defect| matches!(defect.tried, Tried::Search { .. })));
    assert!(mutations().iter().all(|mutation| !matches!(mutation.tried, Tried::Search { .. })));
}
