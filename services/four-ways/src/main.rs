//! Runs the four ways under one load and prints what each costs and loses.

use std::error::Error;

use clap::{Parser, ValueEnum};
use four_ways::load::{Outcome, Round, median, quantile, run};
use four_ways::log::Place;
use serde_json::json;

/// Runs one HTTP service in four ways under one load, and prints what each costs and loses.
#[derive(Parser)]
#[command(
    after_help = "Examples:\n  four-ways\n  four-ways --requests 200000 --in-flight 200\n  four-ways --format json"
)]
struct Arguments {
    /// Requests for each way, in all rounds together
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..))]
    requests: u32,
    /// Requests in flight at a time
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    in_flight: u32,
    /// Rounds, in each of which all ways run one after the other
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
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

/// The ratios to the first way, round by round.
fn ratios(outcome: &Outcome, by_hand: &Outcome, figure: fn(&Round) -> f64) -> Vec<f64> {
    outcome.rounds.iter().zip(&by_hand.rounds).map(|(one, other)| figure(one) / figure(other)).collect()
}

fn percent(ratios: Vec<f64>) -> String {
    let [low, middle, high] = [0.25, 0.5, 0.75].map(|share| (quantile(ratios.iter().copied(), share) - 1.0) * 100.0);
    format!("{middle:+.1} % ({low:+.1} to {high:+.1})")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let arguments = Arguments::parse();
    let [requests, in_flight, rounds] = [arguments.requests, arguments.in_flight, arguments.rounds].map(|n| n as usize);
    let outcomes = run(requests, in_flight, rounds).await?;
    let by_hand = &outcomes[0];
    let figures: [fn(&Round) -> f64; 3] = [|round| round.throughput, |round| round.p50, |round| round.p99];
    if let Format::Json = arguments.format {
        let ways = outcomes.iter().map(|outcome| {
            let [throughput, p50, p99] = figures.map(|figure| median(outcome.rounds.iter().map(figure)));
            let relative = figures.map(|figure| median(ratios(outcome, by_hand, figure)));
            let places = Place::ALL.iter().zip(outcome.counts).map(|(place, count)| {
                (place.name().to_owned(), json!({ "right": count.right, "lost": count.lost, "wrong": count.wrong }))
            });
            json!({
                "way": outcome.way.name(), "plumbing": outcome.way.plumbing(),
                "throughput": throughput, "p50_us": p50, "p99_us": p99,
                "relative": { "throughput": relative[0], "p50": relative[1], "p99": relative[2] },
                "places": places.collect::<serde_json::Map<_, _>>(),
            })
        });
        println!("{:#}", json!(ways.collect::<Vec<_>>()));
        return Ok(());
    }
    println!("| way | lines of plumbing | requests/s | throughput | p50 | p99 | lost | wrong |");
    println!("|---|---|---|---|---|---|---|---|");
    for outcome in &outcomes {
        let per_second = median(outcome.rounds.iter().map(figures[0]));
        let [throughput, p50, p99] = figures.map(|figure| percent(ratios(outcome, by_hand, figure)));
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
        let (name, plumbing) = (outcome.way.name(), outcome.way.plumbing());
        println!("| {name} | {plumbing} | {per_second:.0} | {throughput} | {p50} | {p99} | {lost} | {wrong} |");
    }
    println!("\nRelative to by hand: the median of the rounds' ratios, and the quartiles as the noise.");
    Ok(())
}
