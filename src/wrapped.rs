//! Closures that are called and dropped in a snapshot.
//!
//! [`Snapshot::wrap`] gives a [`Wrapped`], which is called with a tuple of arguments:
//! stable Rust doesn't let a type be callable like a closure. Where a plain closure is
//! wanted, [`into_fn`](Wrapped::into_fn), [`into_fn_mut`](Wrapped::into_fn_mut) and
//! [`into_fn_once`](Wrapped::into_fn_once) make one:
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
//! A closure made so takes references of one lifetime only. To take them of any, as
//! `call` does, write it out: `move |text: &str| wrapped.call((text,))`.

use std::fmt;

use crate::mapping::Inside;
use crate::snapshot::Snapshot;

/// A closure that is called, and dropped, with the values of a snapshot.
///
/// Made by [`Snapshot::wrap`]. `ARGS` is the number of its arguments: a closure of none is a
/// `Wrapped<F>`, one of two a `Wrapped<F, 2>`. It is `Clone`, `Send` and `Sync` if the
/// closure is, and adds eight bytes to it in release builds.
#[derive(Clone)]
pub struct Wrapped<F, const ARGS: usize = 0>(pub(crate) Inside<F>);

impl<F, const ARGS: usize> Wrapped<F, ARGS> {
    /// The snapshot.
    ///
    /// ```
    /// # use asynccontext::Snapshot;
    /// assert!(Snapshot::empty().wrap(|| ()).snapshot().is_empty());
    /// ```
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.0.base().clone())
    }

    /// The closure. Called through this, it runs with the caller's values.
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

    /// Calls the closure, which may change what it holds, with a tuple of arguments.
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

    /// Calls the closure, for the last time, with a tuple of arguments.
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
    /// Only closures, functions and the like take a tuple of arguments.
    pub trait Sealed<Args> {}
    /// Only tuples of up to eight are arguments.
    pub trait Arguments<const ARGS: usize> {}
}

/// Any `FnOnce` of up to eight arguments, with the tuple of their types.
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
#[diagnostic::on_unimplemented(message = "`{Self}` is no closure of up to eight arguments, or not of these")]
pub trait CallOnce<Args>: sealed::Sealed<Args> {
    /// What the closure returns.
    type Output;

    #[doc(hidden)]
    fn apply_once(self, args: Args) -> Self::Output;
}

/// Any `FnMut` of up to eight arguments, with the tuple of their types.
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

/// Any `Fn` of up to eight arguments, with the tuple of their types.
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

/// A tuple of so many types: the arguments of a closure.
///
/// [`Snapshot::wrap`] asks for it, to tell their number. A function that wraps any closure
/// does so too:
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

/// For one number of arguments: the call traits and the plain closures. Those are made by
/// inherent methods of different types, so that they have one name and need no import.
macro_rules! arguments {
    ($number:literal, $many:literal, $example:literal, $($arg:ident)*) => {
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

        #[doc = concat!("A plain closure of ", $many, ".")]
        #[allow(non_snake_case)]
        impl<F> Wrapped<F, $number> {
            /// Makes a closure that can be called once.
            #[inline]
            pub fn into_fn_once<R, $($arg),*>(self) -> impl FnOnce($($arg),*) -> R
            where
                F: FnOnce($($arg),*) -> R,
            {
                move |$($arg: $arg),*| self.call_once(($($arg,)*))
            }

            /// Makes a closure that may change what it holds.
            #[inline]
            pub fn into_fn_mut<R, $($arg),*>(mut self) -> impl FnMut($($arg),*) -> R
            where
                F: FnMut($($arg),*) -> R,
            {
                move |$($arg: $arg),*| self.call_mut(($($arg,)*))
            }

            /// Makes a closure that can be called through `&`.
            ///
            /// ```
            /// # use asynccontext::Snapshot;
            #[doc = $example]
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

arguments!(0, "no argument", "assert_eq!(Snapshot::empty().wrap(|| 7).into_fn()(), 7);",);
arguments!(1, "one argument", "assert_eq!(Snapshot::empty().wrap(|a| a + 1).into_fn()(7), 8);", A);
arguments!(2, "two arguments", "assert_eq!(Snapshot::empty().wrap(|a, b| a + b).into_fn()(1, 2), 3);", A B);
arguments!(3, "three arguments", "assert_eq!(Snapshot::empty().wrap(|a, b, c| a + b + c).into_fn()(1, 2, 3), 6);", A B C);
arguments!(4, "four arguments", "assert_eq!(Snapshot::empty().wrap(|a, b, c, d| a + b + c + d).into_fn()(1, 2, 3, 4), 10);", A B C D);
arguments!(5, "five arguments", "let f = Snapshot::empty().wrap(|a, b, c, d, e| a + b + c + d + e).into_fn();\nassert_eq!(f(1, 2, 3, 4, 5), 15);", A B C D E);
arguments!(6, "six arguments", "let f = Snapshot::empty().wrap(|a, b, c, d, e, g| a + b + c + d + e + g).into_fn();\nassert_eq!(f(1, 2, 3, 4, 5, 6), 21);", A B C D E G);
arguments!(7, "seven arguments", "let f = Snapshot::empty().wrap(|a, b, c, d, e, g, h| a + b + c + d + e + g + h).into_fn();\nassert_eq!(f(1, 2, 3, 4, 5, 6, 7), 28);", A B C D E G H);
arguments!(8, "eight arguments", "let f = Snapshot::empty().wrap(|a, b, c, d, e, g, h, i| a + b + c + d + e + g + h + i).into_fn();\nassert_eq!(f(1, 2, 3, 4, 5, 6, 7, 8), 36);", A B C D E G H I);
