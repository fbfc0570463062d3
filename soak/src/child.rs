//! Strands that run beside each other: a closure on a thread or in a pool, or a task.

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

/// How long a task may take to be dropped, also under a sanitizer.
const PATIENCE: Duration = Duration::from_secs(120);

/// A strand on its way through somebody else's threads. It runs, and is dropped, in the
/// context that it was started in; when it is dropped, its strand goes to the results.
pub(crate) struct Child {
    strand: Option<Box<Strand>>,
    body: Body,
    /// The first step that was not taken yet, of a task.
    next: usize,
    index: usize,
    results: Arc<Results>,
}

impl Child {
    /// The child number `index` of those that `results` waits for. The strand's stack has a
    /// frame for the context that it starts in.
    pub(crate) fn new(strand: Box<Strand>, body: Body, index: usize, results: Arc<Results>) -> Child {
        Child { strand: Some(strand), body, next: 0, index, results }
    }

    /// Takes all steps. Every other child keeps its panics to itself.
    pub(crate) fn run(mut self) {
        let steps = self.body.clone();
        if self.index.is_multiple_of(2) {
            self.here(|| interpret::caught(|| interpret::body(&steps, "the start of a strand")));
        } else {
            self.here(|| interpret::body(&steps, "the start of a strand"));
        }
    }

    /// Calls `f` as this strand, on whatever thread. Guards that can't leave the thread are
    /// dropped afterwards.
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

/// A task: it takes one step at a time, and lets others run in between.
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

/// Where children leave their strands.
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

    /// The strands of all children, in the order of their numbers, once the last has ended.
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
