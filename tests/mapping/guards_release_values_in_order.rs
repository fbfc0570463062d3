//! The values of guards in a frame where guards were dropped out of order, or replaced by a swap:
//! when they are dropped, in which order, and that a guard whose scope has ended has no effect.

use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use crate::support::{on_stack_of, poll, scaled};
use asynccontext::agent::async_context_swap;
use asynccontext::{Guard, Propagate, Snapshot, Variable};

/// The numbers of the values that were dropped.
type Log = Arc<Mutex<Vec<u32>>>;

struct Logged(u32, Log);

impl Drop for Logged {
    fn drop(&mut self) {
        self.1.lock().unwrap().push(self.0);
    }
}

/// Variables of their own for each test, and the log of their values.
struct Bench {
    variables: Vec<Variable<Logged>>,
    log: Log,
}

impl Bench {
    fn new(variables: usize) -> Bench {
        Bench { variables: (0..variables).map(|_| Variable::new()).collect(), log: Log::default() }
    }

    fn enter(&self, variable: usize, value: u32) -> Guard {
        self.variables[variable].enter(Logged(value, Arc::clone(&self.log)))
    }

    fn get(&self, variable: usize) -> Option<u32> {
        self.variables[variable].with(|value| value.map(|value| value.0))
    }

    /// Returns the values dropped since the last call.
    fn dropped(&self) -> Vec<u32> {
        mem::take(&mut self.log.lock().unwrap())
    }
}

/// In a scope, so that remaining values are dropped with it.
fn inside<R>(f: impl FnOnce() -> R) -> R {
    Snapshot::empty().run(f)
}

#[test]
fn a_guard_hidden_by_a_swap_holds_its_value_alone() {
    let bench = Bench::new(3);
    inside(|| {
        let [a, b, c] = [0, 1, 2].map(|number| bench.enter(number as usize, number));
        drop(async_context_swap(Snapshot::empty()));
        drop(a);
        assert_eq!(bench.dropped(), [0]);
        drop(c);
        assert_eq!(bench.dropped(), [2]);
        drop(b);
        assert_eq!(bench.dropped(), [1]);
    });
}

#[test]
fn a_snapshot_keeps_what_a_swap_hides() {
    let bench = Bench::new(3);
    inside(|| {
        let [a, b, c] = [0, 1, 2].map(|number| bench.enter(number as usize, number));
        let previous = async_context_swap(Snapshot::empty());
        drop(a);
        drop(b);
        assert_eq!(bench.dropped(), []);
        previous.run(|| assert_eq!([0, 1, 2].map(|variable| bench.get(variable)), [Some(0), Some(1), Some(2)]));
        drop(c);
        assert_eq!(bench.dropped(), []);
        drop(previous);
        let mut dropped = bench.dropped();
        dropped.sort_unstable();
        assert_eq!(dropped, [0, 1, 2]);
    });
}

#[test]
fn a_read_in_a_table_keeps_what_a_swap_replaces() {
    let bench = Bench::new(4);
    inside(|| {
        let [a, _b, _c] = [0, 1, 2].map(|number| bench.enter(number as usize, number));
        drop(a); // from now on the guards are in a table
        assert_eq!(bench.dropped(), [0]);
        let fourth = bench.variables[3].run(Logged(3, Arc::clone(&bench.log)), Snapshot::capture);
        drop(async_context_swap(fourth));
        bench.variables[3].with(|value| {
            let value = value.unwrap();
            drop(async_context_swap(Snapshot::empty()));
            assert_eq!((bench.dropped(), value.0), (vec![], 3));
        });
        assert_eq!(bench.dropped(), [3]);
        bench.variables[1].with(|value| assert!(value.is_none()));
    });
}

#[test]
fn guards_dropped_in_an_inner_scope_go_newest_first() {
    let bench = Bench::new(6);
    inside(|| {
        let mut guards: Vec<Option<Guard>> = (0..6).map(|n| Some(bench.enter(n, n as u32))).collect();
        inside(|| {
            for number in [2, 5, 0, 3] {
                guards[number] = None;
            }
            assert_eq!(bench.dropped(), []);
        });
        assert_eq!(bench.dropped(), [5, 3, 2, 0]);
        assert_eq!([1, 4].map(|variable| bench.get(variable)), [Some(1), Some(4)]);
    });
}

#[test]
fn what_is_left_in_a_frame_goes_newest_first() {
    let bench = Bench::new(8);
    inside(|| {
        let mut guards: Vec<Option<Guard>> = (0..6).map(|n| Some(bench.enter(n, n as u32))).collect();
        // The next ones reuse the memory of these, so the order of addresses changes.
        for number in [3, 1] {
            guards[number] = None;
        }
        assert_eq!(bench.dropped(), [3, 1]);
        guards.extend([6, 7].map(|n| Some(bench.enter(n, n as u32))));
        guards.into_iter().flatten().for_each(mem::forget);
    });
    assert_eq!(bench.dropped(), [7, 6, 5, 4, 2, 0]);
}

#[test]
fn of_kept_bindings_in_a_table_only_the_newest_stays() {
    let bench = Bench::new(2);
    inside(|| {
        let out_of_order = bench.enter(1, 9);
        let [a, b, c, d] = [0, 1, 2, 3].map(|value| bench.enter(0, value));
        drop(out_of_order);
        assert_eq!(bench.dropped(), [9]);
        b.keep();
        assert_eq!(bench.dropped(), []);
        a.keep();
        assert_eq!(bench.dropped(), [0], "it is older than the kept one");
        d.keep();
        assert_eq!(bench.dropped(), [1]);
        assert_eq!(bench.get(0), Some(3));
        c.keep();
        assert_eq!((bench.dropped(), bench.get(0)), (vec![2], Some(3)));
    });
    assert_eq!(bench.dropped(), [3]);
}

#[test]
fn a_read_keeps_a_captured_value_whose_guard_is_dropped() {
    let bench = Bench::new(1);
    inside(|| {
        let guard = bench.enter(0, 1);
        bench.variables[0].with(|value| {
            let snapshot = Snapshot::capture();
            drop(guard);
            assert_eq!((bench.get(0), snapshot.run(|| bench.get(0))), (None, Some(1)));
            drop(snapshot);
            assert_eq!((bench.dropped(), value.unwrap().0), (vec![], 1));
        });
        assert_eq!(bench.dropped(), [1]);
    });
}

#[test]
fn a_guard_dropped_in_an_inner_scope_makes_it_no_task() {
    let bench = Bench::new(2);
    inside(|| {
        let guard = bench.enter(0, 1);
        inside(|| {
            drop(guard);
            assert!(bench.variables[1].enter_task(Logged(2, Arc::clone(&bench.log))).is_err());
        });
        assert_eq!(bench.dropped(), [2, 1]);
    });
}

/// From a certain depth on, nested values are dropped from a queue: all of several values are.
#[test]
fn of_a_deep_tree_of_values_each_is_dropped() {
    struct Tree(#[expect(dead_code, reason = "held to be dropped")] Vec<Snapshot>, Log);
    impl Drop for Tree {
        fn drop(&mut self) {
            self.1.lock().unwrap().push(0);
        }
    }
    let variable = Variable::new();
    let log = Log::default();
    let tree = |branches: Vec<Snapshot>| {
        Snapshot::empty().run(|| variable.run(Tree(branches, Arc::clone(&log)), Snapshot::capture))
    };
    let wide = |depth: usize| {
        let mut all = vec![tree(Vec::new()), tree(Vec::new()), tree(Vec::new())];
        for _ in 0..depth {
            all = vec![tree(all), tree(Vec::new()), tree(Vec::new())];
        }
        all
    };
    drop(tree(wide(50)));
    assert_eq!(log.lock().unwrap().len(), 3 * 51 + 1);
}

/// Independent of the scale of the long tests.
#[test]
fn a_long_chain_of_values_is_dropped_on_a_small_stack() {
    static CHAIN: Variable<Option<Snapshot>> = Variable::named("chain");
    let drops = || {
        let mut chain = Snapshot::empty();
        for _ in 0..scaled(5_000_000).min(100_000) {
            chain = Snapshot::empty().run(|| CHAIN.run(Some(chain), Snapshot::capture));
        }
        drop(chain);
    };
    on_stack_of(256 << 10, drops);
}

/// The block of the ended guard's entry is free, and most likely the next guard's: it must not be taken
/// for the ended one.
#[test]
fn a_guard_whose_scope_has_ended_ends_nothing() {
    static INNER: Variable<u32> = Variable::named("inner");
    for _ in 0..100 {
        let ended = inside(|| INNER.enter(1));
        inside(|| {
            let _next = INNER.enter(2);
            drop(ended);
            assert_eq!(INNER.get(), Some(2));
        });
    }
}

/// The same on two threads that are new, so that each enters its first guard.
#[test]
fn a_guard_whose_task_ended_on_another_thread_ends_nothing() {
    static INNER: Variable<u32> = Variable::named("inner");
    for _ in 0..20 {
        let (sender, receiver) = mpsc::channel();
        let task = async move {
            sender.send(INNER.enter_task(1).unwrap()).unwrap();
            std::future::pending::<()>().await;
        };
        let mut task = Box::pin(task.in_current_snapshot());
        let begin = move || {
            assert!(poll(Pin::new(&mut task)).is_pending());
            task
        };
        let task = thread::spawn(begin).join().unwrap();
        let ended = receiver.recv().unwrap();
        let end = move || {
            drop(task);
            inside(|| {
                let _next = INNER.enter(2);
                drop(ended);
                assert_eq!(INNER.get(), Some(2));
            });
        };
        thread::spawn(end).join().unwrap();
    }
}
