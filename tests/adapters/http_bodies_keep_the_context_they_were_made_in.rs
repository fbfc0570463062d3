//! A body is polled and dropped in the context of its creation: by hand, and by a server that sends
//! it after the handler has returned.

#![cfg(all(feature = "http-body", feature = "tokio"))]

use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use asynccontext::tokio::task::spawn;
use asynccontext::{Propagate, Scoped, TaskGuard, Variable};
use futures::executor::block_on;
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response, client, server};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

static NAME: Variable<String> = Variable::named("name");
static FRAME: Variable<u64> = Variable::named("frame");

type Seen = Arc<Mutex<Vec<(&'static str, Option<String>)>>>;

/// Has `frames` frames, then trailers, and records in which context each of its methods is called.
/// Each poll is pending once. Panics at frame 13.
struct Probe {
    frames: u64,
    pending: bool,
    seen: Seen,
}

impl Probe {
    fn note(&self, method: &'static str) {
        self.seen.lock().unwrap().push((method, NAME.get()));
    }
}

impl Body for Probe {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
        self.note("poll_frame");
        self.pending = !self.pending;
        if self.pending {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        assert_ne!(self.frames, 13, "as it should");
        let Some(left) = self.frames.checked_sub(1) else { return Poll::Ready(None) };
        self.frames = left;
        if left == 0 {
            return Poll::Ready(Some(Ok(Frame::trailers(HeaderMap::new()))));
        }
        Poll::Ready(Some(Ok(Frame::data(Bytes::from(NAME.get().unwrap_or_default())))))
    }

    fn is_end_stream(&self) -> bool {
        self.note("is_end_stream");
        self.frames == 0
    }

    fn size_hint(&self) -> SizeHint {
        self.note("size_hint");
        SizeHint::with_exact(self.frames)
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.note("drop");
    }
}

/// Returns a probe that was created in the context `"made"`, and its records.
fn probe(frames: u64) -> (Scoped<Probe>, Seen) {
    let seen = Seen::default();
    let probe = Probe { frames, pending: false, seen: Arc::clone(&seen) };
    (NAME.run("made".into(), || probe.in_current_snapshot()), seen)
}

/// Checks that all records have the context `"made"`, and returns them.
fn noted(seen: &Seen) -> Vec<&'static str> {
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    assert!(seen.iter().all(|(_, name)| name.as_deref() == Some("made")), "{seen:?}");
    seen.into_iter().map(|(method, _)| method).collect()
}

#[test]
fn every_poll_and_the_drop() {
    let (mut body, seen) = probe(2);
    NAME.run("caller".into(), || {
        assert_eq!(block_on(body.frame()).unwrap().unwrap().into_data().unwrap(), "made");
        assert!(!body.is_end_stream());
        assert_eq!(body.size_hint().exact(), Some(1));
        assert!(block_on(body.frame()).unwrap().unwrap().is_trailers());
        assert_eq!(NAME.get().as_deref(), Some("caller"));
        assert!(body.is_end_stream());
        drop(body);
        assert_eq!(NAME.get().as_deref(), Some("caller"));
    });
    let polls = ["poll_frame"; 2];
    let calls = [&polls[..], &["is_end_stream", "size_hint"], &polls, &["is_end_stream", "drop"]].concat();
    assert_eq!(noted(&seen), calls);
}

#[test]
fn a_panic_in_a_poll() {
    let (mut body, seen) = probe(13);
    NAME.run("caller".into(), || {
        assert!(catch_unwind(AssertUnwindSafe(|| block_on(body.frame()))).is_err());
        assert_eq!(NAME.get().as_deref(), Some("caller"));
        drop(body);
    });
    assert_eq!(noted(&seen), ["poll_frame", "poll_frame", "drop"]);
}

/// A guard of one frame is with the body at the next, on another thread.
#[test]
fn guards_follow_a_body_to_other_threads() {
    let frames = futures::stream::unfold(None, async |held: Option<(u64, TaskGuard)>| {
        assert_eq!(FRAME.get(), held.as_ref().map(|(frame, _)| *frame));
        let frame = held.map_or(0, |(frame, _)| frame + 1);
        let guard = FRAME.enter_task(frame).unwrap();
        Some((Ok::<_, ()>(Frame::data(Bytes::from_static(b"frame"))), Some((frame, guard))))
    });
    let mut body = Box::pin(http_body_util::StreamBody::new(frames).in_current_snapshot());
    for _ in 0..3 {
        std::thread::scope(|scope| {
            scope.spawn(|| assert!(block_on(body.frame()).is_some()));
        });
        assert_eq!(FRAME.get(), None);
    }
}

/// Sends its number and the current name at each frame, and once more when it is dropped. It never
/// ends if its number is odd.
struct Answer {
    number: u64,
    frames: u64,
    dropped: UnboundedSender<(u64, Option<String>)>,
}

impl Body for Answer {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.frames += 1;
        match self.frames {
            // Other connections are served between the frames.
            1 | 3 | 5 => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            2 | 4 => Poll::Ready(Some(Ok(Frame::data(Bytes::from(format!("{:?}", NAME.get())))))),
            _ if self.number % 2 == 0 => Poll::Ready(None),
            _ => Poll::Pending,
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        let _ = self.dropped.send((self.number, NAME.get()));
    }
}

async fn serve() -> (SocketAddr, UnboundedReceiver<(u64, Option<String>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (dropped, drops) = unbounded_channel();
    let answer = move |request: Request<Incoming>| {
        let dropped = dropped.clone();
        let number: u64 = request.uri().path()[1..].parse().unwrap();
        let handler = async move {
            let answer = Answer { number, frames: 0, dropped };
            Ok::<_, std::convert::Infallible>(Response::new(answer.in_current_snapshot()))
        };
        NAME.scope(number.to_string(), handler)
    };
    spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let connection = server::conn::http1::Builder::new();
            spawn(connection.serve_connection(TokioIo::new(stream), service_fn(answer.clone())));
        }
    });
    (address, drops)
}

/// Reads the first two frames of the response, and then the rest, or disconnects.
async fn ask(address: SocketAddr, number: u64) {
    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (mut client, connection) = client::conn::http1::handshake(stream).await.unwrap();
    let connection = spawn(connection);
    let request = Request::get(format!("/{number}")).header("host", "test").body(Empty::<Bytes>::new()).unwrap();
    let mut body = client.send_request(request).await.unwrap().into_body();
    let expected = format!("Some(\"{number}\")").repeat(2);
    let mut text = Vec::new();
    while text.len() < expected.len() {
        text.extend(body.frame().await.unwrap().unwrap().into_data().unwrap());
    }
    assert_eq!(text, expected.as_bytes());
    if number % 2 == 0 {
        assert!(body.frame().await.is_none());
    }
    connection.abort();
}

/// Even ones are sent to their end, odd ones are dropped when the client has disconnected.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_sends_each_body_in_the_context_of_its_request() {
    let (address, mut drops) = serve().await;
    let requests: Vec<_> = (0..40).map(|number| spawn(ask(address, number))).collect();
    for request in requests {
        request.await.unwrap();
    }
    for _ in 0..40 {
        let (number, name) = tokio::time::timeout(Duration::from_secs(20), drops.recv()).await.unwrap().unwrap();
        assert_eq!(name, Some(number.to_string()));
    }
}

/// Layers that answer in place of a service make such bodies.
#[test]
fn a_default_body_is_tied_where_it_is_made() {
    static MADE_IN: Variable<u8> = Variable::named("made-in");
    let body = MADE_IN.run(1, Scoped::<Empty<Bytes>>::default);
    assert_eq!(body.snapshot().get(&MADE_IN), Some(&1));
    assert!(body.is_end_stream());
}
