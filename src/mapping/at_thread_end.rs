//! What is done when a thread ends.

/// The value of a thread-local that calls a function when its thread ends.
///
/// `try_with` of that thread-local registers it. An error says that the thread ends already, and
/// has called the function.
pub(super) struct AtThreadEnd(pub(super) fn());

impl Drop for AtThreadEnd {
    fn drop(&mut self) {
        (self.0)();
    }
}
