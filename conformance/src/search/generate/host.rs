//! Statements of the host: threads, cleanup callbacks, modules, and the extensions of AsyncLocalStorage.

use super::{Generator, Place, stmt, with_body};
use crate::program::ast::{Block, Stmt, Word};
use crate::program::table::{Field, Kind, Op};

impl Generator {
    /// Appends a thread. It throws occasionally, and the statement that awaits it catches the exception.
    pub(super) fn thread(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.features.host.then_some(())?;
        self.room(place)?;
        let name = self.scope.fresh(Kind::Thread);
        let strand = self.scope.strand(place.strand);
        let inner = Place { thread: true, caught: false, ..place.strand(strand).pure() };
        let (body, throws) = self.pure_body(inner, 10);
        self.scope.bind(&name, Kind::Thread, 0).safe = !throws;
        self.push(out, with_body(Op::Thread, [(Field::Name, &name)], body));
        Some(())
    }

    pub(super) fn finalizer(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.features.host.then_some(())?;
        self.room(place)?;
        let name = self.scope.fresh(Kind::Finalizer);
        let strand = self.scope.strand(place.strand);
        let (body, _) = self.pure_body(place.strand(strand).pure(), 0);
        self.scope.bind(&name, Kind::Finalizer, 0);
        self.push(out, with_body(Op::Finalizer, [(Field::Name, &name)], body));
        self.follow(&[Generator::drop], place, out);
        Some(())
    }

    pub(super) fn drop(&mut self, place: Place, out: &mut Block) -> Option<()> {
        place.awaits.then_some(())?;
        let index = self.scope.pick(&mut self.rng, |_, binding| binding.kind == Kind::Finalizer && !binding.spent)?;
        self.scope.at_mut(index).spent = true;
        let name = self.named(index);
        self.push(out, stmt(Op::Drop, [(Field::Finalizer, &name)]));
        self.observe(out);
        Some(())
    }

    /// Appends a listener for unhandled rejections, in a calm program.
    pub(super) fn unhandled(&mut self, place: Place, out: &mut Block) {
        let name = self.scope.fresh(Kind::Unhandled);
        let strand = self.scope.strand(place.strand);
        let (body, _) = self.pure_body(place.strand(strand).pure(), 0);
        self.around(with_body(Op::Unhandled, [(Field::Name, &name)], body), out);
    }

    /// Appends the only promise of a calm program that is rejected and not handled. Its name is not in scope, so that
    /// nothing handles it.
    pub(super) fn forsaken(&mut self, out: &mut Block) {
        let error = self.error();
        let deferred = self.scope.fresh(Kind::Deferred);
        let thrown = |op: Op, name: &Word, generator: &mut Generator| {
            let mut body = Block::new();
            generator.observe(&mut body);
            if op == Op::Task && generator.chance(50) {
                generator.push(&mut body, stmt(Op::Await, [(Field::Target, &"tick".into())]));
                generator.observe(&mut body);
            }
            generator.around(stmt(Op::Throw, [(Field::Value, &error)]), &mut body);
            let mut made = with_body(op, [(Field::Name, name)], body);
            if op == Op::Then {
                made.operands.insert(0, stmt(Op::Await, [(Field::Promise, &deferred)]).operands.remove(0));
            }
            made
        };
        let rejected = match self.rng.u32(0..3) {
            0 => {
                let task = self.scope.fresh(Kind::Task);
                let made = thrown(Op::Task, &task, self);
                self.around(made, out);
                task
            }
            1 => {
                self.around(stmt(Op::Deferred, [(Field::Name, &deferred)]), out);
                self.around(stmt(Op::Reject, [(Field::Target, &deferred), (Field::Value, &error)]), out);
                deferred
            }
            _ => {
                self.around(stmt(Op::Deferred, [(Field::Name, &deferred)]), out);
                let reaction = self.scope.fresh(Kind::Reaction);
                let made = thrown(Op::Then, &reaction, self);
                self.around(made, out);
                self.around(stmt(Op::Resolve, [(Field::Target, &deferred)]), out);
                reaction
            }
        };
        if self.chance(40) {
            // The rejection passes on, so the derived promise is reported.
            let name = self.scope.fresh(Kind::Reaction);
            let op = if self.chance(50) { Op::Then } else { Op::Finally };
            let mut body = Block::new();
            self.observe(&mut body);
            self.around(with_body(op, [(Field::Promise, &rejected), (Field::Name, &name)], body), out);
        }
        self.observe(out);
    }

    /// Appends a statement, often inside a separate `run`.
    pub(super) fn around(&mut self, stmt: Stmt, out: &mut Block) {
        if self.chance(30) {
            return self.push(out, stmt);
        }
        let (var, value) = (self.variable(), self.value());
        let mut body = Block::new();
        self.push(&mut body, stmt);
        self.push(out, with_body(Op::Run, [(Field::Var, &var), (Field::Value, &value)], body));
    }

    /// Appends a module. The importer waits for it, so it may wait only for promises that the importer may wait for.
    pub(super) fn module(&mut self, place: Place, out: &mut Block) -> Option<()> {
        (self.features.modules && place.awaits).then_some(())?;
        self.room(place)?;
        let name = self.scope.fresh(Kind::Module);
        let strand = self.scope.strand(place.strand);
        let start = self.scope.open();
        let mut body = Block::new();
        let inner = Place { awaits: true, rejects: false, waits: place.waits, ..place.strand(strand) };
        self.statements(inner, 3, &mut body);
        let exports = self.scope.close(start);
        let module = self.scope.bind(&name, Kind::Module, 0);
        module.safe = true;
        module.exports = exports;
        self.push(out, with_body(Op::Module, [(Field::Name, &name)], body));
        Some(())
    }

    pub(super) fn exit(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.features.als.then_some(())?;
        self.room(place)?;
        let var = self.variable();
        let body = self.exporting(place.block());
        self.push(out, with_body(Op::Exit, [(Field::Var, &var)], body));
        Some(())
    }

    pub(super) fn hide(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.features.hide.then_some(())?;
        self.room(place)?;
        let var = self.variable();
        let body = self.exporting(place.block());
        self.push(out, with_body(Op::Hide, [(Field::Var, &var)], body));
        Some(())
    }

    /// Appends `enter-with` or `disable`.
    pub(super) fn rebind(&mut self, _: Place, out: &mut Block) -> Option<()> {
        self.features.als.then_some(())?;
        let var = self.variable();
        if self.chance(75) {
            let value = self.value();
            self.push(out, stmt(Op::EnterWith, [(Field::Var, &var), (Field::Value, &value)]));
        } else {
            self.push(out, stmt(Op::Disable, [(Field::Var, &var)]));
        }
        self.observe(out);
        Some(())
    }

    pub(super) fn resource(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.features.als.then_some(())?;
        let name = self.scope.fresh(Kind::Resource);
        self.scope.bind(&name, Kind::Resource, 0);
        self.push(out, stmt(Op::Resource, [(Field::Name, &name)]));
        self.follow(&[Generator::in_resource], place, out);
        Some(())
    }

    /// Appends a diagnostics channel with one or two variables.
    pub(super) fn diagnostics(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.features.diagnostics.then_some(())?;
        let name = self.scope.fresh(Kind::Diagnostics);
        self.scope.bind(&name, Kind::Diagnostics, place.strand);
        self.push(out, stmt(Op::Diagnostics, [(Field::Name, &name)]));
        for _ in 0..self.rng.u32(1..=2) {
            let var = self.variable();
            self.push(out, stmt(Op::BindStore, [(Field::Diagnostics, &name), (Field::Var, &var)]));
        }
        self.follow(&[Generator::run_stores], place, out);
        Some(())
    }

    pub(super) fn run_stores(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.room(place)?;
        let channel = self.scope.take_owned(&mut self.rng, &[Kind::Diagnostics], place.strand)?;
        let (channel, value) = (self.named(channel), self.value());
        let body = self.exporting(place.block());
        self.push(out, with_body(Op::RunStores, [(Field::Diagnostics, &channel), (Field::Value, &value)], body));
        Some(())
    }

    pub(super) fn in_resource(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.room(place)?;
        let resource = self.scope.pick_kind(&mut self.rng, &[Kind::Resource])?;
        let resource = self.named(resource);
        let body = self.exporting(place.block());
        self.push(out, with_body(Op::InResource, [(Field::Resource, &resource)], body));
        Some(())
    }
}
