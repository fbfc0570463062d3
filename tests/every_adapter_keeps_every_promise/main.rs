//! Every adapter against every guarantee: one row for each adapter, one column for each guarantee,
//! and a check in each cell.
//!
//! `cargo test --all-features --test every_adapter_keeps_every_promise -- --nocapture` prints the
//! matrix. A row defines how its adapter carries a piece of work (`row.rs`), and the columns do the
//! rest (`column.rs`), so no row can omit a cell. If an adapter can't be moved to another worker,
//! its row has the reason, and the check is that it never is.
//!
//! The closures of a parallel iterator have a test for each method in
//! `parallel_iterators_call_closures_in_their_snapshot.rs`; here they are two rows.

#![allow(unreachable_pub)]
// Without features some rows are missing, and so are the items that only they use.
#![cfg_attr(not(feature = "tokio-rt-multi-thread"), allow(dead_code, clippy::drop_non_drop))]

mod column;
mod probe;
mod row;
mod rows;
#[path = "../support/mod.rs"]
mod support;

use std::thread;

use column::COLUMNS;
use row::{Moves, Row};

/// Checks one cell, on a thread of its own, and returns the text to print, or `None` if the
/// guarantee is broken.
fn cell(row: &'static Row, column: &str, check: fn(&'static Row)) -> Option<&'static str> {
    thread::spawn(move || check(row)).join().ok()?;
    match row.moves {
        Moves::Never(why) if column == column::SWITCH => Some(why),
        _ => Some("yes"),
    }
}

#[test]
fn the_matrix() {
    let rows: Vec<_> = rows::all().collect();
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    let mut broken = Vec::new();
    println!("\n{:width$}  {}", "", COLUMNS.map(|(column, _)| column).join(" | "));
    for row in rows {
        let cells = COLUMNS.map(|(column, check)| {
            let cell = cell(row, column, check).unwrap_or_else(|| {
                broken.push(format!("{}: {column}", row.name));
                "NO"
            });
            format!("{cell:0$}", column.len())
        });
        println!("{:width$}  {}", row.name, cells.join(" | ").trim_end());
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// Readers find a row by its name.
#[test]
fn no_two_rows_have_one_name() {
    let mut names: Vec<_> = rows::all().map(|row| row.name).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
}
