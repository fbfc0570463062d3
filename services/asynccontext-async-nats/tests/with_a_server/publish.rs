use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use async_nats::client::traits;
use async_nats::{Client, HeaderMap, Request};
use asynccontext::carrier::{Exported, Exports, Extractor, Imports, Incoming, InjectError, Injector, Outgoing};
use asynccontext::{Snapshot, Variable};
use asynccontext_async_nats::{Exporting, MessageExt, PublishExt};
use futures::StreamExt;
use servers::Server;

use crate::{EXPORTS, IMPORTS, ORDER, TENANT};

async fn connect(server: &Server) -> Exporting<Client, &'static Exports> {
    async_nats::connect(server.url()).await.unwrap().exporting(&EXPORTS)
}

pub(crate) async fn each_way_to_publish_carries_the_context(server: &Server) {
    let client = connect(server).await;
    let mut subscription = client.subscribe("each").await.unwrap().map(|message| message.carried(&IMPORTS));
    let headers = || {
        let mut headers = HeaderMap::new();
        headers.insert("own", "1");
        headers.insert("x-tenant", "stale");
        headers.insert("x-order", "0");
        headers
    };
    TENANT
        .scope("blue".into(), async {
            client.publish("each", "1".into()).await.unwrap();
            client.publish_with_headers("each", headers(), "2".into()).await.unwrap();
            client.publish_with_reply("each", "answers", "3".into()).await.unwrap();
            client.publish_with_reply_and_headers("each", "answers", headers(), "4".into()).await.unwrap();
            let message = async_nats::message::OutboundMessage {
                subject: "each".into(),
                reply: None,
                payload: "5".into(),
                headers: Some(headers()),
            };
            traits::Publisher::publish_message(&client, message).await.unwrap();
            let requests = [
                tokio::time::timeout(Duration::from_millis(1), client.request("each", "6".into())).await,
                tokio::time::timeout(
                    Duration::from_millis(1),
                    client.request_with_headers("each", headers(), "7".into()),
                )
                .await,
                tokio::time::timeout(
                    Duration::from_millis(1),
                    client.send_request("each", Request::new().payload("8".into()).inbox("_INBOX.x".into())),
                )
                .await,
            ];
            assert!(requests.iter().all(Result::is_err), "nobody replies");
        })
        .await;
    for number in 1..=8 {
        let message = subscription.next().await.unwrap();
        let own = message.inner().headers.as_ref().and_then(|headers| headers.get("own")).is_some();
        assert_eq!(message.inner().payload, number.to_string());
        assert_eq!(own, [2, 4, 5, 7].contains(&number));
        assert_eq!(message.handle(|_| (TENANT.get(), ORDER.get())), (Some("blue".into()), None), "{number}");
    }
    // Without a context there are no headers.
    client.publish("each", "9".into()).await.unwrap();
    let message = subscription.next().await.unwrap();
    assert_eq!(message.inner().headers, None);
    assert!(message.snapshot().run(|| TENANT.get()).is_none());
}

pub(crate) async fn a_reply_carries_the_context_of_its_responder(server: &Server) {
    let client = connect(server).await;
    let mut subscription = client.subscribe("prices").await.unwrap();
    let responder = client.clone();
    tokio::spawn(async move {
        while let Some(message) = subscription.next().await {
            let responder = responder.clone();
            let handled = message.handle(&IMPORTS, async move |message| {
                let order = ORDER.get().unwrap();
                ORDER.scope(order + 1, responder.publish(message.reply.unwrap(), "12".into())).await.unwrap();
            });
            tokio::spawn(handled);
        }
    });
    let reply = ORDER.scope(1, async {
        let reply = client.request("prices", "tea".into()).await.unwrap();
        assert_eq!(ORDER.get(), Some(1), "the caller keeps its context");
        reply
    });
    let reply = reply.await;
    assert_eq!(reply.carried(&IMPORTS).handle(|reply| (reply.payload, ORDER.get())), ("12".into(), Some(2)));
}

pub(crate) async fn a_value_that_cannot_be_written_is_an_error(server: &Server) {
    static SECRET: Exported<u64> =
        Variable::named("secret").exported_as("x-secret", |_| Err("not today".into()), |text| Ok(text.parse()?));
    static LIST: Exports = Exports::new(&[SECRET.export()]);
    let client = async_nats::connect(server.url()).await.unwrap();
    let mut subscription = client.subscribe("secret").await.unwrap();
    let jetstream = async_nats::jetstream::new(client.clone()).exporting(&LIST);
    let exporting = client.clone().exporting(&LIST);
    SECRET
        .scope(7, async {
            let error = exporting.publish("secret", "one".into()).await.unwrap_err();
            assert!(error.source().unwrap().is::<InjectError>());
            let error = exporting.request("secret", "one".into()).await.unwrap_err();
            assert!(error.source().unwrap().is::<InjectError>());
            let error = jetstream.publish("secret", "one".into()).await.err().unwrap();
            assert!(error.source().unwrap().is::<InjectError>());
        })
        .await;
    exporting.publish("secret", "two".into()).await.unwrap();
    assert_eq!(subscription.next().await.unwrap().payload, "two", "nothing was published before");
}

pub(crate) async fn the_context_is_read_at_the_first_poll(server: &Server) {
    let client = connect(server).await;
    let mut subscription = client.subscribe("lazy").await.unwrap().map(|message| message.carried(&IMPORTS));
    let publish = ORDER.run(1, || client.publish("lazy", "one".into()));
    ORDER.scope(2, publish).await.unwrap();
    assert_eq!(subscription.next().await.unwrap().handle(|_| ORDER.get()), Some(2));
}

/// Adds a header to the list, as OpenTelemetry's propagator would.
struct Traced<T>(T);

impl Outgoing for Traced<&'static Exports> {
    fn inject(&self, carrier: &mut dyn Injector) -> Result<(), InjectError> {
        carrier.set("traceparent", "00-1-2-01".to_owned()).unwrap();
        self.0.inject(carrier)
    }
}

impl Incoming for Traced<&'static Imports> {
    fn extract_onto(&self, carrier: &dyn Extractor, onto: Snapshot) -> Snapshot {
        let trace = carrier.get("traceparent").unwrap().unwrap().to_owned();
        self.0.extract_onto(carrier, onto).snapshot.with(&TRACE, trace)
    }
}

static TRACE: Variable<String> = Variable::named("trace");

pub(crate) async fn other_context_may_cross_too(server: &Server) {
    let outgoing: Arc<dyn Outgoing> = Arc::new(Traced(&EXPORTS));
    let incoming: Arc<dyn Incoming> = Arc::new(Traced(&IMPORTS));
    let client = async_nats::connect(server.url()).await.unwrap().exporting(outgoing);
    let mut subscription = client.subscribe("traced").await.unwrap().map(|message| message.carried(&incoming));
    ORDER.scope(7, client.publish("traced", "one".into())).await.unwrap();
    let message = subscription.next().await.unwrap();
    assert_eq!(message.handle(|_| (ORDER.get(), TRACE.get())), (Some(7), Some("00-1-2-01".into())));
}
