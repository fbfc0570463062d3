//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// Measures asynccontext and its peers, compares the ratios with the limits of
/// benches/limits.toml, and writes benches/RESULTS.md with plots.
///
/// Exits with 0 if every limit is met, with 1 if a limit is missed or was not measured, and with 2 if
/// there is no report.
#[derive(Parser, Debug)]
#[command(name = "asynccontext-benches", after_help = EXAMPLES)]
pub(crate) struct Command {
    /// Measure for one minute instead of ten; the figures are inexact and are not written
    #[arg(long)]
    pub(crate) quick: bool,
    /// Report on an earlier measurement
    #[arg(long, conflicts_with = "quick")]
    pub(crate) report_only: bool,
    /// An additional runtime of another language: Node, Deno, Bun or Python
    #[arg(long, value_name = "PATH")]
    pub(crate) runtime: Vec<PathBuf>,
    /// The folder for the report and the plots
    #[arg(long, value_name = "FOLDER", default_value = env!("CARGO_MANIFEST_DIR"))]
    pub(crate) out: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  cargo run --release -p asynccontext-benches
  cargo run --release -p asynccontext-benches -- --quick
  cargo run --release -p asynccontext-benches -- --report-only --out /tmp
  cargo run --release -p asynccontext-benches -- --runtime ~/node-26/bin/node";
