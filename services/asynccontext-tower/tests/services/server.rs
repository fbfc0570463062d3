//! Servers on a free port, clients for HTTP/1 and HTTP/2, and values that say where they are dropped.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asynccontext::Variable;
use asynccontext::carrier::{Exported, Imports};
use axum::body::Body;
use http::{Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tower::Service;

pub(crate) static TENANT: Exported<String> = Variable::named("tenant").exported("x-tenant");
pub(crate) static IMPORTS: Imports = Imports::new(&[TENANT.import().limit(64)]);

/// Serves HTTP/1 and HTTP/2 by hyper, until the test's runtime ends.
pub(crate) async fn serve<S>(service: S) -> SocketAddr
where
    S: Service<Request<Body>, Response = Response<Body>, Error: Into<tower::BoxError>> + Clone + Send + 'static,
    S::Future: Send,
{
    let service =
        tower::ServiceExt::map_request(service, |request: Request<hyper::body::Incoming>| request.map(Body::new));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = TowerToHyperService::new(service.clone());
            tokio::spawn(async move {
                let server = auto::Builder::new(TokioExecutor::new());
                let _ = server.serve_connection(TokioIo::new(stream), service).await; // a client may leave
            });
        }
    });
    address
}

pub(crate) fn client(http2: bool) -> Client<HttpConnector, Body> {
    Client::builder(TokioExecutor::new()).http2_only(http2).build_http()
}

/// Records the tenant that is current where it is dropped.
pub(crate) struct Witness(pub(crate) Arc<Mutex<Vec<Option<String>>>>);

impl Witness {
    pub(crate) fn new() -> (Witness, Arc<Mutex<Vec<Option<String>>>>) {
        let seen = Arc::new(Mutex::new(Vec::new()));
        (Witness(seen.clone()), seen)
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(TENANT.get());
    }
}

/// Waits until `done` holds, for at most ten seconds.
pub(crate) async fn until(what: &str, done: impl Fn() -> bool) {
    for _ in 0..2000 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("not within ten seconds: {what}");
}
