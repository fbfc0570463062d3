//! Companions: foreign ambient context that goes wherever a snapshot goes.
//!
//! OpenTelemetry's current context and tracing's current span are ambient as well: each
//! lies in a thread-local of its own, and each is lost where a value of ours would be
//! kept. A [`Companion`] that is [registered](register) once, at the start of the
//! program, is captured with every snapshot and entered with it, so that one `spawn` or
//! one [`in_current_snapshot`](crate::Propagate::in_current_snapshot) carries them all.
//! The crates `asynccontext-opentelemetry` and `asynccontext-tracing` have one each.
//!
//! ```
//! use std::cell::Cell;
//! use asynccontext::companion::{self, Companion};
//! use asynccontext::{Snapshot, thread};
//!
//! // Somebody else's ambient context: a level of indentation.
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
//! // Nothing is captured and entered like anything else.
//! assert_eq!(Snapshot::empty().run(|| INDENT.get()), 0);
//! assert_eq!(INDENT.get(), 4);
//! ```
//!
//! # What holds
//!
//! - A snapshot holds, for each companion, what was current when it was taken, or that nothing
//!   was: by [`Snapshot::capture`], `wrap`, `scope`, `in_current_snapshot` and everything that
//!   spawns. [`Snapshot::empty`] holds that nothing was, and so does a snapshot that was taken
//!   before the registration.
//! - While a snapshot is entered, exactly that is current: on each poll, each step, each call
//!   and the drop of what runs in it. It is left before our mapping is, in the opposite order,
//!   also by a panic, and what was current before is back.
//! - So work that is started in the empty snapshot holds nothing of the request, a message
//!   that was sent outside of any span is not handled in its receiver's, and what a waiting
//!   rayon worker steals doesn't run in the waiter's.
//! - What was captured lives as long as the snapshots that hold it.
//! - [`Variable::run`](crate::Variable::run) and guards leave foreign context as it is, and so
//!   does [`async_context_swap`](crate::agent::async_context_swap), which has no end to leave
//!   at. So does a snapshot that is [extracted](crate::carrier::Exports::extract) from a
//!   carrier, which says nothing about it: the span of the server that does it stays current.
//! - [`Companion::only_captured`] makes an exception: where nothing was captured, that companion
//!   is left as it is.
//! - A companion that panics when it is asked, entered or left changes nothing for the others:
//!   what was current before is back, and the panic goes on, unless the thread panics already.
//!
//! What is entered within a snapshot must be left within it, and a guard from outside must not
//! be dropped inside: the companion leaves, and enters again, what it finds entered.
//!
//! # What it costs
//!
//! Until the first registration an entry and a capture cost one relaxed load of a static more.
//! From then on a capture asks each companion, and allocates if one has something; an entry asks
//! each companion, and allocates for each that has something to enter or to leave. In nanoseconds,
//! from one run on Linux on x86-64:
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
//! To enter a snapshot of the span that is current costs 36 with tracing, in any number of spans.
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

/// Foreign ambient context, and how it is captured and made current.
///
/// See the [module](self) for an example.
pub trait Companion: Send + Sync + 'static {
    /// The foreign context as it was at one moment.
    type Captured: Send + Sync + 'static;

    /// A guard: while it lives, the captured context is current on this thread.
    type Entered<'a>;

    /// What is current now; `None`: nothing is.
    ///
    /// It may read variables, and take and enter snapshots. While a companion is asked, entered
    /// or left, that leaves all foreign context as it is.
    fn capture(&self) -> Option<Self::Captured>;

    /// Makes `captured` current, or nothing if nothing was captured, until the guard is dropped,
    /// on the thread of the call and before anything that was current then ends. `None`: it is
    /// so already, and there is nothing to put back afterwards, since whoever changes it inside
    /// changes it back.
    ///
    /// It is called each time that a snapshot is entered, also where nothing was captured. So
    /// it should find out fast that nothing is to be done. Snapshots are entered in the destructors of
    /// thread-locals too, when other thread-locals may be gone.
    fn enter<'a>(&'a self, captured: Option<&'a Self::Captured>) -> Option<Self::Entered<'a>>;

    /// This companion, left as it is where a snapshot holds that nothing was captured.
    ///
    /// What a caller has is then seen in such a snapshot, and in the empty one too.
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

/// A companion that is left as it is where nothing was captured.
///
/// Made by [`Companion::only_captured`].
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

/// From now on captures `companion` with every snapshot that is taken, and enters it with every
/// snapshot that is entered.
///
/// Call it at the start of the program: the companion stays for the program's life. Companions
/// are captured and entered in the order of their registration.
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
    let this: &'static Registration = Box::leak(Box::new(this)); // what is entered borrows it
    let mut end = &FIRST;
    while end.set(this).is_err() {
        end = end.get().map_or(end, |other| &other.next);
    }
    mapping::ask(Companions { capture, enter });
    Registered(this)
}

/// A companion that is registered. Dropping this leaves it registered.
pub struct Registered(&'static Registration);

impl Registered {
    /// Leaves the companion out of the snapshots to come. Those that hold what it captured go
    /// on entering that, and where nothing was captured it is left as it is.
    ///
    /// For an example see [`register`].
    pub fn unregister(self) {
        self.0.on.store(false, Ordering::Relaxed);
    }
}

impl fmt::Debug for Registered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registered").finish_non_exhaustive()
    }
}

/// The first of the companions that were ever registered. None leaves the list.
static FIRST: OnceLock<&'static Registration> = OnceLock::new();

struct Registration {
    companion: Box<dyn Erased>,
    /// Relaxed: whoever needs to see it off at once is told of that in some way of its own.
    on: AtomicBool,
    next: OnceLock<&'static Registration>,
}

impl Registration {
    fn is_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    /// None has another's address, as none is ever freed.
    fn number(&self) -> usize {
        ptr::from_ref(self).addr()
    }
}

fn all() -> impl Iterator<Item = &'static Registration> {
    iter::successors(FIRST.get().copied(), |this| this.next.get().copied())
}

thread_local! {
    /// A companion is asked, entered or left on this thread. What it enters meanwhile would ask it
    /// again, and what it captures is neither here nor there.
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

/// What is current of each companion.
fn capture() -> Ambient {
    let Some(_alone) = Alone::inside(&BUSY) else { return Ambient::AsItIs };
    let moment = |this: &Registration| Some(Moment { of: this.number(), value: this.companion.capture()? });
    Ambient::Captured(all().filter(|this| this.is_on()).filter_map(moment).collect())
}

/// Makes current what was captured, and nothing of all other companions.
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

/// A companion of any type.
trait Erased: Send + Sync {
    fn capture(&self) -> Option<Box<dyn Any + Send + Sync>>;

    /// Enters what this captured, after what `older` holds.
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

/// What a companion entered.
struct Entered<'a, C: Companion> {
    entered: Option<C::Entered<'a>>,
    /// Left after that, also after a panic.
    _older: Foreign<'a>,
}

impl<C: Companion> Drop for Entered<'_, C> {
    fn drop(&mut self) {
        let _alone = Alone::inside(&BUSY);
        self.entered = None;
    }
}
