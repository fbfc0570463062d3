//! Closures and messages, called by their holder.

use std::sync::Mutex;

use asynccontext::als::{AsyncLocalStorage, AsyncResource};
use asynccontext::{Carried, Snapshot, Wrapped};

use super::steps::held;
use crate::probe::Probe;
use crate::row::{Carry, Row};

pub const ROWS: &[Row] = &[
    Row::steps("Wrapped::call", |_, probe| {
        let f = Snapshot::capture().wrap(shared(probe));
        held(move || f.call(()))
    }),
    Row::steps("Wrapped::call_mut", |_, probe| call_mut(Snapshot::capture().wrap(changing(probe)))),
    Row::away("Wrapped::call_once", |_, probe| once(Snapshot::capture().wrap(|| probe.once()), |f| f.call_once(()))),
    Row::steps("Wrapped::into_fn", |_, probe| held(Snapshot::capture().wrap(shared(probe)).into_fn())),
    Row::steps("Wrapped::into_fn_mut", |_, probe| held(Snapshot::capture().wrap(changing(probe)).into_fn_mut())),
    Row::away("Wrapped::into_fn_once", |_, probe| {
        once(Snapshot::capture().wrap(|| probe.once()).into_fn_once(), |f| f())
    }),
    Row::steps("AsyncLocalStorage::bind", |_, probe| call_mut(AsyncLocalStorage::bind(changing(probe)))),
    Row::steps("AsyncLocalStorage::snapshot", |_, probe| call_mut(AsyncLocalStorage::snapshot().wrap(changing(probe)))),
    Row::steps("AsyncResource::bind", |_, probe| call_mut(AsyncResource::new("row").bind(changing(probe)))),
    Row::away("Carried::handle", |_, probe| once(Carried::new(probe), |message| message.handle(Probe::once))),
];

fn shared(probe: Probe) -> impl Fn() -> bool {
    let probe = Mutex::new(probe);
    move || probe.lock().unwrap().step()
}

fn changing(mut probe: Probe) -> impl FnMut() -> bool {
    move || probe.step()
}

fn call_mut(mut f: Wrapped<impl FnMut() -> bool + Send + 'static>) -> Carry {
    held(move || f.call_mut(()))
}

/// An adapter with a single step, which consumes it.
fn once<A: Send + 'static>(adapter: A, f: impl FnOnce(A) + Send + 'static) -> Carry {
    let mut adapter = Some((adapter, f));
    held(move || {
        if let Some((adapter, f)) = adapter.take() {
            f(adapter);
        }
        false
    })
}
