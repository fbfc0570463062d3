//! rayon's global pool, built by this crate's builder, in a process of its own.

#![cfg(feature = "rayon")]

use asynccontext::rayon::{ThreadPoolBuilder, current_num_threads};

#[test]
fn a_global_pool_is_built_once() {
    ThreadPoolBuilder::new().num_threads(3).build_global().unwrap();
    assert_eq!(current_num_threads(), 3);
    assert!(ThreadPoolBuilder::new().num_threads(2).build_global().is_err());
    assert!(ThreadPoolBuilder::new().spawn_handler(|_| Ok(())).build_global().is_err());
}
