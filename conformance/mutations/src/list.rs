//! The lists of mutations, read from `js/mutations.kdl` and `core.kdl`.

use std::collections::BTreeSet;

use kdl::{KdlDocument, KdlNode};

/// A mutation: a way to break an implementation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mutation {
    /// Its name.
    pub(crate) name: String,
    /// The anchor of the clause whose step is broken; none for a step that only our implementation has.
    pub(crate) clause: Option<String>,
    /// The part of the clause.
    pub(crate) step: String,
    /// A description of the defect.
    pub(crate) breaks: String,
    /// The engine on which it is tried, and the result.
    pub(crate) tried: Tried,
}

/// The engine on which a mutation is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tried {
    /// Our engine, with these edits. Each of the tests detects the mutation.
    Here {
        /// The edits.
        edits: Vec<Edit>,
        /// The tests, by their paths below `js` without the extension.
        noticed: Vec<String>,
    },
    /// The core, with these edits. A search on the target finds the defect.
    Search {
        /// The edits.
        edits: Vec<Edit>,
        /// The name of the target.
        target: String,
    },
    /// engine262 only, since no line of our engine performs this step.
    Elsewhere {
        /// The tests that detect it.
        noticed: Vec<String>,
    },
    /// No program can detect it.
    Unseen {
        /// The reason.
        reason: String,
    },
}

impl Mutation {
    /// Returns its changes of the sources.
    pub(crate) fn edits(&self) -> &[Edit] {
        match &self.tried {
            Tried::Here { edits, .. } | Tried::Search { edits, .. } => edits,
            Tried::Elsewhere { .. } | Tried::Unseen { .. } => &[],
        }
    }
}

/// A change of one expression in a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// The path of the file from the root of the repository.
    pub(crate) file: String,
    /// A text that occurs once in the file. The edit applies to the first occurrence of the expression after it. Without it,
    /// the expression must occur once.
    pub(crate) after: Option<String>,
    /// The expression. All white space is equivalent.
    pub(crate) right: String,
    /// The replacement.
    pub(crate) broken: String,
}

/// An error in the list.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Mistake {
    /// The list is not KDL.
    #[error("the list of mutations is not KDL: {0}")]
    Kdl(#[from] kdl::KdlError),
    /// A node lacks a part, or has an unknown one.
    #[error("the mutation `{mutation}`: {what}")]
    Mutation {
        /// The name of the mutation, or the text in its place.
        mutation: String,
        /// The description of the error.
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
/// Returns an error if the text is not KDL, if a name occurs twice, or if a mutation lacks a part.
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
        return Err(mistake(node.name().value(), "is not a `mutation`"));
    }
    let name = text(node, "the list", 0)?;
    let (mut clause, mut step, mut breaks, mut elsewhere, mut reason) = (None, None, None, false, None);
    let mut target = None;
    let (mut edits, mut noticed) = (Vec::new(), Vec::new());
    for child in node.iter_children() {
        match child.name().value() {
            "clause" => clause = Some(text(child, &name, 0)?),
            "step" => step = Some(text(child, &name, 0)?),
            "breaks" => breaks = Some(text(child, &name, 0)?),
            "edit" => edits.push(edit(child, &name)?),
            "search" => target = Some(text(child, &name, 0)?),
            "elsewhere" => elsewhere = true,
            "unseen" => reason = Some(text(child, &name, 0)?),
            "noticed" => {
                for at in 0..child.entries().len() {
                    noticed.push(text(child, &name, at)?);
                }
            }
            other => return Err(mistake(&name, &format!("unknown part `{other}`"))),
        }
    }
    let tried = match (edits.is_empty(), elsewhere, reason, target) {
        (true, false, Some(reason), None) if noticed.is_empty() => Tried::Unseen { reason },
        (true, true, None, None) if !noticed.is_empty() => Tried::Elsewhere { noticed },
        (false, false, None, None) if !noticed.is_empty() => Tried::Here { edits, noticed },
        (false, false, None, Some(target)) if noticed.is_empty() => Tried::Search { edits, target },
        _ => {
            let needs =
                "it needs `edit` and `noticed`, or `edit` and `search`, or `elsewhere` and `noticed`, or `unseen`";
            return Err(mistake(&name, needs));
        }
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
            other => return Err(mistake(of, &format!("unknown part `{other}` of an edit"))),
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
            ("mutant m", "`mutant`: is not a `mutation`"),
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
