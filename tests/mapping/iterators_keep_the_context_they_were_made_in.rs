//! An iterator is stepped and dropped in the context of its creation; the code around it stays in
//! its own.

use crate::support;

use std::iter::FusedIterator;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use asynccontext::{Propagate, Scoped, Snapshot, TaskGuard, Variable};
use support::rng::Rng;

static NAME: Variable<&str> = Variable::named("name");
static MORE: Variable<usize> = Variable::named("more");
static COUNT: Variable<Arc<()>> = Variable::named("count");

type Seen = Arc<Mutex<Vec<(&'static str, Option<&'static str>)>>>;

/// Records which of its methods is called, and in which context. Overrides all of them, and panics
/// at 13.
struct Probe {
    left: std::ops::Range<usize>,
    seen: Seen,
}

impl Probe {
    fn note(&self, method: &'static str) {
        self.seen.lock().unwrap().push((method, NAME.get()));
    }
}

impl Iterator for Probe {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        self.note("next");
        let next = self.left.next();
        assert_ne!(next, Some(13), "as it should");
        next
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.note("size_hint");
        self.left.size_hint()
    }

    fn nth(&mut self, n: usize) -> Option<usize> {
        self.note("nth");
        self.left.nth(n)
    }

    fn count(self) -> usize {
        self.note("count");
        self.left.len()
    }

    fn last(mut self) -> Option<usize> {
        self.note("last");
        self.left.next_back()
    }
}

impl DoubleEndedIterator for Probe {
    fn next_back(&mut self) -> Option<usize> {
        self.note("next_back");
        self.left.next_back()
    }

    fn nth_back(&mut self, n: usize) -> Option<usize> {
        self.note("nth_back");
        self.left.nth_back(n)
    }
}

impl ExactSizeIterator for Probe {
    fn len(&self) -> usize {
        self.note("len");
        self.left.len()
    }
}

impl FusedIterator for Probe {}

impl Drop for Probe {
    fn drop(&mut self) {
        self.note("drop");
    }
}

/// Returns a probe that was created in the context `"made"`, and its records.
fn probe(left: std::ops::Range<usize>) -> (Scoped<Probe>, Seen) {
    let seen = Seen::default();
    let probe = Probe { left, seen: Arc::clone(&seen) };
    (NAME.run("made", || probe.in_current_snapshot()), seen)
}

/// Checks that all records have the context `"made"`, and returns and clears them.
fn noted(seen: &Seen) -> Vec<&'static str> {
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    assert!(seen.iter().all(|(_, name)| *name == Some("made")), "{seen:?}");
    seen.into_iter().map(|(method, _)| method).collect()
}

#[test]
fn every_step_and_the_drop() {
    let (mut probe, seen) = probe(0..10);
    NAME.run("caller", || {
        assert_eq!((probe.next(), probe.next_back()), (Some(0), Some(9)));
        assert_eq!(NAME.get(), Some("caller"));
        assert_eq!((probe.nth(1), probe.nth_back(1)), (Some(2), Some(7)));
        assert_eq!((probe.size_hint(), probe.len()), ((4, Some(4)), 4));
        assert_eq!(NAME.get(), Some("caller"));
        drop(probe);
        assert_eq!(NAME.get(), Some("caller"));
    });
    assert_eq!(noted(&seen), ["next", "next_back", "nth", "nth_back", "size_hint", "len", "drop"]);
}

#[test]
fn what_consumes_it_uses_the_inner_method_and_drops_inside() {
    let (all, seen) = probe(0..10);
    assert_eq!(NAME.run("caller", || all.count()), 10);
    assert_eq!(noted(&seen), ["count", "drop"]);
    let (all, seen) = probe(0..10);
    assert_eq!(NAME.run("caller", || all.last()), Some(9));
    assert_eq!(noted(&seen), ["last", "drop"]);
    assert_eq!(NAME.get(), None);
}

#[test]
fn the_caller_s_closures_see_the_caller() {
    let caller = || assert_eq!(NAME.get(), Some("caller"));
    NAME.run("caller", || {
        let (steps, seen) = probe(0..3);
        assert_eq!(steps.fold(0, |sum, n| (caller(), sum + n).1), 3);
        let (steps, _) = probe(0..3);
        assert_eq!(steps.rfold(0, |sum, n| (caller(), sum + n).1), 3);
        let (steps, _) = probe(0..3);
        steps.for_each(|_| caller());
        let (mut steps, _) = probe(0..3);
        assert!(steps.try_for_each(|n| (caller(), (n < 1).then_some(())).1).is_none());
        assert_eq!(steps.find(|n| (caller(), *n == 2).1), Some(2));
        let (steps, _) = probe(0..3);
        assert_eq!(steps.map(|n| (caller(), n).1).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(noted(&seen), ["next", "next", "next", "next", "drop"]);
    });
}

#[test]
fn what_an_adapter_inside_calls_is_inside() {
    let inside = (0..3).map(|n| (n, NAME.get()));
    let rows: Vec<_> = NAME.scope("made", inside).collect();
    assert_eq!(rows, [(0, Some("made")), (1, Some("made")), (2, Some("made"))]);
    let snapshot = NAME.run("then", Snapshot::capture);
    let mut later = std::iter::once_with(|| NAME.get()).with_snapshot(snapshot);
    assert_eq!(NAME.run("caller", || later.next()), Some(Some("then")));
}

#[test]
fn a_panic_in_a_step() {
    let (mut probe, seen) = probe(13..15);
    NAME.run("caller", || {
        assert!(catch_unwind(AssertUnwindSafe(|| probe.next())).is_err());
        assert_eq!(NAME.get(), Some("caller"));
        assert_eq!(probe.next(), Some(14)); // still usable
        let result = catch_unwind(move || {
            let _probe = probe;
            panic!("as it should");
        });
        assert!(result.is_err());
        assert_eq!(NAME.get(), Some("caller"));
    });
    assert_eq!(noted(&seen), ["next", "next", "drop"]);

    // in the methods that consume it, which drop their items
    let seen = Seen::default();
    let held = Probe { left: 0..1, seen: Arc::clone(&seen) };
    let panics = NAME.scope("made", std::iter::repeat_with(move || held.left.len()).take(3).filter(|_| panic!()));
    assert!(catch_unwind(|| panics.count()).is_err());
    assert_eq!(noted(&seen), ["drop"]);
    assert_eq!(NAME.get(), None);
}

/// Binds one more value in each step, and reads the value bound by the previous step.
struct Binds(Vec<TaskGuard>);

impl Iterator for Binds {
    type Item = Option<usize>;

    fn next(&mut self) -> Option<Option<usize>> {
        let before = MORE.get();
        self.0.push(MORE.enter_task(self.0.len()).unwrap());
        Some(before)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (MORE.get().unwrap_or(usize::MAX), None)
    }

    fn last(mut self) -> Option<Option<usize>> {
        self.next()
    }
}

#[test]
fn guards_follow_it_from_step_to_step_when_it_moves() {
    let mut first = Binds(Vec::new()).in_current_snapshot();
    assert_eq!(first.next(), Some(None));
    assert_eq!(MORE.get(), None);
    let mut second = Box::new(first);
    assert_eq!(MORE.run(99, || second.next()), Some(Some(0)));
    let elsewhere = move || {
        assert_eq!((second.next(), MORE.get()), (Some(Some(1)), None));
        assert_eq!(second.size_hint(), (usize::MAX, None)); // in what it was made with
        second
    };
    let third = std::thread::spawn(elsewhere).join().unwrap();
    assert_eq!(MORE.get(), None);
    assert_eq!(third.last(), Some(Some(2)));
    assert_eq!(MORE.get(), None);
}

#[test]
fn guards_that_it_holds_or_forgot_end_with_it() {
    let count = Arc::new(());
    for turn in 0..4 {
        let value = Arc::clone(&count);
        let mut guards = Vec::new();
        let mut steps = std::iter::repeat_with(move || {
            guards.push(COUNT.enter_task(Arc::clone(&value)).unwrap());
            std::mem::forget(COUNT.enter_task(Arc::clone(&value)).unwrap());
        })
        .take(3)
        .in_current_snapshot();
        steps.next();
        assert_eq!(Arc::strong_count(&count), 4);
        match turn {
            0 => assert_eq!(steps.count(), 2),
            1 => assert_eq!(steps.last(), Some(())),
            2 => drop(steps.into_inner()),
            _ => drop(steps),
        }
        assert_eq!(Arc::strong_count(&count), 1);
        assert!(COUNT.with(|value| value.is_none()));
    }
}

/// `&self` methods may run on many threads at once, even while guards are bound.
#[test]
fn sizes_asked_from_many_threads() {
    struct Asks(Option<TaskGuard>);
    impl Iterator for Asks {
        type Item = ();
        fn next(&mut self) -> Option<()> {
            self.0 = MORE.enter_task(1).ok();
            None
        }
        fn size_hint(&self) -> (usize, Option<usize>) {
            assert_eq!((NAME.get(), MORE.get()), (Some("made"), None));
            let inner = Snapshot::capture();
            MORE.run(2, || inner.run(|| assert_eq!(MORE.get(), None)));
            (0, None)
        }
    }
    let mut asks = NAME.scope("made", Asks(None));
    asks.next();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| (0..support::scaled(1000)).for_each(|_| assert_eq!(asks.size_hint().0, 0)));
        }
    });
}

#[test]
fn many_of_them_interleaved_on_several_threads() {
    let own = |n: usize| move || (0..).map(move |step| (step, MORE.get() == Some(n)));
    let check = move |seed: usize| {
        let mut all: Vec<_> = (0..8).map(|n| (0, MORE.run(n, || own(n)().in_current_snapshot()))).collect();
        let mut random = Rng::new(seed as u64 + 1);
        for _ in 0..support::scaled(2000) {
            let (step, steps) = &mut all[random.below(8)];
            assert_eq!(steps.next(), Some((*step, true)));
            assert_eq!(MORE.get(), None);
            *step += 1;
        }
    };
    let threads: Vec<_> = (0..3).map(|seed| std::thread::spawn(move || check(seed))).collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}
