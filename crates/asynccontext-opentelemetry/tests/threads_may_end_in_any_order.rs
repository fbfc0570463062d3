//! Snapshots are entered in the destructors of thread-locals too, before and after those of OpenTelemetry.

use std::cell::RefCell;

use asynccontext::{Carried, Snapshot, Variable, thread};
use opentelemetry::Context;

static NAME: Variable<&str> = Variable::named("name");

/// Enters and takes snapshots when it is dropped.
struct Last(Option<Carried<()>>);

impl Drop for Last {
    fn drop(&mut self) {
        assert_eq!(Snapshot::empty().run(|| NAME.get()), None);
        NAME.run("here", || assert_eq!(Snapshot::capture().run(|| NAME.get()), Some("here")));
        if let Some(message) = self.0.take() {
            assert_eq!(message.handle(|()| NAME.get()), Some("there"));
        }
    }
}

thread_local! {
    static EARLY: RefCell<Last> = const { RefCell::new(Last(None)) };
    static LATE: RefCell<Last> = const { RefCell::new(Last(None)) };
}

struct Shard;

fn within<R>(f: impl FnOnce() -> R) -> R {
    let _attached = Context::current_with_value(Shard).attach();
    f()
}

fn is_within() -> bool {
    Context::map_current(|context| context.get::<Shard>().is_some())
}

#[test]
fn a_destructor_may_enter_a_snapshot() {
    asynccontext_opentelemetry::register();
    let message = || Some(NAME.run("there", || within(|| Carried::new(()))));
    for uses in [false, true] {
        let (early, late) = (message(), message());
        thread::spawn(move || {
            EARLY.set(Last(early));
            if uses {
                within(|| Snapshot::empty().run(|| assert!(!is_within())));
            }
            LATE.set(Last(late));
        })
        .join()
        .unwrap();
        let early = message();
        std::thread::spawn(move || EARLY.set(Last(early))).join().unwrap();
    }
}
