//! The one way from a request to a workspace: find its room, renew the caller's session, ask.

use uuid::Uuid;

use super::Api;
use super::error::ApiError;
use super::extract::{Asking, Caller, secret_digest};
use crate::auth::{Identity, secret};
use crate::document::ReceiptDoc;
use crate::domain::command::{self, RealtimeRequest, Request, Resume};
use crate::domain::effect::{Answer, Arrival, ObjectView, RealtimeAnswer, Receipt, Snapshot, Welcome};
use crate::domain::id::{InstanceId, ObjectId, SessionId, StreamId, UserId, WorkspaceId};
use crate::domain::path::LockPath;
use crate::domain::realtime::Party;
use crate::domain::refusal::Refusal;
use crate::domain::role::{Action, Member, may};
use crate::gateway::{CallError, GatewayError, HelloWithoutCall, Line, RoomHandle};
use crate::protocol::client::ClientMessage;
use crate::protocol::convert::{self, Incoming};
use crate::protocol::error::{ErrorBody, ErrorCode};
use crate::protocol::server::{RemedyDoc, ReplyDoc};

/// How often a room that has just ended is asked for again.
const TRIES: usize = 3;

impl From<CallError> for ApiError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Refused(refusal) => convert::refusal(&refusal).into(),
            CallError::Busy => ApiError::new(ErrorCode::Busy),
            CallError::Gone | CallError::TimedOut => ApiError::new(ErrorCode::RetryLater),
        }
    }
}

impl From<GatewayError> for ApiError {
    fn from(error: GatewayError) -> Self {
        match error {
            GatewayError::NotFound => ApiError::new(ErrorCode::NotFound),
            GatewayError::Busy => ApiError::new(ErrorCode::Busy),
            GatewayError::Unavailable => ApiError::new(ErrorCode::StoreUnavailable),
        }
    }
}

/// Asks a workspace's room and waits for the answer, which comes after the commit of what it tells.
///
/// # Errors
/// What the room refuses, and `not_found` for a workspace that is not the caller's.
pub async fn ask(api: &Api, who: &Caller, workspace: Uuid, request: Request) -> Result<Answer, ApiError> {
    let user = who.identity.user;
    for _ in 0..TRIES {
        let room = enter(api, user, WorkspaceId(workspace)).await?;
        metrics::counter!("baton_http_room_calls_total").increment(1);
        let answer = match &who.session {
            None => room.call(command::Caller { user, session: None }, request.clone()).await,
            Some((session, secret)) => {
                let secret = secret_digest(secret);
                match room.call_from(user, *session, secret, request.clone()).await {
                    // Silent for too long: its id can come back for a while, without its locks.
                    Err(CallError::Refused(Refusal::SessionGone)) => {
                        revive(&room, who, *session, secret).await?;
                        room.call_from(user, *session, secret, request.clone()).await
                    }
                    answer => answer,
                }
            }
        };
        match answer {
            // The room ended before it took the call: the next one answers.
            Err(CallError::Gone) => continue,
            Err(CallError::Refused(Refusal::NotPermitted)) => {
                refused(api, user, WorkspaceId(workspace), "the role does not allow it").await;
                return Err(ApiError::new(ErrorCode::NotPermitted));
            }
            Err(CallError::Refused(refusal @ (Refusal::Locked(_) | Refusal::HeldByAncestor(_)))) => {
                return Err(in_the_way(&room, who, &refusal).await);
            }
            other => return Ok(other?),
        }
    }
    Err(ApiError::new(ErrorCode::RetryLater))
}

/// Asks something of the realtime service, as a member or by a key.
///
/// # Errors
/// What the room refuses, and `not_found` for a workspace that is not the caller's.
pub async fn realtime(
    api: &Api,
    who: &Asking,
    workspace: Uuid,
    request: RealtimeRequest,
) -> Result<RealtimeAnswer, ApiError> {
    let answer = match who {
        Asking::Member(who) => ask(api, who, workspace, Request::Realtime(request)).await?,
        Asking::Key(own, _) if own.0 != workspace => return Err(ApiError::new(ErrorCode::NotFound)),
        Asking::Key(own, key) => {
            let room = api.gateway.room(*own).await?;
            metrics::counter!("baton_http_room_calls_total").increment(1);
            room.realtime(Party::Key(*key), request).await?
        }
    };
    match answer {
        Answer::Realtime(answer) => Ok(answer),
        other => Err(unexpected(&other)),
    }
}

/// A lock is in the way: who holds it, and what the caller may do about it.
async fn in_the_way(room: &RoomHandle, who: &Caller, refusal: &Refusal) -> ApiError {
    let mut error = convert::refusal(refusal);
    if let Refusal::Locked(lock) | Refusal::HeldByAncestor(lock) = refusal {
        error.may = remedies(room, who, lock.path).await;
    }
    error.into()
}

/// Nothing is said if it cannot be found out now.
async fn remedies(room: &RoomHandle, who: &Caller, path: LockPath) -> Vec<RemedyDoc> {
    let session = who.session.as_ref().map(|(session, _)| *session);
    let caller = command::Caller { user: who.identity.user, session };
    match room.call(caller, Request::Explain { path }).await {
        Ok(answer) => match convert::reply(&answer, StreamId(Uuid::nil())) {
            Some(ReplyDoc::Explained(explained)) => explained.may,
            _ => Vec::new(),
        },
        Err(_) => Vec::new(),
    }
}

/// Asks in the name of an account that does not call itself.
///
/// # Errors
/// What the room refuses.
pub async fn ask_as(
    api: &Api,
    user: UserId,
    workspace: WorkspaceId,
    request: Request,
) -> Result<Answer, ApiError> {
    let room = api.gateway.room(workspace).await?;
    metrics::counter!("baton_http_room_calls_total").increment(1);
    Ok(room.call(command::Caller { user, session: None }, request).await?)
}

/// Says what a socket could say, with the same checks.
///
/// # Errors
/// As [`ask`], and what the checks find.
pub async fn say(
    api: &Api,
    who: &Caller,
    workspace: Uuid,
    message: ClientMessage,
) -> Result<Answer, ApiError> {
    match convert::incoming(message).map_err(|wrong| *wrong)? {
        Incoming::Request(request) => ask(api, who, workspace, request).await,
        Incoming::Hello { .. } | Incoming::Pong | Incoming::Reauth { .. } => {
            Err(ApiError::new(ErrorCode::OutOfOrder))
        }
    }
}

/// As [`say`], for messages that a receipt answers.
///
/// # Errors
/// As [`say`].
pub async fn decide(
    api: &Api,
    who: &Caller,
    workspace: Uuid,
    message: ClientMessage,
) -> Result<ReceiptDoc, ApiError> {
    let below = matches!(&message, ClientMessage::Acquire { path, .. } if path.item.is_some());
    match say(api, who, workspace, message).await? {
        // Over HTTP a lock of somebody else is an error with its holder, as for every other call.
        Answer::Receipt(Receipt::Busy { holder }) => {
            let room = enter(api, who.identity.user, WorkspaceId(workspace)).await?;
            let ancestor = below && holder.path.item.is_none();
            let refusal = if ancestor { Refusal::HeldByAncestor(holder) } else { Refusal::Locked(holder) };
            Err(in_the_way(&room, who, &refusal).await)
        }
        Answer::Receipt(receipt) => Ok((&receipt).into()),
        other => Err(unexpected(&other)),
    }
}

/// The whole picture.
///
/// # Errors
/// As [`ask`].
pub async fn picture(api: &Api, who: &Caller, workspace: Uuid) -> Result<Box<Snapshot>, ApiError> {
    match ask(api, who, workspace, Request::Snapshot).await? {
        Answer::Snapshot(snapshot) => Ok(snapshot),
        other => Err(unexpected(&other)),
    }
}

/// An object's content.
///
/// # Errors
/// As [`ask`].
pub async fn object(
    api: &Api,
    who: &Caller,
    workspace: Uuid,
    object: Uuid,
) -> Result<Box<ObjectView>, ApiError> {
    match ask(api, who, workspace, Request::Read { object: ObjectId(object) }).await? {
        Answer::Object(view) => Ok(view),
        other => Err(unexpected(&other)),
    }
}

/// The caller as a member who may do that, by the store; for what is read past the room.
///
/// # Errors
/// `not_found` for no member, `not_permitted`.
pub async fn member(api: &Api, who: &Caller, workspace: Uuid, action: Action) -> Result<Member, ApiError> {
    let (workspace, user) = (WorkspaceId(workspace), who.identity.user);
    let member = api.store.member(workspace, user).await?;
    let Some(member) = member.filter(|member| may(member.role, Action::View)) else {
        refused(api, user, workspace, "no member").await;
        return Err(ApiError::new(ErrorCode::NotFound));
    };
    if !may(member.role, action) {
        refused(api, user, workspace, "the role does not allow it").await;
        return Err(ApiError::new(ErrorCode::NotPermitted));
    }
    Ok(member)
}

/// Lets a caller read the history of an object past the room; with a custom role the room says whether it is there for them.
///
/// # Errors
/// `not_found`.
pub async fn reader(api: &Api, who: &Caller, workspace: Uuid, object: Uuid) -> Result<(), ApiError> {
    let member = member(api, who, workspace, Action::View).await?;
    if member.custom.is_some() {
        let path = LockPath::object(ObjectId(object));
        ask(api, who, workspace, Request::Explain { path }).await?;
    }
    Ok(())
}

/// The picture, for a caller who may manage members.
///
/// # Errors
/// `not_found` for no member, `not_permitted`.
pub async fn managed(api: &Api, who: &Caller, workspace: Uuid) -> Result<Box<Snapshot>, ApiError> {
    let picture = picture(api, who, workspace).await?;
    let own = picture.members.iter().find(|member| member.user == who.identity.user);
    let role = own.map(|member| member.role).ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
    if may(role, Action::ManageMembers) {
        return Ok(picture);
    }
    refused(api, who.identity.user, WorkspaceId(workspace), "the role does not allow it").await;
    Err(ApiError::new(ErrorCode::NotPermitted))
}

/// What a session that is no browser tab is called, where it comes from, and how long it is shown after its last call.
#[derive(Debug, Default)]
pub struct Program {
    /// Device in words.
    pub device: String,
    /// The network address.
    pub address: String,
    /// In milliseconds; as long as a silent tab if `None`.
    pub keep_ms: Option<u64>,
}

/// A new session for a caller that is no browser tab, with its secret.
///
/// # Errors
/// As [`ask`].
pub async fn open_session(
    api: &Api,
    who: &Caller,
    workspace: Uuid,
    program: Program,
) -> Result<(SessionId, String), ApiError> {
    let room = enter(api, who.identity.user, WorkspaceId(workspace)).await?;
    let secret = secret::random_text();
    let fresh = SessionId(Uuid::now_v7());
    let hello = hello(who, fresh, secret_digest(&secret), None, program);
    metrics::counter!("baton_http_room_calls_total").increment(1);
    let welcome = room.hello(hello, None).await?;
    Ok((welcome.session, secret))
}

/// A sign-in has ended: its sessions end everywhere.
///
/// # Errors
/// What a room that runs cannot do now; one that does not run has no session to end.
pub async fn signed_out(api: &Api, sign_in: Uuid) -> Result<(), ApiError> {
    match api.gateway.signed_out(sign_in).await {
        0 => Ok(()),
        _ => Err(ApiError::new(ErrorCode::RetryLater)),
    }
}

/// How the sockets of a workspace keep up; for whom was decided before.
///
/// # Errors
/// As [`ask`].
pub async fn lines(api: &Api, who: &Caller, workspace: Uuid) -> Result<Vec<Line>, ApiError> {
    let room = enter(api, who.identity.user, WorkspaceId(workspace)).await?;
    Ok(room.lines().await?)
}

/// Opens a room again that fell over too often; who asked goes into the audit log.
///
/// # Errors
/// As [`ask`].
pub async fn reopen(api: &Api, who: &Caller, workspace: Uuid) -> Result<(), ApiError> {
    let user = who.identity.user;
    let room = enter(api, user, WorkspaceId(workspace)).await?;
    metrics::counter!("baton_http_room_calls_total").increment(1);
    api.accounts.note(user, "room.reopen", format!("workspace {workspace}")).await?;
    Ok(room.reopen().await?)
}

/// The room, for those who may know that it exists. Asked of the store first, so that a stranger starts no room.
async fn enter(api: &Api, user: UserId, workspace: WorkspaceId) -> Result<RoomHandle, ApiError> {
    let member = api.store.member(workspace, user).await?;
    if member.is_none_or(|member| !may(member.role, Action::View)) {
        refused(api, user, workspace, "no member").await;
        return Err(ApiError::new(ErrorCode::NotFound));
    }
    Ok(api.gateway.room(workspace).await?)
}

/// Refused access goes into the instance's audit chain, counted rather than listed.
async fn refused(api: &Api, user: UserId, workspace: WorkspaceId, why: &'static str) {
    let subject = format!("user {user} in workspace {workspace}: {why}");
    api.accounts.refused(&subject.clone(), Some(user), "access.refused", subject).await;
}

async fn revive(
    room: &RoomHandle,
    who: &Caller,
    session: SessionId,
    secret: [u8; 32],
) -> Result<(), ApiError> {
    let resume = Resume { session, secret, position: None };
    // If the session is gone a new one would be made: it gets this id and ends at once, and the caller is told.
    let fresh = SessionId(Uuid::now_v7());
    // Without a device: the session keeps its own.
    let digest = secret_digest(&secret::random_text());
    let claim = hello(who, fresh, digest, Some(resume), Program::default());
    let welcome: Box<Welcome> = room.hello(claim, None).await?;
    if welcome.arrival == Arrival::New || welcome.session != session {
        room.leave(welcome.user, welcome.session).await?;
        return Err(ApiError::new(ErrorCode::SessionGone));
    }
    Ok(())
}

fn hello(
    who: &Caller,
    fresh: SessionId,
    fresh_secret: [u8; 32],
    resume: Option<Resume>,
    program: Program,
) -> HelloWithoutCall {
    // A program is one page for all of its life: the instance follows from the session.
    let instance = InstanceId(resume.as_ref().map_or(fresh, |resume| resume.session).0);
    let Identity { user, sign_in, .. } = who.identity;
    let Program { device, address, keep_ms } = program;
    HelloWithoutCall { user, sign_in, instance, fresh, fresh_secret, resume, device, address, keep_ms }
}

/// An answer that does not fit the question: a fault of ours.
pub fn unexpected(answer: &Answer) -> ApiError {
    let kind = match answer {
        Answer::Receipt(_) => "receipt",
        Answer::Welcome(_) => "welcome",
        Answer::Snapshot(_) => "snapshot",
        Answer::Object(_) => "object",
        Answer::Parked(_) => "parked",
        Answer::Realtime(_) => "realtime",
        Answer::Explained(_) => "explained",
        Answer::Table(_) => "table",
        Answer::Staged(_) => "staged",
        Answer::Presence(_) => "presence",
        Answer::StatusHistory { .. } => "status_history",
        Answer::PresenceSettings(_) => "presence_settings",
        Answer::Console(_) => "console",
        Answer::Revertable(_) => "revertable",
        Answer::Publishable(_) => "publishable",
    };
    tracing::error!(kind, "a room answered something else than was asked");
    ErrorBody::new(ErrorCode::Internal).into()
}
