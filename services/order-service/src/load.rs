//! A load of orders, and a check of everything that was recorded of them.

use std::collections::{HashMap, HashSet};
use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Args;
use hdrhistogram::Histogram;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::Options;
use crate::database::Database;
use crate::lines::each_line;
use crate::orders::Repository;
use crate::parts::{self, Part};
use crate::queue::Failure;

#[derive(Args, Debug)]
pub struct Load {
    /// The number of orders
    #[arg(long, default_value_t = 10_000)]
    requests: u64,
    /// The number of orders at the same time
    #[arg(long, default_value_t = 200)]
    in_flight: u64,
}

/// What is logged of an order, of each once at least. The first two are of orders that were refused.
const LINES: [&str; 9] = [
    "charge refused",
    "order refused",
    "order received",
    "reserved",
    "stored",
    "charged",
    "paid",
    "order placed",
    "invoice written",
];
/// The spans of an order. The last is none of an order that was refused.
const SPANS: [&str; 4] = ["request in orders", "pay in orders", "request in payment", "invoice"];

/// A set of names as bits, by their positions in a list.
fn bits(list: &[&str], is_in: impl Fn(&str) -> bool) -> u16 {
    list.iter().enumerate().filter(|(_, name)| is_in(name)).map(|(at, _)| 1 << at).sum()
}

/// Returns the lines and the spans of an order.
fn expected(is_refused: bool) -> (u16, u16) {
    if is_refused {
        (bits(&LINES[..5], |_| true), bits(&SPANS[..3], |_| true))
    } else {
        (bits(&LINES, |_| true) & !0b11, bits(&SPANS, |_| true))
    }
}

/// Each order of this number is refused by the payment service.
const REFUSED_EACH: u64 = 50;

impl Load {
    pub async fn run(self, mut options: Options) -> Result<(), Failure> {
        let data = tempfile::tempdir()?;
        options.folder.get_or_insert_with(|| data.path().to_owned());
        let service = start(&options).await?;
        let sent = self.send(&service.ready).await?;
        let found = self.wait(&options, &sent).await?;
        drop(service);
        report(&sent, &found);
        if found.wrong == 0 && found.missing == 0 { Ok(()) } else { Err("the context was not kept".into()) }
    }

    async fn send(&self, url: &str) -> Result<Sent, Failure> {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(60)).build()?;
        let next = AtomicU64::new(0);
        let done = Mutex::new((HashMap::new(), Histogram::<u64>::new(3)?, 0));
        let start = Instant::now();
        let one_by_one = async || -> Result<(), Failure> {
            loop {
                let i = next.fetch_add(1, Ordering::Relaxed);
                if i >= self.requests {
                    return Ok(());
                }
                let (id, tenant) = (request_id(i), tenant(i));
                let item = if is_refused(i) { "piano" } else { "book" };
                let request = client.post(format!("{url}/orders")).json(&json!({ "item": item, "quantity": 1 }));
                let begun = Instant::now();
                let response = request.header("x-request-id", &id).header("x-tenant", tenant).send().await?;
                let (status, answered) = (response.status(), response.headers().get("x-request-id").cloned());
                let body: Value = response.json().await?;
                let took = begun.elapsed();
                if answered.is_none_or(|answered| answered != *id) {
                    return Err(format!("the answer to {id} has another id").into());
                }
                let expected = if is_refused(i) { StatusCode::PAYMENT_REQUIRED } else { StatusCode::CREATED };
                if status != expected {
                    return Err(format!("{id} was answered with {status}: {body}").into());
                }
                let Ok(mut done) = done.lock() else { return Ok(()) };
                done.1.record(u64::try_from(took.as_micros())?)?;
                done.2 += 1;
                if let Some(order) = body["id"].as_str() {
                    done.0.insert(order.to_owned(), i);
                }
                if done.2 % 1000 == 0 && io::stderr().is_terminal() {
                    eprint!("\r{} of {} orders", done.2, self.requests);
                    io::stderr().flush()?;
                }
            }
        };
        futures::future::try_join_all((0..self.in_flight).map(|_| one_by_one())).await?;
        let took = start.elapsed();
        let (orders, latencies, _) = done.into_inner()?;
        Ok(Sent { requests: self.requests, orders, latencies, took })
    }

    /// Checks until everything is there, for three minutes after the last change.
    async fn wait(&self, options: &Options, sent: &Sent) -> Result<Found, Failure> {
        let (mut before, mut since) = (u64::MAX, Instant::now());
        loop {
            let found = check(options, sent).await?;
            if found.missing != before {
                (before, since) = (found.missing, Instant::now());
            }
            if found.missing == 0 || since.elapsed() > Duration::from_secs(180) {
                return Ok(found);
            }
            sleep(Duration::from_secs(1)).await;
        }
    }
}

fn request_id(i: u64) -> String {
    format!("load-{i}")
}

fn tenant(i: u64) -> String {
    format!("tenant-{}", i % 997)
}

fn is_refused(i: u64) -> bool {
    i % REFUSED_EACH == REFUSED_EACH - 1
}

/// Starts the service as a process on a free port.
async fn start(options: &Options) -> Result<Part, Failure> {
    let mut arguments = vec!["--listen".into(), "127.0.0.1:0".into()];
    if let Some(url) = &options.database {
        arguments.extend(["--database".into(), url.into()]);
    }
    Part::start(arguments, &Options { quiet: true, ..options.clone() }).await
}

struct Sent {
    requests: u64,
    /// The number of the request of each order.
    orders: HashMap<String, u64>,
    latencies: Histogram<u64>,
    took: Duration,
}

#[derive(Default)]
struct Found {
    lines: u64,
    spans: u64,
    rows: u64,
    messages: u64,
    /// With the id, tenant or trace of another request, with none, or twice.
    wrong: u64,
    /// Lines of no request and no order, such as warnings that a broker is away.
    outside: u64,
    /// Not there.
    missing: u64,
    /// Some of the wrong ones.
    examples: Vec<String>,
}

impl Found {
    fn wrong(&mut self, what: impl FnOnce() -> String) {
        self.wrong += 1;
        if self.examples.len() < 5 {
            self.examples.push(what());
        }
    }
}

/// What a line of the files may say of its request.
#[derive(Default, Deserialize)]
struct Line {
    #[serde(rename = "request-id", alias = "request_id")]
    request_id: Option<String>,
    tenant: Option<String>,
    order: Option<String>,
    message: Option<String>,
    name: Option<String>,
    process: Option<String>,
    trace: Option<String>,
    attributes: Option<Box<Line>>,
}

async fn check(options: &Options, sent: &Sent) -> Result<Found, Failure> {
    let mut found = Found::default();
    let mut lines = vec![0; usize::try_from(sent.requests)?];
    let mut spans = lines.clone();
    let mut traces = HashMap::<String, usize>::new();
    let mut invoices = HashSet::new();
    each_line(options.folder(), "traces-", |text, line: Line| {
        found.spans += 1;
        let request = line.attributes.as_ref().and_then(|line| own(line, sent));
        let first = request.zip(line.trace).map(|(i, trace)| (i, *traces.entry(trace).or_insert(i)));
        let name = line.name.unwrap_or_default();
        let in_process = format!("{name} in {}", line.process.unwrap_or_default());
        match first {
            Some((i, first)) if i == first => spans[i] |= bits(&SPANS, |span| span == name || span == in_process),
            _ => found.wrong(|| text.to_owned()),
        }
    })?;
    each_line(options.folder(), "logs-", |text, line: Line| {
        let message = line.message.as_deref().unwrap_or_default();
        let of_trace = line.trace.as_ref().and_then(|trace| traces.get(trace));
        match own(&line, sent) {
            Some(i) if of_trace == Some(&i) => {
                found.lines += 1;
                lines[i] |= bits(&LINES, |name| name == message);
            }
            None if line.request_id.is_none() && line.order.is_none() => found.outside += 1,
            _ => found.wrong(|| text.to_owned()),
        }
    })?;
    each_line(options.folder(), "invoices", |text, line: Line| {
        found.messages += 1;
        if own(&line, sent).is_none() || !line.order.is_some_and(|order| invoices.insert(order)) {
            found.wrong(|| text.to_owned());
        }
    })?;
    let url = options.database.clone().unwrap_or_else(|| parts::sqlite(options.folder()));
    let orders = Repository { database: Database::open(&url).await? };
    for row in orders.all().await? {
        found.rows += 1;
        let (request_id, tenant, order) = (Some(row.request_id), Some(row.tenant), Some(row.id));
        let line = Line { request_id, tenant, order, ..Line::default() };
        if own(&line, sent).is_none() {
            found.wrong(|| format!("row {:?} of {:?}", line.order, line.request_id));
        }
    }
    for ((lines, spans), i) in lines.into_iter().zip(spans).zip(0..) {
        let expected = expected(is_refused(i));
        found.missing += u64::from((expected.0 & !lines).count_ones() + (expected.1 & !spans).count_ones());
    }
    let placed = sent.orders.len() as u64;
    found.missing += placed.saturating_sub(found.rows) + placed.saturating_sub(invoices.len() as u64);
    Ok(found)
}

/// Returns the number of the request that a line belongs to, if everything in it agrees.
fn own(line: &Line, sent: &Sent) -> Option<usize> {
    let i: u64 = line.request_id.as_deref()?.strip_prefix("load-")?.parse().ok()?;
    let is_its_order = line.order.as_ref().is_none_or(|order| match sent.orders.get(order) {
        Some(of) => *of == i,
        None => is_refused(i), // its client was not told the id
    });
    let agrees = i < sent.requests && line.tenant.as_deref() == Some(&tenant(i)) && is_its_order;
    agrees.then(|| usize::try_from(i).ok()).flatten()
}

fn report(sent: &Sent, found: &Found) {
    let rate = sent.requests as f64 / sent.took.as_secs_f64();
    let ms = |quantile| sent.latencies.value_at_quantile(quantile) as f64 / 1000.0;
    println!("{} orders in {:.1} s: {rate:.0} a second", sent.requests, sent.took.as_secs_f64());
    println!("latency: {:.1} ms half of them, {:.1} ms 99 of 100", ms(0.5), ms(0.99));
    println!("{} lines, {} spans, {} rows, {} messages", found.lines, found.spans, found.rows, found.messages);
    for example in &found.examples {
        println!("  {example}");
    }
    if found.outside > 0 {
        println!("{} other lines, of no request", found.outside);
    }
    println!("{} of another request, of none or written twice, {} missing", found.wrong, found.missing);
}
