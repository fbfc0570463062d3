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

    /// As many blocks of one size are kept.
    const KEPT: usize = 16;

    /// Sizes in steps of the alignment, from that of a small binding upwards.
    const SIZES: usize = 11;
    const SMALLEST: usize = 48;
    const STEP: usize = align_of::<u64>();

    /// A block that is not in use, as long as it is on a list.
    struct Block {
        /// The next one; null at the end of a list.
        next: *const Block,
        /// As many may still be laid on top of this one.
        room: usize,
    }

    const _: () = assert!(size_of::<Block>() <= SMALLEST && align_of::<Block>() <= STEP);

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

    thread_local! {
        /// The lists of this thread. It has no destructor, so it is there at every moment.
        static LISTS: [Cell<*const Block>; SIZES] = const { [const { Cell::new(&raw const SHUT.0) }; SIZES] };

        static END: AtThreadEnd = const { AtThreadEnd(give_up) };
    }

    /// The list for blocks of this layout, if there is one.
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

    /// Memory for a `B`, not initialised.
    #[inline(always)]
    pub(in super::super) fn take<B>() -> *mut B {
        let Some(list) = (const { list_of(Layout::new::<B>()) }) else { return allocate() };
        LISTS.with(|lists| {
            let list = &lists[list];
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
        LISTS.with(|lists| {
            let list = &lists[list];
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
        if ptr::eq(next, &SHUT.0) && END.try_with(|_| ()).is_ok() {
            // Not those that an allocator opened and used meanwhile.
            let shut = |list: &&Cell<*const Block>| ptr::eq(list.get(), &SHUT.0);
            LISTS.with(|lists| lists.iter().filter(shut).for_each(|list| list.set(&raw const OPEN.0)));
        }
        // SAFETY: the caller's promise.
        unsafe { free(block) }
    }

    /// Gives up what the thread keeps. From now on it keeps nothing.
    ///
    /// `process::exit` gets here as well, maybe from inside a scope. The blocks on the lists are
    /// in nobody's use even then.
    fn give_up() {
        LISTS.with(|lists| {
            for (index, list) in lists.iter().enumerate() {
                // SAFETY: the list is the calling thread's, and so has blocks of its layout.
                unsafe { free_all(list.replace(&raw const SHUT.0), layout_of(index)) }
            }
        });
    }

    /// Frees the blocks of a list.
    ///
    /// # Safety
    ///
    /// They are of this layout, and on no list any more.
    unsafe fn free_all(mut block: *const Block, layout: Layout) {
        // SAFETY: the caller's promise. A block is read before it is freed.
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
