//! A queue in this process. A job is sent when it is handled, so that none is lost with the process.

use std::sync::Arc;

use asynccontext::Carried;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::Failure;
use crate::invoices::{Invoice, Printer};

type Job = (Invoice, oneshot::Sender<()>);

#[derive(Clone, Debug)]
pub struct Queue {
    sender: UnboundedSender<Carried<Job>>,
    receiver: Arc<Mutex<UnboundedReceiver<Carried<Job>>>>,
}

impl Default for Queue {
    fn default() -> Queue {
        let (sender, receiver) = unbounded_channel();
        Queue { sender, receiver: Arc::new(Mutex::new(receiver)) }
    }
}

impl Queue {
    pub async fn send(&self, job: Invoice) -> Result<(), Failure> {
        let (done, handled) = oneshot::channel();
        self.sender.send(Carried::new((job, done)))?;
        handled.await.map_err(|_| "the job failed".into())
    }

    pub async fn work(self, printer: Printer) -> Result<(), Failure> {
        let mut jobs = self.receiver.lock().await;
        while let Some(job) = jobs.recv().await {
            let handled = job.handle_async(async |(job, done)| match printer.print(job).await {
                Ok(()) => _ = done.send(()),
                Err(error) => tracing::error!(%error, "no invoice"),
            });
            handled.await;
        }
        Ok(())
    }
}
