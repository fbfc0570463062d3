//! A program that uses much of tokio, with one more line: items that spawn are this crate's, all
//! others are tokio's.

#![cfg(feature = "tokio")]

use asynccontext::tokio;

use std::time::Duration;

use asynccontext::Variable;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::{self, JoinSet};
use tokio::time::{Instant, sleep, timeout};

static TENANT: Variable<&str> = Variable::named("tenant");

tokio::task_local! {
    static NUMBER: u32;
}

async fn read() -> Option<&'static str> {
    tokio::task::yield_now().await;
    TENANT.get()
}

#[tokio::test]
async fn the_spawns_are_ours() {
    let handle = Handle::current();
    let local = task::LocalSet::new();
    let mut set = JoinSet::new();
    let tasks = TENANT.run("blue", || {
        set.spawn(read());
        set.spawn_blocking(|| TENANT.get());
        [
            tokio::spawn(read()),
            task::spawn(read()),
            tokio::task::spawn_blocking(|| TENANT.get()),
            tokio::runtime::Handle::spawn(&handle, read()),
            local.spawn_local(read()),
        ]
    });
    for task in tasks {
        assert_eq!(local.run_until(task).await.unwrap(), Some("blue"));
    }
    assert_eq!(set.join_all().await, [Some("blue"); 2]);
}

#[test]
fn so_are_the_runtimes() {
    let runtime: Runtime = Builder::new_current_thread().build().unwrap().into();
    let task = TENANT.run("blue", || runtime.spawn(read()));
    assert_eq!(runtime.block_on(task).unwrap(), Some("blue"));
    let metrics: tokio::runtime::RuntimeMetrics = runtime.metrics();
    assert_eq!(metrics.num_workers(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_macros() {
    let tasks = TENANT.run("blue", || (tokio::spawn(read()), tokio::spawn(read())));
    assert_eq!(tokio::try_join!(tasks.0, tasks.1).unwrap(), (Some("blue"), Some("blue")));
    let (one, other) = TENANT.scope("red", async { tokio::join!(read(), read()) }).await;
    assert_eq!((one, other), (Some("red"), Some("red")));

    let late = sleep(Duration::from_secs(100));
    tokio::pin!(late);
    let task = TENANT.run("blue", || tokio::spawn(read()));
    tokio::select! {
        biased;
        () = &mut late => panic!("it is late"),
        seen = task => assert_eq!(seen.unwrap(), Some("blue")),
    }
    let number = NUMBER.scope(7, async { tokio::spawn(async { NUMBER.try_get() }).await });
    assert!(number.await.unwrap().is_err(), "tokio's own task-locals stay as they are");
}

#[tokio::test]
async fn with_time_channels_and_sockets() {
    let start = Instant::now();
    assert!(timeout(Duration::from_millis(1), sleep(Duration::from_secs(100))).await.is_err());
    assert!(start.elapsed() < Duration::from_secs(100));

    let (answer, answered) = oneshot::channel();
    let (send, mut receive) = mpsc::channel(1);
    let count = std::sync::Arc::new(Mutex::new(0));
    let worker = async move {
        *count.lock().await += 1;
        answer.send((receive.recv().await, TENANT.get())).unwrap();
    };
    TENANT.run("blue", || tokio::spawn(worker));
    send.send(1).await.unwrap();
    assert_eq!(answered.await.unwrap(), (Some(1), Some("blue")));

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = async move {
        let (stream, _) = listener.accept().await?;
        stream.writable().await?;
        stream.try_write(TENANT.get().unwrap_or_default().as_bytes())
    };
    TENANT.run("red", || tokio::spawn(server));
    let (client, mut text) = (TcpStream::connect(address).await.unwrap(), [0; 3]);
    client.readable().await.unwrap();
    assert_eq!((client.try_read(&mut text).unwrap(), &text), (3, b"red"));
}

/// `#[tokio::main]` names its runtime through `tokio`, which is this crate's module.
#[test]
fn with_a_main_of_its_own() {
    #[tokio::main(flavor = "current_thread")]
    async fn main() -> Option<&'static str> {
        TENANT.run("blue", || tokio::spawn(read())).await.unwrap()
    }
    assert_eq!(main(), Some("blue"));
}

#[cfg(feature = "tokio-rt-multi-thread")]
#[test]
fn with_a_main_of_many_workers() {
    #[tokio::main]
    async fn main() -> Option<&'static str> {
        let blocks = async { tokio::task::block_in_place(|| TENANT.get()) };
        TENANT.run("blue", || tokio::spawn(blocks)).await.unwrap()
    }
    assert_eq!(main(), Some("blue"));
}
