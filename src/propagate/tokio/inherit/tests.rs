//! Tasks that the hooks do not know, which a program can't produce at will.

use ::tokio::runtime::Builder;

use super::*;
use crate::Variable;
use crate::mapping::Link;

/// The ids of two tasks, and a runtime without tasks.
fn two_ids() -> (Id, Id, ::tokio::runtime::Runtime) {
    let runtime = Builder::new_current_thread().build().unwrap();
    let tasks = [(); 2].map(|()| runtime.spawn(async {}));
    let [first, second] = tasks.each_ref().map(::tokio::task::JoinHandle::id);
    runtime.block_on(async {
        for task in tasks {
            task.await.unwrap();
        }
    });
    (first, second, runtime)
}

#[test]
fn a_hook_of_the_users_is_called_for_an_unknown_task_too() {
    let mut called = false;
    Closed(None).run(|| called = true);
    assert!(called);
}

#[test]
fn the_end_of_an_unknown_task_closes_no_other() {
    let (known, unknown, _runtime) = two_ids();
    let tasks = Tasks::new();
    assert!(tasks.insert(known, TaskFrame::new(Link::empty())).is_none());
    let polled = Polled::begin(&tasks, known);
    assert!(closed(unknown, false).0.is_none());
    assert!(innermost_within(known).is_some());
    drop(polled);
}

#[test]
fn values_that_panic_are_let_go_of_with_the_runtime() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            panic!("by itself");
        }
    }
    static VALUE: Variable<Panics> = Variable::new();
    let (first, second, runtime) = two_ids();
    let tasks = Arc::new(Tasks::new());
    for id in [first, second] {
        let base = VALUE.run(Panics, crate::Snapshot::capture).0;
        assert!(tasks.insert(id, TaskFrame::new(base)).is_none());
    }
    let ends = Ends::of(Arc::clone(&tasks), runtime.handle());
    assert_eq!(format!("{ends:?}"), "Ends { .. }");
    drop(ends);
    assert!(tasks.get(first).is_none() && tasks.get(second).is_none());
}

#[test]
fn pooled_connections_are_known_by_where_they_are_spawned() {
    let known = [
        "/home/u/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/hyper-util-0.1.21/src/rt/tokio.rs",
        r"C:\Users\u\.cargo\registry\src\index.crates.io-1949cf8c6b5b557f\hyper-util-0.1.21\src\rt\tokio.rs",
        r"C:\p\vendor\hyper-util\src/rt/tokio.rs",
        "hyper-util-0.1.21/src/rt/tokio.rs",
        "vendor/hyper-util/src/rt/tokio.rs",
        "/r/hyper-0.14.32/src/common/exec.rs",
        "/r/reqwest-0.13.5/src/async_impl/h3_client/pool.rs",
    ];
    for file in known {
        assert!(pooled::is_spawned_in(file), "{file}");
    }
    let others = [
        "",
        "src/rt/tokio.rs",
        "/src/rt/tokio.rs",
        "ésrc/rt/tokio.rs",
        "/r/hyper-util-0.1.21_src/rt/tokio.rs",
        "/p/my-hyper-util-0.1.21/src/rt/tokio.rs",
        "/p/hyper-util-fork/src/rt/tokio.rs",
        "/p/hyper-util-/src/rt/tokio.rs",
        "/r/hyper-util-0.1.21/src/rt/mytokio.rs",
        "/r/hyper-util-0.1.21/src/server/graceful.rs",
        "/r/hyper-util-0.1.21/x/src/rt/tokio.rs",
        "/g/hyper-util-1f2e3d4c5b6a7980/abcdef0/src/rt/tokio.rs",
        "/r/hyper-1.12.0/src/rt/tokio.rs",
        "/r/reqwest-0.13.5/src/blocking/client.rs",
    ];
    for file in others {
        assert!(!pooled::is_spawned_in(file), "{file}");
    }
}
