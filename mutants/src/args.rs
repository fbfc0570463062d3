//! The arguments of the command line.

use std::num::NonZeroUsize;

use clap::{Parser, ValueEnum};

const AFTER: &str = "\
Examples:
  mutants                                   every mutant of the core
  mutants --list                            what they are, without building anything
  mutants --list --only mapping/read.rs
  mutants --only 'pin.end'                  those whose place, function or edit has this text
  mutants --only 317 --only 318
  mutants --sample 100 --seed 7             some, chosen by the seed: for a gate
  mutants --sanitize                        survivors again, under AddressSanitizer
  mutants --format kdl                      survivors in the form of survivors.kdl

Exit codes:
  0  every mutant that was tried is noticed by a test, or its survival is explained
  1  one survives without an explanation, or an explanation fits no survivor
  2  bad usage, or the copy doesn't build, or its tests fail without a mutant";

/// Mutation testing of the core of asynccontext: a test must detect each small change.
///
/// All mutants are in one copy of the sources, in target/asynccontext-mutants, each behind a switch
/// that an environment variable enables. So the copy is built once, and each mutant needs a few runs
/// of single tests: those that reach its switch, until one detects it.
#[derive(Debug, Parser)]
#[command(name = "mutants", version, after_help = AFTER, max_term_width = 100)]
pub(crate) struct Args {
    /// Print the mutants without building anything
    #[arg(long)]
    pub(crate) list: bool,
    /// Only mutants with this number, or with this text in their line of the list; may repeat
    #[arg(long, value_name = "PATTERN|NUMBER")]
    pub(crate) only: Vec<String>,
    /// Only a random sample of this size
    #[arg(long, value_name = "N")]
    pub(crate) sample: Option<usize>,
    /// The seed of the sample
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// The number of tests that run at the same time [default: the number of processors]
    #[arg(long)]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Run the tests again under AddressSanitizer for each survivor
    #[arg(long)]
    pub(crate) sanitize: bool,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Format {
    /// Survivors and statistics
    Text,
    /// Every mutant with its outcome
    Json,
    /// Survivors without an explanation, in the form of survivors.kdl
    Kdl,
}
