//! Random programs: well-formed by construction, from a seed.
//!
//! A program is a pure function of `(seed, n, features)`: the only source of randomness is a `fastrand`
//! generator that is seeded with [`program_seed`]. The generator follows the grammar of `LITMUS.md`. Its
//! [`scope`] tracks bound names, their owners, and the names that an `await` makes visible, so nearly every
//! program passes the checker and ends under every schedule. These rules ensure that:
//!
//! - Every body ends with `get`, so that a lost context is observed. Values are unique, so that the origin
//!   of a wrong value is known.
//! - There is no deadlock: `main` awaits no name before it has settled every open deferred, and a deferred
//!   is resolved only with an older promise or with a thenable that settles itself.
//! - A statement that can throw is in a `try`, or in a strand whose exceptions reject a promise or reach
//!   the resumer.
//! - The number of statements and the depth are limited.
//!
//! [`weights`] contains the probabilities of productions, [`place`] the restrictions at a place, and
//! [`scope`] the bound names. [`plain`] generates synchronous statements, [`promises`] strands and
//! settlements, [`generators`] both kinds of generator, and [`host`] the statements of the host.

mod generators;
mod host;
mod place;
mod plain;
mod promises;
mod scope;
mod web;
mod weights;

use std::collections::BTreeSet;

use fastrand::Rng;

use self::place::Place;
use self::scope::{Scope, Strand};
use self::weights::{MAKE, PURE, Production, USE, bias};
use super::features::Features;
use crate::program::ast::{Block, Spanned, Stmt, Word};
use crate::program::table::{Field, Kind, Op};

/// The deepest nesting of bodies.
const DEPTH: usize = 5;

/// Returns the seed of the `n`-th program of a search. Two rounds of SplitMix64 ensure that searches with neighboring
/// seeds have no program in common.
pub fn program_seed(seed: u64, n: u64) -> u64 {
    split_mix(split_mix(seed) ^ n)
}

fn split_mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

/// Returns the `n`-th program of a search. Its spans are empty; printing and parsing the program sets them.
///
/// # Examples
///
/// ```
/// use conformance::search::{Features, program};
///
/// let features = Features::default();
/// let once = format!("{:?}", program(1, 0, &features));
/// assert_eq!(once, format!("{:?}", program(1, 0, &features)));
/// ```
pub fn program(seed: u64, n: u64, features: &Features) -> Block {
    let mut rng = Rng::with_seed(program_seed(seed, n));
    let budget = rng.i32(16..=24);
    let makes = bias(MAKE, &mut rng);
    let uses = bias(USE, &mut rng);
    let scope = Scope::new();
    let features = *features;
    let rejecting = BTreeSet::new();
    let mut generator = Generator {
        rng,
        features,
        makes,
        uses,
        scope,
        budget,
        values: 0,
        waits: 0,
        rejecting,
        settled: false,
        calm: false,
    };
    generator.main()
}

/// A program under construction.
struct Generator {
    rng: Rng,
    features: Features,
    /// The productions of [`MAKE`] and [`USE`] with the weights of this program.
    makes: Vec<(u32, Production)>,
    uses: Vec<(u32, Production)>,
    scope: Scope,
    /// The number of statements that may be added. Statements that end a body may exceed it slightly.
    budget: i32,
    values: usize,
    /// The number of statements that wait for a name.
    waits: usize,
    /// The strands that may throw before their end.
    rejecting: BTreeSet<Strand>,
    /// Whether `main` has settled every deferred.
    settled: bool,
    /// Whether at most one promise is rejected, which is not handled. The order of several reports would depend on the
    /// schedule.
    calm: bool,
}

impl Generator {
    /// Generates `var{1..3}`, statements, the settlements of every deferred, awaits, and `get`.
    fn main(&mut self) -> Block {
        let mut out = Block::new();
        let tall = self.chance(4);
        let variables =
            if tall { self.rng.usize(14..=24) } else { [1, 1, 1, 1, 1, 1, 2, 2, 2, 3][self.rng.usize(0..10)] };
        for _ in 0..variables {
            self.var(&mut out);
        }
        let place = Place::MAIN;
        if tall {
            self.tower(variables, place, &mut out);
        }
        self.calm = self.features.rejections && self.chance(8);
        if self.calm {
            self.unhandled(place, &mut out);
        }
        let count = self.rng.i32(4..=9);
        let forsaken = if self.calm { self.rng.i32(1..=count) } else { 0 };
        for left in (1..=count).rev() {
            if left == forsaken {
                self.forsaken(&mut out);
            }
            let share = self.rng.i32(3..=5 + 2 * self.budget.max(0) / left);
            if self.budget > 0 {
                self.within(share, |generator| generator.statement(place, &mut out));
            }
        }
        while self.settle_one(place, &mut out).is_some() {}
        self.settled = true;
        for _ in 0..self.rng.usize(0..=4) {
            if self.await_name(place, &mut out).is_none() {
                break;
            }
            if self.budget > 0 && self.chance(40) {
                self.statement(place, &mut out);
            }
        }
        self.observe(&mut out);
        out
    }

    /// Binds many variables, nested, around a few statements. An implementation may store such a long mapping in a
    /// different form.
    fn tower(&mut self, variables: usize, place: Place, out: &mut Block) {
        let asynchronous = self.features.run_async && self.chance(50);
        let inner = Place { awaits: asynchronous, ..place.block() };
        let start = self.scope.open();
        let mut body = Block::new();
        let _ = self.snapshot(inner, &mut body);
        self.statements(inner, 4, &mut body);
        self.scope.close_and_export(start);
        let op = if asynchronous { Op::RunAsync } else { Op::Run };
        for variable in 0..variables {
            let (variable, value) = (self.named(variable), self.value());
            body = vec![with_body(op, [(Field::Var, &variable), (Field::Value, &value)], body)];
        }
        out.append(&mut body);
    }

    /// Appends one production, or a `get` if none fits.
    fn statement(&mut self, place: Place, out: &mut Block) {
        if self.budget > 0 && !self.chance(3) {
            for attempt in 0..14 {
                let productions = match (place.pure, attempt < 6 && self.chance(60)) {
                    (true, _) => PURE,
                    (false, true) => &self.uses,
                    (false, false) => &self.makes,
                };
                let total: u32 = productions.iter().map(|(weight, _)| weight).sum();
                let mut at = self.rng.u32(0..total.max(1));
                let drawn = productions.iter().find(|(weight, _)| {
                    let here = at < *weight;
                    at = at.saturating_sub(*weight);
                    here
                });
                if let Some((_, production)) = drawn
                    && self.produce(*production, place, out).is_some()
                {
                    return;
                }
            }
        }
        self.observe(out);
    }

    /// Appends between one and `most` statements, and a `get`.
    fn statements(&mut self, place: Place, most: usize, out: &mut Block) {
        if self.chance(12) {
            self.observe(out);
        }
        let share = self.rng.i32(2..=3.max(2 * self.budget / 3));
        self.within(share, |generator| {
            for _ in 0..generator.rng.usize(1..=most) {
                if generator.budget > 0 {
                    generator.statement(place, out);
                }
            }
        });
        if out.last().is_none_or(|last| last.op != Op::Get) {
            self.observe(out);
        }
    }

    /// Uses the latest binding a few times, even if that exceeds the budget slightly.
    fn follow(&mut self, uses: &[Production], place: Place, out: &mut Block) {
        let granted = if place.depth < 3 { (4 - self.budget).max(0) } else { 0 };
        self.budget += granted;
        for _ in 0..self.rng.usize(0..=4) {
            let production = uses[self.rng.usize(0..uses.len())];
            // A production that declines adds nothing.
            let _ = self.produce(production, place, out);
        }
        self.budget -= granted;
    }

    /// Appends one production, often inside a separate `run` or `in`, so that an entity is created, started, used and
    /// settled in different mappings.
    fn produce(&mut self, production: Production, place: Place, out: &mut Block) -> Option<()> {
        if !self.chance(35) || self.room(place).is_none() {
            return production(self, place, out);
        }
        let snapshot = self.scope.pick_kind(&mut self.rng, &[Kind::Snapshot]).map(|index| self.named(index));
        let snapshot = snapshot.filter(|_| !place.thread && self.chance(50));
        let asynchronous = place.awaits && !place.pure && self.features.run_async && self.chance(40);
        let inner = Place { awaits: asynchronous, ..place.block() };
        let start = self.scope.open();
        let mut body = Block::new();
        let made = production(self, inner, &mut body);
        if made.is_some() {
            self.observe(&mut body);
        }
        self.scope.close_and_export(start);
        made?;
        let around = match (snapshot, asynchronous) {
            (Some(snapshot), true) => with_body(Op::InAsync, [(Field::Snapshot, &snapshot)], body),
            (Some(snapshot), false) => with_body(Op::In, [(Field::Snapshot, &snapshot)], body),
            (None, _) => {
                let (var, value) = (self.variable(), self.value());
                let op = if asynchronous { Op::RunAsync } else { Op::Run };
                with_body(op, [(Field::Var, &var), (Field::Value, &value)], body)
            }
        };
        self.push(out, around);
        Some(())
    }

    /// Limits the budget, so that a part of it remains for later statements.
    fn within(&mut self, share: i32, build: impl FnOnce(&mut Generator)) {
        let kept = (self.budget - share).max(0);
        self.budget -= kept;
        build(self);
        self.budget += kept;
    }

    /// Whether the depth allows one more body.
    fn room(&self, place: Place) -> Option<()> {
        (place.depth < DEPTH && self.budget >= 2).then_some(())
    }

    /// Returns true with a probability of `percent` in a hundred.
    fn chance(&mut self, percent: u32) -> bool {
        self.rng.u32(0..100) < percent
    }

    /// Returns a value that the program has not used, or occasionally `none`.
    fn value(&mut self) -> Word {
        if self.chance(5) {
            return "none".into();
        }
        self.values += 1;
        format!("x{}", self.values).into()
    }

    /// Returns a value to throw.
    fn error(&mut self) -> Word {
        self.values += 1;
        format!("x{}", self.values).into()
    }

    /// Returns the name of the binding at an index.
    fn named(&self, index: usize) -> Word {
        self.scope.at(index).name.clone()
    }

    /// Appends a statement, and reduces the budget unless the statement only observes.
    fn push(&mut self, out: &mut Block, stmt: Stmt) {
        self.budget -= i32::from(stmt.op != Op::Get);
        out.push(stmt);
    }
}

/// Returns a statement without a body. The operands must be in the order of its row.
fn stmt<const N: usize>(op: Op, operands: [(Field, &Word); N]) -> Stmt {
    let spanned = |text: &Word| Spanned { text: text.clone(), span: 0..0 };
    Stmt {
        op,
        span: 0..0,
        operands: operands.into_iter().map(|(field, text)| (field, spanned(text))).collect(),
        body: None,
        catch: None,
        finally: None,
    }
}

/// Returns a statement with a body.
fn with_body<const N: usize>(op: Op, operands: [(Field, &Word); N], body: Block) -> Stmt {
    Stmt { body: Some(body), ..stmt(op, operands) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::table::TABLE;

    fn walk(block: &Block, visit: &mut dyn FnMut(&Stmt)) {
        for stmt in block {
            visit(stmt);
            stmt.blocks().for_each(|block| walk(block, visit));
        }
    }

    #[test]
    fn every_statement_of_the_grammar_occurs() {
        let mut seen = BTreeSet::new();
        for n in 0..500 {
            walk(&program(1, n, &Features::ALL), &mut |stmt| _ = seen.insert(stmt.op));
        }
        let missing: Vec<&str> = TABLE.iter().filter(|row| !seen.contains(&row.op)).map(|row| row.word).collect();
        // The order of several reports depends on the schedule.
        assert_eq!(missing, ["uncaught"]);
    }

    #[test]
    fn a_switch_leaves_out_its_statements() {
        let none = Features {
            generators: false,
            async_generators: false,
            iterators: false,
            thenables: false,
            events: false,
            run_async: false,
            guards: false,
            hide: false,
            options: false,
            host: false,
            modules: false,
            rejections: false,
            als: false,
            immediates: false,
            next_ticks: false,
            event_targets: false,
            messages: false,
            files: false,
            diagnostics: false,
        };
        for n in 0..500 {
            walk(&program(1, n, &none), &mut |stmt| {
                let off = [Op::Generator, Op::AsyncGenerator, Op::Iterator, Op::Thenable, Op::Emitter, Op::RunAsync];
                assert!(!off.contains(&stmt.op), "{}", stmt.op.word());
                assert_eq!(stmt.op.row().needs, None, "{}", stmt.op.word());
                assert!(stmt.op != Op::Var || stmt.operands.len() == 1);
            });
        }
    }

    #[test]
    fn programs_keep_to_their_budget_and_depth() {
        fn depth(block: &Block) -> usize {
            block.iter().flat_map(Stmt::blocks).map(|block| 1 + depth(block)).max().unwrap_or_default()
        }
        let mut total = 0;
        for n in 0..500 {
            let program = program(1, n, &Features::ALL);
            let mut size = 0;
            walk(&program, &mut |_| size += 1);
            total += size;
            // A tall program adds up to 24 variables and as many levels.
            let tower = program.iter().filter(|stmt| stmt.op == Op::Var).count() > 3;
            let (most, deepest) = if tower { (180, DEPTH + 2 + 24) } else { (140, DEPTH + 2) };
            assert!(size <= most, "program {n} has {size} statements");
            assert!(depth(&program) <= deepest, "program {n} is {} deep", depth(&program));
        }
        assert!((30..=50).contains(&(total / 500)), "{} statements on average", total / 500);
    }
}
