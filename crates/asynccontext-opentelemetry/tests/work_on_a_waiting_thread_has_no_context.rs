//! If a waiting thread runs other work meanwhile, that work does not run in the waiting code's
//! context.

use std::sync::{Once, mpsc};

use asynccontext::carrier::{Exported, Exports};
use asynccontext::tokio::LocalSet;
use asynccontext::tokio::runtime::Runtime;
use asynccontext::{Carried, Snapshot, Variable, rayon, thread};
use opentelemetry::Context;

struct Shard(u8);

fn shard() -> Option<u8> {
    Context::map_current(|context| context.get::<Shard>().map(|shard| shard.0))
}

fn within<R>(number: u8, f: impl FnOnce() -> R) -> R {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        asynccontext_opentelemetry::register();
    });
    let attached = Context::current_with_value(Shard(number)).attach();
    let result = f();
    assert_eq!(shard(), Some(number));
    drop(attached);
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
        move || send.send(shard()).unwrap()
    };
    worker(|| {
        within(1, || {
            rayon::join(|| ::rayon::spawn(bare()), || assert_eq!(shard(), Some(1)));
            rayon::scope(|scope| {
                scope.spawn(|_| assert_eq!(shard(), Some(1)));
                ::rayon::spawn(bare());
            });
        });
    });
    drop(send);
    assert_eq!(seen.iter().collect::<Vec<_>>(), [None; 2]);
}

#[test]
fn tasks_that_a_runtime_and_a_local_set_poll() {
    let rt = Runtime::from(tokio::runtime::Builder::new_current_thread().build().unwrap());
    let local = LocalSet::new();
    within(1, || {
        rt.block_on(async {
            assert_eq!(tokio::spawn(async { shard() }).await.unwrap(), None);
            assert_eq!(shard(), Some(1));
        });
        let bare = tokio::task::LocalSet::spawn_local(&local, async { shard() });
        local.block_on(&rt, async {
            assert_eq!(bare.await.unwrap(), None);
            assert_eq!(shard(), Some(1));
        });
    });
}

#[test]
fn messages_without_a_context() {
    within(1, || ()); // registers
    let message = Carried::new(());
    assert_eq!(within(2, || message.handle(|()| shard())), None);
}

/// The carrier has no OpenTelemetry context, so the server's own stays current.
#[test]
fn an_extracted_snapshot_runs_in_the_server_s_context() {
    static USER: Exported<u8> = Variable::named("user").exported("x-user");
    static LIST: Exports = Exports::new(&[USER.export()]);
    for user in [Some(7), None] {
        let carrier: Vec<_> = user.map(|user| ("x-user".to_owned(), user.to_string())).into_iter().collect();
        let handler = || (USER.get(), shard(), thread::spawn(|| (USER.get(), shard())).join().unwrap());
        let seen = within(1, || LIST.extract(&carrier).unwrap().run(handler));
        assert_eq!(seen, (user, Some(1), (user, Some(1))));
    }
}

#[test]
fn suppression_stays_where_nothing_was_captured() {
    let captured = within(1, Snapshot::capture);
    let is_suppressed = Context::is_current_telemetry_suppressed;
    within(2, || {
        let suppressed = Context::enter_telemetry_suppressed_scope();
        let within_it = Snapshot::capture();
        Snapshot::empty().run(|| {
            assert_eq!((shard(), is_suppressed()), (None, true));
            assert!(thread::spawn(is_suppressed).join().unwrap());
        });
        captured.run(|| assert_eq!((shard(), is_suppressed()), (Some(1), false)));
        drop(suppressed);
        assert!(!is_suppressed());
        within_it.run(|| assert_eq!((shard(), is_suppressed()), (Some(2), true)));
        Snapshot::empty().run(|| assert!(!is_suppressed()));
    });
}
