//! An uninherited variable is unbound in detached work, and not kept alive by it; work that the
//! call waits for, and work with a captured snapshot, have it.

use crate::support;

use asynccontext::{Carried, Propagate, Snapshot, Variable, thread};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Instant;

static NAME: Variable<&str> = Variable::named("name");
static UNINHERITED: Variable<Arc<u8>> = Variable::named("uninherited").uninherited();

type Job = Box<dyn FnOnce() + Send>;
type Seen = (Option<&'static str>, Option<u8>);

fn seen() -> Seen {
    (NAME.get(), UNINHERITED.with(|value| value.map(|v| **v)))
}

/// Returns the values that a job reads which is passed to `start` inside both bindings. Both end
/// before it runs; the value must then be alive only if the job reads it.
fn seen_in(start: &dyn Fn(Job)) -> Seen {
    let (send, receive) = channel();
    let (go, wait) = channel();
    let value = Arc::new(1);
    let weak = Arc::downgrade(&value);
    let job = Box::new(move || {
        wait.recv_timeout(std::time::Duration::from_secs(20)).expect("the scope ends before the job");
        let lives = weak.upgrade().is_some();
        let seen = seen();
        assert_eq!(lives, seen.1.is_some(), "a value that no one sees is kept");
        send.send(seen).unwrap();
    });
    NAME.run("blue", || UNINHERITED.run(value, || start(job)));
    go.send(()).unwrap();
    receive.recv().unwrap()
}

/// The same for work that has ended when `start` returns.
fn seen_within(start: &dyn Fn(Job)) -> Seen {
    let (send, receive) = channel();
    NAME.run("blue", || {
        UNINHERITED.run(Arc::new(1), || start(Box::new(move || send.send(seen()).unwrap())));
    });
    receive.recv().expect("the call waits for the work")
}

/// Binds the given number of variables, every second of which is uninherited, and calls `f` inside.
fn half_uninherited<R>(many: usize, f: impl FnOnce(&[Variable<usize>]) -> R) -> R {
    let attach = |n| if n % 2 == 1 { Variable::new().uninherited() } else { Variable::new() };
    let variables: Vec<Variable<usize>> = (0..many).map(attach).collect();
    Snapshot::empty().run(|| {
        for (n, variable) in variables.iter().enumerate() {
            variable.enter(n).keep();
        }
        f(&variables)
    })
}

#[test]
fn among_many_bindings_exactly_the_uninherited_are_left_out() {
    half_uninherited(1000, |variables| {
        for _ in 0..2 {
            Snapshot::inherit().run(|| {
                for (n, variable) in variables.iter().enumerate() {
                    assert_eq!(variable.get(), Some(n).filter(|n| n % 2 == 0));
                }
            });
        }
        assert!(variables.iter().enumerate().all(|(n, variable)| variable.get() == Some(n)));
    });
}

/// Sixty-four times as many bindings take about a hundred times as long, and not four thousand: a
/// clear difference even on a busy machine.
#[test]
fn leaving_many_uninherited_variables_out_takes_one_pass() {
    let least_of = |many| {
        let took = |_| {
            half_uninherited(many, |_| {
                let _all = Snapshot::capture();
                let began = Instant::now();
                drop(Snapshot::inherit());
                began.elapsed()
            })
        };
        (0..10).map(took).min().expect("ten times")
    };
    let (few, many) = (least_of(250), least_of(16_000));
    assert!(many < 1000 * few, "250 in {few:?}, 16,000 in {many:?}");
}

const WITHOUT: Seen = (Some("blue"), None);
const WITH: Seen = (Some("blue"), Some(1));

#[test]
fn threads() {
    assert_eq!(seen_in(&|job| drop(thread::spawn(job))), WITHOUT);
    assert_eq!(seen_in(&|job| drop(thread::Builder::new().spawn(job).unwrap())), WITHOUT);
    assert_eq!(seen_within(&|job| thread::scope(|scope| drop(scope.spawn(job)))), WITH);
    let build = |job| thread::scope(|scope| drop(thread::Builder::new().spawn_scoped(scope, job).unwrap()));
    assert_eq!(seen_within(&build), WITH);
}

#[test]
fn a_snapshot_captured_by_hand_has_everything() {
    use std::thread::spawn;
    assert_eq!(seen_in(&|job| drop(spawn(Snapshot::capture().wrap(job).into_fn_once()))), WITH);
    assert_eq!(seen_in(&|job| drop(thread::spawn(Snapshot::capture().wrap(job).into_fn_once()))), WITH);
    let task = |job: Job| {
        let task = async move { job() }.in_current_snapshot();
        drop(spawn(|| support::ready(task)));
    };
    assert_eq!(seen_in(&task), WITH);
    let message = |job: Job| {
        let message = Carried::from_parts(Snapshot::capture(), job);
        drop(spawn(|| message.handle(|job| job())));
    };
    assert_eq!(seen_in(&message), WITH);
}

#[test]
fn messages_and_work_of_ones_own() {
    use std::thread::spawn;
    let message = |job: Job| {
        let message = Carried::new(job);
        drop(spawn(|| message.handle(|job| job())));
    };
    assert_eq!(seen_in(&message), WITHOUT);
    assert_eq!(seen_in(&|job| drop(spawn(Snapshot::inherit().wrap(job).into_fn_once()))), WITHOUT);
}

#[cfg(feature = "tokio")]
#[test]
fn tokio_tasks() {
    use asynccontext::tokio::runtime::{Builder, Handle, Runtime};
    use asynccontext::tokio::task::{self, JoinSet, LocalSet};

    let runtime = Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let runtime = Runtime::from(runtime);
    let _inside = runtime.enter();
    let detached: [&dyn Fn(Job); 8] = [
        &|job| drop(asynccontext::tokio::spawn(async { job() })),
        &|job| drop(Handle::current().spawn(async { job() })),
        &|job| drop(runtime.spawn(async { job() })),
        &|job| drop(task::spawn_blocking(job)),
        &|job| drop(Handle::current().spawn_blocking(job)),
        &|job| drop(runtime.spawn_blocking(job)),
        &|job| {
            let mut set = JoinSet::new();
            set.spawn(async { job() });
            set.detach_all();
        },
        &|job| {
            let mut set = JoinSet::new();
            set.spawn_blocking(job);
            set.detach_all();
        },
    ];
    for (number, start) in detached.into_iter().enumerate() {
        assert_eq!(seen_in(start), WITHOUT, "way {number}");
    }
    type Local<'a> = &'a dyn Fn(&LocalSet, Job);
    let local: [Local<'_>; 3] = [
        &|set, job| drop(set.spawn_local(async { job() })),
        &|set, job| {
            let mut tasks = JoinSet::new();
            tasks.spawn_local_on(async { job() }, set);
            tasks.detach_all();
        },
        &|set, job| {
            set.block_on(&runtime, async { drop(task::spawn_local(async { job() })) });
        },
    ];
    for (number, start) in local.into_iter().enumerate() {
        let set = LocalSet::new();
        let (send, receive) = channel();
        let job = Box::new(move || send.send(seen()).unwrap());
        NAME.run("blue", || UNINHERITED.run(Arc::new(1), || start(&set, job)));
        runtime.block_on(set);
        assert_eq!(receive.recv(), Ok(WITHOUT), "local way {number}");
    }
    let waits = |job: Job| runtime.block_on(async { job() });
    assert_eq!(seen_within(&waits), WITH);
}

#[cfg(feature = "tokio-rt-multi-thread")]
#[test]
fn blocking_in_place() {
    let runtime = asynccontext::tokio::Runtime::new().unwrap();
    let waits = |job: Job| runtime.block_on(async { asynccontext::tokio::task::block_in_place(job) });
    assert_eq!(seen_within(&waits), WITH);
}

#[cfg(feature = "rayon")]
#[test]
fn rayon_jobs() {
    use std::sync::Mutex;

    use asynccontext::rayon;

    let pool = ::rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let pool = rayon::ThreadPool::from(pool);
    fn once(job: Job) -> impl Fn() + Send + Sync {
        let job = Mutex::new(Some(job));
        move || job.lock().unwrap().take().into_iter().for_each(|job| job())
    }
    let detached: [&dyn Fn(Job); 6] = [
        &|job| rayon::spawn(job),
        &|job| rayon::spawn_fifo(job),
        &|job| pool.spawn(job),
        &|job| pool.spawn_fifo(job),
        &|job| {
            let job = once(job);
            rayon::spawn_broadcast(move |_| job());
        },
        &|job| {
            let job = once(job);
            pool.spawn_broadcast(move |_| job());
        },
    ];
    for (number, start) in detached.into_iter().enumerate() {
        assert_eq!(seen_in(start), WITHOUT, "way {number}");
    }
    let waited_for: [&dyn Fn(Job); 6] = [
        &|job| {
            rayon::join(|| (), job);
        },
        &|job| rayon::scope(|scope| scope.spawn(|_| job())),
        &|job| rayon::scope_fifo(|scope| scope.spawn_fifo(|_| job())),
        &|job| pool.install(job),
        &|job| pool.scope(|scope| scope.spawn(|_| job())),
        &|job| {
            let job = once(job);
            pool.broadcast(|_| job());
        },
    ];
    for (number, start) in waited_for.into_iter().enumerate() {
        assert_eq!(seen_within(start), WITH, "way {number}");
    }
}

fn detached<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> R {
    thread::spawn(f).join().unwrap()
}

#[test]
fn detached_work_reads_the_default_and_binds_anew() {
    static LEVEL: Variable<u8> = Variable::named("level").with_default(3).uninherited();
    LEVEL.run(4, || {
        assert_eq!(detached(|| LEVEL.get()), Some(3));
        assert_eq!(detached(|| LEVEL.run(5, || LEVEL.get())), Some(5));
        assert_eq!(detached(|| LEVEL.run(5, || detached(|| LEVEL.get()))), Some(3));
        let waited_for = || thread::scope(|scope| scope.spawn(|| LEVEL.get()).join().unwrap());
        assert_eq!(detached(move || LEVEL.run(5, waited_for)), Some(5));
        assert_eq!(LEVEL.get(), Some(4));
    });
}

/// A name made at run time does not change the variable's inheritance.
#[test]
fn a_renamed_variable_stays_uninherited() {
    let variable: Arc<Variable<u8>> = Arc::new(Variable::new().uninherited().with_name("later"));
    let also = Arc::clone(&variable);
    assert_eq!(variable.run(1, || detached(move || also.get())), None);
    let twice: Variable<u8> = Variable::new().uninherited().uninherited();
    assert_eq!(twice.run(1, || twice.get()), Some(1));
}

#[test]
fn a_bound_variable_can_t_be_uninherited() {
    let variable: Variable<u8> = Variable::new();
    variable.run(1, || ());
    let attach = std::panic::AssertUnwindSafe(|| variable.uninherited());
    assert!(std::panic::catch_unwind(attach).is_err());
}

/// A guard's binding is treated like any other, even between others.
#[test]
fn guards() {
    static LAST: Variable<u8> = Variable::new();
    NAME.run("blue", || {
        let uninherited = UNINHERITED.enter(Arc::new(1));
        let last = LAST.enter(2);
        assert_eq!(detached(|| (seen(), LAST.get())), (WITHOUT, Some(2)));
        assert_eq!((seen(), LAST.get()), (WITH, Some(2)));
        drop(uninherited);
        assert_eq!(detached(|| (seen(), LAST.get())), (WITHOUT, Some(2)));
        drop(last);
    });
}

/// A snapshot's `Debug` output shows the inherited variables.
#[test]
fn names_show_what_was_left_behind() {
    let both = || (Snapshot::capture(), detached(Snapshot::capture));
    let (here, there) = NAME.run("blue", || UNINHERITED.run(Arc::new(1), both));
    assert!(format!("{here:?}").contains("\"name\"") && format!("{here:?}").contains("\"uninherited\""));
    assert_eq!(format!("{there:?}"), "Snapshot { \"name\" }");
}

#[test]
fn nothing_is_left_of_uninherited_variables_alone() {
    for count in [1, 16, 17, 100] {
        let variables: Vec<Variable<usize>> = (0..count).map(|_| Variable::new().uninherited()).collect();
        Snapshot::empty().run(|| {
            variables.iter().enumerate().for_each(|(n, variable)| variable.enter(n).keep());
            for _ in 0..3 {
                drop(Snapshot::capture());
                assert!(Snapshot::inherit().is_empty(), "{count} variables");
            }
        });
    }
}
