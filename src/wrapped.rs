//! `Wrapped`: a closure that is called and dropped in a snapshot.

use std::fmt;

use crate::mapping::Inside;
use crate::snapshot::Snapshot;

/// A closure that is called, and dropped, with the values of a snapshot.
#[derive(Clone)]
pub struct Wrapped<F>(pub(crate) Inside<F>);

impl<F> Wrapped<F> {
    /// The snapshot.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.0.base().clone())
    }

    /// The closure. Called through this, it runs in the caller's mapping.
    pub fn inner(&self) -> &F {
        self.0.value()
    }

    /// Calls the closure with a tuple of arguments.
    #[inline]
    pub fn call<Args>(&self, args: Args) -> F::Output
    where
        F: Call<Args>,
    {
        self.0.run(|f| f.apply(args))
    }

    /// Calls the closure, which may change what it holds, with a tuple of arguments.
    #[inline]
    pub fn call_mut<Args>(&mut self, args: Args) -> F::Output
    where
        F: CallMut<Args>,
    {
        self.0.run_mut(|f| f.apply_mut(args))
    }

    /// Calls the closure, for the last time, with a tuple of arguments.
    #[inline]
    pub fn call_once<Args>(self, args: Args) -> F::Output
    where
        F: CallOnce<Args>,
    {
        self.0.run_once(|f| f.apply_once(args))
    }
}

impl<F: fmt::Debug> fmt::Debug for Wrapped<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Wrapped").field(self.0.value()).finish()
    }
}

mod sealed {
    pub trait Sealed<Args> {}
}

/// A `FnOnce` that takes the tuple `Args` apart.
pub trait CallOnce<Args>: sealed::Sealed<Args> {
    /// What the closure returns.
    type Output;
    /// Calls the closure.
    fn apply_once(self, args: Args) -> Self::Output;
}

/// A `FnMut` that takes the tuple `Args` apart.
pub trait CallMut<Args>: CallOnce<Args> {
    /// Calls the closure.
    fn apply_mut(&mut self, args: Args) -> Self::Output;
}

/// A `Fn` that takes the tuple `Args` apart.
pub trait Call<Args>: CallMut<Args> {
    /// Calls the closure.
    fn apply(&self, args: Args) -> Self::Output;
}

macro_rules! arity {
    ($trait:ident $($arg:ident)*) => {
        impl<F: FnOnce($($arg),*) -> R, R, $($arg),*> sealed::Sealed<($($arg,)*)> for F {}

        #[allow(non_snake_case)]
        impl<F: FnOnce($($arg),*) -> R, R, $($arg),*> CallOnce<($($arg,)*)> for F {
            type Output = R;
            #[inline]
            fn apply_once(self, ($($arg,)*): ($($arg,)*)) -> R { self($($arg),*) }
        }

        #[allow(non_snake_case)]
        impl<F: FnMut($($arg),*) -> R, R, $($arg),*> CallMut<($($arg,)*)> for F {
            #[inline]
            fn apply_mut(&mut self, ($($arg,)*): ($($arg,)*)) -> R { self($($arg),*) }
        }

        #[allow(non_snake_case)]
        impl<F: Fn($($arg),*) -> R, R, $($arg),*> Call<($($arg,)*)> for F {
            #[inline]
            fn apply(&self, ($($arg,)*): ($($arg,)*)) -> R { self($($arg),*) }
        }

        #[doc = "Turns a [`Wrapped`] into a plain closure again."]
        #[allow(non_snake_case)]
        pub trait $trait<F, R, $($arg),*>: Sized {
            /// A `FnOnce`.
            fn into_fn_once(self) -> impl FnOnce($($arg),*) -> R where F: FnOnce($($arg),*) -> R;
            /// A `FnMut`.
            fn into_fn_mut(self) -> impl FnMut($($arg),*) -> R where F: FnMut($($arg),*) -> R;
            /// A `Fn`.
            fn into_fn(self) -> impl Fn($($arg),*) -> R where F: Fn($($arg),*) -> R;
        }

        #[allow(non_snake_case)]
        impl<F: FnOnce($($arg),*) -> R, R, $($arg),*> $trait<F, R, $($arg),*> for Wrapped<F> {
            #[inline]
            fn into_fn_once(self) -> impl FnOnce($($arg),*) -> R { move |$($arg: $arg),*| self.call_once(($($arg,)*)) }
            #[inline]
            fn into_fn_mut(mut self) -> impl FnMut($($arg),*) -> R where F: FnMut($($arg),*) -> R {
                move |$($arg: $arg),*| self.call_mut(($($arg,)*))
            }
            #[inline]
            fn into_fn(self) -> impl Fn($($arg),*) -> R where F: Fn($($arg),*) -> R {
                move |$($arg: $arg),*| self.call(($($arg,)*))
            }
        }
    };
}
arity!(IntoFn0);
arity!(IntoFn1 A);
arity!(IntoFn2 A B);
arity!(IntoFn3 A B C);
arity!(IntoFn4 A B C D);
arity!(IntoFn5 A B C D E);
arity!(IntoFn6 A B C D E G);
arity!(IntoFn7 A B C D E G H);
arity!(IntoFn8 A B C D E G H I);
