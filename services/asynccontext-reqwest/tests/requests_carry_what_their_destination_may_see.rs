//! The middleware over real HTTP: which headers arrive at which server, also after redirects.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use asynccontext::Variable;
use asynccontext::carrier::{Exported, Exports};
use asynccontext_reqwest::{Destinations, ForeignRedirect, OutgoingMiddleware, client, client_with, redirect_policy};
use axum::Router;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use reqwest::redirect::Policy;
use reqwest_middleware::{Middleware, Next};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
static REQUEST_ID: Exported<u64> = Variable::named("request-id").exported("x-request-id");
static TO_OUR_SERVICES: Exports = Exports::new(&[TENANT.export(), REQUEST_ID.export()]);
static TO_PARTNERS: Exports = Exports::new(&[REQUEST_ID.export()]);

/// A server, and the requests that it received.
struct Server {
    address: SocketAddr,
    received: mpsc::UnboundedReceiver<HeaderMap>,
}

impl Server {
    async fn start(answer: impl Fn(Uri) -> Response + Clone + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (send, received) = mpsc::unbounded_channel();
        let handler = async move |uri: Uri, headers: HeaderMap| {
            send.send(headers).unwrap();
            answer(uri)
        };
        tokio::spawn(async { axum::serve(listener, Router::new().fallback(handler)).await });
        Server { address, received }
    }

    async fn plain() -> Server {
        Server::start(|_| StatusCode::OK.into_response()).await
    }

    fn uri(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The next request's headers that variables are exported under.
    async fn next(&mut self) -> (Option<String>, Option<String>) {
        let headers = self.received.recv().await.unwrap();
        let text = |key| headers.get(key).map(|value: &axum::http::HeaderValue| value.to_str().unwrap().to_owned());
        (text("x-tenant"), text("x-request-id"))
    }
}

async fn as_blue<F: Future>(future: F) -> F::Output {
    TENANT.scope("blue".into(), REQUEST_ID.scope(7, future)).await
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[tokio::test]
async fn each_server_receives_what_is_declared_for_it() {
    let (mut ours, mut partner, mut other) = (Server::plain().await, Server::plain().await, Server::plain().await);
    let destinations = Destinations::new()
        .to(&ours.address.to_string(), TO_OUR_SERVICES)
        .to(&partner.address.to_string(), TO_PARTNERS);
    let http = client(reqwest::Client::builder(), destinations).unwrap();
    as_blue(async {
        for server in [&ours, &partner, &other] {
            http.get(server.uri("/")).send().await.unwrap();
        }
    })
    .await;
    assert_eq!(ours.next().await, (some("blue"), some("7")));
    assert_eq!(partner.next().await, (None, some("7")));
    assert_eq!(other.next().await, (None, None));

    http.get(ours.uri("/")).send().await.unwrap();
    assert_eq!(ours.next().await, (None, None), "nothing is bound here");
}

#[tokio::test]
async fn a_header_of_another_destination_is_removed() {
    let (ours, mut other) = (Server::plain().await, Server::plain().await);
    let destinations = Destinations::new().to(&ours.address.to_string(), TO_OUR_SERVICES);
    let http = client(reqwest::Client::builder(), destinations).unwrap();
    http.get(other.uri("/")).header("x-tenant", "of the incoming request").send().await.unwrap();
    assert_eq!(other.next().await, (None, None));
}

#[tokio::test]
async fn control_characters_reach_no_header() {
    let mut server = Server::plain().await;
    let http = client(reqwest::Client::builder(), Destinations::everywhere(TO_OUR_SERVICES)).unwrap();
    let forged = "blue\r\nx-admin: 1\r\n\r\nGET / HTTP/1.1\0";
    TENANT.scope(forged.into(), http.get(server.uri("/")).send()).await.unwrap();
    let headers = server.received.recv().await.unwrap();
    assert!(!headers.contains_key("x-admin"), "{headers:?}");
    let back = TO_OUR_SERVICES.extract(&headers).unwrap();
    assert_eq!(back.get(&TENANT).map(String::as_str), Some(forged));
}

#[tokio::test]
async fn requests_in_parallel_carry_their_own_values() {
    let mut server = Server::plain().await;
    let http = client(reqwest::Client::builder(), Destinations::everywhere(TO_OUR_SERVICES)).unwrap();
    let requests = (0..300).map(|id| {
        let request = http.get(server.uri("/")).send();
        tokio::spawn(REQUEST_ID.scope(id, TENANT.scope(format!("t{id}"), request)))
    });
    for request in requests.collect::<Vec<_>>() {
        request.await.unwrap().unwrap();
    }
    for _ in 0..300 {
        let (tenant, id) = server.next().await;
        assert_eq!(tenant, Some(format!("t{}", id.unwrap())));
    }
}

#[tokio::test]
async fn a_redirect_within_a_destination_is_followed() {
    let mut ours = Server::start(|uri| match uri.path() {
        "/old" => Redirect::temporary("/new").into_response(),
        _ => StatusCode::OK.into_response(),
    })
    .await;
    let destinations = Destinations::new().to(&ours.address.to_string(), TO_OUR_SERVICES);
    let http = client(reqwest::Client::builder(), destinations).unwrap();
    let response = as_blue(http.get(ours.uri("/old")).send()).await.unwrap();
    assert_eq!(response.url().path(), "/new");
    for _ in 0..2 {
        assert_eq!(ours.next().await, (some("blue"), some("7")));
    }
}

#[tokio::test]
async fn a_redirect_to_another_destination_fails_before_anything_is_sent() {
    let mut elsewhere = Server::plain().await;
    let target = elsewhere.uri("/landing");
    let to = target.clone();
    let ours = Server::start(move |uri| match uri.path() {
        "/hop" => Redirect::temporary("/out").into_response(),
        _ => Redirect::temporary(&to).into_response(),
    })
    .await;
    let destinations = Destinations::new().to(&ours.address.to_string(), TO_OUR_SERVICES);
    let http = client(reqwest::Client::builder(), destinations).unwrap();
    for path in ["/out", "/hop"] {
        let error = as_blue(http.get(ours.uri(path)).send()).await.unwrap_err();
        assert!(error.is_redirect(), "{error:?}");
        assert_eq!(ForeignRedirect::of(&error).unwrap().target().as_str(), target);
        assert!(elsewhere.received.try_recv().is_err());
    }

    // A new request to the target is judged by its own destination.
    as_blue(http.get(target).send()).await.unwrap();
    assert_eq!(elsewhere.next().await, (None, None));
}

#[tokio::test]
async fn a_redirect_from_elsewhere_to_ours_fails_too() {
    let ours = Server::plain().await;
    let to = ours.uri("/");
    let elsewhere = Server::start(move |_| Redirect::temporary(&to).into_response()).await;
    let destinations = Destinations::new().to(&ours.address.to_string(), TO_OUR_SERVICES);
    let http = client(reqwest::Client::builder(), destinations).unwrap();
    let error = as_blue(http.get(elsewhere.uri("/")).send()).await.unwrap_err();
    assert!(ForeignRedirect::of(&error).is_some(), "{error:?}");
}

/// What the documentation says of the middleware on a client that follows redirects by itself.
#[tokio::test]
async fn without_the_policy_the_headers_leave_and_the_request_fails() {
    let mut elsewhere = Server::plain().await;
    let to = elsewhere.uri("/");
    let ours = Server::start(move |_| Redirect::temporary(&to).into_response()).await;
    let destinations = Destinations::new().to(&ours.address.to_string(), TO_OUR_SERVICES);
    let http = reqwest_middleware::ClientBuilder::new(reqwest::Client::new())
        .with(OutgoingMiddleware::new(destinations))
        .build();
    let error = as_blue(http.get(ours.uri("/")).send()).await.unwrap_err();
    assert_eq!(ForeignRedirect::of(&error).unwrap().target().as_str(), elsewhere.uri("/"));
    assert_eq!(elsewhere.next().await, (some("blue"), some("7")));
}

#[tokio::test]
async fn the_inner_policy_still_limits_redirects() {
    let ours = Server::start(|_| Redirect::temporary("/again").into_response()).await;
    let destinations = Arc::new(Destinations::new().to(&ours.address.to_string(), TO_OUR_SERVICES));
    let policy = redirect_policy(Arc::clone(&destinations), Policy::limited(2));
    let limited = reqwest::Client::builder().redirect(policy).build().unwrap();
    let limited = reqwest_middleware::ClientBuilder::new(limited).with(OutgoingMiddleware::new(destinations)).build();
    let error = as_blue(limited.get(ours.uri("/")).send()).await.unwrap_err();
    assert!(error.is_redirect() && ForeignRedirect::of(&error).is_none(), "{error:?}");
}

/// Sends again until the answer is a success.
struct UntilSuccess;

#[async_trait::async_trait]
impl Middleware for UntilSuccess {
    async fn handle(
        &self,
        request: reqwest::Request,
        extensions: &mut http::Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        loop {
            let again = request.try_clone().unwrap();
            let response = next.clone().run(again, extensions).await?;
            if response.status().is_success() {
                return Ok(response);
            }
        }
    }
}

#[tokio::test]
async fn each_attempt_of_a_retry_is_written_again() {
    static LEFT: AtomicU64 = AtomicU64::new(3);
    static BUDGET: Exported<()> = Variable::named("budget").exported_as(
        "x-request-id",
        |()| Ok(LEFT.fetch_sub(1, Ordering::Relaxed).to_string()),
        |_| Ok(()),
    );
    static EXPORTS: Exports = Exports::new(&[BUDGET.export()]);
    let count = Arc::new(AtomicU64::new(0));
    let mut server = Server::start(move |_| match count.fetch_add(1, Ordering::Relaxed) {
        0 | 1 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        _ => StatusCode::OK.into_response(),
    })
    .await;
    let http =
        client_with(reqwest::Client::builder(), Destinations::everywhere(EXPORTS), |client| client.with(UntilSuccess))
            .unwrap();
    BUDGET.scope((), http.get(server.uri("/")).send()).await.unwrap();
    for left in ["3", "2", "1"] {
        assert_eq!(server.next().await.1, some(left));
    }
}
