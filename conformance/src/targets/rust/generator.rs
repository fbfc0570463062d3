//! Generators: the body is a scoped future, which its consumer polls at each step.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use super::lock::lock;
use super::promise::Progress;
use super::throw::{Abrupt, Flow, Throwing, catching};
use crate::program::ast::Word;

/// The command with which a generator is resumed.
#[derive(Clone, Debug)]
pub(super) enum Command {
    Next,
    Close,
    Throw(Word),
}

/// The body of a generator, which its consumer polls.
pub(super) type Body = Pin<Box<dyn Future<Output = Flow> + Send>>;

/// The channel between the body of a generator and its consumer.
#[derive(Default)]
pub(super) struct Channel {
    command: Mutex<Option<Command>>,
    yielded: AtomicBool,
}

/// A generator.
pub(super) struct Generator {
    state: Mutex<State>,
    channel: Arc<Channel>,
}

enum State {
    Start(Body),
    Suspended(Body),
    Running,
    Ended,
}

impl Channel {
    pub(super) async fn suspend(&self) -> Command {
        self.yielded.store(true, Ordering::SeqCst);
        std::future::poll_fn(|_| match lock(&self.command).take() {
            Some(command) => Poll::Ready(command),
            None => Poll::Pending,
        })
        .await
    }
}

impl Generator {
    /// Returns a generator that has not started.
    pub(super) fn new(body: Body, channel: Arc<Channel>) -> Generator {
        Generator { state: Mutex::new(State::Start(body)), channel }
    }

    /// Resumes the generator on the stack of the caller.
    pub(super) fn resume(&self, throwing: Throwing, command: Command) -> Flow<Progress> {
        let state = std::mem::replace(&mut *lock(&self.state), State::Running);
        let mut body = match (state, command) {
            (State::Start(body), Command::Next) => body,
            (State::Suspended(body), command) => {
                *lock(&self.channel.command) = Some(command);
                body
            }
            (State::Running, _) => return Err(Abrupt::Fault("resumed a running generator".to_owned())),
            (state, command) => {
                *lock(&self.state) = State::Ended;
                drop(state);
                return match command {
                    Command::Throw(value) => Err(throwing.throw(value)),
                    Command::Next | Command::Close => Ok(Progress::Done),
                };
            }
        };
        let polled = catching(|| Ok(body.as_mut().poll(&mut Context::from_waker(Waker::noop()))));
        if let Ok(Poll::Pending) = polled
            && self.channel.yielded.swap(false, Ordering::SeqCst)
        {
            *lock(&self.state) = State::Suspended(body);
            return Ok(Progress::More);
        }
        *lock(&self.state) = State::Ended;
        drop(body);
        let flow = match polled {
            Ok(Poll::Ready(flow)) => flow,
            Ok(Poll::Pending) => Err(Abrupt::Fault("resumed a generator whose body waits".to_owned())),
            Err(abrupt) => Err(abrupt),
        };
        match flow {
            Ok(()) | Err(Abrupt::Close) => Ok(Progress::Done),
            Err(abrupt) => Err(throwing.rethrow(abrupt)),
        }
    }
}
