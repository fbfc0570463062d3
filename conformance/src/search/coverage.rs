//! The statements, and the pairs of them, that the programs of a search contained.
//!
//! A pair is an ordered one: a statement that is directly in the body of another, or that comes after another in the same
//! block. Not every pair is possible.

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

/// A set of statements, with a bit for each.
type Set = u128;

const OPS: usize = TABLE.len();
const _: () = assert!(OPS <= Set::BITS as usize, "a statement has no bit");

/// The number of programs that contain each statement, and the pairs of statements that occurred.
#[derive(Clone, Debug)]
pub struct Coverage {
    statements: [u64; OPS],
    /// By the first statement of a pair, the second ones that were directly in its body.
    inside: [Set; OPS],
    /// By the first statement of a pair, the second ones that came later in its block.
    after: [Set; OPS],
}

impl Default for Coverage {
    fn default() -> Coverage {
        Coverage { statements: [0; OPS], inside: [0; OPS], after: [0; OPS] }
    }
}

impl Coverage {
    /// Adds the statements of a program.
    pub fn add(&mut self, program: &[Stmt]) {
        let mut statements = 0;
        self.collect(program, &mut statements);
        for (op, count) in self.statements.iter_mut().enumerate() {
            *count += u64::from(statements >> op & 1 == 1);
        }
    }

    /// Adds the pairs of a block and of the blocks in it, and its statements to a set. Returns the statements that are
    /// directly in the block.
    fn collect(&mut self, block: &[Stmt], statements: &mut Set) -> Set {
        let mut later = 0;
        for stmt in block.iter().rev() {
            let op = stmt.op as usize;
            self.after[op] |= later;
            later |= 1 << op;
            for inner in stmt.blocks() {
                self.inside[op] |= self.collect(inner, statements);
            }
        }
        *statements |= later;
        later
    }

    /// Adds the programs of another search.
    pub fn merge(&mut self, other: &Coverage) {
        self.statements.iter_mut().zip(&other.statements).for_each(|(count, more)| *count += more);
        self.inside.iter_mut().zip(&other.inside).for_each(|(set, more)| *set |= more);
        self.after.iter_mut().zip(&other.after).for_each(|(set, more)| *set |= more);
    }

    /// Returns the number of programs that contain a statement.
    pub fn statement(&self, op: Op) -> u64 {
        self.statements[op as usize]
    }

    /// Returns the statements that no program contained.
    pub fn missing(&self) -> impl Iterator<Item = Op> {
        TABLE.iter().map(|row| row.op).filter(|op| self.statement(*op) == 0)
    }

    /// Returns the number of different pairs of a relation that occurred.
    pub fn pairs(&self, relation: Relation) -> usize {
        let sets = match relation {
            Relation::Inside => &self.inside,
            Relation::After => &self.after,
        };
        sets.iter().map(|set| set.count_ones() as usize).sum()
    }

    /// Returns the statements that occurred, the rarest first, each with the number of programs that contain it.
    pub fn rarest(&self) -> Vec<(Op, u64)> {
        let counts = TABLE.iter().map(|row| (row.op, self.statement(row.op)));
        let mut counts: Vec<_> = counts.filter(|(_, count)| *count > 0).collect();
        counts.sort_by_key(|(op, count)| (*count, *op));
        counts
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
