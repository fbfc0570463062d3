//! A key's id under loom: it is taken once, even if two threads bind the key for the first time at
//! the same moment, and a thread that sees a binding sees the id.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::atomic::{self, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use loom::thread;

use super::{Key, UNTAKEN, UNTAKEN_UNINHERITED, is_uninherited, name_of};
use crate::mapping::{capture, run, run_in, with};

/// The id of a key. A key in a static, which no model explores, lasts from one execution to the
/// next and is made by a `const` function; loom's atomics support neither.
pub(super) enum AtomicU64 {
    Plain(atomic::AtomicU64),
    Explored(loom::sync::atomic::AtomicU64),
}
use AtomicU64::{Explored, Plain};

impl AtomicU64 {
    pub(super) const fn new(id: u64) -> AtomicU64 {
        Plain(atomic::AtomicU64::new(id))
    }

    pub(super) const fn into_inner(self) -> u64 {
        match self {
            Plain(id) => id.into_inner(),
            Explored(_) => panic!("a model makes its keys uninherited where it makes them"),
        }
    }

    pub(super) fn load(&self, order: Ordering) -> u64 {
        match self {
            Plain(id) => id.load(order),
            Explored(id) => id.load(order),
        }
    }

    pub(super) fn compare_exchange(&self, from: u64, to: u64, ok: Ordering, err: Ordering) -> Result<u64, u64> {
        match self {
            Plain(id) => id.compare_exchange(from, to, ok, err),
            Explored(id) => {
                let result = id.compare_exchange(from, to, ok, err);
                loom::thread::yield_now(); // others see the id before this thread goes on
                result
            }
        }
    }
}

/// A key that was never bound. A model has only one: ids differ from one execution to the next, and
/// with two of them, so would the mask bits that they share.
fn key(uninherited: bool) -> Arc<Key<u8>> {
    let id = if uninherited { UNTAKEN_UNINHERITED } else { UNTAKEN };
    let id = Explored(loom::sync::atomic::AtomicU64::new(id));
    Arc::new(Key { id, name: Cow::Borrowed("explored"), value: PhantomData })
}

/// Models that take ids run one after the other, since one of them checks all ids taken in the
/// meantime.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read(key: &Key<u8>) -> Option<u8> {
    with(key, |value| value.copied())
}

/// Each thread sees its own value, both by the same id. A second id that was taken has no name.
#[test]
fn a_key_is_bound_for_the_first_time_by_two_threads() {
    let _alone = alone();
    let untaken = || Key::<u8>::new("".into()).id_to_bind();
    loom::model(move || {
        let (first, key) = (untaken(), key(false));
        let other = Arc::clone(&key);
        let thread = thread::spawn(move || run(&other, 1, || (read(&other), other.id())));
        let (seen, id) = run(&key, 2, || (read(&key), key.id()));
        assert_eq!(seen, Some(2));
        assert_eq!(thread.join().unwrap(), (Some(1), id));
        assert!((first + 1..untaken()).all(|other| name_of(other).is_some() == (Some(other) == id)));
        drop(key);
        assert_eq!(id.and_then(name_of), None);
    });
}

/// An uninherited key gets an id of its kind, whichever thread takes it.
#[test]
fn an_uninherited_key_is_bound_for_the_first_time_by_two_threads() {
    let _alone = alone();
    loom::model(|| {
        let key = key(true);
        let other = Arc::clone(&key);
        let thread = thread::spawn(move || other.id_to_bind());
        let id = key.id_to_bind();
        assert!(is_uninherited(id) && key.is_uninherited());
        assert_eq!(thread.join().unwrap(), id);
    });
}

/// The id is loaded Relaxed: the transfer of the mapping makes it visible. Without one, a thread
/// may miss that the key was bound, but it finds neither a value nor an id without its name.
#[test]
fn a_thread_that_sees_a_binding_sees_its_id() {
    let _alone = alone();
    loom::model(|| {
        let key = key(false);
        let (other, bystander) = (Arc::clone(&key), Arc::clone(&key));
        let (send, receive) = loom::sync::mpsc::channel();
        let reader = thread::spawn(move || {
            let link = receive.recv().unwrap();
            assert_eq!(run_in(&link, || read(&other)), Some(3));
        });
        let watcher = thread::spawn(move || {
            assert_eq!(read(&bystander), None);
            assert!(bystander.id().is_none_or(|id| name_of(id).as_deref() == Some("explored")));
        });
        send.send(run(&key, 3, || capture("test"))).unwrap();
        reader.join().unwrap();
        watcher.join().unwrap();
    });
}
