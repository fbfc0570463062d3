//! JSON values with their places in the text.

use crate::program::ast::{Span, Spanned, Word};
use crate::program::diagnostic::Diagnostic;

/// A value and its place.
#[derive(Debug)]
pub(crate) struct Located {
    pub(crate) json: Json,
    pub(crate) span: Span,
}

/// A value.
#[derive(Debug)]
pub(crate) enum Json {
    Object(Vec<(Spanned, Located)>),
    Array(Vec<Located>),
    Text(Word),
    Number(Word),
    /// A boolean or `null`.
    Keyword(Word),
}

impl Json {
    /// Returns a description of its type.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Json::Object(_) => "an object",
            Json::Array(_) => "an array",
            Json::Text(_) => "a string",
            Json::Number(_) => "a number",
            Json::Keyword(word) if word.as_ref() == "null" => "`null`",
            Json::Keyword(_) => "a boolean",
        }
    }
}

impl Located {
    /// Reads a text. Invalid JSON is reported as one error.
    pub(crate) fn parse(source: &str) -> Result<Located, Diagnostic> {
        // serde_json validates the text and limits the depth. This module only finds the places.
        if let Err(error) = serde_json::from_str::<serde_json::Value>(source) {
            let lines: usize = source.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
            let mut at = (lines + error.column().saturating_sub(1)).min(source.len());
            while !source.is_char_boundary(at) {
                at -= 1;
            }
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            return Err(Diagnostic::new(at..at, format!("invalid JSON: {message}")));
        }
        Ok(Scanner { source, at: 0 }.value())
    }

    /// Returns the JSON pointer of the smallest value that contains a place.
    pub(crate) fn pointer(&self, span: &Span) -> String {
        let holds = |part: &Located| part.span.start <= span.start && span.end <= part.span.end;
        let step = match &self.json {
            Json::Object(fields) => fields
                .iter()
                .find(|(_, part)| holds(part))
                .map(|(key, part)| (key.text.replace('~', "~0").replace('/', "~1"), part)),
            Json::Array(items) => {
                items.iter().enumerate().find(|(_, part)| holds(part)).map(|(i, part)| (i.to_string(), part))
            }
            _ => None,
        };
        step.map_or_else(String::new, |(step, part)| format!("/{step}{}", part.pointer(span)))
    }
}

/// Finds the places in a text that is known to be valid.
struct Scanner<'a> {
    source: &'a str,
    at: usize,
}

impl Scanner<'_> {
    /// Returns the next character that is not a space.
    fn peek(&mut self) -> char {
        let rest = &self.source[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        self.source[self.at..].chars().next().unwrap_or_default()
    }

    /// Whether another item follows in an object or array. Skips brackets and commas.
    fn more(&mut self, end: char) -> bool {
        if self.peek() == ',' {
            self.at += 1;
        }
        let more = self.peek() != end && self.at < self.source.len();
        self.at += usize::from(!more);
        more
    }

    fn value(&mut self) -> Located {
        let first = self.peek();
        let start = self.at;
        let json = match first {
            '{' => {
                self.at += 1;
                let mut fields = Vec::new();
                while self.more('}') {
                    self.peek();
                    let start = self.at;
                    let key = self.string();
                    let key = Spanned { text: key, span: start..self.at };
                    self.peek();
                    self.at += 1; // The colon.
                    fields.push((key, self.value()));
                }
                Json::Object(fields)
            }
            '[' => {
                self.at += 1;
                let mut items = Vec::new();
                while self.more(']') {
                    items.push(self.value());
                }
                Json::Array(items)
            }
            '"' => Json::Text(self.string()),
            _ => {
                let rest = &self.source[self.at..];
                let end = rest.find(|c: char| c.is_whitespace() || ",]}".contains(c)).unwrap_or(rest.len());
                self.at += end;
                let word = Word::from(&rest[..end]);
                if first.is_ascii_alphabetic() { Json::Keyword(word) } else { Json::Number(word) }
            }
        };
        Located { json, span: start..self.at.min(self.source.len()) }
    }

    fn string(&mut self) -> Word {
        let start = self.at;
        let mut escaped = false;
        let rest = &self.source[start..];
        let end = rest.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        self.at += end.map_or(rest.len(), |(end, _)| end + 1);
        serde_json::from_str::<String>(&self.source[start..self.at]).unwrap_or_default().into()
    }
}
