//! Keys with which servers call.

use actix_web::{HttpResponse, delete, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::ApiError;
use super::extract::{Asking, Caller};
use super::openapi::RoomErrors;
use super::{Api, rooms};
use crate::auth::key::NewKey;
use crate::document::{ApiKeyDoc, scopes_from_doc};
use crate::domain::command::RealtimeRequest;
use crate::domain::effect::RealtimeAnswer;
use crate::domain::id::KeyId;
use crate::domain::realtime::ApiKey;
use crate::domain::time::Timestamp;
use crate::protocol::error::ErrorCode;

/// The keys of a workspace.
#[derive(Debug, Serialize, ToSchema)]
pub struct Keys {
    /// Oldest first; the text of none.
    pub keys: Vec<ApiKeyDoc>,
}

/// What a new key is for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyBody {
    /// In your words; up to 100 characters.
    pub name: String,
    /// What it may be used for: `stacks.read`, `stacks.write`, `locks.write`, `admin.read`, `channels.read`, `events.write`,
    /// `presences.read`, `presences.write`, `tokens.create`.
    #[schema(min_items = 1)]
    pub scopes: Vec<String>,
    /// Until when it may be used, milliseconds since the Unix epoch; for ever if not there.
    #[serde(default)]
    pub expires: Option<i64>,
}

/// A new key.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyMade {
    /// Its id.
    pub id: Uuid,
    /// Its text, which is shown this once.
    pub key: String,
}

/// The keys with which servers call. For owners and admins.
#[utoipa::path(tag = "keys", responses((status = 200, body = Keys), RoomErrors))]
#[get("/workspaces/{workspace}/keys")]
pub async fn list(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
) -> Result<web::Json<Keys>, ApiError> {
    let (who, request) = (Asking::Member(who), RealtimeRequest::ListKeys);
    match rooms::realtime(&api, &who, path.into_inner(), request).await? {
        RealtimeAnswer::Keys(keys) => Ok(web::Json(Keys { keys: keys.iter().map(Into::into).collect() })),
        _ => Err(ApiError::new(ErrorCode::Internal)),
    }
}

/// Makes a key. Its text is in the answer and nowhere else. For owners and admins.
#[utoipa::path(tag = "keys", responses((status = 201, body = KeyMade), RoomErrors))]
#[post("/workspaces/{workspace}/keys")]
pub async fn make(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
    body: web::Json<KeyBody>,
) -> Result<HttpResponse, ApiError> {
    let KeyBody { name, scopes, expires } = body.into_inner();
    let NewKey { id, text, digest } = NewKey::make();
    let key = ApiKey {
        id,
        name,
        digest,
        scopes: scopes_from_doc(&scopes)?,
        made_by: who.identity.user,
        created: Timestamp(0),
        expires: expires.map(Timestamp),
        used: None,
    };
    let request = RealtimeRequest::MakeKey(Box::new(key));
    rooms::realtime(&api, &Asking::Member(who), path.into_inner(), request).await?;
    let made = KeyMade { id: id.0, key: text };
    Ok(HttpResponse::Created().insert_header(("cache-control", "no-store")).json(made))
}

/// Ends a key: its next call is refused. For owners and admins.
#[utoipa::path(tag = "keys", responses((status = 204), RoomErrors))]
#[delete("/workspaces/{workspace}/keys/{key}")]
pub async fn revoke(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, key) = path.into_inner();
    let request = RealtimeRequest::RevokeKey { key: KeyId(key) };
    rooms::realtime(&api, &Asking::Member(who), workspace, request).await?;
    // What it holds comes free at once. Where that cannot be done now, silence does it: no call renews its sessions any more.
    let _ = rooms::signed_out(&api, key).await;
    Ok(HttpResponse::NoContent().finish())
}
