//! A reader or writer is polled and dropped in the context of its creation.

#![cfg(feature = "futures-io")]

use crate::support;

use std::io::{Error, IoSlice, IoSliceMut, Result, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Poll::Ready};

use asynccontext::{Propagate, Scoped, Variable};
use futures::executor::block_on;
use futures::io::{
    AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncSeek, AsyncSeekExt, AsyncWrite, AsyncWriteExt,
};

static NAME: Variable<&str> = Variable::named("name");
static NUMBER: Variable<u8> = Variable::named("number");

type Seen = Arc<Mutex<Vec<(&'static str, Option<&'static str>)>>>;

/// Records which of its methods is called, and in which context. Panics when it writes `13`.
struct Probe {
    text: &'static [u8],
    seen: Seen,
}

impl Probe {
    fn note(&self, method: &'static str) {
        self.seen.lock().unwrap().push((method, NAME.get()));
    }
}

impl AsyncRead for Probe {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, into: &mut [u8]) -> Poll<Result<usize>> {
        self.note("read");
        into.fill(1);
        Ready(Ok(into.len()))
    }

    fn poll_read_vectored(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut [IoSliceMut<'_>],
    ) -> Poll<Result<usize>> {
        self.note("read_vectored");
        Ready(Ok(into.len()))
    }
}

impl AsyncBufRead for Probe {
    fn poll_fill_buf(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<&[u8]>> {
        self.note("fill_buf");
        Ready(Ok(self.get_mut().text))
    }

    fn consume(mut self: Pin<&mut Self>, amount: usize) {
        self.note("consume");
        self.text = &self.text[amount..];
    }
}

impl AsyncWrite for Probe {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, from: &[u8]) -> Poll<Result<usize>> {
        self.note("write");
        assert_ne!(from, [13], "as it should");
        Ready(Ok(from.len()))
    }

    fn poll_write_vectored(self: Pin<&mut Self>, _: &mut Context<'_>, from: &[IoSlice<'_>]) -> Poll<Result<usize>> {
        self.note("write_vectored");
        Ready(Ok(from.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        self.note("flush");
        Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        self.note("close");
        Ready(Err(Error::other("as it should")))
    }
}

impl AsyncSeek for Probe {
    fn poll_seek(self: Pin<&mut Self>, _: &mut Context<'_>, _: SeekFrom) -> Poll<Result<u64>> {
        self.note("seek");
        Ready(Ok(5))
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.note("drop");
    }
}

/// Returns a probe that was created in the context `"made"`, and its records.
fn probe(text: &'static str) -> (Scoped<Probe>, Seen) {
    let seen = Seen::default();
    let probe = Probe { text: text.as_bytes(), seen: Arc::clone(&seen) };
    (NAME.run("made", || probe.in_current_snapshot()), seen)
}

/// Checks that all records have the context `"made"`, and returns and clears them.
fn noted(seen: &Seen) -> Vec<&'static str> {
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    assert!(seen.iter().all(|(_, name)| *name == Some("made")), "{seen:?}");
    seen.into_iter().map(|(method, _)| method).collect()
}

#[test]
fn every_poll_and_the_drop() {
    let (mut probe, seen) = probe("two\nlines");
    let (mut bytes, mut more, mut line) = ([0; 4], [0; 4], String::new());
    let uses = async {
        assert_eq!(probe.read(&mut bytes).await.unwrap(), 4);
        assert_eq!(bytes, [1; 4]);
        let mut slices = [IoSliceMut::new(&mut bytes), IoSliceMut::new(&mut more)];
        assert_eq!(probe.read_vectored(&mut slices).await.unwrap(), 2);
        assert_eq!(probe.read_line(&mut line).await.unwrap(), 4);
        assert_eq!(probe.write(b"some").await.unwrap(), 4);
        assert_eq!(probe.write_vectored(&[IoSlice::new(b"some"); 3]).await.unwrap(), 3);
        probe.flush().await.unwrap();
        assert_eq!(probe.seek(SeekFrom::Start(9)).await.unwrap(), 5);
        assert!(probe.close().await.is_err());
        assert_eq!(NAME.get(), Some("caller"));
        drop(probe);
        assert_eq!(NAME.get(), Some("caller"));
    };
    block_on(NAME.scope("caller", uses));
    assert_eq!(line, "two\n");
    let reads = ["read", "read_vectored", "fill_buf", "consume"];
    let writes = ["write", "write_vectored", "flush", "seek", "close", "drop"];
    assert_eq!(noted(&seen), [&reads[..], &writes].concat());
}

#[test]
fn a_panic_in_a_poll() {
    let (mut probe, seen) = probe("");
    NAME.run("caller", || {
        assert!(catch_unwind(AssertUnwindSafe(|| block_on(probe.write(&[13])))).is_err());
        assert_eq!(NAME.get(), Some("caller"));
        drop(probe);
    });
    assert_eq!(noted(&seen), ["write", "drop"]);
}

#[test]
fn many_at_once() {
    struct Own;
    impl AsyncRead for Own {
        fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, into: &mut [u8]) -> Poll<Result<usize>> {
            into[0] = NUMBER.get().unwrap();
            Ready(Ok(1))
        }
    }
    let check = |first: u8| {
        let mut all: Vec<_> = (first..first + 8).map(|n| (n, NUMBER.scope(n, Own))).collect();
        for _ in 0..support::scaled(500) {
            for (n, reader) in &mut all {
                let mut byte = [0];
                block_on(reader.read_exact(&mut byte)).unwrap();
                assert_eq!((byte[0], NUMBER.get()), (*n, None));
            }
        }
    };
    std::thread::scope(|scope| {
        for thread in 0..3 {
            scope.spawn(move || check(thread * 10));
        }
    });
}
