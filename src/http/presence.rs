//! Who is where, one's own status, and the thresholds.

use actix_web::{HttpResponse, get, post, put, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::error::ApiError;
use super::extract::Caller;
use super::history::{PageQuery, next};
use super::openapi::{RoomErrors, TextErrors};
use super::{Api, rooms};
use crate::domain::command::Request;
use crate::domain::effect::Answer;
use crate::domain::id::{UserId, WorkspaceId};
use crate::domain::role::Role;
use crate::domain::time::Timestamp;
use crate::protocol::client::ClientMessage;
use crate::protocol::convert;
use crate::protocol::error::ErrorBody;
use crate::protocol::server::{PresenceListDoc, PresenceSettingsDoc, PrivacyDoc, StatusChangeDoc, StatusDoc};
use crate::store::{Page, Stretch};

/// Spans of a member's activity.
const ACTIVITY_SPANS: i64 = 120;

/// Which piece of the list.
#[derive(Debug, Deserialize, IntoParams)]
pub struct PresenceQuery {
    /// Go on after this member: the `next` of the page before.
    #[serde(default)]
    pub after: Option<Uuid>,
    /// At most so many; 100 at most.
    #[serde(default)]
    #[param(value_type = Option<u64>)]
    pub limit: Option<u32>,
}

/// A chosen status.
#[derive(Debug, Deserialize, ToSchema)]
pub struct StatusBody {
    /// `online` (given back to input and its absence), `busy` or `away`.
    #[schema(value_type = StatusDoc)]
    pub status: String,
    /// Up to 140 characters on one line.
    #[serde(default)]
    pub message: String,
    /// When both end, milliseconds since the Unix epoch; 30 days from now at most.
    #[serde(default)]
    pub until: Option<i64>,
}

/// Where a status was set.
#[derive(Debug, Serialize, ToSchema)]
pub struct EverywhereDoc {
    /// The workspaces that took it.
    pub workspaces: Vec<Uuid>,
    /// Those that did not, with why.
    pub refused: Vec<RefusedDoc>,
}

/// A workspace that did not take a status.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedDoc {
    /// Which.
    pub workspace: Uuid,
    /// Why.
    pub error: ErrorBody,
}

/// A sign in place of the initials.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AvatarBody {
    /// One emoji; empty for none.
    pub avatar: String,
}

/// Input since the last report.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ActivityBody {
    /// Keys pressed.
    #[serde(default)]
    pub keys: u32,
    /// Clicks, taps and turns of a wheel.
    #[serde(default)]
    pub pointer: u32,
    /// Whose input, if one says so; only one's own is taken.
    #[serde(default)]
    pub user: Option<Uuid>,
}

/// A member's status history.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatusHistoryDoc {
    /// Whether the workspace keeps it.
    pub kept: bool,
    /// Newest first.
    pub changes: Vec<StatusChangeDoc>,
    /// Interactions of the last two hours by minute, oldest first; a minute without one is left out.
    pub activity: Vec<ActivityDoc>,
    /// Give this as `before` for the next page; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// Interactions of a minute.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActivityDoc {
    /// The minute, milliseconds since the Unix epoch.
    pub minute: i64,
    /// How many.
    pub interactions: u64,
}

/// Who is where: online, busy, away, then by last seen; 100 a page.
#[utoipa::path(tag = "presence", params(PresenceQuery), responses((status = 200, body = PresenceListDoc), RoomErrors))]
#[get("/workspaces/{workspace}/presence")]
pub async fn list(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
    query: web::Query<PresenceQuery>,
) -> Result<web::Json<PresenceListDoc>, ApiError> {
    let limit = query.limit.map_or(convert::PRESENCE_PAGE, |limit| limit as usize);
    let request = Request::ListPresence { after: query.after.map(UserId), limit };
    match rooms::ask(&api, &who, path.into_inner(), request).await? {
        Answer::Presence(page) => Ok(web::Json(convert::presence_list(&page))),
        other => Err(rooms::unexpected(&other)),
    }
}

/// Chooses one's own status in the workspace.
#[utoipa::path(tag = "presence", request_body = StatusBody, responses((status = 204), RoomErrors))]
#[put("/workspaces/{workspace}/presence/status")]
pub async fn set_status(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
    body: web::Json<StatusBody>,
) -> Result<HttpResponse, ApiError> {
    rooms::decide(&api, &who, path.into_inner(), message(body.into_inner())).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Chooses one's own status in all of one's workspaces.
#[utoipa::path(tag = "presence", request_body = StatusBody, responses((status = 200, body = EverywhereDoc), TextErrors))]
#[put("/me/status")]
pub async fn set_status_everywhere(
    api: web::Data<Api>,
    who: Caller,
    body: web::Json<StatusBody>,
) -> Result<web::Json<EverywhereDoc>, ApiError> {
    let StatusBody { status, message: words, until } = body.into_inner();
    let mut told = EverywhereDoc { workspaces: Vec::new(), refused: Vec::new() };
    // The session, if the call names one, is of one workspace only.
    let who = Caller { session: None, ..who };
    let mut last = None;
    for (id, _, role) in api.store.workspaces_of(who.identity.user).await? {
        if role == Role::Suspended {
            continue;
        }
        let body = StatusBody { status: status.clone(), message: words.clone(), until };
        match rooms::decide(&api, &who, id.0, message(body)).await {
            Ok(_) => told.workspaces.push(id.0),
            Err(error) => {
                told.refused.push(RefusedDoc { workspace: id.0, error: error.body().clone() });
                last = Some(error);
            }
        }
    }
    match last {
        Some(error) if told.workspaces.is_empty() => Err(error),
        _ => Ok(web::Json(told)),
    }
}

fn message(body: StatusBody) -> ClientMessage {
    let StatusBody { status, message, until } = body;
    ClientMessage::SetStatus { status, message, until }
}

/// Chooses who sees how much of one's looking.
#[utoipa::path(tag = "presence", request_body = PrivacyDoc, responses((status = 204), RoomErrors))]
#[put("/workspaces/{workspace}/presence/privacy")]
pub async fn set_privacy(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
    body: web::Json<PrivacyDoc>,
) -> Result<HttpResponse, ApiError> {
    let message = ClientMessage::SetPrivacy { privacy: body.into_inner() };
    rooms::decide(&api, &who, path.into_inner(), message).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Chooses a sign in place of one's initials.
#[utoipa::path(tag = "presence", request_body = AvatarBody, responses((status = 204), RoomErrors))]
#[put("/workspaces/{workspace}/presence/avatar")]
pub async fn set_avatar(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
    body: web::Json<AvatarBody>,
) -> Result<HttpResponse, ApiError> {
    let message = ClientMessage::SetAvatar { avatar: body.into_inner().avatar };
    rooms::decide(&api, &who, path.into_inner(), message).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Reports input of the caller's session, at most every 5 s. Wants the header `Baton-Session`.
#[utoipa::path(tag = "presence", request_body = ActivityBody, responses((status = 204), RoomErrors))]
#[post("/workspaces/{workspace}/presence/activity")]
pub async fn report_activity(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
    body: web::Json<ActivityBody>,
) -> Result<HttpResponse, ApiError> {
    let ActivityBody { keys, pointer, user } = body.into_inner();
    rooms::decide(&api, &who, path.into_inner(), ClientMessage::Activity { keys, pointer, user }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A member's status history and activity; for the member and for admins.
#[utoipa::path(tag = "presence", params(PageQuery), responses((status = 200, body = StatusHistoryDoc), RoomErrors))]
#[get("/workspaces/{workspace}/presence/{user}/history")]
pub async fn history(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    query: web::Query<PageQuery>,
) -> Result<web::Json<StatusHistoryDoc>, ApiError> {
    let (workspace, user) = path.into_inner();
    let (id, user) = (WorkspaceId(workspace), UserId(user));
    let (kept, mut changes) = match rooms::ask(&api, &who, workspace, Request::StatusHistory { user }).await?
    {
        Answer::StatusHistory { kept, changes } => (kept, changes),
        other => return Err(rooms::unexpected(&other)),
    };
    let page = query.page();
    changes.retain(|change| page.before.is_none_or(|before| change.number < before));
    changes.truncate(page.limit as usize);
    // What the room remembers is the newest; the store has what came before.
    let left = page.limit - u32::try_from(changes.len()).unwrap_or(page.limit);
    if kept && left > 0 {
        let before = changes.last().map(|change| change.number).or(page.before);
        changes.extend(api.store.status_history(id, user, Page { before, limit: left }).await?);
    }
    let activity = if kept && page.before.is_none() { recent(&api, id, user).await? } else { Vec::new() };
    let next = next(changes.iter().map(|change| change.number), page);
    let changes = changes.iter().map(convert::status_change).collect();
    Ok(web::Json(StatusHistoryDoc { kept, changes, activity, next }))
}

async fn recent(api: &Api, workspace: WorkspaceId, user: UserId) -> Result<Vec<ActivityDoc>, ApiError> {
    let now = wall_ms();
    let stretch =
        Stretch { from: Timestamp(now - ACTIVITY_SPANS * 60_000), to: Timestamp(now), span_ms: 60_000 };
    let found = api.store.activity(workspace, user, stretch).await?;
    Ok(found.into_iter().map(|(at, interactions)| ActivityDoc { minute: at.0, interactions }).collect())
}

/// The wall clock, milliseconds since the Unix epoch.
pub(super) fn wall_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The thresholds of the workspace.
#[utoipa::path(tag = "presence", responses((status = 200, body = PresenceSettingsDoc), RoomErrors))]
#[get("/workspaces/{workspace}/presence/settings")]
pub async fn settings(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
) -> Result<web::Json<PresenceSettingsDoc>, ApiError> {
    match rooms::ask(&api, &who, path.into_inner(), Request::PresenceSettings).await? {
        Answer::PresenceSettings(settings) => Ok(web::Json(convert::presence_settings(settings))),
        other => Err(rooms::unexpected(&other)),
    }
}

/// Sets the thresholds of the workspace, and what it keeps; for admins. Switching history off deletes it.
#[utoipa::path(tag = "presence", request_body = PresenceSettingsDoc, responses((status = 204), RoomErrors))]
#[put("/workspaces/{workspace}/presence/settings")]
pub async fn set_settings(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
    body: web::Json<PresenceSettingsDoc>,
) -> Result<HttpResponse, ApiError> {
    let request = Request::SetPresenceSettings(convert::thresholds(body.into_inner()));
    rooms::ask(&api, &who, path.into_inner(), request).await?;
    Ok(HttpResponse::NoContent().finish())
}
