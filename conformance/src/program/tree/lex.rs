//! The tokens of a KDL document.

use crate::program::ast::Span;
use crate::program::diagnostic::Diagnostic;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Open,
    Close,
    Semicolon,
    /// A new line.
    Line,
    TypeOpen,
    TypeClose,
    Equals,
    /// `/-`, which comments out the next node, argument or block.
    Dash,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
    /// An invalid token, which has been reported.
    pub(super) broken: bool,
}

fn is_newline(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}')
}

fn is_space(c: char) -> bool {
    matches!(c, '\t' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// Whether a character is not allowed in a document outside escapes.
fn is_forbidden(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether a character must be escaped in a quoted string of one line.
pub(in crate::program) fn needs_escape(c: char) -> bool {
    is_newline(c) || is_forbidden(c)
}

/// Whether a character is allowed in a bare word.
pub(super) fn is_bare(c: char) -> bool {
    !is_newline(c) && !is_space(c) && !is_forbidden(c) && !"\\/(){}[];\"#=".contains(c)
}

/// Splits a document into tokens. Characters that cannot be part of a token are reported and skipped.
pub(super) fn tokens(source: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<Token> {
    Lexer { source, at: 0, tokens: Vec::new(), diagnostics }.run()
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
                ';' => Some(Kind::Semicolon),
                c if is_newline(c) => Some(Kind::Line),
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
                self.stray(c);
            }
        }
        self.tokens
    }

    /// Reports a character that is not allowed here. The word around it is invalid and is not reported again.
    fn stray(&mut self, c: char) {
        let start = self.at;
        self.at += c.len_utf8();
        self.diagnostics.push(if is_forbidden(c) {
            Diagnostic::new(start..self.at, format!("the character U+{:04X} is not allowed here", u32::from(c)))
        } else {
            Diagnostic::new(start..self.at, format!("found `{c}`, which is not allowed in a bare word"))
                .help("put the word in quotes")
        });
        self.skip(is_bare);
        match self.tokens.last_mut() {
            Some(last) if last.kind == Kind::Word && last.span.end == start => {
                last.span.end = self.at;
                last.broken = true;
            }
            _ => self.tokens.push(Token { kind: Kind::Word, span: start..self.at, broken: true }),
        }
    }

    /// Skips a comment between `/*` and `*/`. Such comments nest.
    fn comment(&mut self) {
        let start = self.at;
        let mut depth = 0;
        loop {
            let rest = self.rest().as_bytes();
            let Some(mark) = rest.windows(2).position(|pair| pair == b"/*" || pair == b"*/") else {
                self.at = self.source.len();
                let mistake = Diagnostic::new(start..start + 2, "this comment is never closed");
                return self.diagnostics.push(mistake.help("close it with `*/`"));
            };
            depth = if rest[mark] == b'/' { depth + 1 } else { depth - 1 };
            self.at += mark + 2;
            if depth == 0 {
                return;
            }
        }
    }

    /// Skips a `\` that continues a node on the next line.
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
                self.diagnostics.push(
                    mistake.help(
                        "`\\` continues a statement on the next line, so it must be the last character of its line",
                    ),
                );
            }
        }
    }

    /// Reads a quoted or raw string, or a keyword. Returns false if the string is not closed.
    fn string(&mut self) -> bool {
        let start = self.at;
        self.skip(|c| c == '#');
        let hashes = self.at - start;
        if self.peek() != Some('"') {
            self.skip(is_bare); // A keyword.
            return true;
        }
        let lines = self.rest().strip_prefix("\"\"\"").is_some_and(|rest| rest.starts_with(is_newline));
        if !lines && self.rest().starts_with("\"\"\"") {
            self.at += 3;
            let mistake = Diagnostic::new(start..self.at, "a new line must follow `\"\"\"`");
            self.diagnostics.push(mistake.help("write a string of one line with `\"`"));
            // Skip to the next `"""` on the same line.
            let rest = self.rest();
            let end = rest.find("\"\"\"").map_or(rest.len(), |end| end + 3);
            self.at += rest[..end].find(is_newline).unwrap_or(end);
            return false;
        }
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
