//! Locks and lock requests. All but the list want a session.

use actix_web::{HttpResponse, delete, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::ApiError;
use super::extract::Caller;
use super::openapi::RoomErrors;
use super::{Api, rooms};
use crate::document::{ClosureDoc, FenceDoc, LockDoc, LockPathDoc, ReceiptDoc};
use crate::domain::id::StreamId;
use crate::protocol::client::{AnswerDoc, ClientMessage};
use crate::protocol::convert;
use crate::protocol::server::{DeadlockDoc, ExplanationDoc, ReplyDoc, RequestDoc, SnapshotDoc};

/// Who holds what, and who waits for it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Locks {
    /// Held locks.
    pub locks: Vec<LockDoc>,
    /// Waiting requests in their order.
    pub requests: Vec<RequestDoc>,
    /// What is closed for edits.
    pub closures: Vec<ClosureDoc>,
    /// Who waits for whom in a circle.
    pub deadlocks: Vec<DeadlockDoc>,
}

/// What to take.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AcquireBody {
    /// The caller's id of the decision.
    pub op_id: Uuid,
    /// What.
    pub path: LockPathDoc,
}

/// What to give back.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ReleaseBody {
    /// The caller's id of the decision.
    pub op_id: Uuid,
    /// What.
    pub path: LockPathDoc,
    /// Under which fence it is held.
    pub fence: FenceDoc,
}

/// What is held.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RenewBody {
    /// What.
    pub path: LockPathDoc,
    /// Under which fence it is held.
    pub fence: FenceDoc,
}

/// What is asked about.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ExplainBody {
    /// What.
    pub path: LockPathDoc,
}

/// What is taken away.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ForceBody {
    /// The caller's id of the decision.
    pub op_id: Uuid,
    /// What.
    pub path: LockPathDoc,
    /// 1 to 280 characters; told to the holder and kept in the audit log.
    pub reason: String,
}

/// What is wished for.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RequestBody {
    /// The caller's id of the decision.
    pub op_id: Uuid,
    /// The request's id if it will be a new one.
    pub request: Uuid,
    /// What.
    pub path: LockPathDoc,
    /// Up to 280 characters.
    #[serde(default)]
    pub note: String,
}

/// How a request is answered.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AnswerBody {
    /// The caller's id of the decision.
    pub op_id: Uuid,
    /// How.
    pub answer: AnswerDoc,
    /// Why not, of a decline; up to 280 characters.
    #[serde(default)]
    pub reason: String,
    /// Of a promise: milliseconds from now, 10 min at most.
    #[serde(default)]
    pub within_ms: Option<u64>,
}

type Decided = Result<web::Json<ReceiptDoc>, ApiError>;

/// Who holds what, and who waits for it.
#[utoipa::path(tag = "locks", responses((status = 200, body = Locks), RoomErrors))]
#[get("/workspaces/{workspace}/locks")]
pub async fn list(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
) -> Result<web::Json<Locks>, ApiError> {
    let picture = convert::snapshot(&*rooms::picture(&api, &who, path.into_inner()).await?);
    let SnapshotDoc { locks, requests, closures, deadlocks, .. } = picture;
    Ok(web::Json(Locks { locks, requests, closures, deadlocks }))
}

/// Takes a free lock; `locked` says who holds it otherwise.
#[utoipa::path(tag = "locks", responses((status = 200, body = ReceiptDoc), RoomErrors))]
#[post("/workspaces/{workspace}/locks")]
pub async fn acquire(
    api: web::Data<Api>,
    who: Caller,
    at: web::Path<Uuid>,
    body: web::Json<AcquireBody>,
) -> Decided {
    let AcquireBody { op_id, path } = body.into_inner();
    rooms::decide(&api, &who, at.into_inner(), ClientMessage::Acquire { op_id, path }).await.map(web::Json)
}

/// Gives a lock back.
#[utoipa::path(tag = "locks", responses((status = 200, body = ReceiptDoc), RoomErrors))]
#[post("/workspaces/{workspace}/locks/release")]
pub async fn release(
    api: web::Data<Api>,
    who: Caller,
    at: web::Path<Uuid>,
    body: web::Json<ReleaseBody>,
) -> Decided {
    let ReleaseBody { op_id, path, fence } = body.into_inner();
    rooms::decide(&api, &who, at.into_inner(), ClientMessage::Release { op_id, path, fence })
        .await
        .map(web::Json)
}

/// Everything about a lock: who holds it, who waits, when it would be free, what the caller may do.
#[utoipa::path(tag = "locks", responses((status = 200, body = ExplanationDoc), RoomErrors))]
#[post("/workspaces/{workspace}/locks/explain")]
pub async fn explain(
    api: web::Data<Api>,
    who: Caller,
    at: web::Path<Uuid>,
    body: web::Json<ExplainBody>,
) -> Result<web::Json<ExplanationDoc>, ApiError> {
    let message = ClientMessage::Explain { path: body.into_inner().path };
    let answer = rooms::say(&api, &who, at.into_inner(), message).await?;
    // An explanation names no stream.
    match convert::reply(&answer, StreamId(Uuid::nil())) {
        Some(ReplyDoc::Explained(explained)) => Ok(web::Json(*explained)),
        _ => Err(rooms::unexpected(&answer)),
    }
}

/// Takes a lock away from its holder at once, as an owner or admin; what the holder had typed is parked.
#[utoipa::path(tag = "locks", responses((status = 200, body = ReceiptDoc), RoomErrors))]
#[post("/workspaces/{workspace}/locks/force")]
pub async fn force(
    api: web::Data<Api>,
    who: Caller,
    at: web::Path<Uuid>,
    body: web::Json<ForceBody>,
) -> Decided {
    let ForceBody { op_id, path, reason } = body.into_inner();
    rooms::decide(&api, &who, at.into_inner(), ClientMessage::Force { op_id, path, reason })
        .await
        .map(web::Json)
}

/// A sign of life: whether the lock is still held under that fence. It renews the session, and is no edit.
#[utoipa::path(tag = "locks", responses((status = 200, body = ReceiptDoc), RoomErrors))]
#[post("/workspaces/{workspace}/locks/renew")]
pub async fn renew(
    api: web::Data<Api>,
    who: Caller,
    at: web::Path<Uuid>,
    body: web::Json<RenewBody>,
) -> Decided {
    let RenewBody { path, fence } = body.into_inner();
    rooms::decide(&api, &who, at.into_inner(), ClientMessage::Renew { path, fence }).await.map(web::Json)
}

/// Asks the holder for a lock.
#[utoipa::path(tag = "locks", responses((status = 200, body = ReceiptDoc), RoomErrors))]
#[post("/workspaces/{workspace}/locks/requests")]
pub async fn wish(
    api: web::Data<Api>,
    who: Caller,
    at: web::Path<Uuid>,
    body: web::Json<RequestBody>,
) -> Decided {
    let RequestBody { op_id, request, path, note } = body.into_inner();
    let message = ClientMessage::RequestLock { op_id, request, path, note };
    rooms::decide(&api, &who, at.into_inner(), message).await.map(web::Json)
}

/// Answers a colleague's request.
#[utoipa::path(tag = "locks", responses((status = 200, body = ReceiptDoc), RoomErrors))]
#[post("/workspaces/{workspace}/locks/requests/{request}/answer")]
pub async fn respond(
    api: web::Data<Api>,
    who: Caller,
    at: web::Path<(Uuid, Uuid)>,
    body: web::Json<AnswerBody>,
) -> Decided {
    let (workspace, request) = at.into_inner();
    let AnswerBody { op_id, answer, reason, within_ms } = body.into_inner();
    let message = ClientMessage::AnswerRequest { op_id, request, answer, reason, within_ms };
    rooms::decide(&api, &who, workspace, message).await.map(web::Json)
}

/// Takes one's own request back.
#[utoipa::path(tag = "locks", responses((status = 204), RoomErrors))]
#[delete("/workspaces/{workspace}/locks/requests/{request}")]
pub async fn cancel(
    api: web::Data<Api>,
    who: Caller,
    at: web::Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, request) = at.into_inner();
    rooms::decide(&api, &who, workspace, ClientMessage::CancelRequest { request }).await?;
    Ok(HttpResponse::NoContent().finish())
}
