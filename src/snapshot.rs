//! `Snapshot`: all current values at once (`sec-asynccontext-snapshot-objects`).

use std::fmt;

use crate::mapping::{self, How, Inside, Link, Place, Scoped, name_of};
use crate::variable::Variable;
use crate::wrapped::{Arguments, CallOnce, Wrapped};

/// The values that all variables had at one moment.
///
/// Eight bytes in release builds, cheap to clone and to send. It keeps alive exactly the values that it
/// shows. A variable that is first bound later is not in it.
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
    /// The current values (`sec-asynccontext-snapshot`). Copies none of them.
    ///
    /// ```
    /// # use asynccontext::{Snapshot, Variable};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let snapshot = TENANT.run("blue", Snapshot::capture);
    /// assert_eq!(snapshot.run(|| TENANT.get()), Some("blue"));
    /// ```
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn capture() -> Snapshot {
        Snapshot::for_resource("Snapshot")
    }

    /// The current values, for a resource of this type (`als`).
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    pub(crate) fn for_resource(type_name: &'static str) -> Snapshot {
        Snapshot(mapping::capture(type_name))
    }

    /// The values that detached work started now would have: all but those of
    /// [uninherited](crate::Variable::uninherited) variables.
    ///
    /// What spawns through this crate uses it. It is for pools and queues of your own,
    /// whose work may outlive the call.
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

    /// No values at all: what is current on a bare thread.
    ///
    /// That holds for the foreign context of companions too: within it no span is current.
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

    /// Is nothing bound here?
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

    /// The value of `variable` here, or its default. Nothing is entered.
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

    /// These values, with `value` for `variable`. Nothing is entered.
    ///
    /// Several bindings at once are a chain of it, over [`empty`](Self::empty),
    /// [`capture`](Self::capture) or a clone of any other snapshot. However long the chain, it
    /// holds what it shows and no more; each call takes constant time, amortised.
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
    #[must_use = "gives the snapshot with the value"]
    pub fn with<T: Send + Sync + 'static>(self, variable: &Variable<T>, value: T) -> Snapshot {
        Snapshot(self.0.with(&variable.key, value, How::With, Place::here()))
    }

    /// These values, without one of `variable`. Nothing is entered.
    ///
    /// In it the variable has its default, if it has one, and else nothing. To hide what is
    /// current there is [`Variable::hidden`].
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
    #[must_use = "gives the snapshot without the value"]
    pub fn without<T: Send + Sync + 'static>(self, variable: &Variable<T>) -> Snapshot {
        Snapshot(self.0.without(&variable.key, Place::here()))
    }

    /// Calls `f` with these values and no others
    /// (`sec-asynccontext-snapshot.prototype.run`).
    ///
    /// Afterwards what was current before is back, also if `f` panics. As with
    /// [`Variable::run`](crate::Variable::run), a future that `f` returns is polled
    /// outside; for futures there is [`scope`](Self::scope).
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

    /// The future or iterator `f`, driven and dropped with these values.
    ///
    /// See also [`Propagate`](crate::Propagate), which counts no reference.
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

    /// The closure `f`, called and dropped with these values
    /// (`sec-asynccontext-snapshot.wrap`, which takes what is current:
    /// `Snapshot::capture().wrap(f)`).
    ///
    /// It is called with a tuple of arguments, and `into_fn` makes a plain closure of it: see
    /// [`Wrapped`].
    ///
    /// ```
    /// # use asynccontext::{Snapshot, Variable};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let greet = |name: &str| format!("{name} of {}", TENANT.get().unwrap_or("nobody"));
    /// let wrapped = TENANT.run("blue", || Snapshot::capture().wrap(greet));
    /// assert_eq!(wrapped.call(("ann",)), "ann of blue");
    /// ```
    #[inline]
    pub fn wrap<F, Args, const ARGS: usize>(&self, f: F) -> Wrapped<F, ARGS>
    where
        F: CallOnce<Args>,
        Args: Arguments<ARGS>,
    {
        Wrapped(Inside::new(self.0.clone(), f))
    }
}

/// The empty snapshot.
impl Default for Snapshot {
    fn default() -> Snapshot {
        Snapshot::empty()
    }
}

/// The names of what is bound, never the values: `Snapshot { "tenant", #17 }`.
impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut ids = self.0.ids();
        ids.sort_unstable(); // in the order of their first use; uninherited ones count apart
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

/// One bound variable, by its name; by its number if it has none or is gone.
struct Bound(u64);

impl fmt::Debug for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match name_of(self.0) {
            Some(name) => write!(f, "{name:?}"),
            None => write!(f, "#{}", self.0),
        }
    }
}
