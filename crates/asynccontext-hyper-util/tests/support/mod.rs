//! A server for the tests, and bodies that record the current request.

#![allow(dead_code, unreachable_pub, unused_imports, missing_docs)]

mod scale;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use asynccontext::Variable;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes, Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

pub use scale::scaled;

/// The identity of a request. A holder of the value can check whether others hold it.
pub static REQUEST: Variable<Arc<usize>> = Variable::named("request");

pub fn current() -> Option<usize> {
    REQUEST.with(|request| request.map(|n| **n))
}

/// A server on a runtime of its own, for both versions of HTTP. It reads each request to its end
/// and returns the request's body.
pub struct Server {
    pub address: SocketAddr,
    accepted: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
    runtime: Option<Runtime>,
}

impl Server {
    pub fn start() -> Server {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket that can");
        let address = listener.local_addr().expect("a bound socket");
        let [accepted, open] = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
        let counts = (Arc::clone(&accepted), Arc::clone(&open));
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).expect("a socket that doesn't block");
            while let Ok((stream, _)) = listener.accept().await {
                counts.0.fetch_add(1, Ordering::Relaxed);
                counts.1.fetch_add(1, Ordering::Relaxed);
                let open = Arc::clone(&counts.1);
                tokio::spawn(async move {
                    let server = auto::Builder::new(TokioExecutor::new());
                    let _ = server.serve_connection(TokioIo::new(stream), service_fn(echo)).await;
                    open.fetch_sub(1, Ordering::Relaxed);
                });
            }
        });
        Server { address, accepted, open, runtime: Some(runtime) }
    }

    pub fn accepted(&self) -> usize {
        self.accepted.load(Ordering::Relaxed)
    }

    pub fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    pub fn uri(&self) -> String {
        format!("http://{}/", self.address)
    }
}

/// Also in a task, where blocking is not allowed.
impl Drop for Server {
    fn drop(&mut self) {
        self.runtime.take().into_iter().for_each(Runtime::shutdown_background);
    }
}

async fn echo(request: Request<Incoming>) -> hyper::Result<Response<Full<Bytes>>> {
    let body = request.into_body().collect().await?.to_bytes();
    Ok(Response::new(Full::new(body)))
}

/// Records of the bodies' polls.
pub type Seen = Arc<Mutex<Vec<Option<usize>>>>;

/// A body of one piece, which records the request that is current in its poll.
pub struct Noting(Option<Bytes>, Seen);

impl Noting {
    pub fn new(piece: String, seen: &Seen) -> Noting {
        Noting(Some(piece.into()), Arc::clone(seen))
    }
}

impl Body for Noting {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.1.lock().unwrap().push(current());
        Poll::Ready(self.0.take().map(|piece| Ok(Frame::data(piece))))
    }
}

/// Whether nothing else holds `value`, immediately or within two seconds.
pub async fn is_released(value: &Arc<usize>) -> bool {
    for _ in 0..2000 {
        if Arc::strong_count(value) == 1 {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    false
}
