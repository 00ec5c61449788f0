//! What an admin sees of a workspace that runs, and does to it: ending sessions, freezing, times of locks, reopening a room
//! that fell over.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, delete, get, post, put, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::ApiError;
use super::extract::Caller;
use super::openapi::RoomErrors;
use super::{Api, rooms};
use crate::document::ClosureDoc;
use crate::domain::command::{Request, TeamRequest};
use crate::domain::effect::{Answer, ConsoleView, LockSettings, Use};
use crate::domain::id::{SessionId, WorkspaceId};
use crate::domain::role::Action;
use crate::gateway::Line;
use crate::protocol::convert;
use crate::protocol::server::{ExplanationDoc, SessionDoc};
use crate::store::Storage;

/// What goes on in a workspace right now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Console {
    /// The live sessions.
    pub sessions: Vec<ConsoleSession>,
    /// The locks, each with its age, idle time and queue.
    pub locks: Vec<ExplanationDoc>,
    /// What is closed for edits; a frozen workspace is a closure of the object `00000000-0000-0000-0000-000000000000`.
    pub closures: Vec<ClosureDoc>,
    /// The times of locks.
    pub settings: LockTimes,
    /// How long a lock is held, in milliseconds, as measured; the newest count most.
    pub hold_ms: u64,
    /// How much there is of what has a bound.
    pub limits: Vec<Bound>,
    /// What is stored.
    pub storage: Stored,
}

/// A live session.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsoleSession {
    /// As its colleagues see it; with the place hidden if its member hides it from you.
    pub session: SessionDoc,
    /// The network address; empty if unknown.
    pub address: String,
    /// Milliseconds since its last frame.
    pub silent_ms: u64,
    /// How long its last ping took to be answered, in milliseconds; left out before the first answer, and of programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lag_ms: Option<u64>,
    /// Bytes that wait to be written to it; left out of a session without a socket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queued_bytes: Option<usize>,
    /// Locks that it holds.
    pub locks: u32,
    /// Requests of it that wait.
    pub waiting: u32,
    /// Operations that it has typed and not yet had acknowledged.
    pub unsaved: u32,
}

/// How much there is of something that has a bound.
#[derive(Debug, Serialize, ToSchema)]
pub struct Bound {
    /// Of what.
    pub what: &'static str,
    /// How much.
    pub used: usize,
    /// At most.
    pub most: usize,
}

/// What is stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stored {
    /// The whole database, of all workspaces, in bytes.
    pub database_bytes: u64,
    /// Operations in the logs of this workspace.
    pub operations: u64,
    /// Published versions of it.
    pub versions: u64,
    /// Records in its tables, deleted ones among them.
    pub records: u64,
    /// Operations that are parked for their authors.
    pub parked: u64,
    /// Records in its audit log.
    pub audit: u64,
}

/// The times of locks, in seconds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "grace_s": 15, "idle_s": 300, "nudge_s": 60, "take_over_s": 180, "request_s": 600, "undo_s": 300, "promise_s": 600
}))]
pub struct LockTimes {
    /// A session whose socket was closed keeps its locks this long: 5 to 300.
    pub grace_s: u64,
    /// A lock without an edit is released after this: 30 to 3,600.
    pub idle_s: u64,
    /// The holder is reminded of a request after this; before the take-over.
    pub nudge_s: u64,
    /// The first who waits may take over after this: 15 to 3,600.
    pub take_over_s: u64,
    /// A request expires after this; later than the take-over, a day at most.
    pub request_s: u64,
    /// A take-over or force can be undone this long: 10 to 3,600.
    pub undo_s: u64,
    /// A promise is for this at most: 60 to 3,600.
    pub promise_s: u64,
}

/// Other times of locks.
#[derive(Debug, Deserialize, ToSchema)]
pub struct LockTimesBody {
    /// All of them.
    #[serde(flatten)]
    pub times: LockTimes,
    /// Kept in the audit log.
    #[serde(default)]
    pub reason: String,
}

/// Why a session is ended.
#[derive(Debug, Deserialize, ToSchema)]
pub struct KickBody {
    /// Told to its member and kept in the audit log; 1 to 280 characters.
    pub reason: String,
}

/// What everybody is told.
#[derive(Debug, Deserialize, ToSchema)]
pub struct FreezeBody {
    /// Shown to everybody and kept in the audit log; 1 to 280 characters.
    pub message: String,
}

/// What goes on right now: who is here, how their lines are, what is held and waited for, how full it is. For admins.
#[utoipa::path(tag = "console", responses((status = 200, body = Console), RoomErrors))]
#[get("/workspaces/{workspace}/console")]
pub async fn console(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
) -> Result<web::Json<Console>, ApiError> {
    let workspace = path.into_inner();
    let view = match rooms::ask(&api, &who, workspace, Request::Console).await? {
        Answer::Console(view) => view,
        other => return Err(rooms::unexpected(&other)),
    };
    let lines = rooms::lines(&api, &who, workspace).await?;
    let storage = api.store.storage(WorkspaceId(workspace)).await?;
    Ok(web::Json(shown(&view, &lines, storage)))
}

/// Ends a session of somebody. Its pens come free at once; what its page typed is parked when it comes back.
#[utoipa::path(tag = "console", request_body = KickBody, responses((status = 204), RoomErrors))]
#[post("/workspaces/{workspace}/sessions/{session}/kick")]
pub async fn kick(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    body: web::Json<KickBody>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, session) = path.into_inner();
    let kick = TeamRequest::Kick { session: SessionId(session), reason: body.into_inner().reason };
    rooms::ask(&api, &who, workspace, Request::Team(kick)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Freezes the workspace: nobody edits, publishes, imports or deletes until it is let go on.
#[utoipa::path(tag = "console", request_body = FreezeBody, responses((status = 204), RoomErrors))]
#[post("/workspaces/{workspace}/freeze")]
pub async fn freeze(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
    body: web::Json<FreezeBody>,
) -> Result<HttpResponse, ApiError> {
    let freeze = TeamRequest::Freeze { message: body.into_inner().message };
    rooms::ask(&api, &who, path.into_inner(), Request::Team(freeze)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lets edits go on.
#[utoipa::path(tag = "console", responses((status = 204), RoomErrors))]
#[delete("/workspaces/{workspace}/freeze")]
pub async fn unfreeze(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    rooms::ask(&api, &who, path.into_inner(), Request::Team(TeamRequest::Thaw)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sets the times of locks, which count at once, also for what is held and waits. For admins.
#[utoipa::path(tag = "console", request_body = LockTimesBody, responses((status = 204), RoomErrors))]
#[put("/workspaces/{workspace}/locks/settings")]
pub async fn set_lock_settings(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
    body: web::Json<LockTimesBody>,
) -> Result<HttpResponse, ApiError> {
    let LockTimesBody { times, reason } = body.into_inner();
    let set = TeamRequest::SetLockSettings { settings: times.into(), reason };
    rooms::ask(&api, &who, path.into_inner(), Request::Team(set)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Opens a workspace again that fell over three times in a minute and so was closed for five. One that is open stays so.
#[utoipa::path(tag = "console", responses((status = 204), RoomErrors))]
#[post("/workspaces/{workspace}/reopen")]
pub async fn reopen(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    let workspace = path.into_inner();
    // The room itself cannot be asked who the caller is.
    rooms::member(&api, &who, workspace, Action::ManageMembers).await?;
    rooms::reopen(&api, &who, workspace).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn shown(view: &ConsoleView, lines: &[Line], storage: Storage) -> Console {
    let lines: BTreeMap<SessionId, &Line> = lines.iter().map(|line| (line.session, line)).collect();
    let session = |one: &crate::domain::effect::ConsoleSession| {
        let line = lines.get(&one.view.id);
        ConsoleSession {
            session: convert::session(&one.view),
            address: one.address.clone(),
            silent_ms: one.silent_ms,
            lag_ms: line.and_then(|line| line.lag_ms),
            queued_bytes: line.map(|line| line.queued),
            locks: one.locks,
            waiting: one.waiting,
            unsaved: one.unsaved,
        }
    };
    let Storage { bytes, operations, versions, records, parked, audit } = storage;
    Console {
        sessions: view.sessions.iter().map(session).collect(),
        locks: view.locks.iter().map(convert::explained).collect(),
        closures: view.closures.iter().map(Into::into).collect(),
        settings: view.settings.into(),
        hold_ms: view.hold_ms,
        limits: view
            .uses
            .iter()
            .map(|Use { what, used, most }| Bound { what, used: *used, most: *most })
            .collect(),
        storage: Stored { database_bytes: bytes, operations, versions, records, parked, audit },
    }
}

impl From<LockSettings> for LockTimes {
    fn from(settings: LockSettings) -> Self {
        LockTimes {
            grace_s: settings.grace_ms / 1000,
            idle_s: settings.idle_ms / 1000,
            nudge_s: settings.nudge_ms / 1000,
            take_over_s: settings.take_over_ms / 1000,
            request_s: settings.request_ms / 1000,
            undo_s: settings.undo_ms / 1000,
            promise_s: settings.promise_ms / 1000,
        }
    }
}

impl From<LockTimes> for LockSettings {
    fn from(times: LockTimes) -> Self {
        LockSettings {
            grace_ms: times.grace_s.saturating_mul(1000),
            idle_ms: times.idle_s.saturating_mul(1000),
            nudge_ms: times.nudge_s.saturating_mul(1000),
            take_over_ms: times.take_over_s.saturating_mul(1000),
            request_ms: times.request_s.saturating_mul(1000),
            undo_ms: times.undo_s.saturating_mul(1000),
            promise_ms: times.promise_s.saturating_mul(1000),
        }
    }
}
