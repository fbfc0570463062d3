//! The hint that a path is rarely taken, for compilers that lack `std`'s (`std::hint::cold_path`, Rust 1.95).

/// Tells the compiler that the path to this call is rarely taken. Compiles to no instruction.
#[cold]
#[inline(always)]
pub(crate) fn cold_path() {}
