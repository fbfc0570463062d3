//! The target of a finalizer.

/// A value that calls a cleanup callback when it is dropped.
pub(super) struct Target {
    cleanup: Option<Box<dyn FnOnce() + Send>>,
}

impl Target {
    pub(super) fn new(cleanup: Box<dyn FnOnce() + Send>) -> Target {
        Target { cleanup: Some(cleanup) }
    }

    /// Drops the value without calling the callback, for a program that ends first.
    pub(super) fn keep(mut self) {
        self.cleanup = None;
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Some(cleanup) = self.cleanup.take() {
            cleanup();
        }
    }
}
