//! The frame of a future, an iterator or the like, which is driven step by step and dropped in its
//! own mapping.
//!
//! The pin projection is here, so that `propagate/` needs no `unsafe`.
//!
//! Soundness of a frame that lies in a future: the thread's list holds a pointer to it only while
//! `drive_pinned`, `run_mut` or `run_once` is on the stack. Each of them borrows or owns the future
//! exclusively, so it can't be moved or dropped in the meantime. Between polls the entries stay on
//! the frame, but nothing points *to* the frame, so an `Unpin` future or an iterator may be moved
//! then, and the drop moves the frame to its stack; if the future is forgotten, its entries leak and
//! their guards do nothing.
//! `run_ref` only reads whether the scope has started, since other threads may call it at the same
//! time.

use std::fmt;
use std::hint::black_box;
use std::mem::ManuallyDrop;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::ptr;
use std::task::{Context, Poll};

use super::attachments;
use super::close::close;
#[cfg(debug_assertions)]
use super::diagnosis::origin;
use super::frame::{Frame, Top};
use super::in_mapping::InPlace;
use super::key::Key;
use super::link::Link;
use super::run::{ended, run_alone, run_in};
use super::running::{Last, Running};
use super::thread::Head;
use crate::hint::cold_path;

/// A future, an iterator or another value that is driven step by step, and runs and is dropped in a
/// mapping of its own.
///
/// Returned by [`Variable::scope`](crate::Variable::scope),
/// [`Snapshot::scope`](crate::Snapshot::scope) and the methods of [`Propagate`](crate::Propagate).
/// The mapping is entered on every poll or step and when the inner value is dropped, and left
/// afterwards, also on panic. A step changes no reference count.
///
/// It is a `Future` or an `Iterator` if the inner value is one; with the features `futures`,
/// `futures-io` and `http-body`, likewise a `Stream`, a `Sink`, an `AsyncRead`, a `Body` and so on.
/// It adds 24 bytes to the inner value, and 48 in debug builds.
///
/// # Examples
///
/// ```
/// use asynccontext::{Snapshot, Variable};
/// # fn block_on<F: Future>(f: F) -> F::Output {
/// #     let mut f = std::pin::pin!(f);
/// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// #     loop { if let std::task::Poll::Ready(r) = f.as_mut().poll(&mut context) { return r } }
/// # }
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let task = TENANT.scope("blue", async { TENANT.get() });
/// assert_eq!(TENANT.get(), None);
/// assert_eq!(block_on(task), Some("blue"));
/// ```
#[must_use = "does nothing unless polled, awaited or iterated over"]
pub struct Scoped<F> {
    frame: Frame,
    base: ManuallyDrop<Link>,
    inner: ManuallyDrop<F>,
}

// SAFETY: the frame and its entries are accessed only under `&mut Scoped` or by code that runs
// inside it, so by one thread at a time; the values that they hold are `Send + Sync`.
unsafe impl<F: Send> Send for Scoped<F> {}
// SAFETY: a `&Scoped` gives access to `&F`, to the base, which is `Sync`, and to whether the scope
// has started, which changes only under `&mut Scoped` or by value.
unsafe impl<F: Sync> Sync for Scoped<F> {}
// A panic leaves the frame and its entries in the same state as a normal return.
impl<F: UnwindSafe> UnwindSafe for Scoped<F> {}
impl<F: RefUnwindSafe> RefUnwindSafe for Scoped<F> {}

impl<F> Scoped<F> {
    #[inline]
    pub(crate) fn new(base: Link, inner: F) -> Scoped<F> {
        let frame = Frame::of_task();
        frame.origin.set(base.site());
        Scoped { frame, base: ManuallyDrop::new(base), inner: ManuallyDrop::new(inner) }
    }

    /// `inner` with `value` bound to `key`, from where it is first driven.
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    pub(crate) fn with<T: Send + Sync + 'static>(key: &Key<T>, value: T, inner: F) -> Scoped<F> {
        // SAFETY: `alone` made the link.
        unsafe { Scoped::unstarted(Link::alone(key, value), inner) }
    }

    /// `inner` with nothing bound to `key`, from where it is first driven.
    #[cfg_attr(debug_assertions, track_caller)]
    pub(crate) fn without<T>(key: &Key<T>, inner: F) -> Scoped<F> {
        // SAFETY: `absent` made the link.
        unsafe { Scoped::unstarted(Link::absent(key), inner) }
    }

    /// # Safety
    ///
    /// `base` was made by [`Link::alone`] or [`Link::absent`] just now.
    #[inline]
    unsafe fn unstarted(base: Link, inner: F) -> Scoped<F> {
        let frame = Frame::of_task();
        frame.top.set(Top::UNSTARTED);
        Scoped { frame, base: ManuallyDrop::new(base), inner: ManuallyDrop::new(inner) }
    }

    /// The mapping with which this was made or started; before the start, the one with which it
    /// would start here.
    #[cfg_attr(debug_assertions, track_caller)]
    pub(crate) fn mapping(&self) -> Link {
        if self.frame.top.get().is_unstarted() {
            // SAFETY: the scope is unstarted, so the base is as it was made.
            return unsafe { self.base.started() };
        }
        Link::clone(&self.base)
    }

    /// Polls the inner value, in the mapping of this future, with the bindings of its guards.
    #[inline(always)]
    pub(crate) fn poll_pinned(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output>
    where
        F: Future,
    {
        self.drive_pinned(|inner| inner.poll(cx), Poll::is_ready)
    }

    /// Calls `f` with the inner value, in that mapping.
    #[cfg(any(feature = "futures", feature = "futures-io", feature = "http-body"))]
    #[inline]
    pub(crate) fn run_pinned<'a, R>(self: Pin<&'a mut Self>, f: impl FnOnce(Pin<&'a mut F>) -> R) -> R {
        self.drive_pinned(f, |_| false)
    }

    /// The same, and notifies the attachment of the mapping if the result resolves a future.
    #[inline(always)]
    fn drive_pinned<'a, R>(
        self: Pin<&'a mut Self>,
        f: impl FnOnce(Pin<&'a mut F>) -> R,
        resolves: impl FnOnce(&R) -> bool,
    ) -> R {
        // SAFETY: nothing is moved. `inner` is pinned with the whole: it is dropped
        // in place, and `into_inner` takes the whole by value.
        let this = unsafe { self.get_unchecked_mut() };
        let (Scoped { frame, base, inner }, head) = this.ready();
        let running = Running::enter(frame, head);
        running.enter_attached(base);
        // SAFETY: as above.
        let result = f(unsafe { Pin::new_unchecked(&mut **inner) });
        if frame.top.get().has_attached() && resolves(&result) {
            attachments::resolved(base);
        }
        running.ended(result)
    }

    /// The same value, started, with the head of its next step. This costs no extra test if it was
    /// already started: an unstarted one is detected in the branch for frames with entries.
    #[inline(always)]
    fn ready(&mut self) -> (&mut Self, Head) {
        let top = self.frame.top.get();
        if top.entry().is_null() {
            let head = Head::plain(self.base.node());
            (self, head)
        } else if !top.is_unstarted() {
            cold_path();
            (self, Head::covered())
        } else {
            // SAFETY: it is unstarted, as checked above.
            let this = unsafe { self.start() };
            let head = Head::plain(this.base.node());
            (this, head)
        }
    }

    /// Starts the scope. If that panics, it is started, and leaves foreign context alone.
    ///
    /// The caller continues with the result. Because of the `black_box`, the compiler does not know
    /// that it is `self`, which it would otherwise keep in a register that every poll has to save.
    ///
    /// # Safety
    ///
    /// The scope is unstarted.
    #[cold]
    #[inline(never)]
    unsafe fn start(&mut self) -> &mut Self {
        // SAFETY: the caller's promise; it is the base of this frame.
        unsafe { start(&self.frame, &mut self.base) };
        black_box(self)
    }

    /// Calls `f` with the inner value, in that mapping, for values that are driven without a pin.
    #[inline]
    pub(crate) fn run_mut<R>(&mut self, f: impl FnOnce(&mut F) -> R) -> R {
        let (Scoped { frame, base, inner }, head) = self.ready();
        let running = Running::enter(frame, head);
        running.enter_attached(base);
        let result = f(inner);
        running.ended(result)
    }

    /// Calls `f` with the inner value, in the mapping with which it was made or started; before the
    /// start, in the one with which it would start here. Bindings of its guards do not show, since
    /// several threads may call this at once.
    #[inline]
    pub(crate) fn run_ref<R>(&self, f: impl FnOnce(&F) -> R) -> R {
        if self.frame.top.get().is_unstarted() {
            // SAFETY: the scope is unstarted, so the base is as it was made.
            let here = unsafe { self.base.over_current() };
            return run_alone(&here, || f(&self.inner));
        }
        run_in(&self.base, || f(&self.inner))
    }

    /// Calls `f` with the inner value, in its mapping, which ends with the call.
    #[inline]
    pub(crate) fn run_once<R>(self, f: impl FnOnce(F) -> R) -> R {
        let mut this = ManuallyDrop::new(self);
        let Scoped { frame, base, inner } = &mut *this;
        // SAFETY: each field is taken once, since only the frame of `this` is used again.
        let (base, inner) = unsafe { (ManuallyDrop::take(base), ManuallyDrop::take(inner)) };
        let mut last = Last::enter(frame, base);
        let inner = inner; // dropped in the mapping if the next line panics
        // SAFETY: if the frame is unstarted, the base is as it was made.
        unsafe { last.enter_rest() };
        let result = f(inner);
        last.ended(result)
    }

    /// The inner value.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Propagate;
    /// assert_eq!(7.in_current_snapshot().inner(), &7);
    /// ```
    pub fn inner(&self) -> &F {
        &self.inner
    }

    /// The inner value, mutably. Its methods run in the caller's mapping.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Propagate;
    /// let mut scoped = 7.in_current_snapshot();
    /// *scoped.inner_mut() += 1;
    /// assert_eq!(scoped.into_inner(), 8);
    /// ```
    pub fn inner_mut(&mut self) -> &mut F {
        &mut self.inner
    }

    /// The pinned inner value.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Propagate;
    /// let scoped = Box::pin(7.in_current_snapshot());
    /// assert_eq!(*scoped.as_ref().inner_pin_ref(), 7);
    /// ```
    pub fn inner_pin_ref(self: Pin<&Self>) -> Pin<&F> {
        // SAFETY: `inner` is pinned with the whole, see `drive_pinned`.
        unsafe { self.map_unchecked(|s| &*s.inner) }
    }

    /// The pinned inner value, mutably. Its methods run in the caller's mapping.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Propagate;
    /// let mut scoped = Box::pin(7.in_current_snapshot());
    /// scoped.as_mut().inner_pin_mut().set(8);
    /// assert_eq!(*scoped.inner(), 8);
    /// ```
    pub fn inner_pin_mut(self: Pin<&mut Self>) -> Pin<&mut F> {
        // SAFETY: `inner` is pinned with the whole, see `drive_pinned`.
        unsafe { self.map_unchecked_mut(|s| &mut *s.inner) }
    }

    /// Takes the inner value out of its mapping.
    ///
    /// Guards that it holds lose their scope: their bindings are released here.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let task = TENANT.scope("blue", || TENANT.get());
    /// assert_eq!(task.into_inner()(), None);
    /// ```
    pub fn into_inner(self) -> F {
        let mut this = ManuallyDrop::new(self);
        let Scoped { frame, base, inner } = &mut *this;
        // SAFETY: `this` is never used again, so each field is taken once.
        let (inner, base) = unsafe { (ManuallyDrop::take(inner), ManuallyDrop::take(base)) };
        let left = frame.top.replace(Top::EMPTY_TASK);
        if left != Top::EMPTY_TASK && !left.is_unstarted() {
            // SAFETY: the frame does not run, and its entries are given up, once.
            unsafe { close(left, ptr::null()) }
        }
        ended(base, inner)
    }
}

impl<F> Drop for Scoped<F> {
    #[inline(always)]
    fn drop(&mut self) {
        let Scoped { frame, base, inner } = self;
        // The frame runs on the stack, so that the address of the whole is not needed (`running.rs`).
        // SAFETY: both are taken once, and the frame is in no list.
        let (frame, base) = unsafe { (ptr::read(frame), ManuallyDrop::take(base)) };
        let mut last = Last::enter(&frame, base);
        // SAFETY: the inner value is dropped only here, in place. If the next line panics, it is
        // still dropped in the mapping.
        let inner = unsafe { InPlace::new(inner) };
        // SAFETY: if the scope is unstarted, its base is as it was made.
        unsafe { last.enter_rest() };
        drop(inner);
        last.ended(());
    }
}

impl<F: fmt::Debug> fmt::Debug for Scoped<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scoped").field("inner", self.inner()).finish_non_exhaustive()
    }
}

/// The part of [`Scoped::start`] that is the same for every inner value.
///
/// # Safety
///
/// The frame is that of an unstarted scope, and `base` its base.
#[cold]
#[inline(never)]
unsafe fn start(frame: &Frame, base: &mut Link) {
    frame.top.set(Top::EMPTY_TASK);
    #[cfg(debug_assertions)]
    frame.origin.set_or_nowhere(origin());
    // SAFETY: the caller's promise.
    unsafe { base.start() }
}
