//! A function that is called when a thread ends.

/// The value of a thread-local that calls a function when its thread ends.
///
/// `try_with` on that thread-local registers the function. An error means that the thread is
/// already ending and has called it.
pub(super) struct AtThreadEnd(pub(super) fn());

impl Drop for AtThreadEnd {
    fn drop(&mut self) {
        (self.0)();
    }
}
