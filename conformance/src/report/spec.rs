//! The coverage of the draft: its clauses, and the cases that cite each.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::count::count;
use super::style::{FAINT, STRONG};
use crate::clauses::{Clause, Clauses};
use crate::compare::Verdict;
use crate::suite::Suite;

/// The coverage of a clause.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// The clause.
    pub clause: &'static Clause,
    /// The ids of the cases that cite it.
    pub cases: Vec<String>,
}

impl Coverage {
    /// Whether the clause has requirements, but neither a case nor a reason why it has none.
    pub fn is_missing(&self) -> bool {
        self.clause.normative && self.clause.exempt.is_none() && self.cases.is_empty()
    }
}

/// Returns the coverage of every clause, in the draft's order.
///
/// # Examples
///
/// ```
/// use conformance::{report::spec, suite::Suite};
///
/// assert!(!spec::coverage(&Suite::embedded()).iter().any(spec::Coverage::is_missing));
/// ```
pub fn coverage(suite: &Suite) -> Vec<Coverage> {
    let mut cited: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for entry in &suite.cases {
        for clause in &entry.case.clauses {
            cited.entry(&clause.text).or_default().push(entry.case.id.to_string());
        }
    }
    let cases = |clause: &Clause| cited.get(&*clause.anchor).cloned().unwrap_or_default();
    Clauses::all().iter().map(|clause| Coverage { clause, cases: cases(clause) }).collect()
}

/// Prints a line per clause that has requirements, and the totals.
pub fn print(out: &mut dyn Write, coverage: &[Coverage]) -> io::Result<()> {
    writeln!(out, "{STRONG}The draft of {}, commit {}{STRONG:#}\n", Clauses::date(), Clauses::commit())?;
    let normative = || coverage.iter().filter(|coverage| coverage.clause.normative);
    for Coverage { clause, cases } in normative() {
        let Clause { anchor, title, .. } = clause;
        match (&clause.exempt, cases.len()) {
            (Some(why), _) => writeln!(out, "   -  {anchor}  {title}\n      {FAINT}no case: {why}{FAINT:#}")?,
            (None, 0) => {
                let style = super::style::of(Verdict::Unexplained);
                writeln!(out, "   {style}0  {anchor}  {title}: no case, and no reason why{style:#}")?;
            }
            (None, number) => writeln!(out, "{number:>4}  {anchor}  {title}")?,
        }
    }
    let covered = normative().filter(|coverage| !coverage.cases.is_empty()).count();
    let exempt = normative().filter(|coverage| coverage.clause.exempt.is_some()).count();
    let missing = normative().filter(|coverage| coverage.is_missing()).count();
    let clauses = count(normative().count(), "clause");
    writeln!(
        out,
        "\n{STRONG}{clauses} with requirements{STRONG:#}: {covered} with cases, {exempt} that no program can test, \
         {missing} without either"
    )?;
    writeln!(out, "`conformance list --about CLAUSE` lists the cases of one")
}

/// Returns the coverage for machines.
pub fn json(coverage: &[Coverage]) -> Value {
    let clause = |coverage: &Coverage| {
        let Clause { anchor, title, words, normative, exempt } = coverage.clause;
        json!({ "anchor": anchor, "title": title, "words": words, "url": coverage.clause.url(),
            "normative": normative, "exempt": exempt, "cases": coverage.cases })
    };
    let clauses: Vec<_> = coverage.iter().map(clause).collect();
    json!({ "draft_commit": Clauses::commit(), "draft_date": Clauses::date(), "clauses": clauses })
}
