//! A client's connection, plain or encrypted.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::rt::net::TcpStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// See the module.
pub enum Stream {
    /// As it comes from the kernel.
    Plain(TcpStream),
    /// What TLS keeps is large, and on the heap so that plain connections do not pay for it.
    Tls(Box<TlsStream<TcpStream>>),
}

impl Stream {
    /// Whether it can go to another thread. What TLS keeps stays where the connection came in.
    pub fn can_move(&self) -> bool {
        matches!(self, Stream::Plain(_))
    }

    /// From now on it is woken on this thread.
    ///
    /// # Errors
    /// The kernel refuses it.
    pub fn moved_here(self) -> io::Result<Stream> {
        match self {
            Stream::Plain(tcp) => TcpStream::from_std(tcp.into_std()?).map(Stream::Plain),
            tls @ Stream::Tls(_) => Ok(tls),
        }
    }

    /// Small frames leave at once, and the kernel gives a connection up whose peer takes nothing for ten seconds: without that
    /// the descriptor of a reader that was cut as slow would be held for as long as its peer keeps the window shut.
    pub fn prepare(&self) {
        /// How long sent bytes may stay unacknowledged, or a shut window shut.
        const USER_TIMEOUT: Duration = Duration::from_secs(10);
        let tcp = match self {
            Stream::Plain(tcp) => tcp,
            Stream::Tls(tls) => tls.get_ref().0,
        };
        let socket = socket2::SockRef::from(tcp);
        if let Err(error) = socket.set_tcp_user_timeout(Some(USER_TIMEOUT)).and(socket.set_tcp_nodelay(true))
        {
            tracing::debug!(%error, "a connection keeps the kernel's defaults");
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(tcp) => Pin::new(tcp).poll_read(cx, into),
            Stream::Tls(tls) => Pin::new(tls.as_mut()).poll_read(cx, into),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Stream::Plain(tcp) => Pin::new(tcp).poll_write(cx, bytes),
            Stream::Tls(tls) => Pin::new(tls.as_mut()).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Stream::Plain(tcp) => Pin::new(tcp).poll_write_vectored(cx, parts),
            Stream::Tls(tls) => Pin::new(tls.as_mut()).poll_write_vectored(cx, parts),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Stream::Tls(tls) => Pin::new(tls.as_mut()).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Stream::Tls(tls) => Pin::new(tls.as_mut()).poll_shutdown(cx),
        }
    }
}
