//! The words of the command line.

use std::num::NonZeroUsize;
use std::time::Duration;

use clap::builder::PossibleValue;
use clap::{Parser, ValueEnum};

use crate::program::generate;

const AFTER: &str = "\
Examples:
  asynccontext-soak --minutes 30                 on all processors, from seed 0
  asynccontext-soak --programs 20000 --seed 7    as many programs, for a gate
  asynccontext-soak --programs 1 --seed 684      one program again
  asynccontext-soak --programs 20 --without threads,tokio,rayon --threads 1

Exit codes:
  0  every read and every value's life was as the model says
  1  a program failed; it is printed as small as it could be made
  2  bad usage";

/// Runs random programs on the crate `asynccontext` and on a plain model at once, and compares
/// what every variable reads and which values are alive after every step.
#[derive(Debug, Parser)]
#[command(name = "asynccontext-soak", version, after_help = AFTER, max_term_width = 100)]
pub(crate) struct Args {
    /// How long to go on [default: 1, unless --programs is given]
    #[arg(long, value_name = "N", conflicts_with = "programs", value_parser = positive)]
    minutes: Option<f64>,
    /// How many programs to run
    #[arg(long, value_name = "N")]
    programs: Option<u64>,
    /// The seed of the first program; the others follow it
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub(crate) seed: u64,
    /// How many programs run side by side [default: as many as there are processors]
    #[arg(long, value_name = "T")]
    threads: Option<NonZeroUsize>,
    /// How long programs are, relative to the usual
    #[arg(long, value_name = "F", default_value_t = 1.0, value_parser = positive)]
    scale: f64,
    /// What programs leave out
    #[arg(long, value_name = "PARTS", value_delimiter = ',')]
    without: Vec<Part>,
    /// How many failing programs end the run
    #[arg(long, value_name = "N", default_value = "5")]
    pub(crate) failures: NonZeroUsize,
    /// Make the model wrong, to see that it is noticed
    #[arg(long, hide = true)]
    pub(crate) plant: bool,
}

/// A part of the API that programs may leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Steps on other threads
    Threads,
    /// Tasks of tokio
    Tokio,
    /// Jobs of rayon
    Rayon,
    /// Panics, those of drops too
    Panics,
}

fn positive(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if number > 0.0 && number.is_finite() { Ok(number) } else { Err("not a positive number".to_owned()) }
}

/// When a run ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Until {
    Elapsed(Duration),
    Programs(u64),
}

impl Args {
    pub(crate) fn until(&self) -> Until {
        match self.programs {
            Some(programs) => Until::Programs(programs),
            None => Until::Elapsed(Duration::from_secs_f64(self.minutes.unwrap_or(1.0) * 60.0)),
        }
    }

    pub(crate) fn threads(&self) -> usize {
        let processors = std::thread::available_parallelism();
        self.threads.or(processors.ok()).map_or(1, NonZeroUsize::get)
    }

    pub(crate) fn options(&self) -> generate::Options {
        let has = |part| !self.without.contains(&part);
        generate::Options {
            scale: self.scale,
            threads: has(Part::Threads),
            tokio: has(Part::Tokio),
            rayon: has(Part::Rayon),
            panics: has(Part::Panics),
        }
    }

    /// What has to be said as well to run one of the programs again.
    pub(crate) fn again(&self) -> String {
        let mut text = String::new();
        if self.scale != 1.0 {
            text += &format!(" --scale {}", self.scale);
        }
        if !self.without.is_empty() {
            let parts: Vec<_> = self.without.iter().filter_map(Part::to_possible_value).collect();
            let names: Vec<&str> = parts.iter().map(PossibleValue::get_name).collect();
            text += &format!(" --without {}", names.join(","));
        }
        text
    }
}
