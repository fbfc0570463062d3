//! The scale of the long tests.

/// Returns `n` times the number in `ASYNCCONTEXT_TEST_SCALE`, but at least 1; without the variable
/// `n`. Valgrind and Miri run a small part.
pub fn scaled(n: usize) -> usize {
    let scale = std::env::var("ASYNCCONTEXT_TEST_SCALE").ok();
    let scale = scale.and_then(|s| s.parse::<f64>().ok()).unwrap_or(1.0);
    ((n as f64 * scale) as usize).max(1)
}
