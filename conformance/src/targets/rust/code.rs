//! A program in a form that strands can share: a tree whose bodies are reference-counted.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::throw::{Abrupt, Flow};
use crate::program::ast::{Stmt, Word};
use crate::program::table::{Field, Op, Place};

/// A program, and the manners in which it can run.
pub(super) struct Program {
    pub(super) code: Code,
    /// Whether closures suffice, because the only strands are `main` and generators.
    pub(super) closures: bool,
    /// The async generators that only loops and `yield-from` consume, so that each request is settled before the next one.
    pub(super) streams: BTreeSet<Word>,
}

impl Program {
    /// Makes a program shareable.
    pub(super) fn new(block: &[Stmt]) -> Program {
        let mut program = Program { code: share(block), closures: true, streams: BTreeSet::new() };
        let mut requested = BTreeSet::new();
        visit(block, &mut |stmt| {
            let row = stmt.op.row();
            program.closures &=
                row.place != Place::Async && (!row.strand || matches!(stmt.op, Op::Generator | Op::Iterator));
            match stmt.op {
                Op::AsyncGenerator => program.streams.extend(stmt.name().cloned()),
                Op::Next | Op::Close | Op::ThrowIn => requested.extend(stmt.get(Field::Gen).cloned()),
                _ => {}
            }
        });
        program.streams.retain(|name| !requested.contains(name));
        program
    }
}

/// Visits every statement of a block and of its bodies.
pub(super) fn visit<'a>(block: &'a [Stmt], see: &mut impl FnMut(&'a Stmt)) {
    for stmt in block {
        see(stmt);
        for block in stmt.blocks() {
            visit(block, see);
        }
    }
}

/// A reference-counted sequence of statements.
pub(super) type Code = Arc<[Node]>;

/// A statement with shared bodies.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) op: Op,
    operands: Vec<(Field, Word)>,
    pub(super) body: Option<Code>,
    pub(super) catch: Option<Code>,
    pub(super) finally: Option<Code>,
}

/// Makes a block shareable.
fn share(block: &[Stmt]) -> Code {
    let inner = |block: &Option<Vec<Stmt>>| block.as_deref().map(share);
    block
        .iter()
        .map(|stmt| Node {
            op: stmt.op,
            operands: stmt.operands.iter().map(|(field, operand)| (*field, operand.text.clone())).collect(),
            body: inner(&stmt.body),
            catch: inner(&stmt.catch),
            finally: inner(&stmt.finally),
        })
        .collect()
}

impl Node {
    /// Returns the word in a field, if it is present.
    pub(super) fn get(&self, field: Field) -> Option<&Word> {
        self.operands.iter().find(|(f, _)| *f == field).map(|(_, word)| word)
    }

    /// Returns the word in a field that the statement requires.
    pub(super) fn word(&self, field: Field) -> Flow<&Word> {
        self.get(field).ok_or_else(|| Abrupt::Fault(format!("`{}` lacks `{}`", self.op.word(), field.key())))
    }

    /// Returns the number of times that its body runs, if it has such an operand.
    pub(super) fn count(&self) -> Option<u32> {
        self.get(Field::Count)?.parse().ok()
    }

    /// Returns its body, which is empty if it has none.
    pub(super) fn code(&self) -> Code {
        self.body.clone().unwrap_or_else(|| Arc::new([]))
    }
}
