//! Companions: foreign ambient context that every snapshot carries.
//!
//! OpenTelemetry's current context and tracing's current span are ambient context too. Each is
//! stored in a thread-local of its own, and is lost where a snapshot would carry the values of
//! variables. A [`Companion`] that is [registered](register) once, at the start of the program, is
//! captured and entered with every snapshot, so that one `spawn` or one
//! [`in_current_snapshot`](crate::Propagate::in_current_snapshot) carries all of them. The crates
//! `asynccontext-opentelemetry` and `asynccontext-tracing` provide one each.
//!
//! ```
//! use std::cell::Cell;
//! use asynccontext::companion::{self, Companion};
//! use asynccontext::{Snapshot, thread};
//!
//! // Ambient context of another crate: a level of indentation.
//! thread_local! { static INDENT: Cell<usize> = const { Cell::new(0) } }
//! struct Back(usize);
//! impl Drop for Back {
//!     fn drop(&mut self) {
//!         INDENT.set(self.0);
//!     }
//! }
//!
//! struct Indent;
//! impl Companion for Indent {
//!     type Captured = usize;
//!     type Entered<'a> = Back;
//!     fn capture(&self) -> Option<usize> {
//!         Some(INDENT.get()).filter(|indent| *indent > 0)
//!     }
//!     fn enter<'a>(&'a self, captured: Option<&'a usize>) -> Option<Back> {
//!         Some(Back(INDENT.replace(captured.copied().unwrap_or(0))))
//!     }
//! }
//!
//! companion::register(Indent);
//! INDENT.set(4);
//! assert_eq!(thread::spawn(|| INDENT.get()).join().unwrap(), 4);
//!
//! // The empty snapshot holds that nothing was current.
//! assert_eq!(Snapshot::empty().run(|| INDENT.get()), 0);
//! assert_eq!(INDENT.get(), 4);
//! ```
//!
//! # Guarantees
//!
//! - A snapshot holds, for each companion, the context that was current at its capture, or that
//!   there was none. This applies to [`Snapshot::capture`], `wrap`, `scope`, `in_current_snapshot`
//!   and every spawn function. [`Snapshot::empty`], and a snapshot captured before the
//!   registration, hold that there was none.
//! - While a snapshot is entered, exactly that context is current: in each poll, step, call and
//!   drop of the work that runs in it. It is left before the mapping, in reverse order, also after
//!   a panic, and the previous context is current again.
//! - Work that is started in the empty snapshot therefore holds nothing of the request, a message
//!   sent outside any span is not handled in the receiver's span, and a job that a waiting rayon
//!   worker steals does not run in the waiter's span.
//! - The captured context lives as long as the snapshots that hold it.
//! - [`Variable::run`](crate::Variable::run) and guards don't change foreign context, and neither
//!   does [`async_context_swap`](crate::agent::async_context_swap), which has no end at which to
//!   leave it. Nor does a snapshot that is [extracted](crate::carrier::Exports::extract) from a
//!   carrier, which has no foreign context: the span of the extracting server stays current.
//! - [`Companion::only_captured`] is an exception: where nothing was captured, it leaves the
//!   foreign context unchanged.
//! - If a companion panics in `capture`, `enter` or the drop of its guard, the other companions are
//!   not affected: the previous context is current again, and the panic continues, unless the
//!   thread is already panicking.
//!
//! Foreign context that is entered inside a snapshot must be left inside it, and a guard from
//! outside must not be dropped inside, since the companion leaves, and later enters again, the
//! context that it finds.
//!
//! # Cost
//!
//! Before the first registration, an entry and a capture cost one more relaxed load of a static.
//! From then on a capture calls each companion, and allocates if one has captured something. An
//! entry calls each companion, and allocates for each that has something to enter or to leave. In
//! nanoseconds, from one run on Linux on x86-64:
//!
//! | registered | `Snapshot::empty().run` | `Snapshot::capture` |
//! |---|---|---|
//! | nothing | 2.7 | 0.7 |
//! | a companion for which there is nothing to do | 12 | 12 |
//! | `asynccontext-tracing`, outside any span | 16 | 17 |
//! | the same in one span, in three | 190, 350 | 120, 120 |
//! | `asynccontext-opentelemetry` | 46 | 48 |
//! | both, outside any span | 52 | 56 |
//! | both in one span, in three | 230, 420 | 140, 130 |
//!
//! Entering a snapshot of the span that is already current costs 36 with tracing, in any number of
//! spans.
//!
//! [`Snapshot::capture`]: crate::Snapshot::capture
//! [`Snapshot::empty`]: crate::Snapshot::empty

use std::any::Any;
use std::cell::Cell;
use std::fmt;
use std::iter;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::alone::Alone;
use crate::mapping::{self, Ambient, Companions, Foreign, Moment};
use crate::snapshot::Snapshot;

/// A kind of foreign ambient context, with functions to capture it and to make it current.
///
/// # Examples
///
/// ```
/// use std::thread::{self, Thread};
/// use asynccontext::companion::Companion;
///
/// /// Captures the thread, and only prints it where the snapshot is entered.
/// struct Origin;
///
/// impl Companion for Origin {
///     type Captured = Thread;
///     type Entered<'a> = ();
///
///     fn capture(&self) -> Option<Thread> {
///         Some(thread::current())
///     }
///
///     fn enter<'a>(&'a self, captured: Option<&'a Thread>) -> Option<()> {
///         println!("from {:?}", captured?.name());
///         None
///     }
/// }
/// ```
pub trait Companion: Send + Sync + 'static {
    /// The foreign context at one moment.
    type Captured: Send + Sync + 'static;

    /// A guard that keeps the captured context current on this thread until it is dropped.
    type Entered<'a>;

    /// Returns the current foreign context, or `None` if there is none.
    ///
    /// It may read variables, and capture and enter snapshots. Snapshots that are entered while a
    /// companion captures, enters or leaves don't change foreign context.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::companion::Companion;
    /// use std::cell::Cell;
    ///
    /// thread_local! { static DEPTH: Cell<u32> = const { Cell::new(0) } }
    ///
    /// struct Depth;
    /// impl Companion for Depth {
    ///     fn capture(&self) -> Option<u32> {
    ///         Some(DEPTH.get()).filter(|depth| *depth > 0)
    ///     }
    ///     // …
    /// #   type Captured = u32;
    /// #   type Entered<'a> = ();
    /// #   fn enter<'a>(&'a self, _: Option<&'a u32>) -> Option<()> { None }
    /// }
    /// DEPTH.set(3);
    /// assert_eq!(Depth.capture(), Some(3));
    /// ```
    fn capture(&self) -> Option<Self::Captured>;

    /// Makes `captured` current, or no context if nothing was captured, until the returned guard is
    /// dropped. The guard is dropped on the thread of the call, before the context that was current
    /// at the call ends. `None` means that this context is already current: there is nothing to
    /// restore, since code inside restores its own changes.
    ///
    /// This is called each time a snapshot is entered, also where nothing was captured, so the case
    /// without work should be fast. Snapshots are entered in the destructors of thread-locals too,
    /// when other thread-locals may already be destroyed.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::companion::Companion;
    /// # use std::cell::Cell;
    /// # thread_local! { static DEPTH: Cell<u32> = const { Cell::new(0) } }
    /// struct Back(u32);
    /// impl Drop for Back {
    ///     fn drop(&mut self) {
    ///         DEPTH.set(self.0);
    ///     }
    /// }
    ///
    /// struct Depth;
    /// impl Companion for Depth {
    ///     type Entered<'a> = Back;
    ///
    ///     fn enter<'a>(&'a self, captured: Option<&'a u32>) -> Option<Back> {
    ///         let depth = captured.copied().unwrap_or(0);
    ///         (depth != DEPTH.get()).then(|| Back(DEPTH.replace(depth)))
    ///     }
    ///     // …
    /// #   type Captured = u32;
    /// #   fn capture(&self) -> Option<u32> { None }
    /// }
    /// let back = Depth.enter(Some(&3));
    /// assert_eq!(DEPTH.get(), 3);
    /// drop(back);
    /// assert_eq!(DEPTH.get(), 0);
    /// ```
    fn enter<'a>(&'a self, captured: Option<&'a Self::Captured>) -> Option<Self::Entered<'a>>;

    /// Returns a companion that leaves the foreign context unchanged where nothing was captured.
    ///
    /// Inside such a snapshot, and inside the empty one, the caller's context is then visible.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::cell::Cell;
    /// use asynccontext::Snapshot;
    /// use asynccontext::companion::{self, Companion};
    ///
    /// thread_local! { static DEPTH: Cell<u32> = const { Cell::new(0) } }
    /// struct Depth;
    /// struct Back(u32);
    /// # impl Drop for Back { fn drop(&mut self) { DEPTH.set(self.0) } }
    /// impl Companion for Depth {
    ///     // …
    /// #   type Captured = u32;
    /// #   type Entered<'a> = Back;
    /// #   fn capture(&self) -> Option<u32> { Some(DEPTH.get()).filter(|depth| *depth > 0) }
    ///     fn enter<'a>(&'a self, captured: Option<&'a u32>) -> Option<Back> {
    ///         Some(Back(DEPTH.replace(captured.copied().unwrap_or(0))))
    ///     }
    /// }
    ///
    /// companion::register(Depth.only_captured());
    /// DEPTH.set(3);
    /// assert_eq!(Snapshot::empty().run(|| DEPTH.get()), 3);
    /// ```
    fn only_captured(self) -> OnlyCaptured<Self>
    where
        Self: Sized,
    {
        OnlyCaptured(self)
    }
}

/// A companion that leaves the foreign context unchanged where nothing was captured.
///
/// Returned by [`Companion::only_captured`].
///
/// # Examples
///
/// ```
/// use asynccontext::companion::{Companion, OnlyCaptured};
/// # struct Depth;
/// # impl Companion for Depth {
/// #   type Captured = u32;
/// #   type Entered<'a> = ();
/// #   fn capture(&self) -> Option<u32> { None }
/// #   fn enter<'a>(&'a self, captured: Option<&'a u32>) -> Option<()> { Some(()) }
/// # }
///
/// let companion: OnlyCaptured<Depth> = Depth.only_captured();
/// assert_eq!(companion.enter(None), None);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct OnlyCaptured<C>(C);

impl<C: Companion> Companion for OnlyCaptured<C> {
    type Captured = C::Captured;
    type Entered<'a> = C::Entered<'a>;

    fn capture(&self) -> Option<C::Captured> {
        self.0.capture()
    }

    fn enter<'a>(&'a self, captured: Option<&'a C::Captured>) -> Option<C::Entered<'a>> {
        self.0.enter(Some(captured?))
    }
}

/// Registers `companion`, which from then on is captured and entered with every snapshot.
///
/// Call it at the start of the program: a registered companion is never freed. Companions are
/// captured and entered in the order of their registration.
///
/// # Examples
///
/// ```
/// use std::thread::{self, Thread};
/// use asynccontext::Snapshot;
/// use asynccontext::companion::{self, Companion};
///
/// struct Origin;
/// impl Companion for Origin {
///     type Captured = Thread;
///     type Entered<'a> = ();
///     fn capture(&self) -> Option<Thread> {
///         Some(thread::current())
///     }
///     fn enter<'a>(&'a self, from: Option<&'a Thread>) -> Option<()> {
///         println!("from {:?}", from?.name());
///         None
///     }
/// }
///
/// let registered = companion::register(Origin);
/// let snapshot = Snapshot::capture();
/// thread::spawn(move || snapshot.run(|| ())).join().unwrap(); // prints: from Some("main")
/// registered.unregister();
/// ```
pub fn register(companion: impl Companion) -> Registered {
    let this = Registration { companion: Box::new(companion), on: AtomicBool::new(true), next: OnceLock::new() };
    let this: &'static Registration = Box::leak(Box::new(this)); // guards borrow it
    let mut end = &FIRST;
    while end.set(this).is_err() {
        end = end.get().map_or(end, |other| &other.next);
    }
    mapping::ask(Companions { capture, enter });
    Registered(this)
}

/// Captures the current foreign context, and returns `snapshot` with it in place of its own.
///
/// The values of the snapshot stay. This is for code at a boundary that makes a foreign context
/// from what arrived, such as the trace of a request, which the snapshot of that request is to
/// carry.
///
/// # Examples
///
/// ```
/// use std::cell::Cell;
/// use asynccontext::{Snapshot, Variable};
/// use asynccontext::companion::{self, Companion};
///
/// thread_local! { static DEPTH: Cell<u32> = const { Cell::new(0) } }
/// struct Depth;
/// struct Back(u32);
/// # impl Drop for Back { fn drop(&mut self) { DEPTH.set(self.0) } }
/// impl Companion for Depth {
///     // …
/// #   type Captured = u32;
/// #   type Entered<'a> = Back;
/// #   fn capture(&self) -> Option<u32> { Some(DEPTH.get()).filter(|depth| *depth > 0) }
/// #   fn enter<'a>(&'a self, captured: Option<&'a u32>) -> Option<Back> {
/// #       Some(Back(DEPTH.replace(captured.copied().unwrap_or(0))))
/// #   }
/// }
/// companion::register(Depth);
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
/// let request = Snapshot::empty().with(&TENANT, "blue");
/// DEPTH.set(3);
/// let request = companion::capture_onto(request);
/// DEPTH.set(0);
/// assert_eq!(request.run(|| (TENANT.get(), DEPTH.get())), (Some("blue"), 3));
/// ```
pub fn capture_onto(snapshot: Snapshot) -> Snapshot {
    Snapshot(snapshot.0.with_current_foreign())
}

/// A handle to a registered companion. Dropping the handle leaves the companion registered.
///
/// # Examples
///
/// ```
/// # use asynccontext::companion::{self, Companion, Registered};
/// # struct Depth;
/// # impl Companion for Depth {
/// #   type Captured = u32;
/// #   type Entered<'a> = ();
/// #   fn capture(&self) -> Option<u32> { None }
/// #   fn enter<'a>(&'a self, _: Option<&'a u32>) -> Option<()> { None }
/// # }
/// let registered: Registered = companion::register(Depth);
/// drop(registered); // the companion stays registered
/// ```
pub struct Registered(&'static Registration);

impl Registered {
    /// Leaves the companion out of later snapshots. Snapshots that hold a context it captured still
    /// enter that context; all others leave it unchanged.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Snapshot;
    /// # use asynccontext::companion::{self, Companion};
    /// # use std::sync::atomic::{AtomicU32, Ordering};
    /// static CAPTURED: AtomicU32 = AtomicU32::new(0);
    /// # struct Count;
    /// # impl Companion for Count {
    /// #   type Captured = u32;
    /// #   type Entered<'a> = ();
    /// #   fn capture(&self) -> Option<u32> { Some(CAPTURED.fetch_add(1, Ordering::Relaxed)) }
    /// #   fn enter<'a>(&'a self, _: Option<&'a u32>) -> Option<()> { None }
    /// # }
    ///
    /// let registered = companion::register(Count); // counts captures
    /// Snapshot::capture();
    /// registered.unregister();
    /// Snapshot::capture();
    /// assert_eq!(CAPTURED.load(Ordering::Relaxed), 1);
    /// ```
    pub fn unregister(self) {
        self.0.on.store(false, Ordering::Relaxed);
    }
}

impl fmt::Debug for Registered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registered").finish_non_exhaustive()
    }
}

/// The first registered companion. None is ever removed from the list.
static FIRST: OnceLock<&'static Registration> = OnceLock::new();

struct Registration {
    companion: Box<dyn Erased>,
    /// Accessed with relaxed ordering: a thread that must see it off at once is synchronized by
    /// other means.
    on: AtomicBool,
    next: OnceLock<&'static Registration>,
}

impl Registration {
    fn is_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    /// Returns the address, which is unique, as no registration is ever freed.
    fn number(&self) -> usize {
        ptr::from_ref(self).addr()
    }
}

fn all() -> impl Iterator<Item = &'static Registration> {
    iter::successors(FIRST.get().copied(), |this| this.next.get().copied())
}

thread_local! {
    /// Set while a companion captures, enters or leaves on this thread. Snapshots that it enters
    /// meanwhile would call it again, and what it would capture is in an intermediate state.
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

/// Captures the current context of each companion.
fn capture() -> Ambient {
    let Some(_alone) = Alone::inside(&BUSY) else { return Ambient::AsItIs };
    let moment = |this: &Registration| Some(Moment { of: this.number(), value: this.companion.capture()? });
    Ambient::Captured(all().filter(|this| this.is_on()).filter_map(moment).collect())
}

/// Makes the captured contexts current, and no context of all other companions.
fn enter(moments: &[Moment]) -> Foreign<'_> {
    let Some(_alone) = Alone::inside(&BUSY) else { return Foreign::default() };
    all().fold(Foreign::default(), |older, this| {
        let captured = moments.iter().find(|moment| moment.of == this.number());
        if captured.is_none() && !this.is_on() {
            return older;
        }
        this.companion.enter(captured.map(|moment| &*moment.value), older)
    })
}

/// A companion with its type erased.
trait Erased: Send + Sync {
    fn capture(&self) -> Option<Box<dyn Any + Send + Sync>>;

    /// Enters `captured`, and returns that with `older`, which was entered before.
    fn enter<'a>(&'a self, captured: Option<&'a (dyn Any + Send + Sync)>, older: Foreign<'a>) -> Foreign<'a>;
}

impl<C: Companion> Erased for C {
    fn capture(&self) -> Option<Box<dyn Any + Send + Sync>> {
        Some(Box::new(Companion::capture(self)?))
    }

    fn enter<'a>(&'a self, captured: Option<&'a (dyn Any + Send + Sync)>, older: Foreign<'a>) -> Foreign<'a> {
        let captured = captured.and_then(|captured| captured.downcast_ref());
        match Companion::enter(self, captured) {
            Some(entered) => Foreign::held(Entered::<C> { entered: Some(entered), _older: older }),
            None => older,
        }
    }
}

/// The guard of a companion.
struct Entered<'a, C: Companion> {
    entered: Option<C::Entered<'a>>,
    /// Dropped after the guard, also after a panic.
    _older: Foreign<'a>,
}

impl<C: Companion> Drop for Entered<'_, C> {
    fn drop(&mut self) {
        let _alone = Alone::inside(&BUSY);
        self.entered = None;
    }
}
