//! A stream is polled and dropped in the context of its creation, and so are a sink's methods and
//! its drop.

#![cfg(feature = "futures")]

use crate::support;

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use asynccontext::{Carried, Propagate, Scoped, TaskGuard, Variable};
use futures::executor::block_on;
use futures::sink::{Sink, SinkExt};
use futures::stream::{FusedStream, Stream, StreamExt};

static NAME: Variable<&str> = Variable::named("name");
static NUMBER: Variable<usize> = Variable::named("number");

type Seen = Arc<Mutex<Vec<(&'static str, Option<&'static str>)>>>;

/// Records which of its methods is called, and in which context. Each poll is pending once. As a
/// stream it yields three numbers, and panics when `left` is 13.
struct Probe {
    left: usize,
    pending: bool,
    seen: Seen,
}

impl Probe {
    fn note(&self, method: &'static str) {
        self.seen.lock().unwrap().push((method, NAME.get()));
    }

    fn poll<T>(&mut self, cx: &mut Context<'_>, method: &'static str, ready: impl FnOnce(&mut Self) -> T) -> Poll<T> {
        self.note(method);
        self.pending = !self.pending;
        if self.pending {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(ready(self))
    }
}

impl Stream for Probe {
    type Item = usize;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<usize>> {
        self.poll(cx, "poll_next", |probe| {
            assert_ne!(probe.left, 13, "as it should");
            probe.left = probe.left.checked_sub(1)?;
            Some(probe.left)
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.note("size_hint");
        (self.left, Some(self.left))
    }
}

impl FusedStream for Probe {
    fn is_terminated(&self) -> bool {
        self.note("is_terminated");
        self.left == 0
    }
}

impl Sink<usize> for Probe {
    type Error = Infallible;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.poll(cx, "poll_ready", |_| Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, number: usize) -> Result<(), Infallible> {
        self.note("start_send");
        assert_ne!(number, 13, "as it should");
        Ok(())
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.poll(cx, "poll_flush", |_| Ok(()))
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.poll(cx, "poll_close", |_| Ok(()))
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.note("drop");
    }
}

/// Returns a probe that was created in the context `"made"`, and its records.
fn probe(left: usize) -> (Scoped<Probe>, Seen) {
    let seen = Seen::default();
    let probe = Probe { left, pending: false, seen: Arc::clone(&seen) };
    (NAME.run("made", || probe.in_current_snapshot()), seen)
}

/// Checks that all records have the context `"made"`, and returns and clears them.
fn noted(seen: &Seen) -> Vec<&'static str> {
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    assert!(seen.iter().all(|(_, name)| *name == Some("made")), "{seen:?}");
    seen.into_iter().map(|(method, _)| method).collect()
}

#[test]
fn every_poll_of_a_stream_and_the_drop() {
    let (mut stream, seen) = probe(2);
    NAME.run("caller", || {
        assert_eq!(block_on(stream.next()), Some(1));
        assert_eq!(NAME.get(), Some("caller"));
        assert_eq!(stream.size_hint(), (1, Some(1)));
        assert!(!stream.is_terminated());
        assert_eq!(NAME.get(), Some("caller"));
        drop(stream);
        assert_eq!(NAME.get(), Some("caller"));
    });
    assert_eq!(noted(&seen), ["poll_next", "poll_next", "size_hint", "is_terminated", "drop"]);
}

#[test]
fn every_call_of_a_sink_and_the_drop() {
    let (mut sink, seen) = probe(0);
    NAME.run("caller", || {
        block_on(sink.send(1)).unwrap();
        assert_eq!(NAME.get(), Some("caller"));
        block_on(SinkExt::<usize>::close(&mut sink)).unwrap();
        assert_eq!(NAME.get(), Some("caller"));
        drop(sink);
    });
    let calls = noted(&seen);
    let sent = ["poll_ready", "poll_ready", "start_send", "poll_flush", "poll_flush"];
    assert_eq!(calls, [&sent[..], &["poll_close", "poll_close", "drop"]].concat());
}

#[test]
fn a_panic_in_a_poll() {
    let (mut stream, seen) = probe(13);
    let (mut sink, also) = probe(0);
    NAME.run("caller", || {
        assert!(catch_unwind(AssertUnwindSafe(|| block_on(stream.next()))).is_err());
        assert_eq!(NAME.get(), Some("caller"));
        assert!(catch_unwind(AssertUnwindSafe(|| block_on(sink.send(13)))).is_err());
        assert_eq!(NAME.get(), Some("caller"));
        drop((stream, sink));
    });
    assert_eq!(noted(&seen), ["poll_next", "poll_next", "drop"]);
    assert_eq!(noted(&also), ["poll_ready", "poll_ready", "start_send", "drop"]);
}

#[test]
fn combinators_inside_are_inside_and_outside_outside() {
    let (stream, _) = probe(3);
    let inside = stream.map(|n| (n, NAME.get()));
    let stream = NAME.scope("outer", inside).map(|(n, inside)| (n, inside, NAME.get()));
    let rows: Vec<_> = NAME.run("caller", || block_on(stream.collect()));
    let row = |n| (n, Some("outer"), Some("caller"));
    assert_eq!(rows, [row(2), row(1), row(0)]);
}

/// An async generator: the binding of a guard that it holds is current in every poll.
#[test]
fn guards_follow_a_stream_to_other_threads() {
    let numbers = futures::stream::unfold(None, async |held: Option<(TaskGuard, usize)>| {
        let before = NUMBER.get();
        let next = held.as_ref().map_or(0, |(_, n)| n + 1);
        let guard = NUMBER.enter_task(next).unwrap();
        support::suspend().await;
        assert_eq!(NUMBER.get(), Some(next));
        drop(held);
        assert_eq!(NUMBER.get(), Some(next));
        Some(((before, next), Some((guard, next))))
    });
    let mut numbers = Box::pin(numbers.in_current_snapshot());
    for expected in 0..5_usize {
        let step = move || {
            let mut next = Box::pin(async move { (numbers.next().await, numbers) });
            // the suspension of `support` does not wake the task
            assert!(support::poll(next.as_mut()).is_pending());
            assert_eq!(NUMBER.get(), None);
            support::ready(next)
        };
        let (item, same) = std::thread::spawn(step).join().unwrap();
        assert_eq!(item, Some((expected.checked_sub(1), expected)));
        assert_eq!(NUMBER.get(), None);
        numbers = same;
    }
}

#[test]
fn many_streams_at_once() {
    let count = support::scaled(200);
    let numbers = |own: usize| {
        let steps = futures::stream::unfold(0, move |step| async move {
            assert_eq!(NUMBER.get(), Some(own));
            support::yield_now().await;
            assert_eq!(NUMBER.get(), Some(own));
            (step < 20).then_some((own, step + 1))
        });
        Box::pin(NUMBER.scope(own, steps))
    };
    let check = |first: usize| {
        let all = futures::stream::select_all((first..first + count).map(numbers));
        let seen: Vec<_> = block_on(all.inspect(|_| assert_eq!(NUMBER.get(), None)).collect());
        assert_eq!(seen.len(), count * 20);
    };
    std::thread::scope(|scope| {
        for thread in 0..3 {
            scope.spawn(move || check(thread * 1000));
        }
    });
}

#[test]
fn a_carried_message_through_an_async_channel() {
    let (mut send, receive) = futures::channel::mpsc::channel(1);
    let handled = std::cell::Cell::new(0);
    let sends = async move {
        for number in 0..20 {
            let message = NUMBER.run(number, || Carried::new(number));
            send.send(message).await.unwrap();
        }
    };
    let handles = receive.for_each(|message: Carried<usize>| {
        message.handle_async(async |number| {
            assert_eq!((NUMBER.get(), NAME.get()), (Some(number), None));
            support::yield_now().await;
            assert_eq!((NUMBER.get(), NAME.get()), (Some(number), None));
            handled.set(handled.get() + 1);
        })
    });
    block_on(async { futures::join!(sends, NAME.scope("receiver", handles)) });
    assert_eq!(handled.get(), 20);
}
