//! Taking back: reverts with a look before, undo and redo, an earlier version back in the draft.

use actix_web::{post, web};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::ApiError;
use super::extract::Caller;
use super::openapi::RoomErrors;
use super::{Api, rooms};
use crate::document::ReceiptDoc;
use crate::domain::command::{Request, Restore};
use crate::domain::effect::Answer;
use crate::domain::id::{ObjectId, OpId, WorkspaceId};
use crate::domain::role::Action;
use crate::domain::stack::Revision;
use crate::protocol::client::{ClientMessage, RevertDoc, SelectionDoc, StepDoc};
use crate::protocol::convert;
use crate::protocol::server::{ReplyDoc, RevertableDoc};

/// What to take back.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RevertBody {
    /// The caller's id of the operation.
    pub op_id: Uuid,
    /// Which changes, and what happens where others would lose by it.
    #[serde(flatten)]
    pub revert: RevertDoc,
}

/// A step back or forth.
#[derive(Debug, Deserialize, ToSchema)]
pub struct StepBody {
    /// The caller's id of the operation.
    pub op_id: Uuid,
    /// Only what is older than this change.
    #[serde(default)]
    pub before: Option<u64>,
    /// Also over later work of others.
    #[serde(default)]
    pub take: bool,
}

/// Which state of the draft the caller has seen.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RestoreBody {
    /// The caller's id of the operation.
    pub op_id: Uuid,
    /// The draft's revision.
    pub revision: u64,
}

/// Takes changes back, as a change. What it would do is told by `/revert/check`.
#[utoipa::path(tag = "history", responses((status = 200, body = ReceiptDoc), RoomErrors))]
#[post("/workspaces/{workspace}/objects/{object}/revert")]
pub async fn revert(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    body: web::Json<RevertBody>,
) -> Result<web::Json<ReceiptDoc>, ApiError> {
    let (workspace, object) = path.into_inner();
    let RevertBody { op_id, revert } = body.into_inner();
    let message = ClientMessage::Revert { op_id, object, revert };
    rooms::decide(&api, &who, workspace, message).await.map(web::Json)
}

/// What taking changes back would do and break. Changes nothing.
#[utoipa::path(tag = "history", responses((status = 200, body = RevertableDoc), RoomErrors))]
#[post("/workspaces/{workspace}/objects/{object}/revert/check")]
pub async fn check_revert(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    body: web::Json<SelectionDoc>,
) -> Result<web::Json<RevertableDoc>, ApiError> {
    let (workspace, object) = path.into_inner();
    let message = ClientMessage::CheckRevert { object, selection: body.into_inner() };
    let answer = rooms::say(&api, &who, workspace, message).await?;
    match convert::reply(&answer, crate::domain::id::StreamId(Uuid::nil())) {
        Some(ReplyDoc::Revertable(preview)) => Ok(web::Json(*preview)),
        _ => Err(rooms::unexpected(&answer)),
    }
}

/// Takes the caller's own newest change back, past what others did.
#[utoipa::path(tag = "history", responses((status = 200, body = ReceiptDoc), RoomErrors))]
#[post("/workspaces/{workspace}/objects/{object}/undo")]
pub async fn undo(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    body: web::Json<StepBody>,
) -> Result<web::Json<ReceiptDoc>, ApiError> {
    let (workspace, object) = path.into_inner();
    let message = ClientMessage::UndoChange(step(object, body.into_inner()));
    rooms::decide(&api, &who, workspace, message).await.map(web::Json)
}

/// Takes the caller's own newest undo back.
#[utoipa::path(tag = "history", responses((status = 200, body = ReceiptDoc), RoomErrors))]
#[post("/workspaces/{workspace}/objects/{object}/redo")]
pub async fn redo(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    body: web::Json<StepBody>,
) -> Result<web::Json<ReceiptDoc>, ApiError> {
    let (workspace, object) = path.into_inner();
    let message = ClientMessage::RedoChange(step(object, body.into_inner()));
    rooms::decide(&api, &who, workspace, message).await.map(web::Json)
}

fn step(object: Uuid, body: StepBody) -> StepDoc {
    let StepBody { op_id, before, take } = body;
    StepDoc { op_id, object, before, take }
}

/// Puts a published version back into the draft, as a change.
#[utoipa::path(tag = "history", responses((status = 200, body = ReceiptDoc), RoomErrors))]
#[post("/workspaces/{workspace}/objects/{object}/versions/{number}/restore")]
pub async fn restore(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid, u64)>,
    body: web::Json<RestoreBody>,
) -> Result<web::Json<ReceiptDoc>, ApiError> {
    let (workspace, object, number) = path.into_inner();
    let RestoreBody { op_id, revision } = body.into_inner();
    rooms::member(&api, &who, workspace, Action::Edit).await?;
    // The object first: without it there is no version either, and the room is what says so.
    rooms::object(&api, &who, workspace, object).await?;
    let (_, stack) = api.store.version(WorkspaceId(workspace), ObjectId(object), number).await?;
    let request = Request::Restore(Box::new(Restore {
        op_id: OpId(op_id),
        object: ObjectId(object),
        revision: Revision(revision),
        version: number,
        seeds: stack.to_seeds(),
    }));
    match rooms::ask(&api, &who, workspace, request).await? {
        Answer::Receipt(receipt) => Ok(web::Json((&receipt).into())),
        other => Err(rooms::unexpected(&other)),
    }
}
