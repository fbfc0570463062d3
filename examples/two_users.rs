//! Two users, one server: whose request does a log line belong to?
//!
//! The interleaving with which every introduction to AsyncLocalStorage begins, on a real
//! HTTP server with several workers. While one request waits, the workers serve others.
//! The logger is told the request's id by nobody: it looks it up, in two places.
//!
//! * [`REQUEST_ID`] is a `Variable`. Its value follows the request over each `await`, into
//!   a spawned task and onto the threads for blocking work.
//! * [`LATEST_ID`] is a plain global, set when a request arrives. It is right until the
//!   next request arrives.
//!
//! ```sh
//! cargo run --release --example two_users --features tokio-rt-multi-thread
//! cargo run --release --example two_users --features tokio-rt-multi-thread -- 1000000 256
//! ```
//!
//! The arguments are the number of requests and of connections. What to look for: in the
//! trace, the lines of user 1 that the global gives to user 2; in the table, the column of
//! the variable, which must be all zeros. Each client knows which id it sent and compares
//! it with what each log line said. The exit code is 0 only if the variable was right in
//! every line, and the global was not, which proves that requests did interleave.

use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::{Duration, Instant};

use asynccontext::Variable;
use asynccontext::tokio::task::{JoinSet, spawn, spawn_blocking, yield_now};
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The id of the request that the running code works for.
static REQUEST_ID: Variable<u64> = Variable::named("request-id");

/// The id of the request that arrived last. What one must not do.
static LATEST_ID: AtomicU64 = AtomicU64::new(0);

/// What a handler does, in order; it logs a line at each step.
const STEPS: [&str; 5] =
    ["request received", "session found", "in a spawned task", "in a blocking closure", "answered"];

const TIME_LIMIT: Duration = Duration::from_secs(120);

// ---- The server -------------------------------------------------------------------------

/// A line of the log, as it goes to the client: `0` where the logger found no id.
struct Line {
    order: u64,
    step: usize,
    variable: u64,
    global: u64,
}

/// The logger. Nobody passes it an id.
fn log(step: usize) -> Line {
    static ORDER: AtomicU64 = AtomicU64::new(0);
    Line {
        order: ORDER.fetch_add(1, SeqCst),
        step,
        variable: REQUEST_ID.get().unwrap_or(0),
        global: LATEST_ID.load(SeqCst),
    }
}

/// The application: it awaits between its log lines, and hands work to others.
async fn handle(pause: Duration) -> Result<Vec<Line>> {
    let mut lines = vec![log(0)];
    wait(pause).await;
    lines.push(log(1));
    let task = spawn(async move {
        wait(pause).await;
        log(2)
    });
    lines.push(task.await?);
    lines.push(spawn_blocking(|| log(3)).await?);
    wait(pause).await;
    lines.push(log(4));
    Ok(lines)
}

async fn wait(pause: Duration) {
    if pause.is_zero() { yield_now().await } else { sleep(pause).await }
}

/// The place where the id is bound: once, around the whole request.
async fn serve(request: Request<Incoming>) -> std::result::Result<Response<Full<Bytes>>, Infallible> {
    // The last request of this connection must have left nothing behind.
    let answer = match (REQUEST_ID.get(), header(&request, "x-request-id"), header(&request, "x-pause-ms")) {
        (None, Some(id), Some(pause)) => {
            LATEST_ID.store(id, SeqCst);
            REQUEST_ID.scope(id, handle(Duration::from_millis(pause))).await
        }
        (left, id, pause) => Err(format!("left over: {left:?}, headers: {id:?} {pause:?}").into()),
    };
    let (status, body) = match answer {
        Ok(lines) => (StatusCode::OK, lines.iter().map(Line::to_text).collect()),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    };
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    Ok(response)
}

fn header(request: &Request<Incoming>, name: &str) -> Option<u64> {
    request.headers().get(name)?.to_str().ok()?.parse().ok()
}

/// Accepts connections for ever, a task for each.
async fn listen(listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(serve)));
    }
}

impl Line {
    fn to_text(&self) -> String {
        format!("{} {} {} {}\n", self.order, self.step, self.variable, self.global)
    }

    fn from_text(text: &str) -> Result<Line> {
        let numbers = text.split(' ').map(str::parse).collect::<std::result::Result<Vec<u64>, _>>()?;
        match numbers[..] {
            [order, step, variable, global] => Ok(Line { order, step: step.try_into()?, variable, global }),
            _ => Err(format!("not a log line: {text:?}").into()),
        }
    }
}

// ---- The clients ------------------------------------------------------------------------

/// A connection that is kept alive.
struct Client(SendRequest<Empty<Bytes>>);

impl Client {
    async fn connect(server: SocketAddr) -> Result<Client> {
        let (sender, connection) = handshake(TokioIo::new(TcpStream::connect(server).await?)).await?;
        spawn(connection);
        Ok(Client(sender))
    }

    /// The log lines of one request, one for each step.
    async fn get(&mut self, id: u64, pause_ms: u64) -> Result<Vec<Line>> {
        let request = Request::get("/")
            .header("host", "localhost")
            .header("x-request-id", id)
            .header("x-pause-ms", pause_ms)
            .body(Empty::new())?;
        self.0.ready().await?;
        let response = self.0.send_request(request).await?;
        let status = response.status();
        let body = String::from_utf8(response.into_body().collect().await?.to_bytes().into())?;
        if status != StatusCode::OK {
            return Err(format!("request {id}: {status}: {body}").into());
        }
        let lines = body.lines().map(Line::from_text).collect::<Result<Vec<Line>>>()?;
        if !lines.iter().map(|line| line.step).eq(0..STEPS.len()) {
            return Err(format!("request {id}: steps are missing: {body}").into());
        }
        Ok(lines)
    }
}

/// User 2 comes while user 1 waits. Prints the log in the order in which it was written.
async fn trace(server: SocketAddr) -> Result<()> {
    let (mut first, mut second) = (Client::connect(server).await?, Client::connect(server).await?);
    let (one, two) = tokio::join!(first.get(1, 40), async {
        sleep(Duration::from_millis(20)).await;
        second.get(2, 40).await
    });
    let mut log: Vec<(u64, Line)> = one?.into_iter().map(|line| (1, line)).collect();
    log.extend(two?.into_iter().map(|line| (2, line)));
    log.sort_by_key(|(_, line)| line.order);

    println!("{:<24}{:>8}{:>12}{:>12}", "", "user", "variable", "global");
    for (user, Line { step, variable, global, .. }) in log {
        let mark = |seen| if seen == user { "" } else { "  <- wrong" };
        println!("{:<24}{user:>8}{variable:>12}{global:>12}{}", STEPS[step], mark(global));
        if variable != user {
            return Err(format!("the variable crossed from request {variable} to request {user}").into());
        }
    }
    Ok(())
}

/// How many lines were wrong at each step: by the variable, by the global.
type Wrong = [(u64, u64); STEPS.len()];

/// Sends `requests` requests over `connections` connections at once.
async fn flood(server: SocketAddr, requests: u64, connections: u64) -> Result<Wrong> {
    let mut clients = JoinSet::new();
    for first in 1..=connections {
        clients.spawn(async move {
            let mut client = Client::connect(server).await?;
            let mut wrong = Wrong::default();
            for id in (first..=requests).step_by(connections as usize) {
                // Most handlers yield, some sleep, so that they overtake each other.
                for line in client.get(id, u64::from(id % 7 == 0)).await? {
                    wrong[line.step].0 += u64::from(line.variable != id);
                    wrong[line.step].1 += u64::from(line.global != id);
                }
            }
            Ok(wrong)
        });
    }
    let mut total = Wrong::default();
    while let Some(wrong) = clients.join_next().await {
        let wrong: Result<Wrong> = wrong?;
        for (total, wrong) in total.iter_mut().zip(wrong?) {
            *total = (total.0 + wrong.0, total.1 + wrong.1);
        }
    }
    Ok(total)
}

#[tokio::main(flavor = "multi_thread", worker_threads = 4)]
async fn main() -> Result<ExitCode> {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let requests = arguments.next().transpose()?.unwrap_or(100_000);
    let connections = arguments.next().transpose()?.unwrap_or(64).clamp(1, 512);

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    spawn(listen(listener));

    trace(server).await?;
    let start = Instant::now();
    let wrong = timeout(TIME_LIMIT, flood(server, requests, connections)).await??;
    let seconds = start.elapsed().as_secs_f64();

    println!("\n{requests} requests, {connections} connections, {seconds:.1} s: log lines with another request's id\n");
    println!("{:<24}{:>8}{:>12}{:>12}", "", "lines", "variable", "global");
    for (step, (variable, global)) in STEPS.iter().zip(wrong) {
        println!("{step:<24}{requests:>8}{variable:>12}{global:>12}");
    }
    let (variable, global) = wrong.iter().fold((0, 0), |sum, step| (sum.0 + step.0, sum.1 + step.1));
    println!("{:<24}{:>8}{variable:>12}{global:>12}", "all", requests * STEPS.len() as u64);
    Ok(if variable == 0 && global > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
