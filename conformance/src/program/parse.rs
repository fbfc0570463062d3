//! The parser of the text form: files, metadata and stated outcomes. `statement.rs` parses statements.

mod known;
mod statement;

use std::collections::HashSet;
use std::ops::RangeInclusive;

pub use self::known::parse_known;
use super::VERSION;
use super::ast::{Case, Expect, File, Spanned, Word};
use super::diagnostic::Diagnostic;
use super::profile::Selector;
use super::reading::Reading;
use super::tree::{self, Entry, Node, Value};
use crate::program::outcome::Observation;

const METADATA: &[&str] = &["title", "clause", "tags", "contested", "note", "program", "expect"];

/// The number of errors that are reported of a file.
const MOST: usize = 100;

/// Parses a litmus file.
///
/// The returned file contains the cases without errors. The diagnostics describe the errors of the other cases, in the
/// order of the text. The static rules are not checked.
///
/// # Examples
///
/// ```
/// use conformance::program::parse::parse;
///
/// let (file, diagnostics) = parse("litmus 1; case empty { program {}; expect {} }");
/// assert_eq!(file.cases[0].id.as_ref(), "empty");
/// assert!(diagnostics.is_empty());
///
/// let (file, diagnostics) = parse("litmus 1; case typo { program { snapshto s }; expect {} }");
/// assert!(file.cases.is_empty());
/// assert_eq!(diagnostics[0].help.as_deref(), Some("did you mean `snapshot`?"));
/// ```
pub fn parse(source: &str) -> (File, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let nodes = tree::read(source, &mut diagnostics);
    let mut parser = Parser { diagnostics, experiments: Vec::new() };
    let version = parser.version(source, &nodes);
    let mut cases: Vec<Case> = Vec::new();
    let mut ids: HashSet<Word> = HashSet::new();
    let mut stray = false;
    for node in nodes.iter().filter(|node| node.name.text.as_ref() != "litmus") {
        if node.name.text.as_ref() != "case" {
            if !std::mem::replace(&mut stray, true) {
                let message = format!("expected a `case`, found `{}`", node.name.text);
                parser.report(Diagnostic::new(node.name.span.clone(), message).suggest(&node.name.text, ["case"]));
            }
            continue;
        }
        stray = false;
        let Some((id, case)) = parser.case(node, version) else { continue };
        if !ids.insert(id.text.clone()) {
            let mistake = Diagnostic::new(id.span, format!("the case id `{}` is already used", id.text));
            parser.report(mistake.help("use a different id for each case"));
        }
        cases.push(case);
    }
    let mut diagnostics = parser.diagnostics;
    diagnostics.sort_by_key(|mistake| (mistake.span.start, mistake.span.end));
    diagnostics.dedup();
    cases.retain(|case| {
        let first = diagnostics.partition_point(|mistake| mistake.span.start < case.span.start);
        diagnostics.get(first).is_none_or(|mistake| mistake.span.start >= case.span.end)
    });
    if diagnostics.len() > MOST {
        let more = format!("and {} more errors after this one", diagnostics.len() - MOST);
        diagnostics.truncate(MOST);
        diagnostics.extend(diagnostics.last().map(|last| Diagnostic::new(last.span.clone(), more)));
    }
    (File { version, cases }, diagnostics)
}

struct Parser {
    diagnostics: Vec<Diagnostic>,
    /// The experimental statements of the case that is being parsed.
    experiments: Vec<Word>,
}

impl Parser {
    fn report(&mut self, mistake: Diagnostic) {
        self.diagnostics.push(mistake);
    }

    /// Returns the version that the file declares, or the version of this package if the declaration is invalid.
    fn version(&mut self, source: &str, nodes: &[Node]) -> u32 {
        let help = format!("start the file with `litmus {VERSION}`");
        let (first, rest) = match nodes.split_first() {
            Some((first, rest)) if first.name.text.as_ref() == "litmus" => (first, rest),
            other => {
                let span = other.map_or(source.len()..source.len(), |(first, _)| first.name.span.clone());
                self.report(
                    Diagnostic::new(span, "the file does not start with the version of the language").help(help),
                );
                return VERSION;
            }
        };
        for again in rest.iter().filter(|node| node.name.text.as_ref() == "litmus") {
            self.report(Diagnostic::new(again.span.clone(), "the version is already declared"));
        }
        let version = match first.entries.as_slice() {
            [Entry { key: None, ty: None, value: Value::Integer(version), .. }] if first.children.is_none() => {
                version.parse().ok().filter(|version| *version > 0)
            }
            _ => None,
        };
        version.unwrap_or_else(|| {
            let message = "expected `litmus` and the version of the language as a positive integer";
            self.report(Diagnostic::new(first.span.clone(), message).help(help));
            VERSION
        })
    }

    fn case(&mut self, node: &Node, version: u32) -> Option<(Spanned, Case)> {
        let id = match node.entries.as_slice() {
            [Entry { key: None, ty: None, value: Value::Text(id), span }] if !id.is_empty() => {
                Some(Spanned { text: id.clone(), span: span.clone() })
            }
            _ => {
                let message = "expected `case` and its id, one word";
                self.report(Diagnostic::new(node.name.span.clone(), message));
                None
            }
        };
        let id_word = id.as_ref().map_or_else(|| "".into(), |id| id.text.clone());
        let mut case = Case::new(id_word, version, Vec::new(), node.span.clone());
        let known = version <= VERSION;
        let (mut title, mut program) = (false, false);
        for part in node.children.iter().flatten() {
            match part.name.text.as_ref() {
                "title" => {
                    if std::mem::replace(&mut title, true) {
                        self.report(Diagnostic::new(part.span.clone(), "the case already has a title"));
                    }
                    if let Some([text]) = self.words(part, 1..=1, "one sentence in quotes").as_deref() {
                        case.title = text.text.to_string();
                    }
                }
                "clause" => {
                    case.clauses.extend(self.words(part, 1..=usize::MAX, "the draft's anchors").into_iter().flatten())
                }
                "tags" => {
                    let words = self.words(part, 1..=usize::MAX, "words").into_iter().flatten();
                    case.tags.extend(words.map(|word| word.text));
                }
                "contested" => {
                    if let Some([url, what]) = self.words(part, 2..=2, "an address and what is disputed").as_deref() {
                        case.contested.push((url.text.to_string(), what.text.to_string()));
                    }
                }
                "note" => {
                    let words = self.words(part, 1..=usize::MAX, "a text in quotes").into_iter().flatten();
                    case.notes.extend(words.map(|word| word.text.to_string()));
                }
                "program" if known => {
                    if std::mem::replace(&mut program, true) {
                        self.report(Diagnostic::new(part.name.span.clone(), "the case already has a program"));
                    }
                    match &part.children {
                        Some(children) if part.entries.is_empty() => {
                            case.program = self.block(children);
                            case.experiments = std::mem::take(&mut self.experiments);
                        }
                        _ => self.report(
                            Diagnostic::new(part.span.clone(), "expected `program` and a body")
                                .help("write `program { … }`"),
                        ),
                    }
                }
                "expect" if known => case.expects.extend(self.expect(part)),
                word if word.starts_with("x-") || !known => {}
                word => {
                    let message = format!("a case has no `{word}`");
                    let help = format!("a case holds {}", METADATA.join(", "));
                    let mistake = Diagnostic::new(part.name.span.clone(), message).help(help);
                    self.report(mistake.suggest(word, METADATA.iter().copied()));
                }
            }
        }
        if known && !program {
            let mistake = Diagnostic::new(node.name.span.clone(), "the case has no program");
            self.report(mistake.help("add `program { … }`"));
        }
        Some((id?, case))
    }

    /// Parses a stated outcome.
    fn expect(&mut self, node: &Node) -> Option<Expect> {
        let mut expect = Expect::at(node.span.clone());
        for entry in &node.entries {
            let Some(word) = self.word(entry, "a profile") else { continue };
            match &entry.key {
                None => match Selector::parse(&word.text) {
                    Some(selector) => expect.profiles.push(selector),
                    None => {
                        let family = word.text.split(':').next().unwrap_or_default();
                        let mistake =
                            Diagnostic::new(word.span.clone(), format!("there is no profile `{}`", word.text))
                                .help("write a profile, optionally followed by `:ac` or `:als`");
                        self.report(mistake.suggest(family, Selector::words()));
                    }
                },
                Some(key) if key.text.as_ref() == "reading" => match Reading::of(&word.text) {
                    Some(Reading::Draft) | None => {
                        let message = format!("there is no reading `{}` beside the draft", word.text);
                        let mistake = Diagnostic::new(word.span.clone(), message);
                        self.report(
                            mistake.suggest(&word.text, Reading::ALL[1..].iter().map(|reading| reading.word())),
                        );
                    }
                    reading => expect.reading = reading,
                },
                Some(key) => {
                    let reason = match key.text.as_ref() {
                        "unsupported" => &mut expect.unsupported,
                        "unstable" => &mut expect.unstable,
                        other => {
                            let mistake =
                                Diagnostic::new(key.span.clone(), format!("`expect` has no property `{other}`"));
                            self.report(mistake.suggest(other, ["reading", "unsupported", "unstable"]));
                            continue;
                        }
                    };
                    if reason.replace(word.text.to_string()).is_some() {
                        self.report(Diagnostic::new(key.span.clone(), format!("`{}` is given twice", key.text)));
                    }
                }
            }
        }
        if expect.unsupported.is_none() && expect.unstable.is_none() && node.children.is_none() {
            let mistake = Diagnostic::new(node.name.span.clone(), "expected strands and their values");
            self.report(
                mistake.help("write `expect { strand value … }`, or with a profile `unsupported=` or `unstable=`"),
            );
        }
        for strand in node.children.iter().flatten() {
            let name = &strand.name;
            if strand.children.is_some() {
                self.report(Diagnostic::new(name.span.clone(), "a strand in `expect` has values and no body"));
            }
            let values = strand.entries.iter().filter_map(|entry| self.observation(entry)).collect();
            expect.strands.push((name.text.clone(), values));
            expect.places.push(name.span.clone());
        }
        Some(expect)
    }

    fn observation(&mut self, entry: &Entry) -> Option<Observation> {
        if let Some(key) = &entry.key {
            let mistake =
                Diagnostic::new(key.span.clone(), format!("expected a value, found the property `{}=`", key.text));
            self.report(mistake.help("a label is written before its value: `(label)value`"));
            return None;
        }
        let value = self.value(entry, "a value", true)?.text;
        Some(Observation { value, label: entry.ty.as_ref().map(|label| label.text.clone()) })
    }

    /// Returns the arguments of a node that must have nothing else.
    fn words(&mut self, node: &Node, count: RangeInclusive<usize>, expected: &str) -> Option<Vec<Spanned>> {
        let before = self.diagnostics.len();
        if let Some(key) = node.entries.iter().find_map(|entry| entry.key.as_ref()) {
            let message = format!("`{}` has no property `{}`", node.name.text, key.text);
            self.report(Diagnostic::new(key.span.clone(), message));
        }
        if node.children.is_some() {
            self.report(Diagnostic::new(node.name.span.clone(), format!("`{}` has no body", node.name.text)));
        }
        let words: Vec<Spanned> = node.entries.iter().filter_map(|entry| self.word(entry, expected)).collect();
        if self.diagnostics.len() == before && !count.contains(&words.len()) {
            let message = format!("expected {expected} after `{}`", node.name.text);
            self.report(Diagnostic::new(node.span.clone(), message));
        }
        (self.diagnostics.len() == before).then_some(words)
    }

    /// Returns the word of an argument or property: a string or an integer without a type annotation.
    fn word(&mut self, entry: &Entry, expected: &str) -> Option<Spanned> {
        if let Some(ty) = &entry.ty {
            let mistake = Diagnostic::new(ty.span.clone(), format!("found the annotation `({})`", ty.text));
            self.report(mistake.help("annotations are allowed in `expect` only, where they label values"));
        }
        self.value(entry, expected, true)
    }

    /// Returns the value of an argument or property, with or without a type annotation.
    fn value(&mut self, entry: &Entry, expected: &str, integers: bool) -> Option<Spanned> {
        let (found, help) = match &entry.value {
            Value::Text(text) => return Some(Spanned { text: text.clone(), span: entry.span.clone() }),
            Value::Integer(text) if integers => return Some(Spanned { text: text.clone(), span: entry.span.clone() }),
            Value::Integer(_) => ("an integer", "names are words; put it in quotes if it is meant as a word"),
            Value::Broken => return None,
            Value::Other(found) => {
                (*found, "values are words and integers, compared as text; put anything else in quotes")
            }
        };
        self.report(Diagnostic::new(entry.span.clone(), format!("expected {expected}, found {found}")).help(help));
        None
    }
}

#[cfg(test)]
mod tests;
