//! The HTTP server: what `actix_web::HttpServer` builds, but for upgrades, whose connections are given to [`super::takeover`].

use std::fmt::Debug;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_http::body::MessageBody;
use actix_http::error::DispatchError;
use actix_http::{HttpService, Protocol, Request, Response};
use actix_server::{GracefulShutdownSignal, Server};
use actix_service::{IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_tls::accept::TlsError;
use actix_tls::accept::rustls_0_23::{Acceptor, TlsStream};
use actix_web::dev::AppConfig;
use actix_web::rt::net::TcpStream;
use rustls::ServerConfig;

use super::stream::Stream;
use super::takeover::Upgrades;

/// How long a client may take to go once everything was said.
const DISCONNECT_WITHIN: Duration = Duration::from_secs(1);

/// What a server is given.
#[derive(Debug, Clone)]
pub struct Serving {
    /// Threads that serve.
    pub workers: usize,
    /// Connections that wait to be accepted.
    pub backlog: u32,
    /// Connections that each worker serves at a time; sockets count.
    pub max_connections: usize,
    /// What a graceful stop waits for connections, in seconds.
    pub stop_s: u64,
    /// For HTTPS.
    pub tls: Option<ServerConfig>,
}

impl Default for Serving {
    fn default() -> Self {
        Serving { workers: 1, backlog: 1024, max_connections: 25_000, stop_s: 30, tls: None }
    }
}

/// A connection as [`HttpService`] takes it.
type Come = (Stream, Protocol, Option<SocketAddr>);

/// Serves an application on a listener, without signals.
///
/// # Errors
/// The listener cannot be used.
pub fn serve<F, I, S, B>(listener: TcpListener, serving: Serving, app: F) -> io::Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Future: 'static,
    S::Service: 'static,
    <S::Service as Service<Request>>::Future: 'static,
    S::InitError: Debug + 'static,
    S::Error: Into<actix_web::Error> + 'static,
    S::Response: Into<Response<B>> + 'static,
    B: MessageBody + 'static,
{
    let local = listener.local_addr()?;
    let builder = Server::build()
        .workers(serving.workers)
        .backlog(serving.backlog)
        .max_concurrent_connections(serving.max_connections)
        .shutdown_timeout(serving.stop_s)
        .disable_signals();
    let stop = builder.graceful_shutdown_signal();
    let builder = match serving.tls {
        None => {
            builder.listen("http", listener, move || plain().and_then(http(&app, local, stop.clone())))?
        }
        Some(mut config) => {
            config.alpn_protocols = vec![b"http/1.1".to_vec()];
            builder.listen("https", listener, move || {
                let accepted = Acceptor::new(config.clone()).map_err(TlsError::into_service_error);
                let come = accepted.map(|tls: TlsStream<TcpStream>| -> Come {
                    let peer = tls.get_ref().0.peer_addr().ok();
                    (Stream::Tls(Box::new(tls)), Protocol::Http1, peer)
                });
                come.and_then(http(&app, local, stop.clone()).map_err(TlsError::Service))
            })?
        }
    };
    Ok(builder.run())
}

fn plain()
-> impl ServiceFactory<TcpStream, Config = (), Response = Come, Error = DispatchError, InitError = ()> {
    fn_service(|tcp: TcpStream| async move {
        let peer = tcp.peer_addr().ok();
        Ok((Stream::Plain(tcp), Protocol::Http1, peer))
    })
}

fn http<F, I, S, B>(
    app: &F,
    local: SocketAddr,
    stop: GracefulShutdownSignal,
) -> impl ServiceFactory<Come, Config = (), Response = (), Error = DispatchError, InitError = ()> + use<F, I, S, B>
where
    F: Fn() -> I,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Future: 'static,
    S::Service: 'static,
    <S::Service as Service<Request>>::Future: 'static,
    S::InitError: Debug + 'static,
    S::Error: Into<actix_web::Error> + 'static,
    S::Response: Into<Response<B>> + 'static,
    B: MessageBody + 'static,
{
    let made = || {
        let answering = app().into_factory().map_err(|error| error.into().error_response());
        // Who is meant is in the requests, and whether TLS is spoken in the settings.
        map_config(answering, |()| AppConfig::default())
    };
    HttpService::build()
        .graceful_shutdown_signal(move || {
            let stop = stop.clone();
            async move { stop.notified().await }
        })
        .client_disconnect_timeout(DISCONNECT_WITHIN)
        .local_addr(local)
        .on_connect_ext(|stream: &Stream, _| stream.prepare())
        .upgrade(Upgrades::new(made()))
        .finish(made())
}
