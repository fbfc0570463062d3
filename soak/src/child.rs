//! Concurrent strands: a closure on a thread or in a pool, or a task.

use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use crate::companion;
use crate::fault::Kind;
use crate::interpret;
use crate::program::{Body, Step};
use crate::strand::{OnExit, Strand, aside, here, install};

/// The time limit for the drop of a task, sufficient for sanitizers.
const PATIENCE: Duration = Duration::from_secs(120);

/// A strand that runs on other threads. It runs and is dropped in the context in which it was
/// started. Its drop moves the strand to the results.
pub(crate) struct Child {
    strand: Option<Box<Strand>>,
    body: Body,
    /// The index of the next step of a task.
    next: usize,
    index: usize,
    results: Arc<Results>,
}

impl Child {
    /// Returns the child with the number `index` for `results`. The stack of the strand has a frame for
    /// the context in which it starts.
    pub(crate) fn new(strand: Box<Strand>, body: Body, index: usize, results: Arc<Results>) -> Child {
        Child { strand: Some(strand), body, next: 0, index, results }
    }

    /// Takes all steps. Every other child catches its panics.
    pub(crate) fn run(mut self) {
        let steps = self.body.clone();
        if self.index.is_multiple_of(2) {
            self.here(|| interpret::caught(|| interpret::body(&steps, "the start of a strand")));
        } else {
            self.here(|| interpret::body(&steps, "the start of a strand"));
        }
    }

    /// Calls `f` as this strand on the current thread. Guards that are not `Send` are dropped
    /// afterwards.
    fn here(&mut self, f: impl FnOnce()) {
        aside(|| {
            install(self.strand.take());
            companion::set_level(here(|strand| strand.stack.level()));
            let _exit = OnExit(|| {
                interpret::leave_all_guards();
                self.strand = install(None);
            });
            f();
        });
    }
}

/// A task, which yields after each step.
impl Future for Child {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let step: Option<Step> = self.body.get(self.next).cloned();
        self.next += 1;
        let Some(step) = step else { return Poll::Ready(()) };
        self.here(|| interpret::body(&[step], "a turn of a task that was spawned"));
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if self.strand.is_some() {
            self.here(|| {
                interpret::look("the drop of a strand");
                here(|strand| strand.stack.pop());
            });
        }
        self.results.put(self.index, self.strand.take());
    }
}

/// The strands of children that have ended.
pub(crate) struct Results {
    strands: Mutex<(usize, Vec<Option<Box<Strand>>>)>,
    arrived: Condvar,
}

impl Results {
    pub(crate) fn new(children: usize) -> Arc<Results> {
        let places = (0..children).map(|_| None).collect();
        Arc::new(Results { strands: Mutex::new((children, places)), arrived: Condvar::new() })
    }

    fn put(&self, index: usize, strand: Option<Box<Strand>>) {
        let mut strands = self.strands.lock().expect("no panic under the lock");
        strands.0 -= 1;
        strands.1[index] = strand;
        self.arrived.notify_all();
    }

    /// Waits for all children, and returns their strands in the order of their numbers.
    pub(crate) fn wait(&self) -> impl Iterator<Item = Box<Strand>> {
        let strands = self.strands.lock().expect("no panic under the lock");
        let waited = self.arrived.wait_timeout_while(strands, PATIENCE, |strands| strands.0 > 0);
        let (mut strands, waited) = waited.expect("no panic under the lock");
        if waited.timed_out() {
            let what = format!("{} of {} strands were never dropped", strands.0, strands.1.len());
            here(|strand| strand.shared.report(Kind::Answer, String::new(), what));
        }
        mem::take(&mut strands.1).into_iter().flatten()
    }
}
