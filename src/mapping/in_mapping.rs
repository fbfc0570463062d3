//! A value that is used and dropped in a captured mapping.

use std::mem::ManuallyDrop;
use std::ptr;

use super::link::Link;
use super::run::{ended, run_in};

/// A value, with the mapping in which it is used and dropped.
pub(crate) struct InMapping<F> {
    base: Link,
    value: ManuallyDrop<F>,
}

impl<F> InMapping<F> {
    pub(crate) fn new(base: Link, value: F) -> InMapping<F> {
        let value = ManuallyDrop::new(value);
        InMapping { base, value }
    }

    pub(crate) fn base(&self) -> &Link {
        &self.base
    }

    pub(crate) fn value(&self) -> &F {
        &self.value
    }

    /// Takes the value out of its mapping.
    pub(crate) fn into_parts(self) -> (Link, F) {
        let mut this = ManuallyDrop::new(self);
        let InMapping { base, value } = &mut *this;
        // SAFETY: `this` is never used again, so each field is taken once.
        unsafe { (ptr::read(base), ManuallyDrop::take(value)) }
    }

    #[inline]
    pub(crate) fn run<R>(&self, f: impl FnOnce(&F) -> R) -> R {
        run_in(&self.base, || f(&self.value))
    }

    #[inline]
    pub(crate) fn run_mut<R>(&mut self, f: impl FnOnce(&mut F) -> R) -> R {
        run_in(&self.base, || f(&mut self.value))
    }

    #[inline]
    pub(crate) fn run_once<R>(self, f: impl FnOnce(F) -> R) -> R {
        let (base, value) = self.into_parts();
        let result = run_in(&base, || f(value));
        ended(base, result)
    }
}

impl<F: Clone> Clone for InMapping<F> {
    fn clone(&self) -> InMapping<F> {
        InMapping::new(self.base.clone(), F::clone(&self.value))
    }
}

impl<F> Drop for InMapping<F> {
    fn drop(&mut self) {
        let InMapping { base, value } = self;
        // SAFETY: the value is dropped only here.
        let value = unsafe { InPlace::new(value) };
        run_in(base, || drop(value));
    }
}

/// Its drop drops the value in place, also on panic.
pub(super) struct InPlace<'a, F>(&'a mut ManuallyDrop<F>);

impl<'a, F> InPlace<'a, F> {
    /// # Safety
    ///
    /// The value is not used any more, except for its memory.
    #[inline(always)]
    pub(super) unsafe fn new(value: &'a mut ManuallyDrop<F>) -> InPlace<'a, F> {
        InPlace(value)
    }
}

impl<F> Drop for InPlace<'_, F> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the promise of `new`'s caller; this runs once.
        unsafe { ManuallyDrop::drop(self.0) }
    }
}
