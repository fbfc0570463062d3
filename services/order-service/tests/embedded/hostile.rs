//! Headers of strangers: what is dropped is counted, and the request goes on without it.

use serde_json::json;

use crate::support::Service;

#[tokio::test(flavor = "multi_thread")]
async fn hostile_headers_are_dropped_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]);
    let long = "b".repeat(65);
    let long_id = "a".repeat(129);
    let hostile: &[&[(&str, &[u8])]] = &[
        &[("x-tenant", b"blue"), ("x-tenant", b"red")],
        &[("x-tenant", long.as_bytes())],
        &[("x-tenant", b"50%")],
        &[("x-tenant", b"K\xf6ln")],
        &[("x-tenant", b"blue%0D%0Aforged")],
        &[("x-tenant", b"blue%00")],
        &[("x-request-id", b"two%20words")],
        &[("x-request-id", long_id.as_bytes())],
        &[("x-request-id", b"one"), ("x-request-id", b"two")],
        &[("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("baggage", b"tenant=red")],
    ];
    for headers in hostile {
        let mut request = reqwest::Client::new().post(format!("{}/orders", service.url));
        for (name, value) in *headers {
            request = request.header(*name, *value);
        }
        let answer = request.json(&json!({ "item": "book", "quantity": 1 })).send().await.unwrap();
        assert_eq!(answer.status(), 201, "{headers:?}");
        let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(id.len(), 36, "an id of the service's own: {id}");
        service
            .left
            .until("the invoice", |left| left.invoices().iter().any(|invoice| invoice["request_id"] == *id))
            .await;
        for line in service.left.lines().iter().filter(|line| line["request-id"] == *id) {
            assert!(line["tenant"].is_null(), "{line}");
        }
    }
    assert_eq!(
        service.dropped().await,
        json!({
            "clients repeated": 2,
            "clients too_long": 1,
            "clients malformed": 2,
            "clients control_character": 2,
            "clients unreadable": 2,
        })
    );
    for line in service.left.lines() {
        assert_eq!(line["request-id"].as_str().map_or(0, str::len), 36, "{line}");
    }
    service.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_not_read_without_their_flag() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start_with(folder.path(), &[]);
    assert_eq!(service.place(1, "stored=panic").await, 201);
    service.end().await;
}
