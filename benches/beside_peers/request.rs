//! A whole request: three variables are bound around a handler; four calls deep it reads them
//! twenty-four times, in three parts with a yield after each, and then starts two tasks that read
//! them and waits for both. By hand the values are passed as a parameter, which each task gets a
//! copy of.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use asynccontext::{Propagate, Snapshot, Variable};
use criterion::Criterion;
use opentelemetry::Context;
use opentelemetry::context::FutureExt;
use tokio::runtime::{Builder, Runtime};
use tokio::task::{JoinHandle, yield_now};
use tokio::task_local;

use crate::measure::group;

pub(crate) fn all(c: &mut Criterion) {
    for (name, mut builder) in
        [("request, one thread", Builder::new_current_thread()), ("request, a worker", Builder::new_multi_thread())]
    {
        let runtime = match builder.worker_threads(1).build() {
            Ok(runtime) => runtime,
            Err(error) => panic!("tokio's runtime cannot be started: {error}"),
        };
        request::<ByHand>(c, name, &runtime);
        request::<Ours>(c, name, &runtime);
        request::<ScopeByScope>(c, name, &runtime);
        request::<TaskLocal>(c, name, &runtime);
        request::<OpenTelemetry>(c, name, &runtime);
    }
}

/// The values of a request.
#[derive(Clone)]
struct About {
    id: u64,
    tenant: Arc<str>,
    level: u32,
}

/// A way to pass the values of a request to a handler.
trait Way: 'static {
    const NAME: &str;
    /// The parameter of the handler.
    type Passed: Clone + Send + Sync + 'static;

    /// Runs the handler with all three values.
    fn bind<F>(about: About, handler: impl FnOnce(Self::Passed) -> F) -> impl Future<Output = F::Output> + Send
    where
        F: Future + Send;

    /// Reads all three values in place.
    fn read(passed: &Self::Passed) -> u64;

    /// Spawns a task with all three values.
    fn spawn<F>(passed: &Self::Passed, task: impl FnOnce(Self::Passed) -> F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static;
}

fn request<W: Way>(c: &mut Criterion, name: &str, runtime: &Runtime) {
    async fn turns<W: Way>(turns: u64, tenant: Arc<str>) -> Duration {
        let start = Instant::now();
        for id in 0..turns {
            let about = About { id, tenant: tenant.clone(), level: 3 };
            black_box(W::bind(about, handler::<W>).await);
        }
        start.elapsed()
    }
    let tenant: Arc<str> = "blue".into();
    let mut group = group(c, name);
    group.bench_function(W::NAME, |b| {
        b.iter_custom(|n| match runtime.block_on(runtime.spawn(turns::<W>(n, tenant.clone()))) {
            Ok(elapsed) => elapsed,
            Err(error) => panic!("the measuring task failed: {error}"),
        });
    });
    group.finish();
}

async fn handler<W: Way>(passed: W::Passed) -> u64 {
    service::<W>(&passed).await
}

async fn service<W: Way>(passed: &W::Passed) -> u64 {
    let stored = store::<W>(passed).await;
    let tasks = [(); 2].map(|()| W::spawn(passed, async move |passed| W::read(&passed)));
    let mut sum = stored;
    for task in tasks {
        sum += task.await.unwrap_or_default();
    }
    sum
}

async fn store<W: Way>(passed: &W::Passed) -> u64 {
    let mut sum = 0;
    for rows in [3, 3, 2] {
        sum += query::<W>(passed, rows).await;
        yield_now().await;
    }
    sum
}

/// A handler that reads all three values for each row.
async fn query<W: Way>(passed: &W::Passed, rows: usize) -> u64 {
    let mut sum = 0;
    for _ in 0..rows {
        black_box(());
        sum += W::read(passed);
    }
    sum
}

fn sum(id: u64, tenant: &str, level: u32) -> u64 {
    id + tenant.len() as u64 + u64::from(level)
}

struct ByHand;

impl Way for ByHand {
    const NAME: &str = "by hand";
    type Passed = About;

    fn bind<F>(about: About, handler: impl FnOnce(About) -> F) -> impl Future<Output = F::Output> + Send
    where
        F: Future + Send,
    {
        handler(about)
    }

    #[inline(always)]
    fn read(passed: &About) -> u64 {
        sum(passed.id, &passed.tenant, passed.level)
    }

    fn spawn<F>(passed: &About, task: impl FnOnce(About) -> F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        tokio::spawn(task(passed.clone()))
    }
}

static ID: Variable<u64> = Variable::named("id");
static TENANT: Variable<Arc<str>> = Variable::named("tenant");
static LEVEL: Variable<u32> = Variable::named("level");

/// All values at once, in a snapshot.
struct Ours;

impl Way for Ours {
    const NAME: &str = "asynccontext";
    type Passed = ();

    fn bind<F>(about: About, handler: impl FnOnce(()) -> F) -> impl Future<Output = F::Output> + Send
    where
        F: Future + Send,
    {
        let snapshot = Snapshot::capture().with(&ID, about.id).with(&TENANT, about.tenant).with(&LEVEL, about.level);
        handler(()).with_snapshot(snapshot)
    }

    #[inline(always)]
    fn read((): &()) -> u64 {
        let (id, level) = (ID.get().unwrap_or_default(), LEVEL.get().unwrap_or_default());
        TENANT.with(|tenant| sum(id, tenant.map_or("", |tenant| tenant), level))
    }

    fn spawn<F>((): &(), task: impl FnOnce(()) -> F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        asynccontext::tokio::spawn(task(()))
    }
}

/// One value after the other, like three layers.
struct ScopeByScope;

impl Way for ScopeByScope {
    const NAME: &str = "asynccontext, three scopes";
    type Passed = ();

    fn bind<F>(about: About, handler: impl FnOnce(()) -> F) -> impl Future<Output = F::Output> + Send
    where
        F: Future + Send,
    {
        ID.scope(about.id, TENANT.scope(about.tenant, LEVEL.scope(about.level, handler(()))))
    }

    #[inline(always)]
    fn read((): &()) -> u64 {
        Ours::read(&())
    }

    fn spawn<F>(passed: &(), task: impl FnOnce(()) -> F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        Ours::spawn(passed, task)
    }
}

task_local! {
    static LOCAL_ID: u64;
    static LOCAL_TENANT: Arc<str>;
    static LOCAL_LEVEL: u32;
}

/// tokio's `task_local!`, bound again in each task.
struct TaskLocal;

impl TaskLocal {
    fn scoped<F: Future>(about: About, f: F) -> impl Future<Output = F::Output> {
        LOCAL_ID.scope(about.id, LOCAL_TENANT.scope(about.tenant, LOCAL_LEVEL.scope(about.level, f)))
    }
}

impl Way for TaskLocal {
    const NAME: &str = "tokio task_local";
    type Passed = ();

    fn bind<F>(about: About, handler: impl FnOnce(()) -> F) -> impl Future<Output = F::Output> + Send
    where
        F: Future + Send,
    {
        TaskLocal::scoped(about, handler(()))
    }

    #[inline(always)]
    fn read((): &()) -> u64 {
        let (id, level) = (LOCAL_ID.try_with(|id| *id), LOCAL_LEVEL.try_with(|level| *level));
        let (id, level) = (id.unwrap_or_default(), level.unwrap_or_default());
        LOCAL_TENANT.try_with(|tenant| sum(id, tenant, level)).unwrap_or_default()
    }

    fn spawn<F>((): &(), task: impl FnOnce(()) -> F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let about = About { id: LOCAL_ID.get(), tenant: LOCAL_TENANT.get(), level: LOCAL_LEVEL.get() };
        tokio::spawn(TaskLocal::scoped(about, task(())))
    }
}

/// OpenTelemetry's context, with a value of its own type for each.
struct OpenTelemetry;

struct Id(u64);
struct Tenant(Arc<str>);
struct Level(u32);

impl Way for OpenTelemetry {
    const NAME: &str = "opentelemetry";
    type Passed = ();

    fn bind<F>(about: About, handler: impl FnOnce(()) -> F) -> impl Future<Output = F::Output> + Send
    where
        F: Future + Send,
    {
        let context = Context::current_with_value(Id(about.id));
        let context = context.with_value(Tenant(about.tenant)).with_value(Level(about.level));
        handler(()).with_context(context)
    }

    #[inline(always)]
    fn read((): &()) -> u64 {
        let id = Context::map_current(|cx| cx.get::<Id>().map_or(0, |id| id.0));
        let level = Context::map_current(|cx| cx.get::<Level>().map_or(0, |level| level.0));
        Context::map_current(|cx| cx.get::<Tenant>().map_or(0, |tenant| sum(id, &tenant.0, level)))
    }

    fn spawn<F>((): &(), task: impl FnOnce(()) -> F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        tokio::spawn(task(()).with_current_context())
    }
}
