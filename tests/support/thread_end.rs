//! Snapshots that are entered and captured in the destructors of thread-locals, before and after
//! those of a companion.

use std::cell::RefCell;

use asynccontext::{Carried, Snapshot, Variable, thread};

static NAME: Variable<&str> = Variable::named("name");

/// Enters and captures snapshots when it is dropped.
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

/// `carried` creates a message where foreign context is current; `uses` creates the companion's
/// thread-locals.
pub(crate) fn a_destructor_may_enter_a_snapshot(carried: fn() -> Carried<()>, uses: fn()) {
    let message = || Some(NAME.run("there", carried));
    for is_used in [false, true] {
        let (early, late) = (message(), message());
        thread::spawn(move || {
            EARLY.set(Last(early));
            if is_used {
                uses();
            }
            LATE.set(Last(late));
        })
        .join()
        .unwrap();
        let early = message();
        std::thread::spawn(move || EARLY.set(Last(early))).join().unwrap();
    }
}
