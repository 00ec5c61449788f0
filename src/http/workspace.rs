//! The workspace as a whole: its picture, who is in it, sessions of programs, parked drafts.

use actix_web::{HttpResponse, delete, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::ApiError;
use super::extract::{Caller, Client, Fields};
use super::openapi::RoomErrors;
use super::{Api, rooms};
use crate::document::ParkedDraftDoc;
use crate::domain::command::Request;
use crate::domain::effect::Answer;
use crate::domain::id::SessionId;
use crate::protocol::client::ClientMessage;
use crate::protocol::convert;
use crate::protocol::error::ErrorCode;
use crate::protocol::server::SnapshotDoc;

/// What the session shall be called.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct SessionBody {
    /// Device in words; up to 64 characters. If left out, a key's name, or what the program says of itself.
    #[serde(default)]
    pub device: Option<String>,
    /// The session is shown for so many seconds after its last call or heartbeat: 10 to 3,600, 25 if left out. Its locks
    /// end 25 s after that call, as everybody's.
    #[serde(default)]
    pub keep_s: Option<u32>,
}

/// A session of a caller that is no browser tab. Send both with every call: `Baton-Session: <session>:<secret>`.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionKey {
    /// The session.
    pub session: Uuid,
    /// Its secret, shown this once.
    pub secret: String,
}

/// Parked drafts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Parked {
    /// One's own, oldest first.
    pub drafts: Vec<ParkedDraftDoc>,
}

/// The whole picture: members, sessions, objects, locks, requests, one's parked drafts.
#[utoipa::path(tag = "workspace", responses((status = 200, body = SnapshotDoc), RoomErrors))]
#[get("/workspaces/{workspace}")]
pub async fn snapshot(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
) -> Result<web::Json<SnapshotDoc>, ApiError> {
    let picture = rooms::picture(&api, &who, path.into_inner()).await?;
    Ok(web::Json(convert::snapshot(&picture)))
}

/// Opens a session for a program, which may then hold locks. Its calls renew it.
#[utoipa::path(tag = "workspace", request_body = Option<SessionBody>, responses((status = 200, body = SessionKey), RoomErrors))]
#[post("/workspaces/{workspace}/sessions")]
pub async fn open_session(
    api: web::Data<Api>,
    who: Caller,
    client: Client,
    path: web::Path<Uuid>,
    body: Fields<SessionBody>,
) -> Result<web::Json<SessionKey>, ApiError> {
    let SessionBody { device, keep_s } = body.0;
    let given = device.or_else(|| who.key.clone()).unwrap_or(client.agent);
    let device: String = given.chars().filter(|one| !one.is_control()).take(64).collect();
    if keep_s.is_some_and(|seconds| !(10..=3_600).contains(&seconds)) {
        return Err(ApiError::detail(ErrorCode::BadTime, "keep_s: 10 to 3600"));
    }
    let keep_ms = keep_s.map(|seconds| u64::from(seconds) * 1_000);
    let program = rooms::Program { device, address: client.address.to_string(), keep_ms };
    let (session, secret) = rooms::open_session(&api, &who, path.into_inner(), program).await?;
    Ok(web::Json(SessionKey { session: session.0, secret }))
}

/// Ends the caller's session; its locks are free at once. Wants the header `Baton-Session` of that session.
#[utoipa::path(tag = "workspace", responses((status = 204), RoomErrors))]
#[delete("/workspaces/{workspace}/sessions/{session}")]
pub async fn end_session(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, session) = path.into_inner();
    own_session(&who, session)?;
    rooms::ask(&api, &who, workspace, Request::Leave).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Says that the caller's session lives, as every other call with its header does.
#[utoipa::path(tag = "workspace", responses((status = 204), RoomErrors))]
#[post("/workspaces/{workspace}/sessions/{session}/heartbeat")]
pub async fn heartbeat(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, session) = path.into_inner();
    own_session(&who, session)?;
    rooms::ask(&api, &who, workspace, Request::Heartbeat).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn own_session(who: &Caller, session: Uuid) -> Result<(), ApiError> {
    match &who.session {
        Some((own, _)) if *own == SessionId(session) => Ok(()),
        Some(_) => Err(ApiError::new(ErrorCode::NotFound)),
        None => Err(ApiError::new(ErrorCode::SessionRequired)),
    }
}

/// One's own parked drafts.
#[utoipa::path(tag = "workspace", responses((status = 200, body = Parked), RoomErrors))]
#[get("/workspaces/{workspace}/parked")]
pub async fn list_parked(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
) -> Result<web::Json<Parked>, ApiError> {
    match rooms::ask(&api, &who, path.into_inner(), Request::ListParked { user: None }).await? {
        Answer::Parked(drafts) => Ok(web::Json(Parked { drafts: drafts.iter().map(Into::into).collect() })),
        other => Err(rooms::unexpected(&other)),
    }
}

/// Throws a parked draft away.
#[utoipa::path(tag = "workspace", responses((status = 204), RoomErrors))]
#[delete("/workspaces/{workspace}/parked/{parked}")]
pub async fn discard_parked(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, parked) = path.into_inner();
    rooms::decide(&api, &who, workspace, ClientMessage::DiscardParked { parked }).await?;
    Ok(HttpResponse::NoContent().finish())
}
