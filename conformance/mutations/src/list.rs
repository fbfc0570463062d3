//! The list of mutations, read from `js/mutations.kdl`.

use std::collections::BTreeSet;

use kdl::{KdlDocument, KdlNode};

/// A way to break an implementation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mutation {
    /// What it is called.
    pub(crate) name: String,
    /// The anchor of the clause whose step is broken, or nothing where the step is ours alone.
    pub(crate) clause: Option<String>,
    /// Which part of the clause.
    pub(crate) step: String,
    /// What is broken, in words.
    pub(crate) breaks: String,
    /// Where it was tried, and what came of it.
    pub(crate) tried: Tried,
}

/// Where a mutation was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tried {
    /// In our engine, by these edits. Each of the files notices.
    Here {
        /// What is changed.
        edits: Vec<Edit>,
        /// The tests, by their paths below `js` without the extension.
        noticed: Vec<String>,
    },
    /// In engine262 alone: no line of ours does this step.
    Elsewhere {
        /// The tests that notice there.
        noticed: Vec<String>,
    },
    /// No program can tell.
    Unseen {
        /// Why.
        reason: String,
    },
}

/// A change of one expression in a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// The file, from the root of the repository.
    pub(crate) file: String,
    /// A text that stands once in the file: the expression is the first one behind it. Without it
    /// the expression itself stands once.
    pub(crate) after: Option<String>,
    /// The expression. Blanks and line breaks are all the same.
    pub(crate) right: String,
    /// What it is replaced by.
    pub(crate) broken: String,
}

/// What is wrong with the list.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Mistake {
    /// It is no KDL.
    #[error("the list of mutations is no KDL: {0}")]
    Kdl(#[from] kdl::KdlError),
    /// A node has not what it needs.
    #[error("the mutation `{mutation}`: {what}")]
    Mutation {
        /// The name of the mutation, or what stands where it should be.
        mutation: String,
        /// What is missing or too much.
        what: String,
    },
}

/// Reads a list.
///
/// ```kdl
/// mutation get-is-empty {
///     clause sec-asynccontext-variable.prototype.get
///     step "step 5"
///     breaks "nothing is ever bound"
///     edit "src/variable.rs" { right "agent.snapshot()"; broken "Mapping::default()" }
///     noticed "AsyncContext/Variable/prototype/get/brand"
/// }
/// ```
///
/// # Errors
///
/// When the text is no KDL, a name occurs twice, or a mutation lacks a part.
pub(crate) fn parse(text: &str) -> Result<Vec<Mutation>, Mistake> {
    let document = KdlDocument::parse_v2(text)?;
    let mut names = BTreeSet::new();
    document
        .nodes()
        .iter()
        .map(|node| {
            let mutation = mutation(node)?;
            if !names.insert(mutation.name.clone()) {
                return Err(mistake(&mutation.name, "occurs twice"));
            }
            Ok(mutation)
        })
        .collect()
}

fn mutation(node: &KdlNode) -> Result<Mutation, Mistake> {
    if node.name().value() != "mutation" {
        return Err(mistake(node.name().value(), "is no `mutation`"));
    }
    let name = text(node, "the list", 0)?;
    let (mut clause, mut step, mut breaks, mut elsewhere, mut reason) = (None, None, None, false, None);
    let (mut edits, mut noticed) = (Vec::new(), Vec::new());
    for child in node.iter_children() {
        match child.name().value() {
            "clause" => clause = Some(text(child, &name, 0)?),
            "step" => step = Some(text(child, &name, 0)?),
            "breaks" => breaks = Some(text(child, &name, 0)?),
            "edit" => edits.push(edit(child, &name)?),
            "elsewhere" => elsewhere = true,
            "unseen" => reason = Some(text(child, &name, 0)?),
            "noticed" => {
                for at in 0..child.entries().len() {
                    noticed.push(text(child, &name, at)?);
                }
            }
            other => return Err(mistake(&name, &format!("`{other}` is no part of a mutation"))),
        }
    }
    let tried = match (edits.is_empty(), elsewhere, reason) {
        (true, false, Some(reason)) if noticed.is_empty() => Tried::Unseen { reason },
        (true, true, None) if !noticed.is_empty() => Tried::Elsewhere { noticed },
        (false, false, None) if !noticed.is_empty() => Tried::Here { edits, noticed },
        _ => return Err(mistake(&name, "it needs `edit` and `noticed`, or `elsewhere` and `noticed`, or `unseen`")),
    };
    let step = step.ok_or_else(|| mistake(&name, "it has no `step`"))?;
    let breaks = breaks.ok_or_else(|| mistake(&name, "it has no `breaks`"))?;
    Ok(Mutation { name, clause, step, breaks, tried })
}

fn edit(node: &KdlNode, of: &str) -> Result<Edit, Mistake> {
    let (mut right, mut broken) = (None, None);
    for child in node.iter_children() {
        match child.name().value() {
            "right" => right = Some(text(child, of, 0)?),
            "broken" => broken = Some(text(child, of, 0)?),
            other => return Err(mistake(of, &format!("`{other}` is no part of an edit"))),
        }
    }
    let after = if node.get("after").is_some() { Some(text(node, of, "after")?) } else { None };
    Ok(Edit {
        file: text(node, of, 0)?,
        after,
        right: right.ok_or_else(|| mistake(of, "an `edit` has no `right`"))?,
        broken: broken.ok_or_else(|| mistake(of, "an `edit` has no `broken`"))?,
    })
}

fn text(node: &KdlNode, of: &str, key: impl Into<kdl::NodeKey>) -> Result<String, Mistake> {
    let value = node.get(key).and_then(|value| value.as_string()).filter(|text| !text.trim().is_empty());
    value.map(str::to_owned).ok_or_else(|| mistake(of, &format!("a `{}` has no text", node.name().value())))
}

fn mistake(mutation: &str, what: &str) -> Mistake {
    Mistake::Mutation { mutation: mutation.to_owned(), what: what.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_in_the_list_is_named() {
        let whole = "mutation m { step s; breaks b; edit f { right r; broken x }; noticed n }";
        assert_eq!(parse(whole).unwrap().len(), 1);
        let mistakes = [
            ("mutation m { step", "KDL"),
            ("mutant m", "`mutant`: is no `mutation`"),
            ("mutation", "has no text"),
            (&format!("{whole}\n{whole}"), "occurs twice"),
            ("mutation m { step s; breaks b; edit f { right r; broken x } }", "it needs"),
            ("mutation m { step s; breaks b; noticed n }", "it needs"),
            ("mutation m { step s; breaks b; unseen why; noticed n }", "it needs"),
            ("mutation m { step s; breaks b; elsewhere }", "it needs"),
            ("mutation m { breaks b; unseen why }", "no `step`"),
            ("mutation m { step s; unseen why }", "no `breaks`"),
            ("mutation m { step s; breaks b; edit f { right r }; noticed n }", "no `broken`"),
            ("mutation m { step s; breaks b; edit f { right r; wrong x }; noticed n }", "`wrong`"),
            ("mutation m { step s; breaks b; wonder }", "`wonder`"),
        ];
        for (text, part) in mistakes {
            let mistake = parse(text).unwrap_err().to_string();
            assert!(mistake.contains(part), "{text}: {mistake}");
        }
    }
}
