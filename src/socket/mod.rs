//! One WebSocket carrying a session: `GET /api/v1/socket`, sub-protocol `baton.v1`.
//!
//! The upgrade checks sub-protocol and origin; the first frame is `hello` with the access token. After that a task per socket
//! moves frames between the client and the room, and measures the client: size, rate, silence of the token, slowness. It lives
//! on the room's thread, so that nothing is handed from thread to thread.
//! [`serve`] and [`takeover`] take its connection over from actix, [`line`] alone knows bytes, and [`carry`] and [`connection`]
//! know messages.

pub mod budget;
mod carry;
mod connection;
mod frame;
mod hello;
pub mod line;
mod places;
mod serve;
mod stream;
pub mod takeover;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use async_trait::async_trait;
use tokio::sync::watch;
use uuid::Uuid;

pub use budget::Rates;
pub use serve::{Serving, serve};

use crate::auth::{Origins, client_address};
use crate::domain::id::{SocketId, UserId};
use crate::domain::time::Timestamp;
use crate::gateway::{Gateway, OutboxPool};
use crate::protocol::error::{ErrorBody, ErrorCode};
use crate::protocol::{FRAME_MAX, SUBPROTOCOL};

/// Where the socket is mounted.
pub const PATH: &str = "/api/v1/socket";

/// Who an access token speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The account.
    pub user: UserId,
    /// The sign-in that the token is of.
    pub sign_in: Uuid,
    /// Until when, wall clock.
    pub expires_at: Timestamp,
}

/// Why an access token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenRefused {
    /// It was good, and has run out.
    Expired,
    /// It is forged, or its account or sign-in is gone.
    Invalid,
    /// The account is suspended.
    Suspended,
    /// It cannot be said now.
    Unavailable,
}

/// Checks access tokens, and that the account behind them is still active.
#[async_trait]
pub trait TokenCheck: Send + Sync + 'static {
    /// Whom the token speaks for.
    async fn check(&self, token: &str) -> Result<Identity, TokenRefused>;
}

/// Bounds and times of sockets.
#[derive(Debug, Clone)]
pub struct SocketSettings {
    /// Pages that may open a socket: the same as for HTTP.
    pub origins: Origins,
    /// The first frame must be there within this.
    pub hello: Duration,
    /// A socket goes on for so long after its token has run out.
    pub token_slack: Duration,
    /// A reader that takes nothing for so long is cut.
    pub stall: Duration,
    /// What a client may send.
    pub rates: Rates,
    /// How many proxies stand in front.
    pub proxy_hops: u32,
    /// Sockets that are open at a time; one more is told to come again.
    pub most: usize,
}

impl Default for SocketSettings {
    fn default() -> Self {
        SocketSettings {
            origins: Origins::default(),
            hello: Duration::from_secs(10),
            token_slack: Duration::from_secs(60),
            stall: Duration::from_secs(5),
            rates: Rates::default(),
            proxy_hops: 0,
            most: 50_000,
        }
    }
}

struct Shared {
    gateway: Gateway,
    tokens: Arc<dyn TokenCheck>,
    outboxes: OutboxPool,
    settings: SocketSettings,
    sockets: AtomicU64,
    open: watch::Sender<usize>,
}

/// What all sockets share. Clones are the same.
#[derive(Clone)]
pub struct Sockets(Arc<Shared>);

impl Sockets {
    /// No socket is open.
    pub fn new(
        gateway: Gateway,
        tokens: Arc<dyn TokenCheck>,
        outboxes: OutboxPool,
        settings: SocketSettings,
    ) -> Self {
        let (sockets, open) = (AtomicU64::new(0), watch::Sender::new(0));
        Sockets(Arc::new(Shared { gateway, tokens, outboxes, settings, sockets, open }))
    }

    /// How many are open.
    pub fn open(&self) -> usize {
        *self.0.open.borrow()
    }

    /// Returns once none is open.
    pub async fn ended(&self) {
        // The sender is in `self`, so this never fails.
        let _ = self.0.open.subscribe().wait_for(|open| *open == 0).await;
    }

    /// A number for a new socket.
    pub fn next(&self) -> SocketId {
        SocketId(self.0.sockets.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// Mounts the socket; `sockets` must be in the app's data.
pub fn configure(config: &mut web::ServiceConfig) {
    config.route(PATH, web::get().to(upgrade));
}

/// The upgrade.
pub async fn upgrade(
    request: HttpRequest,
    sockets: web::Data<Sockets>,
) -> Result<HttpResponse, actix_web::Error> {
    if !is_from_here(&request, &sockets.0.settings.origins) {
        return Ok(problem(ErrorBody::new(ErrorCode::ForeignOrigin)));
    }
    if !offers_our_protocol(&request) {
        let detail = format!("the sub-protocol {SUBPROTOCOL} must be offered");
        return Ok(problem(ErrorBody::new(ErrorCode::BadRequest).detail(detail)));
    }
    let Ok(accepted) = takeover::accept(&request, &[SUBPROTOCOL]) else {
        let detail = "this address takes WebSocket upgrades";
        return Ok(problem(ErrorBody::new(ErrorCode::BadRequest).detail(detail)));
    };
    if sockets.open() >= sockets.0.settings.most {
        return Ok(problem(
            ErrorBody::new(ErrorCode::Busy).detail("the server has as many sockets as it takes"),
        ));
    }
    let address = address(&request, sockets.0.settings.proxy_hops);
    let sockets = sockets.as_ref().clone();
    Ok(accepted.carried_by(FRAME_MAX, move |line| carry::run(sockets, address, line)))
}

/// Where the client is, for admins to see.
fn address(request: &HttpRequest, hops: u32) -> String {
    let told = request.headers().get_all(header::X_FORWARDED_FOR).filter_map(|text| text.to_str().ok());
    let address = client_address(told, request.peer_addr().map(|peer| peer.ip()), hops);
    address.map(|address| address.to_string()).unwrap_or_default()
}

/// Clients without an origin are no browsers; one that cannot be read is no origin of ours.
fn is_from_here(request: &HttpRequest, origins: &Origins) -> bool {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let origin = request.headers().get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or("null"));
    origins.permit(origin, host.unwrap_or_default())
}

fn offers_our_protocol(request: &HttpRequest) -> bool {
    let offers = request.headers().get_all(header::SEC_WEBSOCKET_PROTOCOL);
    offers
        .filter_map(|offer| offer.to_str().ok())
        .any(|offer| offer.split(',').any(|one| one.trim() == SUBPROTOCOL))
}

fn problem(error: ErrorBody) -> HttpResponse {
    let row = crate::protocol::error::TABLE.iter().find(|row| row.name == error.code);
    let status = row.and_then(|row| StatusCode::from_u16(row.status).ok()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut body = serde_json::to_value(&error).expect("an error holds no map with other than text keys");
    body["status"] = status.as_u16().into();
    HttpResponse::build(status).content_type("application/problem+json").body(body.to_string())
}

struct Counted(Sockets);

impl Counted {
    fn new(sockets: &Sockets) -> Self {
        sockets.0.open.send_modify(|open| *open += 1);
        metrics::gauge!("baton_sockets").increment(1.0);
        Counted(sockets.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.open.send_modify(|open| *open -= 1);
        metrics::gauge!("baton_sockets").decrement(1.0);
    }
}
