//! How often and how long is measured, and where the samples go.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use criterion::Criterion;

/// Measures asynccontext beside its peers. The reporter starts this; see benches/README.md.
#[derive(Parser, Debug)]
pub(crate) struct Plan {
    /// How many times everything is measured.
    #[arg(long, default_value_t = 9)]
    pub(crate) rounds: usize,
    /// How long each operation is measured in a round.
    #[arg(long, default_value_t = 120)]
    milliseconds: u64,
    /// The folder for the samples: `round-1`, `round-2` and so on in it.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/asynccontext-benches/samples"))]
    pub(crate) samples: PathBuf,
    /// Measures only what this regular expression finds: `^poll/`, `by depth`.
    filter: Option<String>,
    /// What `cargo bench` passes.
    #[arg(long, hide = true)]
    bench: bool,
}

impl Plan {
    pub(crate) fn from_args() -> Plan {
        Plan::parse()
    }

    /// Is everything measured that criterion does not select?
    pub(crate) fn is_whole(&self) -> bool {
        self.filter.is_none()
    }

    /// Are millions of snapshots and scopes made in this round? They take their time, so only
    /// every other round has them, and none that measures something else.
    pub(crate) fn grows_in(&self, round: usize) -> bool {
        let wanted = |filter: &String| filter.contains("depth") || filter.contains("snapshots");
        round % 2 == 1 && self.filter.as_ref().is_none_or(wanted)
    }

    pub(crate) fn criterion(&self, round: usize) -> Criterion {
        let criterion = Criterion::default()
            .without_plots()
            .sample_size(20)
            .warm_up_time(Duration::from_millis(self.milliseconds / 4))
            .measurement_time(Duration::from_millis(self.milliseconds))
            .nresamples(1_000) // of what it computes only the samples are used
            .output_directory(&self.samples.join(format!("round-{round}")));
        match &self.filter {
            Some(filter) => criterion.with_filter(filter),
            None => criterion,
        }
    }
}
