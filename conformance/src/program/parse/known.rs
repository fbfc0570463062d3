//! The parser of files with the known deviations of an implementation.

use super::{Diagnostic, Expect, Node, Parser, Spanned, tree};
use crate::program::known::Known;

const PARTS: [&str; 3] = ["target", "quirk", "case"];

/// Parses a file with the known deviations of an implementation.
///
/// # Errors
///
/// Returns every error in the file.
///
/// # Examples
///
/// ```
/// use conformance::program::parse::parse_known;
///
/// let known = parse_known(
///     "target mine
///      quirk gen reason=\"generators run in their caller's context\"
///      case then-captures-at-registration reason=\"issue 7\" { q none }
///      case timer-captures unsupported=\"there are no timers\"",
/// );
/// assert_eq!(known.unwrap().cases.len(), 2);
/// let errors = parse_known("target mine; qiurk gen").unwrap_err();
/// assert_eq!(errors[0].help.as_deref(), Some("did you mean `quirk`?"));
/// ```
pub fn parse_known(source: &str) -> Result<Known, Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    let nodes = tree::read(source, &mut diagnostics);
    let mut parser = Parser { diagnostics, experiments: Vec::new() };
    let mut known = Known::default();
    for node in &nodes {
        match node.name.text.as_ref() {
            "target" => {
                if let Some([name]) = parser.words(node, 1..=1, "the name of the target").as_deref() {
                    known.target = name.text.clone();
                }
            }
            "quirk" => parser.quirk(node, &mut known),
            "case" => parser.deviation(node, &mut known),
            word => {
                let mistake = Diagnostic::new(node.name.span.clone(), format!("the file cannot contain `{word}`"));
                let mistake = mistake.help(format!("it contains {}", PARTS.join(", ")));
                parser.report(mistake.suggest(word, PARTS));
            }
        }
    }
    if known.target.is_empty() {
        parser.report(Diagnostic::new(0..0, "the file does not name its target").help("start it with `target NAME`"));
    }
    if parser.diagnostics.is_empty() { Ok(known) } else { Err(parser.diagnostics) }
}

impl Parser {
    fn quirk(&mut self, node: &Node, known: &mut Known) {
        let Some((word, properties)) = self.named(node, "the name of a quirk", &["reason"]) else { return };
        if let Some(Some(reason)) = properties.into_iter().next() {
            known.reasons.insert(word.text.clone(), reason);
        }
        known.quirks.push(word);
    }

    fn deviation(&mut self, node: &Node, known: &mut Known) {
        let keys = ["reason", "unsupported", "unstable"];
        let Some((id, properties)) = self.named(node, "the id of a case", &keys) else { return };
        let id = id.text;
        let [reason, unsupported, unstable] = <[_; 3]>::try_from(properties).unwrap_or_default();
        let mut expect = Expect::at(node.span.clone());
        for strand in node.children.iter().flatten() {
            let values = strand.entries.iter().filter_map(|entry| self.observation(entry)).collect();
            expect.strands.push((strand.name.text.clone(), values));
            expect.places.push(strand.name.span.clone());
        }
        let forms = [!expect.strands.is_empty(), unsupported.is_some(), unstable.is_some()];
        if forms.iter().filter(|form| **form).count() != 1 {
            let mistake = Diagnostic::new(node.span.clone(), format!("expected one statement about the case `{id}`"));
            self.report(mistake.help("write `case ID { strand value … }`, `unsupported=` or `unstable=`"));
        }
        (expect.unsupported, expect.unstable) = (unsupported, unstable);
        if let Some(reason) = reason {
            known.reasons.insert(id.clone(), reason);
        }
        if known.cases.insert(id.clone(), expect).is_some() {
            self.report(Diagnostic::new(node.span.clone(), format!("the case `{id}` is stated twice")));
        }
    }

    /// Returns the one argument of a node, and the values of these properties.
    fn named(&mut self, node: &Node, expected: &str, keys: &[&str]) -> Option<(Spanned, Vec<Option<String>>)> {
        let mut name = None;
        let mut properties = vec![None; keys.len()];
        for entry in &node.entries {
            let word = self.word(entry, expected)?;
            let Some(key) = &entry.key else {
                if name.is_some() {
                    self.report(Diagnostic::new(word.span.clone(), format!("expected {expected} alone")));
                }
                name = Some(word);
                continue;
            };
            match keys.iter().position(|known| *known == &*key.text) {
                Some(place) => properties[place] = Some(word.text.to_string()),
                None => {
                    let message = format!("`{}` has no property `{}`", node.name.text, key.text);
                    self.report(Diagnostic::new(key.span.clone(), message).suggest(&key.text, keys.iter().copied()));
                }
            }
        }
        if name.is_none() {
            self.report(Diagnostic::new(node.name.span.clone(), format!("expected {expected}")));
        }
        Some((name?, properties))
    }
}
