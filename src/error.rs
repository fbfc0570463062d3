//! The errors `Unbound`, for a variable without a value, and `NotInTask`, for a guard without a
//! task.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::panic::Location;
use std::thread::{self, Thread};

use crate::mapping::{Key, Seen, seen};

/// An error for the read of a variable that has neither a value nor a default.
///
/// Returned by [`Variable::try_get`](crate::Variable::try_get) and
/// [`Variable::try_with`](crate::Variable::try_with). The message names the variable, the location
/// of the read, the thread, the task of tokio (with the feature `tokio`) and the likely [`Cause`],
/// and says what to do next. For the ways in which a value gets lost, see
/// [`docs::where_did_my_context_go`](crate::docs::where_did_my_context_go).
///
/// # Examples
///
/// ```
/// use asynccontext::{Cause, Variable};
///
/// static TENANT: Variable<String> = Variable::named("tenant");
/// TENANT.run("blue".into(), || {
///     let error = std::thread::spawn(|| TENANT.try_get()).join().unwrap().unwrap_err();
///     assert_eq!((error.name(), error.cause()), ("tenant", Cause::NoScope));
///     assert!(error.to_string().contains("no scope is running on this thread"));
/// });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbound(Box<Read>);

/// The failed read. It is boxed to keep the result of a successful read small.
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

    /// Returns the variable's name, or `""` if it has none.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// assert_eq!(TENANT.try_get().unwrap_err().name(), "tenant");
    /// ```
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Returns the location of the read.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let error = TENANT.try_get().unwrap_err();
    /// assert_eq!(error.location().line(), line!() - 1);
    /// ```
    pub fn location(&self) -> &'static Location<'static> {
        self.0.location
    }

    /// Returns the thread that read the variable.
    pub(crate) fn thread(&self) -> &Thread {
        &self.0.thread
    }

    /// Returns the tokio task that read the variable.
    #[cfg(all(feature = "tokio", tokio_unstable, debug_assertions))]
    pub(crate) fn task(&self) -> Option<::tokio::task::Id> {
        self.0.task
    }

    /// Returns the likely reason why there is no value.
    ///
    /// # Examples
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

/// The likely reason why a read found no value.
///
/// Returned by [`Unbound::cause`]. Its `Display` output says what to do next.
///
/// # Examples
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
    /// The variable has not been bound in this process so far.
    NeverBound,
    /// No scope is running on this thread: the task, thread or callback was started without its
    /// context, or the code runs after its scope has ended.
    NoScope,
    /// The variable is [uninherited](crate::Variable::uninherited), and the code likely runs in a
    /// task or a thread, which starts without it.
    Uninherited,
    /// The code runs in an empty snapshot.
    EmptyScope,
    /// Other variables are bound here. The snapshot was captured before this one was bound, or
    /// outside its binding.
    OthersOnly,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Cause::NeverBound => {
                "it has not been bound in this process so far. Bind it with `run` or `scope` around this \
                 code, or give it a default. Declare it as a `static`: a `const` is a new variable at \
                 each use"
            }
            Cause::NoScope => {
                "no scope is running on this thread. A task, thread or callback needs its context \
                 carried: use this crate's spawn functions, `in_current_snapshot` or `Snapshot::wrap`. \
                 A future that is created in `run` is polled after it: use `scope`"
            }
            Cause::Uninherited => {
                "it is uninherited, so spawned tasks and threads start without it. Bind it around this \
                 code, give it a default, or capture it for this task, as in \
                 `spawn(task.in_current_snapshot())`"
            }
            Cause::EmptyScope => {
                "this code runs in an empty snapshot. Capture the snapshot (or spawn) where the variable \
                 is bound, or bind the variable around this code"
            }
            Cause::OthersOnly => {
                "other variables are bound here, but not this one. Capture the snapshot (or spawn) \
                 where the variable is bound, or bind it around this code. A future that is created in \
                 `run` is polled after it: use `scope`"
            }
        })
    }
}

/// An error for a [`TaskGuard`](crate::TaskGuard) that was requested outside a task.
///
/// Returned by [`Variable::enter_task`](crate::Variable::enter_task) if the innermost scope is not
/// the poll or the drop of a [`Scoped`](crate::Scoped) future.
///
/// # Examples
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
             `in_current_snapshot`, and call `enter_task` outside any `run` within it",
        )
    }
}

impl Error for NotInTask {}
