//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// Measures asynccontext beside its peers, holds the ratios against the limits of
/// benches/limits.toml, and writes benches/RESULTS.md with plots.
///
/// Ends with 0 if every limit is kept, with 1 if one is missed or was not measured, and
/// with 2 if there is no report.
#[derive(Parser, Debug)]
#[command(name = "asynccontext-benches", after_help = EXAMPLES)]
pub(crate) struct Command {
    /// Measures for a minute instead of ten. The figures are rough, and are not written.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Reports on what was measured before.
    #[arg(long, conflicts_with = "quick")]
    pub(crate) report_only: bool,
    /// One more runtime of another language: a Node, Deno, Bun or Python.
    #[arg(long, value_name = "PATH")]
    pub(crate) runtime: Vec<PathBuf>,
    /// Writes the report and the plots there.
    #[arg(long, value_name = "FOLDER", default_value = env!("CARGO_MANIFEST_DIR"))]
    pub(crate) out: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  cargo run --release -p asynccontext-benches
  cargo run --release -p asynccontext-benches -- --quick
  cargo run --release -p asynccontext-benches -- --report-only --out /tmp
  cargo run --release -p asynccontext-benches -- --runtime ~/node-26/bin/node";
