//! Variables whose values are recorded.

use asynccontext::carrier::Exported;
use asynccontext::{Snapshot, Variable};

/// A variable whose values [`Test::recording`](crate::Test::recording) can record: a [`Variable`] or
/// an [`Exported`] whose type implements `Clone`.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext_testing::{Recorded, Test};
///
/// static REQUEST_ID: Variable<u64> = Variable::named("request-id");
/// static TENANT: Variable<String> = Variable::named("tenant");
///
/// const IN_LOGS: [&dyn Recorded; 2] = [&REQUEST_ID, &TENANT];
/// let test = Test::new().recording(IN_LOGS);
/// ```
pub trait Recorded: sealed::Sealed + Sync {
    /// Adds the current value, or the default, to `values`.
    #[doc(hidden)]
    fn add(&self, values: Snapshot) -> Snapshot;

    /// Returns the address of the variable, which identifies it.
    #[doc(hidden)]
    fn address(&self) -> usize;
}

mod sealed {
    pub trait Sealed {}
}

impl<T: Clone + Send + Sync + 'static> sealed::Sealed for Variable<T> {}
impl<T: Clone + Send + Sync + 'static> sealed::Sealed for Exported<T> {}

impl<T: Clone + Send + Sync + 'static> Recorded for Variable<T> {
    fn add(&self, values: Snapshot) -> Snapshot {
        match self.get() {
            Some(value) => values.with(self, value),
            None => values,
        }
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }
}

impl<T: Clone + Send + Sync + 'static> Recorded for Exported<T> {
    fn add(&self, values: Snapshot) -> Snapshot {
        Variable::add(self, values)
    }

    fn address(&self) -> usize {
        Variable::address(self)
    }
}
