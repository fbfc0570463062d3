use std::collections::BTreeMap;

use asynccontext::carrier::Imports;
use asynccontext_lapin::MessageExt;
use futures::StreamExt;
use lapin::BasicProperties;
use lapin::options::{BasicAckOptions, BasicPublishOptions};
use lapin::types::{AMQPValue, FieldTable, LongString, ShortString};
use servers::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{IMPORTS, ORDER, TENANT, connect, consume, next, queue};

/// A client that sends any bytes as headers.
struct Raw(TcpStream);

impl Raw {
    async fn connect(server: &Server) -> Raw {
        let mut raw = Raw(TcpStream::connect(("127.0.0.1", server.port())).await.unwrap());
        raw.0.write_all(b"AMQP\0\0\x09\x01").await.unwrap();
        raw.receive().await; // start
        raw.send(1, 0, b"\0\x0a\0\x0b\0\0\0\0\x05PLAIN\0\0\0\x0c\0guest\0guest\x05en_US").await;
        let mut tune = raw.receive().await;
        tune[3] = 31; // tune-ok, with the same limits and no heartbeats
        let heartbeat = tune.len() - 2;
        tune[heartbeat..].fill(0);
        raw.send(1, 0, &tune).await;
        raw.send(1, 0, b"\0\x0a\0\x28\x01/\0\0").await; // open
        raw.receive().await;
        raw.send(1, 1, b"\0\x14\0\x0a\0").await; // open a channel
        raw.receive().await;
        raw
    }

    async fn send(&mut self, kind: u8, channel: u16, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let frame = [&[kind], &channel.to_be_bytes()[..], &length, payload, b"\xce"].concat();
        self.0.write_all(&frame).await.unwrap();
    }

    async fn receive(&mut self) -> Vec<u8> {
        let mut head = [0; 7];
        self.0.read_exact(&mut head).await.unwrap();
        let length = u32::from_be_bytes(head[3..].try_into().unwrap()) as usize;
        let mut payload = vec![0; length + 1];
        self.0.read_exact(&mut payload).await.unwrap();
        payload.truncate(length);
        payload
    }

    /// Publishes a message with headers that are long strings.
    async fn publish(&mut self, queue: &str, headers: &[(&[u8], &[u8])], body: &[u8]) {
        let short = |text: &[u8]| [&[u8::try_from(text.len()).unwrap()], text].concat();
        let long = |text: &[u8]| [&u32::try_from(text.len()).unwrap().to_be_bytes(), text].concat();
        self.send(1, 1, &[b"\0\x3c\0\x28\0\0\0", &short(queue.as_bytes())[..], b"\0"].concat()).await;
        let table: Vec<_> = headers.iter().flat_map(|(name, text)| [short(name), b"S".to_vec(), long(text)]).collect();
        let size = (body.len() as u64).to_be_bytes();
        self.send(2, 1, &[b"\0\x3c\0\0", &size[..], b"\x20\0", &long(&table.concat())].concat()).await;
        self.send(3, 1, body).await;
    }
}

pub(crate) async fn the_last_of_repeated_headers_is_read(server: &Server) {
    let (_connection, channel) = connect(server).await;
    queue(&channel, "repeated", &[]).await;
    let mut consumer = consume(&channel, "repeated", 1).await;
    let headers: [(&[u8], &[u8]); 3] = [(b"x-tenant", b"blue"), (b"x-order", b"7"), (b"x-tenant", b"red")];
    Raw::connect(server).await.publish("repeated", &headers, b"one").await;
    let message = next(&mut consumer).await.carried(&IMPORTS);
    assert_eq!(message.handle(|_| (TENANT.get(), ORDER.get())), (Some("red".into()), Some(7)));
}

pub(crate) async fn a_name_that_is_not_utf8_closes_the_connection(server: &Server) {
    let (connection, channel) = connect(server).await;
    queue(&channel, "latin1", &[]).await;
    let mut consumer = consume(&channel, "latin1", 1).await;
    let headers: [(&[u8], &[u8]); 2] = [(b"x-order", b"7"), (b"K\xf6ln", b"blue")];
    Raw::connect(server).await.publish("latin1", &headers, b"one").await;
    // lapin can't parse it, as this crate's documentation says.
    assert!(consumer.next().await.unwrap().is_err());
    assert!(!connection.status().connected());
    let (_connection, channel) = connect(server).await;
    channel.queue_purge("latin1".into(), Default::default()).await.unwrap();
}

pub(crate) async fn hostile_headers_do_not_stop_the_consumer(server: &Server) {
    static IMPORTS: Imports = Imports::new(&[ORDER.import(), TENANT.import().limit(64)]);
    let (_connection, channel) = connect(server).await;
    queue(&channel, "hostile", &[]).await;
    let mut consumer = consume(&channel, "hostile", 1).await;
    let text = |text: &[u8]| AMQPValue::LongString(LongString::from(text));
    let hostile = [
        text(&[b'b'; 100_000]),
        text(b"K\xf6ln"),
        text(b"%C3%28"),
        text(b"blue%0D%0Aadmin:%201"),
        text(b"blue\r\nx-admin: 1"),
        text(b"a\0b"),
        AMQPValue::LongInt(7),
        AMQPValue::ByteArray(b"blue".to_vec().into()),
        AMQPValue::FieldArray(vec![text(b"blue"), text(b"red")].into()),
        AMQPValue::Void,
    ];
    for value in &hostile {
        let headers: BTreeMap<ShortString, _> =
            [("x-tenant".into(), value.clone()), ("x-order".into(), text(b"7"))].into();
        let properties = BasicProperties::default().with_headers(FieldTable::from(headers));
        let options = BasicPublishOptions::default();
        channel.basic_publish("".into(), "hostile".into(), options, b"one", properties).await.unwrap().await.unwrap();
        let handled = next(&mut consumer).await.handle(&IMPORTS, async |delivery| {
            delivery.ack(BasicAckOptions::default()).await.unwrap();
            (delivery.data, ORDER.get(), TENANT.get())
        });
        assert_eq!(handled.await, (b"one".to_vec(), Some(7), None));
    }
    let dropped = IMPORTS.dropped();
    assert_eq!((dropped.too_long, dropped.control_character, dropped.malformed), (1, 1, 8));
    assert_eq!(dropped.total(), hostile.len() as u64);
}
