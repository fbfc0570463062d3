//! What a target must have to run a case: it follows from the text, by the table.

use std::collections::BTreeSet;

use super::ast::{Case, Stmt};
use super::table::Capability;

/// The capabilities that a case needs.
///
/// ```
/// use conformance::program::{needs::needs, parse::parse, table::Capability};
///
/// let (file, _) = parse("litmus 1; case c { program { var v default=d; exit v { get v } } }");
/// assert!(needs(&file.cases[0]).iter().eq(&[Capability::Options, Capability::Als]));
/// ```
pub fn needs(case: &Case) -> BTreeSet<Capability> {
    let mut needs = BTreeSet::new();
    collect(&case.program, &mut needs);
    needs
}

fn collect(block: &[Stmt], needs: &mut BTreeSet<Capability>) {
    for stmt in block {
        let row = stmt.op.row();
        needs.extend(row.needs);
        needs.extend(row.operands.iter().filter(|operand| stmt.get(operand.field).is_some()).filter_map(|o| o.needs));
        stmt.blocks().for_each(|block| collect(block, needs));
    }
}
