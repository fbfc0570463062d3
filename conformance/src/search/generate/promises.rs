//! Strands and settlements: tasks, reactions, microtasks and timers, deferreds, thenables, `await`.

use super::{Generator, Place, stmt, with_body};
use crate::program::ast::{Block, Word};
use crate::program::table::{Field, HostKind, Kind, Op, PROMISES, RESOLUTIONS};

/// The settlement of a body's promise.
#[derive(Clone, Copy, PartialEq)]
enum End {
    /// It is always fulfilled.
    Safe,
    /// It may be rejected.
    Unsafe,
}

impl Generator {
    pub(super) fn run_async(&mut self, place: Place, out: &mut Block) -> Option<()> {
        (self.features.run_async && place.awaits).then_some(())?;
        self.room(place)?;
        let (var, value) = (self.variable(), self.value());
        let body = self.exporting(Place { awaits: true, ..place.block() });
        self.push(out, with_body(Op::RunAsync, [(Field::Var, &var), (Field::Value, &value)], body));
        Some(())
    }

    pub(super) fn in_async(&mut self, place: Place, out: &mut Block) -> Option<()> {
        (self.features.run_async && place.awaits).then_some(())?;
        self.room(place)?;
        let snapshot = self.scope.pick_kind(&mut self.rng, &[Kind::Snapshot])?;
        let snapshot = self.named(snapshot);
        let body = self.exporting(Place { awaits: true, ..place.block() });
        self.push(out, with_body(Op::InAsync, [(Field::Snapshot, &snapshot)], body));
        Some(())
    }

    pub(super) fn task(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.room(place)?;
        let name = self.scope.fresh(Kind::Task);
        let strand = self.scope.strand(place.strand);
        let start = self.scope.open();
        let mut body = Block::new();
        self.statements(Place { awaits: true, ..place.strand(strand) }, 4, &mut body);
        let end = self.end(place.strand(strand), true, &mut body);
        let exports = self.scope.close(start);
        let task = self.scope.bind(&name, Kind::Task, 0);
        task.safe = end == End::Safe;
        task.exports = exports;
        self.push(out, with_body(Op::Task, [(Field::Name, &name)], body));
        Some(())
    }

    /// Ends the body of a promise: normally, with `throw`, or with `return`.
    fn end(&mut self, place: Place, returns: bool, out: &mut Block) -> End {
        if self.end_by_throw(13, out) {
            return End::Unsafe;
        }
        let settled = if self.rejecting.contains(&place.strand) { End::Unsafe } else { End::Safe };
        if !returns || !self.chance(14) {
            return settled;
        }
        let Some((target, end)) = self.resolution(place, usize::MAX, out) else { return settled };
        self.push(out, stmt(Op::Return, [(Field::Target, &target)]));
        if settled == End::Safe { end } else { End::Unsafe }
    }

    /// Returns an operand for `resolve` or `return`: a promise that is bound before `index`, or a thenable that has not been
    /// adopted, possibly a new one. No promise may wait for itself, so a thenable that is resolved with a promise is
    /// treated as a promise.
    fn resolution(&mut self, place: Place, index: usize, out: &mut Block) -> Option<(Word, End)> {
        if self.chance(50) {
            self.thenable(place, out);
        }
        let found = self.scope.pick(&mut self.rng, |i, binding| match binding.kind {
            Kind::Thenable => !binding.spent && (i < index || !binding.risky),
            kind => i < index && PROMISES.contains(&kind),
        })?;
        let binding = self.scope.at_mut(found);
        binding.spent |= binding.kind == Kind::Thenable;
        Some((binding.name.clone(), if binding.safe { End::Safe } else { End::Unsafe }))
    }

    /// Appends `then`, `catch` or `finally` on any promise.
    pub(super) fn reaction(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.room(place)?;
        let promise = self.scope.pick_kind(&mut self.rng, PROMISES)?;
        let (promise, safe) = (self.named(promise), self.scope.at(promise).safe);
        let op = [Op::Then, Op::Then, Op::Then, Op::Catch, Op::Finally][self.rng.usize(0..5)];
        let name = self.scope.fresh(Kind::Reaction);
        let operands = [(Field::Promise, &promise), (Field::Name, &name)];
        if op == Op::Then && self.chance(6) {
            self.scope.bind(&name, Kind::Reaction, 0).safe = safe;
            self.push(out, stmt(op, operands));
            return Some(());
        }
        let strand = self.scope.strand(place.strand);
        let inner = Place { caught: place.caught || op == Op::Catch, ..place.strand(strand) };
        let start = self.scope.open();
        let mut body = Block::new();
        self.statements(inner, 3, &mut body);
        let end = self.end(inner, op != Op::Finally, &mut body);
        let exports = self.scope.close(start);
        let reaction = self.scope.bind(&name, Kind::Reaction, 0);
        reaction.safe = end == End::Safe && (safe || op == Op::Catch);
        if op != Op::Catch {
            reaction.exports = exports;
        }
        self.push(out, with_body(op, operands, body));
        Some(())
    }

    /// Appends a microtask, a timer or a similar job. If the body around it certainly runs, it certainly runs too.
    pub(super) fn queued(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.room(place)?;
        self.queue(place, out, |generator, inner, body| generator.statements(inner, 3, body));
        Some(())
    }

    fn queue(&mut self, place: Place, out: &mut Block, fill: impl FnOnce(&mut Generator, Place, &mut Block)) {
        let (op, kind) = if self.features.files && self.chance(15) {
            (Op::Operation, Kind::Operation)
        } else if self.features.immediates && self.chance(15) {
            (Op::Immediate, Kind::Timer)
        } else if self.features.next_ticks && self.chance(15) {
            (Op::NextTick, Kind::Microtask)
        } else if self.chance(60) {
            (Op::Microtask, Kind::Microtask)
        } else {
            (Op::Timer, Kind::Timer)
        };
        let name = self.scope.fresh(kind);
        let strand = self.scope.strand(place.strand);
        let start = self.scope.open();
        let mut body = Block::new();
        fill(self, Place { certain: place.certain, rejects: false, ..place.strand(strand) }, &mut body);
        let exports = self.scope.close(start);
        let queued = self.scope.bind(&name, kind, 0);
        queued.safe = true;
        queued.exports = exports;
        let files = if self.chance(50) { HostKind::Fs } else { HostKind::FsPromise };
        let files = Word::from(files.word());
        match op {
            Op::Operation => self.push(out, with_body(op, [(Field::Name, &name), (Field::Kind, &files)], body)),
            _ => self.push(out, with_body(op, [(Field::Name, &name)], body)),
        }
    }

    /// Appends a timer that repeats a few times.
    pub(super) fn interval(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.room(place)?;
        let name = self.scope.fresh(Kind::Interval);
        let strand = self.scope.strand(place.strand);
        let (body, _) = self.pure_body(place.strand(strand).pure(), 0);
        self.scope.bind(&name, Kind::Interval, 0).safe = true;
        let count = Word::from(self.rng.u32(1..=3).to_string());
        self.push(out, with_body(Op::Interval, [(Field::Name, &name), (Field::Count, &count)], body));
        Some(())
    }

    /// Appends a deferred. In `main` it may stay open for a while. In other strands it is used and settled at once, since a
    /// strand that waits or throws may not reach a later settlement.
    pub(super) fn deferred(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.room(place)?;
        let open = place.certain && place.strand == 0 && !self.settled;
        let name = self.scope.fresh(Kind::Deferred);
        let deferred = self.scope.len();
        self.scope.bind(&name, Kind::Deferred, 0);
        self.push(out, stmt(Op::Deferred, [(Field::Name, &name)]));
        self.follow(&[Generator::reaction, Generator::task], place, out);
        if !open {
            self.settle_named(deferred, place, out);
        }
        Some(())
    }

    pub(super) fn settle(&mut self, place: Place, out: &mut Block) -> Option<()> {
        place.certain.then_some(())?;
        self.settle_one(place, out)
    }

    /// Settles one open deferred: directly, in a `run`, or in a microtask or timer.
    pub(super) fn settle_one(&mut self, place: Place, out: &mut Block) -> Option<()> {
        let deferred = self.scope.pick(&mut self.rng, |_, binding| binding.kind == Kind::Deferred && !binding.spent)?;
        self.settle_named(deferred, place, out);
        Some(())
    }

    fn settle_named(&mut self, deferred: usize, place: Place, out: &mut Block) {
        self.scope.at_mut(deferred).spent = true;
        match self.rng.u32(0..100) {
            0..45 => self.settlement(deferred, place, out),
            45..80 => {
                let (var, value) = (self.variable(), self.value());
                let start = self.scope.open();
                let mut body = Block::new();
                self.settlement(deferred, place.block(), &mut body);
                self.observe(&mut body);
                self.scope.close_and_export(start);
                self.push(out, with_body(Op::Run, [(Field::Var, &var), (Field::Value, &value)], body));
            }
            _ => self.queue(place, out, |generator, inner, body| {
                generator.settlement(deferred, inner, body);
                generator.observe(body);
            }),
        }
    }

    fn settlement(&mut self, deferred: usize, place: Place, out: &mut Block) {
        let name = self.named(deferred);
        match self.rng.u32(0..100) {
            0..20 if !self.calm => {
                let error = self.error();
                self.push(out, stmt(Op::Reject, [(Field::Target, &name), (Field::Value, &error)]));
                return;
            }
            20..70 => {
                if let Some((with, end)) = self.resolution(place, deferred, out) {
                    self.scope.at_mut(deferred).safe = end == End::Safe;
                    self.push(out, stmt(Op::Resolve, [(Field::Target, &name), (Field::With, &with)]));
                    return;
                }
            }
            _ => {}
        }
        self.scope.at_mut(deferred).safe = true;
        self.push(out, stmt(Op::Resolve, [(Field::Target, &name)]));
    }

    /// Appends a thenable that settles itself: in its body, in a microtask or timer of its body, or with `throw`.
    pub(super) fn thenable(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.features.thenables.then_some(())?;
        self.room(place)?;
        let name = self.scope.fresh(Kind::Thenable);
        let strand = self.scope.strand(place.strand);
        let inner = place.strand(strand);
        let start = self.scope.open();
        let mut body = Block::new();
        self.statements(inner, 2, &mut body);
        let mut settled = (false, false);
        if !self.end_by_throw(6, &mut body) {
            if self.chance(20) {
                self.queue(inner, &mut body, |generator, inner, body| {
                    settled = generator.adopted(&name, inner, body);
                    generator.observe(body);
                });
            } else {
                settled = self.adopted(&name, inner, &mut body);
                self.observe(&mut body);
            }
        }
        self.scope.close(start);
        let safe = settled.0 && !self.rejecting.contains(&strand);
        let thenable = self.scope.bind(&name, Kind::Thenable, 0);
        (thenable.safe, thenable.risky) = (safe, settled.1);
        self.push(out, with_body(Op::Thenable, [(Field::Name, &name)], body));
        Some(())
    }

    /// Calls one of the functions of a thenable. Returns whether that certainly fulfills, and whether another promise decides
    /// the settlement.
    fn adopted(&mut self, thenable: &Word, place: Place, out: &mut Block) -> (bool, bool) {
        if !self.calm && self.chance(30) {
            let error = self.error();
            self.push(out, stmt(Op::Reject, [(Field::Target, thenable), (Field::Value, &error)]));
            return (false, false);
        }
        let mut resolve = stmt(Op::Resolve, [(Field::Target, thenable)]);
        let with = if self.chance(20) { self.resolution(place, usize::MAX, out) } else { None };
        if let Some((with, _)) = &with {
            resolve.operands.extend(stmt(Op::Resolve, [(Field::With, with)]).operands);
        }
        self.push(out, resolve);
        with.map_or((true, false), |(_, end)| (end == End::Safe, true))
    }

    pub(super) fn await_word(&mut self, place: Place, out: &mut Block) -> Option<()> {
        place.awaits.then_some(())?;
        let words: &[&str] = if place.pure { &["tick", "value"] } else { &["tick", "tick", "value", "timer"] };
        let word = Word::from(words[self.rng.usize(0..words.len())]);
        self.push(out, stmt(Op::Await, [(Field::Target, &word)]));
        self.observe(out);
        Some(())
    }

    /// Waits for a promise or thenable, in a `try` unless it certainly fulfills. The names of its body become visible.
    pub(super) fn await_name(&mut self, place: Place, out: &mut Block) -> Option<()> {
        (place.awaits && !place.pure && (place.waits || self.settled)).then_some(())?;
        self.room(place)?;
        if self.chance(12) {
            self.thenable(place, out);
        }
        let found = self.scope.pick(&mut self.rng, |_, binding| {
            RESOLUTIONS.contains(&binding.kind) && !(binding.kind == Kind::Thenable && binding.spent)
        })?;
        self.waits += 1;
        let binding = self.scope.at_mut(found);
        binding.spent |= binding.kind == Kind::Thenable;
        let (safe, block) = (binding.safe, binding.block);
        let wait = stmt(Op::Await, [(Field::Target, &binding.name.clone())]);
        if safe && self.chance(70) {
            self.push(out, wait);
            if block == self.scope.block() {
                self.scope.import(found);
            }
            self.observe(out);
        } else {
            self.risk(place, wait, out);
        }
        Some(())
    }
}
