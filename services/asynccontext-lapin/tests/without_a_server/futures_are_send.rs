//! The futures of producers and consumers can be spawned.

use asynccontext::carrier::{Exports, Imports};
use asynccontext_lapin::{AckExt, Exporting, HandleError, MessageExt};
use lapin::BasicProperties;
use lapin::message::Delivery;
use lapin::options::{BasicNackOptions, BasicPublishOptions};

fn is_send<T: Send>(_: T) {}
fn types_are_send_and_sync<T: Send + Sync>() {}

#[test]
fn types_may_be_shared() {
    types_are_send_and_sync::<Exporting<&Exports>>();
    types_are_send_and_sync::<HandleError<std::io::Error>>();
}

/// Compiled, not run.
#[expect(dead_code)]
fn futures_may_be_spawned(channel: &Exporting<&'static Exports>, one: Delivery, two: Delivery) {
    let options = BasicPublishOptions::default();
    is_send(channel.basic_publish("".into(), "orders".into(), options, b"one", BasicProperties::default()));
    static IMPORTS: Imports = Imports::new(&[]);
    is_send(one.handle(&IMPORTS, async |_| ()));
    is_send(two.handle_and_ack(&IMPORTS, BasicNackOptions::default(), async |_| Ok::<_, std::io::Error>(())));
}
