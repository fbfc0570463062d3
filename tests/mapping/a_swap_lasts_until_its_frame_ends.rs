//! `async_context_swap` installs a mapping on the running frame and returns the previous one; it
//! has no effect beyond the frame.

use crate::support;

use asynccontext::agent::{async_context_snapshot, async_context_swap};
use asynccontext::{Propagate, Snapshot, Variable};
use support::{poll, suspend};

static A: Variable<u32> = Variable::named("a");
static B: Variable<u32> = Variable::named("b");

fn seen() -> (Option<u32>, Option<u32>) {
    (A.get(), B.get())
}

fn with_a(value: u32) -> Snapshot {
    Snapshot::empty().run(|| A.run(value, async_context_snapshot))
}

#[test]
fn all_is_replaced_and_put_back() {
    A.run(1, || {
        B.run(2, || {
            let previous = async_context_swap(with_a(3));
            assert_eq!(seen(), (Some(3), None));
            previous.run(|| assert_eq!(seen(), (Some(1), Some(2))));
            let job = async_context_swap(previous);
            assert_eq!(seen(), (Some(1), Some(2)));
            job.run(|| assert_eq!(seen(), (Some(3), None)));
        });
        assert_eq!(seen(), (Some(1), None));
    });
}

#[test]
fn it_ends_with_the_run_it_is_in() {
    A.run(1, || {
        B.run(2, || drop(async_context_swap(Snapshot::empty())));
        assert_eq!(seen(), (Some(1), None));
        Snapshot::empty().run(|| drop(async_context_swap(with_a(9))));
        assert_eq!(seen(), (Some(1), None));
        let panics = || {
            B.run(2, || {
                async_context_swap(with_a(9));
                panic!("as it should");
            })
        };
        assert!(std::panic::catch_unwind(panics).is_err());
        assert_eq!(seen(), (Some(1), None));
    });
}

#[test]
fn in_a_task_it_stays_with_the_task() {
    let task = async {
        async_context_swap(with_a(5));
        suspend().await;
        assert_eq!(seen(), (Some(5), None));
        B.run(6, || assert_eq!(seen(), (Some(5), Some(6))));
        let previous = async_context_swap(Snapshot::empty());
        suspend().await;
        assert_eq!(seen(), (None, None));
        previous
    };
    let mut task = Box::pin(B.scope(1, task));
    assert!(poll(task.as_mut()).is_pending());
    assert_eq!(seen(), (None, None));
    let elsewhere = move || {
        assert!(poll(task.as_mut()).is_pending());
        task
    };
    let mut task = std::thread::spawn(elsewhere).join().unwrap();
    let std::task::Poll::Ready(previous) = poll(task.as_mut()) else { panic!("pending") };
    previous.run(|| assert_eq!(seen(), (Some(5), None)));
    // the swapped mapping is also current in the task's drop
    struct Look;
    impl Drop for Look {
        fn drop(&mut self) {
            assert_eq!(seen(), (Some(7), None));
        }
    }
    let mut task = Box::pin(B.scope(1, async {
        let _look = Look;
        async_context_swap(with_a(7));
        suspend().await;
    }));
    assert!(poll(task.as_mut()).is_pending());
}

#[test]
fn at_the_root_it_stays_with_the_thread() {
    let thread = std::thread::spawn(|| {
        async_context_swap(with_a(1));
        assert_eq!(seen(), (Some(1), None));
        std::thread::spawn(|| assert_eq!(seen(), (None, None))).join().unwrap();
        let ready = support::ready(async { seen() }.with_snapshot(Snapshot::empty()));
        assert_eq!(ready, (None, None));
        assert_eq!(seen(), (Some(1), None));
    });
    thread.join().unwrap();
    assert_eq!(seen(), (None, None));
}

/// A swap replaces all bindings, including those of guards; a guard beneath it ends without effect.
#[test]
fn it_hides_the_guards_before_it() {
    B.run(0, || {
        let hidden = A.enter(1);
        let previous = async_context_swap(with_a(2));
        assert_eq!(seen(), (Some(2), None));
        let above = B.enter(3);
        assert_eq!(seen(), (Some(2), Some(3)));
        drop(hidden);
        assert_eq!(seen(), (Some(2), Some(3)));
        drop(above);
        assert_eq!(seen(), (Some(2), None));
        async_context_swap(previous);
        // the snapshot still has its values, although its guard was dropped
        assert_eq!(seen(), (Some(1), Some(0)));
    });
    assert_eq!(seen(), (None, None));
}
