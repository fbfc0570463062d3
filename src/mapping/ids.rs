//! Ids of lists of entries and of hazards: numbers that are never given out twice.

use std::cell::Cell;
use std::process;

use crate::sync::{AtomicU64, Ordering, per_thread};

per_thread! {
    /// The next id of this thread's block.
    static NEXT: Cell<u64> = Cell::new(0);
}

/// A new id, which is not 0.
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

/// Threads take ids by the block, so that an id costs no atomic operation.
const BLOCK: u64 = 1 << 12;

#[cold]
fn next_block() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(BLOCK);
    let block = NEXT.fetch_add(BLOCK, Ordering::Relaxed);
    if block > u64::MAX / 2 {
        process::abort(); // after 2^51 threads; ids must never come back
    }
    block
}
