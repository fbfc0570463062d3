//! `Snapshot`, the values of all variables (`sec-asynccontext-snapshot-objects`).

use std::fmt;

use crate::mapping::{self, CallSite, How, Link, Scoped, name_of};
use crate::variable::Variable;

/// The values of all variables at one moment.
///
/// A snapshot takes eight bytes in release builds, and is cheap to clone and to send. It keeps
/// alive exactly the values that can be read in it. Bindings made later are not in it.
///
/// # Examples
///
/// ```
/// use asynccontext::{Snapshot, Variable};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let snapshot = TENANT.run("blue", Snapshot::capture);
/// assert_eq!(TENANT.get(), None);
///
/// let thread = std::thread::spawn(move || snapshot.run(|| TENANT.get()));
/// assert_eq!(thread.join().unwrap(), Some("blue"));
/// ```
#[derive(Clone)]
pub struct Snapshot(pub(crate) Link);

impl Snapshot {
    /// Captures the current values, without copying any (`sec-asynccontext-snapshot`).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Snapshot, Variable};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let snapshot = TENANT.run("blue", Snapshot::capture);
    /// assert_eq!(snapshot.run(|| TENANT.get()), Some("blue"));
    /// ```
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    #[must_use = "a snapshot does nothing until something runs in it"]
    pub fn capture() -> Snapshot {
        Snapshot::for_resource("Snapshot")
    }

    /// Captures the current values for a resource of this type (`als`).
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    pub(crate) fn for_resource(type_name: &'static str) -> Snapshot {
        Snapshot(mapping::capture(type_name))
    }

    /// Captures the values that detached work inherits: all but those of
    /// [uninherited](crate::Variable::uninherited) variables.
    ///
    /// This crate's spawn functions use it. Other pools and queues call it themselves for work that
    /// may outlive the call.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Snapshot, Variable};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// static TRANSACTION: Variable<u32> = Variable::named("transaction").uninherited();
    ///
    /// let inherit = || TRANSACTION.run(1, Snapshot::inherit);
    /// let snapshot = TENANT.run("blue", inherit);
    /// assert_eq!(snapshot.run(|| (TENANT.get(), TRANSACTION.get())), (Some("blue"), None));
    /// ```
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn inherit() -> Snapshot {
        Snapshot(mapping::inherit("Snapshot"))
    }

    /// Creates a snapshot without any values, as on a new thread.
    ///
    /// It has no foreign context either: inside it, no span is current.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Snapshot, Variable};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// static NOTHING: Snapshot = Snapshot::empty();
    /// TENANT.run("blue", || NOTHING.run(|| assert_eq!(TENANT.get(), None)));
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub const fn empty() -> Snapshot {
        Snapshot(Link::empty())
    }

    /// Returns `true` if the snapshot binds nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Snapshot, Variable};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// assert!(Snapshot::empty().is_empty());
    /// assert!(!TENANT.run("blue", Snapshot::capture).is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the value of `variable` in this snapshot, or its default, without entering the
    /// snapshot.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Snapshot, Variable};
    /// static TENANT: Variable<String> = Variable::named("tenant");
    /// let snapshot = TENANT.run("blue".into(), Snapshot::capture);
    /// assert_eq!(snapshot.get(&TENANT).map(String::as_str), Some("blue"));
    /// assert_eq!(Snapshot::empty().get(&TENANT), None);
    /// ```
    pub fn get<'a, T: Send + Sync + 'static>(&'a self, variable: &'a Variable<T>) -> Option<&'a T> {
        self.0.value(&variable.key).or(variable.default.as_ref())
    }

    /// Returns the snapshot with `variable` bound to `value`, without entering it.
    ///
    /// Chain calls for several bindings, starting from [`empty`](Self::empty),
    /// [`capture`](Self::capture) or a clone of any other snapshot. However long the chain, the
    /// result holds only the values that can be read in it. Each call takes amortized constant
    /// time.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Snapshot, Variable};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// static USER: Variable<&str> = Variable::named("user");
    ///
    /// let both = Snapshot::capture().with(&TENANT, "blue").with(&USER, "ann");
    /// assert_eq!(both.run(|| (TENANT.get(), USER.get())), (Some("blue"), Some("ann")));
    /// assert_eq!(TENANT.get(), None);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    #[must_use = "returns the snapshot with the value"]
    pub fn with<T: Send + Sync + 'static>(self, variable: &Variable<T>, value: T) -> Snapshot {
        Snapshot(self.0.with(&variable.key, value, How::With, CallSite::here()))
    }

    /// Returns the snapshot without a value of `variable`, without entering it.
    ///
    /// In the result the variable has its default, if there is one. To hide the current value of a
    /// variable, use [`Variable::hidden`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Snapshot, Variable};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// static USER: Variable<&str> = Variable::named("user");
    ///
    /// let both = Snapshot::empty().with(&TENANT, "blue").with(&USER, "ann");
    /// let nobody = both.clone().without(&USER);
    /// assert_eq!(nobody.run(|| (TENANT.get(), USER.get())), (Some("blue"), None));
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    #[must_use = "returns the snapshot without the value"]
    pub fn without<T: Send + Sync + 'static>(self, variable: &Variable<T>) -> Snapshot {
        Snapshot(self.0.without(&variable.key, CallSite::here()))
    }

    /// Calls `f` with the values of this snapshot and no others
    /// (`sec-asynccontext-snapshot.prototype.run`).
    ///
    /// When `f` returns or panics, the previous values are current again. As with
    /// [`Variable::run`](crate::Variable::run), a future that `f` returns is polled outside the
    /// snapshot; for futures, use [`scope`](Self::scope).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Snapshot, Variable};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let snapshot = TENANT.run("blue", Snapshot::capture);
    /// TENANT.run("red", || {
    ///     assert_eq!(snapshot.run(|| TENANT.get()), Some("blue"));
    ///     assert_eq!(TENANT.get(), Some("red"));
    /// });
    /// ```
    #[inline]
    pub fn run<R>(&self, f: impl FnOnce() -> R) -> R {
        mapping::run_in(&self.0, f)
    }

    /// Returns the future or iterator `f`, driven and dropped with the values of this snapshot.
    ///
    /// To take the snapshot by value, without counting a reference, use
    /// [`Propagate`](crate::Propagate).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Snapshot, Variable};
    /// # fn block_on<F: Future>(f: F) -> F::Output {
    /// #     let mut f = std::pin::pin!(f);
    /// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// #     loop { if let std::task::Poll::Ready(r) = f.as_mut().poll(&mut context) { return r } }
    /// # }
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let snapshot = TENANT.run("blue", Snapshot::capture);
    /// assert_eq!(block_on(snapshot.scope(async { TENANT.get() })), Some("blue"));
    /// ```
    #[inline]
    pub fn scope<F>(&self, f: F) -> Scoped<F> {
        Scoped::new(self.0.clone(), f)
    }
}

/// The empty snapshot.
impl Default for Snapshot {
    fn default() -> Snapshot {
        Snapshot::empty()
    }
}

/// Prints the names of the bound variables, never their values: `Snapshot { "tenant", #17 }`.
impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut ids = self.0.ids();
        ids.sort_unstable(); // in the order of their first use; uninherited ones have numbers of their own
        f.write_str("Snapshot ")?;
        if f.alternate() || ids.is_empty() {
            return f.debug_set().entries(ids.into_iter().map(Bound)).finish();
        }
        for (at, id) in ids.into_iter().enumerate() {
            let before = if at == 0 { "{ " } else { ", " };
            write!(f, "{before}{:?}", Bound(id))?;
        }
        f.write_str(" }")
    }
}

/// A bound variable, printed by its name, or by its number if it has no name or was dropped.
struct Bound(u64);

impl fmt::Debug for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match name_of(self.0) {
            Some(name) => write!(f, "{name:?}"),
            None => write!(f, "#{}", self.0),
        }
    }
}
