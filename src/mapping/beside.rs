//! What is captured and entered beside a mapping: foreign ambient context, and what
//! watches who enters.
//!
//! What was captured is the value of a key of its own, bound on top of the mapping. So
//! it goes wherever the snapshot goes, and dies with it; a link stays one pointer, and
//! as long as nothing is asked a capture and an entry cost one look at a static.

use std::borrow::Cow;
use std::cell::Cell;
use std::mem;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use super::frame::{Frame, run};
use super::key::Key;
use super::lookup::with;
use super::node::Node;
use super::own::{self, Link, clean};
use super::place::Place;
use super::thread::thread;
use crate::alone::Alone;

/// What goes beside a mapping, as it was at one moment.
pub(crate) type Captured = Vec<Box<dyn Enter>>;

/// One thing that is entered with the mapping that it lies beside.
pub(crate) trait Enter: Send + Sync {
    /// Enters it until what is returned is dropped, which then drops `older`.
    fn enter<'a>(&'a self, older: Foreign<'a>) -> Box<dyn Held + 'a>;

    /// The future that runs in the mapping is ready. Called before it is left.
    fn resolved(&self) {}
}

/// What keeps something entered.
pub(crate) trait Held {}
impl<T> Held for T {}

/// What is entered, to be left in the opposite order.
pub(crate) struct Foreign<'a>(Option<Box<dyn Held + 'a>>);

static CAPTURED: Key<Captured> = Key::new(Cow::Borrowed(""));

/// Is one of the two below set? Relaxed: a thread that got a mapping from one that saw it
/// set sees it set as well.
static ASKING: AtomicBool = AtomicBool::new(false);
static BESIDE: OnceLock<fn() -> Captured> = OnceLock::new();
static CAPTURE: OnceLock<fn(Place, &'static str) -> Link> = OnceLock::new();

/// From now on every capture asks `beside` for what goes beside it. Only the first
/// call has an effect.
#[cfg(feature = "companions")]
pub(crate) fn capture_beside(beside: fn() -> Captured) {
    BESIDE.get_or_init(|| beside);
    ASKING.store(true, Ordering::Relaxed);
}

/// From now on every capture is made by `capture`, which is told what for, and itself
/// captures with [`capture_with`]. Only the first call has an effect.
pub(crate) fn capture_by(capture: fn(Place, &'static str) -> Link) {
    CAPTURE.get_or_init(|| capture);
    ASKING.store(true, Ordering::Relaxed);
}

/// Does anything go beside a mapping?
#[inline(always)]
pub(super) fn is_asking() -> bool {
    ASKING.load(Ordering::Relaxed)
}

/// Is this the key under which it is bound, and not a variable's?
pub(super) fn is_key(id: u64) -> bool {
    CAPTURED.id() == Some(id)
}

/// Does this chain bind what is beside a mapping, and nothing else?
///
/// # Safety
///
/// `head` is the live head of a chain.
pub(super) unsafe fn is_alone(head: *const Node) -> bool {
    // SAFETY: the caller's promise.
    unsafe { is_key((*head).key) && (*head).parent.get().is_null() }
}

/// Is there anything beside this mapping?
pub(super) fn is_beside(link: &Link) -> bool {
    link.value(&CAPTURED).is_some()
}

/// The same mapping, with nothing beside it. Runs no user code: the caller keeps `link`.
#[cold]
pub(super) fn without_beside(link: &Link) -> Link {
    // SAFETY: the link keeps its chain live, which is owned and clean.
    unsafe { Link::from_raw(clean(link.node(), CAPTURED.sought()), link.place()) }
}

/// The current mapping, kept, with what is beside it. `what` says in a word what it is
/// captured for.
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn capture(what: &'static str) -> Link {
    capture_at(Place::here(), what)
}

/// The same, as captured at `place`.
#[inline]
pub(super) fn capture_at(place: Place, what: &'static str) -> Link {
    if is_asking() { capture_all(place, what) } else { own::capture(place) }
}

#[cold]
#[inline(never)]
fn capture_all(place: Place, what: &'static str) -> Link {
    match CAPTURE.get() {
        Some(capture) => capture(place, what),
        None => capture_with(place, None),
    }
}

/// The current mapping, kept, with foreign context beside it, and `last`, which is entered
/// after that.
pub(crate) fn capture_with(place: Place, last: Option<Box<dyn Enter>>) -> Link {
    let mut captured = current();
    captured.extend(last);
    if captured.is_empty() && with(&CAPTURED, |older| older.is_none()) {
        return own::capture(place);
    }
    run(&CAPTURED, captured, || own::capture(place))
}

/// The foreign context that is current; none if a companion takes a snapshot while it
/// is asked.
fn current() -> Captured {
    thread_local! {
        static ASKED: Cell<bool> = const { Cell::new(false) };
    }
    let Some(beside) = BESIDE.get() else { return Vec::new() };
    let Some(_alone) = Alone::inside(&ASKED) else { return Vec::new() };
    beside()
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
    if is_asking() {
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

/// Enters what lies beside `link` until the result is dropped.
pub(super) fn foreign(link: &Link) -> Foreign<'_> {
    beside(link).iter().fold(Foreign(None), |older, one| Foreign(Some(one.enter(older))))
}

/// What lies beside `link`.
fn beside(link: &Link) -> &[Box<dyn Enter>] {
    link.value(&CAPTURED).map_or(&[], Vec::as_slice)
}

/// Tells what lies beside `link` that the future in it is ready.
#[cold]
#[inline(never)]
pub(super) fn resolved(link: &Link) {
    beside(link).iter().for_each(|one| one.resolved());
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
