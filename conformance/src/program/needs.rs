//! The capabilities that a target needs to run a case. They follow from the text and the table.

use std::collections::BTreeSet;

use super::ast::{Case, Stmt};
use super::table::{Capability, Form, Role};

/// Returns the capabilities that a case needs.
///
/// # Examples
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

/// Returns the first word or property of a program that needs a capability other than the given ones, and that
/// capability.
///
/// # Examples
///
/// ```
/// use conformance::program::{needs::first_lack, parse::parse, table::Capability};
///
/// let (file, _) = parse("litmus 1; case c { program { var v default=d; exit v { get v } } }");
/// let lack = first_lack(&file.cases[0].program, &[Capability::Options].into());
/// assert_eq!(lack, Some(("exit".to_owned(), Capability::Als)));
/// ```
pub fn first_lack(block: &[Stmt], capabilities: &BTreeSet<Capability>) -> Option<(String, Capability)> {
    block.iter().find_map(|stmt| {
        let lack = of(stmt).find(|(_, need)| !capabilities.contains(need));
        lack.or_else(|| stmt.blocks().find_map(|block| first_lack(block, capabilities)))
    })
}

fn collect(block: &[Stmt], needs: &mut BTreeSet<Capability>) {
    for stmt in block {
        needs.extend(of(stmt).map(|(_, need)| need));
        stmt.blocks().for_each(|block| collect(block, needs));
    }
}

/// Returns the capabilities that a statement needs without its blocks, each with the word or property that needs it.
fn of(stmt: &Stmt) -> impl Iterator<Item = (String, Capability)> {
    let row = stmt.op.row();
    let kinds = row.operands.iter().filter_map(|operand| match operand.role {
        Role::OneOf(_) => {
            let kind = stmt.kind()?;
            let given = stmt.get(operand.field).map_or(String::new(), |word| match operand.form {
                Form::Property(key) => format!(" {key}={word}"),
                Form::Required | Form::Optional => format!(" {word}"),
            });
            Some((format!("{}{given}", row.word), kind.needs()))
        }
        _ => None,
    });
    let given = row.operands.iter().filter(|operand| stmt.get(operand.field).is_some());
    let properties = given.filter_map(|operand| match operand.form {
        Form::Property(key) => Some((format!("{key}="), operand.needs?)),
        Form::Required | Form::Optional => Some((row.word.to_owned(), operand.needs?)),
    });
    row.needs.map(|need| (row.word.to_owned(), need)).into_iter().chain(properties).chain(kinds)
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
            ("uncaught u {}", Some(Capability::Uncaught)),
            ("var v; diagnostics d; bind-store d v", Some(Capability::Diagnostics)),
            ("channel c; listen c p {}; post p", Some(Capability::Message)),
            ("channel c kind=http; listen c p {}", Some(Capability::Http)),
            ("operation o fs {}; operation p fs-promise {}", Some(Capability::Fs)),
        ] {
            let (file, diagnostics) = parse(&format!("litmus 1; case c {{ program {{ {program} }} }}"));
            assert_eq!(diagnostics, []);
            assert!(needs(&file.cases[0]).into_iter().eq(expected), "{program}");
        }
    }
}
