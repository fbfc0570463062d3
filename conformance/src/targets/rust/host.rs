//! Statements of the host: finalizers and threads.

use std::sync::{Arc, Mutex};

use asynccontext::Snapshot;

use super::code::Node;
use super::lock::lock;
use super::promise::{Progress, Promise};
use super::strand::{Home, Strand};
use super::throw::{Abrupt, Flow, catching};
use super::world::{Binding, ThreadTicket, unfit};
use crate::program::ast::Word;
use crate::program::table::Field;

/// A value that calls a cleanup callback when it is dropped.
pub(super) struct Target {
    cleanup: Option<Box<dyn FnOnce() + Send>>,
}

impl Target {
    /// Drops the value without calling the callback, for a program that ends first.
    pub(super) fn keep(mut self) {
        self.cleanup = None;
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Some(cleanup) = self.cleanup.take() {
            cleanup();
        }
    }
}

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
                world.ended(&ended, flow);
            }
        });
        let target = Target { cleanup: Some(cleanup) };
        self.world.bind(name, Binding::Finalizer(Arc::new(Mutex::new(Some(target)))));
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
        let (ticket, counted) = (self.world.start(name), ThreadTicket::new(&self.world));
        let body = move || {
            match catching(|| strand.now_framed(&code)) {
                Ok(()) => promise.settle(Ok(Progress::Done)),
                Err(Abrupt::Throw(value)) => promise.settle(Err(value)),
                Err(abrupt) => strand.world.misplaced(&strand.name, abrupt),
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
