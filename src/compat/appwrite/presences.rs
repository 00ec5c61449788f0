//! `/presences`: requests as the core takes them, and its answers.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use serde_json::{Map, Value};

use super::account::object;
use super::caller::{Caller, Proof};
use super::error::{AppwriteError, Kind};
use super::model;
use crate::document::JsonDoc;
use crate::domain::command::{PresencePatch, PresenceRequest, PresenceUpsert};
use crate::domain::effect::RealtimeAnswer;
use crate::domain::id::UserId;
use crate::domain::realtime::{Json, Permission, PresenceRecord};
use crate::domain::time::Timestamp;
use crate::protocol::client::QueryDoc;
use crate::protocol::convert;

/// The longest that a list may be kept, in seconds.
const TTL_MAX_S: u64 = 86_400;

type Handled = Result<HttpResponse, AppwriteError>;

/// What a body may say of a record.
#[derive(Default)]
struct Given {
    status: Option<String>,
    permissions: Option<Vec<Permission>>,
    expires: Option<Timestamp>,
    metadata: Option<Json>,
    user: Option<UserId>,
    purge: bool,
}

fn invalid(name: &str) -> AppwriteError {
    AppwriteError::argument(format!("Invalid `{name}` param."))
}

fn given(body: &Map<String, Value>, proof: Proof) -> Result<Given, AppwriteError> {
    let mut given = Given::default();
    for (name, value) in body.iter().filter(|(_, value)| !value.is_null()) {
        match name.as_str() {
            "status" => given.status = Some(value.as_str().ok_or_else(|| invalid(name))?.to_owned()),
            "permissions" => given.permissions = Some(permissions(value)?),
            "expiresAt" => {
                let at = value.as_str().and_then(convert::time).ok_or_else(|| invalid(name))?;
                given.expires = Some(at);
            }
            "metadata" => given.metadata = Some(metadata(value)?),
            "purge" => given.purge = value.as_bool().ok_or_else(|| invalid(name))?,
            "userId" => given.user = Some(user(value, proof)?),
            _ => {}
        }
    }
    Ok(given)
}

/// Permissions from a list of texts.
pub fn permissions(value: &Value) -> Result<Vec<Permission>, AppwriteError> {
    let list = value.as_array().ok_or_else(|| invalid("permissions"))?;
    let texts = list.iter().map(|one| one.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
    let texts = texts.ok_or_else(|| invalid("permissions"))?;
    convert::permissions(&texts).map_err(|wrong| {
        AppwriteError::argument(wrong.detail.unwrap_or_else(|| "Invalid `permissions` param.".to_owned()))
    })
}

/// Metadata from a value that must be an object.
pub fn metadata(value: &Value) -> Result<Json, AppwriteError> {
    convert::object(JsonDoc::of(value)).map_err(|_| invalid("metadata"))
}

fn user(value: &Value, proof: Proof) -> Result<UserId, AppwriteError> {
    if !matches!(proof, Proof::Key(_)) {
        return Err(AppwriteError::of(Kind::NoScope));
    }
    let text = value.as_str().ok_or_else(|| invalid("userId"))?;
    text.parse().map_err(|_| AppwriteError::of(Kind::NoUser))
}

fn record(answer: RealtimeAnswer) -> Result<Arc<PresenceRecord>, AppwriteError> {
    match answer {
        RealtimeAnswer::Presence(record) => Ok(record),
        _ => Err(AppwriteError::of(Kind::Internal)),
    }
}

fn said(answer: RealtimeAnswer) -> Handled {
    let body = model::presence(&*record(answer)?);
    Ok(HttpResponse::Ok().content_type("application/json; charset=UTF-8").body(body))
}

/// `PUT /presences/{id}`
pub async fn upsert(caller: Caller, id: web::Path<String>, body: web::Bytes) -> Handled {
    if caller.proof == Proof::Guest {
        return Err(AppwriteError::of(Kind::NoScope));
    }
    let Given { status, permissions, expires, metadata, user, .. } = given(&object(&body)?, caller.proof)?;
    let status = status.ok_or_else(|| AppwriteError::argument("Param \"status\" is not optional."))?;
    let id = id.into_inner().into();
    let upsert = PresenceUpsert { id, user, status, permissions, expires, metadata, bound: false };
    said(caller.ask(PresenceRequest::Upsert(Box::new(upsert))).await?)
}

/// `GET /presences/{id}`
pub async fn get(caller: Caller, id: web::Path<String>) -> Handled {
    said(caller.ask(PresenceRequest::Get { id: id.into_inner().into() }).await?)
}

/// `PATCH /presences/{id}`
pub async fn update(caller: Caller, id: web::Path<String>, body: web::Bytes) -> Handled {
    if caller.proof == Proof::Guest {
        return Err(AppwriteError::of(Kind::NoScope));
    }
    let Given { status, permissions, expires, metadata, user, purge } = given(&object(&body)?, caller.proof)?;
    let id = id.into_inner().into();
    let patch = PresencePatch { id, user, status, permissions, expires, metadata, purge };
    said(caller.ask(PresenceRequest::Patch(Box::new(patch))).await?)
}

/// `DELETE /presences/{id}`; a body is of no interest.
pub async fn delete(caller: Caller, id: web::Path<String>) -> Handled {
    caller.ask(PresenceRequest::Delete { id: id.into_inner().into() }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `GET /presences`
pub async fn list(caller: Caller, query: web::Query<Vec<(String, String)>>) -> Handled {
    let (mut docs, mut total, mut ttl_s) = (Vec::new(), true, 0);
    for (name, value) in query.into_inner() {
        match name.as_str() {
            "total" => {
                total = match value.as_str() {
                    "true" | "1" => true,
                    "false" | "0" => false,
                    _ => return Err(invalid("total")),
                }
            }
            "ttl" => {
                ttl_s = value.parse().ok().filter(|ttl| *ttl <= TTL_MAX_S).ok_or_else(|| invalid("ttl"))?
            }
            name if name.starts_with("queries[") => {
                docs.push(serde_json::from_str::<QueryDoc>(&value).map_err(|_| invalid("queries"))?);
            }
            _ => {}
        }
    }
    let mut query = convert::presences_query(&docs, ttl_s * 1_000).map_err(|wrong| {
        AppwriteError::argument(wrong.detail.unwrap_or_else(|| "Invalid query.".to_owned()))
    })?;
    query.total = total;
    let RealtimeAnswer::Presences { total, records, cached } =
        caller.ask(PresenceRequest::List(Box::new(query))).await?
    else {
        return Err(AppwriteError::of(Kind::Internal));
    };
    let records: Vec<String> = records.iter().map(|record| model::presence(record)).collect();
    let mut response = HttpResponse::Ok();
    if ttl_s > 0 {
        response.insert_header(("X-Appwrite-Cache", if cached { "hit" } else { "miss" }));
    }
    let body = format!(r#"{{"total":{total},"presences":[{}]}}"#, records.join(","));
    Ok(response.content_type("application/json; charset=UTF-8").body(body))
}
