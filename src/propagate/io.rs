//! Readers and writers that are polled in their own mapping (feature `futures-io`).

use std::io::{self, IoSlice, IoSliceMut, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_io::{AsyncBufRead, AsyncRead, AsyncSeek, AsyncWrite};

use crate::mapping::Scoped;

/// Each poll runs in the reader's mapping.
///
/// # Examples
///
/// ```
/// use asynccontext::{Propagate, Variable};
/// use futures::executor::block_on;
/// use futures::io::AsyncReadExt;
/// use futures::stream::{self, StreamExt, TryStreamExt};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let body = stream::iter(["of "]).map(|text| Ok(text.to_owned() + TENANT.get().unwrap()));
/// let mut body = TENANT.run("blue", || body.into_async_read().in_current_snapshot());
/// let mut text = String::new();
/// block_on(body.read_to_string(&mut text))?;
/// assert_eq!(text, "of blue");
/// # Ok::<_, std::io::Error>(())
/// ```
impl<R: AsyncRead> AsyncRead for Scoped<R> {
    #[inline]
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
        self.run_pinned(|inner| inner.poll_read(cx, into))
    }

    #[inline]
    fn poll_read_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        self.run_pinned(|inner| inner.poll_read_vectored(cx, into))
    }
}

/// Each call runs in the reader's mapping.
impl<R: AsyncBufRead> AsyncBufRead for Scoped<R> {
    #[inline]
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        self.run_pinned(|inner| inner.poll_fill_buf(cx))
    }

    #[inline]
    fn consume(self: Pin<&mut Self>, amount: usize) {
        self.run_pinned(|inner| inner.consume(amount));
    }
}

/// Each poll runs in the writer's mapping.
impl<W: AsyncWrite> AsyncWrite for Scoped<W> {
    #[inline]
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        self.run_pinned(|inner| inner.poll_write(cx, from))
    }

    #[inline]
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.run_pinned(|inner| inner.poll_write_vectored(cx, from))
    }

    #[inline]
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.run_pinned(|inner| inner.poll_flush(cx))
    }

    #[inline]
    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.run_pinned(|inner| inner.poll_close(cx))
    }
}

/// Each poll runs in the mapping of the reader or writer.
impl<S: AsyncSeek> AsyncSeek for Scoped<S> {
    #[inline]
    fn poll_seek(self: Pin<&mut Self>, cx: &mut Context<'_>, to: SeekFrom) -> Poll<io::Result<u64>> {
        self.run_pinned(|inner| inner.poll_seek(cx, to))
    }
}
