//! Channels: what holds for them, who is in them, what was said; and publishing into them. Names in paths are percent-encoded.

use actix_web::{HttpResponse, delete, get, post, put, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::error::ApiError;
use super::extract::{Asking, Caller};
use super::openapi::RoomErrors;
use super::{Api, rooms};
use crate::auth::ticket::{EXTRAS_MAX, RealtimeTicket};
use crate::compat::xano::connection_hash;
use crate::document::{ChannelDoc, ClientDoc, JsonDoc, SaidDoc};
use crate::domain::command::RealtimeRequest;
use crate::domain::effect::RealtimeAnswer;
use crate::domain::id::WorkspaceId;
use crate::domain::time::Timestamp;
use crate::protocol::client::RealtimeCall;
use crate::protocol::convert;
use crate::protocol::error::ErrorCode;
use crate::protocol::server::LiveChannelDoc;
use crate::store::Page;

/// Messages and events of one answer, unless asked otherwise.
const HISTORY_PAGE: u32 = 100;

/// What holds for channels, and which live.
#[derive(Debug, Serialize, ToSchema)]
pub struct Channels {
    /// The workspace's name in Xano's client: its `realtimeConnectionHash`.
    pub hash: String,
    /// By pattern.
    pub settings: Vec<ChannelDoc>,
    /// Channels that somebody is in, by name.
    pub live: Vec<LiveChannelDoc>,
}

/// Who is in a channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct Clients {
    /// All of them.
    pub clients: Vec<ClientDoc>,
}

/// What was said in a channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    /// Oldest first.
    pub said: Vec<SaidDoc>,
}

/// Which piece of a history.
#[derive(Debug, Deserialize, IntoParams)]
pub struct HistoryPage {
    /// Only what was said before this number; of channels that are stored.
    pub before: Option<u64>,
    /// At most so many; 100 if not said, 1,000 at most.
    pub limit: Option<u32>,
}

/// An event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventBody {
    /// What.
    pub data: JsonDoc,
    /// A table and row that it names.
    #[serde(default)]
    pub auth: AuthRow,
}

/// A row of an app's own table of users.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthRow {
    /// The table; zero for none.
    #[serde(default)]
    pub table: u64,
    /// The row; zero for none.
    #[serde(default)]
    pub row: u64,
}

/// A message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageBody {
    /// What.
    pub payload: JsonDoc,
    /// To this client alone.
    #[serde(default)]
    pub to: Option<String>,
    /// To authenticated clients alone.
    #[serde(default)]
    pub authenticated: bool,
}

/// What became of what was said.
#[derive(Debug, Serialize, ToSchema)]
pub struct SaidReceipt {
    /// Its number.
    pub number: u64,
    /// How many clients it was handed to.
    pub receivers: usize,
}

/// For whom a realtime token is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenBody {
    /// The table of your own users.
    #[serde(default)]
    pub table: u64,
    /// The row in it.
    #[serde(default)]
    pub row: u64,
    /// What others in a channel see of who carries it: an object, up to 2 KiB.
    #[serde(default)]
    #[schema(value_type = Option<std::collections::BTreeMap<String, serde_json::Value>>)]
    pub extras: Option<JsonDoc>,
    /// Its life in seconds; an hour if not said, 30 days at most.
    #[serde(default)]
    pub expires_in: Option<u64>,
}

/// A realtime token.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenMade {
    /// For `realtimeAuthToken` of Xano's client.
    pub token: String,
    /// Its life in seconds.
    pub expires_in: u64,
}

fn unexpected() -> ApiError {
    ApiError::new(ErrorCode::Internal)
}

async fn say(
    api: &Api,
    who: &Asking,
    workspace: Uuid,
    call: RealtimeCall,
) -> Result<RealtimeAnswer, ApiError> {
    let request = convert::call(call).map_err(|wrong| *wrong)?;
    rooms::realtime(api, who, workspace, request).await
}

fn said(answer: RealtimeAnswer) -> Result<web::Json<SaidReceipt>, ApiError> {
    match answer {
        RealtimeAnswer::Said { number, receivers } => Ok(web::Json(SaidReceipt { number, receivers })),
        _ => Err(unexpected()),
    }
}

/// What holds for channels, and which live.
#[utoipa::path(tag = "channels", responses((status = 200, body = Channels), RoomErrors))]
#[get("/workspaces/{workspace}/channels")]
pub async fn list(
    api: web::Data<Api>,
    who: Asking,
    path: web::Path<Uuid>,
) -> Result<web::Json<Channels>, ApiError> {
    let workspace = path.into_inner();
    match say(&api, &who, workspace, RealtimeCall::Channels).await? {
        RealtimeAnswer::Channels { settings, live } => Ok(web::Json(Channels {
            hash: connection_hash(WorkspaceId(workspace)),
            settings: settings.iter().map(Into::into).collect(),
            live: live.iter().map(convert::live_channel).collect(),
        })),
        _ => Err(unexpected()),
    }
}

/// Inserts or replaces what holds for a name or pattern. It holds at once, also for those who are in.
#[utoipa::path(tag = "channels", responses((status = 204), RoomErrors))]
#[put("/workspaces/{workspace}/channels")]
pub async fn set(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
    body: web::Json<ChannelDoc>,
) -> Result<HttpResponse, ApiError> {
    let call = RealtimeCall::SetChannel { settings: body.into_inner() };
    say(&api, &Asking::Member(who), path.into_inner(), call).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Deletes what holds for a name or pattern. Who is in a channel that then has no settings is put out.
#[utoipa::path(tag = "channels", responses((status = 204), RoomErrors))]
#[delete("/workspaces/{workspace}/channels/{channel}")]
pub async fn remove(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, String)>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, pattern) = path.into_inner();
    say(&api, &Asking::Member(who), workspace, RealtimeCall::RemoveChannel { pattern }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Who is in a channel.
#[utoipa::path(tag = "channels", responses((status = 200, body = Clients), RoomErrors))]
#[get("/workspaces/{workspace}/channels/{channel}/clients")]
pub async fn clients(
    api: web::Data<Api>,
    who: Asking,
    path: web::Path<(Uuid, String)>,
) -> Result<web::Json<Clients>, ApiError> {
    let (workspace, channel) = path.into_inner();
    match say(&api, &who, workspace, RealtimeCall::Clients { channel }).await? {
        RealtimeAnswer::Clients(cards) => {
            Ok(web::Json(Clients { clients: cards.iter().map(Into::into).collect() }))
        }
        _ => Err(unexpected()),
    }
}

/// What was said in a channel: from the database where it is stored, otherwise what is in memory.
#[utoipa::path(tag = "channels", params(HistoryPage), responses((status = 200, body = History), RoomErrors))]
#[get("/workspaces/{workspace}/channels/{channel}/history")]
pub async fn history(
    api: web::Data<Api>,
    who: Asking,
    path: web::Path<(Uuid, String)>,
    page: web::Query<HistoryPage>,
) -> Result<web::Json<History>, ApiError> {
    let (workspace, channel) = path.into_inner();
    let HistoryPage { before, limit } = page.into_inner();
    let limit = limit.unwrap_or(HISTORY_PAGE);
    let request =
        convert::call(RealtimeCall::History { channel: channel.clone() }).map_err(|wrong| *wrong)?;
    let (kept, settings) = match rooms::realtime(&api, &who, workspace, request).await? {
        RealtimeAnswer::History { said, settings } => (said, settings),
        _ => return Err(unexpected()),
    };
    if settings.stored {
        let since = settings.cutoff(Timestamp(chrono::Utc::now().timestamp_millis()));
        let found = api.store.said(WorkspaceId(workspace), &channel, since, Page { before, limit }).await?;
        return Ok(web::Json(History { said: found.iter().rev().map(Into::into).collect() }));
    }
    let older = kept.iter().filter(|one| before.is_none_or(|before| one.number < before));
    let older: Vec<SaidDoc> = older.map(|one| (&**one).into()).collect();
    let skip = older.len().saturating_sub(limit as usize);
    Ok(web::Json(History { said: older.into_iter().skip(skip).collect() }))
}

/// Publishes an event: stored first where the channel says so, then handed to everybody in it.
#[utoipa::path(tag = "channels", responses((status = 200, body = SaidReceipt), RoomErrors))]
#[post("/workspaces/{workspace}/channels/{channel}/events")]
pub async fn publish(
    api: web::Data<Api>,
    who: Asking,
    path: web::Path<(Uuid, String)>,
    body: web::Json<EventBody>,
) -> Result<web::Json<SaidReceipt>, ApiError> {
    let (workspace, channel) = path.into_inner();
    let EventBody { data, auth: AuthRow { table, row } } = body.into_inner();
    said(say(&api, &who, workspace, RealtimeCall::Event { channel, data, table, row }).await?)
}

/// Says something in a channel that the caller's session is in. Wants the header `Baton-Session`.
#[utoipa::path(tag = "channels", responses((status = 200, body = SaidReceipt), RoomErrors))]
#[post("/workspaces/{workspace}/channels/{channel}/messages")]
pub async fn message(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, String)>,
    body: web::Json<MessageBody>,
) -> Result<web::Json<SaidReceipt>, ApiError> {
    let (workspace, channel) = path.into_inner();
    let MessageBody { payload, to, authenticated } = body.into_inner();
    let call = RealtimeCall::Message { channel, payload, to, authenticated };
    said(say(&api, &Asking::Member(who), workspace, call).await?)
}

/// Brings the caller's session into a channel. Wants the header `Baton-Session`.
#[utoipa::path(tag = "channels", responses((status = 204), RoomErrors))]
#[put("/workspaces/{workspace}/channels/{channel}/membership")]
pub async fn join(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, String)>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, channel) = path.into_inner();
    let call = RealtimeCall::Join { channel, presence: false, history: false, after: None };
    say(&api, &Asking::Member(who), workspace, call).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes the caller's session out of a channel. Wants the header `Baton-Session`.
#[utoipa::path(tag = "channels", responses((status = 204), RoomErrors))]
#[delete("/workspaces/{workspace}/channels/{channel}/membership")]
pub async fn part(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, String)>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, channel) = path.into_inner();
    say(&api, &Asking::Member(who), workspace, RealtimeCall::Part { channel }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Makes a realtime token for one of your own app's users, to be carried by Xano's client.
#[utoipa::path(tag = "channels", responses((status = 200, body = TokenMade), RoomErrors))]
#[post("/workspaces/{workspace}/realtime-tokens")]
pub async fn make_token(
    api: web::Data<Api>,
    who: Asking,
    path: web::Path<Uuid>,
    body: web::Json<TokenBody>,
) -> Result<HttpResponse, ApiError> {
    let workspace = path.into_inner();
    let TokenBody { table, row, extras, expires_in } = body.into_inner();
    let extras = extras.map_or_else(|| "{}".to_owned(), |extras| extras.0.text().to_owned());
    let object = serde_json::from_str(&extras).ok().filter(serde_json::Value::is_object);
    let Some(ext) = object.filter(|_| extras.len() <= EXTRAS_MAX) else {
        let detail = format!("`extras` is an object of {EXTRAS_MAX} bytes at most");
        return Err(ApiError::detail(ErrorCode::BadRequest, detail));
    };
    rooms::realtime(&api, &who, workspace, RealtimeRequest::MayMakeTokens).await?;
    let expires_in = expires_in.unwrap_or(3_600).clamp(1, crate::auth::ticket::REALTIME_LIFE_MAX_S);
    let ticket = RealtimeTicket { wid: workspace, sub: None, dbo: table, row, ext };
    let token = api.accounts.realtime_token(ticket, expires_in)?;
    Ok(HttpResponse::Ok().insert_header(("cache-control", "no-store")).json(TokenMade { token, expires_in }))
}
