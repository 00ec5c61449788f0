//! What is rarer about locks: taking over, undoing that, swapping, closing and reopening.

use actix_web::{post, web};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::ApiError;
use super::extract::Caller;
use super::openapi::RoomErrors;
use super::{Api, rooms};
use crate::document::{LockPathDoc, ReceiptDoc};
use crate::protocol::client::ClientMessage;

/// A decision about a request or deadlock.
#[derive(Debug, Deserialize, ToSchema)]
pub struct DecisionBody {
    /// The caller's id of the decision.
    pub op_id: Uuid,
}

/// A decision about a path.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PathBody {
    /// The caller's id of the decision.
    pub op_id: Uuid,
    /// What.
    pub path: LockPathDoc,
}

/// What is closed, and why.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CloseBody {
    /// The caller's id of the decision.
    pub op_id: Uuid,
    /// What.
    pub path: LockPathDoc,
    /// 1 to 280 characters, shown to everybody.
    pub reason: String,
}

type Decided = Result<web::Json<ReceiptDoc>, ApiError>;

/// The first in the order takes the lock, after 3 min without grant, decline or promise.
#[utoipa::path(tag = "locks", responses((status = 200, body = ReceiptDoc), RoomErrors))]
#[post("/workspaces/{workspace}/locks/requests/{request}/take-over")]
pub async fn take_over(
    api: web::Data<Api>,
    who: Caller,
    at: web::Path<(Uuid, Uuid)>,
    body: web::Json<DecisionBody>,
) -> Decided {
    let (workspace, request) = at.into_inner();
    let message = ClientMessage::TakeOver { op_id: body.op_id, request };
    rooms::decide(&api, &who, workspace, message).await.map(web::Json)
}

/// Takes a take-over or a force back, within 5 min and before anything was written under it.
#[utoipa::path(tag = "locks", responses((status = 200, body = ReceiptDoc), RoomErrors))]
#[post("/workspaces/{workspace}/locks/undo")]
pub async fn undo(
    api: web::Data<Api>,
    who: Caller,
    at: web::Path<Uuid>,
    body: web::Json<PathBody>,
) -> Decided {
    let PathBody { op_id, path } = body.into_inner();
    rooms::decide(&api, &who, at.into_inner(), ClientMessage::Undo { op_id, path }).await.map(web::Json)
}

/// Agrees to swap the pens of a deadlock; when all in it have agreed, they move in one commit.
#[utoipa::path(tag = "locks", responses((status = 200, body = ReceiptDoc), RoomErrors))]
#[post("/workspaces/{workspace}/locks/deadlocks/{deadlock}/swap")]
pub async fn swap(api: web::Data<Api>, who: Caller, at: web::Path<(Uuid, Uuid)>) -> Decided {
    let (workspace, deadlock) = at.into_inner();
    rooms::decide(&api, &who, workspace, ClientMessage::Swap { deadlock }).await.map(web::Json)
}

/// Closes a path, as an owner or admin: nobody edits it until it is reopened.
#[utoipa::path(tag = "locks", responses((status = 200, body = ReceiptDoc), RoomErrors))]
#[post("/workspaces/{workspace}/locks/close")]
pub async fn close(
    api: web::Data<Api>,
    who: Caller,
    at: web::Path<Uuid>,
    body: web::Json<CloseBody>,
) -> Decided {
    let CloseBody { op_id, path, reason } = body.into_inner();
    let message = ClientMessage::CloseEditing { op_id, path, reason };
    rooms::decide(&api, &who, at.into_inner(), message).await.map(web::Json)
}

/// Opens a path again, as an owner or admin.
#[utoipa::path(tag = "locks", responses((status = 200, body = ReceiptDoc), RoomErrors))]
#[post("/workspaces/{workspace}/locks/reopen")]
pub async fn reopen(
    api: web::Data<Api>,
    who: Caller,
    at: web::Path<Uuid>,
    body: web::Json<PathBody>,
) -> Decided {
    let PathBody { op_id, path } = body.into_inner();
    rooms::decide(&api, &who, at.into_inner(), ClientMessage::Reopen { op_id, path }).await.map(web::Json)
}
