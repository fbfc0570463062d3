//! The errors: a variable without a value, and a guard without a task.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::panic::Location;
use std::thread::{self, Thread};

use crate::mapping::{Key, Seen, seen};

/// A variable was read where it has neither a value nor a default.
///
/// Made by [`Variable::try_get`](crate::Variable::try_get) and
/// [`Variable::try_with`](crate::Variable::try_with). It says which variable, where it was
/// read, on which thread and in which task of tokio (with the feature `tokio`), the likely
/// [`Cause`], and what to do next. How a value gets lost:
/// [`docs::where_did_my_context_go`](crate::docs::where_did_my_context_go).
///
/// ```
/// use asynccontext::{Cause, Variable};
///
/// static TENANT: Variable<String> = Variable::named("tenant");
/// TENANT.run("blue".into(), || {
///     let error = std::thread::spawn(|| TENANT.try_get()).join().unwrap().unwrap_err();
///     assert_eq!((error.name(), error.cause()), ("tenant", Cause::NoScope));
///     assert!(error.to_string().contains("nothing is entered on this thread"));
/// });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbound(Box<Read>);

/// The read that failed. Boxed, so that a read that succeeds returns little.
#[derive(Clone, Debug)]
struct Read {
    name: Cow<'static, str>,
    location: &'static Location<'static>,
    cause: Cause,
    thread: Thread,
    #[cfg(feature = "tokio")]
    task: Option<::tokio::task::Id>,
}

impl Unbound {
    #[cold]
    #[inline(never)]
    pub(crate) fn new<T>(key: &Key<T>, location: &'static Location<'static>) -> Unbound {
        let cause = match seen() {
            _ if !key.was_bound() => Cause::NeverBound,
            Seen::NoScope => Cause::NoScope,
            _ if key.is_uninherited() => Cause::Uninherited,
            Seen::Nothing => Cause::EmptyScope,
            Seen::Bindings => Cause::OthersOnly,
        };
        Unbound(Box::new(Read {
            name: key.name().clone(),
            location,
            cause,
            thread: thread::current(),
            #[cfg(feature = "tokio")]
            task: ::tokio::task::try_id(),
        }))
    }

    /// The variable's name; empty if it has none.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The place that read the variable.
    pub fn location(&self) -> &'static Location<'static> {
        self.0.location
    }

    /// The thread that read the variable.
    pub(crate) fn thread(&self) -> &Thread {
        &self.0.thread
    }

    /// tokio's task that read the variable.
    #[cfg(all(feature = "tokio", tokio_unstable, debug_assertions))]
    pub(crate) fn task(&self) -> Option<::tokio::task::Id> {
        self.0.task
    }

    /// Why there is likely no value.
    ///
    /// ```
    /// # use asynccontext::{Cause, Variable};
    /// static TENANT: Variable<String> = Variable::named("tenant");
    /// assert_eq!(TENANT.try_get().unwrap_err().cause(), Cause::NeverBound);
    /// ```
    pub fn cause(&self) -> Cause {
        self.0.cause
    }
}

impl PartialEq for Read {
    fn eq(&self, other: &Read) -> bool {
        #[cfg(feature = "tokio")]
        if self.task != other.task {
            return false;
        }
        let what = |read: &Read| (read.location, read.cause, read.thread.id());
        self.name == other.name && what(self) == what(other)
    }
}

impl Eq for Read {}

impl fmt::Display for Unbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let read = &*self.0;
        if read.name.is_empty() {
            f.write_str("an unnamed variable")?;
        } else {
            write!(f, "variable {:?}", read.name)?;
        }
        write!(f, " has no value here (read at {}", read.location)?;
        match read.thread.name() {
            Some(name) => write!(f, " on thread {name:?}")?,
            None => f.write_str(" on an unnamed thread")?,
        }
        #[cfg(feature = "tokio")]
        if let Some(task) = read.task {
            write!(f, " in tokio's task {task}")?;
        }
        write!(f, "): {}", read.cause)
    }
}

impl Error for Unbound {}

/// Why a read found no value, as far as that can be told where it failed.
///
/// Told by [`Unbound::cause`]. Its `Display` says what to do next.
///
/// ```
/// use asynccontext::{Cause, Snapshot, Variable};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
/// static USER: Variable<&str> = Variable::named("user");
/// let cause = || TENANT.try_get().unwrap_err().cause();
///
/// assert_eq!(cause(), Cause::NeverBound);
/// TENANT.run("blue", || {
///     assert_eq!(std::thread::spawn(cause).join().unwrap(), Cause::NoScope);
///     assert_eq!(Snapshot::empty().run(cause), Cause::EmptyScope);
///     assert_eq!(Snapshot::empty().run(|| USER.run("ann", cause)), Cause::OthersOnly);
/// });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// Nothing in this process has bound the variable so far.
    NeverBound,
    /// Nothing is entered on this thread: the code was started bare, as a task, a thread
    /// or a callback, or it runs after its scope has ended.
    NoScope,
    /// The variable is [uninherited](crate::Variable::uninherited), and this is likely a task or
    /// a thread, which starts without it.
    Uninherited,
    /// The code runs in a snapshot that holds nothing.
    EmptyScope,
    /// Other variables are bound here. The snapshot was captured before this one was
    /// bound, or beside it.
    OthersOnly,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Cause::NeverBound => {
                "nothing has bound it so far. Bind it with `run` or `scope` around this place, or \
                 give it a default. Is it a `static`? A `const` is a new variable at each use"
            }
            Cause::NoScope => {
                "nothing is entered on this thread. Code that was started bare needs its context \
                 carried: use this crate's spawns, `in_current_snapshot` or `Snapshot::wrap`. A \
                 future that was made in `run` outlives it: use `scope`"
            }
            Cause::Uninherited => {
                "it is uninherited, so spawned tasks and threads start without it. Bind it around this \
                 place, give it a default, or take it along by hand, as in \
                 `spawn(task.in_current_snapshot())`"
            }
            Cause::EmptyScope => {
                "this code runs in an empty snapshot. Capture it (or spawn) where the variable \
                 is bound, or bind the variable around this place"
            }
            Cause::OthersOnly => {
                "other variables are bound here, this one is not. Capture the snapshot (or \
                 spawn) inside its binding, or bind it around this place. A future that was \
                 made in `run` starts outside it: use `scope`"
            }
        })
    }
}

/// A guard that travels with its task was asked for outside a task.
///
/// Made by [`Variable::enter_task`](crate::Variable::enter_task) where the
/// innermost scope is not the poll of a [`Scoped`](crate::Scoped) future.
///
/// ```
/// use asynccontext::{NotInTask, Variable};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
/// assert_eq!(TENANT.enter_task("blue").unwrap_err(), NotInTask);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotInTask;

impl fmt::Display for NotInTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "not directly inside a scoped future: wrap the future with `scope` or \
             `in_current_snapshot`, and enter outside of any `run` within it",
        )
    }
}

impl Error for NotInTask {}
