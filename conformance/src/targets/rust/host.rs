//! Statements of the host: finalizers and threads.

use std::sync::{Arc, Mutex};

use asynccontext::Snapshot;

use super::code::Node;
use super::finalizer::Target;
use super::lock::lock;
use super::promise::{Progress, Promise};
use super::running::ThreadTicket;
use super::throw::{Abrupt, Flow, catching};
use super::world::{Binding, Home, Strand, unfit};
use crate::program::ast::Word;
use crate::program::table::Field;

impl Strand {
    /// `finalizer f {P}`: wraps the callback with the current snapshot.
    pub(super) fn finalizer(&self, node: &Node) -> Flow {
        let name = node.word(Field::Name)?;
        let (strand, code) = (self.starts(name, Home::Stack), node.code());
        let (world, ended) = (Arc::downgrade(&self.world), name.clone());
        let callback = Snapshot::capture().wrap(move || strand.now_framed(&code));
        let cleanup = Box::new(move || {
            let flow = catching(|| callback.call_once(()));
            if let Some(world) = world.upgrade() {
                world.running.ended(&ended, flow);
            }
        });
        let target = Arc::new(Mutex::new(Some(Target::new(cleanup))));
        self.world.bind(name, Binding::Finalizer(target));
        Ok(())
    }

    /// `drop f`: drops the target.
    pub(super) fn give_up(&self, name: &Word) -> Flow {
        let Binding::Finalizer(target) = self.world.lookup(name)? else {
            return Err(unfit(name, "a finalizer"));
        };
        let target = lock(&target).take();
        drop(target);
        Ok(())
    }

    /// `thread t {P}`: starts a thread of `std`.
    pub(super) fn thread(&self, node: &Node) -> Flow {
        let name = node.word(Field::Name)?;
        let promise = Promise::pending();
        self.world.bind(name, Binding::Promise(promise.clone()));
        let (strand, code) = (self.starts(name, Home::Stack), node.code());
        let (ticket, counted) = (self.world.running.start(name), ThreadTicket::new(&self.world.running));
        let body = move || {
            match catching(|| strand.now_framed(&code)) {
                Ok(()) => promise.settle(Ok(Progress::Done)),
                Err(Abrupt::Throw(value)) => promise.settle(Err(value)),
                Err(abrupt) => strand.world.running.misplaced(&strand.name, abrupt),
            }
            drop((strand, code, promise));
            drop(ticket);
            drop(counted);
        };
        let spawned = std::thread::Builder::new().name(name.to_string()).spawn(body);
        spawned.map_err(|error| Abrupt::Fault(format!("a thread cannot be started: {error}")))?;
        Ok(())
    }
}
