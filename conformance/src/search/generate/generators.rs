//! Generators of both kinds, and the statements that resume them.

use super::{Generator, Place, stmt, with_body};
use crate::program::ast::{Block, Stmt, Word};
use crate::program::table::{Field, GENERATORS, Kind, Op, SYNC_ITERATORS};

impl Generator {
    pub(super) fn generator(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.features.generators.then_some(())?;
        self.define(Op::Generator, Kind::Generator, place, out)
    }

    pub(super) fn async_generator(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.features.async_generators.then_some(())?;
        self.define(Op::AsyncGenerator, Kind::AsyncGenerator, place, out)
    }

    fn define(&mut self, op: Op, kind: Kind, place: Place, out: &mut Block) -> Option<()> {
        self.room(place)?;
        let name = self.scope.fresh(kind);
        let strand = self.scope.strand(place.strand);
        let inner = Place { awaits: kind == Kind::AsyncGenerator, yields: Some(kind), ..place.strand(strand) };
        let waits = self.waits;
        let start = self.scope.open();
        let mut body = Block::new();
        if self.chance(60) {
            self.statements(inner, 2, &mut body);
        }
        if self.chance(85) {
            self.push(&mut body, stmt(Op::Yield, []));
        }
        self.statements(inner, 3, &mut body);
        self.end_by_throw(13, &mut body);
        self.scope.close(start);
        let waits = self.waits > waits;
        self.scope.bind(&name, kind, place.strand).risky = waits;
        self.push(out, with_body(op, [(Field::Name, &name)], body));
        match kind {
            Kind::Generator => self.follow(&[Generator::resume, Generator::resume, Generator::for_of], place, out),
            _ => self.follow(&[Generator::request, Generator::request, Generator::for_await], place, out),
        }
        Some(())
    }

    /// Appends an iterator written by hand, whose body throws occasionally.
    pub(super) fn iterator(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.features.iterators.then_some(())?;
        self.room(place)?;
        let name = self.scope.fresh(Kind::Iterator);
        let strand = self.scope.strand(place.strand);
        let (body, _) = self.pure_body(place.strand(strand).pure(), 8);
        self.scope.bind(&name, Kind::Iterator, place.strand);
        let count = self.rng.u32(1..=4).to_string().into();
        self.push(out, with_body(Op::Iterator, [(Field::Name, &name), (Field::Count, &count)], body));
        self.follow(&[Generator::resume, Generator::for_of, Generator::yield_from], place, out);
        Some(())
    }

    /// Appends `next`, `close` or `throw-in`, without a name for the request.
    fn resumption(&mut self, generator: &Word) -> Stmt {
        match self.rng.u32(0..100) {
            0..72 => stmt(Op::Next, [(Field::Gen, generator)]),
            86.. if self.calm => stmt(Op::Next, [(Field::Gen, generator)]),
            72..86 => stmt(Op::Close, [(Field::Gen, generator)]),
            _ => {
                let error = self.error();
                stmt(Op::ThrowIn, [(Field::Gen, generator), (Field::Value, &error)])
            }
        }
    }

    pub(super) fn resume(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.room(place)?;
        let generator = self.scope.take_owned(&mut self.rng, SYNC_ITERATORS, place.strand)?;
        let generator = self.named(generator);
        let resumption = self.resumption(&generator);
        self.risk(place, resumption, out);
        Some(())
    }

    pub(super) fn request(&mut self, place: Place, out: &mut Block) -> Option<()> {
        let generator = self.scope.take_owned(&mut self.rng, &[Kind::AsyncGenerator], place.strand)?;
        let generator = self.named(generator);
        let mut request = self.resumption(&generator);
        if self.chance(55) {
            let name = self.scope.fresh(Kind::Request);
            self.scope.bind(&name, Kind::Request, 0);
            request.operands.extend(stmt(Op::Next, [(Field::Name, &name)]).operands);
        }
        self.push(out, request);
        Some(())
    }

    pub(super) fn for_of(&mut self, place: Place, out: &mut Block) -> Option<()> {
        self.room(place)?;
        let generator = self.scope.take_owned(&mut self.rng, SYNC_ITERATORS, place.strand)?;
        let generator = self.named(generator);
        let body = self.loop_body(Place { yields: place.yields, ..place.pure() });
        self.risk(place, with_body(Op::ForOf, [(Field::Gen, &generator)], body), out);
        Some(())
    }

    /// Whether a generator may be consumed here: before its settlements, `main` consumes only generators that wait for
    /// none of them.
    pub(super) fn for_await(&mut self, place: Place, out: &mut Block) -> Option<()> {
        place.awaits.then_some(())?;
        self.room(place)?;
        let generator = self.scope.take_owned(&mut self.rng, &[Kind::AsyncGenerator], place.strand)?;
        let waits = self.scope.at(generator).risky;
        (!waits || place.waits || self.settled).then_some(())?;
        self.waits += usize::from(waits);
        let generator = self.named(generator);
        let body = self.loop_body(Place { awaits: true, yields: place.yields, ..place.pure() });
        self.risk(place, with_body(Op::ForAwait, [(Field::Gen, &generator)], body), out);
        Some(())
    }

    fn loop_body(&mut self, place: Place) -> Block {
        let (mut body, _) = self.pure_body(place, 0);
        if self.chance(30) {
            self.push(&mut body, stmt(Op::Break, []));
        } else {
            // The loop is in a `try`. An exception in its body closes the generator.
            self.end_by_throw(12, &mut body);
        }
        body
    }

    pub(super) fn yields(&mut self, place: Place, out: &mut Block) -> Option<()> {
        place.yields?;
        self.push(out, stmt(Op::Yield, []));
        self.observe(out);
        Some(())
    }

    pub(super) fn yield_from(&mut self, place: Place, out: &mut Block) -> Option<()> {
        let kinds = match place.yields? {
            Kind::AsyncGenerator => GENERATORS,
            _ => SYNC_ITERATORS,
        };
        let inner = self.scope.take_owned(&mut self.rng, kinds, place.strand)?;
        self.waits += usize::from(self.scope.at(inner).risky);
        let inner = self.named(inner);
        self.push(out, stmt(Op::YieldFrom, [(Field::Gen, &inner)]));
        self.observe(out);
        Some(())
    }
}
