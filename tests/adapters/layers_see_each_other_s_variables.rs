//! Bindings compose: independent layers, stacked in any order, and scopes that are created in any
//! order, in every kind of driver.

#![cfg(feature = "tokio")]

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use asynccontext::tokio::task::JoinSet;
use asynccontext::{Propagate, Variable};
use futures::stream::{FuturesUnordered, StreamExt};
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, client, server};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tower::util::BoxCloneService;
use tower::{Layer, Service, ServiceExt, service_fn};

static A: Variable<u32> = Variable::named("a");
static B: Variable<u32> = Variable::named("b");
static C: Variable<u32> = Variable::named("c");
tokio::task_local! { static LOCAL: u32; }

type Seen = (Option<u32>, Option<u32>, Option<u32>);

fn read() -> Seen {
    (A.get(), B.get(), LOCAL.try_with(|value| *value).ok())
}

async fn reads() -> Seen {
    let first = read();
    tokio::task::yield_now().await;
    assert_eq!(read(), first);
    first
}

type Http = BoxCloneService<Request<Incoming>, Response<Full<Bytes>>, Infallible>;
type Answer<'a> = Pin<Box<dyn Future<Output = Result<Response<Full<Bytes>>, Infallible>> + Send + 'a>>;

/// A typical layer: the inner service is called, and its future wrapped.
#[derive(Clone, Copy)]
enum Binds {
    Ours(&'static Variable<u32>, u32),
    TaskLocal(u32),
}

#[derive(Clone)]
struct Bound(Binds, Http);

impl Layer<Http> for Binds {
    type Service = Bound;

    fn layer(&self, inner: Http) -> Bound {
        Bound(*self, inner)
    }
}

impl Service<Request<Incoming>> for Bound {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Answer<'static>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.1.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Incoming>) -> Answer<'static> {
        let f = self.1.call(request);
        match self.0 {
            Binds::Ours(variable, value) => Box::pin(variable.scope(value, f)),
            Binds::TaskLocal(value) => Box::pin(LOCAL.scope(value, f)),
        }
    }
}

async fn handler(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::new(format!("{:?}", reads().await).into())))
}

/// Returns the handler's response over real HTTP.
async fn ask(service: Http) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let serves = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let service = TowerToHyperService::new(service);
        server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await
    });
    let stream = TokioIo::new(TcpStream::connect(at).await.unwrap());
    let (mut sender, connection) = client::conn::http1::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let answer = sender.send_request(Request::new(Empty::<Bytes>::new())).await.unwrap();
    let text = answer.into_body().collect().await.unwrap().to_bytes();
    drop(sender);
    connection.await.unwrap().unwrap();
    serves.await.unwrap().unwrap();
    String::from_utf8(text.to_vec()).unwrap()
}

#[tokio::test]
async fn three_layers_by_three_hands_in_each_order() {
    let all = [Binds::Ours(&A, 1), Binds::Ours(&B, 2), Binds::TaskLocal(3)];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut service: Http = service_fn(handler).boxed_clone();
        for at in order {
            service = all[at].layer(service).boxed_clone();
        }
        assert_eq!(ask(service).await, "(Some(1), Some(2), Some(3))", "{order:?}");
    }
}

type All = (Option<u32>, Option<u32>, Option<u32>);
const ALL: All = (Some(1), Some(2), Some(3));

async fn reads_all() -> All {
    let read = || (A.get(), B.get(), C.get());
    let first = read();
    tokio::task::yield_now().await;
    assert_eq!(read(), first);
    first
}

/// The three scopes nested in each order, created from the inside out or by calls.
fn each_order() -> Vec<Pin<Box<dyn Future<Output = All> + Send>>> {
    let by_hand = A.scope(1, B.scope(2, C.scope(3, reads_all())));
    let late = async { C.scope(3, async { A.scope(1, B.scope(2, reads_all())).await }).await };
    let tied = A.scope(1, async { B.run(2, || C.scope(3, reads_all()).in_current_snapshot()).await });
    let mut all: Vec<Pin<Box<dyn Future<Output = All> + Send>>> =
        vec![Box::pin(by_hand), Box::pin(late), Box::pin(tied)];
    let variables = [(&A, 1), (&B, 2), (&C, 3)];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut future: Pin<Box<dyn Future<Output = All> + Send>> = Box::pin(reads_all());
        for at in order {
            let (variable, value) = variables[at];
            future = Box::pin(variable.scope(value, future));
        }
        all.push(future);
    }
    all
}

#[tokio::test]
async fn whatever_drives_them() {
    for future in each_order() {
        assert_eq!(future.await, ALL);
    }
    for (left, right) in each_order().into_iter().zip(each_order().into_iter().rev()) {
        let (left, right) = tokio::join!(left, A.scope(9, right));
        assert_eq!((left, right), (ALL, ALL));
    }
    for (mut left, mut right) in each_order().into_iter().zip(each_order()) {
        let seen = tokio::select! { seen = &mut left => seen, seen = &mut right => seen };
        assert_eq!(seen, ALL);
    }
    let mut unordered: FuturesUnordered<_> = each_order().into_iter().collect();
    while let Some(seen) = unordered.next().await {
        assert_eq!(seen, ALL);
    }
    let mut set = JoinSet::new();
    for future in each_order() {
        set.spawn(future);
    }
    while let Some(seen) = set.join_next().await {
        assert_eq!(seen.unwrap(), ALL);
    }
    let bare: Vec<_> = each_order().into_iter().map(tokio::spawn).collect();
    for task in bare {
        assert_eq!(task.await.unwrap(), ALL);
    }
}

#[cfg(feature = "futures")]
#[tokio::test]
async fn streams_too() {
    let items = || futures::stream::iter(0..3).then(|_| reads_all());
    let nested = A.scope(1, B.scope(2, C.scope(3, items())));
    assert!(nested.all(async |seen| seen == ALL).await);
    let from_the_outside: Vec<_> = A.scope(1, async { B.scope(2, C.scope(3, items())).collect().await }).await;
    assert_eq!(from_the_outside, [ALL; 3]);
}

/// The value's drop reads the variable before the scope has started; a runtime that shuts down
/// drops tasks before their first poll.
#[test]
fn dropped_by_a_runtime_before_its_first_poll() {
    static HELD: Variable<Arc<()>> = Variable::named("held");
    struct Reads(Arc<()>);
    impl Drop for Reads {
        fn drop(&mut self) {
            let held = HELD.get();
            assert!(held.is_some_and(|held| Arc::ptr_eq(&held, &self.0)));
        }
    }
    let witness = Arc::new(());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let reads = Reads(witness.clone());
    let task = HELD.scope(witness.clone(), async move { drop(reads) });
    let handle = runtime.spawn(A.scope(1, task));
    drop(runtime);
    drop(handle);
    assert_eq!(Arc::strong_count(&witness), 1);
}
