//! The guarantees of each way to pass work to rayon, beyond those that
//! `every_adapter_keeps_every_promise` checks for all adapters.

#![cfg(feature = "rayon")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread;

use asynccontext::rayon::{self, ThreadPool, ThreadPoolBuilder};
use asynccontext::{Snapshot, Variable};

static NAME: Variable<u64> = Variable::named("name");
static INNER: Variable<u64> = Variable::named("inner");

type Work = Box<dyn FnOnce() + Send>;

/// One way to run work and wait for it.
type Way = (&'static str, fn(&ThreadPool, Work));

/// Waits for work that a pool does later.
fn detached(work: Work, spawn: impl FnOnce(Work)) {
    let (done, waits) = mpsc::channel::<()>();
    spawn(Box::new(move || {
        let _done = done; // dropped after the work, also if it panics
        work();
    }));
    waits.recv().unwrap_err();
}

/// Work that is broadcast to every thread of a pool, and done by the first.
fn once(work: Work) -> impl Fn() + Send + Sync {
    let work = Mutex::new(Some(work));
    move || {
        let work = work.lock().unwrap().take();
        if let Some(work) = work {
            work()
        }
    }
}

const WAYS: [Way; 20] = [
    ("join, first", |pool, work| pool.install(|| rayon::join(work, || ())).0),
    ("join, second", |pool, work| pool.install(|| rayon::join(|| (), work)).1),
    ("scope", |pool, work| pool.install(|| rayon::scope(|_| work()))),
    ("Scope::spawn", |pool, work| pool.install(|| rayon::scope(|s| s.spawn(|_| work())))),
    ("Scope::spawn, nested", |pool, work| pool.install(|| rayon::scope(|s| s.spawn(|s| s.spawn(|_| work()))))),
    ("Scope::spawn_broadcast", |pool, work| {
        let work = once(work);
        pool.scope(|s| s.spawn_broadcast(move |_, _| work()))
    }),
    ("scope_fifo", |pool, work| pool.install(|| rayon::scope_fifo(|s| s.spawn_fifo(|_| work())))),
    ("in_place_scope", |pool, work| pool.install(|| rayon::in_place_scope(|s| s.spawn(|_| work())))),
    ("in_place_scope_fifo", |pool, work| pool.install(|| rayon::in_place_scope_fifo(|s| s.spawn_fifo(|_| work())))),
    ("spawn", |pool, work| detached(work, |work| pool.install(|| rayon::spawn(work)))),
    ("spawn_fifo", |pool, work| detached(work, |work| pool.install(|| rayon::spawn_fifo(work)))),
    ("broadcast", |pool, work| {
        let work = once(work);
        drop(pool.install(|| rayon::broadcast(|_| work())))
    }),
    ("spawn_broadcast", |pool, work| {
        detached(work, |work| {
            let work = once(work);
            pool.install(|| rayon::spawn_broadcast(move |_| work()))
        })
    }),
    ("ThreadPool::install", |pool, work| pool.install(work)),
    ("ThreadPool::join", |pool, work| pool.join(|| (), work).1),
    ("ThreadPool::scope", |pool, work| pool.scope(|s| s.spawn(|_| work()))),
    ("ThreadPool::scope_fifo", |pool, work| pool.scope_fifo(|s| s.spawn_fifo(|_| work()))),
    ("ThreadPool::in_place_scope", |pool, work| pool.in_place_scope(|s| s.spawn(|_| work()))),
    ("ThreadPool::in_place_scope_fifo", |pool, work| pool.in_place_scope_fifo(|s| s.spawn_fifo(|_| work()))),
    ("ThreadPool::spawn", |pool, work| detached(work, |work| pool.spawn(work))),
];

fn every_way(test: impl Fn(&'static str, &dyn Fn(Work))) {
    let pool = ::rayon::ThreadPoolBuilder::new().num_threads(2).panic_handler(|_| ()).build().unwrap();
    let pool = ThreadPool::from(pool);
    for (name, way) in WAYS {
        test(name, &|work| way(&pool, work));
        let threads = pool.empty_threads();
        assert!(threads.iter().all(|empty| *empty), "{name}: something is left on a thread");
        assert!(Snapshot::capture().is_empty(), "{name}");
    }
}

/// Whether the context of each thread of the pool is empty, read without the wrapper.
trait Bare {
    fn empty_threads(&self) -> Vec<bool>;
}

impl Bare for ::rayon::ThreadPool {
    fn empty_threads(&self) -> Vec<bool> {
        self.broadcast(|_| Snapshot::capture().is_empty())
    }
}

#[test]
fn callers_never_see_each_others_values() {
    every_way(|name, run| {
        for i in 0..50 {
            NAME.run(i, || {
                run(Box::new(move || {
                    INNER.run(i, || assert_eq!((NAME.get(), INNER.get()), (Some(i), Some(i)), "{name}"));
                    assert_eq!((NAME.get(), INNER.get()), (Some(i), None), "{name}");
                }))
            });
        }
    });
    let pool = ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    thread::scope(|threads| {
        for i in 0..4 {
            let pool = &pool;
            threads.spawn(move || {
                for round in 0..50 {
                    let value = i * 1000 + round;
                    NAME.run(value, || assert_eq!(deep(pool, 6), 64 * value));
                }
            });
        }
    });
    assert!(pool.empty_threads().iter().all(|empty| *empty));
}

/// The current name, summed over a tree of joins.
fn deep(pool: &ThreadPool, depth: u32) -> u64 {
    match depth {
        0 => NAME.get().unwrap(),
        _ => {
            let (a, b) = pool.join(|| deep(pool, depth - 1), || deep(pool, depth - 1));
            a + b
        }
    }
}

#[test]
fn both_sides_of_a_join_see_the_context_on_two_threads() {
    let pool = ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let both = Barrier::new(2); // so neither thread does both
    let side = || {
        both.wait();
        (NAME.get(), thread::current().id())
    };
    let (a, b) = NAME.run(1, || pool.join(side, side));
    assert_eq!((a.0, b.0), (Some(1), Some(1)));
    assert_ne!(a.1, b.1);
}

#[test]
fn bare_work_on_a_waiting_thread_sees_no_values() {
    // One thread: it waits in the wrapped scope, and does the bare work meanwhile.
    let pool = ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let (sender, seen) = mpsc::channel();
    let ran = AtomicBool::new(false);
    NAME.run(1, || {
        pool.install(|| {
            rayon::scope(|s| {
                // last in, first out: the bare closure, then the wrapped one
                s.spawn(|_| {
                    assert_eq!(NAME.get(), Some(1));
                    ran.store(true, Ordering::Relaxed);
                });
                ::rayon::spawn(move || sender.send(NAME.get()).unwrap());
            })
        })
    });
    assert!(ran.load(Ordering::Relaxed));
    assert_eq!(seen.recv().unwrap(), None);
}

#[test]
fn the_captures_of_a_spawned_closure_are_dropped() {
    static HELD: Variable<Arc<()>> = Variable::named("held");
    every_way(|name, run| {
        let value = Arc::new(());
        HELD.run(Arc::clone(&value), || run(Box::new(|| HELD.with(|v| assert!(v.is_some())))));
        for _ in 0..2000 {
            if Arc::strong_count(&value) == 1 {
                return;
            }
            thread::sleep(std::time::Duration::from_millis(1)); // the pool may still drop it
        }
        panic!("{name}: still held");
    });
}

/// A yielding thread runs other work, including bare work.
#[test]
fn work_on_a_yielding_thread_sees_no_values() {
    let yields: [fn(&ThreadPool) -> Option<rayon::Yield>; 4] =
        [|_| rayon::yield_now(), |_| rayon::yield_local(), ThreadPool::yield_now, ThreadPool::yield_local];
    for yields in yields {
        let pool = Arc::new(ThreadPoolBuilder::new().num_threads(1).build().unwrap());
        let (send, seen) = mpsc::channel();
        let pool = &pool;
        NAME.run(1, || {
            pool.install(|| {
                let carries = send.clone();
                ::rayon::spawn(move || send.send(NAME.get()).unwrap());
                NAME.run(2, || rayon::spawn(move || carries.send(NAME.get()).unwrap()));
                while yields(pool) == Some(rayon::Yield::Executed) {}
                assert_eq!(NAME.get(), Some(1));
            })
        });
        let mut seen: Vec<_> = seen.iter().collect();
        seen.sort();
        assert_eq!(seen, [None, Some(2)]);
        assert_eq!(yields(pool), None, "this is no thread of the pool");
    }
}

/// Each way to build a pool returns a wrapper, whose threads start empty.
#[test]
fn pools_are_built_as_rayon_builds_them() {
    let works = |pool: &ThreadPool| {
        assert_eq!(pool.current_num_threads(), 2);
        assert_eq!(NAME.run(7, || pool.install(|| NAME.get())), Some(7));
        assert!(pool.empty_threads().iter().all(|empty| *empty));
    };
    NAME.run(1, || {
        let (send, handled) = mpsc::channel();
        let note = move |what| {
            let send = send.clone();
            move || send.send((what, NAME.get())).unwrap()
        };
        let (name, start, exit, panic) = (note("name"), note("start"), note("exit"), note("panic"));
        let pool = ThreadPoolBuilder::default()
            .num_threads(2)
            .stack_size(1 << 20)
            .thread_name(move |at| {
                name();
                format!("worker {at}")
            })
            .start_handler(move |_| start())
            .exit_handler(move |_| exit())
            .panic_handler(move |_| panic())
            .build()
            .unwrap();
        drop(note);
        works(&pool);
        let names = pool.broadcast(|_| thread::current().name().map(str::to_owned));
        assert_eq!(names, [Some("worker 0".to_owned()), Some("worker 1".to_owned())]);
        pool.spawn(|| panic!("as it should"));
        drop(pool);
        let mut handled: Vec<_> = handled.iter().collect();
        handled.sort();
        let own = [("exit", None); 2].into_iter().chain([("name", Some(1)); 2]);
        let handler = own.chain([("panic", None)]).chain([("start", None); 2]);
        assert_eq!(handled, handler.collect::<Vec<_>>());

        let here = thread::current().id();
        let scoped = ThreadPoolBuilder::new().num_threads(2).build_scoped(
            |thread| {
                assert!(thread::current().id() != here && Snapshot::capture().is_empty());
                thread.run()
            },
            |pool| {
                works(pool);
                (thread::current().id(), NAME.get())
            },
        );
        assert_eq!(scoped.unwrap(), (here, Some(1)));

        let threads = Mutex::new(Vec::new());
        let spawn = |thread: rayon::ThreadBuilder| {
            threads.lock().unwrap().push(thread::Builder::new().spawn(|| thread.run())?);
            Ok(())
        };
        works(&ThreadPoolBuilder::new().spawn_handler(spawn).num_threads(2).build().unwrap());
        threads.into_inner().unwrap().into_iter().for_each(|thread| thread.join().unwrap());

        let refuses = |_: rayon::ThreadBuilder| Err(std::io::Error::other("no"));
        let refused: Result<_, rayon::ThreadPoolBuildError> = ThreadPoolBuilder::new().spawn_handler(refuses).build();
        assert!(refused.is_err());
    });
}

/// The thread that builds a pool may be one of its workers.
#[test]
fn the_current_thread_in_a_pool() {
    thread::spawn(|| {
        NAME.run(1, || {
            let pool = ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().unwrap();
            let (send, seen) = mpsc::channel();
            NAME.run(2, || pool.spawn(move || send.send(NAME.get()).unwrap()));
            assert_eq!(pool.yield_now(), Some(rayon::Yield::Executed));
            assert_eq!(seen.recv().unwrap(), Some(2));
            assert_eq!((rayon::current_num_threads(), rayon::current_thread_index()), (1, Some(0)));
            assert_eq!(NAME.get(), Some(1));
        });
    })
    .join()
    .unwrap();
}

#[test]
fn a_worker_that_yields_says_whether_there_was_work() {
    let pool = ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let yields = || (rayon::yield_now(), rayon::yield_local(), pool.yield_now(), pool.yield_local());
    assert!(matches!(pool.install(yields), (Some(_), Some(_), Some(_), Some(_))));
    assert_eq!(yields(), (None, None, None, None));
}

#[test]
fn a_scoped_pool_has_threads_as_its_builder_says() {
    let builder = ThreadPoolBuilder::new().num_threads(1).thread_name(|n| format!("scoped {n}")).stack_size(16 << 20);
    assert!(format!("{builder:?}").contains("16777216"));
    let uses_its_stack = || {
        let room = std::hint::black_box([1_u8; 3 << 20]);
        (std::thread::current().name().map(str::to_owned), room[room.len() / 2])
    };
    let seen = builder.build_scoped(|thread| thread.run(), |pool| pool.install(uses_its_stack)).unwrap();
    assert_eq!(seen, (Some("scoped 0".to_owned()), 1));
    assert!(format!("{:?}", ThreadPoolBuilder::new().spawn_handler(|_| Ok(()))).starts_with("ThreadPoolBuilder"));
}
