//! The cost of asynccontext-boa: the same JavaScript on Boa with and without it.
//!
//! Each round measures every side once, starting with another side each time. A ratio is the median of the
//! rounds' ratios.

mod estimate;
mod operation;
mod report;
mod side;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};

use estimate::Estimate;
use operation::OPERATIONS;
use report::{Cost, Row};
use side::{Failure, Side, Worker};

/// Measures the cost of AsyncContext in the JavaScript engine Boa, compared with the engine alone.
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  cargo run --release -p asynccontext-benches-engine
  cargo run --release -p asynccontext-benches-engine -- --only then await --rounds 40
  cargo run --release -p asynccontext-benches-engine -- --format json > engine.json")]
struct Args {
    /// The number of steps of each operation on each side, in all rounds together
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1..))]
    steps: u32,
    /// The number of rounds
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// The names of the operations to measure
    #[arg(long, num_args = 1.., value_parser = OPERATIONS.map(|operation| operation.name).to_vec())]
    only: Vec<String>,
    /// The sides to measure; ratios need `plain`
    #[arg(long, value_enum, num_args = 1.., default_values_t = Side::ALL)]
    sides: Vec<Side>,
    /// The format of the report
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Table,
    Json,
}

fn main() -> ExitCode {
    match measure(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(args: &Args) -> Result<(), Box<dyn Error>> {
    let workers = args.sides.iter().map(|side| Worker::start(*side)).collect::<Result<Vec<_>, _>>()?;
    let rounds = args.rounds.min(args.steps);
    let steps = args.steps / rounds;
    let mut rows: Vec<Row> = Vec::new();
    for (at, operation) in OPERATIONS.iter().enumerate() {
        if !args.only.is_empty() && !args.only.iter().any(|name| name == operation.name) {
            continue;
        }
        eprintln!("{}", operation.title);
        let times = interleave(&workers, at, steps, rounds)?;
        rows.push((operation, costs(&workers, &times, steps)));
    }
    match args.format {
        Format::Table => println!("{}", report::table(&rows)),
        Format::Json => println!("{:#}", report::json(&rows, steps, rounds)),
    }
    Ok(())
}

/// Returns the times of each worker, round by round.
fn interleave(workers: &[Worker], operation: usize, steps: u32, rounds: u32) -> Result<Vec<Vec<Duration>>, Failure> {
    let mut times = vec![Vec::new(); workers.len()];
    for worker in workers {
        worker.time(operation, steps.min(1000))?; // A warm-up, for objects that are created once.
    }
    for round in 0..rounds as usize {
        let mut order: Vec<_> = workers.iter().zip(&mut times).collect();
        order.rotate_left(round % workers.len().max(1));
        for (worker, times) in order {
            times.push(worker.time(operation, steps)?);
        }
    }
    Ok(times)
}

fn costs(workers: &[Worker], times: &[Vec<Duration>], steps: u32) -> Vec<Cost> {
    let floor = workers.iter().zip(times).find(|(worker, _)| worker.side == Side::Plain).map(|(_, times)| times);
    let cost = |(worker, times): (&Worker, &Vec<Duration>)| {
        let ratio = floor.and_then(|floor| Estimate::of_ratios(times, floor));
        Some(Cost { side: worker.side, step: Estimate::of_times(times, steps)?, ratio })
    };
    workers.iter().zip(times).filter_map(cost).collect()
}
