//! Keys: the identity of a variable in a mapping; and the names of variables, for `Debug`.
//!
//! A key takes its id at the first binding, and ids are never reused, so a variable that is created
//! and dropped at run time is never confused with a later one. (Addresses are reused: the next
//! variable may lie at the same one.)
//!
//! Ids that are 31 modulo 32 belong to uninherited variables, and to no others, so one bit of a
//! node's Bloom mask says whether any is bound (`inherit.rs`). Ids that are 0 modulo 32 belong to
//! no variable: a variable that was never bound is looked up by such a number, whose bit is in no
//! mask (`find.rs`).

use std::borrow::Cow;
use std::marker::PhantomData;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::last_binding;
#[cfg(not(all(test, loom)))]
use crate::sync::AtomicU64;
use crate::sync::Ordering;
#[cfg(all(test, loom))]
use models::AtomicU64;

#[cfg(all(test, loom))]
mod models;

/// The identity of a `Variable<T>`.
///
/// Soundness relies on this type: a node with this key's id holds a `T`, because ids are created
/// only here, each for one key, and every function that binds or reads takes a `&Key<T>`. The type
/// is invariant in `T` (by the `fn(T) -> T`): if it were covariant, a `Key<for<'a> fn(&'a str)>`
/// could be used as a `Key<fn(&'static str)>`, and a function bound as the latter could be read as
/// the former.
pub(crate) struct Key<T> {
    /// Until the first binding [`UNTAKEN`] or [`UNTAKEN_UNINHERITED`]; ids lie between the two.
    id: AtomicU64,
    name: Cow<'static, str>,
    value: PhantomData<fn(T) -> T>,
}

/// As signed numbers, these two are not positive, and every id is, so one comparison with 0
/// distinguishes them. Both are 0 modulo 32.
const UNTAKEN: u64 = 0;
const UNTAKEN_UNINHERITED: u64 = 1 << 63;

/// The `key` of a node that is not a binding. No variable has this id.
pub(super) const NO_ID: u64 = u64::MAX;

/// Whether `id`, from a [`Key`], is an id, and not one of the two numbers before the first binding.
#[inline(always)]
const fn is_taken(id: u64) -> bool {
    (id as i64) > 0
}

/// Whether this is the id of an uninherited variable.
#[inline(always)]
pub(super) const fn is_uninherited(id: u64) -> bool {
    id % 32 == 31
}

impl<T> Key<T> {
    pub(crate) const fn new(name: Cow<'static, str>) -> Key<T> {
        Key { id: AtomicU64::new(UNTAKEN), name, value: PhantomData }
    }

    /// Makes this the key of an uninherited variable.
    ///
    /// # Panics
    ///
    /// If the variable was bound before: its id is not one of an uninherited variable.
    pub(crate) const fn make_uninherited(&mut self) {
        // `get_mut` is not `const`
        let id = mem::replace(&mut self.id, AtomicU64::new(UNTAKEN_UNINHERITED)).into_inner();
        if is_taken(id) {
            self.id = AtomicU64::new(id);
            panic!("the variable was bound before it was made uninherited");
        }
    }

    pub(crate) fn is_uninherited(&self) -> bool {
        let id = self.sought();
        id == UNTAKEN_UNINHERITED || is_uninherited(id)
    }

    /// Another key of the same kind, inherited or uninherited.
    pub(crate) fn renamed(&self, name: Cow<'static, str>) -> Key<T> {
        let mut key = Key::new(name);
        if self.is_uninherited() {
            key.make_uninherited();
        }
        key
    }

    pub(crate) fn name(&self) -> &Cow<'static, str> {
        &self.name
    }

    /// The number by which the variable is looked up: the id, or until the first binding a number
    /// that no binding and no mask has.
    ///
    /// Relaxed, because an id is a number through which nothing is read. A thread that sees a
    /// binding received it by an operation that synchronizes, and so sees the id as well.
    #[inline(always)]
    pub(super) fn sought(&self) -> u64 {
        self.id.load(Ordering::Relaxed)
    }

    /// The id, if the variable was ever bound.
    #[inline(always)]
    pub(super) fn id(&self) -> Option<u64> {
        Some(self.sought()).filter(|id| is_taken(*id))
    }

    /// The id, which is taken now if there is none yet.
    #[inline(always)]
    pub(super) fn id_to_bind(&self) -> u64 {
        match self.id.load(Ordering::Relaxed) {
            id if is_taken(id) => id,
            _ => self.take_id(),
        }
    }

    #[cold]
    #[inline(never)]
    fn take_id(&self) -> u64 {
        let before = self.id.load(Ordering::Relaxed);
        if is_taken(before) {
            return before;
        }
        let Some(id) = next_id(before == UNTAKEN_UNINHERITED) else {
            panic!("all 2^63 ids of variables are used up, and ids are never reused");
        };
        // The name is registered before the id is published, by which other threads look it up.
        if !self.name.is_empty() {
            names::insert(id, self.name.clone());
        }
        match self.id.compare_exchange(before, id, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => id,
            Err(taken) => {
                names::remove(id);
                taken // another thread was first
            }
        }
    }
}

impl<T> Drop for Key<T> {
    fn drop(&mut self) {
        let id = self.sought();
        if is_taken(id) {
            last_binding::forget(id);
        }
        if is_taken(id) && !self.name.is_empty() {
            names::remove(id);
        }
    }
}

/// Takes the next id of its kind, if there is one left.
fn next_id(uninherited: bool) -> Option<u64> {
    static LAST: Mutex<[u64; 2]> = Mutex::new([0, 31]);
    let mut last = lock(&LAST);
    let last = &mut last[usize::from(uninherited)];
    let step = match (uninherited, *last % 32) {
        (true, _) => 32,
        (false, 30) => 3, // skips 31 and 0
        (false, _) => 1,
    };
    let id = *last + step; // no overflow, since an id is below 2^63
    is_taken(id).then(|| *last = id)?;
    Some(id)
}

/// Locks `mutex`. Neither user code nor an allocator runs under these locks, so poisoning is
/// ignored.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The names of the live variables, by id.
mod names {
    use std::borrow::Cow;
    use std::mem;
    use std::sync::{Arc, Mutex};

    use super::{is_uninherited, lock};

    /// Cloned without an allocation.
    #[derive(Clone)]
    enum Name {
        Static(&'static str),
        Shared(Arc<str>),
    }

    /// Sorted by id; `None` once the variable was dropped. Nothing is allocated or freed under the
    /// lock, since an allocator may bind a variable too.
    struct Names {
        list: Vec<(u64, Option<Name>)>,
        gone: usize,
    }

    impl Names {
        fn of(id: u64) -> &'static Mutex<Names> {
            // One list for each kind: only within a kind are ids taken in ascending order.
            static NAMES: [Mutex<Names>; 2] = [const { Mutex::new(Names { list: Vec::new(), gone: 0 }) }; 2];
            &NAMES[usize::from(is_uninherited(id))]
        }
    }

    pub(super) fn insert(id: u64, name: Cow<'static, str>) {
        let name = Some(match name {
            Cow::Borrowed(name) => Name::Static(name),
            Cow::Owned(name) => Name::Shared(name.into()),
        });
        let mut room = Vec::new();
        loop {
            let mut names = lock(Names::of(id));
            let count = names.list.len();
            if count == names.list.capacity() && count < room.capacity() {
                room.append(&mut names.list);
                mem::swap(&mut room, &mut names.list);
            }
            if count < names.list.capacity() {
                let place = names.list.partition_point(|(other, _)| *other < id);
                return names.list.insert(place, (id, name));
            }
            drop(names);
            room = Vec::with_capacity(2 * count + 16);
        }
    }

    pub(super) fn remove(id: u64) {
        let mut names = lock(Names::of(id));
        let Ok(place) = names.list.binary_search_by_key(&id, |(id, _)| *id) else { return };
        let name = names.list[place].1.take();
        names.gone += 1;
        if names.gone > names.list.len() / 2 {
            names.list.retain(|(_, name)| name.is_some());
            names.gone = 0;
        }
        drop(names);
        drop(name);
    }

    pub(super) fn get(id: u64) -> Option<Cow<'static, str>> {
        let names = lock(Names::of(id));
        let place = names.list.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        let name = names.list[place].1.clone();
        drop(names);
        Some(match name? {
            Name::Static(name) => Cow::Borrowed(name),
            Name::Shared(name) => Cow::Owned(String::from(&*name)),
        })
    }
}

/// The name of the live variable with this id, if it has one.
pub(crate) fn name_of(id: u64) -> Option<Cow<'static, str>> {
    names::get(id)
}
