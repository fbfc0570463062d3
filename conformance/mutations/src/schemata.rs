//! All mutations in one text: each broken expression is behind a switch beside the original one.
//!
//! So one build contains all mutants, and an environment variable selects one.

use crate::list::Edit;

/// The module that is added to each mutated crate. Its function returns whether a mutation is selected.
pub(crate) const SWITCH: &str = r#"
pub(crate) mod mutant {
    pub(crate) fn is(name: &str) -> bool {
        static NAME: std::sync::LazyLock<Option<String>> =
            std::sync::LazyLock::new(|| std::env::var("ASYNCCONTEXT_MUTATION").ok());
        NAME.as_deref() == Some(name)
    }
}
"#;

/// The environment variable that names the selected mutation.
pub(crate) const VARIABLE: &str = "ASYNCCONTEXT_MUTATION";

/// The reason why an edit cannot be applied.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Mismatch {
    /// The expression, or the text before it, does not occur exactly once.
    #[error(
        "the mutation `{mutation}`: `{text}` occurs {count} times in {file} instead of once; correct js/mutations.kdl"
    )]
    Count {
        /// The name of the mutation.
        mutation: String,
        /// The text.
        text: String,
        /// The number of its occurrences.
        count: usize,
        /// The file.
        file: String,
    },
    /// Two expressions overlap, and neither contains the other.
    #[error("the expressions of `{0}` and `{1}` overlap; one must contain the other")]
    Overlap(String, String),
}

/// The place of an expression, and the mutations that replace it.
struct Place<'e> {
    start: usize,
    end: usize,
    broken: Vec<(&'e str, &'e str)>,
}

/// Returns the text of a Rust source file with every edit behind a switch. Each edit has the name of its mutation, and
/// all edits are of this file.
///
/// `let two = 1 + 1;` becomes `let two = (if crate::mutant::is("sum") { 3 } else { 1 + 1 });`.
///
/// # Errors
///
/// Returns an error if an edit does not match the text, or if two edits overlap.
pub(crate) fn switched(text: &str, edits: &[(&str, &Edit)]) -> Result<String, Mismatch> {
    let mut places: Vec<Place<'_>> = Vec::new();
    for (mutation, edit) in edits {
        let (start, end) = find(text, mutation, edit)?;
        match places.iter_mut().find(|place| (place.start, place.end) == (start, end)) {
            Some(place) => place.broken.push((mutation, &edit.broken)),
            None => places.push(Place { start, end, broken: vec![(mutation, &edit.broken)] }),
        }
    }
    // Outer expressions first.
    places.sort_by_key(|place| (place.start, usize::MAX - place.end));
    let mut rest = places.as_slice();
    render(text, 0, text.len(), &mut rest)
}

/// Returns the text from `from` to `to`, with the places that start there.
fn render(text: &str, mut from: usize, to: usize, places: &mut &[Place<'_>]) -> Result<String, Mismatch> {
    let mut result = String::new();
    while let Some((place, others)) = places.split_first()
        && place.start < to
    {
        if let Some(other) = others.iter().find(|other| other.start < place.end && other.end > place.end) {
            let name = |place: &Place<'_>| place.broken.first().map_or("", |(name, _)| *name).to_owned();
            return Err(Mismatch::Overlap(name(place), name(other)));
        }
        *places = others;
        result.push_str(&text[from..place.start]);
        result.push('(');
        for (mutation, broken) in &place.broken {
            result.push_str(&format!("if crate::mutant::is({mutation:?}) {{ {broken} }} else "));
        }
        let right = render(text, place.start, place.end, places)?;
        result.push_str(&format!("{{ {right} }})"));
        from = place.end;
    }
    result.push_str(&text[from..to]);
    Ok(result)
}

/// Returns the text with the edits of one mutation applied, for a file without switches.
///
/// # Errors
///
/// Returns an error if an edit does not match the text.
pub(crate) fn broken(text: &str, mutation: &str, edits: &[&Edit]) -> Result<String, Mismatch> {
    let mut text = text.to_owned();
    for edit in edits {
        let (start, end) = find(&text, mutation, edit)?;
        text.replace_range(start..end, &edit.broken);
    }
    Ok(text)
}

fn find(text: &str, mutation: &str, edit: &Edit) -> Result<(usize, usize), Mismatch> {
    let count = |text: &str, count| Mismatch::Count {
        mutation: mutation.to_owned(),
        text: text.to_owned(),
        count,
        file: edit.file.clone(),
    };
    let Some(after) = &edit.after else {
        let found = occurrences(text, &edit.right);
        return match found[..] {
            [place] => Ok(place),
            _ => Err(count(&edit.right, found.len())),
        };
    };
    let anchors = occurrences(text, after);
    let [(_, start)] = anchors[..] else { return Err(count(after, anchors.len())) };
    let behind = occurrences(&text[start..], &edit.right);
    behind.first().map(|(from, to)| (start + from, start + to)).ok_or_else(|| count(&edit.right, 0))
}

/// Returns the occurrences of `wanted` in `text`, with all white space equivalent.
fn occurrences(text: &str, wanted: &str) -> Vec<(usize, usize)> {
    let words: Vec<&str> = wanted.split_whitespace().collect();
    let Some((first, others)) = words.split_first() else { return Vec::new() };
    text.match_indices(first)
        .filter_map(|(start, _)| {
            let mut end = start + first.len();
            for word in others {
                let rest = &text[end..];
                let blank = rest.len() - rest.trim_start().len();
                if blank == 0 || !rest[blank..].starts_with(word) {
                    return None;
                }
                end += blank + word.len();
            }
            Some((start, end))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(after: Option<&str>, right: &str, broken: &str) -> Edit {
        Edit { file: "a.rs".into(), after: after.map(str::to_owned), right: right.into(), broken: broken.into() }
    }

    #[test]
    fn one_expression_has_the_switches_of_all_its_mutations() {
        let (one, two) = (edit(None, "f(x)", "1"), edit(Some("let a"), "f(x)", "2"));
        let text = switched("let a = f(x);", &[("one", &one), ("two", &two)]).unwrap();
        assert_eq!(
            text,
            r#"let a = (if crate::mutant::is("one") { 1 } else if crate::mutant::is("two") { 2 } else { f(x) });"#
        );
    }

    #[test]
    fn an_expression_within_another_keeps_its_switch() {
        let (outer, inner) = (edit(None, "f(g(x))", "1"), edit(None, "g(x)", "2"));
        let text = switched("f(g(x)) + 1", &[("inner", &inner), ("outer", &outer)]).unwrap();
        let expected = r#"(if crate::mutant::is("outer") { 1 } else { f((if crate::mutant::is("inner") { 2 } else { g(x) })) }) + 1"#;
        assert_eq!(text, expected);
    }

    #[test]
    fn line_breaks_are_blanks() {
        let long = edit(None, "call( a, b )", "c");
        let text = switched("call(\n    a,\n    b\n)", &[("long", &long)]).unwrap();
        assert_eq!(text, "(if crate::mutant::is(\"long\") { c } else { call(\n    a,\n    b\n) })");
        assert_eq!(occurrences("ab a b", "a b"), [(3, 6)]);
    }

    #[test]
    fn an_edit_without_a_match_is_an_error() {
        let count = |edit: &Edit, text: &str| match switched(text, &[("m", edit)]).unwrap_err() {
            Mismatch::Count { count, text, .. } => (count, text),
            other => panic!("{other}"),
        };
        assert_eq!(count(&edit(None, "f()", "1"), "g()"), (0, "f()".to_owned()));
        assert_eq!(count(&edit(None, "f()", "1"), "f() + f()"), (2, "f()".to_owned()));
        assert_eq!(count(&edit(Some("fn a"), "f()", "1"), "fn a fn a f()"), (2, "fn a".to_owned()));
        assert_eq!(count(&edit(Some("fn a"), "f()", "1"), "f() fn a"), (0, "f()".to_owned()));
        let (one, two) = (edit(None, "a + b", "1"), edit(None, "b + c", "2"));
        let overlap = switched("a + b + c", &[("one", &one), ("two", &two)]).unwrap_err();
        assert_eq!(overlap, Mismatch::Overlap("one".into(), "two".into()));
    }

    #[test]
    fn a_file_without_switches_is_broken_as_a_whole() {
        let (one, two) = (edit(None, "a", "x"), edit(None, "b", "y"));
        assert_eq!(broken("a b", "m", &[&one, &two]).unwrap(), "x y");
        assert!(broken("a a", "m", &[&one]).is_err());
    }
}
