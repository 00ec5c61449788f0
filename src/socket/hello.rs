//! From the first frame to a session: token, workspace, room.

use uuid::Uuid;

use super::{Identity, Sockets, TokenRefused};
use crate::domain::id::{InstanceId, SessionId, SocketId, UserId, WorkspaceId};
use crate::gateway::{Attachment, CallError, GatewayError, Greeting, HelloWithoutCall, Outbox, RoomHandle};
use crate::protocol::client::ResumeDoc;
use crate::protocol::close::{self, CloseCode};
use crate::protocol::convert;
use crate::protocol::error::{ErrorBody, ErrorCode};

/// What a hello says.
pub(super) struct Said {
    pub(super) re: Option<u32>,
    pub(super) token: String,
    pub(super) workspace: Uuid,
    pub(super) instance: Uuid,
    pub(super) resume: Option<ResumeDoc>,
    pub(super) device: String,
}

/// A socket that carries a session.
pub(super) struct Joined {
    pub(super) room: RoomHandle,
    pub(super) outbox: Outbox,
    pub(super) socket: SocketId,
    pub(super) session: SessionId,
    pub(super) user: UserId,
    pub(super) expires: Identity,
    /// Says "socket lost" when the socket's task ends, in whatever way.
    pub(super) _attachment: Attachment,
}

/// A hello that led to nothing: what the client is told, and how its socket is closed.
pub(super) struct Turned {
    pub(super) error: Box<ErrorBody>,
    pub(super) close: CloseCode,
}

impl Turned {
    fn new(error: ErrorBody, close: CloseCode) -> Self {
        Turned { error: Box::new(error), close }
    }
}

/// What is said and done about a token that is not taken.
pub(super) fn token_refused(why: TokenRefused) -> Turned {
    let (code, close) = match why {
        TokenRefused::Expired => (ErrorCode::TokenExpired, close::TOKEN_EXPIRED),
        TokenRefused::Invalid => (ErrorCode::Unauthenticated, close::UNAUTHENTICATED),
        TokenRefused::Suspended => (ErrorCode::Unauthenticated, close::SUSPENDED),
        TokenRefused::Unavailable => (ErrorCode::StoreUnavailable, close::BUSY),
    };
    Turned::new(ErrorBody::new(code), close)
}

/// Brings a socket into its room. The welcome is in the outbox when this returns.
pub(super) async fn join(sockets: &Sockets, said: Said, address: &str) -> Result<Joined, Turned> {
    let shared = &sockets.0;
    let identity = shared.tokens.check(&said.token).await.map_err(token_refused)?;
    let room = shared.gateway.room(WorkspaceId(said.workspace)).await.map_err(unreachable)?;
    // 244 bits of the system's randomness, as text that needs no escaping.
    let secret = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let hello = HelloWithoutCall {
        user: identity.user,
        sign_in: identity.sign_in,
        instance: InstanceId(said.instance),
        fresh: SessionId(Uuid::now_v7()),
        fresh_secret: convert::secret_digest(&secret),
        resume: said.resume.as_ref().map(convert::resume),
        device: said.device,
        address: address.to_owned(),
        keep_ms: None,
    };
    let socket = sockets.next();
    let outbox = Outbox::new(socket, &shared.outboxes, Greeting { re: said.re, secret });
    let attachment = room.attach(&outbox).map_err(refused)?;
    let welcome = room.hello(hello, Some(outbox.clone())).await.map_err(refused)?;
    let (session, user) = (welcome.session, welcome.user);
    // A sign-out between the first look and the welcome has not seen this session.
    if let Err(why @ (TokenRefused::Invalid | TokenRefused::Suspended)) =
        shared.tokens.check(&said.token).await
    {
        let _ = room.leave(user, session).await;
        return Err(token_refused(why));
    }
    Ok(Joined { room, outbox, socket, session, user, expires: identity, _attachment: attachment })
}

fn unreachable(error: GatewayError) -> Turned {
    let (code, close) = match error {
        GatewayError::NotFound => (ErrorCode::NotFound, close::NOT_FOUND),
        GatewayError::Busy => (ErrorCode::Busy, close::BUSY),
        GatewayError::Unavailable => (ErrorCode::RetryLater, close::BUSY),
    };
    Turned::new(ErrorBody::new(code), close)
}

fn refused(error: CallError) -> Turned {
    match error {
        CallError::Refused(refusal) => {
            let error = convert::refusal(&refusal);
            // Whoever is no member is told that there is nothing, and need not come again.
            let gone = error.code == ErrorCode::NotFound.row().name;
            Turned::new(error, if gone { close::NOT_FOUND } else { close::BUSY })
        }
        CallError::Busy => Turned::new(ErrorBody::new(ErrorCode::Busy), close::BUSY),
        CallError::Gone | CallError::TimedOut => {
            Turned::new(ErrorBody::new(ErrorCode::RetryLater), close::BUSY)
        }
    }
}
