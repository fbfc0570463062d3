//! Async generators: a task with a scoped body serves a queue of requests. If only loops consume the
//! generator, its consumer polls the task as a stream.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use super::executor::Task;
use super::generator::{Body, Command};
use super::lock::lock;
use super::promise::{Progress, Promise, Settlement};
use super::running::{Running, Ticket};
use super::throw::{Abrupt, catching_polls};
use crate::program::ast::Word;

/// An async generator.
pub(super) struct AsyncGenerator {
    name: Word,
    requests: Arc<Requests>,
    /// The future that serves the requests, if the consumer polls it.
    server: Mutex<Option<Task>>,
}

/// The queue between consumers and the body.
#[derive(Default)]
pub(super) struct Requests {
    queue: Mutex<VecDeque<Request>>,
    /// The request that is being served.
    current: Mutex<Option<Request>>,
    server: Mutex<Option<Waker>>,
}

/// A queued call of `next`, `return` or `throw`.
struct Request {
    command: Command,
    promise: Arc<Promise>,
    ticket: Ticket,
}

impl Request {
    fn settle(self, settlement: Settlement) {
        self.promise.settle(settlement);
        drop(self.ticket);
    }
}

impl AsyncGenerator {
    pub(super) fn new(name: Word, requests: Arc<Requests>, server: Option<Task>) -> AsyncGenerator {
        AsyncGenerator { name, requests, server: Mutex::new(server) }
    }

    /// Queues a request.
    pub(super) fn request(&self, running: &Arc<Running>, command: Command) -> Arc<Promise> {
        let promise = Promise::pending();
        let request = Request { command, promise: promise.clone(), ticket: running.start(&self.name) };
        lock(&self.requests.queue).push_back(request);
        let server = lock(&self.requests.server).take();
        if let Some(server) = server {
            server.wake();
        }
        promise
    }

    /// Waits for the settlement of a request, and polls the server meanwhile if no task does.
    pub(super) async fn answer(&self, promise: &Arc<Promise>) -> Settlement {
        let server = lock(&self.server).take();
        let Some(mut server) = server else { return promise.wait().await };
        let mut answer = promise.wait();
        let settlement = poll_fn(|cx| {
            let served = server.as_mut().poll(cx);
            debug_assert!(served.is_pending(), "a server never ends by itself");
            pin!(&mut answer).poll(cx)
        })
        .await;
        *lock(&self.server) = Some(server);
        settlement
    }
}

impl Requests {
    /// Waits for the next request and makes it the current one.
    async fn take(&self) -> Command {
        poll_fn(|cx| {
            let mut queue = lock(&self.queue);
            match queue.pop_front() {
                Some(request) => {
                    let command = request.command.clone();
                    drop(queue);
                    *lock(&self.current) = Some(request);
                    Poll::Ready(command)
                }
                None => {
                    *lock(&self.server) = Some(cx.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// Settles the current request.
    fn settle(&self, settlement: Settlement) {
        let current = lock(&self.current).take();
        if let Some(current) = current {
            current.settle(settlement);
        }
    }

    /// `yield`: settles the current request and waits for the next one.
    pub(super) async fn suspend(&self) -> Command {
        self.settle(Ok(Progress::More));
        self.take().await
    }
}

/// Serves the requests of one async generator in order. Never ends.
pub(super) async fn serve(running: Arc<Running>, name: Word, requests: Arc<Requests>, body: Body) {
    if let Command::Next = requests.take().await {
        match catching_polls(body).await {
            Ok(()) | Err(Abrupt::Close) => requests.settle(Ok(Progress::Done)),
            Err(Abrupt::Throw(value)) => requests.settle(Err(value)),
            Err(abrupt) => running.misplaced(&name, abrupt),
        }
    } else {
        drop(body);
        requests.ended();
    }
    loop {
        requests.take().await;
        requests.ended();
    }
}

impl Requests {
    /// Settles the current request of a generator that has ended.
    fn ended(&self) {
        let current = lock(&self.current).take();
        if let Some(current) = current {
            let settlement = match current.command.clone() {
                Command::Throw(value) => Err(value),
                Command::Next | Command::Close => Ok(Progress::Done),
            };
            current.settle(settlement);
        }
    }
}
