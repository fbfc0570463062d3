//! Channels and operations of the host: what calls back, and in which mapping.
//!
//! A callback that is passed to an operation runs in the mapping of that call. What comes from outside the agent, or
//! is dispatched on another object than the one that was called, arrives in the empty mapping: messages, connections,
//! requests. A stream processes a chunk in the mapping in which it was written. `WEB-INTEGRATION.md` of the draft's
//! repository plans these rules for the web; its reasons hold for the corresponding objects of other hosts.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use super::host::Queue;
use super::mapping::{Mapping, Snapshot};
use super::quirk::Quirk;
use super::value::PromiseId;
use super::world::{Closure, World};
use crate::program::ast::{Stmt, Word};
use crate::program::table::HostKind;

/// An object of the host that receives messages.
pub(super) struct Channel<'p> {
    kind: HostKind,
    /// Where it was created.
    created: Rc<Snapshot>,
    /// The chunks of a stream that wait, each with the mapping in which it was written.
    waiting: RefCell<VecDeque<(Rc<Port<'p>>, Rc<Snapshot>)>>,
    /// Whether a stream processes a chunk, or has not started.
    busy: Cell<bool>,
}

/// The listener of a channel.
pub(super) struct Port<'p> {
    pub(super) strand: Word,
    pub(super) callback: Closure<'p>,
    pub(super) stmt: &'p Stmt,
    pub(super) channel: Rc<Channel<'p>>,
    /// Where the listener was added.
    pub(super) listened: Rc<Snapshot>,
}

/// Quirk: a socket that operations share.
pub(super) struct Socket {
    /// Where it was created.
    created: Mapping,
    connected: Rc<Cell<bool>>,
}

impl<'p> Channel<'p> {
    /// Creates a channel in the current mapping.
    pub(super) fn create(world: &World<'p>, kind: HostKind) -> Rc<Channel<'p>> {
        let starts = kind == HostKind::WebStream && world.quirks.has(Quirk::StreamStart);
        let channel = Rc::new(Channel {
            kind,
            created: world.new_snapshot(),
            waiting: RefCell::default(),
            busy: Cell::new(starts),
        });
        if starts {
            // Quirk: chunks wait until the stream has started.
            let stream = Rc::clone(&channel);
            let created = Rc::clone(&channel.created);
            world.host_enqueue_promise_job(Box::new(move |world| world.host_next_chunk(&stream, &created, true)));
        }
        channel
    }
}

impl<'p> World<'p> {
    /// Starts an operation of the host, which calls back in the mapping of this call. The promise is fulfilled when the
    /// callback has ended.
    pub(super) fn host_operation(
        &self,
        kind: HostKind,
        strand: &Word,
        callback: Closure<'p>,
        stmt: &'p Stmt,
    ) -> PromiseId {
        let mut mapping = self.async_context_snapshot();
        if kind == HostKind::Net && self.quirks.has(Quirk::NetConnect) {
            // Quirk: the first operation creates the socket, whose mapping is that of each write before the connection.
            let mut socket = self.socket.borrow_mut();
            let socket = socket.get_or_insert_with(|| {
                let connected = Rc::new(Cell::new(false));
                let now = Rc::clone(&connected);
                self.host_enqueue_job(Box::new(move |_| now.set(true)));
                Socket { created: Rc::clone(&mapping), connected }
            });
            if !socket.connected.get() {
                mapping = Rc::clone(&socket.created);
            }
        }
        self.host_queue_in(mapping, Queue::Timer, strand, callback, stmt)
    }

    /// Posts a message to the listener of a channel.
    pub(super) fn host_post(&self, port: Rc<Port<'p>>) {
        let channel = Rc::clone(&port.channel);
        if channel.kind.is_stream() {
            channel.waiting.borrow_mut().push_back((port, self.new_snapshot()));
            if !channel.busy.replace(true) {
                self.host_enqueue_job(Box::new(move |world| world.host_chunk(&channel, None)));
            }
            return;
        }
        let has = |quirk: Quirk| self.quirks.has(quirk);
        let (create, listen, post) = match channel.kind {
            HostKind::Message => {
                let listen = has(Quirk::MessageListen) || has(Quirk::EventListen);
                (has(Quirk::MessageCreate), listen, has(Quirk::MessagePost))
            }
            HostKind::Broadcast => (has(Quirk::MessageCreate), has(Quirk::EventListen), has(Quirk::BroadcastPost)),
            HostKind::Http => (has(Quirk::HttpCreate), false, false),
            _ => (has(Quirk::NetCreate), false, false),
        };
        if listen {
            // Quirk, and reading events-registration: the mapping in which the listener was added.
            return self.host_enqueue_job(Box::new(move |world| world.host_deliver(&port)));
        }
        let snapshot = if create {
            // Quirk: the mapping in which the channel was created.
            Some(Rc::clone(&channel.created))
        } else {
            // Quirk: the mapping of this call.
            post.then(|| self.new_snapshot())
        };
        self.host_enqueue_job(Box::new(move |world| {
            // The message may come from another agent, so the mapping is empty. Quirk: a module may have left another one.
            let left = world.als_take_left();
            let snapshot = snapshot.unwrap_or_else(|| Rc::new(Snapshot::of(left)));
            world.host_call(&snapshot, &port.strand, &port.callback, port.stmt);
        }));
    }

    /// Quirk: delivers a message in a loop that started when the listener was added. The next message is delivered in the
    /// mapping that is current when this one has been.
    fn host_deliver(self: &Rc<Self>, port: &Port<'p>) {
        let listened = &port.listened.async_snapshot_mapping;
        let previous = self.async_context_swap(Rc::clone(&listened.borrow()));
        if let Err(thrown) = self.call_strand(&port.strand, &port.callback, port.stmt) {
            self.uncaught_exception(thrown, &port.strand, port.stmt);
        }
        listened.replace(self.async_context_swap(previous));
    }

    /// Processes the oldest chunk of a stream in the mapping in which it was written; under quirks, in another one.
    fn host_chunk(self: &Rc<Self>, stream: &Rc<Channel<'p>>, instead: Option<&Rc<Snapshot>>) {
        let oldest = stream.waiting.borrow_mut().pop_front();
        let Some((port, written)) = oldest else { return stream.busy.set(false) };
        let snapshot = instead.map_or(written, Rc::clone);
        self.host_call(&snapshot, &port.strand, &port.callback, port.stmt);
        let stream = Rc::clone(stream);
        self.host_enqueue_promise_job(Box::new(move |world| world.host_next_chunk(&stream, &snapshot, false)));
    }

    /// Processes the chunk that waits behind another, which was processed in a mapping, or behind the start of the stream.
    fn host_next_chunk(self: &Rc<Self>, stream: &Rc<Channel<'p>>, before: &Rc<Snapshot>, starts: bool) {
        let empty = stream.kind == HostKind::WebStream && self.quirks.has(Quirk::StreamEmpty);
        let instead = if empty && !starts {
            // Quirk: the empty mapping.
            Some(Rc::default())
        } else if starts || self.quirks.has(Quirk::StreamQueue) {
            // Quirk: the mapping in which the stream was started, or the one before it was processed.
            Some(Rc::clone(before))
        } else {
            None
        };
        self.host_chunk(stream, instead.as_ref());
    }
}
