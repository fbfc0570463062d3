//! `spec/als.md` agrees with the cases: its tables are printed by the tool, and it gives a reason for every
//! deviation of Node and Boa from the facade.

use conformance::model::{Quirk, Quirks};
use conformance::program::profile::Profile;
use conformance::report::families;
use conformance::suite::Suite;

const DOCUMENT: &str = include_str!("../../spec/als.md");

/// Returns the part that is written by hand, and the part that the tool prints.
fn parts() -> (&'static str, &'static str) {
    DOCUMENT.split_once("\n---\n\n").expect("a line divides the document")
}

#[test]
fn its_tables_are_those_of_the_cases() {
    let written = parts().1;
    let now = families::markdown(&Suite::embedded());
    let differs = written.lines().zip(now.lines()).find(|(written, now)| written != now);
    assert!(
        written == now,
        "the cases have changed: put the output of `conformance list --format markdown` below the line of \
         spec/als.md; the first difference: {differs:#?}"
    );
}

#[test]
fn it_gives_a_reason_for_every_quirk() {
    let families = [Profile::NodeLegacy, Profile::NodeAcf, Profile::Boa].map(Quirks::known);
    for quirk in Quirk::ALL.into_iter().filter(|quirk| quirk.is_als()) {
        let row = format!("\n| `{quirk}` |");
        assert_eq!(parts().0.contains(&row), families.iter().any(|known| known.has(quirk)), "{quirk}");
    }
}

#[test]
fn each_deviation_of_node_is_listed_with_its_quirks() {
    let unnamed: Vec<&str> = parts().1.lines().filter(|line| line.starts_with("|  |")).collect();
    assert!(unnamed.is_empty(), "no quirk of Node explains {unnamed:?}");
}
