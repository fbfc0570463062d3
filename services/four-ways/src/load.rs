//! The load: keep-alive connections, each of which sends its next request when the answer to the last
//! has ended, and what is measured.

use std::error::Error;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::serve::ListenerExt;
use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::Way;
use crate::log::{Count, Log};

type BoxError = Box<dyn Error + Send + Sync>;

/// The lines that one request writes: three of the body, and one of each other place.
pub const LINES: usize = 9;

/// What came of one way.
#[derive(Debug)]
pub struct Outcome {
    /// The way.
    pub way: Way,
    /// The counts by place, in the order of [`Place::ALL`](crate::log::Place::ALL).
    pub counts: [Count; 7],
    /// The rounds.
    pub rounds: Vec<Round>,
}

/// What one round measured.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    /// Requests in a second.
    pub throughput: f64,
    /// The median of the latencies, in microseconds.
    pub p50: f64,
    /// The 99th percentile of the latencies, in microseconds.
    pub p99: f64,
}

/// Returns the median.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    quantile(values, 0.5)
}

/// Returns a quantile.
pub fn quantile(values: impl IntoIterator<Item = f64>, share: f64) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(((values.len().saturating_sub(1)) as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
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

async fn round(server: &mut Server, each: usize, first: u64) -> Result<(Round, usize), BoxError> {
    let begin = Instant::now();
    let mut clients = JoinSet::new();
    for (client, mut connection) in server.connections.drain(..).enumerate() {
        let first = first + (client * each) as u64;
        clients.spawn(async move {
            let mut latencies = Vec::with_capacity(each);
            for order in first..first + each as u64 {
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
            Ok::<_, BoxError>((connection, latencies))
        });
    }
    let mut latencies = Vec::new();
    while let Some(client) = clients.join_next().await {
        let (connection, of_client) = client??;
        server.connections.push(connection);
        latencies.extend(of_client);
    }
    let throughput = latencies.len() as f64 / begin.elapsed().as_secs_f64();
    let requests = latencies.len();
    let p50 = median(latencies.iter().copied());
    Ok((Round { throughput, p50, p99: quantile(latencies, 0.99) }, requests))
}

/// Runs all ways in interleaved rounds, after one that isn't measured.
///
/// # Errors
///
/// If a connection fails, a response has another id than its request, or lines are missing.
pub async fn run(requests: usize, in_flight: usize, rounds: usize) -> Result<Vec<Outcome>, BoxError> {
    let mut servers = Vec::new();
    let mut outcomes = Vec::new();
    for way in Way::ALL {
        servers.push(start(way, in_flight).await?);
        outcomes.push(Outcome { way, counts: Default::default(), rounds: Vec::new() });
    }
    let each = requests.div_ceil(in_flight * rounds);
    let mut next = 1;
    for number in 0..=rounds {
        for turn in 0..Way::ALL.len() {
            let index = (turn + number) % Way::ALL.len(); // none is always first
            let server = &mut servers[index];
            let (round, requests) = round(server, each, next).await?;
            next += requests as u64;
            let deadline = Instant::now() + Duration::from_secs(60);
            while server.log.len() < requests * LINES {
                if Instant::now() > deadline {
                    return Err(format!("{}: lines are missing", Way::ALL[index].name()).into());
                }
                tokio::task::yield_now().await;
            }
            server.log.count(&mut outcomes[index].counts);
            if number > 0 {
                outcomes[index].rounds.push(round);
            }
        }
    }
    Ok(outcomes)
}
