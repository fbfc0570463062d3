//! What is captured and entered beside a mapping: foreign ambient context, and what
//! watches who enters.
//!
//! What was captured is the value of a key of its own, bound on top of the mapping. So
//! it goes wherever the snapshot goes, and dies with it; a link stays one pointer, and
//! as long as nothing is asked a capture and an entry cost one look at a static.
//!
//! It is bound where it says something. A mapping that binds none holds that nothing foreign
//! was current. A third state, [`Ambient::AsItIs`], has its entries leave alone what is current.

use std::any::Any;
use std::borrow::Cow;
use std::mem;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::frame::{Frame, run, run_alone};
use super::key::Key;
use super::node::Node;
use super::own::{self, Link, clean};
use super::place::Place;
use super::thread::thread as this_thread;
use crate::contained::contained;

/// What goes beside a mapping.
struct Beside {
    ambient: Ambient,
    /// Entered after that.
    last: Option<Box<dyn Enter>>,
}

/// Foreign context as it was at one moment.
pub(crate) enum Ambient {
    /// What was current. What is missing here was not.
    Captured(Vec<Moment>),
    /// No one looked: an entry leaves alone what is current.
    AsItIs,
}

/// What one companion captured.
#[cfg_attr(not(feature = "companions"), expect(dead_code, reason = "there are no companions"))]
pub(crate) struct Moment {
    /// The companion's number.
    pub(crate) of: usize,
    pub(crate) value: Box<dyn Any + Send + Sync>,
}

/// How foreign context is captured, and entered as it was captured.
pub(crate) struct Companions {
    pub(crate) capture: fn() -> Ambient,
    pub(crate) enter: for<'a> fn(&'a [Moment]) -> Foreign<'a>,
}

/// Something that is entered with the mapping that it lies beside.
pub(crate) trait Enter: Send + Sync {
    /// Enters it until what is returned is dropped, which then drops `older`.
    fn enter<'a>(&'a self, older: Foreign<'a>) -> Foreign<'a>;

    /// The future that runs in the mapping is ready. Called before it is left.
    fn resolved(&self) {}
}

/// What keeps something entered.
trait Held {}
impl<T> Held for T {}

/// What is entered, to be left in the opposite order. A panic of one that is left is contained
/// while the thread panics already, so the others are left as well.
#[derive(Default)]
pub(crate) struct Foreign<'a>(Option<Box<dyn Held + 'a>>);

impl<'a> Foreign<'a> {
    /// What `held` holds, which includes what was entered before.
    pub(crate) fn held(held: impl Sized + 'a) -> Foreign<'a> {
        Foreign(Some(Box::new(held)))
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.0.is_none()
    }
}

impl Drop for Foreign<'_> {
    fn drop(&mut self) {
        let Some(held) = self.0.take() else { return };
        if thread::panicking() { contained(|| drop(held)) } else { drop(held) }
    }
}

static CAPTURED: Key<Beside> = Key::new(Cow::Borrowed(""));

/// Whether one of the two below is set. Relaxed: a thread that got a mapping from one that saw it
/// set sees it set as well.
static ASKING: AtomicBool = AtomicBool::new(false);
static COMPANIONS: OnceLock<Companions> = OnceLock::new();
static CAPTURE: OnceLock<fn(Place, &'static str) -> Link> = OnceLock::new();

/// From now on every capture and every entry asks `companions`. Only the first call has an
/// effect.
#[cfg(feature = "companions")]
pub(crate) fn ask(companions: Companions) {
    COMPANIONS.get_or_init(|| companions);
    ASKING.store(true, Ordering::Relaxed);
}

/// From now on every capture is made by `capture`, which is told what for, and itself
/// captures with [`capture_with`]. Only the first call has an effect.
pub(crate) fn capture_by(capture: fn(Place, &'static str) -> Link) {
    CAPTURE.get_or_init(|| capture);
    ASKING.store(true, Ordering::Relaxed);
}

/// Whether companions or hooks are asked at each capture and entry.
#[inline(always)]
pub(super) fn is_asking() -> bool {
    ASKING.load(Ordering::Relaxed)
}

/// Whether this is the key under which it is bound, and not a variable's.
pub(super) fn is_key(id: u64) -> bool {
    CAPTURED.id() == Some(id)
}

/// Whether this chain binds what is beside a mapping, and nothing else.
///
/// # Safety
///
/// `head` is the live head of a chain.
pub(super) unsafe fn is_alone(head: *const Node) -> bool {
    // SAFETY: the caller's promise.
    unsafe { is_key((*head).key) && (*head).parent.get().is_null() }
}

/// Whether there is anything beside this mapping.
pub(super) fn is_beside(link: &Link) -> bool {
    link.value(&CAPTURED).is_some()
}

/// The same mapping, with nothing beside it. Runs no user code: the caller keeps `link`.
#[cold]
fn without_beside(link: &Link) -> Link {
    // SAFETY: the link keeps its chain live, which is owned and clean.
    unsafe { Link::from_raw(clean(link.node(), CAPTURED.sought()), link.place()) }
}

/// The same mapping, whose entries leave alone what foreign context is current.
#[cold]
pub(super) fn as_it_is(link: &Link) -> Link {
    run_alone(link, || with_beside(link.place(), Beside { ambient: Ambient::AsItIs, last: None }))
}

/// The mapping that binds nothing, and whose entries leave alone what foreign context is
/// current.
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn nothing_of_ours() -> Link {
    let nothing = Link::empty();
    if COMPANIONS.get().is_some() { as_it_is(&nothing) } else { nothing }
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
    let ambient = COMPANIONS.get().map_or(Ambient::Captured(Vec::new()), |companions| (companions.capture)());
    if last.is_none() && matches!(&ambient, Ambient::Captured(moments) if moments.is_empty()) {
        let link = own::capture(place);
        // That of a mapping further out says nothing about here.
        return if is_beside(&link) { without_beside(&link) } else { link };
    }
    with_beside(place, Beside { ambient, last })
}

/// The current mapping, kept, with `beside` beside it.
fn with_beside(place: Place, beside: Beside) -> Link {
    run(&CAPTURED, beside, || own::capture(place))
}

/// Enters what was captured beside `link` on `frame`, which runs in `link`. If something has to
/// be left again, that is noted on the frame.
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
    if foreign.is_nothing() {
        return;
    }
    // SAFETY: only the lifetime changes. What `foreign` borrows is held by `link`, or lives as long
    // as that is borrowed, as a companion does. `leave` drops it before `link` goes: scopes end in
    // the order of the stack (rule 1).
    let foreign = unsafe { mem::transmute::<Foreign<'_>, Foreign<'static>>(foreign) };
    this_thread(|t| {
        let entered = Entered { outer: t.beside.get(), _foreign: foreign };
        t.beside.set(Box::into_raw(Box::new(entered)));
    });
    frame.top.set(frame.top.get().with_beside());
}

/// Enters what lies beside `link` until the result is dropped.
pub(super) fn foreign(link: &Link) -> Foreign<'_> {
    let beside = link.value(&CAPTURED);
    let moments = match beside.map(|beside| &beside.ambient) {
        Some(Ambient::Captured(moments)) => Some(moments.as_slice()),
        Some(Ambient::AsItIs) => None,
        None => Some(&[][..]),
    };
    let companions = moments.zip(COMPANIONS.get());
    let foreign = companions.map_or(Foreign::default(), |(moments, companions)| (companions.enter)(moments));
    match beside.and_then(|beside| beside.last.as_ref()) {
        Some(last) => last.enter(foreign),
        None => foreign,
    }
}

/// Tells what lies beside `link` that the future in it is ready.
#[cold]
#[inline(never)]
pub(super) fn resolved(link: &Link) {
    if let Some(last) = link.value(&CAPTURED).and_then(|beside| beside.last.as_ref()) {
        last.resolved();
    }
}

/// Leaves what [`enter`] entered on `frame`, and then, also after a panic, drops `out`.
#[cold]
#[inline(never)]
pub(super) fn leave<T>(frame: &Frame, out: T) {
    let _out = out;
    frame.top.set(frame.top.get().without_beside());
    let newest = this_thread(|t| t.beside.get());
    // SAFETY: the flag was on the frame, which runs: so `enter_all` made a record for
    // it, and those of the frames inside it, which ended before, are gone.
    let newest = unsafe { Box::from_raw(newest.cast_mut()) };
    this_thread(|t| t.beside.set(newest.outer));
    drop(newest);
}

/// What is held for a frame that runs on this thread.
pub(super) struct Entered {
    /// That of a frame further out, or null.
    outer: *const Entered,
    _foreign: Foreign<'static>,
}
