//! The floor: the least possible cost of a context on this machine.

use std::cell::Cell;
use std::future::{Future, pending};
use std::hint::black_box;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use criterion::Criterion;

use crate::company;
use crate::measure::{measure, measure_short};

const FLOOR: &str = "floor";

thread_local! {
    static SLOT: Cell<Option<&'static u64>> = const { Cell::new(None) };
}

/// The number of bytes of a binding of a `u64`.
type Node = [u64; 7];

pub(crate) fn all(c: &mut Criterion) {
    thread_locals(c);
    measure(c, FLOOR, "box", || drop(black_box(Box::new(black_box::<Node>([7; 7])))));
    counts(c);
    let mut future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(pending());
    let mut cx = Context::from_waker(Waker::noop());
    measure_short(c, FLOOR, "empty poll", 1, || black_box(&mut future).as_mut().poll(&mut cx).is_ready());
}

fn thread_locals(c: &mut Criterion) {
    SLOT.set(Some(black_box(&7)));
    // The address escapes, so that a clobber counts as a possible write.
    SLOT.with(|slot| {
        black_box(slot);
    });
    measure_short(c, FLOOR, "thread-local read", 1, || SLOT.get().copied());
    measure_short(c, FLOOR, "thread-local swap and restore", 1, || {
        let before = SLOT.replace(Some(black_box(&8)));
        black_box(());
        SLOT.set(before);
    });
}

fn counts(c: &mut Criterion) {
    let shared = Arc::new(7_u64);
    measure(c, FLOOR, "arc", || drop(black_box(Arc::clone(&shared))));
    let other = Arc::clone(&shared);
    company::with(
        1,
        || drop(black_box(Arc::clone(&other))),
        || {
            measure(c, FLOOR, "arc, two threads", || drop(black_box(Arc::clone(&shared))));
        },
    );
}
