//! Syntax errors with the line that they are in, and the kind of a text.

use std::path::Path;

use boa_engine::{JsError, JsNativeError};
use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::SourceType;

use crate::transform::Goal;

/// The number of characters of a line that an excerpt shows.
const WIDTH: usize = 100;

/// Returns a syntax error of the engine with its place in `text` and the line there. Other errors are returned unchanged.
///
/// The program starts after `before` bytes of the text.
pub(crate) fn explain(error: JsError, text: &str, before: usize, goal: Goal, path: Option<&Path>) -> JsError {
    let Some(native) = error.as_native().filter(|native| native.is_syntax()) else { return error };
    let (message, of_engine) = split(native.message());
    let place = end(message, text);
    let Some((line, column)) = place.or_else(|| found(text, goal)).or(of_engine) else {
        return JsNativeError::syntax().with_message(message.to_owned()).into();
    };
    let name = path.map_or_else(|| "program".to_owned(), |path| path.display().to_string());
    let column = if line == 1 { column.saturating_sub(before).max(1) } else { column };
    let excerpt = excerpt(text.get(before..).unwrap_or(text), line, column);
    JsNativeError::syntax().with_message(format!("{message} ({name}:{line}:{column})\n{excerpt}")).into()
}

/// Returns the place of a byte of a text, and its line with a mark.
pub(crate) fn place(text: &str, offset: usize, path: Option<&Path>) -> (String, String) {
    let (line, column) = line_and_column(text, offset).unwrap_or((1, 1));
    let name = path.map_or_else(|| "program".to_owned(), |path| path.display().to_string());
    (format!("{name}:{line}:{column}"), excerpt(text, line, column))
}

fn line_and_column(text: &str, offset: usize) -> Option<(usize, usize)> {
    let before = text.get(..offset)?;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    Some((before.matches('\n').count() + 1, before.get(start..)?.chars().count() + 1))
}

/// Splits a message of the engine into its words and its place. The engine states the start of the text if it does not know
/// the place.
fn split(message: &str) -> (&str, Option<(usize, usize)>) {
    let Some((words, place)) = message.rsplit_once(" at line ") else { return (message, None) };
    let Some((line, column)) = place.split_once(", col ") else { return (message, None) };
    match (line.parse(), column.parse()) {
        (Ok(1), Ok(1)) => (words, None),
        (Ok(line), Ok(column)) => (words, Some((line, column))),
        _ => (message, None),
    }
}

/// Returns the place of the first error that the parser of the transform finds.
fn found(text: &str, goal: Goal) -> Option<(usize, usize)> {
    let allocator = Allocator::default();
    let kind = if goal == Goal::Module { SourceType::mjs() } else { SourceType::cjs() };
    let parsed = Parser::new(&allocator, text, kind).parse();
    let offset = parsed.diagnostics.iter().find_map(|error| Some(error.labels.first()?.offset()))?;
    line_and_column(text, offset as usize)
}

/// Whether a text has syntax of ECMAScript modules: `import`, `export` or `import.meta`.
pub(crate) fn is_module(text: &str) -> bool {
    let allocator = Allocator::default();
    Parser::new(&allocator, text, SourceType::mjs()).parse().module_record.has_module_syntax
}

/// Returns the end of the text for a program that is incomplete.
fn end(message: &str, text: &str) -> Option<(usize, usize)> {
    let last = text.trim_end().lines().last().unwrap_or_default();
    (message == "abrupt end").then(|| (text.trim_end().lines().count().max(1), last.chars().count() + 1))
}

/// Returns a line with a mark below the column.
fn excerpt(text: &str, line: usize, column: usize) -> String {
    let shown = text.lines().nth(line - 1).unwrap_or_default();
    // Of a long line, the part around the column.
    let first = column.saturating_sub(WIDTH / 2 + 1);
    let part: String = shown.chars().skip(first).take(WIDTH).map(|c| if c == '\t' { ' ' } else { c }).collect();
    let number = line.to_string();
    let mark = column.saturating_sub(first + 1);
    format!("  {number} | {part}\n  {:indent$} | {:mark$}^", "", "", indent = number.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_marks_the_column() {
        assert_eq!(excerpt("a\n\tlet = ;", 2, 8), "  2 |  let = ;\n    |        ^");
        let long = format!("{}!", "x".repeat(500));
        let shown = excerpt(&long, 1, 501);
        let (text, mark) = shown.split_once('\n').unwrap();
        assert_eq!(text.find('!'), mark.find('^'));
    }

    #[test]
    fn a_place_that_the_engine_does_not_know_is_left_out() {
        assert_eq!(split("bad token at line 3, col 14"), ("bad token", Some((3, 14))));
        assert_eq!(split("declared twice at line 1, col 1"), ("declared twice", None));
        assert_eq!(split("abrupt end"), ("abrupt end", None));
    }
}
