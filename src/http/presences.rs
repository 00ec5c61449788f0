//! Presence records: small, with a status and an expiry, and read by whom their owner says. Not who is in the editor: that is
//! [`super::presence`].

use actix_web::{HttpResponse, delete, get, patch, put, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::error::ApiError;
use super::extract::{Asking, Fields};
use super::openapi::RoomErrors;
use super::{Api, rooms};
use crate::document::{JsonDoc, PresenceRecordDoc};
use crate::domain::command::{PresenceRequest, RealtimeRequest};
use crate::domain::effect::RealtimeAnswer;
use crate::protocol::client::{PresenceCall, QueryDoc};
use crate::protocol::convert;
use crate::protocol::error::ErrorCode;

/// How old an answer may be at most, in seconds: a day.
const TTL_MAX_S: u64 = 86_400;

/// A record as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PresenceBody {
    /// 1 to 256 characters.
    pub status: String,
    /// Such as `read("users")`, 100 at most; one's own alone if not there.
    #[serde(default)]
    pub permissions: Option<Vec<String>>,
    /// Until when, milliseconds since the Unix epoch, 30 days from now at most; in 15 minutes if not there.
    #[serde(default)]
    pub expires: Option<i64>,
    /// An object of 65,535 bytes at most.
    #[serde(default)]
    pub metadata: Option<JsonDoc>,
    /// It ends with the session that the header `Baton-Session` names.
    #[serde(default)]
    pub bound: bool,
    /// Whose. Keys must say it, nobody else may.
    #[serde(default)]
    pub user: Option<Uuid>,
}

/// What changes about a record; what is not there stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PresenceChange {
    /// 1 to 256 characters.
    #[serde(default)]
    pub status: Option<String>,
    /// In place of all that were there.
    #[serde(default)]
    pub permissions: Option<Vec<String>>,
    /// Until when, milliseconds since the Unix epoch.
    #[serde(default)]
    pub expires: Option<i64>,
    /// In place of all that was there.
    #[serde(default)]
    pub metadata: Option<JsonDoc>,
    /// Another user; for keys.
    #[serde(default)]
    pub user: Option<Uuid>,
}

/// Which records, and how old the answer may be.
#[derive(Debug, Deserialize, IntoParams)]
pub struct PresencesPage {
    /// A JSON list of queries: `[{"method":"equal","attribute":"status","values":["online"]},{"method":"limit","values":[100]}]`.
    pub queries: Option<String>,
    /// An answer of that age in seconds is good enough; 0 if not said, a day at most.
    pub ttl: Option<u64>,
}

/// A page of records.
#[derive(Debug, Serialize, ToSchema)]
pub struct Presences {
    /// How many there are in all for the caller to read, up to 5,000.
    pub total: usize,
    /// In the order that was asked for; in that of making if none was.
    pub records: Vec<PresenceRecordDoc>,
}

async fn ask(
    api: &Api,
    who: &Asking,
    workspace: Uuid,
    request: PresenceRequest,
) -> Result<RealtimeAnswer, ApiError> {
    rooms::realtime(api, who, workspace, RealtimeRequest::Presence(request)).await
}

async fn record(
    api: &Api,
    who: &Asking,
    workspace: Uuid,
    call: PresenceCall,
) -> Result<web::Json<PresenceRecordDoc>, ApiError> {
    let request = convert::presence_call(call).map_err(|wrong| *wrong)?;
    match ask(api, who, workspace, request).await? {
        RealtimeAnswer::Presence(record) => Ok(web::Json((&*record).into())),
        _ => Err(ApiError::new(ErrorCode::Internal)),
    }
}

/// Records that the caller may read, 25 unless asked otherwise, 5,000 at most.
#[utoipa::path(tag = "presences", params(PresencesPage), responses((status = 200, body = Presences), RoomErrors))]
#[get("/workspaces/{workspace}/presences")]
pub async fn list(
    api: web::Data<Api>,
    who: Asking,
    path: web::Path<Uuid>,
    page: web::Query<PresencesPage>,
) -> Result<web::Json<Presences>, ApiError> {
    let PresencesPage { queries, ttl } = page.into_inner();
    let docs: Vec<QueryDoc> = match queries {
        None => Vec::new(),
        Some(text) => serde_json::from_str(&text)
            .map_err(|error| ApiError::detail(ErrorCode::BadRequest, format!("`queries`: {error}")))?,
    };
    let ttl_s = ttl.unwrap_or(0).min(TTL_MAX_S);
    let query = convert::presences_query(&docs, ttl_s * 1_000).map_err(|wrong| *wrong)?;
    match ask(&api, &who, path.into_inner(), PresenceRequest::List(Box::new(query))).await? {
        RealtimeAnswer::Presences { total, records, .. } => {
            let records = records.iter().map(|record| (&**record).into()).collect();
            Ok(web::Json(Presences { total, records }))
        }
        _ => Err(ApiError::new(ErrorCode::Internal)),
    }
}

/// One record. What the caller may not read, or has expired, is not found.
#[utoipa::path(tag = "presences", responses((status = 200, body = PresenceRecordDoc), RoomErrors))]
#[get("/workspaces/{workspace}/presences/{presence}")]
pub async fn get(
    api: web::Data<Api>,
    who: Asking,
    path: web::Path<(Uuid, String)>,
) -> Result<web::Json<PresenceRecordDoc>, ApiError> {
    let (workspace, presence) = path.into_inner();
    record(&api, &who, workspace, PresenceCall::Get { presence }).await
}

/// Makes the caller's record, or writes it anew: a user has one, and it keeps its first id. A key writes any member's.
#[utoipa::path(tag = "presences", responses((status = 200, body = PresenceRecordDoc), RoomErrors))]
#[put("/workspaces/{workspace}/presences/{presence}")]
pub async fn upsert(
    api: web::Data<Api>,
    who: Asking,
    path: web::Path<(Uuid, String)>,
    body: web::Json<PresenceBody>,
) -> Result<web::Json<PresenceRecordDoc>, ApiError> {
    let (workspace, presence) = path.into_inner();
    let PresenceBody { status, permissions, expires, metadata, bound, user } = body.into_inner();
    let call = PresenceCall::Upsert { presence, status, permissions, expires, metadata, bound, user };
    record(&api, &who, workspace, call).await
}

/// Changes a part of a record. Its expiry does not move unless it is named.
#[utoipa::path(tag = "presences", request_body = Option<PresenceChange>, responses((status = 200, body = PresenceRecordDoc), RoomErrors))]
#[patch("/workspaces/{workspace}/presences/{presence}")]
pub async fn change(
    api: web::Data<Api>,
    who: Asking,
    path: web::Path<(Uuid, String)>,
    body: Fields<PresenceChange>,
) -> Result<web::Json<PresenceRecordDoc>, ApiError> {
    let (workspace, presence) = path.into_inner();
    let PresenceChange { status, permissions, expires, metadata, user } = body.0;
    let call = PresenceCall::Patch { presence, status, permissions, expires, metadata, user };
    record(&api, &who, workspace, call).await
}

/// Deletes a record.
#[utoipa::path(tag = "presences", responses((status = 204), RoomErrors))]
#[delete("/workspaces/{workspace}/presences/{presence}")]
pub async fn delete(
    api: web::Data<Api>,
    who: Asking,
    path: web::Path<(Uuid, String)>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, presence) = path.into_inner();
    ask(&api, &who, workspace, PresenceRequest::Delete { id: presence.into() }).await?;
    Ok(HttpResponse::NoContent().finish())
}
