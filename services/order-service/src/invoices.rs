//! Invoices, which a worker writes after the order was placed.

use std::io;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::sync::Mutex;

use crate::context::TENANT;

/// A job: the invoice of an order.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Invoice {
    pub order: String,
    /// In cents.
    pub total: i64,
}

/// Writes invoices to a file.
#[derive(Clone, Debug)]
pub struct Printer {
    file: Arc<Mutex<File>>,
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
        let file = File::options().create(true).append(true).open(folder.join("invoices.jsonl")).await?;
        Ok(Printer { file: Arc::new(Mutex::new(file)) })
    }

    #[tracing::instrument(name = "invoice", skip_all)]
    pub async fn print(&self, invoice: Invoice) -> io::Result<()> {
        let request_id = asynccontext_tower::REQUEST_ID.get().map(|id| id.to_string());
        let mut line = serde_json::to_vec(&Line { request_id, tenant: TENANT.get(), invoice: &invoice })?;
        line.push(b'\n');
        let mut file = self.file.lock().await;
        file.write_all(&line).await?;
        file.flush().await?;
        tracing::info!(order = invoice.order, total = invoice.total, "invoice written");
        Ok(())
    }
}
