//! Tables that are readable as text and as Markdown.

use std::fmt::Write;

/// Returns a table with a head. All columns except the first are aligned to the right if they contain numbers.
pub(crate) fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].as_str());
        cells.chain([head[column]]).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let mut text = String::new();
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        for (cell, width) in cells.zip(widths) {
            let _ = write!(text, "| {cell:width$} "); // Writing to a string cannot fail.
        }
        text.push_str("|\n");
    };
    line(&mut head.iter().copied());
    let rule = widths.map(|width| "-".repeat(width));
    line(&mut rule.iter().map(String::as_str));
    for row in rows {
        line(&mut row.iter().map(String::as_str));
    }
    text
}

/// Returns a time in nanoseconds with three significant digits.
pub(crate) fn nanoseconds(ns: f64) -> String {
    match ns {
        ns if ns < 9.95 => format!("{ns:.1} ns"),
        ns if ns < 9_950.0 => format!("{ns:.0} ns"),
        ns if ns < 9_950_000.0 => format!("{:.0} µs", ns / 1e3),
        ns => format!("{:.0} ms", ns / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_as_wide_as_its_widest_cell() {
        let rows = [["a".to_owned(), "10 µs".to_owned()]];
        assert_eq!(table(["who", "ns"], &rows), "| who | ns    |\n| --- | ----- |\n| a   | 10 µs |\n");
    }

    #[test]
    fn costs_are_written_in_their_unit() {
        assert_eq!([0.51, 12.4, 12_400.0, 12_400_000.0].map(nanoseconds), ["0.5 ns", "12 ns", "12 µs", "12 ms"]);
    }
}
