//! Invoices, which a worker writes after the order was placed.

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::sync::Mutex;

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
    pub async fn open(folder: &Path) -> io::Result<Printer> {
        let path = folder.join("invoices.jsonl");
        let mut file = File::options().create(true).append(true).open(&path).await?;
        let text = tokio::fs::read_to_string(&path).await?;
        let orders = text.lines().filter_map(|line| Some(serde_json::from_str::<Invoice>(line).ok()?.order)).collect();
        // The process was killed while it wrote the last line.
        if !text.is_empty() && !text.ends_with('\n') {
            file.write_all(b"\n").await?;
            file.flush().await?;
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
        let request_id = asynccontext_tower::REQUEST_ID.get().map(|id| id.to_string());
        let mut line = serde_json::to_vec(&Line { request_id, tenant: TENANT.get(), invoice: &invoice })?;
        line.push(b'\n');
        let mut written = self.written.lock().await;
        if written.orders.contains(&invoice.order) {
            tracing::info!(order = invoice.order, "invoice was written before");
            return Ok(());
        }
        written.file.write_all(&line).await?;
        written.file.flush().await?;
        tracing::info!(order = invoice.order, total = invoice.total, "invoice written");
        written.orders.insert(invoice.order);
        Ok(())
    }
}
