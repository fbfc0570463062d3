//! The names and marks of the transform, its insertions by path, and the conversion to the original text.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};

use super::insertion::Insertion;

/// The effect of an insertion on positions. Lines and columns are counted from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shift {
    line: u32,
    /// The column of the insertion in the transformed text.
    column: u32,
    length: u32,
}

/// The names and marks of one context, and the insertions in its texts.
#[derive(Debug)]
pub(crate) struct Sources {
    /// The prefix of every name that the transform introduces. It is random, so that programs cannot
    /// contain or know such a name.
    stem: String,
    shifts: RefCell<HashMap<PathBuf, Vec<Shift>>>,
    delegates: Cell<bool>,
}

impl Default for Sources {
    fn default() -> Sources {
        let random = RandomState::new().hash_one(0);
        Sources { stem: format!("$ac{random:016x}"), shifts: RefCell::default(), delegates: Cell::default() }
    }
}

/// A function that the transform calls.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Name {
    /// Returns the current mapping, or enters the given one.
    Mapping,
    /// The parameter that holds the captured mapping.
    Captured,
    /// A property that arrays of arguments do not have.
    Property,
    /// Returns the arguments from the n-th on.
    RestArray,
    /// Transforms the text for a direct `eval`.
    Eval,
    /// Transforms the text for a direct `eval` whose arguments are spread.
    EvalSpread,
    /// Wraps a generator function.
    Wrap,
    /// Returns the resources of a block.
    Resources,
    /// Returns the iterator for the operand of `yield*`.
    Delegate,
}

impl Sources {
    /// Sets whether the operands of `yield*` pass through a function.
    pub(crate) fn delegate(&self, on: bool) {
        self.delegates.set(on);
    }

    pub(super) fn delegates(&self) -> bool {
        self.delegates.get()
    }

    pub(crate) fn name(&self, name: Name) -> String {
        let suffix = match name {
            Name::Mapping => "m",
            Name::Captured => "c",
            Name::Property => "p",
            Name::RestArray => "r",
            Name::Eval => "e",
            Name::EvalSpread => "s",
            Name::Wrap => "w",
            Name::Resources => "u",
            Name::Delegate => "d",
        };
        format!("{}{suffix}", self.stem)
    }

    /// Returns `text` between the marks.
    pub(crate) fn marked(&self, text: &str) -> String {
        let stem = &self.stem;
        format!("/*{stem}<*/{text}/*>{stem}*/")
    }

    /// Returns the text before and after a part of the program that becomes a comment.
    pub(super) fn hidden(&self) -> (String, String) {
        (format!("/*{}[", self.stem), format!("]{}*/", self.stem))
    }

    /// Returns the original of a transformed text.
    pub(crate) fn restore_text(&self, text: &str) -> Option<String> {
        if !text.contains(&self.stem) {
            return None;
        }
        let (hide, show) = self.hidden();
        let text = text.replace(&hide, "").replace(&show, "");
        let (open, close) = (format!("/*{}<*/", self.stem), format!("/*>{}*/", self.stem));
        let mut rest = text.as_str();
        let mut result = String::with_capacity(text.len());
        while let Some((before, after)) = rest.split_once(&open) {
            result.push_str(before);
            rest = after.split_once(&close).map_or("", |(_, after)| after);
        }
        result.push_str(rest);
        Some(result)
    }

    /// Records the insertions in the text of `path`.
    pub(super) fn remember(&self, path: Option<&Path>, text: &str, insertions: &[Insertion]) {
        let Some(path) = path else { return };
        let shifts = shifts(text, insertions);
        if shifts.is_empty() {
            self.shifts.borrow_mut().remove(path);
        } else {
            self.shifts.borrow_mut().insert(path.to_path_buf(), shifts);
        }
    }

    /// Returns a message in which every `path:line:column` of a known path refers to the original text
    /// instead of the transformed one.
    pub(crate) fn restore_positions(&self, message: &str) -> String {
        let mut message = message.to_owned();
        for (path, shifts) in self.shifts.borrow().iter() {
            message = restore_in(&message, &format!("{}:", path.display()), shifts);
        }
        message
    }
}

fn shifts(text: &str, insertions: &[Insertion]) -> Vec<Shift> {
    let mut shifts = Vec::with_capacity(insertions.len());
    let (mut line, mut line_start, mut added) = (1, 0, 0);
    let mut from = 0;
    for insertion in insertions {
        for (offset, ch) in text[from..insertion.at].char_indices() {
            if ch == '\n' || ch == '\u{2028}' || ch == '\u{2029}' {
                line += 1;
                line_start = from + offset + ch.len_utf8();
                added = 0;
            }
        }
        from = insertion.at;
        let column = text[line_start..insertion.at].chars().count() + added + 1;
        shifts.push(Shift { line, column: column as u32, length: insertion.text.len() as u32 });
        added += insertion.text.len();
    }
    shifts
}

fn restore_in(message: &str, prefix: &str, shifts: &[Shift]) -> String {
    let mut result = String::with_capacity(message.len());
    let mut rest = message;
    while let Some((before, after)) = rest.split_once(prefix) {
        result.push_str(before);
        result.push_str(prefix);
        rest = after;
        let Some((line, column, length)) = position(after) else { continue };
        result.push_str(&format!("{line}:{}", original_column(line, column, shifts)));
        rest = &after[length..];
    }
    result.push_str(rest);
    result
}

/// Parses `line:column` at the start of a text. Returns both numbers and the length.
fn position(text: &str) -> Option<(u32, u32, usize)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let line = digits(text);
    let rest = text[line..].strip_prefix(':')?;
    let column = digits(rest);
    Some((text[..line].parse().ok()?, rest[..column].parse().ok()?, line + 1 + column))
}

fn original_column(line: u32, column: u32, shifts: &[Shift]) -> u32 {
    let before = shifts.iter().filter(|shift| shift.line == line && shift.column < column);
    let added: u32 = before.map(|shift| shift.length.min(column - shift.column)).sum();
    column - added
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_after_an_insertion_move_back() {
        let sources = Sources::default();
        let text = "a\nbc(d)";
        let insertions = [Insertion { at: 3, text: "XXX".into() }, Insertion { at: 5, text: "YY".into() }];
        // bXXXc(YYd)
        sources.remember(Some(Path::new("f.js")), text, &insertions);
        for (column, expected) in [(1, 1), (2, 2), (5, 2), (6, 3), (9, 4), (10, 5)] {
            let restored = sources.restore_positions(&format!("at g (f.js:2:{column})"));
            assert_eq!(restored, format!("at g (f.js:2:{expected})"), "column {column}");
        }
        assert_eq!(sources.restore_positions("f.js:1:9 f.js: other.js:2:9"), "f.js:1:9 f.js: other.js:2:9");
    }

    #[test]
    fn a_text_is_returned_without_its_marks() {
        let sources = Sources::default();
        let (hide, show) = sources.hidden();
        let text = format!("function*{}{hide}g{show}(){}{{}}", sources.marked("1"), sources.marked("2"));
        assert_eq!(sources.restore_text(&text).unwrap(), "function*g(){}");
        assert_eq!(sources.restore_text("function g() {}"), None);
    }
}
