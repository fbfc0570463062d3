//! The words of the command line.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValue;
use clap::{Parser, ValueEnum};

use crate::phase::Phase;
use crate::program::generate;

const AFTER: &str = "\
Examples:
  asynccontext-soak --minutes 30                 on all processors, from seed 0
  asynccontext-soak --programs 20000 --seed 7    as many programs, for a gate
  asynccontext-soak --programs 1 --seed 684      one program again
  asynccontext-soak --programs 20 --without threads,tokio,rayon --threads 1

Exit codes:
  0  every read and every value's life was as the model says
  1  a program failed; it is printed as small as it could be made. If it ended the process, the seeds
     of those that ran are printed
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
    /// What is registered for the whole process; without it, each in turn
    #[arg(long, value_name = "PHASE")]
    phase: Option<Phase>,
    /// How many failing programs end the run
    #[arg(long, value_name = "N", default_value = "5")]
    pub(crate) failures: NonZeroUsize,
    /// Where to note which programs run, for the process that watches this one
    #[arg(long, value_name = "FILE", hide = true)]
    pub(crate) notes: Option<PathBuf>,
    /// End the process in the middle of a program, to see that it is noticed
    #[arg(long, hide = true)]
    pub(crate) abort: bool,
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
    /// Companions, and their panics
    Companions,
    /// Hooks on resources
    Hooks,
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

    /// The ends of all phases but the last are so many of this many parts of the whole.
    pub(crate) fn end_of(&self, phase: Phase) -> Until {
        let phases = self.phases();
        let at = phases.iter().position(|other| *other == phase).map_or(1, |at| at + 1);
        match self.until() {
            Until::Programs(programs) => Until::Programs((programs * at as u64).div_ceil(phases.len() as u64)),
            Until::Elapsed(time) => Until::Elapsed(time * at as u32 / phases.len() as u32),
        }
    }

    pub(crate) fn threads(&self) -> usize {
        let processors = std::thread::available_parallelism();
        self.threads.or(processors.ok()).map_or(1, NonZeroUsize::get)
    }

    pub(crate) fn options(&self, phase: Phase) -> generate::Options {
        let has = |part| !self.without.contains(&part);
        generate::Options {
            companions: phase >= Phase::Companions,
            scale: self.scale,
            threads: has(Part::Threads),
            tokio: has(Part::Tokio),
            rayon: has(Part::Rayon),
            panics: has(Part::Panics),
        }
    }

    /// The phases to go through.
    pub(crate) fn phases(&self) -> Vec<Phase> {
        let left_out = |phase: &Phase| match phase {
            Phase::Plain => false,
            Phase::Companions => self.without.contains(&Part::Companions),
            Phase::Hooks => self.without.contains(&Part::Hooks) || self.without.contains(&Part::Companions),
        };
        let all = vec![Phase::Plain, Phase::Companions, Phase::Hooks];
        self.phase.map_or_else(|| all.into_iter().filter(|phase| !left_out(phase)).collect(), |phase| vec![phase])
    }

    /// What has to be said as well to run one of the programs again.
    pub(crate) fn again(&self, phase: &str) -> String {
        let mut text = format!(" --phase {phase}");
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
