//! Keys: what identifies a variable in a mapping, and the names for `Debug`.
//!
//! A key's id is taken at the first binding and never given out again, so that a
//! variable that is made and dropped at run time is never confused with a later
//! one. (An address would be: the next variable may lie in the same place.)
//!
//! Ids that are 31 modulo 32 belong to attached variables, and to no others. So one bit
//! of a node's bloom mask tells whether any is bound (`inherit.rs`). Ids that are 0 modulo
//! 32 belong to none, so what was never bound is looked for as what was, by a number that is
//! no id: its bit is in no mask (`lookup.rs`).

use std::borrow::Cow;
use std::hash::BuildHasherDefault;
use std::marker::PhantomData;
use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::fold::{IdHasher, Pointer};
use super::latest;

/// The identity of a `Variable<T>`.
///
/// Soundness rests on this type: a node with this key's id holds a `T`, because
/// ids are made here alone, each for one key, and every function that binds or
/// reads takes a `&Key<T>`. The type is invariant in `T` (by the `fn(T) -> T`):
/// were it covariant, a `Key<for<'a> fn(&'a str)>` could be used as a
/// `Key<fn(&'static str)>`, bind the lesser function and read it as the greater.
pub(crate) struct Key<T> {
    /// Until the first binding [`UNTAKEN`] or [`UNTAKEN_ATTACHED`]; ids lie between.
    id: AtomicU64,
    name: Cow<'static, str>,
    value: PhantomData<fn(T) -> T>,
}

/// As a signed number neither of the two is positive, and every id is: so one
/// comparison with 0 tells them apart. Both are 0 modulo 32.
const UNTAKEN: u64 = 0;
const UNTAKEN_ATTACHED: u64 = 1 << 63;

/// In a node that is not a binding, where a binding has its variable's id. No key holds it.
pub(super) const NO_ID: u64 = u64::MAX;

/// What a [`Key`] holds is an id.
#[inline(always)]
const fn is_taken(id: u64) -> bool {
    id.cast_signed() > 0
}

/// The id is that of an attached variable.
#[inline(always)]
pub(super) const fn is_attached(id: u64) -> bool {
    id % 32 == 31
}

impl<T> Key<T> {
    pub(crate) const fn new(name: Cow<'static, str>) -> Key<T> {
        Key { id: AtomicU64::new(UNTAKEN), name, value: PhantomData }
    }

    /// Makes this the key of an attached variable.
    ///
    /// # Panics
    ///
    /// If something was ever bound to it: its id is not an attached one's.
    pub(crate) const fn attach(&mut self) {
        // `get_mut` is not `const`
        let id = mem::replace(&mut self.id, AtomicU64::new(UNTAKEN_ATTACHED)).into_inner();
        if is_taken(id) {
            self.id = AtomicU64::new(id);
            panic!("the variable was bound before it was attached");
        }
    }

    pub(crate) fn is_attached(&self) -> bool {
        let id = self.sought();
        id == UNTAKEN_ATTACHED || is_attached(id)
    }

    /// A key that has the other's kind and nothing else of it.
    pub(crate) fn renamed(&self, name: Cow<'static, str>) -> Key<T> {
        let mut key = Key::new(name);
        if self.is_attached() {
            key.attach();
        }
        key
    }

    pub(crate) fn name(&self) -> &Cow<'static, str> {
        &self.name
    }

    /// What a look-up goes by: the id, or until the first binding a number that no binding
    /// and no mask has.
    ///
    /// Relaxed, as an id is a number and nothing is read through it: a thread
    /// that can see a binding got it by a synchronising hand-over, and so sees
    /// the id as well.
    #[inline(always)]
    pub(super) fn sought(&self) -> u64 {
        self.id.load(Ordering::Relaxed)
    }

    /// The id, if anything was ever bound.
    #[inline(always)]
    pub(super) fn id(&self) -> Option<u64> {
        Some(self.sought()).filter(|id| is_taken(*id))
    }

    /// The id, taken now if need be.
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
        let Some(id) = next_id(before == UNTAKEN_ATTACHED) else {
            panic!("all 2^63 ids of variables are used up, and ids are never reused");
        };
        // The name is known before the id is, by which others ask for it.
        if !self.name.is_empty() {
            let name = self.name.clone();
            rename(|names| names.insert_mut(id, name.clone()));
        }
        match self.id.compare_exchange(before, id, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => id,
            Err(taken) => {
                forget_name(id, &self.name);
                taken // another thread was first
            }
        }
    }
}

impl<T> Drop for Key<T> {
    fn drop(&mut self) {
        let id = *self.id.get_mut();
        if is_taken(id) {
            latest::forget(id);
        }
        if is_taken(id) {
            forget_name(id, &self.name);
        }
    }
}

/// The next id of its kind, if there is one.
fn next_id(attached: bool) -> Option<u64> {
    static LAST: Mutex<[u64; 2]> = Mutex::new([0, 31]);
    let mut last = lock(&LAST);
    let last = &mut last[usize::from(attached)];
    let step = match (attached, *last % 32) {
        (true, _) => 32,
        (false, 30) => 3, // over 31 and 0
        (false, _) => 1,
    };
    let id = *last + step; // below 2^64, as an id is below 2^63
    is_taken(id).then(|| *last = id)?;
    Some(id)
}

/// The names of the variables that live, by their ids. A persistent map, so that nothing is
/// allocated or freed while it is locked: an allocator may bind a variable too.
type Names = rpds::HashTrieMap<u64, Cow<'static, str>, Pointer, BuildHasherDefault<IdHasher>>;

struct Registry {
    /// How often the names changed.
    version: u64,
    names: Option<Names>,
}

static REGISTRY: Mutex<Registry> = Mutex::new(Registry { version: 0, names: None });

/// Neither user code nor an allocator runs under these locks, so poison would say nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The names as they are now, and how often they changed.
fn names() -> (u64, Names) {
    let registry = lock(&REGISTRY);
    let (version, names) = (registry.version, registry.names.clone());
    drop(registry);
    (version, names.unwrap_or_else(|| Names::new_with_hasher_and_ptr_kind(BuildHasherDefault::default())))
}

/// Changes the names.
fn rename(change: impl Fn(&mut Names)) {
    loop {
        let (version, mut names) = names();
        change(&mut names);
        let mut registry = lock(&REGISTRY);
        if registry.version == version {
            registry.version += 1;
            let before = registry.names.replace(names);
            drop(registry);
            drop(before);
            return;
        }
    }
}

fn forget_name(id: u64, name: &str) {
    if !name.is_empty() {
        rename(|names| {
            names.remove_mut(&id);
        });
    }
}

/// The name of the variable with this id, if it has one and still lives.
pub(crate) fn name_of(id: u64) -> Option<Cow<'static, str>> {
    names().1.get(&id).cloned()
}
