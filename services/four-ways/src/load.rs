//! The load: keep-alive connections, each of which sends its next request when the answer to the last
//! has ended, and what is measured.

use std::error::Error;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::serve::ListenerExt;
use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use rustix::time::{ClockId, clock_gettime};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::Way;
use crate::log::{Count, Log};
use crate::statistics::quantile;

type BoxError = Box<dyn Error + Send + Sync>;

/// The lines that one request writes: three of the body, and one of each other place.
pub const LINES: usize = 9;

/// What came of one way.
#[derive(Debug)]
pub struct Outcome {
    /// The way.
    pub way: Way,
    /// Whether the way is measured a second time, as a control.
    pub is_control: bool,
    /// The counts by place, in the order of [`Place::ALL`](crate::log::Place::ALL).
    pub counts: [Count; 7],
    /// The rounds.
    pub rounds: Vec<Round>,
}

/// What one round measured, in its two slices together.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    /// Requests in a second.
    pub throughput: f64,
    /// The processor's time for a request, in microseconds, of the client too.
    pub processor: f64,
    /// The median of the latencies, in microseconds.
    pub p50: f64,
    /// The 99th percentile of the latencies, in microseconds.
    pub p99: f64,
}

struct Server {
    log: &'static Log,
    connections: Vec<SendRequest<Empty<Bytes>>>,
}

async fn start(way: Way, in_flight: usize) -> Result<Server, BoxError> {
    let log: &'static Log = Box::leak(Box::default());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    // Otherwise each streamed response waits 40 ms for a delayed acknowledgement, which hides all costs.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    tokio::spawn(async move { axum::serve(listener, way.app(log)).await });
    let mut connections = Vec::new();
    for _ in 0..in_flight {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        connections.push(sender);
    }
    Ok(Server { log, connections })
}

/// What one way took for some requests.
#[derive(Default)]
struct Slice {
    seconds: f64,
    processor: f64,
    latencies: Vec<f64>,
}

impl Slice {
    fn add(&mut self, other: Slice) {
        self.seconds += other.seconds;
        self.processor += other.processor;
        self.latencies.extend(other.latencies);
    }

    fn round(&self) -> Round {
        let requests = self.latencies.len() as f64;
        let latencies = || self.latencies.iter().copied();
        Round {
            throughput: requests / self.seconds,
            processor: self.processor * 1e6 / requests,
            p50: quantile(latencies(), 0.5),
            p99: quantile(latencies(), 0.99),
        }
    }
}

/// Returns the seconds that this process has had of the processors.
fn processor() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Sends the requests of these orders. Each connection takes the next one, so that all are busy to the end.
async fn slice(server: &mut Server, orders: Range<u64>) -> Result<Slice, BoxError> {
    let (begin, processor_before) = (Instant::now(), processor());
    let (next, end) = (Arc::new(AtomicU64::new(orders.start)), orders.end);
    let mut clients = JoinSet::new();
    for mut connection in server.connections.drain(..) {
        let next = Arc::clone(&next);
        clients.spawn(async move {
            let mut latencies = Vec::new();
            loop {
                let order = next.fetch_add(1, Ordering::Relaxed);
                if order >= end {
                    return Ok::<_, BoxError>((connection, latencies));
                }
                let sent = Instant::now();
                connection.ready().await?;
                let request = Request::get(format!("/orders/{order}"))
                    .header("host", "localhost")
                    .header("x-request-id", order.to_string())
                    .body(Empty::new())?;
                let response = connection.send_request(request).await?;
                let (head, body) = response.into_parts();
                body.collect().await?;
                if head.headers.get("x-request-id").and_then(|id| id.to_str().ok()) != Some(&order.to_string()) {
                    return Err(format!("the response to {order} is {head:?}").into());
                }
                latencies.push(sent.elapsed().as_secs_f64() * 1e6);
            }
        });
    }
    let mut all = Slice::default();
    while let Some(client) = clients.join_next().await {
        let (connection, latencies) = client??;
        server.connections.push(connection);
        all.latencies.extend(latencies);
    }
    all.seconds = begin.elapsed().as_secs_f64();
    all.processor = processor() - processor_before;
    Ok(all)
}

/// Waits until a server has written all lines of its requests, and counts them.
async fn count(server: &Server, requests: usize, outcome: &mut Outcome) -> Result<(), BoxError> {
    let deadline = Instant::now() + Duration::from_secs(60);
    while server.log.len() < requests * LINES {
        if Instant::now() > deadline {
            return Err(format!("{}: lines are missing", outcome.way.name()).into());
        }
        tokio::task::yield_now().await;
    }
    server.log.count(&mut outcome.counts);
    Ok(())
}

/// Runs all ways, and the first one twice, in interleaved slices: in each round all of them in a random order,
/// and then again in the reverse order, so that what changes steadily in a round affects all of them alike. A
/// slice of each that isn't measured comes first.
///
/// The orders are the same in each call.
///
/// # Errors
///
/// If a connection fails, a response has another id than its request, or lines are missing.
pub async fn run(requests: usize, in_flight: usize, rounds: usize) -> Result<Vec<Outcome>, BoxError> {
    let mut servers = Vec::new();
    let mut outcomes = Vec::new();
    for (way, is_control) in Way::ALL.map(|way| (way, false)).into_iter().chain([(Way::ByHand, true)]) {
        servers.push(start(way, in_flight).await?);
        outcomes.push(Outcome { way, is_control, counts: Default::default(), rounds: Vec::new() });
    }
    let each = requests.div_ceil(2 * rounds);
    let mut next = 1;
    let mut random = fastrand::Rng::with_seed(1);
    let mut order: Vec<usize> = (0..servers.len()).collect();
    for number in 0..=rounds {
        random.shuffle(&mut order);
        let is_measured = number > 0;
        let back = order.iter().rev().filter(|_| is_measured);
        let mut taken: Vec<Slice> = servers.iter().map(|_| Slice::default()).collect();
        for &index in order.iter().chain(back) {
            let server = &mut servers[index];
            taken[index].add(slice(server, next..next + each as u64).await?);
            next += each as u64;
            count(server, each, &mut outcomes[index]).await?;
        }
        if is_measured {
            outcomes.iter_mut().zip(taken).for_each(|(outcome, taken)| outcome.rounds.push(taken.round()));
        }
    }
    Ok(outcomes)
}
