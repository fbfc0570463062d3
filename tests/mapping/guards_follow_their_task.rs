//! Guarantee 5: the binding of a guard held across an `await` leaves the thread with its task and
//! returns with it, on any thread, and is never visible in another task.

use crate::support;

use std::cell::RefCell;
use std::pin::Pin;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use asynccontext::{Guard, NotInTask, Propagate, Snapshot, TaskGuard, Variable};
use support::{EachPoll, poll, suspend};

static NAME: Variable<&str> = Variable::named("name");
static COUNT: Variable<Arc<()>> = Variable::named("count");
static TASK: Variable<usize> = Variable::named("task");

#[test]
fn to_another_thread_and_back() {
    let task = async {
        let outer = NAME.enter_task("outer").unwrap();
        suspend().await;
        assert_eq!(NAME.get(), Some("outer"));
        let inner = NAME.enter_task("inner").unwrap();
        suspend().await;
        assert_eq!(NAME.get(), Some("inner"));
        drop(inner);
        assert_eq!(NAME.get(), Some("outer"));
        suspend().await;
        assert_eq!(NAME.get(), Some("outer"));
        drop(outer);
        assert_eq!(NAME.get(), None);
    };
    let mut task = Box::pin(task.in_current_snapshot());
    // here, elsewhere, here, elsewhere
    assert!(poll(task.as_mut()).is_pending());
    assert_eq!(NAME.get(), None);
    let elsewhere = move || {
        assert!(NAME.run("there", || poll(task.as_mut()).is_pending()));
        assert_eq!(NAME.get(), None);
        task
    };
    task = std::thread::spawn(elsewhere).join().unwrap();
    assert!(NAME.run("here", || poll(task.as_mut()).is_pending()));
    assert_eq!(NAME.get(), None);
    let finish = move || poll(task.as_mut()).is_ready();
    assert!(std::thread::spawn(finish).join().unwrap());
}

/// A multi-threaded executor may poll it: the future with its guard is `Send`.
#[test]
fn between_workers_in_any_order() {
    let (send, receive) = channel::<Pin<Box<dyn Future<Output = ()> + Send>>>();
    let receive = Mutex::new(receive);
    for number in 0..50 {
        let task = async move {
            for turn in 0..20 {
                assert_eq!(TASK.get(), None);
                let _guard = TASK.enter_task(number * 100 + turn).unwrap();
                suspend().await;
                assert_eq!(TASK.get(), Some(number * 100 + turn));
            }
        };
        send.send(Box::pin(task.with_snapshot(Snapshot::empty()))).unwrap();
    }
    std::thread::scope(|scope| {
        for _ in 0..3 {
            let send = send.clone();
            let receive = &receive;
            scope.spawn(move || {
                loop {
                    let next = receive.lock().unwrap().try_recv();
                    let Ok(mut task) = next else { return };
                    if poll(task.as_mut()).is_pending() {
                        send.send(task).unwrap();
                    }
                    assert_eq!(TASK.get(), None);
                }
            });
        }
    });
}

#[test]
fn never_to_another_task() {
    let task = |number: usize| {
        let mut guard = None;
        let turn = move || {
            match guard.take() {
                None => {
                    assert_eq!(TASK.get(), None);
                    guard = TASK.enter_task(number).ok();
                    assert!(guard.is_some());
                }
                Some(_guard) => assert_eq!(TASK.get(), Some(number)),
            }
            None::<()>
        };
        Box::pin(EachPoll(turn).in_current_snapshot())
    };
    let mut tasks: Vec<_> = (0..4).map(task).collect();
    for turn in 0..1000 {
        assert!(poll(tasks[turn * 7 % 4].as_mut()).is_pending());
        assert_eq!(TASK.get(), None);
    }
}

#[test]
fn a_captured_guard_outlives_its_task_in_the_snapshot() {
    let count = Arc::new(());
    let value = Arc::clone(&count);
    let mut task = Box::pin(
        EachPoll(move || {
            std::mem::forget(COUNT.enter_task(Arc::clone(&value)));
            Some(Snapshot::capture())
        })
        .in_current_snapshot(),
    );
    let std::task::Poll::Ready(snapshot) = poll(task.as_mut()) else { panic!("pending") };
    drop(task);
    assert_eq!(Arc::strong_count(&count), 2);
    let elsewhere = move || snapshot.run(|| COUNT.with(|count| assert!(count.is_some())));
    std::thread::spawn(elsewhere).join().unwrap();
    assert_eq!(Arc::strong_count(&count), 1);
}

/// Its scope has ended or is on another thread: dropping it does nothing, and accesses no freed
/// memory.
#[test]
fn a_guard_that_left_its_task() {
    let count = Arc::new(());
    let out: Arc<Mutex<Option<TaskGuard>>> = Arc::default();
    let enter = |task_out: &Arc<Mutex<Option<TaskGuard>>>| {
        let (out, value) = (Arc::clone(task_out), Arc::clone(&count));
        Box::pin(
            EachPoll(move || {
                if COUNT.with(|v| v.is_none()) {
                    *out.lock().unwrap() = COUNT.enter_task(Arc::clone(&value)).ok();
                }
                None::<()>
            })
            .in_current_snapshot(),
        )
    };

    // dropped on another thread, and by another task: the binding stays
    for turn in 0..2 {
        let mut task = enter(&out);
        assert!(poll(task.as_mut()).is_pending());
        let guard = out.lock().unwrap().take().unwrap();
        match turn {
            0 => std::thread::spawn(move || drop(guard)).join().unwrap(),
            _ => NAME.run("another", || drop(guard)),
        }
        assert!(poll(task.as_mut()).is_pending());
        assert!(out.lock().unwrap().is_none(), "still bound");
        drop(task);
        assert_eq!(Arc::strong_count(&count), 1);
    }

    // dropped after its task
    let mut task = enter(&out);
    assert!(poll(task.as_mut()).is_pending());
    drop(task);
    assert_eq!(Arc::strong_count(&count), 1);
    drop(out.lock().unwrap().take());
}

#[test]
fn a_guard_that_left_its_run() {
    let count = Arc::new(());
    let guard: Guard = NAME.run("scope", || COUNT.enter(Arc::clone(&count)));
    assert_eq!(Arc::strong_count(&count), 1);
    let _other = COUNT.enter(Arc::default());
    drop(guard);
    assert!(COUNT.with(|count| count.is_some()));
}

#[test]
fn only_directly_inside_a_scoped_future() {
    let outside = || NAME.enter_task("no").map(drop);
    assert_eq!(outside(), Err(NotInTask));
    NAME.run("run", || assert_eq!(outside(), Err(NotInTask)));
    let task = async {
        assert_eq!(outside(), Ok(()));
        NAME.run("run", || assert_eq!(outside(), Err(NotInTask)));
        Snapshot::capture().run(|| assert_eq!(outside(), Err(NotInTask)));
        assert_eq!(outside(), Ok(()));
        let inner = async { outside() }.in_current_snapshot();
        assert_eq!(inner.await, Ok(()));
    };
    support::ready(task.in_current_snapshot());
    let bare = std::pin::pin!(async { outside() });
    assert_eq!(poll(bare), std::task::Poll::Ready(Err(NotInTask)));
    // also while it is dropped: the task's frame runs
    struct InDrop;
    impl Drop for InDrop {
        fn drop(&mut self) {
            assert!(NAME.enter_task("dropping").is_ok());
        }
    }
    drop(InDrop.in_current_snapshot());
}

#[test]
fn a_panic_in_a_poll_drops_its_guards() {
    let count = Arc::new(());
    let task = {
        let value = Arc::clone(&count);
        async move {
            let _guard = COUNT.enter_task(value).unwrap();
            suspend().await;
            panic!("as it should");
        }
    };
    let mut task = Box::pin(task.in_current_snapshot());
    assert!(poll(task.as_mut()).is_pending());
    assert_eq!(Arc::strong_count(&count), 2);
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| poll(task.as_mut())));
    assert!(result.is_err());
    assert_eq!(Arc::strong_count(&count), 1);
    assert!(COUNT.with(|v| v.is_none()));
}

/// An `Unpin` future may be moved between polls, with its guards. If it is taken out of its
/// wrapper, the wrapper keeps their bindings.
#[test]
fn a_future_that_moves_between_polls() {
    let count = Arc::new(());
    let value = Arc::clone(&count);
    let mut guard = None;
    let turn = move || {
        match guard.take() {
            None => guard = Some(COUNT.enter_task(Arc::clone(&value)).unwrap()),
            Some(_guard) => COUNT.with(|count| assert!(count.is_some())),
        }
        None::<()>
    };
    let mut first = EachPoll(turn).in_current_snapshot();
    assert!(poll(Pin::new(&mut first)).is_pending());
    let mut second = Box::new(first);
    assert!(poll(Pin::new(&mut *second)).is_pending());
    assert!(poll(Pin::new(&mut *second)).is_pending());
    assert_eq!(Arc::strong_count(&count), 3);
    let inner = second.into_inner();
    assert_eq!(Arc::strong_count(&count), 2);
    drop(inner); // with a guard that has lost its scope
    assert_eq!(Arc::strong_count(&count), 1);
}

/// Its parts are those that it was created from: later bindings by guards are dropped.
#[test]
fn a_future_that_is_taken_apart() {
    let count = Arc::new(());
    let value = Arc::clone(&count);
    let mut guard = None;
    let turn = move || {
        guard.get_or_insert_with(|| COUNT.enter_task(Arc::clone(&value)).unwrap());
        None::<()>
    };
    let mut task = Box::new(EachPoll(turn).in_current_snapshot());
    assert!(poll(Pin::new(&mut *task)).is_pending());
    assert_eq!(Arc::strong_count(&count), 3);
    let (snapshot, inner) = task.into_parts();
    assert_eq!(Arc::strong_count(&count), 2);
    assert!(snapshot.is_empty());
    drop(inner); // with a guard that has lost its scope
    assert_eq!(Arc::strong_count(&count), 1);
}

/// A future is polled inside other futures, one after another, that lie at one address. Its stored
/// outer frame must be that in which it is polled. (Miri once reported a dangling pointer here,
/// although the values were right.)
#[test]
fn a_frame_may_lie_where_another_lay() {
    thread_local! {
        static OUTSIDE: RefCell<Option<Guard>> = const { RefCell::new(None) };
    }
    let drops = EachPoll(|| {
        // The guard belongs to the thread: the search for its scope passes all frames.
        drop(OUTSIDE.with_borrow_mut(Option::take));
        None::<()>
    });
    let mut inner = Box::pin(drops.in_current_snapshot());
    for number in 0..8 {
        OUTSIDE.set(Some(TASK.enter(number)));
        let mut outer = Box::pin(EachPoll(|| poll(inner.as_mut()).is_ready().then_some(())).in_current_snapshot());
        assert!(poll(outer.as_mut()).is_pending());
        assert_eq!(TASK.get(), None);
    }
}
