//! Reports of lost context: where a variable was read in vain, where it was last bound,
//! and where in between propagation stopped.
//!
//! Off until it is turned on, once, at the start of a program or a test. It works in
//! **builds with debug assertions only**: there every binding and every capture remembers
//! its place. In release builds the functions here exist and do nothing, nothing is
//! remembered, and nothing costs anything.
//!
//! ```
//! use asynccontext::{Variable, lost};
//! use std::sync::mpsc;
//!
//! static TENANT: Variable<&str> = Variable::named("tenant");
//!
//! let (send, reports) = mpsc::channel();
//! lost::report(move |lost| send.send(lost.to_string()).unwrap());
//!
//! TENANT.run("blue", || {
//!     let bare = std::thread::Builder::new().name("mailer".into());
//!     bare.spawn(|| assert!(TENANT.try_get().is_err())).unwrap().join().unwrap();
//! });
//!
//! # if cfg!(debug_assertions) {
//! let text = reports.try_recv().unwrap();
//! // variable "tenant" has no value here (read at src/main.rs:11:29 on thread "mailer"):
//! // nothing is entered on this thread. …
//! //   last bound on thread "main" by `run` at src/main.rs:9:8: its closure still runs
//! //   no snapshot was entered between here and the start of the thread
//! # assert!(text.starts_with("variable \"tenant\" has no value here (read at "), "{text}");
//! # assert!(text.contains("\n  last bound on "), "{text}");
//! # assert!(text.contains(": its closure still runs\n  no snapshot was entered"), "{text}");
//! # }
//! ```
//!
//! What the parts mean, cause by cause: [the guide](crate::docs::where_did_my_context_go).
//!
//! # What is remembered
//!
//! Of each variable that lives, its latest binding, and the latest one that ended before
//! anything read or captured its value; of each scope and each snapshot that lives, the
//! place where it was captured. Bindings made before reports were turned on are not known.
//! `Variable::run` and the like see the place of a call; passed on by name, as in
//! `run(value, Snapshot::capture)`, they see one in the standard library.
//!
//! An allocator must not bind or read variables in a program that has reports on: what is
//! remembered is itself allocated.
//!
//! # In the tests of a program
//!
//! ```
//! use asynccontext::lost;
//!
//! lost::report(|lost| panic!("{lost}")); // in the code that reads
//! ```

#[cfg(all(feature = "tokio", tokio_unstable))]
mod spawns;

use std::fmt;
use std::panic::Location;

use crate::error::Unbound;
use crate::mapping::{Key, Place};

pub use crate::mapping::Binding;
#[cfg(all(feature = "tokio", tokio_unstable))]
pub use spawns::remember_spawns;

/// One read that found nothing, and what is known of how that came about.
///
/// Its `Display` is the report.
///
/// ```
/// use asynccontext::{Snapshot, Variable, lost};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
/// lost::report(|lost| {
///     assert_eq!(lost.error().name(), "tenant");
///     assert!(lost.binding().unwrap().has_ended());
///     assert!(lost.snapshot().is_some());
/// });
/// TENANT.run("blue", || ());
/// Snapshot::capture().run(|| TENANT.try_get().unwrap_err());
/// ```
#[derive(Clone, Debug)]
pub struct Lost {
    error: Unbound,
    binding: Option<Binding>,
    snapshot: Option<&'static Location<'static>>,
    spawned_at: Option<&'static Location<'static>>,
}

impl Lost {
    /// The variable, the place that read it, and the likely cause.
    pub fn error(&self) -> &Unbound {
        &self.error
    }

    /// The binding that was likely meant: the variable's latest one on this thread that
    /// ended before anything read or captured its value, else its latest one anywhere.
    pub fn binding(&self) -> Option<&Binding> {
        self.binding.as_ref()
    }

    /// Where the snapshot was captured that the reading code runs in: the place of a spawn
    /// or of `in_current_snapshot`, for instance. `None` if no snapshot was entered since
    /// the thread started: then the code was started bare.
    pub fn snapshot(&self) -> Option<&'static Location<'static>> {
        self.snapshot
    }

    /// Where tokio's task was spawned that reads, bare or not. Known only if the task's
    /// runtime was built with `lost::remember_spawns`, which takes `--cfg tokio_unstable`.
    pub fn spawned_at(&self) -> Option<&'static Location<'static>> {
        self.spawned_at
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.error)?;
        match &self.binding {
            None => f.write_str("  no binding of it is known")?,
            Some(binding) => {
                f.write_str("  last bound on ")?;
                let thread = binding.thread();
                match thread.name() {
                    _ if thread.id() == self.error.thread().id() => f.write_str("this thread")?,
                    Some(name) => write!(f, "thread {name:?}")?,
                    None => f.write_str("another thread, without a name,")?,
                }
                write!(f, " by {binding}")?;
            }
        }
        match self.snapshot {
            Some(place) => write!(f, "\n  this code runs in the snapshot that was captured at {place}"),
            None => f.write_str("\n  no snapshot was entered between here and the start of the thread"),
        }?;
        match self.spawned_at {
            Some(place) => write!(f, "\n  tokio's task was spawned at {place}"),
            None => Ok(()),
        }
    }
}

/// Calls `f`, from now on, for each read by [`try_get`](crate::Variable::try_get) or
/// [`try_with`](crate::Variable::try_with) that fails. Does nothing in release builds.
///
/// `f` is called in the code that reads, with its values, and takes the place of an earlier
/// one. What `f` itself reads in vain is not reported.
///
/// ```
/// use asynccontext::{Variable, lost};
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
/// static LOST: AtomicU32 = AtomicU32::new(0);
///
/// lost::report(|_| _ = LOST.fetch_add(1, Ordering::Relaxed));
/// assert!(TENANT.try_get().is_err());
/// assert_eq!(LOST.load(Ordering::Relaxed), u32::from(cfg!(debug_assertions)));
/// ```
pub fn report(f: impl Fn(&Lost) + Send + Sync + 'static) {
    #[cfg(debug_assertions)]
    debug::report(std::sync::Arc::new(f));
    #[cfg(not(debug_assertions))]
    drop(f);
}

/// Prints a report to the standard error for each such read. Does nothing in release
/// builds.
///
/// ```
/// asynccontext::lost::report_to_stderr();
/// ```
pub fn report_to_stderr() {
    report(|lost| eprintln!("{lost}"));
}

/// Reports also the reads by [`get`](crate::Variable::get) and
/// [`with`](crate::Variable::with) that find neither a value nor a default. Does nothing in
/// release builds.
///
/// Such a read is no error, and many a program has some that are meant.
///
/// ```
/// use asynccontext::{Variable, lost};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
/// lost::report_to_stderr();
/// lost::include_get();
/// assert_eq!(TENANT.get(), None); // reported
/// ```
pub fn include_get() {
    #[cfg(debug_assertions)]
    debug::include_get();
}

/// The error of a read that failed, once it was reported.
#[cold]
#[inline(never)]
pub(crate) fn unbound<T>(key: &Key<T>, location: &'static Location<'static>) -> Unbound {
    let error = Unbound::new(key, location);
    #[cfg(debug_assertions)]
    debug::tell(key, &error);
    error
}

/// A read that found nothing, which is no error.
#[inline(always)]
pub(crate) fn missed<T>(key: &Key<T>, place: Place) {
    #[cfg(debug_assertions)]
    debug::missed(key, place);
    let _ = (key, place);
}

#[cfg(debug_assertions)]
mod debug {
    use std::cell::Cell;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Mutex, PoisonError};

    use super::Lost;
    use crate::alone::Alone;
    use crate::error::Unbound;
    use crate::mapping::{Key, Place, latest, origin, remember};

    type Report = Arc<dyn Fn(&Lost) + Send + Sync>;

    static REPORT: Mutex<Option<Report>> = Mutex::new(None);
    static GETS: AtomicBool = AtomicBool::new(false);

    thread_local! {
        /// A report is being made on this thread.
        static BUSY: Cell<bool> = const { Cell::new(false) };
    }

    pub(super) fn report(report: Report) {
        remember();
        let old = REPORT.lock().unwrap_or_else(PoisonError::into_inner).replace(report);
        drop(old); // the lock is free again
    }

    pub(super) fn include_get() {
        GETS.store(true, Ordering::Relaxed);
    }

    pub(super) fn missed<T>(key: &Key<T>, place: Place) {
        if GETS.load(Ordering::Relaxed) {
            tell(key, &Unbound::new(key, place.location()));
        }
    }

    pub(super) fn tell<T>(key: &Key<T>, error: &Unbound) {
        let report = REPORT.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(report) = report else { return };
        let Some(_alone) = Alone::inside(&BUSY) else { return };
        #[cfg(all(feature = "tokio", tokio_unstable))]
        let spawned_at = error.task().and_then(super::spawns::spawned_at);
        #[cfg(not(all(feature = "tokio", tokio_unstable)))]
        let spawned_at = None;
        let snapshot = origin().map(Place::location);
        report(&Lost { error: error.clone(), binding: latest(key), snapshot, spawned_at });
    }
}
