//! Keys: what identifies a variable in a mapping, and the names for `Debug`.
//!
//! A key's id is taken at the first binding and never given out again, so that a
//! variable that is made and dropped at run time is never confused with a later
//! one. (An address would be: the next variable may lie in the same place.)

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The identity of a `Variable<T>`.
///
/// Soundness rests on this type: a node with this key's id holds a `T`, because
/// ids are made here alone, each for one key, and every function that binds or
/// reads takes a `&Key<T>`. The type is invariant in `T` (by the `fn(T) -> T`):
/// were it covariant, a `Key<for<'a> fn(&'a str)>` could be used as a
/// `Key<fn(&'static str)>`, bind the lesser function and read it as the greater.
pub(crate) struct Key<T> {
    /// 0 until the first binding.
    id: AtomicU64,
    name: Cow<'static, str>,
    value: PhantomData<fn(T) -> T>,
}

impl<T> Key<T> {
    pub(crate) const fn new(name: Cow<'static, str>) -> Key<T> {
        Key { id: AtomicU64::new(0), name, value: PhantomData }
    }

    pub(crate) fn name(&self) -> &Cow<'static, str> {
        &self.name
    }

    /// The id, if anything was ever bound.
    ///
    /// Relaxed, as an id is a number and nothing is read through it: a thread
    /// that can see a binding got it by a synchronising hand-over, and so sees
    /// the id as well.
    #[inline(always)]
    pub(super) fn id(&self) -> Option<u64> {
        match self.id.load(Ordering::Relaxed) {
            0 => None,
            id => Some(id),
        }
    }

    /// The id, taken now if need be.
    #[inline(always)]
    pub(super) fn id_to_bind(&self) -> u64 {
        match self.id.load(Ordering::Relaxed) {
            0 => self.take_id(),
            id => id,
        }
    }

    #[cold]
    #[inline(never)]
    fn take_id(&self) -> u64 {
        let mut registry = registry();
        let id = self.id.load(Ordering::Relaxed);
        if id != 0 {
            return id; // another thread was first
        }
        let Some(id) = registry.last.checked_add(1) else {
            drop(registry);
            panic!("all 2^64 ids of variables are used up, and ids are never reused");
        };
        registry.last = id;
        if !self.name.is_empty() {
            registry.names.insert(id, self.name.clone());
        }
        self.id.store(id, Ordering::Relaxed);
        id
    }
}

impl<T> Drop for Key<T> {
    fn drop(&mut self) {
        let id = *self.id.get_mut();
        if id != 0 && !self.name.is_empty() {
            let name = registry().names.remove(&id);
            drop(name); // the lock is free again
        }
    }
}

/// The last id given out, and the names of the variables that live.
struct Registry {
    last: u64,
    names: BTreeMap<u64, Cow<'static, str>>,
}

static REGISTRY: Mutex<Registry> = Mutex::new(Registry { last: 0, names: BTreeMap::new() });

/// No user code runs under this lock, so poison would say nothing.
fn registry() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The name of the variable with this id, if it has one and still lives.
pub(crate) fn name_of(id: u64) -> Option<Cow<'static, str>> {
    registry().names.get(&id).cloned()
}
