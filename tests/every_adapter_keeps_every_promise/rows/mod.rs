//! The rows of the matrix: one file for each kind of adapter.

mod closures;
#[cfg(feature = "futures")]
mod futures;
#[cfg(feature = "rayon")]
mod rayon;
mod steps;
mod threads;
#[cfg(feature = "tokio-rt-multi-thread")]
mod tokio;

use crate::row::Row;

pub fn all() -> impl Iterator<Item = &'static Row> {
    let rows = steps::ROWS.iter().chain(closures::ROWS).chain(threads::ROWS);
    #[cfg(feature = "futures")]
    let rows = rows.chain(futures::ROWS);
    #[cfg(feature = "tokio-rt-multi-thread")]
    let rows = rows.chain(tokio::ROWS);
    #[cfg(feature = "rayon")]
    let rows = rows.chain(rayon::ROWS);
    rows
}

/// Nothing is bound on the threads of any pool.
pub fn assert_that_workers_are_empty() {
    #[cfg(feature = "futures")]
    futures::assert_that_workers_are_empty();
    #[cfg(feature = "tokio-rt-multi-thread")]
    tokio::assert_that_workers_are_empty();
    #[cfg(feature = "rayon")]
    rayon::assert_that_workers_are_empty();
}
