//! Work that its holder drives step by step: futures, iterators, streams, sinks, readers, writers
//! and HTTP bodies.

use asynccontext::als::AsyncResource;
use asynccontext::{Carried, Propagate, Snapshot};

use crate::probe::NAME;
use crate::row::{Carry, Row};
use crate::support::poll;

pub const ROWS: &[Row] = &[
    Row::steps("Propagate::in_current_snapshot", |_, probe| future(probe.in_current_snapshot())),
    Row::steps("Propagate::with_snapshot", |_, probe| future(Propagate::with_snapshot(probe, Snapshot::capture()))),
    Row::steps("Snapshot::scope", |_, probe| future(Snapshot::capture().scope(probe))),
    Row::steps("Variable::scope", |_, probe| {
        let name = NAME.get().unwrap();
        Snapshot::empty().run(|| future(NAME.scope(name, probe)))
    }),
    Row::steps("AsyncResource::scope", |_, probe| future(AsyncResource::new("row").scope(probe))),
    Row::steps("Carried::handle_async", |_, probe| {
        let mut message = Some(Carried::new(probe));
        let mut handled = None;
        held(move || {
            if let Some(message) = message.take() {
                handled = Some(Box::pin(message.handle_async(|probe| probe)));
            }
            poll(handled.as_mut().unwrap().as_mut()).is_pending()
        })
    }),
    Row::steps("Iterator::next", |_, probe| {
        let mut rows = probe.in_current_snapshot();
        held(move || Iterator::next(&mut rows).is_some())
    }),
    Row::steps("Iterator::nth", |_, probe| {
        let mut rows = probe.in_current_snapshot();
        held(move || rows.nth(1).is_some())
    }),
    Row::steps("DoubleEndedIterator::next_back", |_, probe| {
        let mut rows = probe.in_current_snapshot();
        held(move || rows.next_back().is_some())
    }),
    #[cfg(feature = "futures")]
    Row::steps("Stream", |_, probe| {
        let mut rows = probe.in_current_snapshot();
        held(move || ready(futures::StreamExt::next(&mut rows)).is_some())
    }),
    #[cfg(feature = "futures")]
    Row::steps("Sink", |_, probe| {
        let mut rows = probe.in_current_snapshot();
        held(move || ready(futures::SinkExt::send(&mut rows, ())).is_ok())
    }),
    #[cfg(feature = "futures-io")]
    Row::steps("AsyncRead", |_, probe| {
        let mut reader = probe.in_current_snapshot();
        held(move || ready(reader.read(&mut [0])).unwrap() > 0)
    }),
    #[cfg(feature = "futures-io")]
    Row::steps("AsyncBufRead", |_, probe| {
        let mut reader = probe.in_current_snapshot();
        held(move || !ready(reader.fill_buf()).unwrap().is_empty())
    }),
    #[cfg(feature = "futures-io")]
    Row::steps("AsyncWrite", |_, probe| {
        let mut writer = probe.in_current_snapshot();
        held(move || ready(writer.write(&[0])).unwrap() > 0)
    }),
    #[cfg(feature = "futures-io")]
    Row::steps("AsyncSeek", |_, probe| {
        let mut file = probe.in_current_snapshot();
        held(move || ready(file.seek(std::io::SeekFrom::Start(0))).unwrap() > 0)
    }),
    #[cfg(feature = "http-body")]
    Row::steps("Body", |_, probe| {
        let mut body = probe.in_current_snapshot();
        held(move || ready(body.frame()).is_some())
    }),
];

#[cfg(feature = "futures-io")]
use futures::io::{AsyncBufReadExt, AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

#[cfg(feature = "http-body")]
use http_body_util::BodyExt;

#[cfg(any(feature = "futures", feature = "http-body"))]
use crate::support::ready;

pub fn held(step: impl FnMut() -> bool + Send + 'static) -> Carry {
    Carry::Held(Box::new(step))
}

/// A future that is polled by hand.
pub fn future(future: impl Future + Send + 'static) -> Carry {
    let mut future = Box::pin(future);
    held(move || poll(future.as_mut()).is_pending())
}
