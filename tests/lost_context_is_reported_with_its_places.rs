//! Reports of lost context: the exact lines for each way to lose a value.

#![cfg(debug_assertions)]

use std::panic::Location;
use std::pin::Pin;
use std::sync::{Mutex, Once};
use std::task::{Context, Poll, Waker};
use std::thread;

use asynccontext::lost::{self, Lost};
use asynccontext::{Carried, Cause, Propagate, Snapshot, Variable};
use futures::executor::block_on;

static REPORTS: Mutex<Vec<Lost>> = Mutex::new(Vec::new());

/// Turns reports on, once for all tests: each has variables of its own.
fn on() {
    static ON: Once = Once::new();
    ON.call_once(|| lost::report(|lost| REPORTS.lock().unwrap().push(lost.clone())));
}

/// Takes the reports on `variable` so far.
fn reports<T: Send + Sync>(variable: &Variable<T>) -> Vec<Lost> {
    let mut reports = REPORTS.lock().unwrap();
    let (found, others) = reports.drain(..).partition(|lost| lost.error().name() == variable.name());
    *reports = others;
    found
}

/// The only report on `variable`.
#[track_caller]
fn report<T: Send + Sync>(variable: &Variable<T>) -> Lost {
    let [lost] = &reports(variable)[..] else { panic!("not one report") };
    lost.clone()
}

#[track_caller]
fn line(place: &Location<'_>) -> u32 {
    assert_eq!(place.file(), file!());
    place.line()
}

/// The lines of the read, of the binding, and of the snapshot.
#[track_caller]
fn lines(lost: &Lost) -> (u32, Option<u32>, Option<u32>) {
    let bound = lost.binding().map(|binding| line(binding.location()));
    (line(lost.error().location()), bound, lost.snapshot().map(line))
}

#[test]
fn nothing_lost_nothing_reported() {
    on();
    static KEPT: Variable<u8> = Variable::named("kept");
    static LEVEL: Variable<u8> = Variable::named("level").with_default(1);
    KEPT.run(1, || {
        assert_eq!(KEPT.try_get(), Ok(1));
        assert_eq!(LEVEL.try_get(), Ok(1));
        assert_eq!(asynccontext::thread::spawn(|| KEPT.try_get()).join().unwrap(), Ok(1));
    });
    assert_eq!(block_on(KEPT.scope(2, async { KEPT.try_with(|n| *n) })), Ok(2));
    assert_eq!(KEPT.get(), None); // no error
    assert!(reports(&KEPT).is_empty() && reports(&LEVEL).is_empty());
}

#[test]
fn a_bare_thread() {
    on();
    static BARE: Variable<u8> = Variable::named("bare");
    let bound = line!() + 1;
    BARE.run(1, || {
        let bare = thread::Builder::new().name("mailer".into());
        bare.spawn(|| BARE.try_get().unwrap_err()).unwrap().join().unwrap();
    });
    let lost = report(&BARE);
    assert_eq!(lines(&lost), (bound + 2, Some(bound), None));
    assert_eq!(lost.error().cause(), Cause::NoScope);
    let binding = lost.binding().unwrap();
    assert!(!binding.has_ended());
    assert_eq!(binding.thread().id(), thread::current().id());
    let name = thread::current().name().unwrap().to_owned();
    let text = lost.to_string();
    assert!(text.contains(" on thread \"mailer\"): "), "{text}");
    let here = file!();
    let found = format!("\n  last bound on thread {name:?} by `run` at {here}:{bound}:10: its closure still runs\n");
    assert!(text.contains(&found), "{text}");
    assert!(text.ends_with("\n  no snapshot was entered between here and the start of the thread"), "{text}");
}

/// The typical mistake: the future is polled after `run` has ended.
#[test]
fn run_with_a_future() {
    on();
    static TRAP: Variable<u8> = Variable::named("trap");
    let future = TRAP.run(1, || async { TRAP.try_get().is_err() });
    let bound = line!() - 1;
    // Other variables may be bound and used meanwhile.
    thread::spawn(|| TRAP.run(2, || TRAP.get())).join().unwrap();
    assert!(block_on(future));
    let lost = report(&TRAP);
    assert_eq!(lines(&lost), (bound, Some(bound), None));
    let binding = lost.binding().unwrap();
    assert!(binding.has_ended() && !binding.was_used());
    let text = lost.to_string();
    assert!(text.contains("\n  last bound on this thread by `run` at "), "{text}");
    assert!(text.contains("Did it return a future, or spawn one bare?"), "{text}");
}

/// A binding whose value was read or captured is not reported as unused.
#[test]
fn a_run_that_is_over() {
    on();
    static OVER: Variable<u8> = Variable::named("over");
    for use_it in [|| _ = OVER.get(), || _ = Snapshot::capture()] {
        OVER.run(1, use_it);
        let bound = line!() - 1;
        OVER.try_get().unwrap_err();
        let lost = report(&OVER);
        assert_eq!(lines(&lost), (bound + 2, Some(bound), None));
        let binding = lost.binding().unwrap();
        assert!(binding.has_ended() && binding.was_used());
        assert!(lost.to_string().contains(": its closure has returned\n"));
    }
    // An unused binding is not reported if a later one was used properly.
    OVER.run(2, || ());
    OVER.run(3, || OVER.get());
    let bound = line!() - 1;
    OVER.try_get().unwrap_err();
    assert_eq!(lines(&report(&OVER)).1, Some(bound));
}

#[test]
fn a_run_that_another_thread_did_not_use() {
    on();
    static UNUSED: Variable<u8> = Variable::named("unused");
    std::thread::spawn(|| UNUSED.run(1, || ())).join().unwrap();
    UNUSED.try_get().unwrap_err();
    let text = report(&UNUSED).to_string();
    assert!(text.contains("before anything read or captured"), "{text}");
}

#[test]
fn a_guard_dropped_at_once() {
    on();
    static STEP: Variable<u8> = Variable::named("step");
    let _ = STEP.enter(1);
    let bound = line!() - 1;
    STEP.try_get().unwrap_err();
    let lost = report(&STEP);
    assert_eq!(lines(&lost), (bound + 2, Some(bound), None));
    assert!(lost.to_string().contains("Was it bound to `_`"), "{lost}");

    let guard = STEP.enter(2);
    assert_eq!(STEP.get(), Some(2));
    drop(guard);
    STEP.try_get().unwrap_err();
    assert!(report(&STEP).to_string().contains(": its guard was dropped\n"));
}

#[test]
fn a_snapshot_from_before_the_binding() {
    on();
    static LATE: Variable<u8> = Variable::named("late");
    static USER: Variable<u8> = Variable::named("user");
    let early = USER.run(1, || async { LATE.try_get().is_err() }.in_current_snapshot());
    let captured = line!() - 1;
    assert!(LATE.run(1, || block_on(early)));
    let lost = report(&LATE);
    assert_eq!(lines(&lost), (captured, Some(captured + 2), Some(captured)));
    assert_eq!(lost.error().cause(), Cause::OthersOnly);
    let text = lost.to_string();
    let place = format!("\n  this code runs in the snapshot that was captured at {}:{captured}:", file!());
    assert!(text.contains(&place), "{text}");
}

#[test]
fn a_snapshot_around_a_scope() {
    on();
    static ABSENT: Variable<u8> = Variable::named("absent");
    static AROUND: Variable<u8> = Variable::named("around");
    ABSENT.run(1, || ());
    let snapshot = AROUND.run(1, || Snapshot::capture());
    let captured = line!() - 1;
    snapshot.run(|| AROUND.run(2, || ABSENT.try_get().unwrap_err()));
    assert_eq!(lines(&report(&ABSENT)).2, Some(captured));
}

/// Detached work starts without it, in the snapshot captured at the spawn.
#[test]
fn an_uninherited_variable() {
    on();
    static OPEN: Variable<u8> = Variable::named("open").uninherited();
    let bound = line!() + 1;
    OPEN.run(1, || {
        asynccontext::thread::spawn(|| OPEN.try_get().unwrap_err()).join().unwrap();
    });
    let lost = report(&OPEN);
    assert_eq!(lines(&lost), (bound + 1, Some(bound), Some(bound + 1)));
    assert_eq!(lost.error().cause(), Cause::Uninherited);
}

/// The scope starts after `run` has ended.
#[test]
fn a_scope_that_run_returned() {
    on();
    static OUTER: Variable<u8> = Variable::named("outer");
    static INNER: Variable<u8> = Variable::named("inner");
    let first = line!() + 1;
    let task = OUTER.run(1, || {
        INNER.scope(2, async { OUTER.try_get().is_err() }) // made here, started below
    });
    assert!(block_on(task));
    let lost = report(&OUTER);
    assert_eq!(lines(&lost), (first + 1, Some(first), None));
    assert_eq!(lost.error().cause(), Cause::OthersOnly);
    let fix = "Did it return a future, or spawn one bare? A future gets its value by `scope`, as in `a.scope(1, b.scope(2, f))`";
    assert!(lost.to_string().contains(fix), "{lost}");
}

/// Its code runs in the mapping that was current at the start, on every thread.
#[test]
fn a_scope_tells_the_snapshot_it_started_in() {
    on();
    static NEVER: Variable<u8> = Variable::named("never-in-a-scope");
    static BOUND: Variable<u8> = Variable::named("bound-in-a-scope");
    let new = || {
        let mut polled = false;
        Box::pin(BOUND.scope(
            1,
            std::future::poll_fn(move |_| {
                NEVER.try_get().unwrap_err();
                if std::mem::replace(&mut polled, true) { Poll::Ready(()) } else { Poll::Pending }
            }),
        ))
    };
    let poll = |task: &mut Pin<Box<dyn Future<Output = ()> + Send>>| {
        task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready()
    };
    let started = Snapshot::capture();
    let at = line!() - 1;
    let other = Snapshot::capture();
    let mut task: Pin<Box<dyn Future<Output = ()> + Send>> = new();
    assert!(!started.run(|| poll(&mut task)));
    assert!(other.run(|| poll(&mut task)));
    let mut task: Pin<Box<dyn Future<Output = ()> + Send>> = new();
    thread::spawn(move || {
        assert!(!poll(&mut task));
        assert!(other.run(|| poll(&mut task)), "started bare");
    })
    .join()
    .unwrap();
    let places: Vec<_> = reports(&NEVER).iter().map(|lost| lines(lost).2).collect();
    assert_eq!(places, [Some(at), Some(at), None, None]);

    struct Hints;
    impl Iterator for Hints {
        type Item = ();
        fn next(&mut self) -> Option<()> {
            None
        }
        fn size_hint(&self) -> (usize, Option<usize>) {
            NEVER.try_get().unwrap_err();
            (0, None)
        }
    }
    let looked_at = BOUND.scope(1, Hints);
    let at = line!() - 1;
    assert_eq!(looked_at.size_hint(), (0, None));
    assert_eq!(lines(&report(&NEVER)).2, Some(at), "what it would start with was made there");
}

#[test]
fn a_scope_that_is_gone() {
    on();
    static GONE: Variable<u8> = Variable::named("gone");
    block_on(GONE.scope(1, async {}));
    let bound = line!() - 1;
    GONE.try_get().unwrap_err();
    let lost = report(&GONE);
    assert_eq!(lines(&lost).1, Some(bound));
    assert!(lost.binding().unwrap().has_ended());
    assert!(lost.to_string().contains(": nothing holds its value any more\n"), "{lost}");

    static PANICKED: Variable<u8> = Variable::named("panicked");
    std::panic::catch_unwind(|| PANICKED.run(1, || panic!("as it should"))).unwrap_err();
    PANICKED.try_get().unwrap_err();
    assert!(report(&PANICKED).binding().unwrap().has_ended());
}

/// Each adapter's snapshot has the location of the call that captured it.
#[test]
fn every_adapter_tells_where_it_captured() {
    on();
    static NEVER: Variable<u8> = Variable::named("never");
    fn read() {
        NEVER.try_get().unwrap_err();
    }
    let mut expected = Vec::new();
    let mut at = |line: u32| expected.push(Some(line));

    asynccontext::thread::spawn(read).join().unwrap();
    at(line!() - 1);
    asynccontext::thread::Builder::new().spawn(read).unwrap().join().unwrap();
    at(line!() - 1);
    asynccontext::thread::scope(|scope| scope.spawn(read).join().unwrap());
    at(line!() - 1);
    block_on(async { read() }.in_current_snapshot());
    at(line!() - 1);
    let wrapped = Snapshot::capture().wrap(read);
    at(line!() - 1);
    wrapped.call(());
    let snapshot = Snapshot::capture();
    at(line!() - 1);
    snapshot.clone().run(read);
    let empty = Snapshot::empty();
    at(line!() - 1);
    empty.run(|| snapshot.run(|| empty.run(read)));
    let message = Carried::new(());
    at(line!() - 1);
    message.handle(|()| read());
    NEVER.run(1, || snapshot.run(|| empty.run(|| ()))); // nothing lost
    thread::spawn(|| {
        asynccontext::agent::async_context_swap(Snapshot::empty());
        read();
    })
    .join()
    .unwrap();
    at(line!() - 5);
    assert_eq!((0..2).map(|_| read()).in_current_snapshot().count(), 2);
    at(line!() - 1);
    at(line!() - 2);
    #[cfg(feature = "rayon")]
    {
        asynccontext::rayon::join(read, || ());
        at(line!() - 1);
        asynccontext::rayon::scope(|scope| scope.spawn(|_| read()));
        at(line!() - 1);
    }

    let seen: Vec<_> = reports(&NEVER).iter().map(|lost| lost.snapshot().map(line)).collect();
    assert_eq!(seen, expected);
}

#[cfg(feature = "tokio-rt-multi-thread")]
#[test]
fn tasks_of_tokio() {
    use asynccontext::tokio as carried;
    on();
    static TASK: Variable<u8> = Variable::named("task");
    async fn read() {
        TASK.try_get().unwrap_err();
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _entered = runtime.enter();

    let bare = TASK.run(1, || tokio::spawn(read()));
    let bound = line!() - 1;
    let id = bare.id();
    runtime.block_on(bare).unwrap();
    let lost = report(&TASK);
    assert_eq!((lines(&lost).1, lines(&lost).2), (Some(bound), None));
    assert!(lost.to_string().contains(&format!(" in tokio's task {id}): ")), "{lost}");

    let mut set = carried::JoinSet::new();
    let spawned = line!();
    let tasks: [&mut dyn FnMut(); 4] = [
        &mut || runtime.block_on(carried::spawn(read())).unwrap(),
        &mut || runtime.block_on(carried::spawn_blocking(|| TASK.try_get().map(drop).unwrap_err())).map(drop).unwrap(),
        &mut || runtime.block_on(carried::Handle::current().spawn(read())).unwrap(),
        &mut || _ = set.spawn_on(read(), &runtime.handle().clone()),
    ];
    for task in tasks {
        task();
    }
    runtime.block_on(set.join_all());
    let seen: Vec<_> = reports(&TASK).iter().map(|lost| lines(lost).2).collect();
    assert_eq!(seen, [2, 3, 4, 5].map(|n| Some(spawned + n)));
}

/// A snapshot that was read from a carrier has the location of the call.
#[test]
fn what_came_in_from_outside() {
    use asynccontext::carrier::{Exported, Exports};
    on();
    static IN: Exported<u64> = Variable::named("in").exported("x-in");
    static ABSENT: Exported<u64> = Variable::named("absent").exported("x-absent");
    static BOTH: Exports = Exports::new(&[IN.export(), ABSENT.export()]);

    let snapshot = BOTH.extract(&vec![("x-in".to_owned(), "7".to_owned())]).unwrap();
    let extracted = line!() - 1;
    ABSENT.run(1, || snapshot.run(|| ABSENT.try_get().unwrap_err()));
    assert_eq!(lines(&report(&ABSENT)), (extracted + 2, Some(extracted + 2), Some(extracted)));
    IN.try_get().unwrap_err();
    let lost = report(&IN);
    assert_eq!(lines(&lost), (extracted + 4, Some(extracted), None));
    assert!(lost.to_string().contains(&format!(" by `extract` at {}:{extracted}:", file!())), "{lost}");
}

/// In a value's drop, in the destructor of a thread-local, and from a report that reads itself.
#[test]
fn a_report_works_everywhere() {
    on();
    static DROPPED: Variable<Late> = Variable::named("dropped");
    struct Late;
    impl Drop for Late {
        fn drop(&mut self) {
            assert!(DROPPED.try_with(|_| ()).is_err());
        }
    }
    thread_local! { static LATE: Late = const { Late } }

    DROPPED.run(Late, || ());
    let binding = report(&DROPPED).binding().unwrap().clone();
    assert!(binding.has_ended() && !binding.was_used());
    thread::spawn(|| LATE.with(|_| ())).join().unwrap();
    assert_eq!(lines(&report(&DROPPED)).2, None);
}

/// Dropping a variable drops its records, and it is never confused with another.
#[test]
fn variables_made_at_run_time() {
    on();
    for turn in 0..100 {
        let local: Variable<u8> = Variable::new().with_name("local");
        let snapshot = local.run(turn, || Snapshot::capture());
        local.try_get().unwrap_err();
        assert!(lines(&report(&local)).1.is_some());
        drop(local);
        drop(snapshot);
        let next: Variable<u8> = Variable::new().with_name("local");
        next.try_get().unwrap_err();
        assert_eq!(lines(&report(&next)).1, None);
    }
}
