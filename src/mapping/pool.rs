//! Memory for bindings: a thread reuses the blocks that it freed last.
//!
//! Most scopes are never captured, and the allocator would be most of their cost. A thread
//! therefore keeps up to sixteen blocks of each size, in lists that only it accesses, and frees
//! them when it ends. A block is kept by the thread that frees it, even if another thread allocated
//! it.
//!
//! Debug builds use the allocator each time, so that Valgrind and the sanitizers detect uses after
//! the end of a binding; so do builds for loom and shuttle.

use std::mem::MaybeUninit;

/// Returns uninitialized memory for a `B` from the allocator.
fn allocate<B>() -> *mut B {
    Box::into_raw(Box::<B>::new_uninit()).cast()
}

/// Returns memory to the allocator.
///
/// # Safety
///
/// `block` comes from [`allocate`] for a type of the same layout, and is not used again.
unsafe fn free<B>(block: *mut B) {
    // SAFETY: the caller's promise; `allocate` made the block by `Box::into_raw`, with this layout.
    drop(unsafe { Box::from_raw(block.cast::<MaybeUninit<B>>()) });
}

#[cfg(any(debug_assertions, loom, shuttle))]
mod plain {
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
}
#[cfg(any(debug_assertions, loom, shuttle))]
pub(super) use plain::*;

#[cfg(not(any(debug_assertions, loom, shuttle)))]
mod kept {
    use crate::hint::cold_path;
    use std::alloc::{Layout, dealloc};
    use std::cell::Cell;
    use std::ptr;

    use super::super::at_thread_end::AtThreadEnd;
    use super::{allocate, free};

    /// The number of blocks of one size that a thread keeps.
    const KEPT: usize = 16;

    /// The number of sizes: from that of a small binding upwards, in steps of the alignment.
    const SIZES: usize = 11;
    const SMALLEST: usize = 48;
    const STEP: usize = align_of::<u64>();

    /// A block on a list, which is not in use.
    struct Block {
        /// The next block; null at the end of a list.
        next: *const Block,
        /// How many more blocks the list takes on top of this one.
        room: usize,
    }

    const _: () = assert!(size_of::<Block>() <= SMALLEST && align_of::<Block>() <= STEP);

    /// The end of a list. It is read, but never taken or written.
    struct End(Block);

    // SAFETY: it is never written.
    unsafe impl Sync for End {}

    impl End {
        const fn with_room(room: usize) -> End {
            End(Block { next: ptr::null(), room })
        }
    }

    /// The end of a list that takes blocks.
    static OPEN: End = End::with_room(KEPT);
    /// The end of a list that takes none: before the first block is freed on its thread, and after
    /// the thread has freed its blocks.
    static SHUT: End = End::with_room(0);

    thread_local! {
        /// The lists of this thread. They have no destructor, so they can be used at any time in
        /// its life.
        static LISTS: [Cell<*const Block>; SIZES] = const { [const { Cell::new(&raw const SHUT.0) }; SIZES] };

        static END: AtThreadEnd = const { AtThreadEnd(give_up) };
    }

    /// The index of the list for blocks of this layout, if there is one.
    const fn list_of(layout: Layout) -> Option<usize> {
        let list = layout.size().wrapping_sub(SMALLEST) / STEP;
        if layout.align() == STEP && list < SIZES { Some(list) } else { None }
    }

    const fn layout_of(list: usize) -> Layout {
        match Layout::from_size_align(SMALLEST + list * STEP, STEP) {
            Ok(layout) => layout,
            Err(_) => unreachable!(),
        }
    }

    /// Returns uninitialized memory for a `B`.
    #[inline(always)]
    pub(in super::super) fn take<B>() -> *mut B {
        let Some(list) = (const { list_of(Layout::new::<B>()) }) else { return allocate() };
        LISTS.with(|lists| {
            let list = &lists[list];
            let block = list.get();
            // SAFETY: the first block of a list is not in use and only this thread's, or it is the static end.
            let next = unsafe { (*block).next };
            if next.is_null() {
                cold_path();
                return allocate();
            }
            list.set(next);
            block.cast_mut().cast()
        })
    }

    /// Takes memory back.
    ///
    /// # Safety
    ///
    /// `block` comes from [`take`] for a type of the same layout, and is not used again.
    #[inline(always)]
    pub(in super::super) unsafe fn give<B>(block: *mut B) {
        let Some(list) = (const { list_of(Layout::new::<B>()) }) else {
            // SAFETY: the caller's promise; `take` gets blocks of this layout only from `allocate`.
            return unsafe { free(block) };
        };
        LISTS.with(|lists| {
            let list = &lists[list];
            let next = list.get();
            // SAFETY: the first block of a list is not in use and only this thread's, or it is the
            // static end. `block` is not in use any more, and by its list has the size and the
            // alignment for a `Block`.
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

    /// Frees a block for which the list that begins with `next` has no room. The first block on a
    /// thread opens its lists.
    ///
    /// # Safety
    ///
    /// As for [`give`].
    #[inline(never)]
    unsafe fn refused<B>(block: *mut B, next: *const Block) {
        if ptr::eq(next, &SHUT.0) && END.try_with(|_| ()).is_ok() {
            // Lists that an allocator opened and used in the meantime stay as they are.
            let shut = |list: &&Cell<*const Block>| ptr::eq(list.get(), &SHUT.0);
            LISTS.with(|lists| lists.iter().filter(shut).for_each(|list| list.set(&raw const OPEN.0)));
        }
        // SAFETY: the caller's promise.
        unsafe { free(block) }
    }

    /// Frees the blocks that the thread keeps. It keeps none from now on.
    ///
    /// `process::exit` calls this too, possibly inside a scope. Blocks on the lists are not in use
    /// even then.
    fn give_up() {
        LISTS.with(|lists| {
            for (index, list) in lists.iter().enumerate() {
                // SAFETY: the list is the calling thread's, and its blocks have its layout.
                unsafe { free_all(list.replace(&raw const SHUT.0), layout_of(index)) }
            }
        });
    }

    /// Frees the blocks of a list.
    ///
    /// # Safety
    ///
    /// The blocks have this layout, and are on no list any more.
    unsafe fn free_all(mut block: *const Block, layout: Layout) {
        // SAFETY: the caller's promise. Each block is read before it is freed; the end is static.
        unsafe {
            while !(*block).next.is_null() {
                let next = (*block).next;
                dealloc(block.cast_mut().cast(), layout);
                block = next;
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
