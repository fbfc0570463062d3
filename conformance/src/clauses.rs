//! The clauses of the pinned draft, as `spec/clauses.kdl` describes them.

use std::collections::HashMap;
use std::sync::LazyLock;

use kdl::{KdlDocument, KdlNode};

const INDEX: &str = include_str!("../spec/clauses.kdl");

static CLAUSES: LazyLock<Clauses> =
    LazyLock::new(|| Clauses::parse(INDEX).unwrap_or_else(|mistake| panic!("invalid spec/clauses.kdl: {mistake}")));

/// A clause of the draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Its anchor in the draft, `sec-…`.
    pub anchor: String,
    /// Its heading.
    pub title: String,
    /// A summary of its requirements, in our own words.
    pub words: String,
    /// Whether it has requirements of its own, or only contains other clauses.
    pub normative: bool,
    /// The reason why no litmus program can test it, if there is one.
    pub exempt: Option<String>,
}

impl Clause {
    /// Returns its address in the newest draft.
    ///
    /// # Examples
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
    date: String,
    list: Vec<Clause>,
    by_anchor: HashMap<String, usize>,
}

impl Clauses {
    /// Returns the clause with this anchor, if the draft has it.
    ///
    /// # Examples
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

    /// Returns all clauses, in the draft's order.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(conformance::clauses::Clauses::all().iter().any(|clause| clause.normative));
    /// ```
    pub fn all() -> &'static [Clause] {
        &CLAUSES.list
    }

    /// Returns the commit of the draft that the index describes.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(conformance::clauses::Clauses::commit().len(), 40);
    /// ```
    pub fn commit() -> &'static str {
        &CLAUSES.commit
    }

    /// Returns the date of that commit.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(conformance::clauses::Clauses::date().len(), "2026-01-31".len());
    /// ```
    pub fn date() -> &'static str {
        &CLAUSES.date
    }

    fn parse(text: &str) -> Result<Clauses, String> {
        let document = KdlDocument::parse_v2(text).map_err(|error| error.to_string())?;
        let mut clauses =
            Clauses { commit: String::new(), date: String::new(), list: Vec::new(), by_anchor: HashMap::new() };
        for node in document.nodes() {
            match node.name().value() {
                "draft" => {
                    clauses.commit = string(node, "commit", "draft")?;
                    clauses.date = string(node, "date", "draft")?;
                }
                "clause" => {
                    let clause = clause(node)?;
                    if clauses.by_anchor.insert(clause.anchor.clone(), clauses.list.len()).is_some() {
                        return Err(format!("`{}` occurs twice", clause.anchor));
                    }
                    clauses.list.push(clause);
                }
                other => return Err(format!("unknown node `{other}`")),
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
            other => return Err(format!("`{anchor}` has the unknown part `{other}`")),
        }
    }
    let missing = |part: &str| format!("`{anchor}` has no {part}");
    let title = title.ok_or_else(|| missing("title"))?;
    let words = words.ok_or_else(|| missing("words"))?;
    let normative = normative.ok_or_else(|| missing("`normative` or `structure`"))?;
    if exempt.is_some() && !normative {
        return Err(format!("`{anchor}` is structure, so it must have no `exempt`"));
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
    fn an_error_in_the_index_is_named() {
        let mistakes = [
            ("clause sec-a { title A; words W; normative }", "no `draft`"),
            ("draft x commit=c date=d\nclause sec-a { title A; words W }", "`normative` or `structure`"),
            ("draft x commit=c date=d\nclause sec-a { words W; normative }", "`sec-a` has no title"),
            (
                "draft x commit=c date=d\nclause sec-a { title A; words W; structure; exempt E }",
                "must have no `exempt`",
            ),
            ("draft x commit=c date=d\nclause sec-a { title A; words W; nonsense }", "`nonsense`"),
            (
                "draft x commit=c date=d\nclause sec-a { title A; words W; normative }\nclause sec-a { title A; words W; normative }",
                "occurs twice",
            ),
        ];
        for (text, expected) in mistakes {
            let mistake = Clauses::parse(text).unwrap_err();
            assert!(mistake.contains(expected), "{mistake}");
        }
    }
}
