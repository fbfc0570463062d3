//! The service as processes, and what they leave.

pub mod jobs;

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use tokio::time::sleep;

/// Returns the command that runs the program.
pub fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_order-service"))
}

/// A service with all its processes, which is killed when it is dropped.
pub struct Service {
    process: Child,
    pub url: String,
    pub left: Left,
}

impl Service {
    /// Starts the service with its data in `folder`. Requests may ask for faults.
    pub fn start(folder: &Path, arguments: &[&str]) -> Service {
        Service::start_with(folder, &[&["--faults"], arguments].concat())
    }

    pub fn start_with(folder: &Path, arguments: &[&str]) -> Service {
        let mut command = program();
        command.args(["--listen", "127.0.0.1:0", "--quiet", "--folder"]).arg(folder).args(arguments);
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut url = String::new();
        output.read_line(&mut url).unwrap();
        assert!(url.starts_with("http://"), "the service did not start: {url:?}");
        Service { process, url: url.trim().to_owned(), left: Left(folder.to_owned()) }
    }

    /// Places an order and returns the status of its answer, which has the id of its request.
    pub async fn place(&self, n: u64, fault: &str) -> u16 {
        let response = order(&self.url, n, fault).send().await.unwrap();
        assert_eq!(response.headers()["x-request-id"], id(n));
        response.status().as_u16()
    }

    /// Returns the ids of the orders of tenant `shop-N`.
    pub async fn orders(&self, n: u64) -> Vec<String> {
        let list = reqwest::Client::new().get(format!("{}/orders", self.url)).header("x-tenant", tenant(n));
        let text = list.header("x-request-id", id(n)).send().await.unwrap().text().await.unwrap();
        let ids = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        ids.map(|order| order["id"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn dropped(&self) -> Value {
        reqwest::get(format!("{}/dropped", self.url)).await.unwrap().json().await.unwrap()
    }

    /// Asks the service to end.
    pub fn terminate(&self) {
        kill(Pid::from_raw(self.process.id().cast_signed()), Signal::SIGTERM).unwrap();
    }

    /// Asks the service to end, and waits until it has.
    pub async fn end(mut self) {
        self.terminate();
        let status = tokio::task::block_in_place(|| self.process.wait()).unwrap();
        assert!(status.success(), "{status}");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub fn id(n: u64) -> String {
    format!("web-{n}")
}

pub fn tenant(n: u64) -> String {
    format!("shop-{n}")
}

/// Returns an order of request `web-N` and tenant `shop-N` for the service at `url`, with a fault.
pub fn order(url: &str, n: u64, fault: &str) -> reqwest::RequestBuilder {
    let request = reqwest::Client::new().post(format!("{url}/orders"));
    let request = request.json(&json!({ "item": "book", "quantity": 1 }));
    let request = request.header("x-request-id", id(n)).header("x-tenant", tenant(n));
    if fault.is_empty() { request } else { request.header("x-fault", fault) }
}

/// What the processes of a service leave in their folder.
#[derive(Clone)]
pub struct Left(pub PathBuf);

impl Left {
    fn each(&self, prefix: &str) -> Vec<Value> {
        let mut lines = Vec::new();
        for entry in std::fs::read_dir(&self.0).unwrap() {
            let entry = entry.unwrap();
            if entry.file_name().to_str().unwrap().starts_with(prefix) {
                let text = std::fs::read(entry.path()).unwrap();
                // The last line may not be written to its end.
                lines.extend(text.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()));
            }
        }
        lines
    }

    pub fn lines(&self) -> Vec<Value> {
        self.each("logs-")
    }

    /// Returns the lines with this text of request `web-N`.
    pub fn lines_of(&self, n: u64, message: &str) -> Vec<Value> {
        self.lines().into_iter().filter(|line| line["request-id"] == id(n) && line["message"] == message).collect()
    }

    pub fn invoices(&self) -> Vec<Value> {
        self.each("invoices")
    }

    pub fn invoices_of(&self, n: u64) -> usize {
        self.invoices().iter().filter(|invoice| invoice["request_id"] == id(n)).count()
    }

    /// Waits for a line of request `web-N`.
    pub async fn line_of(&self, n: u64, message: &str) {
        self.until(&format!("{message:?} of {}", id(n)), |left| !left.lines_of(n, message).is_empty()).await;
    }

    /// Waits until the files are as they should be.
    pub async fn until(&self, what: &str, is_so: impl Fn(&Left) -> bool) {
        let start = Instant::now();
        while !is_so(self) {
            let is_late = start.elapsed() > Duration::from_secs(300);
            assert!(!is_late, "not there: {what}, of these lines: {:#?}", self.lines());
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Checks that each line, span and invoice is of one request with its tenant, and each trace of one
    /// request. Each line of no request must be one of `others`.
    pub fn is_attributed(&self, others: &[&str]) {
        let check = |id: &Value, tenant: &Value, what: &Value| {
            let id = id.as_str().unwrap_or_default().strip_prefix("web-");
            let tenant = tenant.as_str().unwrap_or_default().strip_prefix("shop-");
            assert!(id.is_some() && id == tenant, "{what}");
        };
        let mut orders = HashSet::new();
        let mut traces = HashMap::new();
        // A killed process leaves lines of spans that it did not write.
        let mut in_trace = |trace: &Value, id: &Value, what: &Value| {
            let trace = trace.as_str().unwrap_or_else(|| panic!("no trace: {what}"));
            assert_eq!(traces.entry(trace.to_owned()).or_insert_with(|| id.clone()), id, "{what}");
        };
        for span in self.each("traces-") {
            check(&span["attributes"]["request-id"], &span["attributes"]["tenant"], &span);
            in_trace(&span["trace"], &span["attributes"]["request-id"], &span);
        }
        for line in self.lines() {
            let message = line["message"].as_str().unwrap();
            if line["request-id"].is_null() && line["order"].is_null() && others.contains(&message) {
                continue;
            }
            check(&line["request-id"], &line["tenant"], &line);
            in_trace(&line["trace"], &line["request-id"], &line);
        }
        for invoice in self.invoices() {
            check(&invoice["request_id"], &invoice["tenant"], &invoice);
            assert!(orders.insert(invoice["order"].to_string()), "twice: {invoice}");
        }
    }
}
