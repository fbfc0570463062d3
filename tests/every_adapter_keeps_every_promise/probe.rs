//! The work that adapters carry: it records the values in each step and at its drop, and implements
//! what an adapter requires: a future, an iterator, a reader, ….

use std::any::Any;
use std::panic::resume_unwind;
use std::pin::Pin;
#[cfg(feature = "rayon")]
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use asynccontext::Variable;

/// The value that the work should read.
pub static NAME: Variable<u64> = Variable::named("name");
/// The binding that the work leaves in each step.
pub static LEFT: Variable<u64> = Variable::named("left");

/// Returns both values on the calling thread.
pub fn current() -> (Option<u64>, Option<u64>) {
    (NAME.get(), LEFT.get())
}

/// The number of steps, if the adapter has steps.
pub const STEPS: u64 = 3;

/// The behavior of the work.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Task {
    Returns,
    /// Panics at its last step.
    Panics,
    /// Continues, woken from another thread, until it ran on two threads or for this number of
    /// steps.
    Moves(u64),
}

/// The records.
#[derive(Default)]
pub struct Notes {
    pub steps: Vec<(ThreadId, Option<u64>)>,
    /// The name at each drop.
    pub drops: Vec<Option<u64>>,
    /// Set when the panic has reached its receiver.
    pub surfaced: bool,
}

#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Notes>>);

impl Log {
    pub fn note<R>(&self, f: impl FnOnce(&mut Notes) -> R) -> R {
        f(&mut self.0.lock().unwrap_or_else(|e| e.into_inner()))
    }

    /// Waits for actions that an executor may take later.
    pub fn wait_until(&self, it_is_so: fn(&Notes) -> bool) {
        let start = Instant::now();
        while !self.note(|notes| it_is_so(notes)) {
            assert!(start.elapsed() < Duration::from_secs(20), "it never comes");
            thread::sleep(Duration::from_micros(100));
        }
    }

    pub fn wait_for_the_drop(&self) {
        self.wait_until(|notes| !notes.drops.is_empty());
    }
}

/// The panic of a probe.
struct Planned(Log);

/// Records a probe's panic, and resumes any other.
pub fn surfaced(panic: Box<dyn Any + Send>) {
    match panic.downcast::<Planned>() {
        Ok(planned) => planned.0.note(|notes| notes.surfaced = true),
        Err(other) => resume_unwind(other),
    }
}

/// The work.
pub struct Probe {
    task: Task,
    log: Log,
    steps: u64,
    last: u64,
}

impl Probe {
    pub fn new(task: Task, log: &Log) -> Probe {
        let last = if let Task::Moves(most) = task { most } else { STEPS };
        Probe { task, log: log.clone(), steps: 0, last }
    }

    /// Does one step, and returns whether there is another one.
    pub fn step(&mut self) -> bool {
        self.steps += 1;
        let moved = self.log.note(|notes| {
            notes.steps.push((thread::current().id(), NAME.get()));
            notes.steps.first().map(|step| step.0) != notes.steps.last().map(|step| step.0)
        });
        LEFT.enter(self.steps).keep();
        thread::yield_now();
        let arrived = moved && matches!(self.task, Task::Moves(_));
        if self.steps < self.last && !arrived {
            return true;
        }
        if self.task == Task::Panics {
            resume_unwind(Box::new(Planned(self.log.clone())));
        }
        false
    }

    /// Does the only step.
    pub fn once(mut self) {
        self.step_once();
    }

    /// Does the only step, for an adapter that keeps its closure.
    pub fn step_once(&mut self) {
        self.last = 1;
        self.step();
    }

    /// A closure that does the only step when it is first called, and drops the probe
    /// with itself.
    #[cfg(feature = "rayon")]
    pub fn at_first_call(self) -> impl Fn() + Send + Sync {
        let called = AtomicBool::new(false);
        let probe = Mutex::new(self);
        move || {
            if !called.swap(true, Ordering::Relaxed) {
                probe.lock().unwrap().step_once();
            }
        }
    }

    /// Has the task of `cx` polled again: by another thread, if it is to move.
    fn wake(&self, waker: &Waker) {
        match self.task {
            Task::Moves(_) => drop(thread::spawn({
                let waker = waker.clone();
                || waker.wake()
            })),
            _ => waker.wake_by_ref(),
        }
    }

    /// Waits until the next step may be taken.
    #[cfg(feature = "tokio-rt-multi-thread")]
    pub async fn turn(&self) {
        let mut polled = false;
        std::future::poll_fn(|cx| {
            if std::mem::replace(&mut polled, true) {
                return Poll::Ready(());
            }
            self.wake(cx.waker());
            Poll::Pending
        })
        .await;
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.log.note(|notes| notes.drops.push(NAME.get()));
    }
}

impl Future for Probe {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.step() {
            self.wake(cx.waker());
            return Poll::Pending;
        }
        Poll::Ready(())
    }
}

impl Iterator for Probe {
    type Item = ();

    fn next(&mut self) -> Option<()> {
        self.step().then_some(())
    }
}

impl DoubleEndedIterator for Probe {
    fn next_back(&mut self) -> Option<()> {
        self.next()
    }
}

#[cfg(feature = "futures")]
impl futures::Stream for Probe {
    type Item = ();

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<()>> {
        Poll::Ready(self.next())
    }
}

/// A sink takes as many items as the work has steps.
#[cfg(feature = "futures")]
impl futures::Sink<()> for Probe {
    type Error = ();

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(mut self: Pin<&mut Self>, (): ()) -> Result<(), ()> {
        self.next().ok_or(())
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
        Poll::Ready(Ok(()))
    }
}

/// Each frame is a step.
#[cfg(feature = "http-body")]
impl http_body::Body for Probe {
    type Data = &'static [u8];
    type Error = ();

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<&'static [u8]>, ()>>> {
        Poll::Ready(self.next().map(|()| Ok(http_body::Frame::data(&[0][..]))))
    }
}

/// The traits of reading and writing: each call returns 1 for a step, and 0 at the end.
#[cfg(feature = "futures-io")]
mod io {
    use std::io::{Result, SeekFrom};

    use futures::io::{AsyncBufRead, AsyncRead, AsyncSeek, AsyncWrite};

    use super::*;

    impl AsyncRead for Probe {
        fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut [u8]) -> Poll<Result<usize>> {
            Poll::Ready(Ok(self.step().into()))
        }
    }

    impl AsyncBufRead for Probe {
        fn poll_fill_buf(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<&[u8]>> {
            Poll::Ready(Ok(if self.get_mut().step() { &[0] } else { &[] }))
        }

        fn consume(self: Pin<&mut Self>, _: usize) {}
    }

    impl AsyncWrite for Probe {
        fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<Result<usize>> {
            Poll::Ready(Ok(self.step().into()))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    impl AsyncSeek for Probe {
        fn poll_seek(mut self: Pin<&mut Self>, _: &mut Context<'_>, _: SeekFrom) -> Poll<Result<u64>> {
            Poll::Ready(Ok(self.step().into()))
        }
    }
}
