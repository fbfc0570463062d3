//! Memory for bindings: what a thread freed last, it binds with next.
//!
//! A scope that nobody captured is the most frequent one, and the allocator would be most
//! of its cost. So a thread keeps up to sixteen blocks of each size, in lists that only it
//! touches, and gives them up when it ends. A block that is freed on another thread than it
//! was made on is kept there.
//!
//! Debug builds go to the allocator each time, so that valgrind and the sanitizers see what
//! is used after its end; so do the builds for loom and shuttle.

use std::mem::MaybeUninit;

/// Memory for a `B` from the allocator, not initialised.
fn allocate<B>() -> *mut B {
    Box::into_raw(Box::<B>::new_uninit()).cast()
}

/// Gives memory back to the allocator.
///
/// # Safety
///
/// `block` comes from [`allocate`] for a type of the same layout, and no one uses it again.
unsafe fn free<B>(block: *mut B) {
    // SAFETY: made by `Box::into_raw` of this layout; the caller's promise.
    drop(unsafe { Box::from_raw(block.cast::<MaybeUninit<B>>()) });
}

#[cfg(any(debug_assertions, loom, shuttle))]
mod plain {
    pub(in super::super) struct Pool;

    impl Pool {
        pub(in super::super) const fn new() -> Pool {
            Pool
        }
    }

    pub(in super::super) fn take<B>() -> *mut B {
        super::allocate()
    }

    /// # Safety
    ///
    /// As for [`free`](super::free).
    pub(in super::super) unsafe fn give<B>(block: *mut B) {
        // SAFETY: the caller's promise.
        unsafe { super::free(block) }
    }

    #[cfg(not(any(loom, shuttle)))]
    pub(in super::super) fn give_up() {}
}
#[cfg(any(debug_assertions, loom, shuttle))]
pub(super) use plain::*;

#[cfg(not(any(debug_assertions, loom, shuttle)))]
mod kept {
    use crate::hint::cold_path;
    use std::alloc::{Layout, dealloc};
    use std::cell::Cell;
    use std::ptr;

    use super::super::close::when_the_thread_ends;
    use super::super::node::Node;
    use super::super::thread::{slot, thread};
    use super::{allocate, free};

    /// As many blocks of one size are kept.
    const KEPT: usize = 16;

    /// Sizes from that of a node upwards, in steps of its alignment.
    const SIZES: usize = 11;
    const STEP: usize = align_of::<Node>();

    /// A block that is not in use, as long as it is on a list.
    struct Block {
        /// The next one; null at the end of a list.
        next: *const Block,
        /// As many may still be laid on top of this one.
        room: usize,
    }

    const _: () = assert!(size_of::<Block>() <= size_of::<Node>() && align_of::<Block>() <= STEP);

    /// The end of a list. It is read, and never taken or written.
    struct End(Block);

    // SAFETY: nothing writes it.
    unsafe impl Sync for End {}

    impl End {
        const fn with_room(room: usize) -> End {
            End(Block { next: ptr::null(), room })
        }
    }

    /// Of a list of a thread that uses the pool.
    static OPEN: End = End::with_room(KEPT);
    /// Of a list that takes nothing: before the first block is freed on its thread, and
    /// after the thread has given all up.
    static SHUT: End = End::with_room(0);

    /// The lists of a thread.
    pub(in super::super) struct Pool {
        lists: [Cell<*const Block>; SIZES],
    }

    impl Pool {
        pub(in super::super) const fn new() -> Pool {
            Pool { lists: [const { Cell::new(&raw const SHUT.0) }; SIZES] }
        }
    }

    /// The list for blocks of this layout, if there is one.
    const fn list_of(layout: Layout) -> Option<usize> {
        let list = layout.size().wrapping_sub(size_of::<Node>()) / STEP;
        if layout.align() == STEP && list < SIZES { Some(list) } else { None }
    }

    const fn layout_of(list: usize) -> Layout {
        match Layout::from_size_align(size_of::<Node>() + list * STEP, STEP) {
            Ok(layout) => layout,
            Err(_) => unreachable!(),
        }
    }

    /// Memory for a `B`, not initialised.
    #[inline(always)]
    pub(in super::super) fn take<B>() -> *mut B {
        let Some(list) = (const { list_of(Layout::new::<B>()) }) else { return allocate() };
        thread(|t| {
            let list = &t.pool.lists[list];
            let block = list.get();
            // SAFETY: a list's first block is the thread's, or the static end.
            let next = unsafe { (*block).next };
            if next.is_null() {
                cold_path();
                return allocate();
            }
            list.set(next);
            block.cast_mut().cast()
        })
    }

    /// Gives memory back.
    ///
    /// # Safety
    ///
    /// `block` comes from [`take`] for a type of the same layout, and no one uses it again.
    #[inline(always)]
    pub(in super::super) unsafe fn give<B>(block: *mut B) {
        let Some(list) = (const { list_of(Layout::new::<B>()) }) else {
            // SAFETY: the caller's promise; such blocks come from `allocate` alone.
            return unsafe { free(block) };
        };
        thread(|t| {
            let list = &t.pool.lists[list];
            let next = list.get();
            // SAFETY: a list's first block is the thread's, or the static end. The block is
            // ours, and large enough.
            unsafe {
                let room = (*next).room;
                if room == 0 {
                    cold_path();
                    return refused(block, next);
                }
                let block = block.cast::<Block>();
                block.write(Block { next, room: room - 1 });
                list.set(block);
            }
        });
    }

    /// Frees a block that a list, whose first is `next`, has no room for. The thread's first
    /// opens the lists.
    ///
    /// # Safety
    ///
    /// As for [`give`].
    #[inline(never)]
    unsafe fn refused<B>(block: *mut B, next: *const Block) {
        if ptr::eq(next, &SHUT.0) && when_the_thread_ends() {
            // Not those that an allocator opened and used meanwhile.
            let shut = |list: &&Cell<*const Block>| ptr::eq(list.get(), &SHUT.0);
            thread(|t| t.pool.lists.iter().filter(shut).for_each(|list| list.set(&raw const OPEN.0)));
        }
        // SAFETY: the caller's promise.
        unsafe { free(block) }
    }

    /// Gives up what the thread keeps. From now on it keeps nothing.
    pub(in super::super) fn give_up() {
        // SAFETY: the slot lives as long as the thread. A list's blocks are its thread's
        // alone, of the list's layout, and are taken out before they are freed.
        unsafe {
            for (index, list) in (*slot()).pool.lists.iter().enumerate() {
                let mut block = list.replace(&raw const SHUT.0);
                while !(*block).next.is_null() {
                    let next = (*block).next;
                    dealloc(block.cast_mut().cast(), layout_of(index));
                    block = next;
                }
            }
        }
    }

    #[cfg(test)]
    mod tests {
        use std::ptr;
        use std::thread;

        use super::{KEPT, give, take};

        type Smallest = [u64; 6];
        type Larger = [u64; 7];

        fn many<B>() -> Vec<*mut B> {
            (0..KEPT + 5).map(|_| take()).collect()
        }

        #[test]
        fn the_latest_blocks_come_back_and_only_so_many() {
            let begin = || {
                // SAFETY: each block comes from `take` for its type, and is given once.
                unsafe { give(take::<Smallest>()) }; // the first is not kept
                let blocks = many::<Smallest>();
                // SAFETY: as above.
                blocks.iter().for_each(|block| unsafe { give(*block) });
                let other = take::<Larger>();
                let again = many::<Smallest>();
                let kept = blocks[..KEPT].iter().rev();
                assert!(kept.zip(&again).all(|(one, other)| ptr::eq(*one, *other)));
                assert!(!again.contains(&other.cast()), "another size has a list of its own");
                // SAFETY: as above.
                again.into_iter().for_each(|block| unsafe { give(block) });
                // SAFETY: as above.
                unsafe { give(other) };
            };
            thread::spawn(begin).join().unwrap();
        }
    }
}
#[cfg(not(any(debug_assertions, loom, shuttle)))]
pub(super) use kept::*;
