//! Messages of strangers in the queue of jobs: what is dropped is counted, and the jobs go on.

use async_nats::HeaderMap;
use lapin::options::BasicPublishOptions;
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Connection, ConnectionProperties};
use servers::Server;

use crate::support::Service;

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// A job of a stranger has no context; a valid one is handled without it.
fn body(n: u64) -> Vec<u8> {
    if n.is_multiple_of(2) {
        b"\xff not a job".to_vec()
    } else {
        format!(r#"{{"order":"stranger-{n}","total":1}}"#).into()
    }
}

/// Waits for the ends of four hostile messages, and for a good one.
async fn ends(service: Service, dropped: &[(&str, u64)]) {
    assert_eq!(service.place(1, "").await, 201);
    service.left.until("three invoices", |left| left.invoices().len() == 3).await;
    let unread = |left: &crate::support::Left| {
        left.lines().iter().filter(|line| line["message"] == "a job that nobody can read is dropped").count() == 2
    };
    service.left.until("what nobody can read", unread).await;
    let left = service.left.clone();
    service.end().await;
    for invoice in left.invoices() {
        let is_ours = invoice["request_id"] == "web-1";
        assert_eq!(invoice["request_id"].is_null() && invoice["tenant"].is_null(), !is_ours, "{invoice}");
        assert_eq!(invoice["order"].as_str().unwrap().starts_with("stranger"), !is_ours, "{invoice}");
    }
    let mut counted: Vec<_> = left.lines().into_iter().filter(|line| line["message"] == "dropped").collect();
    counted.sort_by_key(|line| line["what"].to_string());
    let counted: Vec<_> =
        counted.iter().map(|line| (line["what"].as_str().unwrap(), line["number"].as_u64().unwrap())).collect();
    assert_eq!(counted, dropped);
}

pub async fn from_nats(server: &Server) {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &["--queue", &server.url(), "--queue-name", "hostile"]);
    let client = async_nats::connect(server.url()).await.unwrap();
    let hostile: [&[(&str, &str)]; 4] = [
        &[("x-tenant", "red"), ("x-tenant", "blue"), ("x-request-id", "two%20words")],
        &[("traceparent", PARENT), ("traceparent", PARENT)],
        &[("x-tenant", "blue%0D%0Aforged"), ("baggage", "tenant=red")],
        &[("x-request-id", "50%"), ("traceparent", "00-?")],
    ];
    for (n, list) in (0..).zip(hostile) {
        let mut headers = HeaderMap::new();
        list.iter().for_each(|(name, value)| headers.append(*name, *value));
        client.publish_with_headers("hostile", headers, body(n).into()).await.unwrap();
    }
    client.flush().await.unwrap();
    let dropped = [
        ("jobs baggage", 1),
        ("jobs control_character", 1),
        ("jobs malformed", 1),
        ("jobs repeated", 1),
        ("jobs traceparent", 2),
        ("jobs unreadable", 1),
    ];
    ends(service, &dropped).await;
}

pub async fn from_rabbitmq(server: &Server) {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &["--queue", &server.url(), "--queue-name", "hostile"]);
    let connection = Connection::connect(&server.url(), ConnectionProperties::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    channel.confirm_select(Default::default()).await.unwrap();
    let long = |text: &[u8]| AMQPValue::LongString(text.into());
    let hostile = [
        vec![("x-tenant", AMQPValue::LongInt(7)), ("x-request-id", long(b"two%20words"))],
        vec![("traceparent", AMQPValue::FieldTable(FieldTable::default()))],
        vec![("x-tenant", long(b"blue%0D%0Aforged")), ("baggage", long(b"tenant=red"))],
        vec![("x-request-id", long(b"\xff")), ("traceparent", long(b"00-?"))],
    ];
    for (n, list) in (0..).zip(hostile) {
        let mut headers = FieldTable::default();
        for (name, value) in list {
            headers.insert(name.into(), value);
        }
        let properties = BasicProperties::default().with_headers(headers);
        let options = BasicPublishOptions::default();
        let body = body(n);
        let sent = channel.basic_publish("".into(), "hostile".into(), options, &body, properties);
        assert!(sent.await.unwrap().await.unwrap().is_ack());
    }
    let dropped = [
        ("jobs baggage", 1),
        ("jobs control_character", 1),
        ("jobs malformed", 2),
        ("jobs traceparent", 2),
        ("jobs unreadable", 1),
    ];
    ends(service, &dropped).await;
}
