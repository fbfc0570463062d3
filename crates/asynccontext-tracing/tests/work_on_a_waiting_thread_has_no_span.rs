//! If a waiting thread runs other work meanwhile, that work does not run in the waiting code's
//! span.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Once, mpsc};

use asynccontext::carrier::{Exported, Exports};
use asynccontext::tokio::LocalSet;
use asynccontext::tokio::runtime::Runtime;
use asynccontext::{Carried, Propagate, Snapshot, Variable, rayon};
use tracing::{Span, info_span};
use tracing_subscriber::prelude::*;

fn name() -> Option<&'static str> {
    Span::current().metadata().map(|span| span.name())
}

/// Calls `f` in a span inside another one, and checks that the previous ones are current
/// afterwards.
fn waiting<R>(f: impl FnOnce() -> R) -> R {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing_subscriber::registry().init();
        asynccontext_tracing::register();
    });
    let result = info_span!("outer").in_scope(|| {
        let result = info_span!("waits").in_scope(|| {
            let result = f();
            assert_eq!(name(), Some("waits"));
            result
        });
        assert_eq!(name(), Some("outer"));
        result
    });
    assert_eq!(name(), None);
    result
}

/// There is one worker, so a waiting job on it runs other jobs of the pool.
fn worker<R: Send>(f: impl FnOnce() -> R + Send) -> R {
    ::rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(f)
}

#[test]
fn rayon_jobs_that_a_waiting_worker_steals() {
    let (send, seen) = mpsc::channel();
    let bare = || {
        let send = send.clone();
        move || send.send(name()).unwrap()
    };
    worker(|| {
        waiting(|| {
            rayon::join(|| ::rayon::spawn(bare()), || assert_eq!(name(), Some("waits")));
            rayon::scope(|scope| {
                scope.spawn(|_| assert_eq!(name(), Some("waits")));
                ::rayon::spawn(bare());
            });
            let items = ::rayon::iter::IntoParallelIterator::into_par_iter(0..8);
            items.in_current_snapshot().for_each(|n| {
                assert_eq!(name(), Some("waits"));
                if n == 0 {
                    ::rayon::spawn(bare());
                }
            });
        });
        rayon::spawn(bare());
    });
    drop(send);
    assert_eq!(seen.iter().collect::<Vec<_>>(), [None; 4]);
}

/// A job that was spawned in another span runs in it, on every worker.
#[test]
fn rayon_jobs_of_others_have_their_own() {
    let (send, seen) = mpsc::channel();
    worker(|| {
        waiting(|| {
            let job = || {
                let (one, other) = (send.clone(), send.clone());
                info_span!("other").in_scope(|| rayon::spawn(move || one.send(name()).unwrap()));
                asynccontext_tracing::outside(|| rayon::spawn(move || other.send(name()).unwrap()));
            };
            rayon::join(job, || ());
        });
    });
    let mut seen = [seen.recv().unwrap(), seen.recv().unwrap()];
    seen.sort_unstable();
    assert_eq!(seen, [None, Some("other")]);
}

#[test]
fn tasks_that_a_runtime_and_a_local_set_poll() {
    let rt = Runtime::from(tokio::runtime::Builder::new_current_thread().build().unwrap());
    let local = LocalSet::new();
    let task = async || {
        let first = name();
        tokio::task::yield_now().await;
        (first, name())
    };
    let bare = tokio::task::LocalSet::spawn_local(&local, task());
    waiting(|| {
        rt.block_on(async {
            let bare = tokio::spawn(task());
            assert_eq!(name(), Some("waits"));
            assert_eq!(bare.await.unwrap(), (None, None));
            assert_eq!(name(), Some("waits"));
        });
        local.block_on(&rt, async {
            assert_eq!(bare.await.unwrap(), (None, None));
            assert_eq!(name(), Some("waits"));
        });
        let bare = tokio::task::LocalSet::spawn_local(&local, task());
        rt.block_on(local.run_until(async {
            assert_eq!(bare.await.unwrap(), (None, None));
            assert_eq!(name(), Some("waits"));
        }));
    });
}

#[test]
fn messages_without_a_span() {
    let (message, dropped) = (Carried::new(1), Carried::new(Sees));
    struct Sees;
    impl Drop for Sees {
        fn drop(&mut self) {
            assert_eq!(name(), None);
        }
    }
    waiting(|| {
        assert_eq!(message.handle(|n| (n, name())), (1, None));
        drop(dropped);
        assert_eq!(info_span!("sends").in_scope(|| Carried::new(())).handle(|()| name()), Some("sends"));
    });
}

/// A carrier has no span, so the server's stays current.
#[test]
fn an_extracted_snapshot_runs_in_the_server_s_span() {
    static USER: Exported<u8> = Variable::named("user").exported("x-user");
    static LIST: Exports = Exports::new(&[USER.export()]);
    for user in [Some(7), None] {
        let carrier: Vec<_> = user.map(|user| ("x-user".to_owned(), user.to_string())).into_iter().collect();
        let handler = async || {
            let inner = asynccontext::thread::spawn(|| (USER.get(), name()));
            ((USER.get(), name()), inner.join().unwrap())
        };
        let seen = waiting(|| {
            let snapshot = LIST.extract(&carrier).unwrap();
            Runtime::from(tokio::runtime::Builder::new_current_thread().build().unwrap())
                .block_on(snapshot.scope(handler()))
        });
        assert_eq!(seen, ((user, Some("waits")), (user, Some("waits"))));
    }
}

#[test]
fn a_span_that_is_entered_within_itself() {
    waiting(|| ()); // installs the subscriber
    let span = info_span!("again");
    let snapshot = span.in_scope(Snapshot::capture);
    waiting(|| {
        span.in_scope(|| {
            info_span!("between").in_scope(|| {
                span.in_scope(|| {
                    // tracing keeps "between" current here
                    Snapshot::empty().run(|| assert_eq!(name(), None));
                    snapshot.run(|| assert_eq!(name(), Some("again")));
                    assert_eq!(name(), Some("between"));
                });
                assert_eq!(name(), Some("between"));
            });
            assert_eq!(name(), Some("again"));
        });
    });
}

#[test]
fn a_panic_enters_again_what_was_left() {
    waiting(|| {
        let panics = || asynccontext_tracing::outside(|| std::panic::resume_unwind(Box::new(name())));
        let panic = catch_unwind(AssertUnwindSafe(panics)).unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&None::<&str>));
    });
}
