//! Two users of one server: finds out to which request a log line belongs.
//!
//! This is the interleaving at the start of every introduction to AsyncLocalStorage, on a real HTTP
//! server with several workers. While one request waits, the workers serve others. The request's id
//! is not passed to the logger, which looks it up in two places.
//!
//! * [`REQUEST_ID`] is a `Variable`. Its value follows the request across each `await`, into a
//!   spawned task and onto the threads for blocking work.
//! * [`LATEST_ID`] is a plain global, set when a request arrives. It is right until the
//!   next request arrives.
//!
//! ```sh
//! cargo run --release --example two_users -- 100000 64
//! ```
//!
//! The arguments are the number of requests, and of connections (512 at most). In the trace, the
//! global attributes lines of user 1 to user 2; in the table, the column of the variable must be
//! all zeros. Each client compares the id that it sent with that of each log line. The exit code is
//! 0 only if the variable was right in every line and the global was not: otherwise no requests
//! interleaved (as over one connection), and the variable's result proves nothing.

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

/// The id of the request that arrived last: the wrong way.
static LATEST_ID: AtomicU64 = AtomicU64::new(0);

/// The steps of a handler, in order; it logs a line at each.
const STEPS: [&str; 5] =
    ["request received", "session found", "in a spawned task", "in a blocking closure", "answered"];

/// For the trace, and for the flood.
const TIME_LIMIT: Duration = Duration::from_secs(120);

// ---- The server -------------------------------------------------------------------------

/// A line of the log, as it goes to the client: `0` where the logger found no id.
struct Line {
    order: u64,
    step: usize,
    variable: u64,
    global: u64,
}

/// The logger, which gets no id as an argument.
fn log(step: usize) -> Line {
    static ORDER: AtomicU64 = AtomicU64::new(0);
    let order = ORDER.fetch_add(1, SeqCst);
    let variable = REQUEST_ID.get().unwrap_or(0);
    let global = LATEST_ID.load(SeqCst);
    Line { order, step, variable, global }
}

/// The application: it awaits between its log lines, and spawns work.
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
async fn serve(request: Request<Incoming>) -> Result<Response<Full<Bytes>>> {
    // The previous request of this connection must have left no value.
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
    Ok(Response::builder().status(status).body(Full::from(body))?)
}

fn header(request: &Request<Incoming>, name: &str) -> Option<u64> {
    request.headers().get(name)?.to_str().ok()?.parse().ok()
}

/// Accepts connections forever, with a task for each.
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

/// A keep-alive connection.
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

/// User 2 sends a request while user 1 waits. Prints the log in the order in which it was written.
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
            return Err(format!("a line of user {user} got {variable} from the variable").into());
        }
    }
    Ok(())
}

/// For each step: all lines, those that the variable got wrong, those that the global did.
type Counts = [[u64; 3]; STEPS.len()];

/// Sends `requests` requests over `connections` connections at once.
async fn flood(server: SocketAddr, requests: u64, connections: u64) -> Result<Counts> {
    let mut clients = JoinSet::new();
    for first in 1..=connections {
        clients.spawn(async move {
            let mut client = Client::connect(server).await?;
            let mut counts = Counts::default();
            for id in (first..=requests).step_by(connections as usize) {
                // Most handlers yield, some sleep, so that they overtake each other.
                for line in client.get(id, u64::from(id % 7 == 0)).await? {
                    let [lines, variable, global] = &mut counts[line.step];
                    *lines += 1;
                    *variable += u64::from(line.variable != id);
                    *global += u64::from(line.global != id);
                }
            }
            Ok(counts)
        });
    }
    let mut total = Counts::default();
    while let Some(counts) = clients.join_next().await {
        let counts: Result<Counts> = counts?;
        for (sum, count) in total.as_flattened_mut().iter_mut().zip(counts?.as_flattened()) {
            *sum += count;
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

    timeout(TIME_LIMIT, trace(server)).await??;
    let start = Instant::now();
    let counts = timeout(TIME_LIMIT, flood(server, requests, connections)).await??;
    let seconds = start.elapsed().as_secs_f64();

    println!("\n{requests} requests, {connections} connections, {seconds:.1} s: lines with another request's id\n");
    println!("{:<24}{:>8}{:>12}{:>12}", "", "lines", "variable", "global");
    for (step, [lines, variable, global]) in STEPS.iter().zip(counts) {
        println!("{step:<24}{lines:>8}{variable:>12}{global:>12}");
    }
    let [lines, variable, global] = [0, 1, 2].map(|column| counts.iter().map(|step| step[column]).sum::<u64>());
    println!("{:<24}{lines:>8}{variable:>12}{global:>12}", "all");
    let complete = lines == requests * STEPS.len() as u64;
    Ok(if complete && variable == 0 && global > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
