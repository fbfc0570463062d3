//! A value that records which name is current when it is dropped.

#![allow(dead_code, unreachable_pub)]

use std::sync::{Arc, Mutex};

use asynccontext::Variable;

pub static NAME: Variable<u64> = Variable::named("name");

/// The names that were current, in order.
pub type Seen = Arc<Mutex<Vec<Option<u64>>>>;

/// Records the name that is current when it is dropped.
pub struct Witness(pub Seen);

impl Drop for Witness {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(NAME.get());
    }
}

pub fn witness() -> (Seen, Witness) {
    let seen = Seen::default();
    (Arc::clone(&seen), Witness(seen))
}
