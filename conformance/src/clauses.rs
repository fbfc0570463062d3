//! The clauses of the pinned draft: what `spec/clauses.kdl` says of each, by anchor.

use std::collections::HashMap;
use std::sync::LazyLock;

use kdl::{KdlDocument, KdlNode};

const INDEX: &str = include_str!("../spec/clauses.kdl");

static CLAUSES: LazyLock<Clauses> = LazyLock::new(|| {
    Clauses::parse(INDEX).unwrap_or_else(|mistake| panic!("spec/clauses.kdl, which is part of this program: {mistake}"))
});

/// A clause of the draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Its anchor in the draft, `sec-…`.
    pub anchor: String,
    /// Its heading.
    pub title: String,
    /// What it requires, in our own words.
    pub words: String,
    /// Whether it asks something of an implementation, or only holds other clauses.
    pub normative: bool,
    /// Why no litmus program can reach it.
    pub exempt: Option<String>,
}

impl Clause {
    /// Where to read it, in the newest draft.
    ///
    /// ```
    /// let clause = conformance::clauses::Clauses::get("sec-agents").unwrap();
    /// assert!(clause.url().ends_with("#sec-agents"));
    /// ```
    pub fn url(&self) -> String {
        format!("https://tc39.es/proposal-async-context/#{}", self.anchor)
    }
}

/// The index of clauses.
#[derive(Debug)]
pub struct Clauses {
    commit: String,
    list: Vec<Clause>,
    by_anchor: HashMap<String, usize>,
}

impl Clauses {
    /// The clause with this anchor, if the draft has it.
    ///
    /// ```
    /// use conformance::clauses::Clauses;
    ///
    /// assert_eq!(Clauses::get("sec-asynccontextswap").unwrap().title, "AsyncContextSwap");
    /// assert!(Clauses::get("sec-no-such-clause").is_none());
    /// ```
    pub fn get(anchor: &str) -> Option<&'static Clause> {
        CLAUSES.by_anchor.get(anchor).map(|&i| &CLAUSES.list[i])
    }

    /// All clauses, in the draft's order.
    ///
    /// ```
    /// assert!(conformance::clauses::Clauses::all().iter().any(|clause| clause.normative));
    /// ```
    pub fn all() -> &'static [Clause] {
        &CLAUSES.list
    }

    /// The commit of the draft that the index describes.
    ///
    /// ```
    /// assert_eq!(conformance::clauses::Clauses::commit().len(), 40);
    /// ```
    pub fn commit() -> &'static str {
        &CLAUSES.commit
    }

    fn parse(text: &str) -> Result<Clauses, String> {
        let document = KdlDocument::parse_v2(text).map_err(|error| error.to_string())?;
        let mut clauses = Clauses { commit: String::new(), list: Vec::new(), by_anchor: HashMap::new() };
        for node in document.nodes() {
            match node.name().value() {
                "draft" => clauses.commit = string(node, "commit", "draft")?,
                "clause" => {
                    let clause = clause(node)?;
                    if clauses.by_anchor.insert(clause.anchor.clone(), clauses.list.len()).is_some() {
                        return Err(format!("`{}` occurs twice", clause.anchor));
                    }
                    clauses.list.push(clause);
                }
                other => return Err(format!("`{other}` is no node of the index")),
            }
        }
        if clauses.commit.is_empty() {
            return Err("no `draft` with a commit".into());
        }
        Ok(clauses)
    }
}

fn clause(node: &KdlNode) -> Result<Clause, String> {
    let anchor = string(node, 0, "clause")?;
    let (mut title, mut words, mut normative, mut exempt) = (None, None, None, None);
    for child in node.iter_children() {
        match child.name().value() {
            "title" => title = Some(string(child, 0, &anchor)?),
            "words" => words = Some(string(child, 0, &anchor)?),
            "exempt" => exempt = Some(string(child, 0, &anchor)?),
            "normative" => normative = Some(true),
            "structure" => normative = Some(false),
            other => return Err(format!("`{anchor}` has `{other}`, which is no part of a clause")),
        }
    }
    let missing = |part: &str| format!("`{anchor}` has no {part}");
    let title = title.ok_or_else(|| missing("title"))?;
    let words = words.ok_or_else(|| missing("words"))?;
    let normative = normative.ok_or_else(|| missing("`normative` or `structure`"))?;
    if exempt.is_some() && !normative {
        return Err(format!("`{anchor}` is structure, so it needs no `exempt`"));
    }
    Ok(Clause { anchor, title, words, normative, exempt })
}

fn string(node: &KdlNode, key: impl Into<kdl::NodeKey>, of: &str) -> Result<String, String> {
    let value = node.get(key).and_then(|value| value.as_string());
    value.map(str::to_owned).ok_or_else(|| format!("a `{}` of `{of}` has no text", node.name().value()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_covers_the_whole_draft() {
        assert_eq!(Clauses::all().len(), 76, "every `id=\"sec-…\"` of the pinned spec.html");
        assert_eq!(Clauses::commit(), "e21adb31d90ac6f55ffb46e1a7fad6040b2e2216");
        for clause in Clauses::all() {
            assert_eq!(Clauses::get(&clause.anchor), Some(clause));
        }
    }

    #[test]
    fn a_mistake_in_the_index_is_named() {
        let mistakes = [
            ("clause sec-a { title A; words W; normative }", "no `draft`"),
            ("draft x commit=c\nclause sec-a { title A; words W }", "`normative` or `structure`"),
            ("draft x commit=c\nclause sec-a { words W; normative }", "`sec-a` has no title"),
            ("draft x commit=c\nclause sec-a { title A; words W; structure; exempt E }", "needs no `exempt`"),
            ("draft x commit=c\nclause sec-a { title A; words W; nonsense }", "`nonsense`"),
            (
                "draft x commit=c\nclause sec-a { title A; words W; normative }\nclause sec-a { title A; words W; normative }",
                "occurs twice",
            ),
        ];
        for (text, expected) in mistakes {
            let mistake = Clauses::parse(text).unwrap_err();
            assert!(mistake.contains(expected), "{mistake}");
        }
    }
}
