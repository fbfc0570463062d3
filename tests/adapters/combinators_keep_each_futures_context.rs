//! `join!`, `select!`, `FuturesUnordered` and executors: a scoped future sees its own values,
//! another future those of the task that polls it.

#![cfg(feature = "futures")]

use crate::support;

use std::cell::RefCell;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;

use asynccontext::{Propagate, Variable};
use futures::executor::{LocalPool, block_on};
use futures::future::{FusedFuture, FutureExt, abortable, ready};
use futures::stream::{FuturesOrdered, FuturesUnordered, StreamExt};
use futures::task::{LocalSpawnExt, SpawnExt};

static NAME: Variable<&str> = Variable::named("name");
static NUMBER: Variable<usize> = Variable::named("number");

/// Suspends several times, and checks each time that the number is its own.
async fn checks(own: Option<usize>, turns: usize) -> Option<usize> {
    for _ in 0..turns {
        assert_eq!(NUMBER.get(), own);
        support::yield_now().await;
    }
    NUMBER.get()
}

/// Records the name that is current when it is dropped.
struct Witness<'a>(&'a RefCell<Vec<Option<&'static str>>>);

impl Drop for Witness<'_> {
    fn drop(&mut self) {
        self.0.borrow_mut().push(NAME.get());
    }
}

#[test]
fn join() {
    let task = async {
        let first = NUMBER.scope(1, checks(Some(1), 5));
        let second = NUMBER.run(2, || checks(Some(2), 3).in_current_snapshot());
        let bare = NUMBER.run(3, || checks(Some(0), 7)); // not scoped: the task's
        let seen = futures::join!(first, second, bare);
        (seen, NUMBER.get())
    };
    let seen = block_on(NUMBER.scope(0, task));
    assert_eq!(seen, ((Some(1), Some(2), Some(0)), Some(0)));
    assert_eq!(NUMBER.get(), None);
}

#[test]
fn select_and_what_it_drops() {
    let dropped = RefCell::default();
    let witness = Witness(&dropped);
    let loses = async move {
        let _witness = witness;
        std::future::pending::<()>().await;
    };
    let task = async {
        let wins = NAME.scope("wins", async { (support::yield_now().await, NAME.get()).1 });
        let loses = NAME.scope("loses", loses);
        {
            let (mut wins, mut loses) = (Box::pin(wins.fuse()), Box::pin(loses.fuse()));
            let seen = futures::select! {
                seen = wins => seen,
                () = loses => None,
            };
            assert_eq!(seen, Some("wins"));
            assert_eq!(NAME.get(), Some("task"));
            assert!(dropped.borrow().is_empty());
        }
        assert_eq!(NAME.get(), Some("task"));
    };
    block_on(NAME.scope("task", task));
    assert_eq!(*dropped.borrow(), [Some("loses")]);
}

/// The other order, fused inside: a scoped future is fused if the inner one is.
#[test]
fn select_of_what_is_fused_inside() {
    let mut first = NUMBER.scope(1, ready(()).map(|()| NUMBER.get()).fuse());
    let mut never = NUMBER.scope(2, futures::future::pending::<()>());
    let seen = block_on(async {
        futures::select! {
            seen = first => seen,
            () = never => None,
        }
    });
    assert_eq!(seen, Some(1));
    assert!(first.is_terminated());
    assert!(!NUMBER.scope(1, ready(()).fuse()).is_terminated());

    // asked in its own values
    struct Own;
    impl Future for Own {
        type Output = ();
        fn poll(self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<()> {
            std::task::Poll::Pending
        }
    }
    impl FusedFuture for Own {
        fn is_terminated(&self) -> bool {
            NUMBER.get() == Some(1)
        }
    }
    let own = NUMBER.scope(1, Own);
    assert!(NUMBER.run(2, || own.is_terminated()) && !Own.is_terminated());
}

#[test]
fn unordered_and_ordered() {
    let count = support::scaled(200);
    let task = |n: usize| NUMBER.scope(n, checks(Some(n), 1 + n % 7));
    let all = async {
        let unordered: FuturesUnordered<_> = (0..count).map(task).collect();
        let mut seen: Vec<_> = unordered.inspect(|_| assert_eq!(NUMBER.get(), None)).collect().await;
        seen.sort_unstable();
        let ordered: FuturesOrdered<_> = (0..count).map(task).collect();
        (seen, ordered.collect::<Vec<_>>().await)
    };
    let (unordered, ordered) = block_on(all);
    let expected: Vec<_> = (0..count).map(Some).collect();
    assert_eq!((unordered, ordered), (expected.clone(), expected));

    // not scoped: the values of the polling task, wherever the futures were pushed
    let bare = FuturesUnordered::new();
    NUMBER.run(1, || bare.push(checks(Some(9), 2)));
    assert_eq!(block_on(NUMBER.scope(9, bare.collect::<Vec<_>>())), [Some(9)]);
}

#[test]
fn unordered_drops_each_inside() {
    let dropped = RefCell::default();
    let all = FuturesUnordered::new();
    for name in ["first", "second"] {
        let witness = Witness(&dropped);
        all.push(NAME.scope(name, async move { drop((support::yield_now().await, witness)) }));
    }
    NAME.run("elsewhere", || drop(all));
    dropped.borrow_mut().sort_unstable();
    assert_eq!(*dropped.borrow(), [Some("first"), Some("second")]);
}

#[test]
fn an_executor_s_tasks() {
    let seen: Rc<RefCell<Vec<_>>> = Rc::default();
    let mut pool = LocalPool::new();
    let spawner = pool.spawner();
    for number in 0..20 {
        let (seen, spawner) = (Rc::clone(&seen), spawner.clone());
        let task = async move {
            checks(Some(number), 3).await;
            let handle = spawner.spawn_with_handle(checks(Some(number), 3).in_current_snapshot());
            let inherited = handle.unwrap().await;
            let bare = spawner.spawn_with_handle(checks(Some(99), 3)).unwrap().await;
            seen.borrow_mut().push((inherited, bare));
        };
        pool.spawner().spawn_local(NUMBER.scope(number, task)).unwrap();
    }
    NUMBER.run(99, || pool.run()); // a bare future sees the values of the code that drives the pool
    seen.borrow_mut().sort_unstable();
    assert_eq!(*seen.borrow(), (0..20).map(|n| (Some(n), Some(99))).collect::<Vec<_>>());
}

#[test]
fn a_pool_that_is_dropped_drops_its_tasks_inside() {
    static SEEN: std::sync::Mutex<Vec<Option<&str>>> = std::sync::Mutex::new(Vec::new());
    struct Notes;
    impl Drop for Notes {
        fn drop(&mut self) {
            SEEN.lock().unwrap().push(NAME.get());
        }
    }
    let mut pool = LocalPool::new();
    let task = async {
        let _notes = Notes;
        std::future::pending::<()>().await;
    };
    pool.spawner().spawn(NAME.scope("task", task)).unwrap();
    pool.run_until_stalled();
    NAME.run("elsewhere", || drop(pool));
    assert_eq!(*SEEN.lock().unwrap(), [Some("task")]);
}

#[test]
fn a_pool_that_is_gone_refuses_a_task_which_is_dropped_inside() {
    let dropped = Rc::new(RefCell::default());
    struct Notes(Rc<RefCell<Vec<Option<&'static str>>>>);
    impl Drop for Notes {
        fn drop(&mut self) {
            self.0.borrow_mut().push(NAME.get());
        }
    }
    let spawner = LocalPool::new().spawner();
    let notes = Notes(Rc::clone(&dropped));
    let task = NAME.scope("task", async move { drop(notes) });
    assert!(NAME.run("elsewhere", || spawner.spawn_local(task)).unwrap_err().is_shutdown());
    assert_eq!(*dropped.borrow(), [Some("task")]);
    assert_eq!(NAME.get(), None);
}

#[test]
fn panics_caught_and_aborts() {
    let panics = NAME.scope("panics", async {
        support::yield_now().await;
        panic!("as it should")
    });
    let task = async {
        let result: Result<(), _> = AssertUnwindSafe(panics).catch_unwind().await;
        assert!(result.is_err());
        NAME.get()
    };
    assert_eq!(block_on(NAME.scope("task", task)), Some("task"));

    let dropped = RefCell::default();
    let witness = Witness(&dropped);
    let (task, abort) = abortable(NAME.scope("aborted", async move {
        let _witness = witness;
        std::future::pending::<()>().await;
    }));
    let mut task = Box::pin(task);
    assert!(support::poll(task.as_mut()).is_pending());
    abort.abort();
    NAME.run("elsewhere", || assert!(block_on(task).is_err()));
    assert_eq!(*dropped.borrow(), [Some("aborted")]);
    assert_eq!(NAME.get(), None);
}
