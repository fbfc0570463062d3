//! A queue in this process.

use std::sync::Arc;

use asynccontext::Carried;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::Failure;
use crate::invoices::{Invoice, Printer};

#[derive(Clone, Debug)]
pub struct Queue {
    sender: UnboundedSender<Carried<Invoice>>,
    receiver: Arc<Mutex<UnboundedReceiver<Carried<Invoice>>>>,
}

impl Default for Queue {
    fn default() -> Queue {
        let (sender, receiver) = unbounded_channel();
        Queue { sender, receiver: Arc::new(Mutex::new(receiver)) }
    }
}

impl Queue {
    pub fn send(&self, job: Invoice) -> Result<(), Failure> {
        Ok(self.sender.send(Carried::new(job))?)
    }

    pub async fn work(self, printer: Printer) -> Result<(), Failure> {
        let mut jobs = self.receiver.lock().await;
        while let Some(job) = jobs.recv().await {
            if let Err(error) = job.handle_async(async |job| printer.print(job).await).await {
                tracing::error!(%error, "no invoice");
            }
        }
        Ok(())
    }
}
