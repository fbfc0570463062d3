//! Closures that are wrapped in the current mapping, called through each of the three traits, and dropped.

use asynccontext::{Snapshot, Wrapped};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::{body, framed, inside};
use crate::inhabitant::Inhabitant;
use crate::model::Frame;
use crate::program::{Body, Call, Pick};
use crate::strand::{Strand, here, put, take};

const MOST: usize = 4;

/// A wrapped closure, by its trait.
pub(crate) enum Closure {
    Fn(Wrapped<Box<dyn Fn() + Send + Sync>>),
    FnMut(Wrapped<Box<dyn FnMut() + Send>>),
    FnOnce(Wrapped<Box<dyn FnOnce() + Send>>),
}

pub(super) fn wrap(how: Call, steps: &Body) {
    let snapshot = Snapshot::capture();
    let mapping = here(Strand::taken);
    let inhabitant = Inhabitant::new(None);
    inhabitant.is_inside.set(true);
    let steps = steps.clone();
    let call = "the start of a wrapped closure";
    let closure = match how {
        Call::Fn => Closure::Fn(snapshot.wrap(Box::new(move || {
            let _ = &inhabitant;
            inside(&steps, call);
        }))),
        Call::FnMut => Closure::FnMut(snapshot.wrap(Box::new(move || {
            let _ = &inhabitant;
            inside(&steps, call);
        }))),
        Call::FnOnce => Closure::FnOnce(snapshot.wrap(Box::new(move || {
            let _inhabitant = inhabitant; // Its drop leaves the frame.
            body(&steps, call);
        }))),
    };
    let full = here(|strand| put(&mut strand.closures, MOST, (closure, mapping)));
    if let Some((closure, mapping)) = full {
        framed(Frame::in_snapshot(mapping), || drop(closure));
    }
}

pub(super) fn call(pick: Pick) {
    let Some((mut closure, mapping)) = here(|strand| take(&mut strand.closures, pick)) else { return };
    let frame = Frame::in_snapshot(mapping.clone());
    let result = match &mut closure {
        Closure::Fn(f) => catch_unwind(AssertUnwindSafe(|| framed(frame, || f.call(())))),
        Closure::FnMut(f) => catch_unwind(AssertUnwindSafe(|| framed(frame, || f.call_mut(())))),
        Closure::FnOnce(_) => {
            let Closure::FnOnce(f) = closure else { unreachable!("matched above") };
            return match pick % 2 {
                0 => framed(frame, || f.call_once(())),
                _ => framed(frame, || f.into_fn_once()()),
            };
        }
    };
    let full = here(|strand| put(&mut strand.closures, MOST, (closure, mapping)));
    if let Some((closure, mapping)) = full {
        framed(Frame::in_snapshot(mapping), || drop(closure));
    }
    result.unwrap_or_else(|panic| resume_unwind(panic));
}

/// Drops a closure in its context. Returns whether there was one.
pub(super) fn drop_one(pick: Pick) -> bool {
    let Some((closure, mapping)) = here(|strand| take(&mut strand.closures, pick)) else { return false };
    framed(Frame::in_snapshot(mapping), || drop(closure));
    true
}
