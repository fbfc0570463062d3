//! The floor: what a context can't be cheaper than on this machine.

use std::cell::Cell;
use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use criterion::Criterion;

use crate::company;

thread_local! {
    static SLOT: Cell<Option<&'static u64>> = const { Cell::new(None) };
}

/// As many bytes as a binding of a `u64` has.
type Node = [u64; 7];

pub(crate) fn all(c: &mut Criterion) {
    thread_locals(c);
    memory(c);
    counts(c);
    c.bench_function("floor/empty poll", |b| {
        let mut future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(std::future::pending());
        let mut cx = Context::from_waker(Waker::noop());
        b.iter(|| is_ready(black_box(&mut future).as_mut().poll(&mut cx)));
    });
}

pub(crate) fn is_ready<T>(poll: Poll<T>) -> bool {
    poll.is_ready()
}

fn thread_locals(c: &mut Criterion) {
    SLOT.set(Some(black_box(&7)));
    // The address escapes, so that LLVM takes the clobber below for a possible write.
    SLOT.with(|slot| {
        black_box(slot);
    });
    c.bench_function("floor/thread-local read", |b| {
        b.iter(|| {
            black_box(());
            SLOT.with(|slot| slot.get().copied())
        });
    });
    c.bench_function("floor/thread-local swap and restore", |b| {
        b.iter(|| {
            let before = SLOT.replace(Some(black_box(&8)));
            black_box(());
            SLOT.set(before);
        });
    });
}

fn memory(c: &mut Criterion) {
    c.bench_function("floor/box", |b| {
        b.iter(|| drop(black_box(Box::new(black_box::<Node>([7; 7])))));
    });
}

fn counts(c: &mut Criterion) {
    let shared = Arc::new(7_u64);
    c.bench_function("floor/arc", |b| b.iter(|| drop(black_box(Arc::clone(&shared)))));
    company::with(
        || {
            drop(black_box(Arc::clone(&shared)));
        },
        || {
            c.bench_function("floor/arc, two threads", |b| b.iter(|| drop(black_box(Arc::clone(&shared)))));
        },
    );
}
