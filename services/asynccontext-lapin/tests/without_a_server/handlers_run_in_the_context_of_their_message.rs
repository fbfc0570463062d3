//! Handlers see what the message carried, and nothing of the consumer or of other messages.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Waker};

use asynccontext::carrier::{Exported, Imports};
use asynccontext::companion::{self, Companion};
use asynccontext::{Snapshot, Variable};
use asynccontext_lapin::{ATTEMPT, AckExt, HandleError, MessageExt};
use futures::executor::block_on;
use lapin::BasicProperties;
use lapin::message::Delivery;
use lapin::options::BasicNackOptions;
use lapin::types::{AMQPValue, FieldTable};

static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
static CONSUMER: Variable<&str> = Variable::named("consumer");
static IMPORTS: Imports = Imports::new(&[TENANT.import()]);
const AGAIN: BasicNackOptions = BasicNackOptions { requeue: true, multiple: false };

fn delivery(redelivered: bool, headers: &[(&str, AMQPValue)]) -> Delivery {
    let mut delivery = Delivery::mock(1, "".into(), "orders".into(), redelivered, b"one".to_vec());
    if !headers.is_empty() {
        let mut table = FieldTable::default();
        for (name, value) in headers {
            table.insert((*name).into(), value.clone());
        }
        delivery.properties = BasicProperties::default().with_headers(table);
    }
    delivery
}

fn of(tenant: &str) -> Delivery {
    delivery(false, &[("x-tenant", AMQPValue::LongString(tenant.into()))])
}

#[test]
fn a_handler_sees_the_message_and_not_the_consumer() {
    let consumer = CONSUMER.scope(
        "the consumer",
        TENANT.scope("of the consumer".into(), async {
            let handled = of("blue").handle(&IMPORTS, async |delivery| {
                assert_eq!(delivery.data, b"one");
                (TENANT.get(), CONSUMER.get())
            });
            assert_eq!(handled.await, (Some("blue".into()), None));
            let bare = delivery(false, &[]).handle(&IMPORTS, async |_| (TENANT.get(), CONSUMER.get()));
            assert_eq!(bare.await, (None, None));
            assert_eq!(TENANT.get().as_deref(), Some("of the consumer"));
        }),
    );
    block_on(consumer);
}

#[test]
fn foreign_context_of_the_consumer_stays_outside() {
    thread_local! { static DEPTH: Cell<u32> = const { Cell::new(0) } }
    struct Depth;
    struct Back(u32);
    impl Drop for Back {
        fn drop(&mut self) {
            DEPTH.set(self.0);
        }
    }
    impl Companion for Depth {
        type Captured = u32;
        type Entered<'a> = Back;
        fn capture(&self) -> Option<u32> {
            Some(DEPTH.get()).filter(|depth| *depth > 0)
        }
        fn enter<'a>(&'a self, captured: Option<&'a u32>) -> Option<Back> {
            Some(Back(DEPTH.replace(captured.copied().unwrap_or(0))))
        }
    }
    companion::register(Depth);
    DEPTH.set(3);
    let seen = block_on(of("blue").handle(&IMPORTS, async |_| DEPTH.get()));
    assert_eq!((seen, DEPTH.get()), (0, 3));
}

#[test]
fn a_panic_leaves_nothing_to_the_next_message() {
    let handled = of("blue").handle_and_ack(&IMPORTS, AGAIN, async |_| -> Result<(), ()> { panic!("on purpose") });
    let panic = catch_unwind(AssertUnwindSafe(|| block_on(handled))).unwrap_err();
    assert_eq!(*panic.downcast_ref::<&str>().unwrap(), "on purpose");
    assert!(Snapshot::capture().is_empty());
    assert_eq!(block_on(delivery(false, &[]).handle(&IMPORTS, async |_| TENANT.get())), None);
}

#[test]
fn results_of_handlers_are_passed_on() {
    let ok = of("blue").handle_and_ack(&IMPORTS, AGAIN, async |_| Ok::<_, ()>(TENANT.get()));
    assert_eq!(block_on(ok).unwrap().as_deref(), Some("blue"));
    let failed = of("blue").handle_and_ack(&IMPORTS, AGAIN, async |_| Err::<(), _>(TENANT.get()));
    assert!(matches!(block_on(failed), Err(HandleError::Handler(Some(tenant))) if tenant == "blue"));
}

#[test]
fn a_dropped_handler_is_dropped_in_its_context() {
    struct Seen<'a>(&'a Cell<Option<String>>);
    impl Drop for Seen<'_> {
        fn drop(&mut self) {
            self.0.set(TENANT.get());
        }
    }
    let seen = Cell::new(None);
    {
        let mut handled = pin!(of("blue").handle(&IMPORTS, async |_| {
            let _seen = Seen(&seen);
            std::future::pending::<()>().await;
        }));
        assert!(handled.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    assert_eq!(seen.take().as_deref(), Some("blue"));
}

#[test]
fn each_message_of_a_batch_has_its_own_context() {
    let batch = ["blue", "red", "green"].map(|tenant| of(tenant).carried(&IMPORTS));
    // All at once.
    let handled = batch.into_iter().map(|message| message.handle_async(async |_| TENANT.get().unwrap()));
    assert_eq!(block_on(futures::future::join_all(handled)), ["blue", "red", "green"]);
}

#[test]
fn a_sender_cannot_set_the_attempt_of_a_first_delivery() {
    let attempt = |redelivered, count: Option<AMQPValue>| {
        let headers: Vec<_> = count.into_iter().map(|count| ("x-delivery-count", count)).collect();
        delivery(redelivered, &headers).carried(&IMPORTS).handle(|_| ATTEMPT.get().unwrap())
    };
    assert_eq!(attempt(false, None), 1);
    assert_eq!(attempt(false, Some(AMQPValue::LongLongInt(9))), 1);
    assert_eq!(attempt(true, None), 2);
    assert_eq!(attempt(true, Some(AMQPValue::LongLongInt(1))), 2);
    assert_eq!(attempt(true, Some(AMQPValue::LongInt(2))), 3);
    for senseless in
        [AMQPValue::LongLongInt(-1), AMQPValue::LongLongInt(0), AMQPValue::Void, AMQPValue::Double(f64::NAN)]
    {
        assert_eq!(attempt(true, Some(senseless)), 2);
    }
    assert_eq!(attempt(true, Some(AMQPValue::LongLongInt(i64::MAX))), i64::MAX as u64 + 1);
}
