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
//! use asynccontext::thread;
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
//!         Some(INDENT.get())
//!     }
//!     fn enter<'a>(&'a self, captured: &'a usize) -> Back {
//!         Back(INDENT.replace(*captured))
//!     }
//! }
//!
//! companion::register(Indent);
//! INDENT.set(4);
//! assert_eq!(thread::spawn(|| INDENT.get()).join().unwrap(), 4);
//! ```
//!
//! # What holds
//!
//! - It is captured when the snapshot is taken: by [`Snapshot::capture`], `wrap`, `scope`,
//!   `in_current_snapshot` and everything that spawns.
//! - It is current on each poll, each step, each call and the drop of what runs in the
//!   snapshot, and left before our mapping is, in the opposite order, also by a panic.
//! - It lives as long as the snapshots that hold it.
//! - [`Variable::run`](crate::Variable::run) and guards leave it as it is, and so does the
//!   empty snapshot, one that was taken before the registration, and
//!   [`async_context_swap`](crate::agent::async_context_swap), which has no end to leave at.
//!
//! # What it costs
//!
//! Until the first registration: three instructions for each capture and five for each
//! entry, none of them atomic, a difference within the noise of a measurement. From then on: an allocation for each capture, and for
//! each entry one allocation and one virtual call per companion, beside what the
//! companion itself does.
//!
//! [`Snapshot::capture`]: crate::Snapshot::capture

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwapOption;

use crate::mapping::{self, Captured, Enter, Foreign, Held};

/// Foreign ambient context, and how it is captured and made current.
///
/// See the [module](self) for an example.
pub trait Companion: Send + Sync + 'static {
    /// The foreign context as it was at one moment.
    type Captured: Send + Sync + 'static;

    /// A guard: while it lives, the captured context is current on this thread.
    type Entered<'a>;

    /// What is current now; `None` if there is nothing to carry.
    ///
    /// It may read variables. A snapshot that is taken meanwhile has no companions.
    fn capture(&self) -> Option<Self::Captured>;

    /// Makes `captured` current until the guard is dropped, on the thread of the call and
    /// before anything that was current then ends.
    fn enter<'a>(&'a self, captured: &'a Self::Captured) -> Self::Entered<'a>;
}

/// Captures and enters `companion` with every snapshot that is taken from now on.
///
/// Companions are captured and entered in the order of their registration.
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
///     fn enter<'a>(&'a self, from: &'a Thread) {
///         println!("from {:?}", from.name());
///     }
/// }
///
/// let registered = companion::register(Origin);
/// let snapshot = Snapshot::capture();
/// thread::spawn(move || snapshot.run(|| ())).join().unwrap(); // prints: from Some("main")
/// registered.unregister();
/// ```
pub fn register(companion: impl Companion) -> Registered {
    let companion: Arc<dyn Erased> = Arc::new(Shared(Arc::new(companion)));
    COMPANIONS.rcu(|companions| {
        let others = companions.iter().flat_map(|list| list.iter().cloned());
        Some(Arc::new(others.chain([companion.clone()]).collect::<Vec<_>>()))
    });
    mapping::capture_beside(capture);
    Registered(companion)
}

/// A companion that is registered. Dropping this leaves it registered.
pub struct Registered(Arc<dyn Erased>);

impl Registered {
    /// Leaves the companion out of the snapshots to come. Those that hold it already go on
    /// entering it.
    ///
    /// For an example see [`register`].
    pub fn unregister(self) {
        COMPANIONS.rcu(|companions| {
            let all = companions.iter().flat_map(|list| list.iter());
            Some(Arc::new(all.filter(|other| !Arc::ptr_eq(other, &self.0)).cloned().collect::<Vec<_>>()))
        });
    }
}

impl fmt::Debug for Registered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registered").finish_non_exhaustive()
    }
}

static COMPANIONS: ArcSwapOption<Vec<Arc<dyn Erased>>> = ArcSwapOption::const_empty();

fn capture() -> Captured {
    let companions = COMPANIONS.load_full(); // no guard of the registry over foreign code
    companions.iter().flat_map(|list| list.iter()).filter_map(|companion| companion.capture()).collect()
}

/// A companion of any type.
trait Erased: Send + Sync {
    fn capture(&self) -> Option<Box<dyn Enter>>;
}

struct Shared<C>(Arc<C>);

impl<C: Companion> Erased for Shared<C> {
    fn capture(&self) -> Option<Box<dyn Enter>> {
        let captured = self.0.capture()?;
        Some(Box::new(Moment { companion: self.0.clone(), captured }))
    }
}

/// What a companion captured.
struct Moment<C: Companion> {
    companion: Arc<C>,
    captured: C::Captured,
}

impl<C: Companion> Enter for Moment<C> {
    fn enter<'a>(&'a self, older: Foreign<'a>) -> Box<dyn Held + 'a> {
        Box::new((self.companion.enter(&self.captured), older))
    }
}
