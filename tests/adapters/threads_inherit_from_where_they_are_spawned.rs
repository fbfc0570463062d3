//! A thread spawned by `asynccontext::thread` has the spawner's values; everything else is as in
//! `std::thread`.

use crate::support;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};

use asynccontext::{Snapshot, Variable, thread};

static NAME: Variable<&str> = Variable::named("name");
static NUMBER: Variable<usize> = Variable::named("number");
static COUNT: Variable<Arc<()>> = Variable::named("count");

type Seen = Arc<Mutex<Vec<Option<&'static str>>>>;

/// Records what is current when it is dropped.
struct Witness(Seen);

impl Drop for Witness {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(NAME.get());
    }
}

/// Runs `f` on a thread of each kind, and returns what each returns.
fn on_each_kind<T: Send + 'static>(f: impl Fn() -> T + Send + Sync + Clone + 'static) -> Vec<thread::Result<T>> {
    let builder = || thread::Builder::new().name("named".to_owned()).stack_size(1 << 18);
    let mut results = vec![thread::spawn(f.clone()).join(), builder().spawn(f.clone()).unwrap().join()];
    thread::scope(|scope| {
        results.push(scope.spawn(&f).join());
        results.push(builder().spawn_scoped(scope, &f).unwrap().join());
    });
    results
}

#[test]
fn the_values_are_seen_inside_and_not_changed_outside() {
    NAME.run("spawner", || {
        let change = || NAME.run("inner", || ());
        let read = move || (NAME.get(), change(), NAME.get()).0;
        for seen in on_each_kind(read) {
            assert_eq!(seen.unwrap(), Some("spawner"));
            assert_eq!(NAME.get(), Some("spawner"));
        }
        for seen in on_each_kind(|| std::thread::spawn(|| NAME.get()).join().unwrap()) {
            assert_eq!(seen.unwrap(), None); // a bare one starts empty
        }
    });
    for seen in on_each_kind(|| Snapshot::capture().is_empty()) {
        assert!(seen.unwrap());
    }
}

#[test]
fn a_builder_captures_when_it_spawns() {
    let builder = NAME.run("new", thread::Builder::new);
    let handle = NAME.run("spawn", || builder.spawn(|| NAME.get()).unwrap());
    assert_eq!(NAME.run("join", || handle.join().unwrap()), Some("spawn"));
}

#[test]
fn a_builder_s_settings_reach_the_thread() {
    let name = || thread::current().name().map(str::to_owned);
    let names: Vec<_> = on_each_kind(name).into_iter().map(Result::unwrap).collect();
    let named = || Some("named".to_owned());
    assert_eq!(names, [None, named(), None, named()]);
}

#[test]
fn a_closure_is_dropped_inside_when_it_returns_or_panics() {
    for panics in [false, true] {
        let seen = Seen::default();
        let spawn = |witness: Witness| {
            thread::spawn(move || {
                let _witness = &witness;
                assert!(!panics, "as it should");
            })
        };
        let handle = NAME.run("spawner", || spawn(Witness(Arc::clone(&seen))));
        assert_eq!(handle.join().is_err(), panics);
        thread::scope(|scope| {
            let spawn = |witness: Witness| {
                scope.spawn(move || {
                    let _witness = witness;
                    assert!(!panics, "as it should");
                })
            };
            let handle = NAME.run("spawner", || spawn(Witness(Arc::clone(&seen))));
            assert_eq!(handle.join().is_err(), panics);
        });
        assert_eq!(*seen.lock().unwrap(), [Some("spawner"); 2]);
    }
}

/// No system has 64 TiB for a stack, so there is an error.
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
#[test]
fn a_closure_is_dropped_inside_when_there_is_no_thread() {
    let seen = Seen::default();
    let witness = Witness(Arc::clone(&seen));
    let scoped = Witness(Arc::clone(&seen));
    NAME.run("spawner", || {
        let builder = || thread::Builder::new().stack_size(1 << 46);
        assert!(builder().spawn(move || drop(witness)).is_err());
        assert!(thread::scope(|scope| builder().spawn_scoped(scope, move || drop(scoped)).is_err()));
        assert_eq!(NAME.get(), Some("spawner"));
    });
    assert_eq!(*seen.lock().unwrap(), [Some("spawner"); 2]);
}

#[test]
fn the_snapshot_is_released_when_the_closure_ends() {
    let count = Arc::new(());
    for panics in [false, true] {
        COUNT.run(Arc::clone(&count), || {
            let ends = move || assert!(!panics, "as it should");
            assert!(on_each_kind(ends).iter().all(|result| result.is_err() == panics));
        });
        assert_eq!(Arc::strong_count(&count), 1);
    }
    // before the destructors of the thread's locals, where nothing is bound
    struct Last(Arc<()>, Arc<AtomicUsize>);
    impl Drop for Last {
        fn drop(&mut self) {
            assert!(Snapshot::capture().is_empty());
            self.1.store(Arc::strong_count(&self.0), Ordering::SeqCst);
        }
    }
    thread_local!(static LAST: RefCell<Option<Last>> = const { RefCell::new(None) });
    let left = Arc::new(AtomicUsize::new(0));
    let last = Last(Arc::clone(&count), Arc::clone(&left));
    let spawned = Arc::new(Barrier::new(2));
    let spawner = Arc::clone(&spawned);
    let keep = move || {
        spawned.wait(); // so that the spawner's `run` is over
        LAST.with(|slot| slot.replace(Some(last)).is_none())
    };
    let thread = COUNT.run(Arc::clone(&count), || thread::spawn(keep));
    spawner.wait();
    assert!(thread.join().unwrap());
    assert_eq!(left.load(Ordering::SeqCst), 2, "the test's and the local's own");
}

#[test]
fn a_panic_in_a_scope_restores_the_spawner() {
    NAME.run("spawner", || {
        let result = catch_unwind(AssertUnwindSafe(|| {
            thread::scope(|scope| {
                scope.spawn(|| NAME.run("inner", || panic!("as it should")));
            });
        }));
        assert!(result.is_err());
        assert_eq!(NAME.get(), Some("spawner"));
    });
    assert_eq!(NAME.get(), None);
}

#[test]
fn a_scope_may_be_handed_on_and_nested() {
    struct Workers<'scope, 'env>(&'scope thread::Scope<'scope, 'env>);
    impl<'scope> Workers<'scope, '_> {
        fn start(&self, f: impl FnOnce() + Send + 'scope) -> thread::ScopedJoinHandle<'scope, ()> {
            self.0.spawn(f)
        }
    }
    let total = AtomicUsize::new(0);
    let add = || total.fetch_add(NUMBER.get().unwrap(), Ordering::Relaxed);
    thread::scope(|scope| {
        NUMBER.run(1, || {
            let _ = Workers(scope).start(|| {
                add();
                NUMBER.run(10, || scope.spawn(add));
                thread::scope(|inner| inner.spawn(add).join().unwrap());
            });
        });
        assert!(format!("{scope:?}").starts_with("Scope"));
    });
    assert_eq!(total.into_inner(), 12);
}

#[test]
fn threads_that_run_at_once_see_their_own() {
    let barrier = Barrier::new(8);
    thread::scope(|scope| {
        for number in 0..8 {
            let check = || {
                let own = NUMBER.get();
                for turn in 0..support::scaled(200) {
                    barrier.wait();
                    assert_eq!(NUMBER.get(), own);
                    NUMBER.run(turn + 100, || assert_eq!(NUMBER.get(), Some(turn + 100)));
                }
                own
            };
            let handle = NUMBER.run(number, || scope.spawn(check));
            scope.spawn(move || assert_eq!(handle.join().unwrap(), Some(number)));
        }
    });
}
