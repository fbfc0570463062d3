//! Runs the four ways under one load and prints what each costs and loses.

use std::error::Error;

use clap::{Parser, ValueEnum};
use four_ways::load::{Outcome, Round, run};
use four_ways::log::Place;
use four_ways::statistics::{Median, quantile};
use serde_json::{Map, json};

/// Runs one HTTP service in four ways under one load, and prints what each costs and loses.
#[derive(Parser)]
#[command(
    after_help = "Examples:\n  four-ways\n  four-ways --requests 200000 --in-flight 200\n  four-ways --format json"
)]
struct Arguments {
    /// Requests for each way, in all rounds together
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..))]
    requests: u32,
    /// Requests in flight at a time
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    in_flight: u32,
    /// Rounds, in each of which every way runs twice
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// How the outcome is printed
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Table,
    Json,
}

type Figure = fn(&Round) -> f64;

/// The figures of a round, and their names.
const FIGURES: [(&str, Figure); 4] = [
    ("throughput", |round| round.throughput),
    ("processor", |round| round.processor),
    ("p50", |round| round.p50),
    ("p99", |round| round.p99),
];

/// The ratio to the first way, round by round.
fn relative(outcome: &Outcome, by_hand: &Outcome, figure: Figure) -> Median {
    Median::of(outcome.rounds.iter().zip(&by_hand.rounds).map(|(one, other)| figure(one) / figure(other)))
}

fn percent(ratio: Median) -> String {
    let [median, low, high] = [ratio.median, ratio.low, ratio.high].map(|ratio| (ratio - 1.0) * 100.0);
    format!("{median:+.1} % ({low:+.1} to {high:+.1})")
}

fn name(outcome: &Outcome) -> String {
    format!("{}{}", outcome.way.name(), if outcome.is_control { ", again" } else { "" })
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let arguments = Arguments::parse();
    let [requests, in_flight, rounds] = [arguments.requests, arguments.in_flight, arguments.rounds].map(|n| n as usize);
    let outcomes = run(requests, in_flight, rounds).await?;
    match arguments.format {
        Format::Json => print_json(&outcomes),
        Format::Table => print_table(&outcomes),
    }
    Ok(())
}

fn absolute(outcome: &Outcome, figure: Figure) -> f64 {
    quantile(outcome.rounds.iter().map(figure), 0.5)
}

fn print_json(outcomes: &[Outcome]) {
    let by_hand = &outcomes[0];
    let ways = outcomes.iter().map(|outcome| {
        let figures = FIGURES.map(|(name, figure)| {
            let Median { median, low, high } = relative(outcome, by_hand, figure);
            let relative = json!({ "median": median, "low": low, "high": high });
            (name.to_owned(), json!({ "median": absolute(outcome, figure), "relative": relative }))
        });
        let places = Place::ALL.iter().zip(outcome.counts).map(|(place, count)| {
            (place.name().to_owned(), json!({ "right": count.right, "lost": count.lost, "wrong": count.wrong }))
        });
        json!({
            "way": name(outcome), "plumbing": outcome.way.plumbing(),
            "figures": Map::from_iter(figures), "places": Map::from_iter(places),
        })
    });
    println!("{:#}", json!(ways.collect::<Vec<_>>()));
}

fn print_table(outcomes: &[Outcome]) {
    let by_hand = &outcomes[0];
    println!("| Way | Lines of plumbing | Requests/s | Throughput | Processor | p50 | p99 | Lost | Wrong |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for outcome in outcomes {
        let per_second = absolute(outcome, FIGURES[0].1);
        let [throughput, processor, p50, p99] = FIGURES.map(|(_, figure)| percent(relative(outcome, by_hand, figure)));
        let lost: Vec<String> = Place::ALL
            .iter()
            .zip(outcome.counts)
            .filter(|(_, count)| count.lost > 0)
            .map(|(place, count)| {
                format!("{} {} of {}", place.name(), count.lost, count.lost + count.right + count.wrong)
            })
            .collect();
        let lost = if lost.is_empty() { "none".to_owned() } else { lost.join(", ") };
        let wrong: usize = outcome.counts.iter().map(|count| count.wrong).sum();
        let (name, plumbing) = (name(outcome), outcome.way.plumbing());
        println!(
            "| {name} | {plumbing} | {per_second:.0} | {throughput} | {processor} | {p50} | {p99} | {lost} | {wrong} |"
        );
    }
    println!(
        "\nRelative to by hand: the median of the rounds' ratios, and its interval of 95 % confidence. The processor's \
         time is that of a request, of the client too. By hand is measured again as a control: its ratios are noise."
    );
}
