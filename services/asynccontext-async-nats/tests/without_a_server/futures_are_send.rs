//! The futures of producers and consumers can be spawned.

use async_nats::jetstream::{self, AckKind};
use async_nats::{Client, HeaderMap, Message, Request};
use asynccontext::carrier::{Exports, Imports};
use asynccontext_async_nats::{AckExt, Exporting, HandleError, MessageExt};

fn is_send<T: Send>(_: T) {}
fn types_are_send_and_sync<T: Send + Sync>() {}

#[test]
fn types_may_be_shared() {
    types_are_send_and_sync::<Exporting<Client, &Exports>>();
    types_are_send_and_sync::<Exporting<jetstream::Context, &Exports>>();
    types_are_send_and_sync::<HandleError<std::io::Error>>();
}

/// Compiled, not run.
#[expect(dead_code)]
fn futures_may_be_spawned(
    client: &Exporting<Client, &'static Exports>,
    context: &Exporting<jetstream::Context, &'static Exports>,
    message: Message,
    stored: jetstream::Message,
) {
    is_send(client.publish("a", "b".into()));
    is_send(client.publish_with_reply_and_headers("a", "r", HeaderMap::new(), "b".into()));
    is_send(client.send_request("a", Request::new()));
    is_send(context.publish("a", "b".into()));
    is_send(context.send_publish("a", jetstream::message::PublishMessage::build()));
    static IMPORTS: Imports = Imports::new(&[]);
    is_send(message.handle(&IMPORTS, async |_| ()));
    is_send(stored.handle_and_ack(&IMPORTS, AckKind::Term, async |_| Ok::<_, std::io::Error>(())));
}
