//! Tests with a RabbitMQ server.

mod consume;
mod dead_letters;
mod faults;
mod hostile;
mod load;
mod publish;

use std::time::Duration;

use asynccontext::Variable;
use asynccontext::carrier::{Exported, Exports, Imports};
use asynccontext_lapin::{Exporting, PublishExt};
use futures::TryStreamExt;
use lapin::message::Delivery;
use lapin::options::{
    BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, ConfirmSelectOptions, QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties, Consumer};
use servers::{Kind, Server, test, tests};

static ORDER: Exported<u64> = Variable::named("order").exported("x-order");
static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
static EXPORTS: Exports = Exports::new(&[ORDER.export(), TENANT.export()]);
static IMPORTS: Imports = Imports::new(&[ORDER.import(), TENANT.import()]);

/// Returns the number in a message's payload.
fn number(payload: &[u8]) -> u64 {
    std::str::from_utf8(payload).unwrap().parse().unwrap()
}

async fn connect(server: &Server) -> (Connection, Channel) {
    let connection = Connection::connect(&server.url(), ConnectionProperties::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    channel.confirm_select(ConfirmSelectOptions::default()).await.unwrap();
    (connection, channel)
}

/// Declares a durable queue.
async fn queue(channel: &Channel, name: &str, arguments: &[(&str, &str)]) {
    let mut table = FieldTable::default();
    for (name, value) in arguments {
        table.insert((*name).into(), AMQPValue::LongString((*value).into()));
    }
    let options = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
    channel.queue_declare(name.into(), options, table).await.unwrap();
}

async fn consume(channel: &Channel, queue: &str, prefetch: u16) -> Consumer {
    channel.basic_qos(prefetch, BasicQosOptions::default()).await.unwrap();
    let options = BasicConsumeOptions::default();
    channel.basic_consume(queue.into(), "".into(), options, FieldTable::default()).await.unwrap()
}

async fn next(consumer: &mut Consumer) -> Delivery {
    tokio::time::timeout(Duration::from_secs(300), consumer.try_next()).await.unwrap().unwrap().unwrap()
}

/// Publishes a persistent message for each order, with the order as its context.
async fn publish(channel: &Exporting<&'static Exports>, queue: &str, orders: std::ops::Range<u64>) {
    for order in orders {
        let (text, options) = (order.to_string(), BasicPublishOptions::default());
        let properties = BasicProperties::default().with_delivery_mode(2);
        let published = channel.basic_publish("".into(), queue.into(), options, text.as_bytes(), properties);
        let confirmed = ORDER.scope(order, published).await.unwrap().await.unwrap();
        assert!(confirmed.is_ack());
    }
}

async fn producer(server: &Server) -> (Connection, Exporting<&'static Exports>) {
    let (connection, channel) = connect(server).await;
    (connection, channel.exporting(&EXPORTS))
}

#[expect(dead_code, reason = "its `main` is not called")]
mod readme {
    include!("readme.rs");

    pub(crate) async fn the_example_runs(server: &servers::Server) {
        orders(&server.url()).await.unwrap();
    }
}

fn main() {
    tests(
        Kind::RabbitMq,
        &[
            ("the_example_runs", test!(readme::the_example_runs)),
            ("published_messages_carry_the_context", test!(publish::published_messages_carry_the_context)),
            (
                "a_reply_carries_the_context_of_its_responder",
                test!(publish::a_reply_carries_the_context_of_its_responder),
            ),
            ("a_value_that_cannot_be_written_is_an_error", test!(publish::a_value_that_cannot_be_written_is_an_error)),
            (
                "a_returned_message_has_the_context_of_its_sender",
                test!(publish::a_returned_message_has_the_context_of_its_sender),
            ),
            ("a_redelivery_has_the_same_context", test!(consume::a_redelivery_has_the_same_context)),
            ("quorum_queues_count_the_attempts", test!(consume::quorum_queues_count_the_attempts)),
            ("errors_and_panics_are_answered_with_nack", test!(consume::errors_and_panics_are_answered_with_nack)),
            ("a_failed_acknowledgement_is_an_error", test!(consume::a_failed_acknowledgement_is_an_error)),
            ("a_handler_may_answer_by_itself", test!(consume::a_handler_may_answer_by_itself)),
            (
                "delegates_run_in_the_context_of_their_message",
                test!(consume::delegates_run_in_the_context_of_their_message),
            ),
            (
                "messages_that_are_fetched_have_their_own_context",
                test!(consume::messages_that_are_fetched_have_their_own_context),
            ),
            ("dead_letters_keep_their_context", test!(dead_letters::dead_letters_keep_their_context)),
            (
                "retries_through_a_queue_keep_their_context",
                test!(dead_letters::retries_through_a_queue_keep_their_context),
            ),
            ("hostile_headers_do_not_stop_the_consumer", test!(hostile::hostile_headers_do_not_stop_the_consumer)),
            ("the_last_of_repeated_headers_is_read", test!(hostile::the_last_of_repeated_headers_is_read)),
            (
                "a_name_that_is_not_utf8_closes_the_connection",
                test!(hostile::a_name_that_is_not_utf8_closes_the_connection),
            ),
            ("nothing_is_lost_when_the_server_is_killed", test!(faults::nothing_is_lost_when_the_server_is_killed)),
            ("ten_thousand_messages_do_not_cross", test!(load::ten_thousand_messages_do_not_cross)),
        ],
    );
}
