//! Invoices, which a worker writes after the order was placed.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use asynccontext::tokio::task::spawn_blocking;
use serde::{Deserialize, Serialize};

use crate::context::TENANT;
use crate::faults;

/// A job: the invoice of an order.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Invoice {
    pub order: String,
    /// In cents.
    pub total: i64,
}

/// Writes invoices to a file, each once: brokers may deliver a job twice.
#[derive(Clone, Debug)]
pub struct Printer {
    written: Arc<Mutex<Written>>,
}

#[derive(Debug)]
struct Written {
    file: File,
    orders: HashSet<String>,
}

/// A line of the file.
#[derive(Serialize)]
struct Line<'a> {
    request_id: Option<String>,
    tenant: Option<String>,
    #[serde(flatten)]
    invoice: &'a Invoice,
}

impl Printer {
    pub fn open(folder: &Path) -> io::Result<Printer> {
        let path = folder.join("invoices.jsonl");
        let mut file = File::options().create(true).append(true).open(&path)?;
        let text = std::fs::read_to_string(&path)?;
        let orders = text.lines().filter_map(|line| Some(serde_json::from_str::<Invoice>(line).ok()?.order)).collect();
        // The process was killed while it wrote the last line.
        if !text.is_empty() && !text.ends_with('\n') {
            file.write_all(b"\n")?;
        }
        Ok(Printer { written: Arc::new(Mutex::new(Written { file, orders })) })
    }

    /// Handles the job that `text` is. One that can't be read would not be on another try: it is dropped.
    pub async fn handle(&self, text: &[u8]) -> io::Result<()> {
        match serde_json::from_slice(text) {
            Ok(invoice) => self.print(invoice).await,
            Err(error) => {
                tracing::error!(%error, "a job that nobody can read is dropped");
                Ok(())
            }
        }
    }

    #[tracing::instrument(name = "invoice", skip_all)]
    pub async fn print(&self, invoice: Invoice) -> io::Result<()> {
        faults::at("invoice").await;
        // A worker that loses its broker drops its jobs, and gets them again. What is begun here goes on.
        let written = self.written.clone();
        spawn_blocking(move || written.lock().unwrap_or_else(PoisonError::into_inner).add(invoice)).await?
    }
}

impl Written {
    fn add(&mut self, invoice: Invoice) -> io::Result<()> {
        if self.orders.contains(&invoice.order) {
            tracing::info!(order = invoice.order, "invoice was written before");
            return Ok(());
        }
        let request_id = asynccontext_tower::REQUEST_ID.get().map(|id| id.to_string());
        let mut line = serde_json::to_vec(&Line { request_id, tenant: TENANT.get(), invoice: &invoice })?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        tracing::info!(order = invoice.order, total = invoice.total, "invoice written");
        self.orders.insert(invoice.order);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use super::*;

    #[tokio::test]
    async fn a_job_that_is_dropped_and_comes_again_is_written_once() {
        let folder = tempfile::tempdir().unwrap();
        let printer = Printer::open(folder.path()).unwrap();
        let invoice = Invoice { order: "order-1".to_owned(), total: 100 };
        let mut begun = Box::pin(printer.print(invoice.clone()));
        let _ = begun.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        drop(begun);
        printer.print(invoice).await.unwrap();
        let lines = std::fs::read_to_string(folder.path().join("invoices.jsonl")).unwrap();
        assert_eq!(lines.lines().count(), 1, "{lines}");
    }
}
