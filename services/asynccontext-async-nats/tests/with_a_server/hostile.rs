use asynccontext::carrier::Imports;
use asynccontext_async_nats::MessageExt;
use futures::StreamExt;
use servers::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{ORDER, TENANT};

/// A client that sends any bytes as headers.
struct Raw(TcpStream);

impl Raw {
    async fn connect(server: &Server) -> Raw {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port())).await.unwrap();
        stream.write_all(b"CONNECT {\"verbose\":false,\"headers\":true}\r\nPING\r\n").await.unwrap();
        let mut received = Vec::new();
        while !received.ends_with(b"PONG\r\n") {
            received.push(stream.read_u8().await.unwrap());
        }
        Raw(stream)
    }

    async fn publish(&mut self, subject: &str, headers: &[u8], payload: &str) {
        let headers = [b"NATS/1.0\r\n", headers, b"\r\n"].concat();
        let command = format!("HPUB {subject} {} {}\r\n", headers.len(), headers.len() + payload.len());
        let all = [command.as_bytes(), &headers, payload.as_bytes(), b"\r\n"].concat();
        self.0.write_all(&all).await.unwrap();
    }
}

pub(crate) async fn hostile_headers_do_not_stop_the_consumer(server: &Server) {
    static IMPORTS: Imports = Imports::new(&[ORDER.import(), TENANT.import().limit(64)]);
    let client = async_nats::connect(server.url()).await.unwrap();
    let mut subscription = client.subscribe("hostile").await.unwrap().map(|message| message.carried(&IMPORTS));
    client.flush().await.unwrap();
    let mut raw = Raw::connect(server).await;
    let long = format!("x-tenant: {}\r\n", "b".repeat(100_000));
    let mut many = String::new();
    std::iter::repeat_n("x-tenant: blue\r\n", 10_000).for_each(|line| many.push_str(line));
    let hostile: &[&[u8]] = &[
        b"x-tenant: blue\r\nx-tenant: red\r\n",
        many.as_bytes(),
        long.as_bytes(),
        b"x-tenant: %C3%28\r\n",
        b"x-tenant: blue%0D%0Ax-admin:%201\r\n",
        b"x-tenant: blue\r\n red\r\n",
        b"x-tenant: a\x00b\r\n",
        b"x-tenant: K\xc3\xb6ln\r\n",
    ];
    for headers in hostile {
        raw.publish("hostile", &[headers, b"x-order: 7\r\n".as_slice()].concat(), "one").await;
        let message = subscription.next().await.unwrap();
        assert_eq!(
            message.handle(|message| (message.payload, ORDER.get(), TENANT.get())),
            ("one".into(), Some(7), None)
        );
    }
    let dropped = IMPORTS.dropped();
    assert_eq!((dropped.repeated, dropped.too_long, dropped.control_character), (2, 1, 1));
    assert_eq!(dropped.total(), hostile.len() as u64, "{dropped:?}");
}

pub(crate) async fn headers_that_are_not_utf8_end_no_subscription(server: &Server) {
    static IMPORTS: Imports = Imports::new(&[ORDER.import(), TENANT.import()]);
    let client = async_nats::connect(server.url()).await.unwrap();
    let mut subscription = client.subscribe("latin1").await.unwrap().map(|message| message.carried(&IMPORTS));
    client.flush().await.unwrap();
    let mut raw = Raw::connect(server).await;
    raw.publish("latin1", b"x-tenant: K\xf6ln\r\n", "one").await;
    // The client can't read such a message: it connects again, and the message is lost. Those that
    // follow once it is connected arrive.
    let next = loop {
        raw.publish("latin1", b"x-tenant: blue\r\nx-order: 7\r\n", "two").await;
        let wait = std::time::Duration::from_millis(200);
        if let Ok(next) = tokio::time::timeout(wait, subscription.next()).await {
            break next.unwrap();
        }
    };
    assert_eq!(
        next.handle(|message| (message.payload, ORDER.get(), TENANT.get())),
        ("two".into(), Some(7), Some("blue".into()))
    );
}

pub(crate) async fn a_carriage_return_in_a_header_ends_the_client(server: &Server) {
    let client = async_nats::connect(server.url()).await.unwrap();
    let mut subscription = client.subscribe("carriage").await.unwrap();
    client.flush().await.unwrap();
    Raw::connect(server).await.publish("carriage", b"x-tenant: a\rb\r\n", "one").await;
    // A known defect of async-nats, which this crate's documentation names: its task panics.
    assert!(subscription.next().await.is_none());
    while client.publish("carriage", "two".into()).await.is_ok() {
        tokio::task::yield_now().await; // the panic is not over
    }
}
