//! Auto traits and sizes, which are part of the public interface, so that a change is noticed.

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::rc::Rc;

use asynccontext::lost::Lost;
use asynccontext::spec::Agent;
use asynccontext::{Carried, Guard, NotInTask, Scoped, Snapshot, TaskGuard, Unbound, Variable, Wrapped, thread};

/// Whether a type has a trait, as a constant: the inherent one is found first.
macro_rules! has {
    ($type:ty: $($bound:tt)+) => {{
        #[allow(dead_code)]
        trait No { const HAS: bool = false; }
        impl<T: ?Sized> No for T {}
        #[allow(dead_code)]
        struct Probe<T: ?Sized>(std::marker::PhantomData<T>);
        #[allow(dead_code)]
        impl<T: ?Sized + $($bound)+> Probe<T> { const HAS: bool = true; }
        <Probe<$type>>::HAS
    }};
}

#[test]
fn the_probe_tells_the_difference() {
    assert!(has!(u8: Send) && !has!(Rc<u8>: Send));
}

#[test]
fn variables_and_snapshots_go_everywhere() {
    assert!(has!(Variable<u8>: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe));
    assert!(has!(Snapshot: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe));
    assert!(has!(Snapshot: Clone + Default + std::fmt::Debug));
    assert!(has!(Unbound: Send + Sync + std::error::Error));
    assert!(has!(NotInTask: Send + Sync + std::error::Error));
    assert!(has!(Lost: Send + Sync + Clone + std::fmt::Display));
}

#[test]
fn exported_variables_go_everywhere() {
    use asynccontext::carrier::{Dropped, Export, Exported, Exports, ExtractError, Incoming, InjectError, Outgoing};
    use asynccontext::carrier::{Import, Imported, Imports, Reason, Refusal};
    assert!(has!(Exported<u8>: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe));
    assert!(has!(Export: Send + Sync + Unpin + Copy) && has!(Exports: Send + Sync + Unpin + Copy));
    assert!(has!(Reason: Send + Sync + std::error::Error) && has!(Refusal: Send + Sync));
    assert!(has!(Import: Send + Sync + Unpin + Copy) && has!(Imports: Send + Sync + Unpin));
    assert!(has!(Imported: Send + Sync) && has!(Dropped: Send + Sync + Copy + Eq));
    assert!(has!(Exports: Outgoing) && has!(&'static dyn Outgoing: Outgoing + Send + Sync));
    assert!(has!(Imports: Incoming) && has!(&'static dyn Incoming: Incoming + Send + Sync));
    assert!(has!(InjectError: Send + Sync + std::error::Error) && has!(ExtractError: Send + Sync + std::error::Error));
}

#[test]
fn a_guard_stays_and_a_task_guard_travels() {
    assert!(!has!(Guard: Send) && !has!(Guard: Sync));
    assert!(has!(Guard: Unpin + UnwindSafe + RefUnwindSafe));
    assert!(has!(TaskGuard: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe));
    assert!(!has!(Guard: Clone) && !has!(TaskGuard: Clone));
}

#[test]
fn a_scoped_value_has_what_the_value_has() {
    assert!(has!(Scoped<u8>: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe));
    assert!(!has!(Scoped<Rc<u8>>: Send) && !has!(Scoped<Rc<u8>>: Sync));
    type NotSync = std::cell::Cell<u8>;
    assert!(has!(Scoped<NotSync>: Send) && !has!(Scoped<NotSync>: Sync));
    assert!(!has!(Scoped<NotSync>: RefUnwindSafe));
    assert!(!has!(Scoped<std::marker::PhantomPinned>: Unpin));
    assert!(!has!(Scoped<&'static mut u8>: UnwindSafe));
    assert!(!has!(Scoped<u8>: Clone));
}

#[test]
fn a_wrapped_closure_has_what_the_closure_has() {
    assert!(has!(Wrapped<fn()>: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + Clone));
    assert!(!has!(Wrapped<Rc<u8>>: Send) && !has!(Wrapped<Rc<u8>>: Sync));
    assert!(!has!(Wrapped<&'static mut u8>: Clone));
}

/// A scoped future is not an iterator, and so on.
#[test]
fn a_scoped_value_is_what_the_value_is() {
    use std::iter::{DoubleEndedIterator, ExactSizeIterator, FusedIterator};
    type Numbers = Scoped<std::ops::Range<u8>>;
    assert!(has!(Numbers: Iterator<Item = u8> + DoubleEndedIterator + ExactSizeIterator + FusedIterator));
    assert!(!has!(Scoped<std::iter::FromFn<fn() -> Option<u8>>>: DoubleEndedIterator));
    assert!(!has!(Numbers: Future));
    assert!(has!(Scoped<std::future::Ready<u8>>: Future<Output = u8>));
    assert!(!has!(Scoped<std::future::Ready<u8>>: Iterator));
}

#[cfg(feature = "futures")]
#[test]
fn a_scoped_stream_or_sink_is_one() {
    use futures::future::{FusedFuture, Pending};
    use futures::sink::{Drain, Sink};
    use futures::stream::{Empty, FusedStream, Stream};
    assert!(has!(Scoped<Empty<u8>>: Stream<Item = u8> + FusedStream));
    assert!(has!(Scoped<Drain<u8>>: Sink<u8>) && !has!(Scoped<Drain<u8>>: Sink<u16>));
    assert!(has!(Scoped<Pending<u8>>: FusedFuture) && !has!(Scoped<Pending<u8>>: Stream));
}

#[cfg(feature = "futures-io")]
#[test]
fn a_scoped_reader_or_writer_is_one() {
    use futures::io::{AsyncBufRead, AsyncRead, AsyncSeek, AsyncWrite, Cursor, Empty};
    type InMemory = Scoped<Cursor<Vec<u8>>>;
    assert!(has!(InMemory: AsyncRead + AsyncBufRead + AsyncWrite + AsyncSeek));
    assert!(has!(Scoped<Empty>: AsyncRead) && !has!(Scoped<Empty>: AsyncWrite));
}

#[cfg(feature = "http-body")]
#[test]
fn a_scoped_body_is_one() {
    use http_body::Body;
    assert!(has!(Scoped<String>: Body<Data: Send>) && !has!(Scoped<u8>: Body));
}

#[test]
fn a_carried_message_has_what_its_value_has() {
    assert!(has!(Carried<u8>: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + Clone));
    assert!(!has!(Carried<Rc<u8>>: Send) && !has!(Carried<Rc<u8>>: Sync));
    assert!(!has!(Carried<&'static mut u8>: Clone));
}

#[test]
fn a_scope_of_threads_has_what_std_s_has() {
    type Bare = std::thread::Scope<'static, 'static>;
    assert!(has!(Bare: Send + Sync + std::fmt::Debug) && !has!(Bare: UnwindSafe));
    type Ours = thread::Scope<'static, 'static>;
    assert!(has!(Ours: Send + Sync + std::fmt::Debug) && !has!(Ours: UnwindSafe));
    assert_eq!(has!(Ours: RefUnwindSafe), has!(Bare: RefUnwindSafe)); // by platform
    assert!(has!(thread::Builder: Send + Sync + std::fmt::Debug));
}

/// An engine's agent has no bounds on its mapping.
#[test]
fn an_agent_has_what_the_mapping_has() {
    assert!(has!(Agent<u8>: Send) && !has!(Agent<u8>: Sync));
    assert!(!has!(Agent<Rc<u8>>: Send));
}

/// Debug builds record where a snapshot, and the snapshot of a frame, was captured.
#[cfg(target_pointer_width = "64")]
const PLACE: usize = if cfg!(debug_assertions) { 8 } else { 0 };

#[cfg(target_pointer_width = "64")]
#[test]
fn sizes() {
    // Only exported variables pay for the export.
    assert_eq!(size_of::<Variable<u64>>(), 48);
    assert_eq!(size_of::<asynccontext::carrier::Exported<u64>>(), 48 + 32);
    assert_eq!(size_of::<Snapshot>(), 8 + PLACE);
    assert_eq!(size_of::<Scoped<()>>(), 24 + 3 * PLACE);
    assert_eq!(size_of::<Scoped<[u64; 10]>>(), 24 + 3 * PLACE + 80);
    assert_eq!(size_of::<Unbound>(), 8);
    assert_eq!(size_of::<Result<u64, Unbound>>(), 16);
    assert_eq!(size_of::<Guard>(), 16);
    assert_eq!(size_of::<TaskGuard>(), 16);
    assert_eq!(size_of::<Wrapped<fn()>>(), 16 + PLACE);
    assert_eq!(size_of::<Carried<u64>>(), 16 + PLACE);
}
