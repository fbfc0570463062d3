//! The strands of one run that have not ended, and the end of the run.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::executor::Executor;
use super::lock::lock;
use super::promise::{Progress, Promise};
use super::throw::{Abrupt, Flow};
use crate::program::ast::Word;

/// The running strands.
pub(super) struct Running {
    executor: Arc<dyn Executor>,
    strands: Mutex<BTreeMap<Word, State>>,
    threads: AtomicUsize,
    fault: Mutex<Option<String>>,
    end: Arc<Promise>,
}

/// A strand that has not ended.
#[derive(Default)]
struct State {
    /// The number of its tickets. An async generator has one for each request.
    count: usize,
    /// The name that it waits for.
    waits: Option<Word>,
}

impl Running {
    pub(super) fn new(executor: Arc<dyn Executor>) -> Arc<Running> {
        Arc::new(Running {
            executor,
            strands: Mutex::default(),
            threads: AtomicUsize::new(0),
            fault: Mutex::default(),
            end: Promise::pending(),
        })
    }

    /// Marks a strand as running until the ticket is dropped.
    pub(super) fn start(self: &Arc<Running>, strand: &Word) -> Ticket {
        lock(&self.strands).entry(strand.clone()).or_default().count += 1;
        Ticket { running: self.clone(), strand: strand.clone() }
    }

    /// Sets or clears the name that a strand waits for.
    pub(super) fn waits(&self, strand: &Word, target: Option<&Word>) {
        if let Some(state) = lock(&self.strands).get_mut(strand) {
            state.waits = target.cloned();
        }
    }

    /// Ends the run with a fault.
    pub(super) fn fault(&self, text: String) {
        lock(&self.fault).get_or_insert(text);
        self.finish();
    }

    /// Handles the end of a strand whose exceptions nothing can catch.
    pub(super) fn ended(&self, strand: &Word, flow: Flow) {
        match flow {
            Ok(()) => {}
            Err(Abrupt::Throw(value)) => self.fault(format!("`{value}` is thrown out of `{strand}`")),
            Err(abrupt) => self.misplaced(strand, abrupt),
        }
    }

    /// Reports an end of a strand that the static rules exclude.
    pub(super) fn misplaced(&self, strand: &Word, abrupt: Abrupt) {
        match abrupt {
            Abrupt::Fault(text) => self.fault(format!("`{strand}` {text}")),
            abrupt => self.fault(format!("`{strand}` ended with {abrupt:?}")),
        }
    }

    fn finish(&self) {
        self.end.settle(Ok(Progress::Done));
        self.executor.nudge();
    }

    /// Returns the promise that is settled when every strand has ended or one has failed.
    pub(super) fn end(&self) -> &Arc<Promise> {
        &self.end
    }

    /// Returns the number of running threads of the program.
    pub(super) fn threads(&self) -> &AtomicUsize {
        &self.threads
    }

    /// Returns a description of the strands that have not ended, and the names that they wait for.
    pub(super) fn unfinished(&self) -> String {
        let strands = lock(&self.strands);
        let strands = strands.iter().map(|(strand, state)| match &state.waits {
            Some(target) => format!("`{strand}` waits for `{target}`"),
            None => format!("`{strand}` has not ended"),
        });
        strands.collect::<Vec<_>>().join(", ")
    }

    /// Removes and returns the fault.
    pub(super) fn take_fault(&self) -> Option<String> {
        lock(&self.fault).take()
    }
}

/// Marks a strand as running while it exists.
pub(super) struct Ticket {
    running: Arc<Running>,
    strand: Word,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut strands = lock(&self.running.strands);
        if let Some(state) = strands.get_mut(&self.strand) {
            state.count -= 1;
            if state.count == 0 {
                strands.remove(&self.strand);
            }
        }
        let last = strands.is_empty();
        drop(strands);
        if last {
            self.running.finish();
        }
    }
}

/// Counts a thread as running while it exists, so that waiting for it is not a deadlock.
pub(super) struct ThreadTicket(Arc<Running>);

impl ThreadTicket {
    pub(super) fn new(running: &Arc<Running>) -> ThreadTicket {
        running.threads.fetch_add(1, Ordering::SeqCst);
        ThreadTicket(running.clone())
    }
}

impl Drop for ThreadTicket {
    fn drop(&mut self) {
        self.0.threads.fetch_sub(1, Ordering::SeqCst);
        self.0.executor.nudge();
    }
}
