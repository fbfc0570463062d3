//! What is captured and entered beside a mapping: foreign ambient context.
//!
//! What was captured is the value of a key of its own, bound on top of the mapping. So
//! it goes wherever the snapshot goes, and dies with it; a link stays one pointer, and
//! as long as nothing is registered a capture and an entry cost one look at a static.

use std::borrow::Cow;
use std::cell::Cell;
use std::mem;
use std::sync::OnceLock;

use super::frame::{Frame, run};
use super::key::Key;
use super::lookup::with;
use super::node::Node;
use super::own::{self, Link};
use super::place::Place;
use super::thread::thread;

/// Foreign contexts as they were at one moment.
pub(crate) type Captured = Vec<Box<dyn Enter>>;

/// One foreign context as it was at one moment.
pub(crate) trait Enter: Send + Sync {
    /// Makes it current until what is returned is dropped, which then drops `older`.
    fn enter<'a>(&'a self, older: Foreign<'a>) -> Box<dyn Held + 'a>;
}

/// What keeps foreign contexts current.
pub(crate) trait Held {}
impl<T> Held for T {}

/// Foreign contexts that are current, left in the opposite order.
pub(crate) struct Foreign<'a>(Option<Box<dyn Held + 'a>>);

static CAPTURED: Key<Captured> = Key::new(Cow::Borrowed(""));
static CAPTURE: OnceLock<fn() -> Captured> = OnceLock::new();

/// From now on every capture asks `capture` for what goes beside it. Only the first
/// call has an effect.
#[cfg(feature = "companions")]
pub(crate) fn capture_beside(capture: fn() -> Captured) {
    CAPTURE.get_or_init(|| capture);
}

/// Is this the key under which foreign contexts are bound, and not a variable's?
pub(super) fn is_key(id: u64) -> bool {
    CAPTURED.id() == Some(id)
}

/// Does this chain bind foreign contexts and nothing else?
///
/// # Safety
///
/// `head` is the live head of a chain.
pub(super) unsafe fn is_alone(head: *const Node) -> bool {
    // SAFETY: the caller's promise.
    unsafe { is_key((*head).key) && (*head).parent.get().is_null() }
}

/// Are there foreign contexts beside this mapping?
pub(super) fn is_beside(link: &Link) -> bool {
    link.value(&CAPTURED).is_some()
}

/// The current mapping, kept, with what is beside it.
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn capture() -> Link {
    capture_at(Place::here())
}

/// The same, as captured at `place`.
#[inline]
pub(super) fn capture_at(place: Place) -> Link {
    match CAPTURE.get() {
        None => own::capture(place),
        Some(capture) => capture_all(*capture, place),
    }
}

#[cold]
#[inline(never)]
fn capture_all(capture: fn() -> Captured, place: Place) -> Link {
    thread_local! {
        static CAPTURING: Cell<bool> = const { Cell::new(false) };
    }
    struct Done;
    impl Drop for Done {
        fn drop(&mut self) {
            CAPTURING.set(false);
        }
    }
    if CAPTURING.replace(true) {
        return own::capture(place); // a companion takes a snapshot while it is asked
    }
    let done = Done;
    let captured = capture();
    drop(done);
    if captured.is_empty() && with(&CAPTURED, |older| older.is_none()) {
        return own::capture(place);
    }
    run(&CAPTURED, captured, || own::capture(place))
}

/// Enters what was captured beside `link` on `frame`, which runs in `link`. If there is
/// something, that is noted on the frame.
///
/// # Safety
///
/// The caller calls [`leave`] before it pops the frame, also on panic, and keeps `link`
/// until then.
#[inline(always)]
pub(super) unsafe fn enter(link: &Link, frame: &Frame) {
    if CAPTURE.get().is_some() {
        // SAFETY: the caller's promise.
        unsafe { enter_all(link, frame) }
    }
}

/// # Safety
///
/// As for [`enter`].
#[cold]
#[inline(never)]
unsafe fn enter_all(link: &Link, frame: &Frame) {
    let foreign = foreign(link);
    if foreign.0.is_none() {
        return;
    }
    // SAFETY: only the lifetime changes. What `foreign` borrows is held by `link`, and
    // `leave` drops it before that goes.
    let foreign = unsafe { mem::transmute::<Foreign<'_>, Foreign<'static>>(foreign) };
    thread(|t| {
        let entered = Entered { outer: t.beside.get(), _foreign: foreign };
        t.beside.set(Box::into_raw(Box::new(entered)));
    });
    frame.top.set(frame.top.get().with_beside());
}

/// Makes what was captured beside `link` current until the result is dropped.
pub(super) fn foreign(link: &Link) -> Foreign<'_> {
    let captured = link.value(&CAPTURED).map_or(&[][..], Vec::as_slice);
    captured.iter().fold(Foreign(None), |older, one| Foreign(Some(one.enter(older))))
}

/// Leaves what [`enter`] entered on `frame`, and then, also after a panic, drops `out`.
#[cold]
#[inline(never)]
pub(super) fn leave<T>(frame: &Frame, out: T) {
    let _out = out;
    frame.top.set(frame.top.get().without_beside());
    let newest = thread(|t| t.beside.get());
    // SAFETY: the flag was on the frame, which runs: so `enter_all` made a record for
    // it, and those of the frames inside it, which ended before, are gone.
    let newest = unsafe { Box::from_raw(newest.cast_mut()) };
    thread(|t| t.beside.set(newest.outer));
    drop(newest);
}

/// What is held for a frame that runs on this thread.
pub(super) struct Entered {
    /// That of a frame further out, or null.
    outer: *const Entered,
    _foreign: Foreign<'static>,
}
