//! Snapshots can be entered in the destructors of thread-locals, before and after those of
//! OpenTelemetry.

#[path = "support/thread_end.rs"]
mod thread_end;

use asynccontext::{Carried, Snapshot};
use opentelemetry::Context;

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
    thread_end::a_destructor_may_enter_a_snapshot(
        || within(|| Carried::new(())),
        || within(|| Snapshot::empty().run(|| assert!(!is_within()))),
    );
}
