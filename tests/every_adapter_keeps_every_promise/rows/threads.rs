//! Threads, and channels to them.

use std::panic::resume_unwind;
use std::sync::mpsc;

use asynccontext::{Carried, thread};

use crate::probe::Probe;
use crate::row::{Carry, Row};

pub const ROWS: &[Row] = &[
    Row::away("thread::spawn", |_, probe| joined(thread::spawn(|| probe.once()))),
    Row::away("thread::Builder::spawn", |_, probe| joined(thread::Builder::new().spawn(|| probe.once()).unwrap())),
    Row::away("thread::Scope::spawn", |_, probe| {
        thread::scope(|scope| scope.spawn(|| probe.once()).join()).unwrap_or_else(|panic| resume_unwind(panic));
        Carry::Done
    }),
    Row::away("thread::Builder::spawn_scoped", |_, probe| {
        thread::scope(|scope| {
            let builder = thread::Builder::new();
            builder.spawn_scoped(scope, || probe.once()).unwrap().join().unwrap_or_else(|panic| resume_unwind(panic));
        });
        Carry::Done
    }),
    Row::away("Carried through std::sync::mpsc", |_, probe| {
        let (send, receive) = mpsc::channel();
        send.send(Carried::new(probe)).unwrap();
        handled_there(move || receive.recv().unwrap())
    }),
    #[cfg(feature = "futures")]
    Row::away("Carried through futures::channel::mpsc", |_, probe| {
        let (send, mut receive) = futures::channel::mpsc::unbounded();
        send.unbounded_send(Carried::new(probe)).unwrap();
        handled_there(move || receive.try_recv().unwrap())
    }),
    #[cfg(feature = "tokio")]
    Row::away("Carried through tokio::sync::mpsc", |_, probe| {
        let (send, mut receive) = tokio::sync::mpsc::channel(1);
        assert!(send.try_send(Carried::new(probe)).is_ok());
        handled_there(move || receive.blocking_recv().unwrap())
    }),
];

fn joined(thread: thread::JoinHandle<()>) -> Carry {
    Carry::Sent(Box::new(|| thread.join().unwrap_or_else(|panic| resume_unwind(panic))))
}

/// A message that a bare thread receives and handles.
fn handled_there(receive: impl FnOnce() -> Carried<Probe> + Send + 'static) -> Carry {
    Carry::Sent(Box::new(|| {
        let there = || receive().handle(Probe::once);
        std::thread::spawn(there).join().unwrap_or_else(|panic| resume_unwind(panic));
    }))
}
