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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::parse::parse;

    #[test]
    fn each_capability_follows_from_a_statement() {
        for (program, expected) in [
            ("var v; run v a { get v }", None),
            ("var v name=n", Some(Capability::Options)),
            ("fn f { get v }; task t { var v default=d }", Some(Capability::Options)),
            ("var v; enter g v a", Some(Capability::Guard)),
            ("var v; fn f { disable v }", Some(Capability::Mutate)),
            ("var v; try { throw x }; catch { enter-with v a }", Some(Capability::Mutate)),
            ("resource r", Some(Capability::Als)),
            ("finalizer f {}; drop f", Some(Capability::Gc)),
            ("thread t {}", Some(Capability::Worker)),
            ("module m {}", Some(Capability::Module)),
            ("unhandled u {}", Some(Capability::Rejection)),
        ] {
            let (file, diagnostics) = parse(&format!("litmus 1; case c {{ program {{ {program} }} }}"));
            assert_eq!(diagnostics, []);
            assert!(needs(&file.cases[0]).into_iter().eq(expected), "{program}");
        }
    }
}
