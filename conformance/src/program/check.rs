//! The static rules.
//!
//! This module checks the clauses and the stated outcomes of a case. The walk through the program is
//! in `walk.rs` (R1 scope, R2 pure bodies, R6 places, R7 kinds). Restrictions to one use or one strand
//! are in `once.rs` (R3 owners, R4 settlements, R5 adoptions). The names of the whole program are in
//! `names.rs`.

mod emitters;
mod names;
mod once;
mod walk;

use std::collections::HashSet;

use self::names::Names;
use super::VERSION;
use super::ast::{Case, Stmt};
use super::diagnostic::{Diagnostic, head};
use super::table::Field;
use crate::clauses::Clauses;

/// Checks a case: its program, its clauses, and its stated outcomes against the program.
///
/// Of a case with experimental statements, only the clauses are checked, since the names and strands
/// of such statements are unknown.
///
/// # Examples
///
/// ```
/// use conformance::program::{check::check, parse::parse};
///
/// let (file, _) = parse("litmus 1; case c { program { var v; run w a { get v } } }");
/// assert_eq!(check(&file.cases[0])[0].to_string(), "no `w` is bound (did you mean `v`?)");
/// ```
pub fn check(case: &Case) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for clause in &case.clauses {
        if Clauses::get(&clause.text).is_none() {
            let mistake = Diagnostic::new(clause.span.clone(), format!("the draft has no clause `{}`", clause.text));
            diagnostics.push(mistake.suggest(&clause.text, Clauses::all().iter().map(|clause| clause.anchor.as_str())));
        }
    }
    if case.experiments.is_empty() && case.version <= VERSION {
        diagnostics.extend(program(&case.program));
        expects(case, &mut diagnostics);
    }
    diagnostics.sort_by_key(|mistake| (mistake.span.start, mistake.span.end));
    diagnostics
}

/// Checks a program by rules R1 to R7.
///
/// # Examples
///
/// ```
/// use conformance::program::{check, parse::parse};
///
/// let (file, _) = parse("litmus 1; case c { program { deferred d; resolve d; resolve d } }");
/// assert_eq!(check::program(&file.cases[0].program)[0].message, "`d` is already settled");
/// ```
pub fn program(block: &[Stmt]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let names = Names::of(block, &mut diagnostics);
    walk::walk(block, &names, &mut diagnostics);
    diagnostics.sort_by_key(|mistake| (mistake.span.start, mistake.span.end));
    diagnostics
}

fn expects(case: &Case, diagnostics: &mut Vec<Diagnostic>) {
    let names = Names::of(&case.program, &mut Vec::new());
    let mut labels = HashSet::new();
    collect_labels(&case.program, &mut labels);
    let mut base = HashSet::new();
    for expect in &case.expects {
        let mut listed = HashSet::new();
        for ((strand, seen), span) in expect.strands.iter().zip(&expect.places) {
            if !names.is_strand(strand) {
                diagnostics.push(names.no_strand(strand, span.clone()));
            }
            let again = !listed.insert(strand)
                || expect.profiles.is_empty() && expect.reading.is_none() && !base.insert(strand);
            if again {
                let mistake = Diagnostic::new(span.clone(), format!("the strand `{strand}` is listed twice"));
                diagnostics.push(mistake.help("list all its values once, in their order"));
            }
            for label in seen.iter().filter_map(|seen| seen.label.as_ref()) {
                if !labels.contains(label.as_ref()) {
                    let message = format!("no statement has the label `{label}` that `{strand}` expects");
                    let mistake =
                        Diagnostic::new(span.clone(), message).help(format!("add `as={label}` to the statement"));
                    diagnostics.push(mistake.suggest(label, labels.iter().copied()));
                }
            }
        }
        if expect.profiles.iter().enumerate().any(|(i, profile)| expect.profiles[..i].contains(profile)) {
            diagnostics.push(Diagnostic::new(head(&expect.span, "expect"), "a profile is listed twice"));
        }
        if expect.reading.is_some() && (!expect.profiles.is_empty() || expect.unsupported.is_some()) {
            let message = "`reading=` is for the outcome of the reading, without a profile";
            diagnostics.push(Diagnostic::new(head(&expect.span, "expect"), message));
        }
        let reasons = usize::from(expect.unsupported.is_some()) + usize::from(expect.unstable.is_some());
        let message = match reasons {
            2 => "an outcome is either `unsupported` or `unstable`",
            1 if expect.profiles.is_empty() && expect.reading.is_none() => {
                "`unsupported` and `unstable` need a profile"
            }
            1 if !expect.strands.is_empty() => "an outcome that is `unsupported` or `unstable` lists no strands",
            _ => continue,
        };
        diagnostics.push(Diagnostic::new(head(&expect.span, "expect"), message));
    }
}

fn collect_labels<'a>(block: &'a [Stmt], labels: &mut HashSet<&'a str>) {
    for stmt in block {
        labels.extend(stmt.get(Field::As).map(AsRef::as_ref));
        stmt.blocks().for_each(|block| collect_labels(block, labels));
    }
}

#[cfg(test)]
mod tests;
