//! The arguments of the command line.

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
  0  every read and every lifetime of a value agreed with the model
  1  a program failed; it is printed as small as it could be made. If it ended the process, the seeds
     of those that ran are printed
  2  bad usage";

/// Runs random programs on the crate `asynccontext` and on a plain model, and compares the value of
/// every variable and the set of live values after every step.
#[derive(Debug, Parser)]
#[command(name = "asynccontext-soak", version, after_help = AFTER, max_term_width = 100)]
pub(crate) struct Args {
    /// The duration of the run in minutes [default: 1, unless --programs is given]
    #[arg(long, value_name = "N", conflicts_with = "programs", value_parser = positive)]
    minutes: Option<f64>,
    /// The number of programs
    #[arg(long, value_name = "N")]
    programs: Option<u64>,
    /// The seed of the first program; each other program has the next seed
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub(crate) seed: u64,
    /// The number of programs that run at the same time [default: the number of processors]
    #[arg(long, value_name = "T")]
    threads: Option<NonZeroUsize>,
    /// The length of programs, relative to the default
    #[arg(long, value_name = "F", default_value_t = 1.0, value_parser = positive)]
    scale: f64,
    /// Parts of the API that programs do not use
    #[arg(long, value_name = "PARTS", value_delimiter = ',')]
    without: Vec<Part>,
    /// The phase, which determines what is registered for the process [default: all phases in turn]
    #[arg(long, value_name = "PHASE")]
    phase: Option<Phase>,
    /// The number of failing programs that ends the run
    #[arg(long, value_name = "N", default_value = "5")]
    pub(crate) failures: NonZeroUsize,
    /// The file in which running programs are recorded for the parent process
    #[arg(long, value_name = "FILE", hide = true)]
    pub(crate) notes: Option<PathBuf>,
    /// Abort the process in the middle of a program, to test that this is reported
    #[arg(long, hide = true)]
    pub(crate) abort: bool,
    /// Make the model wrong, to test that this is reported
    #[arg(long, hide = true)]
    pub(crate) plant: bool,
}

/// A part of the API that programs need not use.
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
    /// Panics, including those in drops
    Panics,
}

fn positive(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "invalid number".to_owned())?;
    if number > 0.0 && number.is_finite() { Ok(number) } else { Err("not a positive number".to_owned()) }
}

/// The condition that ends a run.
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

    /// Returns the ends of all phases except the last, as fractions of the whole.
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

    /// Returns the phases of the run.
    pub(crate) fn phases(&self) -> Vec<Phase> {
        let left_out = |phase: &Phase| match phase {
            Phase::Plain => false,
            Phase::Companions => self.without.contains(&Part::Companions),
            Phase::Hooks => self.without.contains(&Part::Hooks) || self.without.contains(&Part::Companions),
        };
        let all = vec![Phase::Plain, Phase::Companions, Phase::Hooks];
        self.phase.map_or_else(|| all.into_iter().filter(|phase| !left_out(phase)).collect(), |phase| vec![phase])
    }

    /// Returns the arguments, besides the seed, that run one of the programs again.
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
