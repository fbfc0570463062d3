//! Tasks that carry the current values.

use apalis_core::task::Task;
use apalis_core::task::builder::TaskBuilder;
use asynccontext::carrier::{InjectError, Outgoing};

use crate::MetadataInjector;

/// Adds the current context to a `Task` or a `TaskBuilder`.
///
/// # Examples
///
/// ```
/// use apalis_core::task::builder::TaskBuilder;
/// use asynccontext::Variable;
/// use asynccontext::carrier::{Exported, Exports};
/// use asynccontext_apalis::TaskExt;
///
/// static TENANT: Exported<String> = Variable::named("tenant").exported("tenant");
/// static TO_WORKERS: Exports = Exports::new(&[TENANT.export()]);
///
/// let task = || TaskBuilder::new("order 7").max_attempts(3).exporting(TO_WORKERS);
/// let task = TENANT.run("blue".into(), task)?.build();
/// assert_eq!(task.metadata().get("context.tenant"), Some("blue"));
/// # Ok::<_, asynccontext::carrier::InjectError>(())
/// ```
pub trait TaskExt: Sized + sealed::Task {
    /// Writes the current values of `outgoing` to the metadata of the task.
    ///
    /// Texts that the task already has under the same keys are replaced, or removed if the variable is
    /// not bound. Call it last on a builder: `with_metadata` replaces all metadata.
    ///
    /// # Errors
    ///
    /// Returns [`InjectError`] if a value could not be written, for example because it is too long. To
    /// push the task without that value, write the metadata with [`MetadataInjector`].
    ///
    /// # Examples
    ///
    /// ```
    /// use apalis_core::task::Task;
    /// use asynccontext::carrier::Exports;
    /// use asynccontext_apalis::TaskExt;
    ///
    /// static TO_WORKERS: Exports = Exports::new(&[]);
    ///
    /// let task = Task::new("order 7").exporting(TO_WORKERS)?;
    /// assert!(task.metadata().is_empty());
    /// # Ok::<_, asynccontext::carrier::InjectError>(())
    /// ```
    fn exporting(self, outgoing: impl Outgoing) -> Result<Self, InjectError> {
        self.write(&outgoing)
    }
}

impl<Args> TaskExt for Task<Args> {}
impl<Args> TaskExt for TaskBuilder<Args> {}

mod sealed {
    use super::{InjectError, MetadataInjector, Outgoing, TaskBuilder};

    pub trait Task: Sized {
        fn write(self, outgoing: &dyn Outgoing) -> Result<Self, InjectError>;
    }

    impl<Args> Task for super::Task<Args> {
        fn write(self, outgoing: &dyn Outgoing) -> Result<Self, InjectError> {
            let mut metadata = self.metadata().clone();
            outgoing.inject(&mut MetadataInjector(&mut metadata))?;
            Ok(self.into_builder().with_metadata(metadata).build())
        }
    }

    impl<Args> Task for TaskBuilder<Args> {
        fn write(self, outgoing: &dyn Outgoing) -> Result<Self, InjectError> {
            self.build().write(outgoing).map(super::Task::into_builder)
        }
    }
}
