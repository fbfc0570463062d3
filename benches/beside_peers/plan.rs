//! The number of rounds, the durations, and the folder of the samples.

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use criterion::Criterion;

/// Measures asynccontext beside its peers. The reporter starts this; see benches/README.md.
#[derive(Parser, Debug)]
pub(crate) struct Plan {
    /// The number of rounds
    #[arg(long, default_value_t = 12)]
    pub(crate) rounds: usize,
    /// The duration of the measurement of each operation in a round
    #[arg(long, default_value_t = 60)]
    milliseconds: u64,
    /// The folder for the samples, with `round-1`, `round-2` and so on
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/asynccontext-benches/samples"))]
    pub(crate) samples: PathBuf,
    /// Measure only benchmarks that match this regular expression: `^poll/`, `by depth`
    filter: Option<String>,
    /// The argument that `cargo bench` passes
    #[arg(long, hide = true)]
    bench: bool,
}

impl Plan {
    pub(crate) fn from_args() -> Plan {
        Plan::parse()
    }

    /// Whether to run the measurements that criterion does not select.
    pub(crate) fn is_whole(&self) -> bool {
        self.filter.is_none()
    }

    /// Whether to create millions of snapshots and scopes. They take long, so not for a filter that selects other
    /// benchmarks.
    pub(crate) fn grows(&self) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.contains("depth") || filter.contains("snapshots"))
    }

    pub(crate) fn criterion(&self, round: usize) -> Criterion {
        let criterion = Criterion::default()
            .without_plots()
            .sample_size(200) // Short samples, since the machine is quiet for milliseconds only.
            .warm_up_time(Duration::from_millis(self.milliseconds / 4))
            .measurement_time(Duration::from_millis(self.milliseconds))
            .nresamples(1_000) // Only the samples are used, not the statistics.
            .output_directory(&self.samples.join(format!("round-{round}")));
        match &self.filter {
            Some(filter) => criterion.with_filter(filter),
            None => criterion,
        }
    }
}
