use servers::Server;

use crate::support::{Service, order};

/// Kills PostgreSQL while ten requests have a transaction open: none of them leaves anything, each of their
/// requests is answered, and orders are placed once the server runs again.
pub async fn a_transaction_ends_with_the_server(server: &Server) {
    const HELD: u64 = 10;
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &["--database", &server.url()]);
    assert_eq!(service.place(0, "").await, 201);
    let file = folder.path().join("go");
    let fault = format!("stored=hold:{}", file.display());
    let calls: Vec<_> = (1..=HELD).map(|n| tokio::spawn(order(&service.url, n, &fault).send())).collect();
    // The first order has the row of the book; the others wait for it.
    let held = |left: &crate::support::Left| (1..=HELD).any(|n| !left.lines_of(n, "held").is_empty());
    service.left.until("a transaction is held", held).await;
    tokio::task::block_in_place(|| server.kill());
    std::fs::write(&file, "").unwrap();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().status(), 500);
    }
    for n in 1..=HELD {
        service.left.line_of(n, "order refused").await;
    }

    tokio::task::block_in_place(|| server.restart()).unwrap();
    assert_eq!(service.place(11, "").await, 201);
    for n in 1..=HELD {
        assert_eq!(service.orders(n).await, [""; 0]);
    }
    assert_eq!((service.orders(0).await.len(), service.orders(11).await.len()), (1, 1));
    service.left.until("the invoices", |left| left.invoices().len() == 2).await;
    let left = service.left.clone();
    service.end().await;
    left.is_attributed(&["messages wait"]);
}
