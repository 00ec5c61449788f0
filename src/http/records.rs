//! Records of a table: pages of them, and single ones. They are changed as objects are, with the operations `record_insert`,
//! `record_set` and `record_delete`.

use actix_web::{get, web};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::ApiError;
use super::extract::Caller;
use super::openapi::RoomErrors;
use super::record_query::{RecordsQuery, wanted};
use super::{Api, rooms};
use crate::document::RecordDoc;
use crate::domain::command::Request;
use crate::domain::effect::{Answer, TableView};
use crate::domain::id::{ItemId, ObjectId, WorkspaceId};
use crate::protocol::error::ErrorCode;
use crate::sheets::SheetError;
use crate::store::RawRecord;

/// Records of a page unless asked otherwise.
const PAGE: u32 = 100;
/// The most records of a page.
const PAGE_MAX: u32 = 500;

/// A piece of a table.
#[derive(Debug, Serialize, ToSchema)]
pub struct Records {
    /// The table's revision that it shows.
    pub revision: u64,
    /// Records of the table.
    pub total: u64,
    /// Those that meet the conditions.
    pub matching: u64,
    /// The number of the first of these among them, from 0.
    pub offset: u64,
    /// In the order that was asked for.
    pub records: Vec<RecordDoc>,
}

impl From<SheetError> for ApiError {
    fn from(error: SheetError) -> Self {
        match error {
            SheetError::Store(error) => error.into(),
            SheetError::TooLarge => ApiError::detail(
                ErrorCode::TooMany,
                "records: those of one table may weigh 128 MiB to be listed",
            ),
            SheetError::Failed => ApiError::new(ErrorCode::Internal),
        }
    }
}

/// What the table looks like, and with it the word that everything acknowledged before is committed.
///
/// # Errors
/// What the room refuses; `not_a_table`.
pub async fn table(
    api: &Api,
    who: &Caller,
    workspace: Uuid,
    object: Uuid,
) -> Result<Box<TableView>, ApiError> {
    let request = Request::ReadTable { object: ObjectId(object) };
    match rooms::ask(api, who, workspace, request).await? {
        Answer::Table(table) => Ok(table),
        other => Err(rooms::unexpected(&other)),
    }
}

/// The records of a table, a piece at a time, sorted and filtered. Records are live as soon as they are saved.
#[utoipa::path(tag = "records", params(RecordsQuery), responses((status = 200, body = Records), RoomErrors))]
#[get("/workspaces/{workspace}/objects/{object}/records")]
pub async fn list(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    asked: web::Query<RecordsQuery>,
) -> Result<web::Json<Records>, ApiError> {
    let (workspace, object) = path.into_inner();
    let table = table(&api, &who, workspace, object).await?;
    let wanted = wanted(&table, &asked)?;
    let limit = asked.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX) as usize;
    let offset = usize::try_from(asked.offset).unwrap_or(usize::MAX);
    let found = api.sheets.find(WorkspaceId(workspace), ObjectId(object), wanted, offset, limit).await?;
    let records = found.records.iter().map(|row| document(row)).collect::<Result<_, _>>()?;
    Ok(web::Json(Records {
        revision: found.revision,
        total: found.total as u64,
        matching: found.matching as u64,
        offset: asked.offset,
        records,
    }))
}

/// One record.
#[utoipa::path(tag = "records", responses((status = 200, body = RecordDoc), RoomErrors))]
#[get("/workspaces/{workspace}/objects/{object}/records/{record}")]
pub async fn read(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid, Uuid)>,
) -> Result<web::Json<RecordDoc>, ApiError> {
    let (workspace, object, record) = path.into_inner();
    table(&api, &who, workspace, object).await?;
    let found = api.store.record(WorkspaceId(workspace), ObjectId(object), record).await?;
    let found = found
        .filter(|record| !record.deleted)
        .ok_or_else(|| ApiError::detail(ErrorCode::NoSuchItem, format!("item {}", ItemId::Record(record))))?;
    Ok(web::Json(RecordDoc::from(&found)))
}

/// A row of a sheet as the API shows it.
///
/// # Errors
/// `internal` if what is stored cannot be read.
pub fn document(row: &RawRecord) -> Result<RecordDoc, ApiError> {
    let cells = serde_json::from_str(&row.content).map_err(|_| ApiError::new(ErrorCode::Internal))?;
    Ok(RecordDoc { id: row.id, ordinal: row.ordinal, revision: row.revision.0, cells })
}
