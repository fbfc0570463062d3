//! Jobs in Redis, which is killed and restarted.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use apalis::prelude::*;
use apalis_redis::{Config, RedisStorage};
use asynccontext::Variable;
use asynccontext::carrier::{Exported, Exports, Imports};
use asynccontext_apalis::{ContextLayer, TaskExt, attempt};
use servers::{Kind, Server};
use tokio::task::JoinHandle;

static TENANT: Exported<String> = Variable::named("tenant").exported("tenant");
/// Under a key that apalis-redis uses for itself.
static ATTEMPTS: Exported<u64> = Variable::named("attempts").exported("attempts");
static TO_WORKERS: Exports = Exports::new(&[TENANT.export(), ATTEMPTS.export()]);
static FROM_SHOP: Imports = Imports::new(&[TENANT.import(), ATTEMPTS.import()]);

fn main() {
    servers::tests(
        Kind::Redis,
        &[
            ("jobs_keep_their_context_when_redis_is_killed", servers::test!(killed)),
            ("a_failed_job_has_its_context_at_each_attempt", servers::test!(failed)),
        ],
    );
}

type Seen = Arc<Mutex<BTreeSet<(u64, usize)>>>;

async fn storage(server: &Server, queue: &str) -> RedisStorage<u64> {
    let connection = apalis_redis::connect(server.url()).await.unwrap();
    let config =
        Config::default().queue(queue).heartbeat_interval(Duration::from_secs(1)).missed_heartbeats(2).batch_size(5);
    RedisStorage::new(connection).with_config(config)
}

async fn push(storage: &mut RedisStorage<u64>, jobs: std::ops::Range<u64>) {
    for job in jobs {
        let task = || TaskBuilder::new(job).exporting(TO_WORKERS).unwrap().build();
        let task = TENANT.run(format!("Köln {job}"), || ATTEMPTS.run(job, task));
        storage.push_task(task).await.unwrap();
    }
}

/// Records a job, after checking its context.
fn see(job: u64, seen: &Seen) -> usize {
    assert_eq!((TENANT.get(), ATTEMPTS.get()), (Some(format!("Köln {job}")), Some(job)));
    let mut seen = seen.lock().unwrap();
    seen.insert((job, attempt().unwrap()));
    seen.len()
}

/// Records a job. The first attempt of a worker named `failing` fails.
async fn handle(job: u64, seen: Data<Seen>, count: Data<usize>, worker: WorkerContext) -> Result<(), BoxDynError> {
    tokio::time::sleep(Duration::from_millis(10)).await;
    if see(job, &seen) >= *count {
        worker.stop()?;
    }
    if worker.name() == "failing" && attempt() == Some(1) {
        return Err("the first attempt fails".into());
    }
    Ok(())
}

/// Starts a worker, which stops when `count` different jobs and attempts were seen.
fn work(storage: RedisStorage<u64>, name: &'static str, seen: &Seen, count: usize) -> JoinHandle<()> {
    let worker = WorkerBuilder::new(name).backend(storage).data(Arc::clone(seen)).data(count);
    let worker = worker.layer(ContextLayer::new(&FROM_SHOP)).build(handle);
    tokio::spawn(async move {
        if let Err(error) = worker.run().await {
            println!("the worker {name} ended: {error}");
        }
    })
}

async fn wait_for(seen: &Seen, jobs: usize) {
    let distinct = || seen.lock().unwrap().iter().map(|seen| seen.0).collect::<BTreeSet<_>>().len();
    while distinct() < jobs {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Redis is killed while a worker runs. Jobs that the worker had fetched and not acknowledged are given to
/// another one, so some are handled twice.
async fn killed(server: &Server) {
    let seen = Seen::default();
    push(&mut storage(server, "killed").await, 0..200).await;
    let first = work(storage(server, "killed").await, "first", &seen, usize::MAX);
    wait_for(&seen, 20).await;
    server.kill();
    assert!(seen.lock().unwrap().len() < 200, "some are left");
    server.restart().unwrap();

    push(&mut storage(server, "killed").await, 200..220).await;
    let second = work(storage(server, "killed").await, "second", &seen, usize::MAX);
    wait_for(&seen, 220).await;
    for worker in [first, second] {
        worker.abort();
        let panicked = worker.await.is_err_and(|error| error.is_panic());
        assert!(!panicked, "a job had another context than its own");
    }
    assert_eq!(FROM_SHOP.dropped().total(), 0);
}

async fn failed(server: &Server) {
    let seen = Seen::default();
    push(&mut storage(server, "failed").await, 0..3).await;
    work(storage(server, "failed").await, "failing", &seen, 6).await.unwrap();
    let expected = (0..3).flat_map(|job| [(job, 1), (job, 2)]).collect::<BTreeSet<_>>();
    assert_eq!(*seen.lock().unwrap(), expected);
    assert_eq!(FROM_SHOP.dropped().total(), 0);
}
