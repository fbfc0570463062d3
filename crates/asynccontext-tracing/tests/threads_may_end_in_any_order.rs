//! Snapshots can be entered in the destructors of thread-locals, before and after those of tracing.

#[path = "support/thread_end.rs"]
mod thread_end;

use asynccontext::{Carried, Snapshot};
use tracing::{Span, info_span};
use tracing_subscriber::prelude::*;

#[test]
fn a_destructor_may_enter_a_snapshot() {
    tracing_subscriber::registry().init();
    asynccontext_tracing::register();
    thread_end::a_destructor_may_enter_a_snapshot(
        || info_span!("request").in_scope(|| Carried::new(())),
        || info_span!("within").in_scope(|| Snapshot::empty().run(|| assert!(Span::current().is_none()))),
    );
}
