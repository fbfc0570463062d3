//! Synchronous statements: variables, snapshots, functions, `try`, listeners, guards.

use super::{Generator, Place, stmt, with_body};
use crate::program::ast::{Block, Stmt, Word};
use crate::program::table::{CALLABLE, Field, Kind, Op};

impl Generator {
    pub(super) fn var(&mut self, out: &mut Block) {
        let name = self.scope.fresh(Kind::Variable);
        self.scope.bind(&name, Kind::Variable, 0);
        let mut var = stmt(Op::Var, [(Field::Name, &name)]);
        if self.features.options {
            if self.chance(30) {
                var.operands.extend(stmt(Op::Var, [(Field::Default, &self.error())]).operands);
            }
            if self.chance(30) {
                var.operands.extend(stmt(Op::Var, [(Field::Label, &name)]).operands);
            }
        }
        self.push(out, var);
    }

    /// Appends `get` of any variable.
    pub(super) fn observe(&mut self, out: &mut Block) {
        let var = self.variable();
        let op = if self.features.options && self.chance(5) { Op::Name } else { Op::Get };
        self.push(out, stmt(op, [(Field::Var, &var)]));
    }

    /// Returns the name of any variable. Variables are bound at the start and remain visible.
    pub(super) fn variable(&mut self) -> Word {
        let index = self.scope.pick_kind(&mut self.rng, &[Kind::Variable]).unwrap_or_default();
        self.named(index)
    }

    pub(super) fn observe_constant(&mut self, _: Place, out: &mut Block) -> Option<()> {
        let value = self.value();
        self.push(out, stmt(Op::Log, [(Field::Value, &value)]));
        Some(())
    }

    pub(super) fn observe_caught(&mut self, place: Place, out: &mut Block) -> Option<()> {
        place.caught.then(|| self.push(out, stmt(Op::Caught, [])))
    }

    /// Appends an error object, and statements that throw it.
    pub(super) fn error_object(&mut self, place: Place, out: &mut Block) -> Option<()> {
        let name = self.scope.fresh(Kind::Error);
        let value = self.error();
        self.scope.bind(&name, Kind::Error, 0);
        self.push(out, stmt(Op::Error, [(Field::Name, &name), (Field::Value, &value)]));
        self.follow(&[Generator::raise, Generator::function, Generator::task], place, out);
        Some(())
    }

    /// Throws an error object, except in a calm program.
    pub(super) fn raise(&mut self, place: Place, out: &mut Block) -> Option<()> {
        (!place.thread && !self.calm).then_some(())?;
        self.room(place)?;
        let error = self.scope.pick_kind(&mut self.rng, &[Kind::Error])?;
        let raise = stmt(Op::Raise, [(Field::Error, &self.named(error))]);
        self.risk(place, raise, out);
        Some(())
    }

    /// Appends statements in the snapshot of a caught error. They may not run, so they export nothing.
    pub(super) fn in_caught(&mut self, place: Place, out: &mut Block) -> Option<()> {
        place.caught.then_some(())?;
        self.room(place)?;
        let body = self.part(Place { certain: false, ..place.block() }, 2, 0);
        self.push(out, with_body(Op::InCaught, [], body));
        Some(())
    }

    pub(super) fn run(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.room(place)?;
        let var = self.variable();
        let value = self.value();
        let body = self.exporting(place.block());
        self.push(out, with_body(Op::Run, [(Field::Var, &var), (Field::Value, &value)], body));
        Some(())
    }

    pub(super) fn in_snapshot(&mut self, place: Place, out: &mut Block) -> Option<()> {
        (!place.thread).then_some(())?;
        self.room(place)?;
        let snapshot = self.scope.pick_kind(&mut self.rng, &[Kind::Snapshot])?;
        let snapshot = self.named(snapshot);
        let body = self.exporting(place.block());
        self.push(out, with_body(Op::In, [(Field::Snapshot, &snapshot)], body));
        Some(())
    }

    /// Returns a block whose names become part of the enclosing block.
    pub(super) fn exporting(&mut self, place: Place) -> Block {
        let start = self.scope.open();
        let mut body = Block::new();
        self.statements(place, 3, &mut body);
        if place.throws {
            self.end_by_throw(8, &mut body);
        }
        self.scope.close_and_export(start);
        body
    }

    /// Ends a body with `throw`, with a probability of `percent` in a hundred and sometimes inside a `run`. Returns whether
    /// it did.
    pub(super) fn end_by_throw(&mut self, percent: u32, out: &mut Block) -> bool {
        if self.calm || !self.chance(percent) {
            return false;
        }
        let error = self.error();
        let throw = stmt(Op::Throw, [(Field::Value, &error)]);
        if self.chance(30) {
            let (var, value) = (self.variable(), self.value());
            let mut body = Block::new();
            self.observe(&mut body);
            self.push(&mut body, throw);
            self.push(out, with_body(Op::Run, [(Field::Var, &var), (Field::Value, &value)], body));
        } else {
            self.push(out, throw);
        }
        true
    }

    pub(super) fn snapshot(&mut self, _: Place, out: &mut Block) -> Option<()> {
        let name = self.scope.fresh(Kind::Snapshot);
        self.scope.bind(&name, Kind::Snapshot, 0);
        self.push(out, stmt(Op::Snapshot, [(Field::Name, &name)]));
        Some(())
    }

    /// Appends `try` with a `catch`, a `finally` or both around any statements.
    pub(super) fn try_block(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.room(place)?;
        let (catches, finishes) = [(true, false), (true, false), (true, true), (false, true)][self.rng.usize(0..4)];
        let inner = Place { depth: place.depth + 1, certain: false, ..place };
        let tried = Place { throws: place.throws || catches, ..inner };
        let body = self.part(tried, 3, if tried.throws { 45 } else { 0 });
        let mut stmt = with_body(Op::Try, [], body);
        if catches {
            stmt.catch = Some(self.part(Place { caught: true, ..inner }, 2, if place.throws { 10 } else { 0 }));
        }
        if finishes {
            stmt.finally = Some(self.part(inner, 2, 0));
        }
        self.push(out, stmt);
        Some(())
    }

    /// Returns a block that exports nothing and may end with `throw`.
    fn part(&mut self, place: Place, most: usize, percent: u32) -> Block {
        let start = self.scope.open();
        let mut body = Block::new();
        self.statements(place, most, &mut body);
        self.end_by_throw(percent, &mut body);
        self.scope.close(start);
        body
    }

    /// Appends a statement that may throw. It is in a `try`, unless the exception is caught anyway or, occasionally,
    /// rejects the promise of the strand.
    pub(super) fn risk(&mut self, place: Place, risky: Stmt, out: &mut Block) {
        let bare = if place.throws {
            50
        } else if place.rejects {
            8
        } else {
            0
        };
        if self.chance(bare) {
            if !place.throws {
                self.rejecting.insert(place.strand);
            }
            return self.push(out, risky);
        }
        let start = self.scope.open();
        let inner = Place { depth: place.depth + 1, certain: false, ..place };
        let mut body = vec![risky];
        self.budget -= 1;
        self.statements(Place { throws: true, ..inner }, 1, &mut body);
        let mut catch = Block::new();
        if self.chance(50) {
            self.push(&mut catch, stmt(Op::Caught, []));
        }
        if self.chance(30) {
            let mut inside = Block::new();
            self.observe(&mut inside);
            self.push(&mut catch, with_body(Op::InCaught, [], inside));
        }
        self.observe(&mut catch);
        self.scope.close(start);
        let mut tried = with_body(Op::Try, [], body);
        tried.catch = Some(catch);
        if self.chance(12) {
            tried.finally = Some(self.part(inner, 1, 0));
        }
        self.push(out, tried);
    }

    pub(super) fn function(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.room(place)?;
        let name = self.scope.fresh(Kind::Function);
        let (body, throws) = self.pure_body(place.pure(), 15);
        self.scope.bind(&name, Kind::Function, 0).risky = throws;
        self.push(out, with_body(Op::Fn, [(Field::Name, &name)], body));
        self.follow(&[Generator::wrap, Generator::call, Generator::call], place, out);
        Some(())
    }

    /// Returns a pure body, and whether it ends with `throw`.
    pub(super) fn pure_body(&mut self, place: Place, percent: u32) -> (Block, bool) {
        let start = self.scope.open();
        let mut body = Block::new();
        self.statements(place, 2, &mut body);
        let throws = self.end_by_throw(percent, &mut body);
        self.scope.close(start);
        (body, throws)
    }

    pub(super) fn wrap(&mut self, _: Place, out: &mut Block) -> Option<()> {
        let wrapped = self.scope.pick_kind(&mut self.rng, CALLABLE)?;
        let (function, risky) = (self.named(wrapped), self.scope.at(wrapped).risky);
        let name = self.scope.fresh(Kind::Wrapped);
        self.scope.bind(&name, Kind::Wrapped, 0).risky = risky;
        self.push(out, stmt(Op::Wrap, [(Field::Name, &name), (Field::Fn, &function)]));
        Some(())
    }

    pub(super) fn call(&mut self, place: Place, out: &mut Block) -> Option<()> {
        (!place.thread).then_some(())?;
        let function = self.scope.pick_kind(&mut self.rng, CALLABLE)?;
        let call = stmt(Op::Call, [(Field::Fn, &self.named(function))]);
        if self.scope.at(function).risky {
            self.room(place)?;
            self.risk(place, call, out);
        } else {
            self.push(out, call);
        }
        Some(())
    }

    pub(super) fn emitter(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.features.events.then_some(())?;
        let name = self.scope.fresh(Kind::Emitter);
        // An EventTarget reports what a listener throws, so its listeners do not throw.
        let reports = self.features.event_targets && self.chance(40);
        self.scope.bind(&name, Kind::Emitter, place.strand).safe = reports;
        self.push(out, stmt(if reports { Op::EventTarget } else { Op::Emitter }, [(Field::Name, &name)]));
        self.follow(&[Generator::listener, Generator::listener, Generator::emit], place, out);
        Some(())
    }

    pub(super) fn listener(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.room(place)?;
        // Only the strand that binds the emitter adds listeners, and only until the emitter is shared.
        let index = self.scope.pick(&mut self.rng, |_, binding| {
            binding.kind == Kind::Emitter && binding.owner == place.strand && !binding.spent
        })?;
        let emitter = self.named(index);
        let percent = if self.scope.at(index).safe { 0 } else { 8 };
        let (body, throws) = self.pure_body(place.pure(), percent);
        // The body may have shared the emitter, which then has all of its listeners.
        (!self.scope.at(index).spent).then_some(())?;
        self.scope.at_mut(index).risky |= throws;
        self.push(out, with_body(Op::On, [(Field::Emitter, &emitter)], body));
        Some(())
    }

    pub(super) fn emit(&mut self, place: Place, out: &mut Block) -> Option<()> {
        (!place.thread).then_some(())?;
        let index = self.scope.pick_kind(&mut self.rng, &[Kind::Emitter])?;
        if self.scope.at(index).risky {
            self.room(place)?;
        }
        if place.pure || self.scope.at(index).owner != place.strand {
            self.scope.at_mut(index).spent = true;
        }
        let emit = stmt(Op::Emit, [(Field::Emitter, &self.named(index))]);
        if self.scope.at(index).risky {
            self.risk(place, emit, out);
        } else {
            self.push(out, emit);
        }
        Some(())
    }

    pub(super) fn enter(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.features.guards.then_some(())?;
        let name = self.scope.fresh(Kind::Guard);
        let (var, value) = (self.variable(), self.value());
        self.scope.bind(&name, Kind::Guard, place.strand);
        self.push(out, stmt(Op::Enter, [(Field::Name, &name), (Field::Var, &var), (Field::Value, &value)]));
        self.observe(out);
        let uses = [Generator::enter, Generator::leave, Generator::leave, Generator::snapshot, Generator::task];
        self.follow(&uses, place, out);
        Some(())
    }

    /// Leaves a guard of this strand, in any order, possibly after the end of its frame.
    pub(super) fn leave(&mut self, place: Place, out: &mut Block) -> Option<()> {
        let guard = self.scope.pick(&mut self.rng, |_, binding| {
            binding.kind == Kind::Guard && binding.owner == place.strand && !binding.spent
        })?;
        self.scope.at_mut(guard).spent = true;
        let guard = self.named(guard);
        self.push(out, stmt(Op::Leave, [(Field::Guard, &guard)]));
        self.observe(out);
        Some(())
    }
}
