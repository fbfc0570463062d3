//! Guards and swaps: what changes the mapping of a running frame in place.
//!
//! Each guard is a borrowing node with an [`Entry`] inside its allocation; the
//! entries of a frame are a list, newest first, that hangs on the frame. A swap is
//! an entry without a node, of which a frame has at most one: what it hides can
//! never show again, so nothing hidden is maintained.
//!
//! A guard is `{ entry, id }`. It keeps nothing alive: the scope does. It may be
//! dropped anywhere, even on another thread or long after its scope, so it
//! dereferences its entry only if a frame that runs *on this thread* has a list
//! with its id. Ids of lists are never reused, an entry leaves its list only by its
//! own guard or with the whole list, and a list keeps its id as long as it is not
//! empty: so the id proves that the entry lives.

use std::cell::Cell;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::ptr;

use super::fold::base;
use super::frame::{Frame, Top};
use super::key::Key;
use super::node::{Node, Value, bit, entered, one_more, segment};
use super::own::{Link, capture, clean, own};
use super::release::{let_go, release};
use super::thread::{Head, Thread, slot};

/// What a scope knows about one guard or swap. Touched only by the thread that
/// runs the scope.
pub(super) struct Entry {
    /// The next older entry of the same frame.
    next: Cell<*const Entry>,
    /// The node of the guard, in whose allocation this lies; null: a swap.
    node: *const Node,
    /// The frame's mapping with this entry as the newest. For a guard `node`, whose
    /// link the scope holds, until it had to be rebuilt: then a segment, and the
    /// entry holds a link to that and a value reference to `node`. Null once a swap
    /// hides the entry, which then holds the value reference only. For a swap, a
    /// link reference to what was swapped in.
    head: Cell<*const Node>,
    /// The frame's mapping without this entry and what is newer. Not kept up to
    /// date, and not read, once a swap hides the entry.
    under: Cell<*const Node>,
    /// The id of the frame's list.
    id: u64,
    /// The guard was dropped inside an inner frame.
    dead: Cell<bool>,
}

impl Entry {
    pub(super) fn head(&self) -> *const Node {
        self.head.get()
    }

    fn is_swap(&self) -> bool {
        self.node.is_null()
    }
}

/// A binding entered on the running frame, until this is dropped.
pub(crate) struct Entered {
    entry: *const Entry,
    id: u64,
}

// SAFETY: `entry` is dereferenced only where a frame of the calling thread proves
// that it lives and belongs to a scope that this thread runs.
unsafe impl Send for Entered {}
// SAFETY: there is nothing to do with a `&Entered`.
unsafe impl Sync for Entered {}
// A panic leaves entries as whole as a normal return does.
impl UnwindSafe for Entered {}
impl RefUnwindSafe for Entered {}

/// Is the running frame that of a future?
pub(crate) fn in_task() -> bool {
    // SAFETY: the slot lives as long as the thread, a frame as long as it runs.
    unsafe { (*(*slot()).running()).top.get().is_task() }
}

/// Binds `value` on the running frame.
#[inline]
pub(crate) fn enter<T>(key: &Key<T>, value: T) -> Entered
where
    T: Send + Sync + 'static,
{
    let key = key.id_to_bind();
    // SAFETY: the slot lives as long as the thread, a frame as long as it runs, and
    // the new node borrows what its frame shows: the older entries, which are
    // rebuilt or unlinked before they go, and what the frame keeps until it ends.
    unsafe {
        let thread = slot();
        let frame = (*thread).running();
        let top = (*frame).top.get();
        let older = top.entry();
        let id = list_id(thread, older);
        let under = (*thread).head.get().node();
        let entry = Entry {
            next: Cell::new(older),
            node: ptr::null(),
            head: Cell::new(ptr::null()),
            under: Cell::new(under),
            id,
            dead: Cell::new(false),
        };
        let made = entered(key, base(under), value, entry).cast_mut();
        let node = made.cast_const().cast::<Node>();
        let entry = &raw mut (*made).entry;
        (*entry).node = node;
        (*entry).head.set(node);
        (*frame).top.set(top.with_entry(entry));
        (*thread).head.set(Head::new(node, true));
        Entered { entry, id }
    }
}

/// The id of the running frame's list, whose newest entry is `older`.
///
/// # Safety
///
/// `thread` is the calling thread's slot; `older` is null or live.
#[inline]
unsafe fn list_id(thread: *const Thread, older: *const Entry) -> u64 {
    // SAFETY: the caller's promise.
    unsafe {
        if !older.is_null() {
            return (*older).id;
        }
        if (*thread).frame.get().is_null() {
            reap_root();
        }
        let id = match (*thread).ids.get() {
            id if id % BLOCK == 0 => next_block(),
            id => id,
        };
        (*thread).ids.set(id + 1);
        id
    }
}

/// Threads take ids by the block, so that an id costs no atomic operation.
const BLOCK: u64 = 1 << 12;

#[cold]
fn next_block() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(BLOCK);
    let block = NEXT.fetch_add(BLOCK, Ordering::Relaxed);
    if block > u64::MAX / 2 {
        std::process::abort(); // after 2^51 threads; ids must never come back
    }
    block
}

impl Drop for Entered {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the slot lives as long as the thread, and the running frame's
        // entries live. The id is compared before the entry counts as this guard's.
        unsafe {
            let thread = slot();
            let frame = (*thread).running();
            let top = (*frame).top.get();
            let newest = top.entry();
            if ptr::eq(newest, self.entry) && (*newest).id == self.id {
                let older = (*newest).next.get();
                (*frame).top.set(top.with_entry(older));
                let under = (*newest).under.get();
                (*thread).head.set(Head::new(under, !older.is_null()));
                return dispose(newest);
            }
            leave(thread, self.entry, self.id);
        }
    }
}

/// Drops a guard that is not the newest of the running frame.
///
/// # Safety
///
/// `thread` is the calling thread's slot; `entry` and `id` are a guard's.
#[cold]
#[inline(never)]
unsafe fn leave(thread: *const Thread, entry: *const Entry, id: u64) {
    // SAFETY: frames in the thread's list run, so they and their entries live; the
    // id proves that `entry` is one of those.
    unsafe {
        let root = &raw const (*thread).root;
        let mut inner: *const Frame = ptr::null();
        let mut frame = (*thread).running();
        loop {
            let newest = (*frame).top.get().entry();
            if !newest.is_null() && (*newest).id == id {
                if inner.is_null() {
                    unlink(thread, frame, entry);
                    dispose(entry);
                } else {
                    // Its scope is an outer one: swept when the frame just inside pops.
                    (*entry).dead.set(true);
                    (*inner).top.set((*inner).top.get().with_sweep());
                }
                return;
            }
            if ptr::eq(frame, root) {
                return; // its scope is over, or not on this thread
            }
            inner = frame;
            frame = match (*frame).outer.get() {
                outer if outer.is_null() => root,
                outer => outer,
            };
        }
    }
}

/// Takes `entry` out of the running frame's list and mapping. No user code runs:
/// every value is still held by its entry.
///
/// # Safety
///
/// `thread` is the calling thread's slot, `frame` its running frame, `entry` a
/// guard's in that frame's list. The caller disposes of it.
unsafe fn unlink(thread: *const Thread, frame: *const Frame, entry: *const Entry) {
    // SAFETY: entries in the list live, and so do their nodes and heads. The frame
    // runs on this thread, so what is not owned is this thread's to write.
    unsafe {
        let top = (*frame).top.get();
        let mut newer = Vec::new();
        let mut hidden = false;
        let mut step = top.entry();
        while !ptr::eq(step, entry) {
            hidden |= (*step).is_swap();
            newer.push(step);
            step = (*step).next.get();
        }
        match newer.last() {
            None => (*frame).top.set(top.with_entry((*entry).next.get())),
            Some(&above) => (*above).next.set((*entry).next.get()),
        }
        if hidden {
            return; // nothing that shows rests on it
        }
        let mut under = (*entry).under.get();
        let mut replaced = Vec::new();
        while let Some(step) = newer.pop() {
            let node = (*step).node;
            (*step).under.set(under);
            if !(*node).owned.get() {
                (*node).rest_on(base(under)); // shared with no one
                under = node;
                continue;
            }
            // Shared: its node is frozen, so a new link to the same value.
            if !under.is_null() && !(*under).owned.get() {
                own(under);
            }
            let key = (*node).key;
            let entries = vec![(key, Value::of(node))];
            under = segment(entries, bit(key), clean(under, key));
            let old = (*step).head.replace(under);
            if ptr::eq(old, node) {
                one_more(&(*node).val); // from now on the entry holds the value only
            }
            replaced.push(old);
        }
        let entries_left = !(*frame).top.get().entry().is_null();
        (*thread).head.set(Head::new(under, entries_left));
        GiveUp(replaced).go();
    }
}

/// The scope lets go of an entry that is in no list and under no head. Runs user
/// code: the drop of values.
///
/// # Safety
///
/// `entry` was taken out of its list just now, and is not used again.
#[inline]
unsafe fn dispose(entry: *const Entry) {
    // SAFETY: the entry lives as long as the scope's reference, given up here. It
    // lies in its node, so all of it is read before.
    unsafe {
        let node = (*entry).node;
        let head = (*entry).head.get();
        if node.is_null() {
            drop(Box::from_raw(entry.cast_mut()));
            return release(head);
        }
        let rebuilt = !ptr::eq(head, node);
        if give_to_pin(node) {
            // The pin took over the value; the link is still the scope's to give up.
            if rebuilt {
                release(head);
            } else if (*node).owned.get() {
                one_more(&(*node).val);
                release(node);
            }
        } else if rebuilt {
            let _value = Value::from_raw(node);
            release(head);
        } else {
            let_go(node);
        }
    }
}

/// Is `node` being read on this thread? Then the outermost reader takes over the
/// scope's value reference, unless it has one.
///
/// # Safety
///
/// `node` is live.
#[inline]
unsafe fn give_to_pin(node: *const Node) -> bool {
    // SAFETY: pins in the thread's list lie in frames further out on the stack.
    unsafe {
        let mut pin = (*slot()).pins.get();
        let mut outermost = ptr::null();
        while !pin.is_null() {
            if ptr::eq((*pin).node, node) {
                outermost = pin;
            }
            pin = (*pin).outer;
        }
        !outermost.is_null() && (*outermost).owe()
    }
}

/// What must be done after a frame was popped that had entries or was asked to
/// sweep: sweep the frame outside, let go of the popped frame's entries, newest
/// first, and of its node.
///
/// # Safety
///
/// The frame was popped, and its entries and its node (or null) are given up.
#[cold]
#[inline(never)]
pub(super) unsafe fn close(left: Top, node: *const Node) {
    let mut closing = Closing { sweep: left.sweeps(), list: left.entry(), node };
    closing.go();
}

struct Closing {
    sweep: bool,
    list: *const Entry,
    node: *const Node,
}

impl Closing {
    fn go(&mut self) {
        // SAFETY: see `close`. Each is forgotten here before it is let go, so a
        // panic of one drop goes on with the rest.
        unsafe {
            if std::mem::replace(&mut self.sweep, false) {
                sweep();
            }
            while !self.list.is_null() {
                let entry = self.list;
                self.list = (*entry).next.get();
                dispose(entry);
            }
            let node = std::mem::replace(&mut self.node, ptr::null());
            if !node.is_null() {
                let_go(node);
            }
        }
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        self.go();
    }
}

/// Lets go of the guards of the running frame that were dropped further inside:
/// first all out of the mapping, then their values.
#[cold]
#[inline(never)]
pub(super) fn sweep() {
    // SAFETY: the running frame and its entries live. What is dead is unlinked
    // before it is given up.
    unsafe {
        let thread = slot();
        let frame = (*thread).running();
        let mut dead = Vec::new();
        let mut entry = (*frame).top.get().entry();
        while !entry.is_null() {
            if (*entry).dead.get() {
                dead.push(entry);
            }
            entry = (*entry).next.get();
        }
        for &entry in &dead {
            unlink(thread, frame, entry);
        }
        let mut list = ptr::null();
        for entry in dead.into_iter().rev() {
            (*entry).next.set(list);
            list = entry;
        }
        let node = ptr::null();
        let sweep = false;
        Closing { sweep, list, node }.go();
    }
}

/// Installs `link` on the running frame until the frame ends or the next swap, and
/// returns what was current.
pub(crate) fn swap(link: Link) -> Link {
    // Owns everything that shows, so nothing that the swap hides is borrowed.
    let previous = capture();
    // SAFETY: the slot lives as long as the thread, the running frame and its
    // entries live. The head is switched before anything is given up, and pins
    // take a reference to what they read before that.
    unsafe {
        let thread = slot();
        let frame = (*thread).running();
        let top = (*frame).top.get();
        let mut given_up = Vec::new();
        // What the swap hides keeps its value and nothing else.
        let mut newer: *const Entry = ptr::null();
        let mut entry = top.entry();
        while !entry.is_null() && !(*entry).is_swap() {
            let head = (*entry).head.replace(ptr::null());
            if ptr::eq(head, (*entry).node) {
                one_more(&(*head).val);
            }
            given_up.push(head);
            newer = entry;
            entry = (*entry).next.get();
        }
        if entry.is_null() {
            let swap = Entry {
                next: Cell::new(top.entry()),
                node: ptr::null(),
                head: Cell::new(link.into_raw()),
                under: Cell::new(ptr::null()),
                id: list_id(thread, top.entry()),
                dead: Cell::new(false),
            };
            entry = Box::into_raw(Box::new(swap));
        } else {
            if !newer.is_null() {
                (*newer).next.set((*entry).next.get());
                (*entry).next.set(top.entry());
            }
            given_up.push((*entry).head.replace(link.into_raw()));
        }
        (*frame).top.set(top.with_entry(entry));
        (*thread).head.set(Head::new((*entry).head.get(), true));
        pin_all(thread);
        GiveUp(given_up).go();
    }
    previous
}

/// Every read on this thread that is not its value's keeper yet becomes one.
///
/// # Safety
///
/// `thread` is the calling thread's slot.
unsafe fn pin_all(thread: *const Thread) {
    // SAFETY: pins in the list lie in frames further out on the stack, and what
    // they read is live. A node that is not owned belongs to an outer scope, which
    // a swap leaves alone, or was given to its pin already.
    unsafe {
        let mut pin = (*thread).pins.get();
        while !pin.is_null() {
            let node = (*pin).node;
            if (*node).owned.get() && (*pin).owe() {
                one_more(&(*node).val);
            }
            pin = (*pin).outer;
        }
    }
}

/// Link references to release, all of them even if a value's drop panics.
struct GiveUp(Vec<*const Node>);

impl GiveUp {
    fn go(&mut self) {
        while let Some(head) = self.0.pop() {
            // SAFETY: made with references that are given up.
            unsafe { release(head) }
        }
    }
}

impl Drop for GiveUp {
    fn drop(&mut self) {
        self.go();
    }
}

/// Lets go of what was entered at the thread's root, when the thread ends.
#[cfg(not(loom))]
fn reap_root() {
    struct Reaper;
    impl Drop for Reaper {
        fn drop(&mut self) {
            // SAFETY: the slot lives as long as the thread. This is also reached
            // from `process::exit` inside a `run`: those frames never go on, so
            // the root may be taken from beneath them.
            unsafe {
                let thread = slot();
                (*thread).head.set(Head::plain(ptr::null()));
                (*thread).frame.set(ptr::null());
                let left = (*thread).root.top.replace(Frame::of_run().top.get());
                close(left.without_sweep(), ptr::null());
            }
        }
    }
    thread_local! {
        static REAPER: Reaper = const { Reaper };
    }
    // After the reaper is gone, what is entered at the root and forgotten leaks.
    let _ = REAPER.try_with(|_| ());
}

/// Loom's thread-locals can't tell when the thread ends; its tests enter in tasks.
#[cfg(loom)]
fn reap_root() {}
