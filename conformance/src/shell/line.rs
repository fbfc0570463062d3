//! A line that is edited on a terminal: its text, the cursor, the history, and how keys change them.

use unicode_width::UnicodeWidthChar as _;

/// A key, or several bytes that a terminal sends for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Char(char),
    Enter,
    Backspace,
    Delete,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    /// Ctrl-C.
    Interrupt,
    /// Ctrl-D.
    EndOfInput,
    /// Ctrl-K: deletes from the cursor to the end.
    DeleteRest,
    /// Ctrl-U: deletes from the start to the cursor.
    DeleteStart,
    /// Ctrl-W: deletes the word before the cursor.
    DeleteWord,
    Other,
}

impl Key {
    /// Reads one key. Returns nothing at the end of the input.
    pub(super) fn read(mut byte: impl FnMut() -> Option<u8>) -> Option<Key> {
        Some(match byte()? {
            b'\r' | b'\n' => Key::Enter,
            0x7f | 0x08 => Key::Backspace,
            0x01 => Key::Home,
            0x02 => Key::Left,
            0x03 => Key::Interrupt,
            0x04 => Key::EndOfInput,
            0x05 => Key::End,
            0x06 => Key::Right,
            0x0b => Key::DeleteRest,
            0x0e => Key::Down,
            0x10 => Key::Up,
            0x15 => Key::DeleteStart,
            0x17 => Key::DeleteWord,
            b'\t' => Key::Char(' '),
            0x1b => Key::sequence(byte)?,
            0..0x20 => Key::Other,
            first => Key::Char(character(first, byte)?),
        })
    }

    /// Reads the rest of an escape sequence: `[` or `O`, parameters, and a final byte.
    fn sequence(mut byte: impl FnMut() -> Option<u8>) -> Option<Key> {
        if !matches!(byte()?, b'[' | b'O') {
            return Some(Key::Other);
        }
        let mut parameters = Vec::new();
        loop {
            let next = byte()?;
            if (0x40..0x7f).contains(&next) {
                return Some(match (next, parameters.as_slice()) {
                    (b'A', _) => Key::Up,
                    (b'B', _) => Key::Down,
                    (b'C', _) => Key::Right,
                    (b'D', _) => Key::Left,
                    (b'H', _) | (b'~', b"1" | b"7") => Key::Home,
                    (b'F', _) | (b'~', b"4" | b"8") => Key::End,
                    (b'~', b"3") => Key::Delete,
                    _ => Key::Other,
                });
            }
            parameters.push(next);
        }
    }
}

/// Reads the rest of a character in UTF-8.
fn character(first: u8, mut byte: impl FnMut() -> Option<u8>) -> Option<char> {
    let length = match first {
        0..0x80 => 1,
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0.. => 4,
        _ => 1,
    };
    let mut bytes = vec![first];
    while bytes.len() < length {
        bytes.push(byte()?);
    }
    Some(std::str::from_utf8(&bytes).ok().and_then(|text| text.chars().next()).unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// What a key means for the reader of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Edited,
    Entered,
    Interrupted,
    Ended,
}

/// The line, and where in the history it is.
#[derive(Debug)]
pub(super) struct Line<'a> {
    text: Vec<char>,
    cursor: usize,
    history: &'a [String],
    /// The entry of the history that is shown; their number for the line itself.
    entry: usize,
    /// The line itself, while an entry of the history is shown.
    own: Vec<char>,
}

impl<'a> Line<'a> {
    pub(super) fn new(history: &'a [String]) -> Line<'a> {
        Line { text: Vec::new(), cursor: 0, history, entry: history.len(), own: Vec::new() }
    }

    pub(super) fn text(&self) -> String {
        self.text.iter().collect()
    }

    pub(super) fn press(&mut self, key: Key) -> Step {
        let end = self.text.len();
        match key {
            Key::Enter => return Step::Entered,
            Key::Interrupt => return Step::Interrupted,
            Key::EndOfInput if self.text.is_empty() => return Step::Ended,
            Key::Char(character) => {
                self.text.insert(self.cursor, character);
                self.cursor += 1;
            }
            Key::Backspace => self.delete(self.cursor.saturating_sub(1), self.cursor),
            Key::Delete | Key::EndOfInput => self.delete(self.cursor, (self.cursor + 1).min(end)),
            Key::DeleteRest => self.delete(self.cursor, end),
            Key::DeleteStart => self.delete(0, self.cursor),
            Key::DeleteWord => self.delete(self.word_start(), self.cursor),
            Key::Left => self.cursor = self.cursor.saturating_sub(1),
            Key::Right => self.cursor = (self.cursor + 1).min(end),
            Key::Home => self.cursor = 0,
            Key::End => self.cursor = end,
            Key::Up => self.show(self.entry.checked_sub(1)),
            Key::Down => self.show(Some(self.entry + 1)),
            Key::Other => {}
        }
        Step::Edited
    }

    fn delete(&mut self, from: usize, to: usize) {
        self.text.drain(from..to);
        self.cursor = from;
    }

    fn word_start(&self) -> usize {
        let before = self.text.get(..self.cursor).unwrap_or_default();
        let word_end = before.iter().rposition(|c| !c.is_whitespace()).map_or(0, |at| at + 1);
        let in_word = before.get(..word_end).unwrap_or_default();
        in_word.iter().rposition(|c| c.is_whitespace()).map_or(0, |at| at + 1)
    }

    /// Shows an entry of the history, or the line itself after the last one.
    fn show(&mut self, entry: Option<usize>) {
        let Some(entry) = entry.filter(|&entry| entry <= self.history.len()) else { return };
        if self.entry == self.history.len() {
            self.own = std::mem::take(&mut self.text);
        }
        self.text = match self.history.get(entry) {
            Some(text) => text.chars().collect(),
            None => std::mem::take(&mut self.own),
        };
        self.entry = entry;
        self.cursor = self.text.len();
    }

    /// Returns the part of the line around the cursor that fits into `width` columns, and the column of the cursor in it.
    /// The line breaks of an entry of the history are shown as signs.
    pub(super) fn visible(&self, width: usize) -> (String, usize) {
        let columns = |c: char| if c == '\n' { 1 } else { c.width().unwrap_or(0) };
        let width = width.max(2) - 1;
        let (mut start, mut before) = (self.cursor, 0);
        // From the cursor to the left as far as it fits, then to the right.
        for (index, &c) in self.text.iter().enumerate().take(self.cursor).rev() {
            if before + columns(c) > width {
                break;
            }
            (start, before) = (index, before + columns(c));
        }
        let (mut shown, mut used) = (String::new(), 0);
        for &c in self.text.iter().skip(start) {
            if used + columns(c) > width {
                break;
            }
            used += columns(c);
            shown.push(if c == '\n' { '\u{23ce}' } else { c });
        }
        (shown, before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<Key> {
        let mut bytes = text.bytes();
        std::iter::from_fn(|| Key::read(|| bytes.next())).collect()
    }

    /// Returns the line after some keys, with a mark at the cursor.
    fn typed(history: &[&str], text: &str) -> String {
        let history: Vec<String> = history.iter().map(|entry| (*entry).to_owned()).collect();
        let mut line = Line::new(&history);
        for key in keys(text) {
            line.press(key);
        }
        let mut text = line.text.clone();
        text.insert(line.cursor, '|');
        text.into_iter().collect()
    }

    #[test]
    fn keys_are_read_from_the_bytes_of_a_terminal() {
        let text = "a\u{e9}\u{1f600}\r\x7f\x1b[A\x1bOB\x1b[3~\x1b[1;5C\x1b[99z\x03\x04";
        let (a, e, smile) = (Key::Char('a'), Key::Char('\u{e9}'), Key::Char('\u{1f600}'));
        let rest = [Key::Up, Key::Down, Key::Delete, Key::Right, Key::Other, Key::Interrupt, Key::EndOfInput];
        assert_eq!(keys(text), [&[a, e, smile, Key::Enter, Key::Backspace][..], &rest[..]].concat());
    }

    #[test]
    fn keys_edit_the_line_at_the_cursor() {
        assert_eq!(typed(&[], "abc\x1b[D\x1b[DX"), "aX|bc");
        assert_eq!(typed(&[], "abc\x7f\x7f\x7f\x7f"), "|");
        assert_eq!(typed(&[], "abc\x01\x1b[3~\x05\x1b[3~"), "bc|");
        assert_eq!(typed(&[], "one two  \x17three"), "one three|");
        assert_eq!(typed(&[], "ab\x1b[D\x0b"), "a|");
        assert_eq!(typed(&[], "ab\x1b[D\x15"), "|b");
    }

    #[test]
    fn the_history_returns_entries_and_the_own_line() {
        assert_eq!(typed(&["one", "two"], "own\x1b[A"), "two|");
        assert_eq!(typed(&["one", "two"], "own\x1b[A\x1b[A\x1b[A!"), "one!|");
        assert_eq!(typed(&["one", "two"], "own\x1b[A\x1b[A\x1b[B\x1b[B\x1b[B"), "own|");
    }

    #[test]
    fn the_part_around_the_cursor_is_visible() {
        let mut line = Line::new(&[]);
        for key in keys("0123456789") {
            line.press(key);
        }
        assert_eq!(line.visible(6), ("56789".to_owned(), 5));
        line.press(Key::Home);
        assert_eq!(line.visible(6), ("01234".to_owned(), 0));
        assert_eq!(line.visible(80), ("0123456789".to_owned(), 0));
    }
}
