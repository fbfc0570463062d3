//! The processes of the service, and what each serves.

use std::error::Error;
use std::ffi::OsString;
use std::io::Read;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use asynccontext::carrier::Incoming;
use asynccontext_tower::RequestContextLayer;
use asynccontext_tower::deadline::DeadlineLayer;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::post;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tracing::{Instrument, info_span};

use crate::context::{FROM_CLIENTS, FROM_SERVICES};
use crate::database::Database;
use crate::invoices::Printer;
use crate::orders::{Repository, Service, controller};
use crate::outbox::Outbox;
use crate::payment::{self, Payments};
use crate::queue::{At, Failure, Queue};
use crate::{Options, story, telemetry};

/// Serves orders, and starts the other parts.
pub async fn all(options: Options) -> Result<(), Failure> {
    let traces = telemetry::start("orders", &options.folder, options.quiet)?;
    let (_payment, payments) = start(vec!["payment".into()], &options).await?;
    let url = options.database.clone().unwrap_or_else(|| sqlite(&options.folder));
    let database = Database::open(&url).await?;
    let queue = Queue::connect(&options.queue).await?;
    let _invoices = match options.queue {
        At::Memory => {
            let printer = Printer::open(&options.folder).await?;
            tokio::spawn(queue.clone().work(printer));
            None
        }
        _ => Some(start(vec!["invoices".into()], &options).await?),
    };
    let outbox = Outbox::new(database.clone());
    tokio::spawn(outbox.clone().send_all(queue));
    let service = Service::new(Repository { database }, Payments::new(&payments)?, outbox);
    let orders = Router::new().route("/orders", post(controller::place)).with_state(service);
    let routes = story::routes(options.folder).merge(in_context(orders, &FROM_CLIENTS));
    serve(options.listen, routes, traces, shutdown()).await
}

/// Serves payments on a free port, which it prints.
pub async fn payment(options: Options) -> Result<(), Failure> {
    let traces = telemetry::start("payment", &options.folder, options.quiet)?;
    let routes = in_context(payment::routes(), &FROM_SERVICES);
    serve(SocketAddr::from(([127, 0, 0, 1], 0)), routes, traces, end_of_input()).await
}

/// Handles the jobs at a broker.
pub async fn invoices(options: Options) -> Result<(), Failure> {
    if options.queue == At::Memory {
        return Err("a queue in memory has no other process: name a broker with --queue".into());
    }
    let traces = telemetry::start("invoices", &options.folder, options.quiet)?;
    let queue = Queue::connect(&options.queue).await?;
    let printer = Printer::open(&options.folder).await?;
    println!("working");
    tokio::select! {
        done = queue.work(printer) => done?,
        () = end_of_input() => {}
    }
    Ok(traces.shutdown()?)
}

/// The layers of a service: a context, a limit of time, and a span for each request.
fn in_context(routes: Router, incoming: &'static (impl Incoming + 'static)) -> Router {
    routes
        .layer(from_fn(in_span))
        .layer(DeadlineLayer::new(Duration::from_secs(20)))
        .layer(RequestContextLayer::new().incoming(incoming))
}

async fn in_span(request: Request, next: Next) -> Response {
    let span = info_span!("request", method = %request.method(), path = request.uri().path());
    next.run(request).instrument(span).await
}

async fn serve(
    listen: SocketAddr,
    routes: Router,
    traces: SdkTracerProvider,
    end: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Failure> {
    let listener = TcpListener::bind(listen).await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, routes).with_graceful_shutdown(end).await?;
    Ok(traces.shutdown()?)
}

pub fn sqlite(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("orders.db").display())
}

/// Starts this program as another process, with the queue and the folder of `options`. It ends when
/// the returned handle is dropped, and its parts when it ends. Returns the line that it prints when
/// it is ready.
pub async fn start(arguments: Vec<OsString>, options: &Options) -> Result<(Child, String), Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(&arguments).arg("--folder").arg(&options.folder).stdin(Stdio::piped()).stdout(Stdio::piped());
    if let Some(url) = options.queue.url() {
        command.arg("--queue").arg(url);
    }
    if options.quiet {
        command.arg("--quiet");
    }
    let mut child = command.kill_on_drop(true).spawn()?;
    let mut output = BufReader::new(child.stdout.take().ok_or("the process has no output")?).lines();
    let ready = output.next_line().await?.ok_or_else(|| format!("the process {arguments:?} did not start"))?;
    // Its log goes on to this process' output.
    tokio::spawn(async move {
        while let Ok(Some(line)) = output.next_line().await {
            println!("{line}");
        }
    });
    Ok((child, ready))
}

async fn shutdown() {
    _ = tokio::signal::ctrl_c().await;
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
