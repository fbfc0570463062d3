//! Snapshots are entered in the destructors of thread-locals too, before and after those of tracing.

use std::cell::RefCell;

use asynccontext::{Carried, Snapshot, Variable, thread};
use tracing::{Span, info_span};
use tracing_subscriber::prelude::*;

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

#[test]
fn a_destructor_may_enter_a_snapshot() {
    tracing_subscriber::registry().init();
    asynccontext_tracing::register();
    let message = || Some(NAME.run("there", || info_span!("request").in_scope(|| Carried::new(()))));
    for uses in [false, true] {
        let (early, late) = (message(), message());
        thread::spawn(move || {
            EARLY.set(Last(early));
            if uses {
                info_span!("within").in_scope(|| Snapshot::empty().run(|| assert!(Span::current().is_none())));
            }
            LATE.set(Last(late));
        })
        .join()
        .unwrap();
        let early = message();
        std::thread::spawn(move || EARLY.set(Last(early))).join().unwrap();
    }
}
