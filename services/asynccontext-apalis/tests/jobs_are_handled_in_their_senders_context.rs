//! Workers over SQLite, memory and a schedule.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use apalis::layers::retry::RetryPolicy;
use apalis::prelude::*;
use apalis_core::backend::memory::MemoryStorage;
use apalis_core::task::metadata::MetadataStore;
use apalis_cron::timezone::Utc;
use apalis_cron::{CronScheduler, Schedule, Tick};
use apalis_sqlite::{SqlitePool, SqliteStorage};
use asynccontext::Variable;
use asynccontext::carrier::{Exported, Exports, Imports};
use asynccontext_apalis::{ATTEMPT, ContextLayer, JOB_ID, TaskExt, attempt};
use tokio::time::timeout;

static TENANT: Exported<String> = Variable::named("tenant").exported("tenant");
/// Under a key that apalis' storages use for themselves.
static STATUS: Exported<u64> = Variable::named("status").exported("status");
static TO_WORKERS: Exports = Exports::new(&[TENANT.export(), STATUS.export()]);

type Seen = Arc<Mutex<Vec<(u64, Option<String>, Option<u64>, Option<usize>)>>>;

const LIMIT: Duration = Duration::from_secs(60);

/// Handles a job: the first attempt at an even one fails.
async fn handle(job: u64, seen: Data<Seen>, worker: WorkerContext) -> Result<(), BoxDynError> {
    tokio::task::yield_now().await;
    assert!(JOB_ID.get().is_some());
    assert_eq!(ATTEMPT.get().map(|attempt| attempt.to_string()), attempt().map(|attempt| attempt.to_string()));
    let inherited = asynccontext::tokio::spawn(async { TENANT.get() }).await?;
    assert_eq!(inherited, TENANT.get());
    seen.lock().unwrap().push((job, TENANT.get(), STATUS.get(), attempt()));
    if job % 2 == 0 && attempt() == Some(1) {
        return Err("the first attempt fails".into());
    }
    if seen.lock().unwrap().len() == 30 {
        worker.stop()?;
    }
    Ok(())
}

fn task(job: u64) -> Task<u64> {
    let task = || TaskBuilder::new(job).exporting(TO_WORKERS).unwrap().build();
    TENANT.run(format!("tenant {job}"), || STATUS.run(job, task))
}

/// Twenty jobs, of which the even ones have two attempts.
fn check(seen: &Seen) {
    let mut seen = seen.lock().unwrap().clone();
    seen.sort();
    let expected = (0..20).flat_map(|job| {
        let attempts = if job % 2 == 0 { 1..=2 } else { 1..=1 };
        attempts.map(move |attempt| (job, Some(format!("tenant {job}")), Some(job), Some(attempt)))
    });
    assert_eq!(seen, expected.collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_in_sqlite_keep_their_context_in_a_retry_by_the_worker() {
    static FROM_SHOP: Imports = Imports::new(&[TENANT.import(), STATUS.import()]);
    for layer_is_outside in [true, false] {
        let pool = SqlitePool::connect("sqlite::memory:").await.unwrap();
        SqliteStorage::setup(&pool).await.unwrap();
        let mut storage = SqliteStorage::new(&pool);
        for job in 0..20 {
            storage.push_task(task(job)).await.unwrap();
        }
        let seen = Seen::default();
        let worker = WorkerBuilder::new("invoices").backend(storage).data(Arc::clone(&seen));
        let layer = ContextLayer::new(&FROM_SHOP);
        let run = TENANT.scope("the worker's own".into(), async {
            match layer_is_outside {
                true => worker.layer(layer).retry(RetryPolicy::retries(3)).build(handle).run().await,
                false => worker.retry(RetryPolicy::retries(3)).layer(layer).build(handle).run().await,
            }
        });
        timeout(LIMIT, run).await.expect("in time").unwrap();
        check(&seen);
    }
    assert_eq!(FROM_SHOP.dropped().total(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_dies_leaves_the_context_with_the_job() {
    static FROM_SHOP: Imports = Imports::new(&[TENANT.import(), STATUS.import()]);
    let folder = std::env::temp_dir().join(format!("asynccontext-apalis-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.join("jobs.sqlite").display());
    let pool = SqlitePool::connect(&url).await.unwrap();
    SqliteStorage::setup(&pool).await.unwrap();
    let mut storage = SqliteStorage::new(&pool);
    storage.push_task(task(7)).await.unwrap();
    pool.close().await; // the process that pushed it ends

    let pool = SqlitePool::connect(&url).await.unwrap();
    let seen = Seen::default();
    let worker = WorkerBuilder::new("invoices").backend(SqliteStorage::new(&pool)).data(Arc::clone(&seen));
    let handle = async |job: u64, seen: Data<Seen>, worker: WorkerContext| {
        seen.lock().unwrap().push((job, TENANT.get(), STATUS.get(), attempt()));
        worker.stop()
    };
    let worker = worker.layer(ContextLayer::new(&FROM_SHOP)).build(handle);
    timeout(LIMIT, worker.run()).await.expect("in time").unwrap();
    assert_eq!(*seen.lock().unwrap(), [(7, Some("tenant 7".into()), Some(7), Some(1))]);
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn bad_metadata_is_dropped_and_counted_and_the_job_is_handled() {
    static FROM_ANYONE: Imports = Imports::new(&[TENANT.import().limit(10), STATUS.import()]);
    let mut storage = MemoryStorage::new();
    let bad = [("tenant", "far too long for it"), ("tenant", "a\nb"), ("tenant", "%ff"), ("status", "seven")];
    for (key, text) in bad {
        let metadata = MetadataStore::from_iter([(format!("context.{key}"), text)]);
        storage.push_task(TaskBuilder::new(1_u64).with_metadata(metadata).build()).await.unwrap();
    }
    storage.push_task(TaskBuilder::new(2_u64).build()).await.unwrap();
    let seen = Seen::default();
    let handle = async |job: u64, seen: Data<Seen>, worker: WorkerContext| {
        seen.lock().unwrap().push((job, TENANT.get(), STATUS.get(), attempt()));
        if seen.lock().unwrap().len() == 5 { worker.stop() } else { Ok(()) }
    };
    let worker = WorkerBuilder::new("invoices").backend(storage).data(Arc::clone(&seen));
    let worker = worker.layer(ContextLayer::new(&FROM_ANYONE)).build(handle);
    timeout(LIMIT, worker.run()).await.expect("in time").unwrap();
    assert!(seen.lock().unwrap().iter().all(|job| job.1.is_none() && job.2.is_none()));
    assert_eq!(FROM_ANYONE.dropped().total(), 4);
}

/// Ticks each second.
#[derive(Clone, Debug)]
struct EachSecond(u64);

impl Schedule<Utc> for EachSecond {
    fn next_tick(&mut self, _: &Utc) -> Option<Tick<Utc>> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        self.0 = now.max(self.0) + 1;
        Some(Tick::new(self.0))
    }
}

#[tokio::test]
async fn a_job_of_a_schedule_starts_in_a_fresh_context_with_a_made_id() {
    static FROM_SHOP: Imports = Imports::new(&[TENANT.import(), STATUS.import()]);
    static NEXT: AtomicU64 = AtomicU64::new(100);
    let seen = Seen::default();
    let handle = async |_: Tick<Utc>, seen: Data<Seen>, worker: WorkerContext| {
        seen.lock().unwrap().push((0, TENANT.get(), STATUS.get(), attempt()));
        if seen.lock().unwrap().len() == 2 { worker.stop() } else { Ok(()) }
    };
    let layer = ContextLayer::new(&FROM_SHOP).or_bind(&STATUS, || NEXT.fetch_add(1, Ordering::Relaxed));
    let worker = WorkerBuilder::new("each-second").backend(CronScheduler::new(EachSecond(0)));
    let worker = worker.data(Arc::clone(&seen)).layer(layer).build(handle);
    let run = TENANT.scope("the worker's own".into(), STATUS.scope(1, worker.run()));
    timeout(LIMIT, run).await.expect("in time").unwrap();
    assert_eq!(*seen.lock().unwrap(), [(0, None, Some(100), Some(1)), (0, None, Some(101), Some(1))]);
}

#[test]
fn a_task_keeps_its_other_metadata_and_settings() {
    let metadata = MetadataStore::from_iter([("other", "1"), ("context.tenant", "stale"), ("context.status", "9")]);
    let task = TaskBuilder::new(1).with_metadata(metadata).max_attempts(3).priority(5).build();
    let task = TENANT.run("blue".into(), || task.exporting(TO_WORKERS)).unwrap();
    let metadata = task.metadata();
    assert_eq!((metadata.get("other"), metadata.get("context.tenant"), metadata.len()), (Some("1"), Some("blue"), 2));
    assert_eq!((task.max_attempts(), task.priority()), (Some(3), Some(5)));

    let error = TENANT.run("x".repeat(100_000), || Task::new(1).exporting(TO_WORKERS)).unwrap_err();
    assert!(error.to_string().contains("tenant"), "{error}");
}
