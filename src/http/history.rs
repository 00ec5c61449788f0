//! What was changed, and what is live: the log and the versions.

use actix_web::{get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::error::ApiError;
use super::extract::Caller;
use super::openapi::RoomErrors;
use super::{Api, rooms};
use crate::document::{ChangeDoc, ChangeKindDoc, NodeDoc, VersionDoc, stack_doc};
use crate::domain::id::{ObjectId, UserId, WorkspaceId};
use crate::domain::time::Timestamp;
use crate::protocol::error::ErrorCode;
use crate::store::{ChangeFilter, Page};

/// Rows of a page unless asked otherwise.
const PAGE: u32 = 50;
/// The most rows of a page.
const PAGE_MAX: u32 = 200;

/// A piece of a list, newest first.
#[derive(Debug, Deserialize, IntoParams)]
pub struct PageQuery {
    /// Only what is older than this number.
    #[serde(default)]
    pub before: Option<u64>,
    /// At most so many; 200 at most.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// Which changes of an object, newest first.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ChangesQuery {
    /// Only what is older than this number.
    #[serde(default)]
    pub before: Option<u64>,
    /// At most so many; 200 at most.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Only of this member.
    #[serde(default)]
    pub author: Option<Uuid>,
    /// Only about this item.
    #[serde(default)]
    pub item: Option<String>,
    /// Only of this kind: `edit`, `import`, `revert`, `restore`, `undo`, `redo`.
    #[serde(default)]
    pub kind: Option<ChangeKindDoc>,
    /// Only those that began from then on, milliseconds since the Unix epoch.
    #[serde(default)]
    pub since: Option<i64>,
    /// Only those that began by then, milliseconds since the Unix epoch.
    #[serde(default)]
    pub until: Option<i64>,
}

impl ChangesQuery {
    fn filter(&self) -> Result<ChangeFilter, ApiError> {
        let wrong = |_| ApiError::detail(ErrorCode::BadRequest, "item is not valid");
        Ok(ChangeFilter {
            user: self.author.map(UserId),
            item: self.item.as_deref().map(str::parse).transpose().map_err(wrong)?,
            kind: self.kind.map(Into::into),
            since: self.since.map(Timestamp),
            until: self.until.map(Timestamp),
        })
    }
}

impl PageQuery {
    /// The page that is asked for.
    pub fn page(&self) -> Page {
        Page { before: self.before, limit: self.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX) }
    }
}

/// Changes of an object.
#[derive(Debug, Serialize, ToSchema)]
pub struct Changes {
    /// Newest first.
    pub changes: Vec<ChangeDoc>,
    /// Give this as `before` for the next page; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// Published versions of an object.
#[derive(Debug, Serialize, ToSchema)]
pub struct Versions {
    /// Newest first.
    pub versions: Vec<VersionDoc>,
    /// Give this as `before` for the next page; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// A published version with its content.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionContent {
    /// Its head.
    pub version: VersionDoc,
    /// Its content in document order.
    pub nodes: Vec<NodeDoc>,
}

/// The number to go on from, if the page was full.
pub fn next(numbers: impl ExactSizeIterator<Item = u64>, page: Page) -> Option<u64> {
    let full = numbers.len() >= page.limit as usize;
    numbers.last().filter(|number| full && *number > 1)
}

/// An object begins with a change: one without any is none of this workspace.
async fn exists(api: &Api, workspace: Uuid, object: Uuid) -> Result<(), ApiError> {
    let first = Page { before: None, limit: 1 };
    let all = ChangeFilter::default();
    let changes = api.store.changes(WorkspaceId(workspace), ObjectId(object), &all, first).await?;
    if changes.is_empty() { Err(ApiError::new(ErrorCode::NotFound)) } else { Ok(()) }
}

/// The changes of an object, newest first, those that are live among them.
#[utoipa::path(tag = "history", params(ChangesQuery), responses((status = 200, body = Changes), RoomErrors))]
#[get("/workspaces/{workspace}/objects/{object}/changes")]
pub async fn list_changes(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    query: web::Query<ChangesQuery>,
) -> Result<web::Json<Changes>, ApiError> {
    let (workspace, object) = path.into_inner();
    rooms::reader(&api, &who, workspace, object).await?;
    let (filter, page) = (query.filter()?, PageQuery { before: query.before, limit: query.limit }.page());
    let rows = api.store.changes(WorkspaceId(workspace), ObjectId(object), &filter, page).await?;
    if rows.is_empty() {
        exists(&api, workspace, object).await?;
    }
    let next = next(rows.iter().map(|change| change.number), page);
    Ok(web::Json(Changes { changes: rows.iter().map(ChangeDoc::from).collect(), next }))
}

/// One change, live or not.
#[utoipa::path(tag = "history", responses((status = 200, body = ChangeDoc), RoomErrors))]
#[get("/workspaces/{workspace}/objects/{object}/changes/{number}")]
pub async fn read_change(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid, u64)>,
) -> Result<web::Json<ChangeDoc>, ApiError> {
    let (workspace, object, number) = path.into_inner();
    rooms::reader(&api, &who, workspace, object).await?;
    let change = api.store.change(WorkspaceId(workspace), ObjectId(object), number).await?;
    Ok(web::Json((&change).into()))
}

/// The published versions of an object, newest first.
#[utoipa::path(tag = "history", params(PageQuery), responses((status = 200, body = Versions), RoomErrors))]
#[get("/workspaces/{workspace}/objects/{object}/versions")]
pub async fn list_versions(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    query: web::Query<PageQuery>,
) -> Result<web::Json<Versions>, ApiError> {
    let (workspace, object) = path.into_inner();
    rooms::reader(&api, &who, workspace, object).await?;
    let page = query.page();
    let rows = api.store.versions(WorkspaceId(workspace), ObjectId(object), page).await?;
    if rows.is_empty() {
        exists(&api, workspace, object).await?;
    }
    let next = next(rows.iter().map(|version| version.number), page);
    Ok(web::Json(Versions { versions: rows.iter().map(Into::into).collect(), next }))
}

/// A published version with its content.
#[utoipa::path(tag = "history", responses((status = 200, body = VersionContent), RoomErrors))]
#[get("/workspaces/{workspace}/objects/{object}/versions/{number}")]
pub async fn read_version(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid, u64)>,
) -> Result<web::Json<VersionContent>, ApiError> {
    let (workspace, object, number) = path.into_inner();
    rooms::reader(&api, &who, workspace, object).await?;
    let (head, stack) = api.store.version(WorkspaceId(workspace), ObjectId(object), number).await?;
    Ok(web::Json(VersionContent { version: (&head).into(), nodes: stack_doc(&stack) }))
}
