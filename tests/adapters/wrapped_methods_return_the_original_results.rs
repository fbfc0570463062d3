//! Methods that call the wrapped type return its results.

use asynccontext::{Propagate, Variable};

static STEP: Variable<u32> = Variable::named("step");

#[test]
fn guards_and_scoped_values_have_debug_forms() {
    assert_eq!(format!("{:?}", STEP.enter(1)), "Guard");
    let task = async { format!("{:?}", STEP.enter_task(1).unwrap()) };
    let mut task = std::pin::pin!(task.in_current_snapshot());
    let polled = task.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
    assert_eq!(polled, std::task::Poll::Ready("TaskGuard".to_owned()));
    assert_eq!(format!("{:?}", 7.in_current_snapshot()), "Scoped { inner: 7, .. }");
}

#[cfg(feature = "rayon")]
mod of_rayon {
    use super::*;
    use rayon::prelude::*;

    fn numbers(list: &[u32]) -> asynccontext::Scoped<rayon::vec::IntoIter<u32>> {
        list.to_vec().into_par_iter().in_current_snapshot()
    }

    #[test]
    fn any_and_all() {
        for list in [&[1, 2, 3][..], &[2, 4], &[1, 3], &[]] {
            let even = |n: &u32| *n % 2 == 0;
            assert_eq!(numbers(list).any(|n| even(&n)), list.iter().any(even), "{list:?}");
            assert_eq!(numbers(list).all(|n| even(&n)), list.iter().all(even), "{list:?}");
        }
    }

    #[test]
    fn comparisons() {
        for (one, other) in [([1, 2], [1, 2]), ([1, 2], [1, 3]), ([2, 1], [1, 3])] {
            let (left, right) = (|| numbers(&one), || other.to_vec().into_par_iter());
            assert_eq!(left().eq(right()), one == other, "{one:?} {other:?}");
            assert_eq!(left().ne(right()), one != other, "{one:?} {other:?}");
            assert_eq!(left().lt(right()), one < other, "{one:?} {other:?}");
            assert_eq!(left().le(right()), one <= other, "{one:?} {other:?}");
            assert_eq!(left().gt(right()), one > other, "{one:?} {other:?}");
            assert_eq!(left().ge(right()), one >= other, "{one:?} {other:?}");
        }
    }

    #[test]
    fn scopes_have_the_debug_forms_of_rayons() {
        let form = |form: String, name: &str| assert!(form.starts_with(name), "{form}");
        asynccontext::rayon::scope(|scope| form(format!("{scope:?}"), "Scope"));
        asynccontext::rayon::scope_fifo(|scope| form(format!("{scope:?}"), "ScopeFifo"));
    }
}

#[cfg(feature = "tokio-rt-multi-thread")]
mod of_tokio {
    use std::future::{pending, poll_fn};
    use std::sync::mpsc;
    use std::time::{Duration, Instant};

    use asynccontext::tokio::runtime::{Builder, LocalRuntime, Runtime};
    use asynccontext::tokio::task::JoinSet;

    fn block_on<F: Future>(future: F) -> F::Output {
        Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
    }

    #[test]
    fn a_join_set_counts_and_gives_its_tasks() {
        block_on(async {
            let mut set = JoinSet::new();
            assert!(set.is_empty() && set.try_join_next().is_none() && set.try_join_next_with_id().is_none());
            for number in 0..4 {
                set.spawn(async move { number });
            }
            assert_eq!((set.len(), set.is_empty()), (4, false));
            assert!(format!("{set:?}").contains("JoinSet"), "{set:?}");
            tokio::task::yield_now().await; // on one thread: now all have run
            let mut seen = vec![set.try_join_next().unwrap().unwrap()];
            seen.push(set.try_join_next_with_id().unwrap().unwrap().1);
            seen.push(poll_fn(|cx| set.poll_join_next(cx)).await.unwrap().unwrap());
            seen.push(poll_fn(|cx| set.poll_join_next_with_id(cx)).await.unwrap().unwrap().1);
            seen.sort_unstable();
            assert_eq!((seen, set.len(), set.is_empty()), (vec![0, 1, 2, 3], 0, true));
        });
    }

    #[test]
    fn a_join_set_aborts_all() {
        block_on(async {
            let mut set = JoinSet::new();
            set.spawn(pending::<()>());
            set.spawn(pending::<()>());
            set.abort_all();
            let end = async {
                while let Some(ended) = set.join_next().await {
                    assert!(ended.unwrap_err().is_cancelled());
                }
            };
            tokio::time::timeout(Duration::from_secs(10), end).await.unwrap();
        });
    }

    /// Whether the shutdown returns although a blocking call is still running.
    fn comes_back(shut_down: impl FnOnce(mpsc::Receiver<()>)) {
        let (hold, held) = mpsc::channel::<()>();
        let begin = Instant::now();
        shut_down(held);
        assert!(begin.elapsed() < Duration::from_secs(5));
        drop(hold);
    }

    /// A call that ends when the test does, or after ten seconds.
    fn call(held: mpsc::Receiver<()>) -> impl FnOnce() + Send + 'static {
        move || {
            let _ = held.recv_timeout(Duration::from_secs(10));
        }
    }

    #[test]
    fn a_runtime_is_shut_down_in_time_and_in_the_background() {
        comes_back(|held| {
            let runtime = Runtime::new().unwrap();
            runtime.spawn_blocking(call(held));
            runtime.shutdown_timeout(Duration::from_millis(20));
        });
        comes_back(|held| {
            let runtime = Runtime::new().unwrap();
            runtime.spawn_blocking(call(held));
            runtime.shutdown_background();
        });
    }

    #[test]
    fn a_local_runtime_is_shut_down_in_time_and_in_the_background() {
        comes_back(|held| {
            let runtime = LocalRuntime::new().unwrap();
            runtime.spawn_blocking(call(held));
            runtime.shutdown_timeout(Duration::from_millis(20));
        });
        comes_back(|held| {
            let runtime = LocalRuntime::new().unwrap();
            runtime.spawn_blocking(call(held));
            runtime.shutdown_background();
        });
    }

    #[cfg(tokio_unstable)]
    #[test]
    fn an_inheriting_builder_has_a_debug_form() {
        use asynccontext::tokio::runtime::Inherit;
        assert_eq!(format!("{:?}", Inherit::new()), "Inherit { .. }");
    }

    #[cfg(all(tokio_unstable, feature = "tokio-tracing"))]
    #[test]
    fn a_builder_of_named_tasks_has_a_debug_form() {
        let mut set = JoinSet::<()>::new();
        assert!(format!("{:?}", set.build_task()).contains("Builder"));
    }
}
