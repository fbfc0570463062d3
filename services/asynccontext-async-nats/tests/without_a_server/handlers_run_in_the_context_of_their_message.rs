//! Handlers see what the message carried, and nothing of the consumer or of other messages.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Waker};

use async_nats::{HeaderMap, Message};
use asynccontext::carrier::{Exported, Imports};
use asynccontext::companion::{self, Companion};
use asynccontext::{Snapshot, Variable};
use asynccontext_async_nats::MessageExt;
use futures::executor::block_on;

static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
static CONSUMER: Variable<&str> = Variable::named("consumer");
static IMPORTS: Imports = Imports::new(&[TENANT.import()]);

fn message(headers: &[(&str, &str)]) -> Message {
    let headers = (!headers.is_empty()).then(|| {
        let mut map = HeaderMap::new();
        headers.iter().for_each(|(name, value)| map.append(*name, *value));
        map
    });
    let subject = "orders".into();
    Message { subject, reply: None, payload: "one".into(), headers, status: None, description: None, length: 0 }
}

#[test]
fn a_handler_sees_the_message_and_not_the_consumer() {
    let consumer = CONSUMER.scope(
        "the consumer",
        TENANT.scope("of the consumer".into(), async {
            let handled = message(&[("x-tenant", "blue")]).handle(&IMPORTS, async |message| {
                assert_eq!(message.payload, "one");
                (TENANT.get(), CONSUMER.get())
            });
            assert_eq!(handled.await, (Some("blue".into()), None));
            let bare = message(&[]).handle(&IMPORTS, async |_| (TENANT.get(), CONSUMER.get()));
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
    let seen = block_on(message(&[("x-tenant", "blue")]).handle(&IMPORTS, async |_| DEPTH.get()));
    assert_eq!((seen, DEPTH.get()), (0, 3));
}

#[test]
fn a_panic_leaves_nothing_to_the_next_message() {
    let handled = message(&[("x-tenant", "blue")]).handle(&IMPORTS, async |_| panic!("on purpose"));
    let panic = catch_unwind(AssertUnwindSafe(|| block_on(handled))).unwrap_err();
    assert_eq!(*panic.downcast_ref::<&str>().unwrap(), "on purpose");
    assert!(Snapshot::capture().is_empty());
    assert_eq!(block_on(message(&[]).handle(&IMPORTS, async |_| TENANT.get())), None);
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
        let mut handled = pin!(message(&[("x-tenant", "blue")]).handle(&IMPORTS, async |_| {
            let _seen = Seen(&seen);
            std::future::pending::<()>().await;
        }));
        assert!(handled.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    assert_eq!(seen.take().as_deref(), Some("blue"));
}

#[test]
fn each_message_of_a_batch_has_its_own_context() {
    let batch = ["blue", "red", "green"].map(|tenant| message(&[("x-tenant", tenant)]).carried(&IMPORTS));
    // All at once.
    let handled = batch.into_iter().map(|message| message.handle_async(async |_| TENANT.get().unwrap()));
    assert_eq!(block_on(futures::future::join_all(handled)), ["blue", "red", "green"]);
}
