//! Reports of lost context: where a read found no value, where the variable was last bound, and
//! where propagation stopped in between.
//!
//! Reports are off until they are turned on, once, at the start of a program or a test. They work
//! in **builds with debug assertions only**, where every binding and every capture records its
//! location. In release builds the functions of this module do nothing, and nothing is recorded.
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
//! // no scope is running on this thread. …
//! //   last bound on thread "main" by `run` at src/main.rs:9:8: its closure still runs
//! //   no snapshot was entered between here and the start of the thread
//! # assert!(text.starts_with("variable \"tenant\" has no value here (read at "), "{text}");
//! # assert!(text.contains("\n  last bound on "), "{text}");
//! # assert!(text.contains(": its closure still runs\n  no snapshot was entered"), "{text}");
//! # }
//! ```
//!
//! [The guide](crate::docs::where_did_my_context_go) explains each part, cause by cause.
//!
//! # What is recorded
//!
//! For each live variable: its latest binding, and the latest binding that ended before anything
//! read or captured its value. For each live scope and snapshot: the location of its capture.
//! Bindings made before reports were turned on are not known. The location is that of the call of
//! `Variable::run` and the like; for a function passed by name, as in `run(value,
//! Snapshot::capture)`, it is inside the standard library.
//!
//! While reports are on, an allocator must not bind or read variables, since the records are
//! themselves allocated.
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
use crate::mapping::{CallSite, Key};

pub use crate::mapping::Binding;
#[cfg(all(feature = "tokio", tokio_unstable))]
pub use spawns::remember_spawns;

/// A failed read, and what is known about its cause.
///
/// Its `Display` output is the report.
///
/// # Examples
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
    /// Returns the error: the variable, the location of the read and the likely cause.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, lost};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// lost::report(|lost| assert_eq!(lost.error().name(), "tenant"));
    /// TENANT.try_get().unwrap_err();
    /// ```
    pub fn error(&self) -> &Unbound {
        &self.error
    }

    /// Returns the binding that was likely meant. This is the variable's latest binding on this
    /// thread that ended before anything read or captured its value, or, if there is none, its
    /// latest binding anywhere.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, lost};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// lost::report(|lost| {
    ///     let binding = lost.binding().unwrap();
    ///     assert!(binding.has_ended() && !binding.was_used());
    /// });
    /// TENANT.run("blue", || ());
    /// TENANT.try_get().unwrap_err();
    /// ```
    pub fn binding(&self) -> Option<&Binding> {
        self.binding.as_ref()
    }

    /// Returns where the snapshot was captured in which the reading code runs: the location of a
    /// spawn or of `in_current_snapshot`, for instance. It is `None` if no snapshot was entered
    /// since the thread started.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, lost, thread};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// lost::report(|lost| println!("spawned at {}", lost.snapshot().unwrap()));
    /// thread::spawn(|| TENANT.try_get().unwrap_err()).join().unwrap();
    /// ```
    pub fn snapshot(&self) -> Option<&'static Location<'static>> {
        self.snapshot
    }

    /// Returns where the tokio task that reads was spawned, with or without its context. This is
    /// known only if the task's runtime was built with `lost::remember_spawns`, which requires
    /// `--cfg tokio_unstable`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, lost};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// lost::report(|lost| assert_eq!(lost.spawned_at(), None)); // outside any task
    /// TENANT.try_get().unwrap_err();
    /// ```
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

/// Sets `f` to be called for each failed read by [`try_get`](crate::Variable::try_get) or
/// [`try_with`](crate::Variable::try_with). Does nothing in release builds.
///
/// `f` replaces an earlier function. It is called in the code that reads, with its values. Failed
/// reads in `f` itself are not reported.
///
/// # Examples
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

/// Prints a report to standard error for each failed read. Does nothing in release builds.
///
/// # Examples
///
/// ```
/// asynccontext::lost::report_to_stderr();
/// ```
pub fn report_to_stderr() {
    report(|lost| eprintln!("{lost}"));
}

/// Includes reads by [`get`](crate::Variable::get) and [`with`](crate::Variable::with) that find
/// neither a value nor a default. Does nothing in release builds.
///
/// Such a read is not an error, and a program may have intended ones.
///
/// # Examples
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

/// Includes reads that find only the default of a variable that was bound at least once. Does nothing
/// in release builds.
///
/// Such a read is not an error. In a test that binds a substitute for the default, a clock for
/// instance, it may be a read that lost the substitute.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, lost};
///
/// static RETRIES: Variable<u8> = Variable::named("retries").with_default(3);
/// lost::report_to_stderr();
/// lost::include_defaults();
/// RETRIES.run(0, || {
///     let bare = std::thread::spawn(|| RETRIES.get()); // reported
///     assert_eq!(bare.join().unwrap(), Some(3));
/// });
/// ```
pub fn include_defaults() {
    #[cfg(debug_assertions)]
    debug::include_defaults();
}

/// Reports a failed read and returns its error.
#[cold]
#[inline(never)]
pub(crate) fn unbound<T>(key: &Key<T>, location: &'static Location<'static>) -> Unbound {
    let error = Unbound::new(key, location);
    #[cfg(debug_assertions)]
    debug::tell(key, &error);
    error
}

/// Reports a read that found nothing and is not an error.
#[inline(always)]
pub(crate) fn missed<T>(key: &Key<T>, site: CallSite) {
    #[cfg(debug_assertions)]
    debug::missed(key, site);
    let _ = (key, site);
}

/// Reports a read that found only the default.
#[inline(always)]
pub(crate) fn defaulted<T>(key: &Key<T>, site: CallSite) {
    #[cfg(debug_assertions)]
    debug::defaulted(key, site);
    let _ = (key, site);
}

#[cfg(debug_assertions)]
mod debug {
    use std::cell::Cell;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Mutex, PoisonError};

    use super::Lost;
    use crate::alone::Alone;
    use crate::error::Unbound;
    use crate::mapping::{CallSite, Key, latest, origin, remember};

    type Report = Arc<dyn Fn(&Lost) + Send + Sync>;

    static REPORT: Mutex<Option<Report>> = Mutex::new(None);
    static GETS: AtomicBool = AtomicBool::new(false);
    static DEFAULTS: AtomicBool = AtomicBool::new(false);

    thread_local! {
        /// Set while a report is made on this thread.
        static BUSY: Cell<bool> = const { Cell::new(false) };
    }

    pub(super) fn report(report: Report) {
        remember();
        let old = REPORT.lock().unwrap_or_else(PoisonError::into_inner).replace(report);
        drop(old); // after the lock is released
    }

    pub(super) fn include_get() {
        GETS.store(true, Ordering::Relaxed);
    }

    pub(super) fn missed<T>(key: &Key<T>, site: CallSite) {
        if GETS.load(Ordering::Relaxed) {
            tell(key, &Unbound::new(key, site.location()));
        }
    }

    pub(super) fn include_defaults() {
        DEFAULTS.store(true, Ordering::Relaxed);
    }

    pub(super) fn defaulted<T>(key: &Key<T>, site: CallSite) {
        if DEFAULTS.load(Ordering::Relaxed) && key.was_bound() {
            tell(key, &Unbound::new(key, site.location()));
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
        let snapshot = origin().map(CallSite::location);
        report(&Lost { error: error.clone(), binding: latest(key), snapshot, spawned_at });
    }
}
