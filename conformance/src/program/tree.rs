//! A parser of KDL 2 documents that recovers from errors and keeps places.
//!
//! An error must not hide other errors, and no input may exhaust the stack. The `kdl` crate rejects the
//! whole document at the first error, and recurses once per error, so this module parses the structure
//! itself. The `kdl` crate interprets single words: bare, quoted, raw and multi-line strings, and numbers.

mod lex;

use kdl::{KdlEntry, KdlValue};

pub(super) use self::lex::needs_escape;
use self::lex::{Kind, Token, is_bare};
use super::ast::{Span, Spanned, Word};
use super::diagnostic::Diagnostic;

/// The greatest depth of nested blocks; a case has depth 1, its program depth 2. Deeper blocks would exceed the depth of
/// 128 that JSON parsers allow in the JSON form.
pub(super) const MAX_DEPTH: usize = 60;

/// A node.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) ty: Option<Spanned>,
    pub(super) name: Spanned,
    pub(super) entries: Vec<Entry>,
    pub(super) children: Option<Vec<Node>>,
    /// Its place, from its first word to the end of its last word or of its block.
    pub(super) span: Span,
}

/// An argument, or a property if it has a key.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: Option<Spanned>,
    pub(super) ty: Option<Spanned>,
    pub(super) value: Value,
    /// The place of the value, without key and type annotation.
    pub(super) span: Span,
}

/// A value.
#[derive(Debug)]
pub(super) enum Value {
    /// A string, bare or quoted.
    Text(Word),
    /// An integer, in decimal.
    Integer(Word),
    /// Another kind of KDL value, by its name.
    Other(&'static str),
    /// An invalid value, which has been reported.
    Broken,
}

/// Parses a document. Invalid parts are left out and reported.
pub(super) fn read(source: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<Node> {
    let tokens = lex::tokens(source, diagnostics);
    let count = |kind| tokens.iter().filter(|token| token.kind == kind).count();
    let unclosed = count(Kind::Open) > count(Kind::Close);
    let mut reader = Reader { source, tokens, at: 0, depth: 0, unclosed, diagnostics };
    let mut nodes = Vec::new();
    loop {
        nodes.append(&mut reader.nodes());
        match reader.next() {
            None => return nodes,
            Some(close) => reader.error(close.span, "unmatched `}`"),
        }
    }
}

struct Reader<'a> {
    source: &'a str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    /// Whether some block is never closed. If so, a line that starts with `case` ends all open blocks.
    unclosed: bool,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<Kind> {
        self.tokens.get(self.at).map(|token| token.kind)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += usize::from(token.is_some());
        token
    }

    fn error(&mut self, span: Span, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic::new(span, message));
    }

    /// Returns the text and the place of the next token, or of the end of the file.
    fn found(&self) -> (Span, String) {
        match self.tokens.get(self.at) {
            None => (self.source.len()..self.source.len(), "the end of the file".into()),
            Some(Token { kind: Kind::Line, span, .. }) => (span.start..span.start, "the end of the line".into()),
            Some(token) => (token.span.clone(), format!("`{}`", &self.source[token.span.clone()])),
        }
    }

    fn skip_lines(&mut self) {
        while self.peek() == Some(Kind::Line) {
            self.at += 1;
        }
    }

    /// Whether the next token starts a line with the word `case`, where no block can be open.
    fn at_case(&self) -> bool {
        self.unclosed
            && self.tokens.get(self.at).is_some_and(|token| &self.source[token.span.clone()] == "case")
            && (self.at == 0 || self.tokens[self.at - 1].kind == Kind::Line)
    }

    /// Parses nodes up to a `}` or the end of the file.
    fn nodes(&mut self) -> Vec<Node> {
        let mut nodes = Vec::new();
        loop {
            self.skip_lines();
            match self.peek() {
                None | Some(Kind::Close) => return nodes,
                Some(Kind::Dash) => {
                    self.at += 1;
                    self.skip_lines();
                    if matches!(self.peek(), None | Some(Kind::Close | Kind::Semicolon | Kind::Dash)) {
                        let (span, found) = self.found();
                        self.error(span, format!("expected a node after `/-`, found {found}"));
                    } else {
                        self.node();
                    }
                }
                Some(Kind::Semicolon) => {
                    let (span, _) = self.found();
                    self.error(span, "unexpected `;`");
                }
                Some(_) if self.depth > 0 && self.at_case() => return nodes,
                Some(_) => nodes.extend(self.node()),
            }
            self.at += usize::from(self.peek() == Some(Kind::Semicolon));
        }
    }

    fn node(&mut self) -> Option<Node> {
        let start = self.tokens.get(self.at)?.span.start;
        let ty = self.ty();
        if self.peek() != Some(Kind::Word) {
            let (span, found) = self.found();
            self.error(span, format!("expected a word, found {found}"));
            match self.next()?.kind {
                Kind::Open => drop(self.block()),
                Kind::Close => self.at -= 1,
                _ => {}
            }
            return None;
        }
        let name = self.text("a word");
        let (mut entries, mut children) = (Vec::new(), None);
        let mut end = self.tokens[self.at - 1].span.end;
        loop {
            let place = self.tokens.get(self.at).map_or(self.source.len(), |token| token.span.start);
            match self.peek() {
                None | Some(Kind::Semicolon | Kind::Line | Kind::Close) => break,
                Some(Kind::Word | Kind::TypeOpen | Kind::Dash) if place == end && children.is_none() => {
                    self.error(place..place, "expected a space between two words");
                    self.entry();
                }
                Some(Kind::Dash) => {
                    self.at += 1;
                    self.skip_lines();
                    if self.peek() == Some(Kind::Open) {
                        self.at += 1;
                        self.block();
                    } else if children.is_none() {
                        self.entry();
                    }
                }
                Some(_) if self.at_case() => break,
                Some(_) if children.is_some() && self.tokens[self.at].broken => self.at += 1,
                Some(_) if children.is_some() => {
                    let (span, found) = self.found();
                    let mistake =
                        Diagnostic::new(span, format!("expected a new line or `;` after `}}`, found {found}"));
                    self.diagnostics.push(mistake.help(format!("put a `;` before {found}")));
                    break;
                }
                Some(Kind::Open) => {
                    self.at += 1;
                    children = Some(self.block());
                }
                Some(_) => entries.extend(self.entry()),
            }
            end = self.tokens[self.at - 1].span.end;
        }
        Some(Node { ty, name: name?, entries, children, span: start..end })
    }

    /// Parses a block from `{` to `}`.
    fn block(&mut self) -> Vec<Node> {
        let open = self.tokens[self.at - 1].span.clone();
        if self.depth == MAX_DEPTH {
            self.error(open, format!("blocks are nested more than {MAX_DEPTH} deep"));
            let mut depth = 1;
            while let Some(token) = self.next() {
                match token.kind {
                    Kind::Open => depth += 1,
                    Kind::Close => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
            return Vec::new();
        }
        self.depth += 1;
        let nodes = self.nodes();
        self.depth -= 1;
        if self.peek() == Some(Kind::Close) {
            self.at += 1;
        } else if self.depth == 0 {
            self.error(open, "this `{` is never closed"); // Only the outermost block is reported.
        }
        nodes
    }

    /// Parses an argument or a property. Consumes at least one token unless the node ends here.
    fn entry(&mut self) -> Option<Entry> {
        let mut key = None;
        if self.peek() == Some(Kind::Word) && self.tokens.get(self.at + 1).map(|token| token.kind) == Some(Kind::Equals)
        {
            key = Some(self.text("a property's name")?);
            self.at += 1;
        }
        let ty = self.ty();
        if self.peek() != Some(Kind::Word) {
            let (span, found) = self.found();
            self.error(span, format!("expected a value, found {found}"));
            if matches!(self.peek(), Some(Kind::TypeOpen | Kind::TypeClose | Kind::Equals | Kind::Dash)) {
                self.at += 1;
            }
            return None;
        }
        let token = self.next()?;
        let span = token.span.clone();
        Some(Entry { key, ty, value: self.value(token), span })
    }

    /// Parses a type annotation, if there is one.
    fn ty(&mut self) -> Option<Spanned> {
        if self.peek() != Some(Kind::TypeOpen) {
            return None;
        }
        self.at += 1;
        if self.peek() != Some(Kind::Word) {
            let (span, found) = self.found();
            self.error(span, format!("expected a word after `(`, found {found}"));
            return None;
        }
        let ty = self.text("a word");
        if self.peek() != Some(Kind::TypeClose) {
            let (span, found) = self.found();
            self.error(span, format!("expected `)`, found {found}"));
            return None;
        }
        self.at += 1;
        ty
    }

    /// Returns the next token as a string.
    fn text(&mut self, expected: &str) -> Option<Spanned> {
        let token = self.next()?;
        let span = token.span.clone();
        let found = match self.value(token) {
            Value::Text(text) => return Some(Spanned { text, span }),
            Value::Broken => return None,
            Value::Integer(_) => "a number",
            Value::Other(what) => what,
        };
        self.error(span, format!("expected {expected}, found {found}"));
        None
    }

    /// Interprets the word that was just read.
    fn value(&mut self, token: Token) -> Value {
        let Token { span, broken, .. } = token;
        if broken {
            return Value::Broken;
        }
        decode(&self.source[span.clone()]).unwrap_or_else(|mistake| {
            self.diagnostics.push(Diagnostic { span, ..mistake });
            Value::Broken
        })
    }
}

/// Interprets a word. The caller sets the place of the error.
fn decode(word: &str) -> Result<Value, Diagnostic> {
    if is_word(word) {
        return Ok(Value::Text(word.into()));
    }
    if let Some(text) = plain(word) {
        return Ok(Value::Text(text.into()));
    }
    let entry = KdlEntry::parse(word).map_err(|error| {
        let quoted = word.trim_start_matches('#').starts_with('"');
        let (message, help) = match word.chars().next() {
            Some('"' | '#') if quoted => {
                let help = error.diagnostics.into_iter().find_map(|reason| reason.help);
                let escapes = || r#"escapes are \n \r \t \b \f \s \\ \" and \u{…}"#.into();
                return Diagnostic::new(0..0, "invalid string").help(help.unwrap_or_else(escapes));
            }
            Some('#') => ("is not a keyword", "values are words and integers; put anything else in quotes"),
            Some(c) if c.is_alphabetic() => ("is not a bare word", "put it in quotes"),
            _ => ("is neither an integer nor a bare word", "put it in quotes if it is meant as a word"),
        };
        Diagnostic::new(0..0, format!("`{word}` {message}")).help(help)
    })?;
    Ok(match entry.value() {
        KdlValue::String(text) => Value::Text(text.as_str().into()),
        KdlValue::Integer(number) => Value::Integer(number.to_string().into()),
        KdlValue::Float(_) => Value::Other("a number that is not an integer"),
        KdlValue::Bool(_) => Value::Other("a boolean"),
        KdlValue::Null => Value::Other("`#null`"),
    })
}

/// Returns the content of a quoted string without escapes, as most titles are. The `kdl` crate takes a third of the time of
/// parsing the suite for them.
fn plain(word: &str) -> Option<&str> {
    let text = word.strip_prefix('"')?.strip_suffix('"')?;
    (!text.chars().any(|c| matches!(c, '"' | '\\') || needs_escape(c))).then_some(text)
}

/// Whether a word is a string without quotes.
pub(super) fn is_word(text: &str) -> bool {
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let number = rest.strip_prefix('.').unwrap_or(rest).starts_with(|c: char| c.is_ascii_digit());
    !text.is_empty()
        && !number
        && !matches!(text, "true" | "false" | "null" | "inf" | "-inf" | "nan")
        && text.chars().all(is_bare)
}

#[cfg(test)]
mod tests;
