//! Ids of lists of entries and of hazards: numbers that are never reused.

use std::cell::Cell;
use std::process;

use crate::sync::{AtomicU64, Ordering, per_thread};

per_thread! {
    /// The next id of this thread's block.
    static NEXT: Cell<u64> = Cell::new(0);
}

/// Returns a new id, which is not 0.
#[inline]
pub(super) fn new_id() -> u64 {
    NEXT.with(|next| {
        let id = match next.get() {
            id if id % BLOCK == 0 => next_block(),
            id => id,
        };
        next.set(id + 1);
        id
    })
}

/// Threads take ids in blocks, so that most ids cost no atomic operation.
const BLOCK: u64 = 1 << 12;

#[cold]
fn next_block() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(BLOCK);
    let block = NEXT.fetch_add(BLOCK, Ordering::Relaxed);
    if block > u64::MAX / 2 {
        process::abort(); // after 2^51 blocks, since ids are never reused
    }
    block
}
