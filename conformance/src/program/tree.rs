//! KDL 2 documents as trees with places, read with recovery.
//!
//! The structure is read here: one mistake must not hide the others, and no input may exhaust the
//! stack. (The `kdl` crate gives up the whole document, and recurses once per mistake.) What a
//! single word means, be it bare, quoted, raw, over several lines or a number, is left to that crate.

use kdl::{KdlEntry, KdlValue};

use super::ast::{Span, Spanned, Word};
use super::diagnostic::Diagnostic;

/// How deep blocks may be nested: a case is 1, its program 2. The JSON form of what is deeper would
/// pass the limit of JSON parsers, 128.
pub(super) const MAX_DEPTH: usize = 60;

/// A node.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) ty: Option<Spanned>,
    pub(super) name: Spanned,
    pub(super) entries: Vec<Entry>,
    pub(super) children: Option<Vec<Node>>,
    /// From its first word to the end of its last word or of its block.
    pub(super) span: Span,
}

/// An argument or, with a key, a property.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: Option<Spanned>,
    pub(super) ty: Option<Spanned>,
    pub(super) value: Value,
    /// The place of the value, without key and type.
    pub(super) span: Span,
}

/// A value.
#[derive(Debug)]
pub(super) enum Value {
    /// A string, bare or quoted.
    Text(Word),
    /// An integer, in decimal.
    Integer(Word),
    /// Anything else that KDL has, by what it is called.
    Other(&'static str),
}

/// Reads a document. What can't be read is left out, with a diagnostic.
pub(super) fn read(source: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<Node> {
    let tokens = Lexer { source, at: 0, tokens: Vec::new(), diagnostics }.run();
    let count = |kind| tokens.iter().filter(|token| token.kind == kind).count();
    let unclosed = count(Kind::Open) > count(Kind::Close);
    let mut reader = Reader { source, tokens, at: 0, depth: 0, unclosed, diagnostics };
    let mut nodes = Vec::new();
    loop {
        nodes.append(&mut reader.nodes());
        match reader.next() {
            None => return nodes,
            Some(close) => reader.error(close.span, "this `}` closes nothing"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Word,
    Open,
    Close,
    /// A new line or `;`.
    End,
    TypeOpen,
    TypeClose,
    Equals,
    /// `/-`, which comments out what follows.
    Dash,
}

#[derive(Clone, Debug)]
struct Token {
    kind: Kind,
    span: Span,
    /// Something is wrong with it, and has been reported.
    broken: bool,
}

fn is_newline(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}')
}

fn is_space(c: char) -> bool {
    matches!(c, '\t' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// Characters that a document may not hold outside of escapes.
fn is_forbidden(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether a character must be escaped in a quoted string of one line.
pub(super) fn needs_escape(c: char) -> bool {
    is_newline(c) || is_forbidden(c)
}

/// Whether a character may stand in a bare word.
fn is_bare(c: char) -> bool {
    !is_newline(c) && !is_space(c) && !is_forbidden(c) && !"\\/(){}[];\"#=".contains(c)
}

struct Lexer<'a> {
    source: &'a str,
    at: usize,
    tokens: Vec<Token>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self, wanted: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|c| !wanted(c)).unwrap_or(rest.len());
    }

    fn push(&mut self, kind: Kind, start: usize) {
        self.tokens.push(Token { kind, span: start..self.at, broken: false });
    }

    fn run(mut self) -> Vec<Token> {
        self.at = if self.source.starts_with('\u{feff}') { 3 } else { 0 };
        while let Some(c) = self.peek() {
            let start = self.at;
            let simple = match c {
                '{' => Some(Kind::Open),
                '}' => Some(Kind::Close),
                '(' => Some(Kind::TypeOpen),
                ')' => Some(Kind::TypeClose),
                '=' => Some(Kind::Equals),
                ';' => Some(Kind::End),
                c if is_newline(c) => Some(Kind::End),
                _ => None,
            };
            if let Some(kind) = simple {
                self.at += c.len_utf8();
                self.push(kind, start);
            } else if is_space(c) {
                self.skip(is_space);
            } else if self.rest().starts_with("//") {
                self.skip(|c| !is_newline(c));
            } else if self.rest().starts_with("/*") {
                self.comment();
            } else if self.rest().starts_with("/-") {
                self.at += 2;
                self.push(Kind::Dash, start);
            } else if c == '\\' {
                self.continuation();
            } else if c == '"' || c == '#' {
                let broken = !self.string();
                self.tokens.push(Token { kind: Kind::Word, span: start..self.at, broken });
            } else if is_bare(c) {
                self.skip(is_bare);
                self.push(Kind::Word, start);
            } else {
                self.at += c.len_utf8();
                let found = if c.is_control() || is_forbidden(c) {
                    format!("the character U+{:04X} is not allowed here", u32::from(c))
                } else {
                    format!("found `{c}`, which a bare word can't hold")
                };
                let mut mistake = Diagnostic::new(start..self.at, found);
                if !is_forbidden(c) {
                    mistake = mistake.help("put the word in quotes");
                }
                self.diagnostics.push(mistake);
            }
        }
        self.tokens
    }

    /// A comment between `/*` and `*/`, which nests.
    fn comment(&mut self) {
        let start = self.at;
        let mut depth = 0;
        loop {
            let rest = self.rest();
            let Some(mark) = ["/*", "*/"].into_iter().filter_map(|mark| Some((rest.find(mark)?, mark))).min() else {
                self.at = self.source.len();
                let mistake = Diagnostic::new(start..start + 2, "this comment is never closed");
                return self.diagnostics.push(mistake.help("close it with `*/`"));
            };
            self.at += mark.0 + 2;
            depth = if mark.1 == "/*" { depth + 1 } else { depth - 1 };
            if depth == 0 {
                return;
            }
        }
    }

    /// A `\` that continues a node on the next line.
    fn continuation(&mut self) {
        let start = self.at;
        self.at += 1;
        self.skip(is_space);
        if self.rest().starts_with("//") {
            self.skip(|c| !is_newline(c));
        }
        match self.peek() {
            None => {}
            Some('\r') if self.rest().starts_with("\r\n") => self.at += 2,
            Some(c) if is_newline(c) => self.at += c.len_utf8(),
            Some(_) => {
                let mistake = Diagnostic::new(start..start + 1, "found `\\` in the middle of a line");
                self.diagnostics.push(mistake.help("`\\` continues a statement on the next line, and ends its own"));
            }
        }
    }

    /// A quoted or raw string, or a keyword; false if it has no end.
    fn string(&mut self) -> bool {
        let start = self.at;
        self.skip(|c| c == '#');
        let hashes = self.at - start;
        if self.peek() != Some('"') {
            self.skip(is_bare); // a keyword
            return true;
        }
        let lines = self.rest().strip_prefix("\"\"\"").is_some_and(|rest| rest.starts_with(is_newline));
        let quotes = if lines { "\"\"\"" } else { "\"" };
        self.at += quotes.len();
        let end = format!("{quotes}{}", "#".repeat(hashes));
        while let Some(c) = self.peek() {
            if self.rest().starts_with(&end) {
                self.at += end.len();
                return true;
            }
            if c == '\\' && hashes == 0 {
                self.at += 1;
                let before = self.at;
                self.skip(|c| is_space(c) || is_newline(c));
                if self.at == before {
                    self.at += self.peek().map_or(0, char::len_utf8);
                }
            } else if is_newline(c) && !lines {
                break;
            } else {
                self.at += c.len_utf8();
            }
        }
        let mistake = Diagnostic::new(start..start + hashes + quotes.len(), "this string is never closed");
        self.diagnostics.push(mistake.help(format!("close it with `{end}`")));
        false
    }
}

struct Reader<'a> {
    source: &'a str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    /// Some block is never closed: then a line that starts with `case` ends all that are open.
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

    /// The next token as it is written, with its place; the end of the file has a place too.
    fn found(&self) -> (Span, String) {
        match self.tokens.get(self.at) {
            None => (self.source.len()..self.source.len(), "the end of the file".into()),
            Some(Token { kind: Kind::End, span, .. }) if &self.source[span.clone()] != ";" => {
                (span.start..span.start, "the end of the line".into())
            }
            Some(token) => (token.span.clone(), format!("`{}`", &self.source[token.span.clone()])),
        }
    }

    fn skip_ends(&mut self) {
        while self.peek() == Some(Kind::End) {
            self.at += 1;
        }
    }

    /// Whether the next token starts a line with the word `case`, so that no block can be open.
    fn at_case(&self) -> bool {
        self.unclosed
            && self.depth > 0
            && self.tokens.get(self.at).is_some_and(|token| &self.source[token.span.clone()] == "case")
            && (self.at == 0 || self.tokens[self.at - 1].kind == Kind::End)
    }

    /// Nodes up to a `}` or the end of the file.
    fn nodes(&mut self) -> Vec<Node> {
        let mut nodes = Vec::new();
        loop {
            self.skip_ends();
            match self.peek() {
                None | Some(Kind::Close) => return nodes,
                Some(Kind::Dash) => {
                    self.at += 1;
                    self.skip_ends();
                    if matches!(self.peek(), None | Some(Kind::Close)) {
                        let (span, found) = self.found();
                        self.error(span, format!("expected a node after `/-`, found {found}"));
                    } else if self.peek() != Some(Kind::Dash) {
                        self.node();
                    }
                }
                Some(_) if self.at_case() => return nodes,
                Some(_) => nodes.extend(self.node()),
            }
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
            match self.peek() {
                None | Some(Kind::End | Kind::Close) => break,
                Some(Kind::Dash) => {
                    self.at += 1;
                    self.skip_ends();
                    if self.peek() == Some(Kind::Open) {
                        self.at += 1;
                        self.block();
                    } else {
                        self.entry();
                    }
                }
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

    /// What follows a `{`, up to its `}`.
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
            self.error(open, "this `{` is never closed"); // the outermost stands for all
        }
        nodes
    }

    /// An argument or a property. Consumes at least one token, unless the node ends here.
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
        Some(Entry { key, ty, value: self.value(token)?, span })
    }

    /// A type annotation, if there is one.
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
        if self.peek() == Some(Kind::TypeClose) {
            self.at += 1;
        } else {
            let (span, found) = self.found();
            self.error(span, format!("expected `)`, found {found}"));
        }
        ty
    }

    /// The next token as a string.
    fn text(&mut self, expected: &str) -> Option<Spanned> {
        let token = self.next()?;
        let span = token.span.clone();
        let found = match self.value(token)? {
            Value::Text(text) => return Some(Spanned { text, span }),
            Value::Integer(_) => "a number",
            Value::Other(what) => what,
        };
        self.error(span, format!("expected {expected}, found {found}"));
        None
    }

    /// What a word means, which has just been read.
    fn value(&mut self, token: Token) -> Option<Value> {
        let Token { span, broken, .. } = token;
        if broken {
            return None;
        }
        if self.tokens.get(self.at).is_some_and(|next| next.kind == Kind::Word && next.span.start == span.end) {
            self.error(span.end..span.end, "expected a space between two words");
            return None;
        }
        let value = decode(&self.source[span.clone()]);
        value.map_err(|mistake| self.diagnostics.push(Diagnostic { span, ..mistake })).ok()
    }
}

/// What a word means; the mistake's place is left to the caller.
fn decode(word: &str) -> Result<Value, Diagnostic> {
    if is_word(word) {
        return Ok(Value::Text(word.into()));
    }
    let entry = KdlEntry::parse(word).map_err(|error| {
        let reason = error.diagnostics.into_iter().next();
        let message = reason.as_ref().and_then(|reason| reason.message.clone());
        let message = message.map_or_else(String::new, |message| format!(": {}", message.to_lowercase()));
        let mistake = Diagnostic::new(0..0, format!("`{word}` is no value{message}"));
        match reason.and_then(|reason| reason.help) {
            Some(help) => mistake.help(help),
            None => mistake.help("put the word in quotes"),
        }
    })?;
    Ok(match entry.value() {
        KdlValue::String(text) => Value::Text(text.as_str().into()),
        KdlValue::Integer(number) => Value::Integer(number.to_string().into()),
        KdlValue::Float(_) => Value::Other("a number that is no integer"),
        KdlValue::Bool(_) => Value::Other("a boolean"),
        KdlValue::Null => Value::Other("`#null`"),
    })
}

/// Whether a word is a string as it stands, without quotes.
pub(super) fn is_word(text: &str) -> bool {
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let number = rest.strip_prefix('.').unwrap_or(rest).starts_with(|c: char| c.is_ascii_digit());
    !text.is_empty()
        && !number
        && !matches!(text, "true" | "false" | "null" | "inf" | "-inf" | "nan")
        && text.chars().all(is_bare)
}
