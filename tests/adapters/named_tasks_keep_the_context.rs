//! tokio's builders of named tasks: each way to spawn runs and drops its work in the spawner's
//! context.
//!
//! `RUSTFLAGS="--cfg tokio_unstable" cargo test -p asynccontext --all-features --target-dir target/unstable`

#![cfg(all(feature = "tokio-tracing", tokio_unstable))]

use crate::witness;

use std::io;
use std::sync::Arc;

use asynccontext::tokio::runtime::{Builder, Handle, Runtime};
use asynccontext::tokio::task::{self, JoinSet, LocalSet, join_set};
use witness::{NAME, Seen, Witness};

impl Witness {
    /// Work for a blocking thread.
    fn read(self) -> Option<u64> {
        NAME.get()
    }

    /// The same as a task that is polled twice.
    async fn read_later(self) -> Option<u64> {
        let before = NAME.get();
        task::yield_now().await;
        before.filter(|_| NAME.get() == before)
    }
}

/// A place where work can be spawned.
struct Place {
    handle: Handle,
    local: LocalSet,
}

type Named = fn(task::Builder<'static>, Witness, &Place) -> io::Result<task::JoinHandle<Option<u64>>>;

const NAMED: [(&str, Named); 6] = [
    ("spawn", |b, w, _| b.spawn(w.read_later())),
    ("spawn_on", |b, w, at| b.spawn_on(w.read_later(), &at.handle)),
    ("spawn_local", |b, w, _| b.spawn_local(w.read_later())),
    ("spawn_local_on", |b, w, at| b.spawn_local_on(w.read_later(), &at.local)),
    ("spawn_blocking", |b, w, _| b.spawn_blocking(|| w.read())),
    ("spawn_blocking_on", |b, w, at| b.spawn_blocking_on(|| w.read(), &at.handle)),
];

type InSet = fn(join_set::Builder<'_, Option<u64>>, Witness, &Place) -> io::Result<task::AbortHandle>;

const IN_SET: [(&str, InSet); 6] = [
    ("spawn", |b, w, _| b.spawn(w.read_later())),
    ("spawn_on", |b, w, at| b.spawn_on(w.read_later(), &at.handle)),
    ("spawn_local", |b, w, _| b.spawn_local(w.read_later())),
    ("spawn_local_on", |b, w, at| b.spawn_local_on(w.read_later(), &at.local)),
    ("spawn_blocking", |b, w, _| b.spawn_blocking(|| w.read())),
    ("spawn_blocking_on", |b, w, at| b.spawn_blocking_on(|| w.read(), &at.handle)),
];

fn each(ways: usize, test: impl AsyncFn(usize, Witness, &Place) -> Option<u64>) {
    for way in 0..ways {
        let rt = Runtime::from(Builder::new_multi_thread().worker_threads(2).build().unwrap());
        let at = Place { handle: rt.handle().clone(), local: LocalSet::new() };
        let seen = Seen::default();
        let read = at.local.block_on(&rt, test(way, Witness(Arc::clone(&seen)), &at));
        assert_eq!(read, Some(1), "{way}");
        assert_eq!(*seen.lock().unwrap(), [Some(1)], "{way}");
        assert_eq!(NAME.get(), None);
    }
}

#[test]
fn a_named_task_runs_in_its_spawner_s_context() {
    each(NAMED.len(), async |way, witness, at| {
        let (name, spawn) = NAMED[way];
        NAME.run(1, || spawn(task::Builder::new().name(name), witness, at)).unwrap().await.unwrap()
    });
}

#[test]
fn a_named_task_of_a_set_runs_in_its_spawner_s_context() {
    each(IN_SET.len(), async |way, witness, at| {
        let (name, spawn) = IN_SET[way];
        let mut set = JoinSet::new();
        NAME.run(1, || spawn(set.build_task().name(name), witness, at)).unwrap();
        set.join_next().await.unwrap().unwrap()
    });
}
