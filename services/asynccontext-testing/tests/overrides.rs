//! Overrides that follow spawned work, and the failure of a test that loses one.

#[cfg(not(tokio_unstable))]
use std::panic::{AssertUnwindSafe, catch_unwind};

use asynccontext::{Variable, thread};
use asynccontext_testing::Test;
use tokio::runtime::Builder;

static CLOCK: Variable<u64> = Variable::named("clock").with_default(1_700_000_000);
static GATEWAY: Variable<&str> = Variable::named("gateway");

#[cfg(not(tokio_unstable))]
fn panic_of(f: impl FnOnce()) -> String {
    catch_unwind(AssertUnwindSafe(f)).unwrap_err().downcast_ref::<String>().cloned().unwrap()
}

#[test]
fn an_override_follows_spawned_work() {
    let test = Test::new().with(&CLOCK, 12).with(&GATEWAY, "fake");
    for workers in [1, 2] {
        test.block_on_with(Builder::new_multi_thread().worker_threads(workers), async {
            let task = async { asynccontext::tokio::task::spawn_blocking(|| CLOCK.get()).await.unwrap() };
            assert_eq!(asynccontext::tokio::spawn(task).await.unwrap(), Some(12));
            assert_eq!(thread::spawn(|| GATEWAY.get()).join().unwrap(), Some("fake"));
        });
    }
    assert_eq!(test.run(|| CLOCK.get()), Some(12));
    assert_eq!(CLOCK.get(), Some(1_700_000_000));
}

#[test]
fn tests_in_parallel_see_their_own_overrides() {
    let tests: Vec<_> = (0..8)
        .map(|test| {
            std::thread::spawn(move || {
                let read = async move {
                    for _ in 0..1000 {
                        let task = asynccontext::tokio::spawn(async { CLOCK.get() });
                        assert_eq!(task.await.unwrap(), Some(test));
                    }
                };
                Test::new().with(&CLOCK, test).block_on(read);
            })
        })
        .collect();
    for test in tests {
        test.join().unwrap();
    }
}

#[test]
fn a_test_without_the_override_may_read_the_default() {
    Test::new().with(&GATEWAY, "fake").block_on(async {
        assert_eq!(CLOCK.get(), Some(1_700_000_000));
        assert_eq!(asynccontext::tokio::spawn(async { CLOCK.get() }).await.unwrap(), Some(1_700_000_000));
    });
}

#[cfg(not(tokio_unstable))]
#[test]
fn a_bare_task_that_reads_the_default_fails_the_test() {
    if !cfg!(debug_assertions) {
        return;
    }
    let bound = line!() + 1;
    let test = Test::new().with(&CLOCK, 12);
    let failure = panic_of(|| {
        test.block_on(async {
            let line = line!() + 1;
            let bare = tokio::spawn(async { CLOCK.get() });
            assert_eq!(bare.await.unwrap(), Some(1_700_000_000));
            assert_eq!(test.lost()[0].error().location().line(), line);
        });
    });
    let start = "a read did not find the test's override:\nvariable \"clock\" has no value here (read at ";
    assert!(failure.starts_with(start), "{failure}");
    assert!(failure.contains("in tokio's task"), "{failure}");
    let bound = format!("bound on this thread by `with` at {}:{bound}:", file!());
    assert!(failure.contains(&bound), "{failure}");
}

#[cfg(not(tokio_unstable))]
#[test]
fn bare_work_on_the_runtime_s_threads_fails_the_test_too() {
    if !cfg!(debug_assertions) {
        return;
    }
    let test = Test::new().with(&GATEWAY, "fake");
    let failure = panic_of(|| {
        test.block_on_with(Builder::new_multi_thread().worker_threads(2), async {
            assert_eq!(tokio::task::spawn_blocking(|| GATEWAY.get()).await.unwrap(), None);
            assert!(tokio::spawn(async { GATEWAY.try_get() }).await.unwrap().is_err());
        });
    });
    assert!(failure.starts_with("2 reads did not find the test's override:\n"), "{failure}");
}

#[cfg(tokio_unstable)]
#[test]
fn a_bare_task_has_the_override() {
    Test::new().with(&CLOCK, 12).block_on(async {
        assert_eq!(tokio::spawn(async { CLOCK.get() }).await.unwrap(), Some(12));
    });
}
