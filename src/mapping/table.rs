//! The guards of a frame once one was dropped out of order.
//!
//! In a stack of guards, each entry stores the frame's mapping before its guard, which is right as
//! long as the newest guard is dropped first. A table stores instead which guards bind each
//! variable, in the order in which they were entered, and one owned mapping, which it derives from
//! the previous one when a guard is entered or dropped: `O(log n)` for `n` guards, in any order.
//!
//! In a table, a guard holds its value and nothing else, so no value is dropped with a mapping that
//! is replaced.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::mem;
use std::ptr;

use super::call_site::CallSite;
use super::current::capture;
use super::entry::{Entry, Guarded, guarded, guards, list, swap_of};
use super::find::find;
use super::frame::Frame;
use super::node::{Base, Node, linked, one_more};
use super::ownership::{clean, own};
use super::release::{Chain, Value, release};
use super::steps::Entries;
use super::stop::stop;
use super::thread::{Head, Thread, slot};

/// The newest entry of a frame, which holds its guards. The only other entry of the frame is a
/// swap, if there is one.
#[repr(C)] // a pointer to the entry is a pointer to the whole
pub(super) struct Table {
    pub(super) entry: Entry,
    /// Borrowed only for steps that call nothing but the allocator.
    ledger: RefCell<Ledger>,
}

/// The guards of a table, identified by the addresses of their entries.
struct Ledger {
    /// The frame's mapping beneath all guards, unless there is a swap.
    base: *const Node,
    /// The place of the latest guard in the order of entry.
    latest: u64,
    guards: BTreeMap<usize, Held>,
    /// The nodes of the guards that no swap hides, by variable and place; null for a guard that
    /// hides its variable.
    bindings: BTreeMap<(u64, u64), *const Node>,
    /// The newest kept guard of each variable. It stays until the frame ends.
    kept: BTreeMap<u64, usize>,
    /// Guards that were dropped inside an inner frame, to be removed when that has ended.
    dropped: Vec<usize>,
}

#[derive(Clone, Copy)]
struct Held {
    place: u64,
    entry: *const Entry,
}

impl Ledger {
    fn new(base: *const Node) -> Ledger {
        let (guards, bindings, kept) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Ledger { base, latest: 0, guards, bindings, kept, dropped: Vec::new() }
    }

    /// Adds the guard of `entry` as the latest one. Returns its place.
    fn hold(&mut self, entry: *const Entry) -> u64 {
        self.latest += 1;
        self.guards.insert(entry.addr(), Held { place: self.latest, entry });
        self.latest
    }

    /// The same for a guard that no swap hides: it binds `node` to `key`, or hides `key` if that is
    /// null.
    fn add(&mut self, entry: *const Entry, key: u64, node: *const Node) {
        let place = self.hold(entry);
        self.bindings.insert((key, place), node);
    }

    /// The same for a guard that was in a stack.
    ///
    /// # Safety
    ///
    /// The guard is live.
    unsafe fn gather(&mut self, entry: *const Entry, shows: bool) {
        // SAFETY: the caller's promise; the entry of a guard lies in the allocation of its node.
        let (node, kept) = unsafe { ((*entry).node, (*entry).kept.get()) };
        // SAFETY: as above.
        let key = unsafe { (*node).key };
        if shows {
            self.add(entry, key, node);
        } else {
            self.hold(entry);
        }
        if kept {
            self.kept.insert(key, entry.addr());
        }
    }

    /// The newest binding of `key` that is older than `place`, and its place.
    fn older(&self, key: u64, place: u64) -> Option<(u64, *const Node)> {
        let (&(_, place), &node) = self.bindings.range((key, 0)..(key, place)).next_back()?;
        Some((place, node))
    }
}

impl Table {
    /// The table whose entry is `newest`, if that is a table's.
    ///
    /// # Safety
    ///
    /// `newest` is null, or an entry that is live for `'a`.
    #[inline(always)]
    pub(super) unsafe fn of<'a>(newest: *const Entry) -> Option<&'a Table> {
        // SAFETY: the caller's promise; the kind determines the type of the allocation.
        unsafe { if !newest.is_null() && (*newest).is_table() { Some(&*newest.cast::<Table>()) } else { None } }
    }

    /// Calls `f` with the ledger.
    ///
    /// Aborts the process if it is in use, which only an allocator can bring about.
    fn with<R>(&self, f: impl FnOnce(&mut Ledger) -> R) -> R {
        match self.ledger.try_borrow_mut() {
            Ok(mut ledger) => f(&mut ledger),
            Err(_) => stop("an allocator entered or dropped a guard while a guard was being entered or dropped"),
        }
    }

    /// The frame's mapping beneath all guards that no swap hides.
    ///
    /// # Safety
    ///
    /// The table's frame is live, or has just ended.
    unsafe fn base(&self) -> *const Node {
        let swap = self.entry.next.get();
        // SAFETY: the caller's promise; the swap is live as long as its frame has it.
        if swap.is_null() { self.with(|ledger| ledger.base) } else { unsafe { (*swap).mapping.get() } }
    }

    /// Makes `mapping` the frame's mapping. Drops no value: each value of the old mapping is held
    /// by its guard, or by the mapping beneath the guards.
    fn show(&self, mapping: Chain) {
        drop(self.replace(mapping));
    }

    fn replace(&self, mapping: Chain) -> Chain {
        // SAFETY: the table held that link reference, and passes it on.
        unsafe { Chain::from_raw(self.entry.mapping.replace(mapping.into_raw())) }
    }

    /// The frame's mapping without the binding of `key`, or with `instead`, the value of another
    /// binding of it, in its place.
    fn without(&self, key: u64, instead: Option<Value>) -> Chain {
        // An allocator may make the table replace its mapping meanwhile, so it is held here too.
        // SAFETY: the table holds a link reference, so the mapping is live and owned.
        let now = unsafe { Chain::from_raw(linked(self.entry.mapping.get())) };
        let rest = clean(now.head(), key);
        match instead {
            Some(value) => Entries::of(key, value).over(rest),
            None => rest,
        }
    }

    /// Takes the guard at `place` among those of `key` out of the frame's mapping.
    ///
    /// # Safety
    ///
    /// As for [`base`](Self::base).
    unsafe fn show_without(&self, key: u64, place: u64) {
        let (shows, older) = self.with(|ledger| {
            let shows = ledger.older(key, u64::MAX).is_some_and(|(newest, _)| newest == place);
            (shows, ledger.older(key, place))
        });
        if !shows {
            return;
        }
        // SAFETY: the caller's promise. The nodes of guards in a table, and those beneath, are live
        // and owned.
        let instead = unsafe {
            let node = older.map_or_else(|| find(self.base(), key), |(_, node)| node);
            (!node.is_null()).then(|| Value::of(node))
        };
        self.show(self.without(key, instead));
    }

    /// Makes `mapping`, which the swap beneath installed, the frame's mapping: it hides all guards.
    /// Returns the old mapping.
    pub(super) fn hide(&self, mapping: Chain) -> Chain {
        let old = self.replace(mapping);
        let hidden = self.with(|ledger| mem::take(&mut ledger.bindings));
        drop(hidden);
        old
    }

    /// Notes that a guard was dropped inside an inner frame.
    pub(super) fn note_dropped(&self, guard: usize) {
        self.with(|ledger| ledger.dropped.push(guard));
    }

    /// Returns the guards noted by [`note_dropped`](Self::note_dropped), oldest first, and clears
    /// the notes.
    pub(super) fn dropped(&self) -> Vec<usize> {
        self.with(|ledger| {
            let mut dropped = mem::take(&mut ledger.dropped);
            dropped.sort_unstable_by_key(|guard| ledger.guards.get(guard).map(|held| held.place));
            dropped
        })
    }

    /// Notes that a guard is kept. If two guards of its variable are kept now, returns the older
    /// one: it can never show again, and is to be removed.
    pub(super) fn keep(&self, guard: usize) -> Option<usize> {
        self.with(|ledger| {
            let held = *ledger.guards.get(&guard)?;
            // SAFETY: the guards in a table are live.
            let key = unsafe { (*(*held.entry).node).key };
            let other = ledger.kept.insert(key, guard)?;
            if ledger.guards.get(&other)?.place < held.place {
                return Some(other);
            }
            ledger.kept.insert(key, other);
            Some(guard)
        })
    }
}

/// Returns the table of a frame, which is made now if its guards are a stack. The mapping stays the
/// same node.
///
/// # Safety
///
/// `frame` is in the list of the calling thread, and has an entry.
#[cold]
#[inline(never)]
pub(super) unsafe fn table_of<'a>(frame: *const Frame) -> &'a Table {
    loop {
        // SAFETY: a frame in the thread's list is live, and so are its entries. Nothing is changed
        // before all memory is allocated; if an allocator changed the entries meanwhile, this
        // starts again.
        unsafe {
            let top = (*frame).top.get();
            if let Some(table) = Table::of(top.entry()) {
                return table;
            }
            let made = Box::new(gathered(top.entry()));
            if (*frame).top.get() == top {
                return take_over(frame, made);
            }
        }
    }
}

/// Replaces the guards on `frame` by the table `made` of them. From now on they hold only their
/// values. Drops no value.
///
/// # Safety
///
/// `frame` is in the list of the calling thread, `made` was gathered from its entries, and the
/// mapping that they show is owned.
unsafe fn take_over<'a>(frame: *const Frame, made: Box<Table>) -> &'a Table {
    // SAFETY: a frame in the thread's list is live, and so are its entries and their mappings.
    unsafe {
        let top = (*frame).top.get();
        let newest = top.entry();
        for guard in guards(newest) {
            one_more(&(*(*guard).node).val);
            (*guard).value_only.set(true);
        }
        // The newest guard passes its link reference to the table.
        let shown = (*newest).shown();
        made.entry.mapping.set(if (*newest).is_swap() { linked(shown) } else { shown });
        let table = Box::into_raw(made).cast_const();
        (*frame).top.set(top.with_entry(table.cast()));
        let swap = (*table).entry.next.get();
        if !swap.is_null() {
            (*swap).next.set(ptr::null()); // the guards that it hides are in the table
        }
        for guard in guards(newest).skip(1) {
            release((*guard).node); // drops no value: this guard holds its own, and so do those that it rested on
        }
        &*table
    }
}

/// Makes a table in a frame without entries, as the list `id`. The mapping stays the same.
///
/// # Safety
///
/// `frame` is the running frame of the calling thread.
pub(super) unsafe fn empty_table<'a>(frame: *const Frame, id: u64) -> &'a Table {
    // SAFETY: the running frame is live, and its mapping is held until it ends. Nothing is changed
    // before all memory is allocated; if an allocator made entries in the meantime, those are used.
    unsafe {
        let thread = slot();
        let shown = capture(CallSite::here());
        let ledger = RefCell::new(Ledger::new(shown.node()));
        let made = Box::new(Table { entry: Entry::of_table(ptr::null(), id), ledger });
        let top = (*frame).top.get();
        if !top.entry().is_null() {
            return table_of(frame);
        }
        made.entry.mapping.set(shown.into_raw());
        let table = Box::into_raw(made).cast_const();
        (*frame).top.set(top.with_entry(table.cast()));
        (*thread).head.set(Head::covered());
        &*table
    }
}

/// Returns a table of the guards in the list that begins with `newest`, over the swap in it. Makes
/// the mapping that they show owned.
///
/// # Safety
///
/// `newest` is the newest entry of a frame in the list of the calling thread, and no entry is a
/// table's.
unsafe fn gathered(newest: *const Entry) -> Table {
    // SAFETY: the entries of a frame are live, and so are their mappings; this thread runs the
    // scopes of the borrowing nodes.
    unsafe {
        let shown = (*newest).shown();
        if !shown.is_null() && !(*shown).owned.get() {
            own(shown);
        }
        let swap = swap_of(newest);
        let showing = guards(newest).count();
        let guards: Vec<*const Entry> = list(newest).filter(|entry| !(**entry).is_swap()).collect();
        let mut ledger = Ledger::new(guards.last().map_or(ptr::null(), |oldest| (**oldest).mapping.get()));
        for (place, entry) in guards.into_iter().enumerate().rev() {
            ledger.gather(entry, place < showing);
        }
        Table { entry: Entry::of_table(swap, (*newest).id), ledger: RefCell::new(ledger) }
    }
}

/// Binds `value` on the running frame, whose guards are in `table`, by a node in `block`.
///
/// # Safety
///
/// `table` is that of the calling thread's running frame; `key` is the id of a variable of this
/// type; `block` comes from the pool, and is the new node's from now on.
#[cold]
#[inline(never)]
pub(super) unsafe fn enter<T>(table: &Table, key: u64, value: T, block: *mut Guarded<T>) -> *const Node
where
    T: Send + Sync + 'static,
{
    // SAFETY: only this call uses the block, until the table shows its node. The node is owned from
    // the start: it holds the link reference to the chain that it rests on. Of its value
    // references, one is held by its link and one by the entry.
    unsafe {
        let entry = &raw const (*block).entry;
        table.with(|ledger| ledger.add(entry, key, block.cast_const().cast()));
        let rest = table.without(key, None).into_raw();
        let older = Entry::of_guard(ptr::null(), ptr::null(), table.entry.id);
        let node = guarded(block, key, Base::of(rest), value, older);
        (*node).owned.set(true);
        one_more(&(*node).val);
        (*entry).value_only.set(true);
        table.show(Chain::from_raw(node));
        node
    }
}

/// Hides `key` on the running frame, whose guards are in `table`, by a node in `block`. Returns the
/// guard's entry.
///
/// # Safety
///
/// `table` is that of the calling thread's running frame; `block` comes from the pool, and is the
/// new node's from now on.
pub(super) unsafe fn enter_absence(table: &Table, key: u64, block: *mut Guarded<()>) -> *const Entry {
    // SAFETY: only this call uses the block. Its node is in no chain, and only the entry refers to
    // it.
    unsafe {
        let older = Entry::of_guard(ptr::null(), ptr::null(), table.entry.id);
        guarded(block, key, Base::NOTHING, (), older);
        let entry = &raw const (*block).entry;
        table.with(|ledger| ledger.add(entry, key, ptr::null()));
        table.show(table.without(key, None));
        entry
    }
}

/// Takes a guard out of the running frame's table and mapping, and the table out of the frame's
/// list if that was its last guard. Returns the guard's entry, to be disposed of, or null if there
/// is no such guard. Runs no user code.
///
/// # Safety
///
/// `thread` is the calling thread's slot, `frame` its running frame.
pub(super) unsafe fn remove(thread: *const Thread, frame: *const Frame, guard: usize) -> *const Entry {
    // SAFETY: the frame runs, so its entries are live; each guard in a table has a node.
    unsafe {
        let top = (*frame).top.get();
        let newest = top.entry();
        let Some(table) = Table::of(newest) else { return ptr::null() };
        let Some(Held { place, entry }) = table.with(|ledger| ledger.guards.get(&guard).copied()) else {
            return ptr::null();
        };
        let key = (*(*entry).node).key;
        table.show_without(key, place);
        let last = table.with(|ledger| {
            ledger.guards.remove(&guard);
            ledger.bindings.remove(&(key, place));
            ledger.guards.is_empty()
        });
        if last {
            let base = table.base();
            let swap = table.entry.next.get();
            (*frame).top.set(top.with_entry(swap));
            (*thread).head.set(Head::of(base, swap));
            drop(Box::from_raw(newest.cast_mut().cast::<Table>()));
        }
        entry
    }
}

/// Frees the table of a frame that has ended. Returns the entries of its guards as a list, newest
/// first, and after them the swap. Runs no user code.
///
/// # Safety
///
/// `table` is the newest entry of a frame that was popped, and is not used again.
pub(super) unsafe fn ended(table: *const Entry) -> *const Entry {
    // SAFETY: `table_of` or `empty_table` made the table as a box, and the entries in it are live.
    unsafe {
        let table = Box::from_raw(table.cast_mut().cast::<Table>());
        let mut list = table.entry.next.get();
        let mut guards: Vec<Held> = table.with(|ledger| mem::take(&mut ledger.guards)).into_values().collect();
        guards.sort_unstable_by_key(|held| held.place);
        for Held { entry, .. } in guards {
            (*entry).next.set(list);
            list = entry;
        }
        list
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        drop(self.replace(Chain::EMPTY));
    }
}
