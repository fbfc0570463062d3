//! Promise 4: ten million tasks, each of which runs with a value of its own and then
//! spawns the next in its context, stay within a constant amount of memory. A debug build,
//! which is ten times slower, runs one million; the gate runs the release build too.

#[path = "support/bytes.rs"]
mod bytes;
mod support;

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicIsize, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use asynccontext::{Propagate, Snapshot, Variable};

static HOP: Variable<u64> = Variable::named("hop");
static KEPT: Variable<&str> = Variable::named("kept");
static MANY: [Variable<u64>; 10] = [const { Variable::new() }; 10];
static UNDER: [Variable<u64>; 30] = [const { Variable::new() }; 30];

/// Spawned tasks, run by any number of threads.
#[derive(Default)]
struct Pool {
    queue: Mutex<VecDeque<Task>>,
    more: Condvar,
}

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Pool {
    /// Every spawn captures, as a wrapper around an executor would.
    fn spawn(&self, task: Task) {
        let task = Box::pin(task.in_current_snapshot());
        self.queue.lock().unwrap().push_back(task);
        self.more.notify_one();
    }

    fn next(&self, left: &AtomicU64) -> Option<Task> {
        let mut queue = self.queue.lock().unwrap();
        loop {
            if let Some(task) = queue.pop_front() {
                return Some(task);
            }
            if left.load(Ordering::Acquire) == 0 {
                return None;
            }
            queue = self.more.wait(queue).unwrap();
        }
    }

    /// Runs tasks until `left` chains have ended.
    fn work(&self, left: &AtomicU64) {
        while let Some(mut task) = self.next(left) {
            assert!(support::poll(task.as_mut()).is_ready());
        }
    }
}

/// Data shared by all hops of a test.
struct Chain {
    pool: Pool,
    left: AtomicU64,
    hops: u64,
    /// Binds at each hop.
    bind: fn(u64, &dyn Fn()),
    high: AtomicIsize,
    low: AtomicIsize,
}

/// A task that runs with a value of its own and spawns the next.
fn hop(chain: Arc<Chain>, at: u64) -> Task {
    Box::pin(async move {
        if at > chain.hops / 100 {
            let bytes = bytes::allocated();
            chain.high.fetch_max(bytes, Ordering::Relaxed);
            chain.low.fetch_min(bytes, Ordering::Relaxed);
        }
        if at == chain.hops {
            chain.left.fetch_sub(1, Ordering::Release);
            chain.pool.more.notify_all();
            return;
        }
        let next = || chain.pool.spawn(hop(Arc::clone(&chain), at + 1));
        (chain.bind)(at, &next);
    })
}

/// Chains of `hops` tasks each, on `threads` threads.
fn chains(chains: u64, threads: usize, hops: usize, bind: fn(u64, &dyn Fn())) {
    let chain = Arc::new(Chain {
        pool: Pool::default(),
        left: AtomicU64::new(chains),
        hops: hops as u64,
        bind,
        high: AtomicIsize::new(isize::MIN),
        low: AtomicIsize::new(isize::MAX),
    });
    (0..chains).for_each(|_| chain.pool.spawn(hop(Arc::clone(&chain), 0)));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| chain.pool.work(&chain.left));
        }
    });
    let moved = chain.high.load(Ordering::Relaxed) - chain.low.load(Ordering::Relaxed);
    println!("{chains} × {hops} hops on {threads} threads: the heap moved by {moved} bytes");
    let chains = chains as isize;
    assert!((0..chains * 4096).contains(&moved), "the heap moved by {moved} bytes");
}

/// A single test, since the count is that of the whole process.
#[test]
fn the_heap_stays_as_it_is() {
    one_long_chain();
    chains_that_move_between_threads();
    chains_that_bind_ten_variables_in_turn();
    chains_on_top_of_thirty_bindings();
    swaps_and_guards_on_one_frame();
}

fn one_long_chain() {
    let hops = if cfg!(debug_assertions) { 1_000_000 } else { 10_000_000 };
    KEPT.run("forever", || {
        chains(1, 1, support::scaled(hops), |at, next| {
            assert_eq!(HOP.get(), at.checked_sub(1));
            assert_eq!(KEPT.get(), Some("forever"));
            HOP.run(at, next);
        });
    });
}

fn chains_that_move_between_threads() {
    chains(4, 2, support::scaled(50_000), |at, next| HOP.run(at, next));
}

fn chains_that_bind_ten_variables_in_turn() {
    chains(1, 1, support::scaled(300_000), |at, next| {
        MANY[at as usize % MANY.len()].run(at, next);
    });
}

/// More bindings than a chain of nodes holds: they are folded into a map.
fn chains_on_top_of_thirty_bindings() {
    fn under(at: usize, f: &mut dyn FnMut()) {
        match UNDER.get(at) {
            Some(variable) => variable.run(at as u64, || under(at + 1, f)),
            None => f(),
        }
    }
    under(0, &mut || {
        chains(1, 1, support::scaled(100_000), |at, next| {
            assert_eq!(UNDER[29].get(), Some(29));
            MANY[at as usize % 2].run(at, next);
        });
    });
}

fn swaps_and_guards_on_one_frame() {
    Snapshot::empty().run(|| {
        let before = bytes::allocated();
        for at in 0..support::scaled(300_000) as u64 {
            let _guard = HOP.enter(at);
            if at % 3 == 0 {
                drop(Snapshot::capture());
            }
            let next = MANY[0].run(at, Snapshot::capture);
            drop(asynccontext::agent::async_context_swap(next));
            assert_eq!((HOP.get(), MANY[0].get()), (Some(at), Some(at)));
        }
        let moved = bytes::allocated() - before;
        assert!(moved < 4096, "the heap grew by {moved} bytes");
    });
}
