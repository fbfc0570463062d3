use std::error::Error;

use asynccontext::Variable;
use asynccontext::carrier::{Exported, Exports};
use asynccontext_lapin::{MessageExt, PublishExt};
use lapin::options::{BasicAckOptions, BasicGetOptions, BasicPublishOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, ErrorKind};
use servers::Server;

use crate::{IMPORTS, ORDER, TENANT, connect, consume, next, producer, queue};

pub(crate) async fn published_messages_carry_the_context(server: &Server) {
    let (_connection, channel) = producer(server).await;
    queue(&channel, "each", &[]).await;
    let mut consumer = consume(&channel, "each", 10).await;
    let mut headers = FieldTable::default();
    headers.insert("own".into(), AMQPValue::LongInt(1));
    headers.insert("x-tenant".into(), AMQPValue::LongString("stale".into()));
    headers.insert("x-order".into(), AMQPValue::LongInt(0));
    let properties = BasicProperties::default().with_content_type("text/plain".into()).with_headers(headers);
    let options = BasicPublishOptions::default();
    let published = channel.basic_publish("".into(), "each".into(), options, b"one", properties.clone());
    TENANT.scope("blue".into(), published).await.unwrap().await.unwrap();

    let delivery = next(&mut consumer).await;
    assert_eq!(delivery.properties.content_type().as_ref().unwrap().as_str(), "text/plain");
    assert_eq!(delivery.properties.headers().as_ref().unwrap().inner()["own"], AMQPValue::LongInt(1));
    assert_eq!(delivery.carried(&IMPORTS).handle(|_| (TENANT.get(), ORDER.get())), (Some("blue".into()), None));

    // Where nothing is bound, nothing is sent.
    channel.basic_publish("".into(), "each".into(), options, b"two", properties).await.unwrap().await.unwrap();
    let delivery = next(&mut consumer).await;
    assert_eq!(delivery.properties.headers().as_ref().unwrap().inner().len(), 1);
    assert_eq!(delivery.carried(&IMPORTS).handle(|_| (TENANT.get(), ORDER.get())), (None, None));
}

pub(crate) async fn a_reply_carries_the_context_of_its_responder(server: &Server) {
    let (_connection, channel) = producer(server).await;
    queue(&channel, "prices", &[]).await;
    queue(&channel, "answers", &[]).await;
    let mut requests = consume(&channel, "prices", 10).await;
    let mut answers = consume(&channel, "answers", 10).await;
    let responder = channel.clone();
    let responding = tokio::spawn(async move {
        let request = next(&mut requests).await;
        let handled = request.handle(&IMPORTS, async move |request| {
            let to = request.properties.reply_to().clone().unwrap();
            let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
            let reply = responder.basic_publish("".into(), to, options, b"12", properties);
            ORDER.scope(ORDER.get().unwrap() + 1, reply).await.unwrap();
            request.ack(BasicAckOptions::default()).await.unwrap();
        });
        handled.await;
    });
    let (options, properties) =
        (BasicPublishOptions::default(), BasicProperties::default().with_reply_to("answers".into()));
    let request = async {
        channel.basic_publish("".into(), "prices".into(), options, b"tea", properties).await.unwrap();
        let answer = next(&mut answers).await;
        assert_eq!(ORDER.get(), Some(1), "the caller keeps its context");
        answer.carried(&IMPORTS).handle(|answer| (answer.data, ORDER.get()))
    };
    assert_eq!(ORDER.scope(1, request).await, (b"12".to_vec(), Some(2)));
    responding.await.unwrap();
}

pub(crate) async fn a_value_that_cannot_be_written_is_an_error(server: &Server) {
    static SECRET: Exported<u64> =
        Variable::named("secret").exported_as("x-secret", |_| Err("not today".into()), |text| Ok(text.parse()?));
    static LIST: Exports = Exports::new(&[SECRET.export()]);
    let (_connection, channel) = connect(server).await;
    let channel = channel.exporting(&LIST);
    queue(&channel, "secret", &[]).await;
    let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
    let published = channel.basic_publish("".into(), "secret".into(), options, b"one", properties);
    let error = SECRET.scope(7, published).await.unwrap_err();
    let ErrorKind::IOError(inner) = error.kind() else { panic!("{error}") };
    assert!(inner.get_ref().unwrap().is::<asynccontext::carrier::InjectError>());
    assert!(error.source().is_some());
    assert!(channel.basic_get("secret".into(), BasicGetOptions::default()).await.unwrap().is_none());
}

pub(crate) async fn a_returned_message_has_the_context_of_its_sender(server: &Server) {
    let (_connection, channel) = producer(server).await;
    let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
    let published = channel.basic_publish("".into(), "nowhere".into(), options, b"one", BasicProperties::default());
    let confirmation = ORDER.scope(7, published).await.unwrap().await.unwrap();
    let returned = confirmation.take_message().unwrap();
    assert_eq!(returned.carried(&IMPORTS).handle(|_| ORDER.get()), Some(7));
}
