//! The explained survivors in `survivors.kdl`.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use kdl::{KdlDocument, KdlNode};

use crate::mutant::Key;

/// The class of reasons why no test detects a mutant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Class {
    /// The behavior is the same.
    Equivalent,
    /// The behavior is the same, at another cost in time or memory.
    Cost,
    /// AddressSanitizer or its leak detection detects it, which a run with `--sanitize` checks.
    Sanitizer,
    /// Only a race between threads can detect it, which is the subject of loom and the thread sanitizer.
    Threads,
    /// The code runs in the compiler only.
    Compiled,
    /// No program reaches the code in practice, or only after a failed allocation.
    Remote,
}

impl Class {
    const ALL: [(Class, &str); 6] = [
        (Class::Equivalent, "equivalent"),
        (Class::Cost, "cost"),
        (Class::Sanitizer, "sanitizer"),
        (Class::Threads, "threads"),
        (Class::Compiled, "compiled"),
        (Class::Remote, "remote"),
    ];

    pub(crate) fn name(self) -> &'static str {
        Class::ALL.iter().find(|(class, _)| *class == self).map_or("", |(_, name)| name)
    }

    fn named(name: &str) -> Option<Class> {
        Class::ALL.iter().find(|(_, other)| *other == name).map(|(class, _)| *class)
    }
}

/// An explanation.
#[derive(Clone, Debug)]
pub(crate) struct Explanation {
    pub(crate) class: Class,
    pub(crate) reason: String,
    /// Whether a test may detect the mutant in some runs.
    pub(crate) sometimes: bool,
}

/// An error in the file, or when it is read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Mistake {
    #[error("{path}: {error}")]
    File { path: PathBuf, error: io::Error },
    #[error("mutants/survivors.kdl: {0}")]
    Syntax(String),
    #[error("mutants/survivors.kdl, line {line}: {what}")]
    Form { line: usize, what: String },
}

/// Parses the explanations.
pub(crate) fn read(path: &Path) -> Result<BTreeMap<Key, Explanation>, Mistake> {
    let text = std::fs::read_to_string(path).map_err(|error| Mistake::File { path: path.to_owned(), error })?;
    parse(&text)
}

fn parse(text: &str) -> Result<BTreeMap<Key, Explanation>, Mistake> {
    let document: KdlDocument = text.parse().map_err(|error: kdl::KdlError| {
        let first = error.diagnostics.first();
        let line = first.map_or(0, |first| line_of(text, first.span.offset()));
        let message = first.and_then(|first| first.message.clone()).unwrap_or_default();
        Mistake::Syntax(format!("line {line}: {message}"))
    })?;
    let mut found = BTreeMap::new();
    for file in document.nodes() {
        let path = one_name(text, file, "file")?;
        for function in children(file) {
            let name = one_name(text, function, "fn")?;
            for node in children(function) {
                let form = |what: String| Mistake::Form { line: line_of(text, node.span().offset()), what };
                let class = node.name().value();
                let Some(class) = Class::named(class) else { return Err(form(format!("there is no class `{class}`"))) };
                let sometimes = node.get("sometimes").and_then(kdl::KdlValue::as_bool).unwrap_or(false);
                let mut words = strings(node);
                let reason = words.pop().unwrap_or_default();
                if words.is_empty() || reason.is_empty() {
                    return Err(form("an explanation needs at least one edit and a reason".to_owned()));
                }
                for edit in words {
                    let key = Key { file: path.clone(), function: name.clone(), edit };
                    let explanation = Explanation { class, reason: reason.clone(), sometimes };
                    if found.insert(key.clone(), explanation).is_some() {
                        return Err(form(format!("{key} is explained twice")));
                    }
                }
            }
        }
    }
    Ok(found)
}

fn one_name(text: &str, node: &KdlNode, wanted: &str) -> Result<String, Mistake> {
    let line = line_of(text, node.span().offset());
    match strings(node).as_slice() {
        [name] if node.name().value() == wanted => Ok(name.clone()),
        _ => Err(Mistake::Form { line, what: format!("expected `{wanted}` and one name") }),
    }
}

fn children(node: &KdlNode) -> &[KdlNode] {
    node.children().map_or(&[], KdlDocument::nodes)
}

fn strings(node: &KdlNode) -> Vec<String> {
    let unnamed = node.entries().iter().filter(|entry| entry.name().is_none());
    unnamed.filter_map(|entry| entry.value().as_string()).map(str::to_owned).collect()
}

fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_reason_may_explain_several_edits() {
        let text = "file a.rs { fn f { equivalent x y \"because\"; threads z sometimes=#true \"rarely\"; }; }";
        let found = parse(text).unwrap();
        let key = |edit: &str| Key { file: "a.rs".into(), function: "f".into(), edit: edit.into() };
        assert_eq!(found[&key("x")].reason, "because");
        assert_eq!(found[&key("y")].class, Class::Equivalent);
        assert!(found[&key("z")].sometimes && !found[&key("x")].sometimes);
    }

    #[test]
    fn errors_are_reported_with_their_line() {
        let mistake =
            |inner: &str| parse(&format!("file a.rs {{\n fn f {{\n {inner}\n }}\n}}")).unwrap_err().to_string();
        assert_eq!(mistake("odd x \"r\""), "mutants/survivors.kdl, line 3: there is no class `odd`");
        assert!(mistake("cost x").contains("line 3: an explanation needs"));
        assert!(mistake("cost x r\n cost x r").contains("line 4: a.rs: f: x is explained twice"));
        assert!(parse("files a.rs").unwrap_err().to_string().contains("line 1: expected `file`"));
    }

    #[test]
    fn every_explanation_is_of_a_mutant() {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let sources = crate::sources::read(package.parent().unwrap()).unwrap();
        let keys: std::collections::BTreeSet<Key> = sources.mutants.iter().map(crate::mutant::Mutant::key).collect();
        let explanations = read(&package.join("survivors.kdl")).unwrap();
        let gone: Vec<String> = explanations.keys().filter(|key| !keys.contains(key)).map(Key::to_string).collect();
        assert!(gone.is_empty(), "explained mutants that no longer exist: {gone:#?}");
        assert!(sources.mutants.len() > 500, "{} mutants", sources.mutants.len());
    }
}
