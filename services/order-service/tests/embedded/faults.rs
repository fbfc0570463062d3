//! Clients that leave, panics, deadlines and answers that are not read to their end: everything is
//! rolled back, each line names its request, and the next order is placed.

use std::path::Path;

use sqlx::SqlitePool;

use crate::support::{Service, id, order, tenant};

/// Returns what is in stock of books.
async fn stock(folder: &Path) -> i64 {
    let database = SqlitePool::connect(&format!("sqlite:{}", folder.join("orders.db").display())).await.unwrap();
    sqlx::query_scalar("SELECT stock FROM inventory WHERE item = 'book'").fetch_one(&database).await.unwrap()
}

/// Checks that request 1 left nothing but lines, and that an order of request 2 is placed.
async fn nothing_is_left(service: Service, folder: &Path) {
    let before = stock(folder).await;
    assert_eq!(service.orders(1).await, [""; 0]);
    assert_eq!(service.place(2, "").await, 201);
    assert_eq!(service.orders(2).await.len(), 1);
    assert_eq!((before, stock(folder).await), (1_000_000, 999_999));
    let left = service.left.clone();
    service.end().await;
    assert_eq!((left.invoices_of(1), left.invoices_of(2)), (0, 1));
    left.is_attributed(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_leaves_while_it_pays() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]);
    let file = folder.path().join("go");
    let call = tokio::spawn(order(&service.url, 1, &format!("charge=hold:{}", file.display())).send());
    service.left.line_of(1, "held").await;
    call.abort();
    service.left.until("both services give up", |left| left.lines_of(1, "the client is gone").len() == 2).await;
    nothing_is_left(service, folder.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_panics_in_its_transaction() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]);
    assert_eq!(service.place(1, "stored=panic").await, 500);
    service.left.line_of(1, "panicked: a fault at stored").await;
    nothing_is_left(service, folder.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_service_panics() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]);
    assert_eq!(service.place(1, "charge=panic").await, 502);
    service.left.line_of(1, "panicked: a fault at charge").await;
    service.left.line_of(1, "order refused").await;
    nothing_is_left(service, folder.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_passes_in_the_other_service() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]);
    // The first request of a process takes longer, and would not get as far.
    assert_eq!(service.place(3, "stored=panic").await, 500);
    let file = folder.path().join("go");
    let late = order(&service.url, 1, &format!("charge=hold:{}", file.display())).header("grpc-timeout", "3S");
    let answer = late.send().await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["x-request-id"]), (504, &id(1).parse().unwrap()));
    service.left.line_of(1, "the deadline has passed").await;
    nothing_is_left(service, folder.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_leaves_while_it_reads() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]);
    // More than the connection holds.
    let database = SqlitePool::connect(&format!("sqlite:{}", folder.path().join("orders.db").display())).await.unwrap();
    let insert = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
        INSERT INTO orders SELECT printf('%06d', i), 'web-0', $1, hex(zeroblob(400)), 1, 1 FROM n";
    sqlx::query(insert).bind(tenant(1)).execute(&database).await.unwrap();
    let list = reqwest::Client::new().get(format!("{}/orders", service.url));
    let list = list.header("x-tenant", tenant(1)).header("x-request-id", id(1));
    let mut answer = list.send().await.unwrap();
    assert!(answer.chunk().await.unwrap().unwrap().starts_with(b"{\"id\":\"000001\""));
    drop(answer);
    service.left.line_of(1, "list not read to its end").await;
    assert!(service.left.lines_of(1, "list not read to its end")[0]["number"].as_u64().unwrap() < 20_000);
    assert_eq!(service.orders(1).await.len(), 20_000);
    service.left.line_of(1, "list sent").await;
    let left = service.left.clone();
    service.end().await;
    left.is_attributed(&[]);
}
