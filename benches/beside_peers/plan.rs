//! How often and how long is measured, and where the samples go.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use criterion::Criterion;

/// Measures asynccontext beside its peers. The reporter starts this; see benches/README.md.
#[derive(Parser, Debug)]
pub(crate) struct Plan {
    /// How many times everything is measured.
    #[arg(long, default_value_t = 12)]
    pub(crate) rounds: usize,
    /// How long each operation is measured in a round.
    #[arg(long, default_value_t = 60)]
    milliseconds: u64,
    /// The folder for the samples: `round-1`, `round-2` and so on in it.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/asynccontext-benches/samples"))]
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

    /// Are millions of snapshots and scopes made? They take their time, so not for a filter
    /// that selects something else.
    pub(crate) fn grows(&self) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.contains("depth") || filter.contains("snapshots"))
    }

    pub(crate) fn criterion(&self, round: usize) -> Criterion {
        let criterion = Criterion::default()
            .without_plots()
            .sample_size(200) // short ones: the machine is quiet for milliseconds only
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
