//! The end of the service under load.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;

use crate::support::{Left, Service, order, tenant};

/// Places orders, twenty at a time, until the service ends, which `end` makes it do after fifty. Returns
/// the numbers of those that were answered.
async fn load(service: Service, end: impl AsyncFnOnce(Service)) -> Vec<u64> {
    let next = Arc::new(AtomicU64::new(0));
    let placed = Arc::new(Mutex::new(Vec::new()));
    let clients = (0..20).map(|_| {
        let (next, placed, url) = (next.clone(), placed.clone(), service.url.clone());
        tokio::spawn(async move {
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                match order(&url, n, "").send().await {
                    Ok(answer) => {
                        assert_eq!(answer.status(), 201);
                        placed.lock().await.push(n);
                    }
                    Err(_) => return,
                }
            }
        })
    });
    let clients: Vec<_> = clients.collect();
    while placed.lock().await.len() < 50 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    end(service).await;
    for client in clients {
        client.await.unwrap();
    }
    Arc::into_inner(placed).unwrap().into_inner()
}

fn nothing_is_lost(left: &Left, placed: &[u64]) {
    assert!(placed.len() >= 50);
    for n in placed {
        assert_eq!(left.invoices_of(*n), 1, "of {}", tenant(*n));
        assert_eq!(left.lines_of(*n, "order placed").len(), 1, "of {}", tenant(*n));
    }
    left.is_attributed(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_is_done_before_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]);
    let left = service.left.clone();
    let placed = load(service, Service::end).await;
    nothing_is_lost(&left, &placed);
    // No other order was stored.
    assert_eq!(left.invoices().len(), placed.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_before_a_crash_is_done_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]);
    let left = service.left.clone();
    let placed = load(service, async |service| drop(service)).await;
    let service = Service::start(folder.path(), &[]);
    let is_there = |left: &Left| placed.iter().all(|n| left.invoices_of(*n) == 1);
    left.until("the invoices", is_there).await;
    service.end().await;
    nothing_is_lost(&left, &placed);
}
