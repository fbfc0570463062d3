//! Runs the documented configuration of Clippy on one call of everything that it disallows: a
//! misspelled path, or one that a release renames, rejects nothing and fails here.

#![cfg(all(feature = "tokio-rt-multi-thread", feature = "rayon"))]

mod bare;
mod carried;

use std::collections::BTreeSet;
use std::process::Command;

const RECIPE: &str = include_str!("../../src/docs/clippy.toml");

#[test]
fn clippy_rejects_exactly_the_disallowed_calls() {
    let Some(warnings) = clippy() else {
        eprintln!("skipped: clippy is not installed");
        return;
    };
    let banned: BTreeSet<&str> = between(RECIPE, "path = \"", "\"").collect();
    let rejected: BTreeSet<&str> = of_file(&warnings, "bare.rs")
        .flat_map(|line| between(line, "disallowed method `", "`").chain(between(line, "disallowed type `", "`")))
        .collect();
    assert!(banned.len() > 30, "the recipe was not read: {banned:?}");
    assert_eq!(rejected, banned, "left: what clippy rejects; right: the recipe");

    let carried: Vec<&str> = of_file(&warnings, "carried.rs").collect();
    assert!(carried.is_empty(), "{carried:#?}");
}

/// Each replacement in the configuration exists: `carried.rs` calls it.
#[test]
fn every_replacement_is_called() {
    let calls = include_str!("carried.rs");
    for replacement in between(RECIPE, "replacement = \"", "\"") {
        assert!(calls.contains(replacement), "{replacement}");
    }
}

/// Returns Clippy's output for this package with the configuration, a line for each location, or
/// `None` without Clippy.
fn clippy() -> Option<String> {
    let cargo = || Command::new(env!("CARGO"));
    if !cargo().args(["clippy", "--version"]).output().is_ok_and(|version| version.status.success()) {
        return None;
    }
    // The lints are on by default. Naming them separates these results from those of a plain `cargo
    // clippy`, which has another configuration.
    let output = cargo()
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CLIPPY_CONF_DIR", "src/docs")
        .args(["clippy", "--package", env!("CARGO_PKG_NAME"), "--all-features", "--message-format", "short"])
        .args(["--test", env!("CARGO_CRATE_NAME")])
        .args(["--", "--warn", "clippy::disallowed_methods", "--warn", "clippy::disallowed_types"])
        .output()
        .expect("cargo ran before");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{text}");
    Some(text)
}

fn of_file<'a>(warnings: &'a str, file: &str) -> impl Iterator<Item = &'a str> {
    let start = format!("tests/{}/{file}:", env!("CARGO_CRATE_NAME"));
    warnings.lines().filter(move |line| line.replace('\\', "/").starts_with(&start))
}

/// Returns the parts of `text` between each `before` and the next `after`.
fn between<'a>(text: &'a str, before: &'static str, after: &'static str) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).filter_map(move |rest| rest.split(after).next())
}
