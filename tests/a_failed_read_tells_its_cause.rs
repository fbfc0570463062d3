//! The error of a failed read: its cause, its location, and its advice.

use std::panic::Location;
use std::thread;

use asynccontext::agent::async_context_swap;
use asynccontext::{Cause, Propagate, Snapshot, Unbound, Variable};
use futures::executor::block_on;

static TENANT: Variable<&str> = Variable::named("tenant");
static USER: Variable<&str> = Variable::named("user");

/// Binds the variable once, so that no later read has the cause `NeverBound`.
fn fail() -> Unbound {
    TENANT.run("before", || ());
    TENANT.try_get().unwrap_err()
}

fn cause() -> Cause {
    fail().cause()
}

#[test]
fn a_variable_that_nothing_bound() {
    let local: Variable<u8> = Variable::named("local");
    let cause = || local.try_get().unwrap_err().cause();
    assert_eq!(cause(), Cause::NeverBound);
    // also where there is a scope
    assert_eq!(USER.run("ann", cause), Cause::NeverBound);
    local.run(1, || ());
    assert_eq!(cause(), Cause::NoScope);
}

/// A `const` is a new variable at each use, so the binding and the read use different variables.
#[test]
fn a_const_is_never_bound() {
    #[expect(clippy::declare_interior_mutable_const, reason = "the mistake under test")]
    const LEVEL: Variable<u8> = Variable::named("level");
    #[expect(clippy::borrow_interior_mutable_const, reason = "the mistake under test")]
    let error = LEVEL.run(1, || LEVEL.try_get().unwrap_err());
    assert_eq!(error.cause(), Cause::NeverBound);
    assert!(error.to_string().contains("`static`"));
}

#[test]
fn bare_work_and_work_after_the_scope() {
    assert_eq!(cause(), Cause::NoScope);
    TENANT.run("blue", || assert_eq!(thread::spawn(cause).join().unwrap(), Cause::NoScope));
    let late = TENANT.run("blue", || async { cause() });
    assert_eq!(block_on(late), Cause::NoScope);
}

#[test]
fn an_empty_snapshot() {
    TENANT.run("blue", || {
        assert_eq!(Snapshot::empty().run(cause), Cause::EmptyScope);
        assert_eq!(block_on(Snapshot::empty().scope(async { cause() })), Cause::EmptyScope);
        let bare = thread::spawn(|| block_on(async { cause() }.in_current_snapshot()));
        assert_eq!(bare.join().unwrap(), Cause::EmptyScope);
    });
    thread::spawn(|| {
        async_context_swap(Snapshot::empty());
        assert_eq!(cause(), Cause::EmptyScope); // swapped in at the thread's root
    })
    .join()
    .unwrap();
}

#[test]
fn others_are_bound() {
    assert_eq!(USER.run("ann", cause), Cause::OthersOnly);
    let _guard = USER.enter("ann");
    assert_eq!(cause(), Cause::OthersOnly); // entered at the thread's root
    let before = Snapshot::capture();
    TENANT.run("blue", || assert_eq!(before.run(cause), Cause::OthersOnly));
}

/// Bound at the spawn, alone or with other variables, and left out of the work.
#[test]
fn an_uninherited_variable_in_detached_work() {
    static UNINHERITED: Variable<u8> = Variable::named("uninherited").uninherited();
    let cause = || UNINHERITED.try_get().unwrap_err().cause();
    assert_eq!(USER.run("ann", cause), Cause::NeverBound);
    let spawned = || asynccontext::thread::spawn(cause).join().unwrap();
    assert_eq!(UNINHERITED.run(1, spawned), Cause::Uninherited);
    assert_eq!(USER.run("ann", || UNINHERITED.run(1, spawned)), Cause::Uninherited);
    assert_eq!(UNINHERITED.run(1, || thread::spawn(cause).join().unwrap()), Cause::NoScope);
}

#[test]
fn the_message_names_location_thread_and_fix() {
    let named = thread::Builder::new().name("worker-7".to_owned());
    let (error, line) = named
        .spawn(|| {
            TENANT.run("before", || ());
            (TENANT.try_get().unwrap_err(), line!())
        })
        .unwrap()
        .join()
        .unwrap();
    let place: &Location<'_> = error.location();
    assert_eq!((place.file(), place.line()), (file!(), line));
    let text = error.to_string();
    let start = format!("variable \"tenant\" has no value here (read at {place} on thread \"worker-7\"): ");
    assert!(text.starts_with(&start), "{text}");
    for (cause, advice) in [
        (Cause::NeverBound, "`scope`"),
        (Cause::NoScope, "`in_current_snapshot`"),
        (Cause::Uninherited, "`spawn(task.in_current_snapshot())`"),
        (Cause::EmptyScope, "Capture the snapshot (or spawn) where the variable is bound"),
        (Cause::OthersOnly, "but not this one"),
    ] {
        assert!(cause.to_string().contains(advice), "{cause}");
    }
    assert!(text.ends_with(&Cause::NoScope.to_string()));
    let nameless = thread::spawn(fail).join().unwrap();
    assert!(nameless.to_string().contains(" on an unnamed thread)"));
}

#[test]
fn errors_are_equal_if_they_are_of_one_place() {
    let twice: Vec<Unbound> = (0..2).map(|_| fail()).collect();
    assert_eq!(twice[0], twice[1]);
    assert_ne!(twice[0], USER.run("ann", fail)); // another cause
    assert_ne!(twice[0], thread::spawn(fail).join().unwrap()); // another thread
    assert_ne!(twice[0], TENANT.try_get().unwrap_err()); // another line
}

#[cfg(feature = "tokio")]
#[test]
fn the_message_names_tokio_s_task() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (id, error) = runtime.block_on(async {
        let task = tokio::spawn(async { fail() });
        (task.id(), task.await.unwrap())
    });
    assert_eq!(error.cause(), Cause::NoScope);
    assert!(error.to_string().contains(&format!(" in tokio's task {id}): ")), "{error}");
}

/// Also in the destructor of a thread-local, and in a value's.
#[test]
fn a_destructor_can_fail_to_read() {
    use std::sync::mpsc::{Sender, channel};
    struct Late(Sender<Cause>);
    impl Drop for Late {
        fn drop(&mut self) {
            self.0.send(cause()).unwrap();
        }
    }
    thread_local! { static LATE: std::cell::OnceCell<Late> = const { std::cell::OnceCell::new() } }
    static HOLDS: Variable<Late> = Variable::named("holds");

    let (send, seen) = channel();
    thread::spawn(move || {
        HOLDS.run(Late(send.clone()), || ());
        LATE.with(|late| late.set(Late(send)).ok().unwrap());
    })
    .join()
    .unwrap();
    assert_eq!(seen.iter().collect::<Vec<_>>(), [Cause::NoScope; 2]);
}
