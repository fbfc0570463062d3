//! Attachments: foreign ambient context, and hooks that observe captures and entries, captured and
//! entered with a mapping.
//!
//! An attachment is the value of a key of its own, bound on top of the mapping, so it is carried
//! and released with the snapshot. A link stays one pointer, and as long as there are no observers,
//! a capture and an entry only check a static.
//!
//! A mapping without an attachment means that no foreign context was current. A third state,
//! [`Ambient::AsItIs`], makes entries leave the current foreign context alone.

use std::any::Any;
use std::borrow::Cow;
use std::cell::Cell;
use std::mem;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::call_site::{CallSite, CaptureSite};
use super::current;
use super::frame::Frame;
use super::key::Key;
use super::last_binding::How;
use super::link::Link;
use super::node::Node;
use super::owned::{Held, Owned};
use crate::contained::contained;
use crate::sync::per_thread;

/// The attachment of a mapping.
struct Attached {
    ambient: Ambient,
    /// Entered after the foreign context.
    last: Option<Box<dyn Enter>>,
}

/// The foreign context of a captured mapping.
pub(crate) enum Ambient {
    /// The context of each companion that had one. The others had none.
    Captured(Vec<Moment>),
    /// Nothing was captured: an entry leaves the current foreign context alone.
    AsItIs,
}

/// The context that one companion captured.
#[cfg_attr(not(feature = "companions"), expect(dead_code, reason = "there are no companions"))]
pub(crate) struct Moment {
    /// The companion's number.
    pub(crate) of: usize,
    pub(crate) value: Box<dyn Any + Send + Sync>,
}

/// How foreign context is captured, and how captured context is entered.
pub(crate) struct Companions {
    pub(crate) capture: fn() -> Ambient,
    pub(crate) enter: for<'a> fn(&'a [Moment]) -> Foreign<'a>,
}

/// Something that is entered with the mapping to which it is attached.
pub(crate) trait Enter: Send + Sync {
    /// Enters it until the result is dropped, which then drops `older`.
    fn enter<'a>(&'a self, older: Foreign<'a>) -> Foreign<'a>;

    /// Called when the future that runs in the mapping is ready, before the mapping is left.
    fn resolved(&self) {}
}

/// A value that keeps something entered until it is dropped.
trait Keeper {}
impl<T> Keeper for T {}

/// Entered foreign context and hooks, left in reverse order when dropped. While the thread is
/// panicking, a panic on leaving one is contained, so that the others are left as well.
#[derive(Default)]
pub(crate) struct Foreign<'a>(Option<Box<dyn Keeper + 'a>>);

impl<'a> Foreign<'a> {
    /// Holds `held`, which includes everything entered before.
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

static ATTACHED: Key<Attached> = Key::new(Cow::Borrowed(""));

/// The observers of captures and entries.
struct Observers {
    /// Whether there are any. Relaxed: a thread that received a mapping from one that saw this set
    /// sees it set too.
    any: AtomicBool,
    companions: OnceLock<Companions>,
    capture: OnceLock<fn(CaptureSite) -> Link>,
}

static OBSERVERS: Observers =
    Observers { any: AtomicBool::new(false), companions: OnceLock::new(), capture: OnceLock::new() };

/// Whether captures and entries have observers.
#[inline(always)]
pub(super) fn is_observed() -> bool {
    OBSERVERS.any.load(Ordering::Relaxed)
}

/// From now on, every capture and every entry asks `companions`. Only the first call has an effect.
#[cfg(feature = "companions")]
pub(crate) fn ask(companions: Companions) {
    OBSERVERS.companions.get_or_init(|| companions);
    OBSERVERS.any.store(true, Ordering::Relaxed);
}

/// From now on, `capture` makes every capture, by [`capture_with`]. Only the first call has an
/// effect.
pub(crate) fn capture_by(capture: fn(CaptureSite) -> Link) {
    OBSERVERS.capture.get_or_init(|| capture);
    OBSERVERS.any.store(true, Ordering::Relaxed);
}

impl Link {
    pub(crate) fn is_empty(&self) -> bool {
        self.node().is_null() || (self.has_attached() && self.ids().is_empty())
    }

    /// The ids of the variables bound here, in no particular order.
    pub(crate) fn ids(&self) -> Vec<u64> {
        let mut ids = Vec::new();
        for step in self.head().into_iter().flat_map(Owned::steps) {
            match step.held() {
                Held::One(_) => ids.push(step.key()),
                Held::Several(entries) => ids.extend(entries.iter().map(|(key, _)| *key)),
                Held::All(map) => ids.extend(map.keys()),
            }
        }
        ids.retain(|id| ATTACHED.id() != Some(*id));
        ids
    }

    /// Whether this mapping has an attachment.
    fn has_attached(&self) -> bool {
        self.value(&ATTACHED).is_some()
    }

    /// The same mapping with `attached` as its attachment.
    fn attach(self, attached: Attached) -> Link {
        let site = self.site();
        self.with(&ATTACHED, attached, How::Scope, site)
    }

    /// The same mapping with the current foreign context in place of its own.
    #[cfg(feature = "companions")]
    pub(crate) fn with_current_foreign(self) -> Link {
        match OBSERVERS.companions.get() {
            Some(companions) => self.attach(Attached { ambient: (companions.capture)(), last: None }),
            None => self,
        }
    }

    /// The same mapping, whose entries leave the current foreign context alone.
    #[cold]
    pub(super) fn as_it_is(&self) -> Link {
        self.clone().attach(Attached { ambient: Ambient::AsItIs, last: None })
    }
}

/// Whether this chain binds an attachment and nothing else.
///
/// # Safety
///
/// `head` is the live head of a chain.
pub(super) unsafe fn is_all(head: *const Node) -> bool {
    // SAFETY: the caller's promise.
    unsafe { ATTACHED.id() == Some((*head).key) && (*head).parent.get().is_null() }
}

/// An empty mapping, whose entries leave the current foreign context alone.
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn nothing_of_ours() -> Link {
    let nothing = Link::empty();
    if OBSERVERS.companions.get().is_some() { nothing.as_it_is() } else { nothing }
}

/// Captures the current mapping, with an attachment if there are observers. `what` names the
/// purpose in a word.
#[inline]
#[cfg_attr(debug_assertions, track_caller)]
pub(crate) fn capture(what: &'static str) -> Link {
    capture_at(CaptureSite::here(what))
}

/// The same, captured at `site`.
#[inline]
pub(super) fn capture_at(site: CaptureSite) -> Link {
    if is_observed() { capture_observed(site) } else { current::capture(site.call) }
}

#[cold]
#[inline(never)]
fn capture_observed(site: CaptureSite) -> Link {
    match OBSERVERS.capture.get() {
        Some(capture) => capture(site),
        None => capture_with(site.call, None),
    }
}

/// Captures the current mapping, and attaches the current foreign context, and `last`, which is
/// entered after that.
pub(crate) fn capture_with(site: CallSite, last: Option<Box<dyn Enter>>) -> Link {
    let companions = OBSERVERS.companions.get();
    let ambient = companions.map_or(Ambient::Captured(Vec::new()), |companions| (companions.capture)());
    let link = current::capture(site);
    if last.is_none() && matches!(&ambient, Ambient::Captured(moments) if moments.is_empty()) {
        // An attachment of the enclosing mapping does not apply here.
        return if link.has_attached() { link.without(&ATTACHED, site) } else { link };
    }
    link.attach(Attached { ambient, last })
}

/// Enters the attachment of `link` on `frame`, which runs in `link`. Sets a flag on the frame if
/// something must be left again.
///
/// # Safety
///
/// The caller calls [`leave`] before it pops the frame, also on panic, and keeps `link`
/// until then.
#[inline(always)]
pub(super) unsafe fn enter(link: &Link, frame: &Frame) {
    if is_observed() {
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
    // SAFETY: only the lifetime changes. `foreign` borrows from `link`, and from companions, which
    // are never freed. `leave` drops it before `link` is dropped: scopes end in stack order (rule
    // 1).
    let foreign = unsafe { mem::transmute::<Foreign<'_>, Foreign<'static>>(foreign) };
    NEWEST.with(|newest| {
        let entered = Entered { outer: newest.get(), _foreign: foreign };
        newest.set(Box::into_raw(Box::new(entered)));
    });
    frame.top.set(frame.top.get().with_attached());
}

/// Enters the attachment of `link` until the result is dropped.
pub(super) fn foreign(link: &Link) -> Foreign<'_> {
    let attached = link.value(&ATTACHED);
    let moments = match attached.map(|attached| &attached.ambient) {
        Some(Ambient::Captured(moments)) => Some(moments.as_slice()),
        Some(Ambient::AsItIs) => None,
        None => Some(&[][..]),
    };
    let companions = moments.zip(OBSERVERS.companions.get());
    let foreign = companions.map_or(Foreign::default(), |(moments, companions)| (companions.enter)(moments));
    match attached.and_then(|attached| attached.last.as_ref()) {
        Some(last) => last.enter(foreign),
        None => foreign,
    }
}

/// Notifies the attachment of `link` that the future in it is ready.
#[cold]
#[inline(never)]
pub(super) fn resolved(link: &Link) {
    if let Some(last) = link.value(&ATTACHED).and_then(|attached| attached.last.as_ref()) {
        last.resolved();
    }
}

/// Leaves the attachment that [`enter`] entered on `frame`, and then, also after a panic, drops
/// `out`.
#[cold]
#[inline(never)]
pub(super) fn leave<T>(frame: &Frame, out: T) {
    let _out = out;
    frame.top.set(frame.top.get().without_attached());
    let newest = NEWEST.with(Cell::get);
    // SAFETY: the frame runs and had the flag, so `enter_all` made a record for it. The frames
    // inside it have ended and taken theirs off the list, so this record is the newest.
    let newest = unsafe { Box::from_raw(newest.cast_mut()) };
    NEWEST.with(|list| list.set(newest.outer));
    drop(newest);
}

/// The attachment entered on a frame that runs on this thread.
pub(super) struct Entered {
    /// The record of a frame further out, or null.
    outer: *const Entered,
    _foreign: Foreign<'static>,
}

per_thread! {
    /// The record of the innermost frame of this thread with an entered attachment.
    static NEWEST: Cell<*const Entered> = Cell::new(ptr::null());
}
