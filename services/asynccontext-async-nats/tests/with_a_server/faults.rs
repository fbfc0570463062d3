use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_nats::jetstream::AckKind;
use async_nats::jetstream::consumer::pull;
use asynccontext_async_nats::{ATTEMPT, AckExt};
use futures::StreamExt;
use servers::Server;
use tokio::sync::mpsc;
use tokio::time::sleep;

use crate::jetstream::{consumer, stream};
use crate::{IMPORTS, ORDER, number};

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

const ACK_WAIT: Duration = Duration::from_millis(500);

pub(crate) async fn nothing_is_lost_when_the_server_is_killed(server: &Server) {
    let (context, stream) = stream(server, "killed").await;
    let consumer = consumer(&stream, pull::Config { ack_wait: ACK_WAIT, ..pull::Config::default() }).await;
    let attempts = Arc::new(Mutex::new(HashMap::<u64, Vec<u64>>::new()));
    let (kill, mut accidents) = mpsc::unbounded_channel();

    let workers = (0..8).map(|_| {
        let (consumer, attempts, kill) = (consumer.clone(), Arc::clone(&attempts), kill.clone());
        tokio::spawn(async move {
            loop {
                let Ok(mut messages) = consumer.messages().await else {
                    sleep(Duration::from_millis(50)).await;
                    continue;
                };
                while let Some(Ok(message)) = messages.next().await {
                    let (attempts, kill) = (Arc::clone(&attempts), kill.clone());
                    let handled = message.handle_and_ack(&IMPORTS, AckKind::Nak(None), async move |message| {
                        let (order, attempt) = (number(&message.payload), ATTEMPT.get().unwrap());
                        if kills(order) {
                            kill.send(()).unwrap();
                            sleep(ACK_WAIT * 4).await;
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
        for order in 0..ORDERS {
            // Until the server says that it has stored the message, which may then be there twice.
            let stored = async || {
                let Ok(stored) = context.publish("killed", order.to_string().into()).await else { return false };
                matches!(tokio::time::timeout(Duration::from_secs(1), stored.into_future()).await, Ok(Ok(_)))
            };
            while !ORDER.scope(order, stored()).await {
                sleep(Duration::from_millis(50)).await;
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
