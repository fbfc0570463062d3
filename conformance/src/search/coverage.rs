//! The statements, and the pairs of them, that the programs of a search contained.
//!
//! A pair is an ordered one: a statement that is directly in the body of another, or that comes after another in the same
//! block. Not every pair is possible.

use std::collections::{BTreeMap, BTreeSet};

use crate::program::ast::Stmt;
use crate::program::table::{Op, TABLE};

/// The relation of the two statements of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The second is directly in a body of the first.
    Inside,
    /// The second comes later in the same block.
    After,
}

/// The number of programs that contain each statement, and each pair of statements.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    statements: BTreeMap<Op, u64>,
    pairs: BTreeMap<(Relation, Op, Op), u64>,
}

impl Coverage {
    /// Adds the statements of a program.
    pub fn add(&mut self, program: &[Stmt]) {
        let mut pairs = BTreeSet::new();
        let mut statements = BTreeSet::new();
        collect(program, &mut statements, &mut pairs);
        for op in statements {
            *self.statements.entry(op).or_default() += 1;
        }
        for pair in pairs {
            *self.pairs.entry(pair).or_default() += 1;
        }
    }

    /// Adds the programs of another search.
    pub fn merge(&mut self, other: &Coverage) {
        for (op, count) in &other.statements {
            *self.statements.entry(*op).or_default() += count;
        }
        for (pair, count) in &other.pairs {
            *self.pairs.entry(*pair).or_default() += count;
        }
    }

    /// Returns the number of programs that contain a statement.
    pub fn statement(&self, op: Op) -> u64 {
        self.statements.get(&op).copied().unwrap_or_default()
    }

    /// Returns the statements that no program contained.
    pub fn missing(&self) -> impl Iterator<Item = Op> {
        TABLE.iter().map(|row| row.op).filter(|op| self.statement(*op) == 0)
    }

    /// Returns the number of different pairs of a relation that occurred.
    pub fn pairs(&self, relation: Relation) -> usize {
        self.pairs.keys().filter(|(of, _, _)| *of == relation).count()
    }

    /// Returns the statements that occurred, the rarest first, each with the number of programs that contain it.
    pub fn rarest(&self) -> Vec<(Op, u64)> {
        let mut counts: Vec<_> = self.statements.iter().map(|(op, count)| (*op, *count)).collect();
        counts.sort_by_key(|(op, count)| (*count, *op));
        counts
    }
}

fn collect(block: &[Stmt], statements: &mut BTreeSet<Op>, pairs: &mut BTreeSet<(Relation, Op, Op)>) {
    for (i, stmt) in block.iter().enumerate() {
        statements.insert(stmt.op);
        for later in block.iter().skip(i + 1) {
            pairs.insert((Relation::After, stmt.op, later.op));
        }
        for inner in stmt.blocks() {
            for below in inner {
                pairs.insert((Relation::Inside, stmt.op, below.op));
            }
            collect(inner, statements, pairs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::parse::parse;

    #[test]
    fn statements_and_pairs_are_counted_by_program() {
        let (file, _) = parse("litmus 1; case c { program { var v; run v a { get v; get v }; get v } }");
        let mut coverage = Coverage::default();
        coverage.add(&file.cases[0].program);
        coverage.add(&file.cases[0].program);
        assert_eq!((coverage.statement(Op::Get), coverage.statement(Op::Run)), (2, 2));
        assert_eq!((coverage.pairs(Relation::Inside), coverage.pairs(Relation::After)), (1, 4));
        assert!(coverage.missing().all(|op| ![Op::Var, Op::Run, Op::Get].contains(&op)));
        assert_eq!(coverage.rarest().len(), 3);
    }
}
