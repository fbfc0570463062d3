use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asynccontext_lapin::{ATTEMPT, AckExt, Exporting, PublishExt};
use futures::StreamExt;
use lapin::options::{
    BasicConsumeOptions, BasicNackOptions, BasicPublishOptions, BasicQosOptions, ConfirmSelectOptions,
    QueueDeclareOptions,
};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use servers::Server;
use tokio::sync::mpsc;
use tokio::time::sleep;

use crate::{EXPORTS, IMPORTS, ORDER, number};

const ORDERS: u64 = 400;

/// The orders that kill the server while they are handled for the first time.
const ACCIDENTS: [u64; 2] = [100, 250];

static KILLED: Mutex<Vec<u64>> = Mutex::new(Vec::new());

/// Whether `order` kills the server now. The order may be stored twice, and both may be at attempt 1.
fn kills(order: u64) -> bool {
    let mut killed = KILLED.lock().unwrap();
    let kills = ACCIDENTS.contains(&order) && !killed.contains(&order);
    killed.extend(kills.then_some(order));
    kills
}

const AGAIN: BasicNackOptions = BasicNackOptions { requeue: true, multiple: false };

/// Connects, as often as it takes.
async fn connect(url: &str) -> (Connection, Channel) {
    loop {
        let attempt = async {
            let connection = Connection::connect(url, ConnectionProperties::default()).await?;
            let channel = connection.create_channel().await?;
            channel.confirm_select(ConfirmSelectOptions::default()).await?;
            channel.basic_qos(1, BasicQosOptions::default()).await?;
            let options = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
            channel.queue_declare("killed".into(), options, FieldTable::default()).await?;
            lapin::Result::Ok((connection, channel))
        };
        match attempt.await {
            Ok(connected) => return connected,
            Err(_) => sleep(Duration::from_millis(100)).await,
        }
    }
}

pub(crate) async fn nothing_is_lost_when_the_server_is_killed(server: &Server) {
    let url = server.url();
    let attempts = Arc::new(Mutex::new(HashMap::<u64, Vec<u64>>::new()));
    let (kill, mut accidents) = mpsc::unbounded_channel();

    let workers = (0..8).map(|_| {
        let (url, attempts, kill) = (url.clone(), Arc::clone(&attempts), kill.clone());
        tokio::spawn(async move {
            loop {
                let (_connection, channel) = connect(&url).await;
                let options = BasicConsumeOptions::default();
                let consumer = channel.basic_consume("killed".into(), "".into(), options, FieldTable::default());
                let Ok(mut consumer) = consumer.await else { continue };
                while let Some(Ok(delivery)) = consumer.next().await {
                    let (attempts, kill) = (Arc::clone(&attempts), kill.clone());
                    let handled = delivery.handle_and_ack(&IMPORTS, AGAIN, async move |delivery| {
                        let (order, attempt) = (number(&delivery.data), ATTEMPT.get().unwrap());
                        if kills(order) {
                            kill.send(()).unwrap();
                            // The channel is closed meanwhile, so the message is delivered again.
                            while !delivery.poisoned() {
                                sleep(Duration::from_millis(10)).await;
                            }
                        }
                        sleep(Duration::from_millis(2)).await;
                        assert_eq!((ORDER.get(), ATTEMPT.get()), (Some(order), Some(attempt)));
                        attempts.lock().unwrap().entry(order).or_default().push(attempt);
                        Ok::<_, Infallible>(())
                    });
                    let _ = handled.await; // the acknowledgement may be lost with the server
                    assert_eq!(ORDER.get(), None);
                }
            }
        })
    });
    let workers: Vec<_> = workers.collect();

    let producer = async {
        let mut connected: Option<(Connection, Exporting<_>)> = None;
        for order in 0..ORDERS {
            // Until the server says that it has stored the message, which may then be there twice.
            loop {
                if connected.is_none() {
                    let (connection, channel) = connect(&url).await;
                    connected = Some((connection, channel.exporting(&EXPORTS)));
                }
                let (_, channel) = connected.as_ref().unwrap();
                let (text, options) = (order.to_string(), BasicPublishOptions::default());
                let properties = BasicProperties::default().with_delivery_mode(2);
                let stored = async {
                    let stored =
                        channel.basic_publish("".into(), "killed".into(), options, text.as_bytes(), properties);
                    stored.await?.await
                };
                match ORDER.scope(order, stored).await {
                    Ok(stored) if stored.is_ack() => break,
                    _ => connected = None,
                }
            }
        }
    };
    let killer = async {
        for _ in ACCIDENTS {
            accidents.recv().await.unwrap();
            tokio::task::block_in_place(|| {
                server.kill();
                server.restart().unwrap();
            });
        }
    };
    tokio::join!(producer, killer);

    let done = |order| match attempts.lock().unwrap().get(&order) {
        Some(attempts) => !ACCIDENTS.contains(&order) || attempts.len() > 1,
        None => false,
    };
    while !(0..ORDERS).all(done) {
        assert!(workers.iter().all(|worker| !worker.is_finished()), "a worker has panicked");
        sleep(Duration::from_millis(50)).await;
    }
    workers.iter().for_each(|worker| worker.abort());
    let attempts: usize = attempts.lock().unwrap().values().map(Vec::len).sum();
    println!("{ORDERS} messages, handled {attempts} times");
}
