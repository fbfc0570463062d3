//! The printer of the text form, in a canonical layout. The printed text parses to the same case.

use std::fmt::Write as _;

use super::VERSION;
use super::ast::{Case, Expect, Stmt};
use super::table::{Form, Role};
use super::tree;
use crate::program::outcome::Observation;

/// The greatest width of a line.
const WIDTH: usize = 88;

/// Returns the text of a file of cases.
///
/// # Examples
///
/// ```
/// use conformance::program::{parse::parse, print};
///
/// let text = "litmus 1\n\ncase c {\n    program {\n        var v\n        run v a { get v }\n    }\n    expect { main a }\n}\n";
/// let (file, _) = parse(text);
/// assert_eq!(print::file(&file.cases), text);
/// ```
pub fn file<'a>(cases: impl IntoIterator<Item = &'a Case>) -> String {
    let cases: Vec<&Case> = cases.into_iter().collect();
    let version = cases.iter().map(|case| case.version).max().unwrap_or(VERSION);
    let mut out = format!("litmus {version}\n");
    for one in cases {
        out.push('\n');
        out += &case(one);
    }
    out
}

/// Returns the text of a case, without the first line of a file.
pub fn case(case: &Case) -> String {
    let mut out = Lines::default();
    out.open(&format!("case {}", word(&case.id)));
    if !case.title.is_empty() {
        out.line(&format!("title {}", quoted(&case.title)));
    }
    let list = |words: Vec<String>| words.iter().fold(String::new(), |line, word| line + " " + word);
    if !case.clauses.is_empty() {
        out.line(&format!("clause{}", list(case.clauses.iter().map(|clause| word(&clause.text)).collect())));
    }
    if !case.tags.is_empty() {
        out.line(&format!("tags{}", list(case.tags.iter().map(|tag| value(tag)).collect())));
    }
    for (url, what) in &case.contested {
        out.line(&format!("contested {} {}", quoted(url), quoted(what)));
    }
    for note in &case.notes {
        out.line(&format!("note {}", quoted(note)));
    }
    out.open("program");
    out.block(&case.program);
    for experiment in &case.experiments {
        out.line(&word(experiment));
    }
    out.close();
    for expect in &case.expects {
        out.expect(expect);
    }
    out.close();
    out.text
}

/// Returns the text of statements, one or more on a line.
///
/// # Examples
///
/// ```
/// use conformance::program::{parse::parse, print};
///
/// let (file, _) = parse("litmus 1; case c { program { var v; try { throw x }; catch { caught as=c } } }");
/// assert_eq!(print::block(&file.cases[0].program), "var v\ntry { throw x }\ncatch { caught as=c }\n");
/// ```
pub fn block(block: &[Stmt]) -> String {
    let mut out = Lines::default();
    out.block(block);
    out.text
}

#[derive(Default)]
struct Lines {
    text: String,
    indent: usize,
}

impl Lines {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{:indent$}{line}", "", indent = 4 * self.indent);
    }

    fn open(&mut self, head: &str) {
        self.line(&format!("{head} {{"));
        self.indent += 1;
    }

    fn close(&mut self) {
        self.indent -= 1;
        self.line("}");
    }

    fn block(&mut self, block: &[Stmt]) {
        for (head, body) in block.iter().flat_map(nodes) {
            let Some(body) = body else {
                self.line(&head);
                continue;
            };
            match inline(body, WIDTH.saturating_sub(4 * self.indent + head.chars().count())) {
                Some(body) => self.line(&format!("{head} {body}")),
                None => {
                    self.open(&head);
                    self.block(body);
                    self.close();
                }
            }
        }
    }

    fn expect(&mut self, expect: &Expect) {
        let mut head = String::from("expect");
        for profile in &expect.profiles {
            let _ = write!(head, " {}", word(&profile.to_string()));
        }
        if let Some(reading) = expect.reading {
            let _ = write!(head, " reading={reading}");
        }
        for (key, reason) in [("unsupported", &expect.unsupported), ("unstable", &expect.unstable)] {
            if let Some(reason) = reason {
                let _ = write!(head, " {key}={}", quoted(reason));
            }
        }
        let has_reason = expect.unsupported.is_some() || expect.unstable.is_some();
        if has_reason && expect.strands.is_empty() {
            return self.line(&head);
        }
        let strands: Vec<String> = expect
            .strands
            .iter()
            .map(|(strand, seen)| seen.iter().fold(word(strand), |line, seen| line + " " + &observation(seen)))
            .collect();
        let body = braces(&strands);
        if 4 * self.indent + head.chars().count() + 1 + body.chars().count() <= WIDTH {
            return self.line(&format!("{head} {body}"));
        }
        self.open(&head);
        strands.iter().for_each(|strand| self.line(strand));
        self.close();
    }
}

fn observation(seen: &Observation) -> String {
    match &seen.label {
        Some(label) => format!("({}){}", word(label), value(&seen.value)),
        None => value(&seen.value),
    }
}

fn braces(nodes: &[String]) -> String {
    if nodes.is_empty() { "{}".into() } else { format!("{{ {} }}", nodes.join("; ")) }
}

/// Returns the text of a block on one line, if it fits in this many columns.
fn inline(block: &[Stmt], width: usize) -> Option<String> {
    let mut parts = Vec::new();
    let mut left = width.checked_sub(3)?;
    for (head, body) in block.iter().flat_map(nodes) {
        let part = match body {
            Some(body) => format!("{head} {}", inline(body, left.saturating_sub(head.chars().count()))?),
            None => head,
        };
        left = left.checked_sub(part.chars().count() + 2)?;
        parts.push(part);
    }
    Some(braces(&parts))
}

/// Returns the nodes of a statement. Only `try` has more than one.
fn nodes(stmt: &Stmt) -> impl Iterator<Item = (String, Option<&[Stmt]>)> {
    let mut head = stmt.op.word().to_owned();
    for operand in stmt.op.row().operands {
        let Some(text) = stmt.get(operand.field) else { continue };
        let text = match operand.role {
            Role::Value | Role::Count | Role::Text => value(text),
            _ => word(text),
        };
        let _ = match operand.form {
            Form::Property(key) => write!(head, " {key}={text}"),
            Form::Required | Form::Optional => write!(head, " {text}"),
        };
    }
    let handlers = [("catch", &stmt.catch), ("finally", &stmt.finally)];
    let handlers = handlers.into_iter().filter_map(|(word, body)| Some((word.to_owned(), Some(body.as_deref()?))));
    std::iter::once((head, stmt.body.as_deref())).chain(handlers)
}

/// Returns the text of a word, which is bare if possible.
fn word(text: &str) -> String {
    if tree::is_word(text) { text.to_owned() } else { quoted(text) }
}

/// Returns the text of a value: a word or an integer.
fn value(text: &str) -> String {
    let integer = text.parse::<i128>().is_ok_and(|number| number.to_string() == text);
    if integer { text.to_owned() } else { word(text) }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out += "\\n",
            '\t' => out += "\\t",
            c if tree::needs_escape(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
