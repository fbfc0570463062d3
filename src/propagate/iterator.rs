//! Iterators that are stepped in their own mapping, as generators are.
//!
//! Only methods without a closure are overridden. Methods that take a closure (`fold`, `for_each`,
//! `find`, …) keep their default implementation, which calls `next`: the closure belongs to the
//! caller and runs in the caller's mapping.

use std::iter::FusedIterator;

use crate::mapping::Scoped;

/// Each step runs in the iterator's mapping, and the code around it in the caller's
/// (`sec-generatorstart`, `sec-generatorresume`).
///
/// Closures of adapters *inside* run in the iterator's mapping, closures of adapters outside in the
/// caller's. Items that `nth`, `count` or `last` skip are dropped inside. A binding that a guard
/// makes in a step lasts for later steps ([`Variable::enter_task`]), but is not visible in
/// `size_hint` and `len`.
///
/// [`Variable::enter_task`]: crate::Variable::enter_task
///
/// # Examples
///
/// ```
/// use asynccontext::{Propagate, Variable};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let rows = TENANT.run("blue", || {
///     (1..3).map(|row| (row, TENANT.get())).in_current_snapshot()
/// });
/// for row in rows {
///     assert_eq!(row.1, Some("blue"));
///     assert_eq!(TENANT.get(), None);
/// }
/// ```
impl<I: Iterator> Iterator for Scoped<I> {
    type Item = I::Item;

    #[inline]
    fn next(&mut self) -> Option<I::Item> {
        self.run_mut(I::next)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.run_ref(I::size_hint)
    }

    #[inline]
    fn nth(&mut self, n: usize) -> Option<I::Item> {
        self.run_mut(|inner| inner.nth(n))
    }

    #[inline]
    fn count(self) -> usize {
        self.run_once(I::count)
    }

    #[inline]
    fn last(self) -> Option<I::Item> {
        self.run_once(I::last)
    }
}

/// # Examples
///
/// ```
/// use asynccontext::{Propagate, Variable};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let rows = (1..4).map(|row| (row, TENANT.get()));
/// let mut rows = TENANT.run("blue", || rows.in_current_snapshot());
/// assert_eq!(rows.next_back(), Some((3, Some("blue"))));
/// ```
impl<I: DoubleEndedIterator> DoubleEndedIterator for Scoped<I> {
    #[inline]
    fn next_back(&mut self) -> Option<I::Item> {
        self.run_mut(I::next_back)
    }

    #[inline]
    fn nth_back(&mut self, n: usize) -> Option<I::Item> {
        self.run_mut(|inner| inner.nth_back(n))
    }
}

impl<I: ExactSizeIterator> ExactSizeIterator for Scoped<I> {
    #[inline]
    fn len(&self) -> usize {
        self.run_ref(I::len)
    }
}

impl<I: FusedIterator> FusedIterator for Scoped<I> {}
