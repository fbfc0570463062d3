//! The names of a program. Each name is bound once (rule R1).

use std::collections::HashMap;

use crate::program::ast::{Span, Spanned, Stmt};
use crate::program::diagnostic::Diagnostic;
use crate::program::table::{Field, Kind, Op, RESERVED, Role};

/// The number of strands that the message about an unknown strand lists.
const LISTED: usize = 20;

/// The entity that a name is bound to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thing<'a> {
    pub(super) kind: Kind,
    /// The statement that binds it.
    pub(super) op: Op,
    pub(super) span: &'a Span,
    /// The statement around the binding statement; none in `main`.
    pub(super) within: Option<&'a Stmt>,
}

/// All names of a program.
#[derive(Debug, Default)]
pub(super) struct Names<'a>(HashMap<&'a str, Thing<'a>>);

impl<'a> Names<'a> {
    /// Collects the names of a program, and reports those that are bound twice or reserved.
    pub(super) fn of(block: &'a [Stmt], diagnostics: &mut Vec<Diagnostic>) -> Names<'a> {
        let mut names = Names::default();
        names.collect(block, None, diagnostics);
        names
    }

    fn collect(&mut self, block: &'a [Stmt], within: Option<&'a Stmt>, diagnostics: &mut Vec<Diagnostic>) {
        for stmt in block {
            if let (Some(Spanned { text, span }), Some(kind)) = (stmt.operand(Field::Name), binds(stmt.op)) {
                if RESERVED.contains(&text.as_ref()) {
                    let mistake = Diagnostic::new(span.clone(), format!("the name `{text}` is reserved"));
                    diagnostics.push(mistake.help("choose another name"));
                } else if self.0.contains_key(text.as_ref()) {
                    let mistake = Diagnostic::new(span.clone(), format!("`{text}` is already bound in this program"));
                    diagnostics.push(mistake.help("choose another name"));
                } else {
                    self.0.insert(text, Thing { kind, op: stmt.op, span, within });
                }
            }
            stmt.blocks().for_each(|block| self.collect(block, Some(stmt), diagnostics));
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Thing<'a>> {
        self.0.get(name)
    }

    /// Returns the names of these kinds.
    pub(super) fn of_kinds(&self, kinds: &[Kind]) -> impl Iterator<Item = &'a str> {
        let mut names: Vec<_> =
            self.0.iter().filter(|(_, thing)| kinds.contains(&thing.kind)).map(|(name, _)| *name).collect();
        names.sort_unstable();
        names.into_iter()
    }

    /// Whether a name is the name of a strand.
    pub(super) fn is_strand(&self, name: &str) -> bool {
        name == "main" || self.get(name).is_some_and(|thing| thing.op.row().strand)
    }

    /// Returns the error for a listed name that is not a strand.
    pub(super) fn no_strand(&self, name: &str, span: Span) -> Diagnostic {
        if let Some(thing) = self.get(name) {
            return Diagnostic::new(span, format!("`{name}` is {}, not a strand", thing.kind.phrase()))
                .help("its observations belong to the strand that executes it");
        }
        let mut strands: Vec<_> = self.0.keys().copied().filter(|name| self.is_strand(name)).chain(["main"]).collect();
        strands.sort_unstable();
        let more = if strands.len() > LISTED { ", …" } else { "" };
        let listed = strands[..strands.len().min(LISTED)].join(", ");
        let mistake = Diagnostic::new(span, format!("the program has no strand `{name}`"));
        mistake.help(format!("its strands are {listed}{more}")).suggest(name, strands)
    }
}

/// Returns the entity that a statement binds its name to, if it can bind one.
pub(super) fn binds(op: Op) -> Option<Kind> {
    op.row().operands.iter().find_map(|operand| match operand.role {
        Role::Binds(kind) => Some(kind),
        _ => None,
    })
}
