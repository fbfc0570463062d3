//! The processes of the service, and what each serves.

use std::error::Error;
use std::ffi::OsString;
use std::future::pending;
use std::io::Read;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use asynccontext::Snapshot;
use asynccontext::carrier::Incoming;
use asynccontext_tower::RequestContextLayer;
use asynccontext_tower::deadline::{self, DeadlineLayer};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::post;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;
use tower_http::catch_panic::CatchPanicLayer;
use tracing::{Instrument, info_span};

use crate::context::{FROM_CLIENTS, FROM_SERVICES, FROM_TESTS};
use crate::database::Database;
use crate::invoices::Printer;
use crate::orders::{Repository, Service, controller};
use crate::outbox::Outbox;
use crate::payment::{self, Payments};
use crate::queue::{At, Failure, Queue};
use crate::{Options, dropped, story, telemetry};

/// Serves orders, and starts the other parts. Ends with them, when all that was accepted is done.
pub async fn all(options: Options) -> Result<(), Failure> {
    let folder = options.folder();
    let traces = telemetry::start("orders", folder, options.quiet)?;
    let payment = Part::start(vec!["payment".into()], &options).await?;
    let url = options.database.clone().unwrap_or_else(|| sqlite(folder));
    let database = Database::open(&url).await?;
    let queue = Queue::connect(&options.queue, &options.queue_name).await?;
    let invoices = match options.queue {
        At::Memory => {
            tokio::spawn(queue.clone().work(Printer::open(folder)?));
            None
        }
        _ => Some(Part::start(vec!["invoices".into()], &options).await?),
    };
    let outbox = Outbox::new(database.clone());
    tokio::spawn(outbox.clone().send_all(queue));
    let service = Service::new(Repository { database }, Payments::new(&payment.ready)?, outbox.clone());
    let orders = post(controller::place).get(controller::list);
    let orders = Router::new().route("/orders", orders).with_state(service);
    let orders = in_context(orders, if options.faults { &FROM_TESTS } else { &FROM_CLIENTS });
    serve(options.listen, story::routes(folder.to_owned()).merge(orders), shutdown()).await?;
    if timeout(PATIENCE, outbox.is_empty()).await.is_err() {
        tracing::warn!("messages are left, which are sent after the next start");
    }
    payment.end().await?;
    if let Some(invoices) = invoices {
        invoices.end().await?;
    }
    end(traces)
}

/// Serves payments on a free port, which it prints.
pub async fn payment(options: Options) -> Result<(), Failure> {
    let traces = telemetry::start("payment", options.folder(), options.quiet)?;
    let routes = in_context(payment::routes(), &FROM_SERVICES);
    serve(SocketAddr::from(([127, 0, 0, 1], 0)), routes, end_of_input()).await?;
    end(traces)
}

/// Handles the jobs at a broker.
pub async fn invoices(options: Options) -> Result<(), Failure> {
    if options.queue == At::Memory {
        return Err("a queue in memory has no other process: name a broker with --queue".into());
    }
    let traces = telemetry::start("invoices", options.folder(), options.quiet)?;
    let queue = Queue::connect(&options.queue, &options.queue_name).await?;
    let printer = Printer::open(options.folder())?;
    println!("working");
    tokio::select! {
        () = queue.work(printer) => {}
        () = end_of_input() => {}
    }
    end(traces)
}

/// The layers of a service: a context, a limit of time, and a span for each request.
fn in_context(routes: Router, incoming: &'static (impl Incoming + 'static)) -> Router {
    routes
        .layer(CatchPanicLayer::new())
        .layer(from_fn(in_span))
        .layer(DeadlineLayer::new(Duration::from_secs(20)))
        .layer(RequestContextLayer::new().incoming(incoming))
}

async fn in_span(request: Request, next: Next) -> Response {
    let span = info_span!("request", method = %request.method(), path = request.uri().path());
    let answered = Answered(false);
    let answer = async move {
        let mut answered = answered;
        let response = next.run(request).await;
        answered.0 = true;
        // The span lasts as long as the body, and is current in it.
        let here = Snapshot::capture();
        response.map(|body| Body::new(here.scope(body)))
    };
    answer.instrument(span).await
}

/// Logs that a request was given up, if it is dropped before there is an answer.
struct Answered(bool);

impl Drop for Answered {
    fn drop(&mut self) {
        if !self.0 {
            let is_late = deadline::current().is_some_and(|deadline| deadline.is_over());
            tracing::warn!("{}", if is_late { "the deadline has passed" } else { "the client is gone" });
        }
    }
}

async fn serve(
    listen: SocketAddr,
    routes: Router,
    end: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Failure> {
    let listener = TcpListener::bind(listen).await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, routes.merge(dropped::routes())).with_graceful_shutdown(end).await?;
    Ok(())
}

/// Ends a process.
fn end(traces: SdkTracerProvider) -> Result<(), Failure> {
    for (what, number) in dropped::dropped() {
        tracing::warn!(what, number, "dropped");
    }
    Ok(traces.shutdown()?)
}

pub fn sqlite(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("orders.db").display())
}

/// Another process of this program. It ends when this value is dropped, and its parts when it ends.
#[derive(Debug)]
pub struct Part {
    process: Child,
    /// The line that it printed when it was ready.
    pub ready: String,
}

impl Part {
    /// Starts this program with these arguments, and with the queue and the folder of `options`.
    pub async fn start(arguments: Vec<OsString>, options: &Options) -> Result<Part, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(&arguments).arg("--folder").arg(options.folder()).stdin(Stdio::piped()).stdout(Stdio::piped());
        if let Some(url) = options.queue.url() {
            command.args(["--queue", url, "--queue-name", &options.queue_name]);
        }
        command.args(options.quiet.then_some("--quiet")).args(options.faults.then_some("--faults"));
        // In a group of its own, which an interrupt from the terminal does not reach.
        let mut process = command.process_group(0).kill_on_drop(true).spawn()?;
        let mut output = BufReader::new(process.stdout.take().ok_or("the process has no output")?).lines();
        let ready = output.next_line().await?.ok_or_else(|| format!("the process {arguments:?} did not start"))?;
        // Its log goes on to this process' output.
        tokio::spawn(async move {
            while let Ok(Some(line)) = output.next_line().await {
                println!("{line}");
            }
        });
        Ok(Part { process, ready })
    }

    /// Closes the input of the process, and waits until it has ended.
    pub async fn end(mut self) -> Result<(), Failure> {
        drop(self.process.stdin.take());
        timeout(PATIENCE, self.process.wait()).await.map_err(|_| "a part of the service does not end")??;
        Ok(())
    }
}

/// How long each part of the end may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Waits for a signal to end.
async fn shutdown() {
    let Ok(mut terminated) = signal(SignalKind::terminate()) else { return pending().await };
    tokio::select! {
        _ = terminated.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// Waits until the process that started this one ends. A thread of its own reads: a read of standard
/// input can't be cancelled, and would keep a runtime from ending.
async fn end_of_input() {
    let (sender, ended) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        _ = std::io::stdin().read_to_end(&mut Vec::new());
        _ = sender.send(());
    });
    _ = ended.await;
}

/// An error and its causes.
pub fn with_sources(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
