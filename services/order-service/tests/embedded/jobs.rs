//! Jobs in the queue in memory.

use crate::support::jobs;

#[tokio::test(flavor = "multi_thread")]
async fn jobs_that_come_twice_are_handled_once() {
    jobs::come_twice(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_panics_tries_again() {
    jobs::panic_once(&[]).await;
}
