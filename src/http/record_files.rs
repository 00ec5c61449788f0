//! Records in and out as CSV.
//!
//! A file comes in whole or not at all. It is read piece by piece, so that its size costs no memory; its rows are checked and
//! staged where nobody sees them, and one small commit at the end shows them all. Whatever goes wrong before that (a line that
//! cannot be read, a field that changed meanwhile, a caller that hangs up, a crash) leaves nothing but rows to be swept.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::error::ApiError;
use super::extract::Caller;
use super::openapi::RoomErrors;
use super::record_query::{RecordsQuery, top_fields, wanted};
use super::records::{document, table};
use super::{Api, rooms};
use crate::csv::{self, CsvError, CsvReader, Line};
use crate::document::value_from_doc;
use crate::domain::command::{Request, Row, Upload, UploadStep};
use crate::domain::effect::{Answer, Receipt, Staged, TableView};
use crate::domain::id::{ItemId, ObjectId, OpId, WorkspaceId};
use crate::domain::record::{Cells, Value, is_given, is_secret};
use crate::domain::stack::{Node, name};
use crate::protocol::error::{ErrorBody, ErrorCode, ProblemDoc};
use crate::store::RawRecord;

/// Bytes that a file may have.
const FILE_MAX: u64 = 64 * 1024 * 1024;
/// Rows that are staged with one call.
const CHUNK: usize = 250;
/// Problems that are listed; the rest is counted.
const LISTED: usize = 100;
/// Rows that are written to a caller at once.
const EXPORTED: usize = 500;

/// How a file comes in.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ImportQuery {
    /// The caller's id of the operation.
    pub op_id: Uuid,
    /// What the file is called, for the words of the change.
    #[serde(default)]
    pub file: Option<String>,
    /// `refuse`: a row that does not fit keeps the whole file out. `skip`: only that row.
    #[serde(default)]
    #[param(inline)]
    pub on_error: OnError,
}

/// What becomes of a file of which a row does not fit.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnError {
    /// Nothing comes in.
    #[default]
    Refuse,
    /// The rest comes in.
    Skip,
}

/// What became of a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedRecords {
    /// Rows that came in.
    pub rows: u64,
    /// Rows that did not.
    pub skipped: u64,
    /// The change that brought them; reverting it takes them out.
    pub change: u64,
    /// The table's revision.
    pub revision: u64,
    /// What is wrong with the rows that did not come in; the first 100.
    pub problems: Vec<ProblemDoc>,
}

/// A file on its way in.
struct Incoming {
    api: Api,
    who: Caller,
    workspace: Uuid,
    object: Uuid,
    id: Uuid,
    done: bool,
}

impl Incoming {
    async fn step(&self, step: UploadStep) -> Result<Answer, ApiError> {
        let upload = Upload { id: self.id, object: ObjectId(self.object), step };
        rooms::ask(&self.api, &self.who, self.workspace, Request::Upload(Box::new(upload))).await
    }

    async fn staged(&self, step: UploadStep) -> Result<Staged, ApiError> {
        match self.step(step).await? {
            Answer::Staged(staged) => Ok(*staged),
            other => Err(rooms::unexpected(&other)),
        }
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        // Whoever sent the file may have hung up: what was staged is swept by a task of its own.
        let sweep = Incoming {
            api: self.api.clone(),
            who: self.who.clone(),
            workspace: self.workspace,
            object: self.object,
            id: self.id,
            done: true,
        };
        actix_web::rt::spawn(async move {
            while let Ok(Staged { more: true, .. }) = sweep.staged(UploadStep::Abandon).await {}
        });
    }
}

/// Brings the rows of a CSV file in as one revertable change. The first line names fields; `id` is given anew. Values are
/// checked against the fields; rows that do not fit are told with their line.
#[utoipa::path(
    tag = "records",
    params(ImportQuery),
    request_body(content_type = "text/csv", content = String),
    responses((status = 200, body = ImportedRecords), RoomErrors)
)]
#[post("/workspaces/{workspace}/objects/{object}/records/import")]
pub async fn import(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    asked: web::Query<ImportQuery>,
    request: HttpRequest,
    mut body: web::Payload,
) -> Result<web::Json<ImportedRecords>, ApiError> {
    let (workspace, object) = path.into_inner();
    let said =
        request.headers().get("content-length").and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if said.is_some_and(|bytes| bytes > FILE_MAX) {
        return Err(too_large());
    }
    let table = table(&api, &who, workspace, object).await?;
    let api = api.get_ref().clone();
    let mut incoming = Incoming { api, who, workspace, object, id: Uuid::now_v7(), done: false };
    incoming.staged(UploadStep::Begin).await?;
    let mut sorter = Sorter::new(&table);
    let (mut reader, mut lines, mut bytes) = (CsvReader::default(), Vec::new(), 0_u64);
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|_| ApiError::detail(ErrorCode::BadRequest, "the file ended too early"))?;
        bytes += piece.len() as u64;
        if bytes > FILE_MAX {
            return Err(too_large());
        }
        reader.take(&piece, &mut lines).map_err(bad_csv)?;
        sorter.take(&mut lines)?;
        while sorter.rows.len() >= CHUNK {
            let rest = sorter.rows.split_off(CHUNK);
            let rows = std::mem::replace(&mut sorter.rows, rest);
            sorter.note(incoming.staged(UploadStep::Rows(rows)).await?);
        }
    }
    reader.end(&mut lines).map_err(bad_csv)?;
    sorter.take(&mut lines)?;
    let rows = std::mem::take(&mut sorter.rows);
    sorter.note(incoming.staged(UploadStep::Rows(rows)).await?);
    let asked = asked.into_inner();
    if sorter.invalid > 0 && asked.on_error == OnError::Refuse {
        return Err(sorter.refusal().into());
    }
    let finish = UploadStep::Finish {
        op_id: OpId(asked.op_id),
        file: asked
            .file
            .map(|file| file.trim().to_owned())
            .filter(|file| !file.is_empty())
            .unwrap_or("a file".into()),
        skip_invalid: asked.on_error == OnError::Skip,
    };
    match incoming.step(finish).await? {
        Answer::Receipt(Receipt::Edited { revision, change }) => {
            incoming.done = true;
            Ok(web::Json(ImportedRecords {
                rows: sorter.staged,
                skipped: sorter.invalid,
                change,
                revision: revision.0,
                problems: sorter.told(),
            }))
        }
        other => Err(rooms::unexpected(&other)),
    }
}

fn too_large() -> ApiError {
    ApiError::detail(ErrorCode::BodyTooLarge, "a CSV file may have 64 MiB; nothing was imported")
}

fn bad_csv(error: CsvError) -> ApiError {
    ApiError::detail(ErrorCode::BadCsv, error.to_string())
}

/// A column of the file.
enum Place {
    /// Given by Baton: what stands there is left aside.
    Given,
    /// A field.
    Field { id: Uuid, kind: String, list: bool, plain: bool },
}

/// Turns lines into rows, and keeps count of what is wrong with them.
struct Sorter<'a> {
    table: &'a TableView,
    places: Option<Vec<Place>>,
    rows: Vec<Row>,
    staged: u64,
    invalid: u64,
    problems: Vec<(u64, ProblemDoc)>,
    last_invalid: u64,
}

impl<'a> Sorter<'a> {
    fn new(table: &'a TableView) -> Self {
        Sorter {
            table,
            places: None,
            rows: Vec::new(),
            staged: 0,
            invalid: 0,
            problems: Vec::new(),
            last_invalid: 0,
        }
    }

    fn take(&mut self, lines: &mut Vec<Line>) -> Result<(), ApiError> {
        for line in lines.drain(..) {
            let Some(places) = &self.places else {
                self.places = Some(places(self.table, &line)?);
                continue;
            };
            if line.values.len() != places.len() {
                let (found, wanted) = (line.values.len(), places.len());
                self.problem(line.line, format!("has {found} values, and the first line names {wanted}"));
                continue;
            }
            let cells = places.iter().zip(line.values).filter_map(|(place, text)| value(place, text));
            self.rows.push(Row { line: line.line, cells: cells.collect::<Cells>() });
        }
        Ok(())
    }

    fn note(&mut self, staged: Staged) {
        self.staged = staged.rows;
        for one in staged.problems {
            self.problem(one.line, one.problem.message);
        }
    }

    fn problem(&mut self, line: u64, message: String) {
        if self.last_invalid != line {
            self.invalid += 1;
            self.last_invalid = line;
        }
        if self.problems.len() < LISTED {
            self.problems.push((line, ProblemDoc { item: format!("line {line}"), message }));
        }
    }

    /// What is wrong, by line: the shape of a row is looked at before the rows before it are checked.
    fn told(&mut self) -> Vec<ProblemDoc> {
        self.problems.sort_by_key(|(line, _)| *line);
        std::mem::take(&mut self.problems).into_iter().map(|(_, problem)| problem).collect()
    }

    fn refusal(mut self) -> ErrorBody {
        let all = self.staged + self.invalid;
        let verb = if self.invalid == 1 { "does" } else { "do" };
        let detail = format!("{} of {all} rows {verb} not fit", self.invalid);
        ErrorBody { problems: self.told(), ..ErrorBody::new(ErrorCode::RowsInvalid).detail(detail) }
    }
}

/// What the first line names.
fn places(table: &TableView, head: &Line) -> Result<Vec<Place>, ApiError> {
    let wrong = |what: String| ApiError::detail(ErrorCode::BadCsv, format!("line {}: {what}", head.line));
    let named = |field: &&Node, text: &str| field.field(name::NAME).is_some_and(|name| name == text);
    let mut places = Vec::with_capacity(head.values.len());
    let mut seen = Vec::new();
    let mut unknown = Vec::new();
    for text in head.values.iter().map(|text| text.trim()) {
        if seen.contains(&text) {
            return Err(wrong(format!("the column `{text}` stands twice")));
        }
        seen.push(text);
        match top_fields(table).find(|field| named(field, text)) {
            Some(field) if is_given(field) => places.push(Place::Given),
            Some(field) if is_secret(field) => {
                return Err(wrong(format!("`{text}` is a password: Baton keeps none, leave the column out")));
            }
            Some(field) => places.extend(place(field)),
            None => unknown.push(format!("`{text}`")),
        }
    }
    if !unknown.is_empty() {
        let fields: Vec<&str> = top_fields(table).filter_map(|field| field.field(name::NAME)).collect();
        let unknown = unknown.join(", ");
        return Err(wrong(format!("the table has no {unknown}; its fields are {}", fields.join(", "))));
    }
    Ok(places)
}

fn place(field: &Node) -> Option<Place> {
    let ItemId::Node(id) = field.id else { return None };
    let kind = field.field(name::TYPE).unwrap_or("json").to_owned();
    let list = field.field(name::LIST).is_some_and(|text| text != "false");
    let may_be_empty =
        [name::OPTIONAL, name::NULLABLE, name::DEFAULT].iter().any(|mark| field.field(mark).is_some());
    Some(Place::Field { id, list, plain: kind == "text" && !may_be_empty, kind })
}

/// A value of the file. One that is empty was not given, but for a text that must stand.
fn value(place: &Place, text: String) -> Option<(Uuid, Value)> {
    let Place::Field { id, kind, list, plain } = place else { return None };
    if text.is_empty() {
        return plain.then(|| (*id, Value::Text(text)));
    }
    let texts = ["text", "int", "decimal", "bool", "email", "uuid", "timestamp", "date", "enum"];
    if texts.contains(&kind.as_str()) && !list {
        return Some((*id, Value::Text(text)));
    }
    // Lists, objects and the like stand as JSON; what is not JSON is a text, and the field says whether it takes one.
    let value = serde_json::from_str(&text).map_or(Value::Text(text), value_from_doc);
    Some((*id, value))
}

/// The records of a table as CSV: those that meet the conditions, in the order asked for, all of one moment. Passwords are
/// not among the columns. The header `Baton-Records` says how many rows follow.
#[utoipa::path(
    tag = "records",
    params(RecordsQuery),
    responses((status = 200, description = "CSV", content_type = "text/csv", body = String), RoomErrors)
)]
#[get("/workspaces/{workspace}/objects/{object}/records/export")]
pub async fn export(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    asked: web::Query<RecordsQuery>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, object) = path.into_inner();
    let table = table(&api, &who, workspace, object).await?;
    let wanted = wanted(&table, &asked)?;
    let limit = asked.limit.map_or(usize::MAX, |limit| limit as usize);
    let offset = usize::try_from(asked.offset).unwrap_or(usize::MAX);
    let found = api.sheets.find(WorkspaceId(workspace), ObjectId(object), wanted, offset, limit).await?;
    let columns: Vec<Node> = top_fields(&table).filter(|field| !is_secret(field)).cloned().collect();
    let names = columns.iter().map(|field| field.field(name::NAME).unwrap_or_default());
    let head = csv::row(names);
    let rows = found.records.len();
    let pieces: Vec<_> = found.records.chunks(EXPORTED).map(<[_]>::to_vec).collect();
    let lines = move |piece: Vec<Arc<RawRecord>>| -> Result<web::Bytes, ApiError> {
        let mut text = String::new();
        for row in &piece {
            text.push_str(&csv_line(&columns, row)?);
        }
        Ok(text.into())
    };
    let first = futures_util::stream::once(async move { Ok(web::Bytes::from(head)) });
    let body = first.chain(futures_util::stream::iter(pieces).map(lines));
    let name = table.head.name.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_', "_");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(("content-disposition", format!("attachment; filename=\"{name}.csv\"")))
        .insert_header(("baton-records", rows.to_string()))
        .streaming(body))
}

fn csv_line(columns: &[Node], row: &RawRecord) -> Result<String, ApiError> {
    let record = document(row)?;
    let texts: Vec<String> =
        columns.iter().map(|field| text_of(field, &record.id, record.ordinal, &record.cells)).collect();
    Ok(csv::row(texts.iter().map(String::as_str)))
}

fn text_of(field: &Node, id: &Uuid, ordinal: u64, cells: &BTreeMap<Uuid, serde_json::Value>) -> String {
    if is_given(field) {
        return if field.field(name::TYPE) == Some("uuid") { id.to_string() } else { ordinal.to_string() };
    }
    let ItemId::Node(field) = field.id else { return String::new() };
    match cells.get(&field) {
        None | Some(serde_json::Value::Null) => String::new(),
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
