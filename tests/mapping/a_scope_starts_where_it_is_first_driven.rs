//! `Variable::scope` binds on top of the mapping that is current where its future is first driven,
//! and keeps the result. (`sec-asynccontext-variable.prototype.run`, for an async function that
//! starts there.)

use crate::support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::thread;

use asynccontext::{Propagate, Snapshot, Variable};
use support::rng::Rng;
use support::{poll, ready, scaled, suspend};

static A: Variable<u32> = Variable::named("a");
static B: Variable<u32> = Variable::named("b");
static C: Variable<u32> = Variable::named("c");

type Values = (Option<u32>, Option<u32>, Option<u32>);

fn read() -> Values {
    (A.get(), B.get(), C.get())
}

async fn reads() -> Values {
    let first = read();
    suspend().await;
    assert_eq!(read(), first, "what it started with, it keeps");
    first
}

/// Polls a future that is pending once, the second time in another context.
fn twice<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    assert!(poll(future.as_mut()).is_pending());
    match Snapshot::empty().run(|| C.run(99, || poll(future.as_mut()))) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future is pending"),
    }
}

const ALL: Values = (Some(1), Some(2), Some(3));

#[test]
fn scopes_nest_whichever_is_made_first() {
    assert_eq!(twice(A.scope(1, B.scope(2, C.scope(3, reads())))), ALL);
    let inner = B.scope(2, reads());
    let middle = C.scope(3, inner);
    assert_eq!(twice(A.scope(1, middle)), ALL);
    let b = async |inner: Pin<Box<dyn Future<Output = _>>>| B.scope(2, inner).await;
    assert_eq!(twice(C.scope(3, b(Box::pin(A.scope(1, reads()))))), ALL);
    assert_eq!(twice(A.scope(7, A.scope(1, B.scope(2, C.scope(3, reads()))))), ALL);
}

#[test]
fn what_is_to_be_kept_from_the_call_is_tied() {
    assert_eq!(twice(A.run(1, || B.scope(2, reads()))), (None, Some(2), None));
    assert_eq!(twice(A.run(1, || B.scope(2, reads()).in_current_snapshot())), (Some(1), Some(2), None));
    assert_eq!(twice(A.scope(1, B.run(2, || reads().in_current_snapshot()))), (None, Some(2), None));
    let snapshot = B.run(2, Snapshot::capture);
    assert_eq!(twice(snapshot.scope(A.scope(1, reads()))), (Some(1), Some(2), None));
    assert_eq!(twice(A.scope(1, snapshot.scope(reads()))), (None, Some(2), None));
    assert_eq!(twice(snapshot.run(|| A.scope(1, reads()))), (Some(1), None, None));
}

#[test]
fn guards_of_the_driver_count_until_the_start() {
    let task = B.scope(0, async {
        let mut inner = pin!(A.scope(1, reads()));
        let _guard = B.enter_task(2).unwrap();
        assert!(poll(inner.as_mut()).is_pending());
        let _later = B.enter_task(9).unwrap();
        poll(inner)
    });
    assert_eq!(ready(task), Poll::Ready((Some(1), Some(2), None)));
    let guard = B.enter(2);
    let task = A.scope(1, reads());
    drop(guard);
    assert_eq!(twice(task), (Some(1), None, None));
}

#[test]
fn looking_at_it_starts_nothing() {
    let steps = A.scope(1, (0..3).map(|_| read()));
    B.run(9, || {
        assert_eq!((steps.size_hint(), steps.len(), steps.inner().len()), ((3, Some(3)), 3, 3));
        assert_eq!(steps.snapshot().run(read), (Some(1), Some(9), None));
        assert!(format!("{:?}", A.scope(1, 7)).contains('7'));
    });
    C.run(3, || assert_eq!(steps.snapshot().run(read), (Some(1), None, Some(3))));
    assert_eq!(B.run(2, || steps.last()), Some((Some(1), Some(2), None)));

    let mut steps = A.scope(1, (0..3).map(|_| read()));
    let shared = C.run(3, || steps.snapshot()); // holds the value too
    assert_eq!(B.run(2, || steps.next()), Some((Some(1), Some(2), None)));
    assert_eq!(C.run(3, || steps.next_back()), Some((Some(1), Some(2), None)));
    assert_eq!(steps.snapshot().run(read), (Some(1), Some(2), None));
    assert_eq!(shared.run(read), (Some(1), None, Some(3)));
}

/// Its methods by `&self` run in the mapping with which it would start.
#[test]
fn its_methods_by_reference_run_in_what_it_would_start_with() {
    struct Hints;
    impl Iterator for Hints {
        type Item = ();
        fn next(&mut self) -> Option<()> {
            None
        }
        fn size_hint(&self) -> (usize, Option<usize>) {
            (0, Some(A.get().unwrap_or(0) as usize * 10 + B.get().unwrap_or(0) as usize))
        }
    }
    let mut steps = A.scope(1, Hints);
    let hint = |b, steps: &asynccontext::Scoped<Hints>| B.run(b, || steps.size_hint().1);
    assert_eq!((hint(2, &steps), hint(3, &steps)), (Some(12), Some(13)));
    B.run(4, || steps.next());
    assert_eq!(hint(5, &steps), Some(14));
}

/// Reads at its drop what is current.
struct AtDrop<'a>(&'a Mutex<Vec<Values>>);

impl Drop for AtDrop<'_> {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(read());
    }
}

#[test]
fn a_drop_before_the_start_has_the_value_and_the_caller_s() {
    let seen = Mutex::new(Vec::new());
    let task = A.scope(1, AtDrop(&seen));
    B.run(2, || drop(task));
    let task = A.scope(1, AtDrop(&seen));
    let snapshot = task.snapshot();
    B.run(3, || drop(task));
    drop(snapshot);
    let task = A.scope(1, AtDrop(&seen));
    B.run(4, || drop(task.into_inner()));
    let task = A.scope(1, B.scope(5, AtDrop(&seen)));
    B.run(6, || drop(task));
    let task = A.scope(1, AtDrop(&seen));
    thread::scope(|scope| _ = scope.spawn(|| drop(task)));
    let expected = [(Some(1), Some(2)), (Some(1), Some(3)), (None, Some(4)), (Some(1), Some(5)), (Some(1), None)];
    assert_eq!(*seen.lock().unwrap(), expected.map(|(a, b)| (a, b, None)));
}

/// Reads, at its drop, whether its own variable has a value.
struct ReadsItself;
static ITSELF: Variable<ReadsItself> = Variable::named("itself");
static DROPS: AtomicUsize = AtomicUsize::new(0);

impl Drop for ReadsItself {
    fn drop(&mut self) {
        assert!(ITSELF.with(|value| value.is_none()));
        DROPS.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_value_is_dropped_outside() {
    drop(ITSELF.scope(ReadsItself, ()));
    let () = ITSELF.scope(ReadsItself, ()).into_inner();
    ready(ITSELF.scope(ReadsItself, async {}));
    drop(ITSELF.scope(ReadsItself, ()).snapshot());
    assert_eq!(ITSELF.scope(ReadsItself, 0..3).count(), 3);
    assert_eq!(DROPS.load(Ordering::Relaxed), 5);
}

#[test]
fn nothing_is_leaked() {
    static HELD: Variable<Arc<()>> = Variable::named("held");
    let witness = Arc::new(());
    let new = || HELD.scope(witness.clone(), 0..3);
    drop(new());
    let _ = new().into_inner();
    let scoped = new();
    let kept = scoped.snapshot();
    drop(scoped);
    assert!(kept.run(|| HELD.get().is_some()));
    drop(kept);
    let scoped = new();
    let kept = scoped.snapshot();
    assert_eq!(scoped.count(), 3);
    drop(kept);
    let shared = new();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for n in 0..scaled(100) as u32 {
                    let snapshot = A.run(n, || shared.snapshot());
                    snapshot.run(|| assert!(HELD.get().is_some() && A.get() == Some(n)));
                }
            });
        }
    });
    thread::scope(|scope| _ = scope.spawn(|| drop(shared)));
    let mut panics = Box::pin(HELD.scope(witness.clone(), async { panic!("inside") }));
    assert!(catch_unwind(AssertUnwindSafe(|| poll(panics.as_mut()))).is_err());
    assert!(HELD.get().is_none());
    drop(panics);
    assert_eq!(Arc::strong_count(&witness), 1);
}

#[test]
fn polled_once_it_keeps_its_context_elsewhere() {
    let mut task = Box::pin(A.scope(1, reads()));
    assert!(B.run(2, || poll(task.as_mut())).is_pending());
    let other = thread::spawn(move || C.run(3, || poll(task.as_mut())));
    assert_eq!(other.join().unwrap(), Poll::Ready((Some(1), Some(2), None)));
}

// Random nestings, against a plain model.

static V: [Variable<u32>; 24] = [const { Variable::new() }; 24];
type Map = [Option<u32>; 24];

fn look() -> Map {
    std::array::from_fn(|key| V[key].get())
}

fn with(mut map: Map, key: usize, value: u32) -> Map {
    map[key] = Some(value);
    map
}

/// How a future is wrapped, from the outside in.
#[derive(Debug)]
enum Tree {
    Leaf,
    /// `V[key].scope(value, inner)`; with `true` its snapshot is captured before the start.
    Scope(usize, u32, bool, Box<Tree>),
    /// `inner.in_current_snapshot()`
    Tie(Box<Tree>),
    /// `V[key].run(value, || inner)`
    Run(usize, u32, Box<Tree>),
    /// A tied task that enters a guard before it awaits `inner`.
    Guard(usize, u32, Box<Tree>),
    /// `snapshot.scope(inner)`, with a snapshot that binds `V[0]` to 77 at its creation.
    Snapshot(Box<Tree>),
}

fn tree(rng: &mut Rng, depth: usize) -> Tree {
    if depth == 0 {
        return Tree::Leaf;
    }
    let key = if rng.below(3) == 0 { rng.below(24) } else { rng.below(4) };
    let value = rng.below(1000) as u32;
    let choice = rng.below(12);
    let next = |rng: &mut Rng| Box::new(tree(rng, depth - 1));
    match choice {
        0 => Tree::Leaf,
        1 | 2 => Tree::Tie(next(rng)),
        3..=5 => Tree::Run(key, value, next(rng)),
        6 | 7 => Tree::Guard(key, value, next(rng)),
        8 => Tree::Snapshot(next(rng)),
        _ => Tree::Scope(key, value, rng.below(3) == 0, next(rng)),
    }
}

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;
type Seen = Arc<Mutex<Vec<Map>>>;

struct Looks(Seen);

impl Looks {
    fn look(&self) {
        self.0.lock().unwrap().push(look());
    }
}

impl Drop for Looks {
    fn drop(&mut self) {
        self.look();
    }
}

fn build(tree: &Tree, seen: &Seen) -> Task {
    match tree {
        Tree::Leaf => {
            let looks = Looks(seen.clone());
            Box::pin(async move {
                for _ in 0..2 {
                    looks.look();
                    suspend().await;
                }
                looks.look();
            })
        }
        Tree::Scope(key, value, is_looked_at, inner) => {
            let task = V[*key].scope(*value, build(inner, seen));
            if *is_looked_at {
                assert_eq!(task.snapshot().run(look), with(look(), *key, *value));
            }
            Box::pin(task)
        }
        Tree::Tie(inner) => Box::pin(build(inner, seen).in_current_snapshot()),
        Tree::Run(key, value, inner) => V[*key].run(*value, || build(inner, seen)),
        Tree::Guard(key, value, inner) => {
            let (key, value, inner) = (*key, *value, build(inner, seen));
            let task = async move {
                let _guard = V[key].enter_task(value).unwrap();
                inner.await;
            };
            Box::pin(task.in_current_snapshot())
        }
        Tree::Snapshot(inner) => {
            let snapshot = V[0].run(77, Snapshot::capture);
            Box::pin(snapshot.scope(build(inner, seen)))
        }
    }
}

/// Returns what the leaf reads, if it is created where `made` is current, and started, or dropped
/// before its start, where `at` is.
fn model(tree: &Tree, made: Map, at: Map, is_started: bool) -> Map {
    match tree {
        Tree::Leaf => at,
        Tree::Scope(key, value, _, inner) => model(inner, made, with(at, *key, *value), is_started),
        Tree::Tie(inner) => model(inner, made, made, is_started),
        Tree::Run(key, value, inner) => model(inner, with(made, *key, *value), at, is_started),
        Tree::Guard(key, value, inner) => {
            model(inner, made, if is_started { with(made, *key, *value) } else { made }, is_started)
        }
        Tree::Snapshot(inner) => model(inner, made, with(made, 0, 77), is_started),
    }
}

/// Calls `f` inside `depth` random bindings in an empty mapping, with their values.
fn somewhere(rng: &mut Rng, depth: usize, f: &mut dyn FnMut(Map)) {
    fn deeper(rng: &mut Rng, depth: usize, map: Map, f: &mut dyn FnMut(Map)) {
        if depth == 0 {
            return f(map);
        }
        let (key, value) = (rng.below(24), rng.below(1000) as u32);
        let map = with(map, key, value);
        if rng.below(3) == 0 {
            let _guard = V[key].enter(value);
            deeper(rng, depth - 1, map, f);
        } else {
            V[key].run(value, || deeper(rng, depth - 1, map, f));
        }
    }
    Snapshot::empty().run(|| deeper(rng, depth, [None; 24], f));
}

#[test]
fn random_nestings_match_a_plain_model() {
    for seed in 0..scaled(20_000) as u64 {
        let mut rng = Rng::new(seed);
        // The outermost is a scope, so that no leaf reads the context of each driver.
        let tree = Tree::Scope(5, 5, false, Box::new(tree(&mut rng, 6)));
        let (seen, mut made) = (Seen::default(), [None; 24]);
        let mut task = None;
        let depth = rng.below(24);
        somewhere(&mut rng, depth, &mut |map| {
            made = map;
            task = Some(build(&tree, &seen));
        });
        let polls = rng.below(4);
        let mut expected = None;
        for number in 0..polls {
            let depth = rng.below(24);
            let mut drive = || {
                somewhere(&mut rng, depth, &mut |map| {
                    expected.get_or_insert_with(|| model(&tree, made, map, true));
                    let _ = poll(task.as_mut().unwrap().as_mut());
                    assert_eq!(look(), map, "the driver's own is current again");
                });
            };
            if number % 2 == 1 { thread::scope(|scope| scope.spawn(drive).join().unwrap()) } else { drive() }
        }
        let depth = rng.below(24);
        somewhere(&mut rng, depth, &mut |map| {
            expected.get_or_insert_with(|| model(&tree, made, map, false));
            drop(task.take());
        });
        let seen = seen.lock().unwrap();
        assert_eq!(seen.len(), polls + 1);
        assert!(seen.iter().all(|map| Some(*map) == expected), "seed {seed}, {polls} polls: {tree:?}");
    }
}
