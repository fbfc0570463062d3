//! Registered companions are captured and entered with every snapshot.

#![cfg(feature = "companions")]

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Once};
use std::task::{Context, Poll, Waker};

use asynccontext::agent::async_context_swap;
use asynccontext::carrier::{Exported, Exports};
use asynccontext::companion::{self, Companion};
use asynccontext::{Carried, Cause, Propagate, Snapshot, Variable, thread};

static TENANT: Variable<&str> = Variable::named("tenant");

// Ambient context of another crate: a stack of names, as a tracing library keeps it.
thread_local! {
    static STACK: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

struct Pushed(&'static str);

impl Pushed {
    fn new(name: &'static str) -> Pushed {
        STACK.with_borrow_mut(|stack| stack.push(name));
        Pushed(name)
    }
}

impl Drop for Pushed {
    fn drop(&mut self) {
        let popped = STACK.with_borrow_mut(Vec::pop);
        assert_eq!(popped, Some(self.0), "left in the opposite order of entering");
    }
}

/// Two companions over one stack, so that their order can be seen.
struct Name;
struct Second;

/// Pushed where no context was captured, on top of the caller's name.
const NOTHING: &str = "nothing";

impl Companion for Name {
    type Captured = &'static str;
    type Entered<'a> = Pushed;

    fn capture(&self) -> Option<&'static str> {
        // It may read variables and capture snapshots.
        let snapshot = Snapshot::capture();
        assert_eq!(snapshot.run(|| TENANT.get()), TENANT.get());
        STACK.with_borrow(|stack| stack.iter().copied().rfind(|name| *name != "second")).filter(|name| *name != NOTHING)
    }

    fn enter<'a>(&'a self, captured: Option<&'a &'static str>) -> Option<Pushed> {
        let Some(name) = captured else {
            let is_so = stack().last().is_none_or(|name| *name == NOTHING);
            return (!is_so).then(|| Pushed::new(NOTHING));
        };
        assert_ne!(*name, "fails to enter");
        Some(Pushed::new(name))
    }
}

impl Companion for Second {
    type Captured = ();
    type Entered<'a> = Pushed;

    fn capture(&self) -> Option<()> {
        stack().last().is_some_and(|name| *name != NOTHING).then_some(())
    }

    fn enter<'a>(&'a self, captured: Option<&'a ()>) -> Option<Pushed> {
        let () = captured?;
        assert_ne!(stack().last(), Some(&"second"), "entered after the first");
        Some(Pushed::new("second"))
    }
}

/// Registers once for all tests of this file, and pushes a name onto this thread's stack.
fn within<R>(name: &'static str, f: impl FnOnce() -> R) -> R {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        companion::register(Name);
        companion::register(Second);
    });
    let _pushed = Pushed::new(name);
    f()
}

fn stack() -> Vec<&'static str> {
    STACK.with_borrow(Clone::clone)
}

/// Returns the context inside a snapshot that was captured within `name` and is entered outside
/// any.
fn entered(name: &'static str) -> Vec<&'static str> {
    vec![name, "second"]
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn a_snapshot_brings_it_back_and_leaves_it_again() {
    let snapshot = within("a", || TENANT.run("blue", Snapshot::capture));
    assert_eq!(stack(), [""; 0]);
    assert_eq!(snapshot.run(|| (TENANT.get(), stack())), (Some("blue"), entered("a")));
    assert_eq!(stack(), [""; 0]);
}

/// What is current replaces what the snapshot had, also if that left foreign context unchanged, or none is current.
#[test]
fn a_snapshot_can_take_the_context_that_is_current() {
    within("", || ()); // registers
    static LIST: Exports = Exports::new(&[]);
    let extracted = LIST.extract(&Vec::new()).unwrap();
    let captured = within("a", Snapshot::capture);
    for snapshot in [Snapshot::empty(), extracted, captured.clone()] {
        let snapshot = within("b", || companion::capture_onto(snapshot.with(&TENANT, "blue")));
        assert_eq!(snapshot.run(|| (TENANT.get(), stack())), (Some("blue"), entered("b")));
    }
    let none = companion::capture_onto(captured.with(&TENANT, "blue"));
    assert_eq!(none.run(|| (TENANT.get(), stack())), (Some("blue"), vec![]));
    assert_eq!(within("c", || none.run(stack)), ["c", NOTHING]);
}

#[test]
fn a_snapshot_taken_inside_captures_what_is_current_there() {
    let outer = within("a", Snapshot::capture);
    let inner = outer.run(|| within("b", Snapshot::capture));
    assert_eq!(inner.run(stack), entered("b"));
    // and a snapshot that is captured after the foreign context has ended carries none
    let outside = || Pushed::new(NOTHING);
    for nothing in [
        Snapshot::empty(),
        Snapshot::capture(),
        within("a", || Snapshot::empty().run(Snapshot::capture)),
        outer.run(|| Snapshot::empty().run(Snapshot::capture)),
        outer.run(|| drop_after(outside(), Snapshot::capture)),
        outer.run(|| drop_after(outside(), || TENANT.run("blue", || Snapshot::capture()))),
    ] {
        assert_eq!(nothing.run(stack), [""; 0]);
        assert_eq!(within("b", || (nothing.run(stack), stack())), (vec!["b", NOTHING], vec!["b"]));
    }
}

/// Calls `f`, and then leaves `pushed`.
fn drop_after<R>(pushed: Pushed, f: impl FnOnce() -> R) -> R {
    let result = f();
    drop(pushed);
    result
}

#[test]
fn the_absence_of_context_is_carried_too() {
    within("a", || ()); // registers
    let message = Carried::new(());
    let wrapped = Snapshot::capture().wrap(stack);
    let rows = (0..2).map(|_| stack()).in_current_snapshot();
    let task = async { stack() }.in_current_snapshot();
    within("b", || {
        let seen = vec!["b", NOTHING];
        assert_eq!(message.handle(|()| stack()), seen);
        assert_eq!(wrapped.call(()), seen);
        assert!(rows.eq([seen.clone(), seen.clone()]));
        assert_eq!(poll(pin!(task)), Poll::Ready(seen.clone()));
        let background = Snapshot::empty().run(|| thread::spawn(stack));
        assert_eq!(background.join().unwrap(), [""; 0]);
        // The scope starts here, so it has the context that is current here.
        assert_eq!(poll(pin!(TENANT.scope("blue", async { stack() }))), Poll::Ready(vec!["b", "b", "second"]));
        assert_eq!(stack(), ["b"]);
    });
}

#[test]
fn an_iterator_is_used_up_in_it() {
    let steps = || within("a", || (0..3).inspect(|_| assert_eq!(stack(), entered("a"))).in_current_snapshot());
    assert_eq!(steps().count(), 3);
    assert_eq!(steps().last(), Some(2));
    assert_eq!(stack(), [""; 0]);
}

#[test]
fn every_step_and_the_drop_of_a_task_run_in_it() {
    struct Sees(&'static str);
    impl Drop for Sees {
        fn drop(&mut self) {
            assert_eq!(stack(), entered(self.0));
        }
    }
    let mut steps = 0;
    let task = within("a", || {
        let sees = Sees("a");
        std::future::poll_fn(move |_| {
            let Sees(name) = &sees;
            assert_eq!(stack(), entered(name));
            steps += 1;
            if steps < 3 { Poll::Pending } else { Poll::Ready(steps) }
        })
        .in_current_snapshot()
    });
    let mut task = pin!(task);
    for _ in 0..2 {
        assert!(poll(task.as_mut()).is_pending());
        assert_eq!(stack(), [""; 0]);
    }
    assert_eq!(poll(task), Poll::Ready(3));

    let iterator = within("b", || (0..3).map(|_| stack()).in_current_snapshot());
    assert!(iterator.eq([entered("b"), entered("b"), entered("b")]));

    let message = within("c", || Carried::new(Sees("c")));
    drop(message);
    let wrapped = within("d", || Snapshot::capture().wrap(stack));
    assert_eq!(wrapped.call(()), entered("d"));
    let suspend = async || {
        let mut polled = false;
        poll_fn(|_| if mem::replace(&mut polled, true) { Poll::Ready(()) } else { Poll::Pending }).await;
    };
    let mut task = pin!(TENANT.scope("blue", async { (stack(), suspend().await, stack()) }));
    assert!(within("e", || poll(task.as_mut())).is_pending());
    let (first, (), second) = match within("f", || poll(task)) {
        Poll::Ready(seen) => seen,
        Poll::Pending => panic!("the task is pending"),
    };
    assert_eq!((first, second), (vec!["e", "e", "second"], vec!["f", "e", "second"]), "that of its start, entered");
    struct SeesAlone(&'static str);
    impl Drop for SeesAlone {
        fn drop(&mut self) {
            assert_eq!(stack(), [self.0]);
        }
    }
    within("g", || drop(TENANT.scope("blue", SeesAlone("g")))); // nothing is captured for it
    // The snapshot of an unstarted scope has the context that is current at the call.
    let asked = within("g", || TENANT.scope("blue", ()).snapshot());
    assert_eq!(asked.run(|| (TENANT.get(), stack())), (Some("blue"), entered("g")));
    // Nothing is entered for methods by reference either.
    let hints = TENANT.scope("blue", Hints);
    assert_eq!(within("h", || hints.size_hint()), (1, None));
}

/// Returns the height of the stack as the lower bound.
struct Hints;

impl Iterator for Hints {
    type Item = ();
    fn next(&mut self) -> Option<()> {
        None
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        (stack().len(), None)
    }
}

#[test]
fn threads_and_tasks_inherit_it() {
    let thread = within("a", || thread::spawn(stack));
    assert_eq!(thread.join().unwrap(), entered("a"));

    static TRANSACTION: Variable<u8> = Variable::named("transaction").uninherited();
    let spawn = || thread::spawn(|| (TRANSACTION.get(), TENANT.get(), stack()));
    let thread = within("b", || TRANSACTION.run(1, || TENANT.run("blue", spawn)));
    assert_eq!(thread.join().unwrap(), (None, Some("blue"), entered("b")));
}

#[cfg(feature = "tokio")]
#[test]
fn a_tokio_task_inherits_it() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let task = within("a", || async { asynccontext::tokio::spawn(async { stack() }).await }.in_current_snapshot());
    assert_eq!(runtime.block_on(task).unwrap(), entered("a"));
}

#[test]
fn a_panic_leaves_it() {
    let snapshot = within("a", || TENANT.run("blue", Snapshot::capture));
    let result = catch_unwind(|| snapshot.run(|| panic!("inside")));
    assert!(result.is_err());
    assert_eq!((stack(), TENANT.get()), (vec![], None));

    let mut task = pin!(within("a", || async { panic!("inside") }.in_current_snapshot()));
    assert!(catch_unwind(AssertUnwindSafe(|| poll(task.as_mut()))).is_err());
    assert_eq!((stack(), TENANT.get()), (vec![], None));
}

#[test]
fn a_companion_that_panics_on_entering_leaves_what_was_before() {
    let snapshot = within("fails to enter", || TENANT.run("blue", Snapshot::capture));
    assert!(catch_unwind(|| snapshot.run(|| unreachable!())).is_err());
    assert_eq!((stack(), TENANT.get()), (vec![], None));

    let witness = Arc::new(());
    let (held, also_held) = (witness.clone(), witness.clone());
    let mut task =
        within("fails to enter", || Box::pin(TENANT.scope("blue", async move { held }).in_current_snapshot()));
    assert!(catch_unwind(AssertUnwindSafe(|| poll(task.as_mut()))).is_err());
    assert!(catch_unwind(AssertUnwindSafe(|| drop(task))).is_err());
    let message = within("fails to enter", || Carried::new(also_held));
    assert!(catch_unwind(AssertUnwindSafe(|| drop(message))).is_err());
    assert_eq!((stack(), TENANT.get()), (vec![], None));
    assert_eq!(Arc::strong_count(&witness), 1, "dropped all the same");
}

#[test]
fn runs_guards_and_swaps_leave_it_as_it_is() {
    let snapshot = within("a", Snapshot::capture);
    within("b", || {
        TENANT.run("blue", || assert_eq!(stack(), ["b"]));
        let guard = TENANT.enter("blue");
        assert_eq!(stack(), ["b"]);
        drop(guard);
        let previous = async_context_swap(snapshot.clone());
        assert_eq!(stack(), ["b"]);
        async_context_swap(previous);
        assert_eq!(stack(), ["b"]);
    });
}

/// Uninherited variables beneath the companions' binding are left out.
#[test]
fn detached_work_has_it_and_no_uninherited_variable() {
    static UNINHERITED: Variable<u8> = Variable::named("uninherited").uninherited();
    let seen = || (UNINHERITED.get(), TENANT.get(), stack());
    let thread = within("a", || TENANT.run("blue", || UNINHERITED.run(1, || thread::spawn(seen))));
    assert_eq!(thread.join().unwrap(), (None, Some("blue"), entered("a")));
}

/// A snapshot from a carrier has no context of the code that reads it.
#[test]
fn an_extracted_snapshot_leaves_it_as_it_is() {
    static USER: Exported<u8> = Variable::named("user").exported("x-user");
    static LIST: Exports = Exports::new(&[USER.export()]);
    let carrier = vec![("x-user".to_owned(), "7".to_owned())];
    let snapshot = within("a", || LIST.extract(&carrier).unwrap());
    assert_eq!(within("b", || snapshot.run(|| (USER.get(), stack()))), (Some(7), vec!["b"]));
    assert_eq!(format!("{snapshot:?}"), "Snapshot { \"user\" }");
    let of_nothing = within("a", || LIST.extract(&Vec::<(String, String)>::new()).unwrap());
    assert!(of_nothing.is_empty());
    assert_eq!(within("b", || of_nothing.run(stack)), ["b"]);
    // A capture inside it has the context that is current there.
    let inside = |snapshot: &Snapshot| snapshot.run(Snapshot::capture);
    assert_eq!(within("b", || inside(&snapshot)).run(|| (USER.get(), stack())), (Some(7), entered("b")));
    assert_eq!(within("b", || inside(&of_nothing)).run(stack), entered("b"));
    let none = inside(&snapshot);
    assert_eq!(within("b", || none.run(|| (USER.get(), stack()))), (Some(7), vec!["b", NOTHING]));
    let mut task = pin!(snapshot.scope(async { stack() }));
    assert_eq!(within("c", || poll(task.as_mut())), Poll::Ready(vec!["c"]));
}

#[test]
fn it_shows_in_no_snapshot() {
    let snapshot = within("a", Snapshot::capture);
    assert!(snapshot.is_empty());
    assert_eq!(format!("{snapshot:?}"), "Snapshot {}");
    let snapshot = within("a", || TENANT.run("blue", Snapshot::capture));
    assert!(!snapshot.is_empty());
    assert_eq!(format!("{snapshot:?}"), "Snapshot { \"tenant\" }");
}

#[test]
fn what_was_captured_lives_as_long_as_its_snapshots() {
    static LIVE: AtomicUsize = AtomicUsize::new(0);
    struct Counted;
    impl Drop for Counted {
        fn drop(&mut self) {
            LIVE.fetch_sub(1, Ordering::Relaxed);
        }
    }
    struct Counts(std::thread::ThreadId);
    impl Companion for Counts {
        type Captured = Counted;
        type Entered<'a> = &'a Counted;
        fn capture(&self) -> Option<Counted> {
            let mine = std::thread::current().id() == self.0;
            mine.then(|| {
                LIVE.fetch_add(1, Ordering::Relaxed);
                Counted
            })
        }
        fn enter<'a>(&'a self, captured: Option<&'a Counted>) -> Option<&'a Counted> {
            captured
        }
    }
    let registered = companion::register(Counts(std::thread::current().id()));
    let (first, second) = (Snapshot::capture(), Snapshot::capture());
    assert_eq!(LIVE.load(Ordering::Relaxed), 2);
    // Inside a snapshot, a new capture shadows the old one and does not keep it.
    let third = first.run(Snapshot::capture);
    assert_eq!(LIVE.load(Ordering::Relaxed), 3);
    drop(first);
    assert_eq!(LIVE.load(Ordering::Relaxed), 2);
    drop((second, third));
    assert_eq!(LIVE.load(Ordering::Relaxed), 0);

    registered.unregister();
    let _without = Snapshot::capture();
    assert_eq!(LIVE.load(Ordering::Relaxed), 0);
}

/// A level of this thread, of which each type of `N` has its own.
struct Level<const N: usize>;

thread_local! { static LEVELS: Cell<[u32; 4]> = const { Cell::new([0; 4]) } }

fn level<const N: usize>() -> u32 {
    LEVELS.get()[N]
}

fn replace_level<const N: usize>(level: u32) -> u32 {
    let mut levels = LEVELS.get();
    let old = mem::replace(&mut levels[N], level);
    LEVELS.set(levels);
    old
}

struct Back<const N: usize>(u32);

impl<const N: usize> Drop for Back<N> {
    fn drop(&mut self) {
        replace_level::<N>(self.0);
    }
}

/// Calls `f` at this level.
fn at<const N: usize, R>(level: u32, f: impl FnOnce() -> R) -> R {
    let _back = Back::<N>(replace_level::<N>(level));
    f()
}

impl<const N: usize> Companion for Level<N> {
    type Captured = u32;
    type Entered<'a> = Back<N>;
    fn capture(&self) -> Option<u32> {
        Some(level::<N>()).filter(|level| *level > 0)
    }
    fn enter<'a>(&'a self, captured: Option<&'a u32>) -> Option<Back<N>> {
        let new = captured.copied().unwrap_or(0);
        (new != level::<N>()).then(|| Back(replace_level::<N>(new)))
    }
}

#[test]
fn a_snapshot_from_before_the_registration_holds_nothing() {
    let before = at::<0, _>(1, Snapshot::capture);
    companion::register(Level::<0>);
    assert_eq!(at::<0, _>(2, || (before.run(level::<0>), level::<0>())), (0, 2));
}

#[test]
fn an_unregistered_companion_is_entered_only_if_captured() {
    let registered = companion::register(Level::<1>);
    let (holding, nothing) = (at::<1, _>(1, Snapshot::capture), Snapshot::capture());
    registered.unregister();
    let after = at::<1, _>(2, Snapshot::capture);
    let seen = at::<1, _>(3, || [&holding, &nothing, &after].map(|snapshot| snapshot.run(level::<1>)));
    assert_eq!(seen, [1, 3, 3]);
}

#[test]
fn a_companion_may_stay_as_it_is_where_nothing_was_captured() {
    companion::register(Level::<2>.only_captured());
    let (holding, nothing) = (at::<2, _>(1, Snapshot::capture), Snapshot::capture());
    let seen = at::<2, _>(3, || [&holding, &nothing, &Snapshot::empty()].map(|snapshot| snapshot.run(level::<2>)));
    assert_eq!(seen, [1, 3, 3]);
}

/// Otherwise it would call the companion again, without end.
#[test]
fn what_a_companion_enters_leaves_companions_alone() {
    struct Reenters;
    struct Left;
    fn run_some() -> u32 {
        TENANT.run("blue", Snapshot::capture).run(|| Snapshot::empty().run(level::<3>))
    }
    impl Drop for Left {
        fn drop(&mut self) {
            run_some();
            replace_level::<3>(1);
        }
    }
    impl Companion for Reenters {
        type Captured = u32;
        type Entered<'a> = Left;
        fn capture(&self) -> Option<u32> {
            Some(run_some())
        }
        fn enter<'a>(&'a self, captured: Option<&'a u32>) -> Option<Left> {
            let entered = Left;
            replace_level::<3>(captured.copied().unwrap_or(0) + 1);
            assert_eq!(run_some(), level::<3>());
            Some(entered)
        }
    }
    replace_level::<3>(1);
    let registered = companion::register(Reenters);
    let snapshot = Snapshot::capture();
    assert_eq!((snapshot.run(level::<3>), level::<3>()), (2, 1));
    assert_eq!((snapshot.run(|| snapshot.run(level::<3>)), level::<3>()), (2, 1));
    registered.unregister();
}

/// The companions' binding does not count as a binding in the cause of a failed read.
#[test]
fn a_failed_read_is_told_that_the_snapshot_is_empty() {
    let snapshot = within("alone", Snapshot::capture);
    TENANT.run("blue", || ());
    let error = snapshot.run(|| TENANT.try_get().unwrap_err());
    assert_eq!(error.cause(), Cause::EmptyScope);
}
