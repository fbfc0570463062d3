//! Jobs that come twice, out of order, or whose worker panics, with each queue.

use sqlx::SqlitePool;

use super::{Service, id, tenant};

/// Sends each of twenty jobs two more times, the last ones first: all in their own context, and each
/// invoice is written once.
pub async fn come_twice(arguments: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), arguments);
    let mut orders = Vec::new();
    for n in 0..20 {
        assert_eq!(service.place(n, "").await, 201);
        orders.extend(service.orders(n).await.into_iter().map(|order| (n, order)));
    }
    service.left.until("all invoices", |left| left.invoices().len() == 20).await;

    let url = format!("sqlite:{}", folder.path().join("orders.db").display());
    let database = SqlitePool::connect(&url).await.unwrap();
    for (at, (n, order)) in orders.iter().rev().chain(&orders).enumerate() {
        let headers = headers(*n);
        let body = format!(r#"{{"order":"{order}","total":1250}}"#);
        let insert = sqlx::query("INSERT INTO outbox VALUES ($1, $2, $3)");
        insert.bind(format!("{at:03}")).bind(headers).bind(body).execute(&database).await.unwrap();
    }
    // One that nobody can read, in the context of its sender too.
    let insert = sqlx::query("INSERT INTO outbox VALUES ('999', $1, 'not a job')").bind(headers(7));
    insert.execute(&database).await.unwrap();

    for n in 0..20 {
        let twice = |left: &super::Left| left.lines_of(n, "invoice was written before").len() == 2;
        service.left.until("each job two more times", twice).await;
    }
    service.left.line_of(7, "a job that nobody can read is dropped").await;
    let left = service.left.clone();
    service.end().await;
    assert_eq!(left.invoices().len(), 20);
    left.is_attributed(&[]);
}

/// Returns what a job of request `web-N` carries, with a trace of its own.
fn headers(n: u64) -> String {
    let (id, tenant, trace) = (id(n), tenant(n), n + 1);
    format!(r#"{{"x-request-id":"{id}","x-tenant":"{tenant}","traceparent":"00-{trace:032x}-{trace:016x}-01"}}"#)
}

/// Handles a job whose worker panics at the first try.
pub async fn panic_once(arguments: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), arguments);
    assert_eq!(service.place(1, "invoice=panic-once").await, 201);
    assert_eq!(service.place(2, "").await, 201);
    let both = |left: &super::Left| left.invoices_of(1) == 1 && left.invoices_of(2) == 1;
    service.left.until("both invoices", both).await;
    service.left.line_of(1, "panicked: a fault at invoice").await;
    let left = service.left.clone();
    service.end().await;
    left.is_attributed(&["a job has ended its worker", "messages wait"]);
}
