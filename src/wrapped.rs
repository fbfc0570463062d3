//! Closures that are called and dropped in a snapshot.
//!
//! [`Snapshot::wrap`] returns a [`Wrapped`], which is called with a tuple of arguments: on stable
//! Rust a type can't implement `Fn`. The methods [`into_fn`](Wrapped::into_fn),
//! [`into_fn_mut`](Wrapped::into_fn_mut) and [`into_fn_once`](Wrapped::into_fn_once) turn it into a
//! plain closure.
//!
//! ```
//! use asynccontext::{Snapshot, Variable};
//!
//! static TENANT: Variable<String> = Variable::named("tenant");
//!
//! let row = |id: u32, name: &'static str| format!("{:?} {id} {name}", TENANT.get());
//! let wrapped = TENANT.run("blue".into(), || Snapshot::capture().wrap(row));
//!
//! assert_eq!(wrapped.call((1, "ann")), "Some(\"blue\") 1 ann");
//!
//! fn on_a_thread(f: impl Fn(u32, &'static str) -> String + Send + 'static) -> String {
//!     std::thread::spawn(move || f(2, "bob")).join().unwrap()
//! }
//! assert_eq!(on_a_thread(wrapped.into_fn()), "Some(\"blue\") 2 bob");
//! ```
//!
//! Such a closure takes references of one lifetime only. For references of any lifetime, which
//! `call` takes, write the closure out: `move |text: &str| wrapped.call((text,))`.

use std::fmt;

use crate::mapping::InMapping;
use crate::snapshot::Snapshot;

impl Snapshot {
    /// Returns the closure `f`, called and dropped with the values of this snapshot
    /// (`sec-asynccontext-snapshot.wrap`).
    ///
    /// The draft's function captures the current values: `Snapshot::capture().wrap(f)`. The result
    /// is called with a tuple of arguments, and its method `into_fn` turns it into a plain closure:
    /// see [`Wrapped`].
    ///
    /// # Examples
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
        Wrapped(InMapping::new(self.0.clone(), f))
    }
}

/// A closure that is called and dropped with the values of a snapshot.
///
/// Returned by [`Snapshot::wrap`]. `ARGS` is the number of its arguments: a closure without
/// arguments is a `Wrapped<F>`, one with two is a `Wrapped<F, 2>`. It is `Clone`, `Send` and `Sync`
/// if the closure is, and eight bytes larger than the closure in release builds.
///
/// # Examples
///
/// ```
/// use asynccontext::{Snapshot, Variable, Wrapped};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// struct Job<F>(Wrapped<F>);
///
/// let job = TENANT.run("blue", || Job(Snapshot::capture().wrap(|| TENANT.get())));
/// assert_eq!(job.0.call(()), Some("blue"));
/// ```
#[derive(Clone)]
#[must_use = "a wrapped closure does nothing until it is called"]
pub struct Wrapped<F, const ARGS: usize = 0>(pub(crate) InMapping<F>);

impl<F, const ARGS: usize> Wrapped<F, ARGS> {
    /// Returns the snapshot.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Snapshot;
    /// assert!(Snapshot::empty().wrap(|| ()).snapshot().is_empty());
    /// ```
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.0.base().clone())
    }

    /// Returns a reference to the closure, which runs with the caller's values when called
    /// directly.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Snapshot, Variable};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let wrapped = Snapshot::empty().wrap(|| TENANT.get());
    /// TENANT.run("blue", || {
    ///     assert_eq!(wrapped.call(()), None);
    ///     assert_eq!(wrapped.inner()(), Some("blue"));
    /// });
    /// ```
    pub fn inner(&self) -> &F {
        self.0.value()
    }

    /// Calls the closure with a tuple of arguments.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Snapshot;
    /// let add = Snapshot::empty().wrap(|a: u8, b: u8| a + b);
    /// assert_eq!(add.call((1, 2)), 3);
    /// ```
    #[inline]
    pub fn call<Args>(&self, args: Args) -> F::Output
    where
        F: Call<Args>,
    {
        self.0.run(|f| f.apply(args))
    }

    /// Calls the closure through a mutable reference, with a tuple of arguments.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Snapshot;
    /// let mut sum = 0;
    /// let mut add = Snapshot::empty().wrap(|a: u8| sum += a);
    /// add.call_mut((1,));
    /// add.call_mut((2,));
    /// drop(add);
    /// assert_eq!(sum, 3);
    /// ```
    #[inline]
    pub fn call_mut<Args>(&mut self, args: Args) -> F::Output
    where
        F: CallMut<Args>,
    {
        self.0.run_mut(|f| f.apply_mut(args))
    }

    /// Consumes and calls the closure, with a tuple of arguments.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Snapshot;
    /// let name = String::from("ann");
    /// let greet = Snapshot::empty().wrap(move |end: &str| name + end);
    /// assert_eq!(greet.call_once(("!",)), "ann!");
    /// ```
    #[inline]
    pub fn call_once<Args>(self, args: Args) -> F::Output
    where
        F: CallOnce<Args>,
    {
        self.0.run_once(|f| f.apply_once(args))
    }
}

impl<F: fmt::Debug, const ARGS: usize> fmt::Debug for Wrapped<F, ARGS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Wrapped").field(self.inner()).finish()
    }
}

mod sealed {
    /// Implemented for closures, functions and the like.
    pub trait Sealed<Args> {}
    /// Implemented for tuples of up to eight elements.
    pub trait Arguments<const ARGS: usize> {}
}

/// An `FnOnce` of up to eight arguments, whose types are the tuple `Args`.
///
/// # Examples
///
/// ```
/// use asynccontext::Wrapped;
/// use asynccontext::wrapped::CallOnce;
///
/// fn last_call<F: CallOnce<(u8, u8)>>(f: Wrapped<F, 2>) -> F::Output {
///     f.call_once((1, 2))
/// }
/// # assert_eq!(last_call(asynccontext::Snapshot::empty().wrap(|a, b| a + b)), 3);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a closure of up to eight arguments, or takes other arguments"
)]
pub trait CallOnce<Args>: sealed::Sealed<Args> {
    /// The closure's return type.
    type Output;

    #[doc(hidden)]
    fn apply_once(self, args: Args) -> Self::Output;
}

/// An `FnMut` of up to eight arguments, whose types are the tuple `Args`.
///
/// # Examples
///
/// ```
/// use asynccontext::Wrapped;
/// use asynccontext::wrapped::CallMut;
///
/// fn call_twice<F: CallMut<()>>(mut f: Wrapped<F>) -> F::Output {
///     f.call_mut(());
///     f.call_mut(())
/// }
/// # let mut n = 0;
/// # assert_eq!(call_twice(asynccontext::Snapshot::empty().wrap(|| { n += 1; n })), 2);
/// ```
pub trait CallMut<Args>: CallOnce<Args> {
    #[doc(hidden)]
    fn apply_mut(&mut self, args: Args) -> Self::Output;
}

/// An `Fn` of up to eight arguments, whose types are the tuple `Args`.
///
/// # Examples
///
/// ```
/// use asynccontext::Wrapped;
/// use asynccontext::wrapped::Call;
///
/// fn call_shared<F: Call<(u8,)>>(f: &Wrapped<F, 1>) -> F::Output {
///     f.call((1,))
/// }
/// # assert_eq!(call_shared(&asynccontext::Snapshot::empty().wrap(|a| a + 1)), 2);
/// ```
pub trait Call<Args>: CallMut<Args> {
    #[doc(hidden)]
    fn apply(&self, args: Args) -> Self::Output;
}

/// A tuple of `ARGS` types, the arguments of a closure.
///
/// [`Snapshot::wrap`] requires this trait to find the number of arguments.
///
/// # Examples
///
/// A function that wraps any closure requires it as well:
///
/// ```
/// use asynccontext::wrapped::{Arguments, CallOnce};
/// use asynccontext::{Snapshot, Wrapped};
///
/// fn detached<F, Args, const ARGS: usize>(f: F) -> Wrapped<F, ARGS>
/// where
///     F: CallOnce<Args>,
///     Args: Arguments<ARGS>,
/// {
///     Snapshot::inherit().wrap(f)
/// }
/// # assert_eq!(detached(|a, b| a + b).into_fn()(1, 2), 3);
/// ```
pub trait Arguments<const ARGS: usize>: sealed::Arguments<ARGS> {}

/// Implements the call traits and the methods `into_fn…` for one number of arguments. The methods
/// are inherent ones of different types, so that they share a name and need no import.
macro_rules! arguments {
    ($number:literal, $many:literal, $closure:literal, $call:literal, $result:literal, $($arg:ident)*) => {
        impl<$($arg),*> sealed::Arguments<$number> for ($($arg,)*) {}
        impl<$($arg),*> Arguments<$number> for ($($arg,)*) {}

        impl<F: FnOnce($($arg),*) -> R, R, $($arg),*> sealed::Sealed<($($arg,)*)> for F {}

        impl<F: FnOnce($($arg),*) -> R, R, $($arg),*> CallOnce<($($arg,)*)> for F {
            type Output = R;

            #[inline]
            #[allow(non_snake_case)]
            fn apply_once(self, ($($arg,)*): ($($arg,)*)) -> R {
                self($($arg),*)
            }
        }

        impl<F: FnMut($($arg),*) -> R, R, $($arg),*> CallMut<($($arg,)*)> for F {
            #[inline]
            #[allow(non_snake_case)]
            fn apply_mut(&mut self, ($($arg,)*): ($($arg,)*)) -> R {
                self($($arg),*)
            }
        }

        impl<F: Fn($($arg),*) -> R, R, $($arg),*> Call<($($arg,)*)> for F {
            #[inline]
            #[allow(non_snake_case)]
            fn apply(&self, ($($arg,)*): ($($arg,)*)) -> R {
                self($($arg),*)
            }
        }

        #[doc = concat!("Conversion to a plain closure of ", $many, ".")]
        #[allow(non_snake_case)]
        impl<F> Wrapped<F, $number> {
            /// Turns this into a closure that can be called once.
            ///
            /// # Examples
            ///
            /// ```
            /// # use asynccontext::Snapshot;
            #[doc = concat!("let f = Snapshot::empty().wrap(", $closure, ").into_fn_once();")]
            #[doc = concat!("assert_eq!(f", $call, ", ", $result, ");")]
            /// ```
            #[inline]
            pub fn into_fn_once<R, $($arg),*>(self) -> impl FnOnce($($arg),*) -> R
            where
                F: FnOnce($($arg),*) -> R,
            {
                move |$($arg: $arg),*| self.call_once(($($arg,)*))
            }

            /// Turns this into a closure that is called through a mutable reference.
            ///
            /// # Examples
            ///
            /// ```
            /// # use asynccontext::Snapshot;
            #[doc = concat!("let mut f = Snapshot::empty().wrap(", $closure, ").into_fn_mut();")]
            #[doc = concat!("assert_eq!(f", $call, ", ", $result, ");")]
            /// ```
            #[inline]
            pub fn into_fn_mut<R, $($arg),*>(mut self) -> impl FnMut($($arg),*) -> R
            where
                F: FnMut($($arg),*) -> R,
            {
                move |$($arg: $arg),*| self.call_mut(($($arg,)*))
            }

            /// Turns this into a closure that is called through a shared reference.
            ///
            /// # Examples
            ///
            /// ```
            /// # use asynccontext::Snapshot;
            #[doc = concat!("let f = Snapshot::empty().wrap(", $closure, ").into_fn();")]
            #[doc = concat!("assert_eq!(f", $call, ", ", $result, ");")]
            /// ```
            #[inline]
            pub fn into_fn<R, $($arg),*>(self) -> impl Fn($($arg),*) -> R
            where
                F: Fn($($arg),*) -> R,
            {
                move |$($arg: $arg),*| self.call(($($arg,)*))
            }
        }
    };
}

arguments!(0, "no argument", "|| 7", "()", "7",);
arguments!(1, "one argument", "|a| a + 1", "(1)", "2", A);
arguments!(2, "two arguments", "|a, b| a + b", "(1, 2)", "3", A B);
arguments!(3, "three arguments", "|a, b, c| a + b + c", "(1, 2, 3)", "6", A B C);
arguments!(4, "four arguments", "|a, b, c, d| a + b + c + d", "(1, 2, 3, 4)", "10", A B C D);
arguments!(5, "five arguments", "|a, b, c, d, e| a + b + c + d + e", "(1, 2, 3, 4, 5)", "15", A B C D E);
arguments!(6, "six arguments", "|a, b, c, d, e, g| a + b + c + d + e + g", "(1, 2, 3, 4, 5, 6)", "21", A B C D E G);
arguments!(7, "seven arguments", "|a, b, c, d, e, g, h| a + b + c + d + e + g + h", "(1, 2, 3, 4, 5, 6, 7)", "28", A B C D E G H);
arguments!(8, "eight arguments", "|a, b, c, d, e, g, h, i| a + b + c + d + e + g + h + i", "(1, 2, 3, 4, 5, 6, 7, 8)", "36", A B C D E G H I);
