//! From a request for an upgrade to a connection of ours.
//!
//! actix's dispatcher keeps two buffers of 8 KiB for each connection while it lives, so it must not live as long as a socket.
//! For a request that asks for an upgrade it gives the connection away, to [`Upgrades`], which asks the same application. Its
//! answer 101 carries who takes the connection; any other answer is written, and the connection ends.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::io;
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_codec::Framed;
use actix_http::body::{BodySize, BoxBody, MessageBody};
use actix_http::h1::{Codec, Message};
use actix_http::ws::{HandshakeError, handshake};
use actix_http::{ConnectionType, HttpMessage, Request, Response, ResponseBuilder};
use actix_service::{Service, ServiceFactory};
use actix_web::http::header::{CONTENT_LENGTH, SEC_WEBSOCKET_PROTOCOL, TRANSFER_ENCODING};
use actix_web::{HttpRequest, HttpResponse};
use bytes::BytesMut;
use futures_util::future::LocalBoxFuture;
use tokio::time::timeout;

use super::line::{self, Line};
use super::stream::Stream;

/// How long a client that was answered may take to go.
const END_WITHIN: Duration = Duration::from_secs(1);

type Carried = LocalBoxFuture<'static, ()>;

/// In a request: its connection can be given away.
struct CanBeTaken;

/// In an answer: who takes the connection, with what was read of it already.
struct Takeover(Box<dyn FnOnce(Stream, BytesMut) -> Carried>);

/// An upgrade that can be granted.
pub struct Accepted(ResponseBuilder);

impl Accepted {
    /// The answer that grants it: the connection is carried by that, and no message on it is larger than so many bytes.
    pub fn carried_by<C, F>(mut self, largest: usize, carry: C) -> HttpResponse
    where
        C: FnOnce(Line) -> F + 'static,
        F: Future<Output = ()> + 'static,
    {
        let mut response = HttpResponse::from(self.0.finish()).map_into_boxed_body();
        let take =
            move |stream, read: BytesMut| -> Carried { Box::pin(carry(Line::new(stream, &read, largest))) };
        response.extensions_mut().insert(Takeover(Box::new(take)));
        response
    }
}

/// Looks at a request for an upgrade to WebSocket. Of the sub-protocols the first that the client offers is chosen.
///
/// # Errors
/// It is no such request.
pub fn accept(request: &HttpRequest, protocols: &[&str]) -> Result<Accepted, HandshakeError> {
    let mut response = handshake(request.head())?;
    let headers = request.headers();
    let has_body = headers.contains_key(TRANSFER_ENCODING)
        || headers.get(CONTENT_LENGTH).is_some_and(|length| length.as_bytes() != b"0");
    // The bytes of a body would be taken for frames.
    if has_body || !request.extensions().contains::<CanBeTaken>() {
        return Err(HandshakeError::NoWebsocketUpgrade);
    }
    let offers = headers.get_all(SEC_WEBSOCKET_PROTOCOL).filter_map(|offer| offer.to_str().ok());
    let offered = offers.flat_map(|offer| offer.split(',').map(str::trim));
    if let Some(chosen) = offered.filter(|one| !one.is_empty()).find(|one| protocols.contains(one)) {
        response.insert_header((SEC_WEBSOCKET_PROTOCOL, chosen));
    }
    Ok(Accepted(response))
}

/// The application as actix asks it for an upgrade: the factory, and the service of one worker.
pub struct Upgrades<S, B>(S, PhantomData<B>);

impl<S, B> Upgrades<S, B> {
    /// For that application.
    pub fn new(app: S) -> Self {
        Upgrades(app, PhantomData)
    }
}

impl<S, B> ServiceFactory<(Request, Framed<Stream, Codec>)> for Upgrades<S, B>
where
    S: ServiceFactory<Request, Config = ()>,
    S::Future: 'static,
    S::Service: 'static,
    S::InitError: 'static,
    S::Response: Into<Response<B>> + 'static,
    S::Error: Into<Response<BoxBody>> + 'static,
    B: MessageBody + 'static,
{
    type Response = ();
    type Error = Infallible;
    type Config = ();
    type Service = Upgrades<S::Service, B>;
    type InitError = S::InitError;
    type Future = LocalBoxFuture<'static, Result<Self::Service, Self::InitError>>;

    fn new_service(&self, (): ()) -> Self::Future {
        let made = self.0.new_service(());
        Box::pin(async move { made.await.map(Upgrades::new) })
    }
}

impl<S, B> Service<(Request, Framed<Stream, Codec>)> for Upgrades<S, B>
where
    S: Service<Request>,
    S::Future: 'static,
    S::Response: Into<Response<B>> + 'static,
    S::Error: Into<Response<BoxBody>> + 'static,
    B: MessageBody + 'static,
{
    type Response = ();
    type Error = Infallible;
    type Future = Upgrading;

    // The same application is asked for readiness as the service of all other requests.
    actix_service::always_ready!();

    fn call(&self, (request, framed): (Request, Framed<Stream, Codec>)) -> Upgrading {
        request.extensions_mut().insert(CanBeTaken);
        let answer = self.0.call(request);
        Upgrading::Asking(Box::pin(async move {
            let answered = match answer.await {
                Ok(response) => write::<B>(response.into(), framed).await,
                Err(error) => write::<BoxBody>(error.into(), framed).await,
            };
            // Nobody is left to be told of an error.
            answered.unwrap_or_default()
        }))
    }
}

/// A connection that was given away, to its end. actix counts it as long as this lives. What asking needs is gone once the
/// connection is carried.
pub enum Upgrading {
    /// The application is asked.
    Asking(LocalBoxFuture<'static, Option<Carried>>),
    /// The connection was taken.
    Carried(Carried),
}

impl Future for Upgrading {
    type Output = Result<(), Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Upgrading::Asking(asking) = &mut *self {
            match ready!(asking.as_mut().poll(cx)) {
                Some(carried) => *self = Upgrading::Carried(carried),
                None => return Poll::Ready(Ok(())),
            }
        }
        match &mut *self {
            Upgrading::Carried(carried) => carried.as_mut().poll(cx).map(Ok),
            Upgrading::Asking(_) => Poll::Pending,
        }
    }
}

/// Writes an answer. Who takes the connection, if anybody does; otherwise it has ended.
async fn write<B: MessageBody>(
    mut response: Response<B>,
    mut framed: Framed<Stream, Codec>,
) -> io::Result<Option<Carried>> {
    let takeover = response.extensions_mut().remove::<Takeover>();
    if takeover.is_none() {
        let head = response.head_mut();
        head.set_connection_type(ConnectionType::Close);
        // After a request for an upgrade the codec writes no chunks, whatever the head says.
        head.no_chunking(true);
    }
    let (head, body) = response.into_parts();
    let size = if takeover.is_some() { BodySize::None } else { body.size() };
    send(&mut framed, Message::Item((head, size))).await?;
    if let Some(Takeover(take)) = takeover {
        let parts = framed.into_parts();
        return Ok(Some(take(parts.io, parts.read_buf)));
    }
    let mut body = pin!(body);
    while let Some(chunk) = poll_fn(|cx| body.as_mut().poll_next(cx)).await {
        let Ok(chunk) = chunk else { return Ok(None) };
        send(&mut framed, Message::Chunk(Some(chunk))).await?;
    }
    send(&mut framed, Message::Chunk(None)).await?;
    let mut stream = framed.into_parts().io;
    // Who does not go is left.
    let _ = timeout(END_WITHIN, line::end(&mut stream)).await;
    Ok(None)
}

type Written = Message<(Response<()>, BodySize)>;

async fn send(framed: &mut Framed<Stream, Codec>, message: Written) -> io::Result<()> {
    let mut framed = Pin::new(framed);
    framed.as_mut().write(message)?;
    poll_fn(|cx| framed.as_mut().flush::<Written>(cx)).await
}
