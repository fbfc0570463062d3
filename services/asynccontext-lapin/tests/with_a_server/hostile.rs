use std::collections::BTreeMap;

use asynccontext::carrier::Imports;
use asynccontext_lapin::MessageExt;
use lapin::BasicProperties;
use lapin::options::{BasicAckOptions, BasicPublishOptions};
use lapin::types::{AMQPValue, FieldTable, LongString, ShortString};
use servers::Server;

use crate::{ORDER, TENANT, connect, consume, next, queue};

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
