//! The report: limits first, then every figure.

use std::fmt::Write;

use crate::languages::Runtime;
use crate::limits::{Limit, Measured, Of, Outcome, Verdict};
use crate::samples::Samples;
use crate::table::{nanoseconds, table};
use crate::{machine, plot};

/// The name of the crate, which is first in each table.
const OURS: &str = "asynccontext";

/// Returns the table of limits and their results.
pub(crate) fn limits(verdicts: &[Verdict<'_>]) -> String {
    let row = |verdict: &Verdict<'_>| {
        let (value, more, word) = match &verdict.outcome {
            Outcome::Kept(value, more) => (number(*value), more.clone(), "kept"),
            Outcome::Missed(value, more) => (number(*value), more.clone(), "**missed**"),
            Outcome::Absent => (String::new(), String::new(), "**not measured**"),
        };
        let limit = verdict.limit;
        [limit.what.clone(), against(limit), number(limit.at_most), value, more, word.to_owned()]
    };
    let rows: Vec<_> = verdicts.iter().map(row).collect();
    let mut text = table(["what", "in terms of", "at most", "measured", "", ""], &rows);
    for Verdict { limit, outcome } in verdicts {
        if let (Outcome::Missed(..), Some(why)) = (outcome, &limit.missed) {
            let _ = write!(text, "\n**{}, in terms of {}**: {}\n", limit.what, against(limit), why.trim());
        }
    }
    let count = |which: fn(&Outcome) -> bool| verdicts.iter().filter(|verdict| which(&verdict.outcome)).count();
    let kept = count(|outcome| matches!(outcome, Outcome::Kept(..)));
    let missed = count(|outcome| matches!(outcome, Outcome::Missed(..)));
    let absent = verdicts.len() - kept - missed;
    let _ = write!(text, "\n{kept} limits are kept, {missed} missed, {absent} not measured.\n");
    text
}

fn number(value: f64) -> String {
    if value.fract() == 0.0 && value >= 4.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

fn against(limit: &Limit) -> String {
    match &limit.of {
        Of::Ratio { against, over: None, .. } => against.clone(),
        Of::Ratio { against, over: Some(_), .. } => format!("what {} adds", who(against)),
        Of::Flat { .. } => "the cheapest size".to_owned(),
        Of::Cliffs { .. } => "the mean of its neighbors".to_owned(),
        Of::Figure { figure } => figure.clone(),
    }
}

fn who(id: &str) -> &str {
    id.rsplit_once('/').map_or(id, |(_, who)| who)
}

/// Returns the text of `RESULTS.md`.
pub(crate) fn all(measured: &Measured, verdicts: &[Verdict<'_>], languages: &[Runtime]) -> String {
    let samples = &measured.samples;
    let mut text = format!(
        "# Results\n\nWritten by `cargo run --release -p asynccontext-benches`; not by hand. \
         [README.md](README.md) describes what is measured and how a figure is computed.\n\n\
         On {}. {} rounds.\n\nPeers: {}.\n\n## Limits\n\n\
         Beside each ratio the middle half of what single rounds give.\n\n{}",
        machine::describe(),
        samples.rounds(),
        machine::versions().join(", "),
        limits(verdicts),
    );
    text.push_str("\n## Plots\n");
    for plot in plot::PLOTS {
        let _ = write!(text, "\n![{}](plots/{}.svg)\n", plot.title, plot.file);
    }
    text.push_str("\n## Costs\n\nThe least round. Absolute figures hold for this machine at its quietest.\n");
    for operation in samples.operations() {
        if is_single(samples, operation) {
            continue;
        }
        let _ = write!(text, "\n{}", costs(samples, operation));
    }
    let rows: Vec<[String; 2]> = samples
        .operations()
        .into_iter()
        .filter(|operation| is_single(samples, operation))
        .flat_map(|operation| {
            samples.of(operation).into_iter().map(move |(_, cost)| [operation.to_owned(), nanoseconds(cost)])
        })
        .collect();
    let _ = write!(text, "\nThe crate alone:\n\n{}", table(["operation", "cost"], &rows));
    if !measured.figures.is_empty() {
        let rows: Vec<_> = measured.figures.iter().map(|(name, value)| [name.clone(), number(*value)]).collect();
        let _ = write!(text, "\n## Exact figures\n\n{}", table(["figure", ""], &rows));
    }
    text.push_str(&other_languages(languages));
    text
}

/// Whether only the crate was measured for this operation.
fn is_single(samples: &Samples, operation: &str) -> bool {
    matches!(samples.of(operation)[..], [(OURS, _)])
}

/// Returns the table of one operation: the crate first, then the others by cost. Sizes are in their order.
fn costs(samples: &Samples, operation: &str) -> String {
    let mut all = samples.of(operation);
    if all.iter().all(|(who, _)| who.parse::<u64>().is_ok()) {
        all.sort_by_key(|(size, _)| size.parse::<u64>().unwrap_or(0));
    } else {
        all.sort_by(|(a, x), (b, y)| (*a != OURS).cmp(&(*b != OURS)).then(x.total_cmp(y)));
    }
    let first = all.first().map(|(who, _)| format!("{operation}/{who}")).unwrap_or_default();
    let times = |who: &str| samples.ratio(&format!("{operation}/{who}"), &first, None);
    let row = |(who, cost): &(&str, f64)| {
        let times = times(who).map_or(String::new(), |ratio| format!("{:.2}", ratio.value));
        [(*who).to_owned(), nanoseconds(*cost), times]
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    table([operation, "cost", "times the first"], &rows)
}

fn other_languages(languages: &[Runtime]) -> String {
    let mut text = String::from(
        "\n## Other languages\n\nEach in a process of its own, under its own compiler or interpreter, so these are \
         no ratios of one run: they say what a program there pays. Medians of the rounds, with the middle half.\n",
    );
    for runtime in languages {
        let _ = write!(text, "\n{}\n", runtime.name);
        if runtime.costs.is_empty() {
            text.push_str("\nnot run\n");
            continue;
        }
        let row = |(operation, cost): (&String, &crate::languages::Cost)| {
            let spread = format!("{} to {}", nanoseconds(cost.low), nanoseconds(cost.high));
            [operation.clone(), nanoseconds(cost.median), spread]
        };
        let rows: Vec<_> = runtime.costs.iter().map(row).collect();
        let _ = write!(text, "\n{}", table(["operation", "median", "middle half"], &rows));
    }
    text
}
