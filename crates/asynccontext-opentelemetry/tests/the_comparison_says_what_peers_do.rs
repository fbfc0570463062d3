//! What COMPARE.md says of tokio's `task_local!`, tracing and OpenTelemetry, tried on them, and the
//! same tried on `asynccontext`. Where a peer changes, a test fails here and the document is mended.

use std::cell::RefCell;
use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex, Once};
use std::task::{Context as Polling, Poll, Waker};

use asynccontext::{Propagate, Variable};
use opentelemetry::Context;
use opentelemetry::context::FutureExt;
use tracing::{Instrument, Span, info_span};
use tracing_subscriber::prelude::*;

static TENANT: Variable<u8> = Variable::named("tenant");

tokio::task_local! {
    static TASK_LOCAL: u8;
}

struct Tenant;

/// What each of the four shows: the crate, `task_local!`, tracing, OpenTelemetry. tracing has no
/// values, so whether a span is current.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
struct Seen {
    ours: bool,
    task_local: bool,
    tracing: bool,
    opentelemetry: bool,
}

const ALL: Seen = Seen { ours: true, task_local: true, tracing: true, opentelemetry: true };
const NONE: Seen = Seen { ours: false, task_local: false, tracing: false, opentelemetry: false };

fn seen() -> Seen {
    Seen {
        ours: TENANT.get().is_some(),
        task_local: TASK_LOCAL.try_with(|_| ()).is_ok(),
        tracing: Span::current().metadata().is_some(),
        opentelemetry: Context::map_current(|context| context.get::<Tenant>().is_some()),
    }
}

fn subscribe() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing_subscriber::registry().init());
}

/// `future` within all four.
fn within<F: Future>(future: F) -> impl Future<Output = F::Output> {
    subscribe();
    let context = Context::new().with_value(Tenant);
    TENANT.scope(1, TASK_LOCAL.scope(1, future.instrument(info_span!("request")).with_context(context)))
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Polling::from_waker(Waker::noop()))
}

#[test]
fn a_bare_spawn_loses_all_four() {
    let request = async { (seen(), tokio::spawn(async { seen() }).await.unwrap()) };
    assert_eq!(block_on(within(request)), (ALL, NONE));
    let request = async { std::thread::spawn(seen).join().unwrap() };
    assert_eq!(block_on(within(request)), NONE);
}

#[test]
fn a_spawn_of_ours_carries_all_values_at_once() {
    let request = async { asynccontext::tokio::spawn(async { seen() }).await.unwrap() };
    assert_eq!(block_on(within(request)), Seen { ours: true, ..NONE });
}

#[test]
fn peers_are_carried_future_by_future() {
    let request = async { tokio::spawn(TASK_LOCAL.scope(TASK_LOCAL.get(), async { seen() })).await.unwrap() };
    assert_eq!(block_on(within(request)), Seen { task_local: true, ..NONE });
    let request = async { tokio::spawn(async { seen() }.in_current_span()).await.unwrap() };
    assert_eq!(block_on(within(request)), Seen { tracing: true, ..NONE });
    let request = async { tokio::spawn(async { seen() }.with_current_context()).await.unwrap() };
    assert_eq!(block_on(within(request)), Seen { opentelemetry: true, ..NONE });
    let request = async { tokio::spawn(async { seen() }.in_current_snapshot()).await.unwrap() };
    assert_eq!(block_on(within(request)), Seen { ours: true, ..NONE });
}

/// Notes what shows when it is dropped.
struct Witness(Arc<Mutex<Option<Seen>>>);

impl Drop for Witness {
    fn drop(&mut self) {
        *self.0.lock().unwrap() = Some(seen());
    }
}

#[test]
fn opentelemetry_drops_a_future_outside_its_context() {
    let told = Arc::new(Mutex::new(None));
    let witness = Witness(Arc::clone(&told));
    {
        let mut request = pin!(within(async move {
            let _witness = witness;
            pending::<()>().await
        }));
        assert!(poll(request.as_mut()).is_pending());
    }
    assert_eq!(*told.lock().unwrap(), Some(Seen { opentelemetry: false, ..ALL }));
}

#[test]
fn opentelemetry_keeps_one_value_of_a_type() {
    let context = Context::new().with_value(1_u8).with_value(2_u8);
    assert_eq!(context.get::<u8>(), Some(&2));
    static OTHER: Variable<u8> = Variable::named("other");
    assert_eq!(TENANT.run(1, || OTHER.run(2, || (TENANT.get(), OTHER.get()))), (Some(1), Some(2)));
}

#[test]
fn a_guard_of_a_peer_stays_on_the_thread_over_an_await() {
    subscribe();
    async fn on_hold<G>(enter: impl FnOnce() -> G) {
        let _guard = enter();
        pending::<()>().await
    }
    let after = |request: &mut dyn FnMut() -> bool| {
        assert!(request());
        seen()
    };
    let span = info_span!("request");
    let mut request = Box::pin(on_hold(|| span.enter()));
    assert_eq!(after(&mut || poll(request.as_mut()).is_pending()), Seen { tracing: true, ..NONE });
    drop(request);
    let mut request = Box::pin(on_hold(|| Context::new().with_value(Tenant).attach()));
    assert_eq!(after(&mut || poll(request.as_mut()).is_pending()), Seen { opentelemetry: true, ..NONE });
    drop(request);
    let mut request = Box::pin(on_hold(|| TENANT.enter_task(1).unwrap()).in_current_snapshot());
    assert_eq!(after(&mut || poll(request.as_mut()).is_pending()), NONE);
}

#[test]
fn only_here_may_a_read_start_a_scope() {
    let panics = |f: &dyn Fn()| catch_unwind(AssertUnwindSafe(f)).is_err();
    assert!(panics(&|| TASK_LOCAL.sync_scope(1, || TASK_LOCAL.with(|_| TASK_LOCAL.sync_scope(2, || ())))));
    assert!(panics(&|| Context::map_current(|_| drop(Context::new().attach()))));
    assert!(!panics(&|| TENANT.run(1, || TENANT.with(|_| TENANT.run(2, || ())))));
}

#[test]
fn task_local_takes_values_that_stay_on_their_thread() {
    tokio::task_local! {
        static CELL: RefCell<std::rc::Rc<u8>>;
    }
    CELL.sync_scope(RefCell::new(std::rc::Rc::new(1)), || CELL.with(|cell| **cell.borrow_mut() == 1));
}

#[test]
fn all_restore_after_a_panic_in_a_poll() {
    let request = within(poll_fn(|_| -> Poll<()> { panic!("in a poll") }));
    let mut request = Box::pin(request);
    assert!(catch_unwind(AssertUnwindSafe(|| poll(request.as_mut()))).is_err());
    assert_eq!(seen(), NONE);
}
