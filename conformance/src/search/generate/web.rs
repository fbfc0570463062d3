//! Statements of the web: abort signals and message channels.

use super::{Generator, Place, stmt, with_body};
use crate::program::ast::Block;
use crate::program::table::{Field, Kind, Op};

impl Generator {
    pub(super) fn signal(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.features.event_targets.then_some(())?;
        let name = self.scope.fresh(Kind::Signal);
        self.scope.bind(&name, Kind::Signal, place.strand);
        self.push(out, stmt(Op::AbortSignal, [(Field::Name, &name)]));
        self.follow(&[Generator::abort_listener, Generator::abort], place, out);
        Some(())
    }

    /// Appends a listener of an abort signal. It does not throw, since an exception would be reported.
    pub(super) fn abort_listener(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.room(place)?;
        let index = self.scope.take_owned(&mut self.rng, &[Kind::Signal], place.strand)?;
        let signal = self.named(index);
        let (body, _) = self.pure_body(place.pure(), 0);
        self.push(out, with_body(Op::On, [(Field::Emitter, &signal)], body));
        Some(())
    }

    pub(super) fn abort(&mut self, place: Place, out: &mut Block) -> Option<()> {
        let index = self.scope.take_owned(&mut self.rng, &[Kind::Signal], place.strand)?;
        (!self.scope.at(index).spent).then_some(())?;
        self.scope.at_mut(index).spent = true;
        let signal = self.named(index);
        self.push(out, stmt(Op::Abort, [(Field::Emitter, &signal)]));
        self.observe(out);
        Some(())
    }

    /// Appends a channel and its listener.
    pub(super) fn channel(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.features.messages.then_some(())?;
        self.room(place)?;
        let channel = self.scope.fresh(Kind::Channel);
        self.around(stmt(Op::Channel, [(Field::Name, &channel)]), out);
        self.scope.bind(&channel, Kind::Channel, 0);
        let port = self.scope.fresh(Kind::Port);
        let strand = self.scope.strand(place.strand);
        let (body, _) = self.pure_body(place.strand(strand).pure(), 0);
        self.around(with_body(Op::Listen, [(Field::Channel, &channel), (Field::Name, &port)], body), out);
        self.scope.bind(&port, Kind::Port, 0);
        self.follow(&[Generator::post], place, out);
        Some(())
    }

    pub(super) fn post(&mut self, _: Place, out: &mut Block) -> Option<()> {
        let port = self.scope.pick_kind(&mut self.rng, &[Kind::Port])?;
        let port = self.named(port);
        self.push(out, stmt(Op::Post, [(Field::Port, &port)]));
        Some(())
    }
}
