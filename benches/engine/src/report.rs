//! The reports.

use serde_json::{Value, json};

use crate::estimate::Estimate;
use crate::operation::Operation;
use crate::side::Side;

/// The cost of one operation on one side.
#[derive(Debug)]
pub(crate) struct Cost {
    pub(crate) side: Side,
    /// The nanoseconds per step.
    pub(crate) step: Estimate,
    /// The ratio to the engine alone, if that was measured too.
    pub(crate) ratio: Option<Estimate>,
}

/// An operation and its costs.
pub(crate) type Row = (&'static Operation, Vec<Cost>);

/// Returns a Markdown table: the nanoseconds per step, and the ratio to the engine alone with the quartiles of
/// the rounds.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut lines = Vec::new();
    if let Some((_, costs)) = rows.first() {
        let heads: Vec<_> = costs.iter().map(|cost| format!(" {} |", head(cost.side))).collect();
        lines.push(format!("| step |{}", heads.concat()));
        lines.push(format!("|---|{}", "---|".repeat(costs.len())));
    }
    for (operation, costs) in rows {
        let cells: Vec<_> = costs.iter().map(|cost| format!(" {} |", cell(cost))).collect();
        lines.push(format!("| {} |{}", operation.title, cells.concat()));
    }
    lines.join("\n")
}

fn head(side: Side) -> &'static str {
    match side {
        Side::Plain => "Boa, ns",
        Side::Again => "Boa again",
        Side::Empty => "with AsyncContext, nothing bound",
        Side::Untransformed => "the same, texts not transformed",
        Side::Bound => "inside a `run`",
    }
}

fn cell(Cost { side, step, ratio }: &Cost) -> String {
    match ratio {
        Some(ratio) if *side != Side::Plain => {
            format!("{:.0}: **{:.2}** ({:.2} to {:.2})", step.median, ratio.median, ratio.low, ratio.high)
        }
        _ => format!("{:.0} ({:.0} to {:.0})", step.median, step.low, step.high),
    }
}

/// Returns the report as JSON.
pub(crate) fn json(rows: &[Row], steps: u32, rounds: u32) -> Value {
    let rows = rows.iter().map(|(operation, costs)| {
        let sides = costs.iter().map(|cost| {
            json!({
                "side": cost.side.name(),
                "nanoseconds": estimate(&cost.step),
                "ratio": cost.ratio.as_ref().map(estimate),
            })
        });
        json!({ "name": operation.name, "title": operation.title, "sides": sides.collect::<Vec<_>>() })
    });
    json!({ "steps": steps, "rounds": rounds, "operations": rows.collect::<Vec<_>>() })
}

fn estimate(of: &Estimate) -> Value {
    json!({ "median": of.median, "low": of.low, "high": of.high })
}
