//! Making live: with a look before, and a word to those who have not saved.

use std::time::Duration;

use actix_web::{post, web};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::ApiError;
use super::extract::Caller;
use super::openapi::RoomErrors;
use super::{Api, rooms};
use crate::document::ReceiptDoc;
use crate::domain::effect::{Answer, Receipt};
use crate::domain::id::{ObjectId, StreamId};
use crate::protocol::client::{ClientMessage, PublishDoc};
use crate::protocol::convert;
use crate::protocol::server::{PublishableDoc, ReplyDoc};

/// How often it is looked whether those who were asked have saved.
const LOOK: Duration = Duration::from_millis(200);

/// What goes live.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PublishBody {
    /// The caller's id of the operation.
    pub op_id: Uuid,
    /// What.
    #[serde(flatten)]
    pub publish: PublishDoc,
    /// Ask those with unsaved work to save it first, and wait for them: 10 s at most.
    #[serde(default)]
    pub ask_to_save: bool,
}

/// Whose changes.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct AuthorsBody {
    /// Only the changes of these members; everybody's without it.
    #[serde(default)]
    pub authors: Option<Vec<Uuid>>,
}

/// Makes the draft live, or a part of it. Text that is not valid is refused, with the places.
#[utoipa::path(tag = "history", responses((status = 200, body = ReceiptDoc), RoomErrors))]
#[post("/workspaces/{workspace}/objects/{object}/publish")]
pub async fn publish(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    body: web::Json<PublishBody>,
) -> Result<web::Json<ReceiptDoc>, ApiError> {
    let (workspace, object) = path.into_inner();
    let PublishBody { op_id, publish, ask_to_save: ask } = body.into_inner();
    if ask {
        wait_for_saves(&api, &who, workspace, object).await?;
    }
    let message = ClientMessage::Publish { op_id, object, publish };
    rooms::decide(&api, &who, workspace, message).await.map(web::Json)
}

/// Asks, and comes back when everybody has saved or their time is over.
async fn wait_for_saves(api: &Api, who: &Caller, workspace: Uuid, object: Uuid) -> Result<(), ApiError> {
    let answer = rooms::say(api, who, workspace, ClientMessage::AskToSave { object }).await?;
    let Answer::Receipt(Receipt::Asked { sessions, within_ms }) = answer else {
        return Err(rooms::unexpected(&answer));
    };
    let until = tokio::time::Instant::now() + Duration::from_millis(within_ms);
    let own = who.session.as_ref().map(|(session, _)| *session);
    let mut waits = sessions > 0;
    while waits && tokio::time::Instant::now() < until {
        tokio::time::sleep(LOOK).await;
        let picture = rooms::picture(api, who, workspace).await?;
        waits = picture.locks.iter().any(|lock| {
            lock.path.object == ObjectId(object) && Some(lock.session) != own && lock.unsaved > 0
        });
    }
    Ok(())
}

/// What publishing would make live, with what that needs. Changes nothing.
#[utoipa::path(tag = "history", responses((status = 200, body = PublishableDoc), RoomErrors))]
#[post("/workspaces/{workspace}/objects/{object}/publish/check")]
pub async fn check_publish(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    body: web::Json<AuthorsBody>,
) -> Result<web::Json<PublishableDoc>, ApiError> {
    let (workspace, object) = path.into_inner();
    let message = ClientMessage::CheckPublish { object, authors: body.into_inner().authors };
    let answer = rooms::say(&api, &who, workspace, message).await?;
    match convert::reply(&answer, StreamId(Uuid::nil())) {
        Some(ReplyDoc::Publishable(preview)) => Ok(web::Json(*preview)),
        _ => Err(rooms::unexpected(&answer)),
    }
}

/// Asks everybody with unsaved work in the object to save it; they have 10 s.
#[utoipa::path(tag = "history", responses((status = 200, body = ReceiptDoc), RoomErrors))]
#[post("/workspaces/{workspace}/objects/{object}/ask-to-save")]
pub async fn ask_to_save(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
) -> Result<web::Json<ReceiptDoc>, ApiError> {
    let (workspace, object) = path.into_inner();
    rooms::decide(&api, &who, workspace, ClientMessage::AskToSave { object }).await.map(web::Json)
}
