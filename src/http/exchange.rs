//! XanoScript in and out.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::ApiError;
use super::extract::Caller;
use super::objects::{DraftQuery, empty};
use super::openapi::RoomErrors;
use super::{Api, IMPORT_BYTES, files, rooms};
use crate::domain::command::{NewObject, Request};
use crate::domain::effect::{Answer, ObjectHead, Receipt};
use crate::domain::id::{ItemId, ObjectId, OpId};
use crate::domain::stack::{ObjectKind, Stack, name};
use crate::protocol::error::ErrorCode;
use crate::xanoscript::{self, Parsed, SyntaxError};

/// The API group of endpoints that name none.
const DEFAULT_GROUP: &str = "default";
/// Files of one import.
const FILES_MAX: usize = 1_000;

/// A file on its way in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct Upload {
    /// As errors shall name it; a path `apis/<group>/…` names the group of its endpoint.
    pub name: String,
    /// XanoScript; 1 MiB at most.
    pub text: String,
}

/// Files on their way in.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ImportBody {
    /// The caller's id of the operation.
    pub op_id: Uuid,
    /// 1,000 at most.
    pub files: Vec<Upload>,
    /// The API group of endpoints that name none, by id or name; `default` otherwise.
    #[serde(default)]
    pub group: Option<String>,
    /// Also publish what came in, with this description.
    #[serde(default)]
    pub publish: Option<String>,
}

/// What became of the files.
#[derive(Debug, Serialize, ToSchema)]
pub struct Imported {
    /// In the order of the call.
    pub files: Vec<ImportedFile>,
}

/// What became of a file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportedFile {
    /// As given.
    pub name: String,
    /// Whether it came in.
    pub ok: bool,
    /// The object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<Uuid>,
    /// Whether it is new; otherwise its content was replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<bool>,
    /// Why it did not come in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<FileError>,
    /// What was kept as it stands and should be looked at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<FlagDoc>,
}

/// Where a file could not be read.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FileError {
    /// `syntax_error`.
    pub code: &'static str,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// What could stand there.
    pub expected: String,
    /// What stands there.
    pub found: String,
    /// All of it in a sentence.
    pub message: String,
}

/// Something that was kept but not understood.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlagDoc {
    /// The node.
    pub item: String,
    /// Its line, from 1.
    pub line: usize,
    /// What is unusual about it.
    pub message: String,
}

/// The objects of a workspace as text.
#[derive(Debug, Serialize, ToSchema)]
pub struct Exported {
    /// One for each object.
    pub files: Vec<ExportedFile>,
}

/// An object as text.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedFile {
    /// Kind and name as a path.
    pub path: String,
    /// XanoScript.
    pub text: String,
}

/// An import that the core can take, and what the edge found out about its files.
pub struct Prepared {
    /// What comes in, groups first.
    pub objects: Vec<NewObject>,
    /// In the order of the files; those that came in name their place in `objects`.
    files: Vec<(ImportedFile, Option<usize>)>,
}

impl Prepared {
    /// The files that cannot be read.
    pub fn errors(&self) -> impl Iterator<Item = &FileError> {
        self.files.iter().filter_map(|(file, _)| file.error.as_ref())
    }

    /// What became of the files, by what the room says about its objects.
    pub fn outcome(self, objects: &[(ObjectId, bool)]) -> Vec<ImportedFile> {
        let told = |(mut file, place): (ImportedFile, Option<usize>)| {
            if let Some((object, created)) = place.and_then(|place| objects.get(place)) {
                (file.ok, file.object, file.created) = (true, Some(object.0), Some(*created));
            }
            file
        };
        self.files.into_iter().map(told).collect()
    }
}

/// Reads files and finds the groups of endpoints. A file that cannot be read brings nothing; the others do.
pub fn prepare(uploads: &[Upload], group: Option<&str>, present: &[ObjectHead]) -> Prepared {
    let read = |upload: &Upload| xanoscript::parse(&upload.name, &upload.text, &mut Uuid::now_v7);
    let parsed: Vec<Result<Parsed, SyntaxError>> = uploads.iter().map(read).collect();
    let mut objects: Vec<NewObject> = Vec::new();
    let mut places: BTreeMap<usize, usize> = BTreeMap::new();
    // Groups first: what comes after may stand in one of them.
    for groups in [true, false] {
        for (at, found) in parsed.iter().enumerate() {
            let Ok(found) = found else { continue };
            if (found.kind == ObjectKind::ApiGroup) != groups {
                continue;
            }
            let wanted = found.group.as_deref().or(files::group_in(&uploads[at].name)).or(group);
            let group = (found.kind == ObjectKind::Endpoint).then(|| group_of(present, wanted, &mut objects));
            places.insert(at, objects.len());
            let known = present
                .iter()
                .find(|head| head.kind == found.kind && head.name == found.name && head.group == group);
            objects.push(NewObject {
                id: known.map_or_else(|| ObjectId(Uuid::now_v7()), |head| head.id),
                kind: found.kind,
                name: found.name.clone(),
                group,
                seeds: found.seeds.clone(),
            });
        }
    }
    let files = uploads.iter().zip(parsed).enumerate();
    let files = files.map(|(at, (upload, found))| (told(&upload.name, found), places.get(&at).copied()));
    Prepared { files: files.collect(), objects }
}

/// The group that is wanted, by id or name: one that is present, one that comes in with the same call, or a new one.
pub fn group_of(present: &[ObjectHead], wanted: Option<&str>, objects: &mut Vec<NewObject>) -> ObjectId {
    let wanted = wanted.map(str::trim).filter(|wanted| !wanted.is_empty()).unwrap_or(DEFAULT_GROUP);
    let mut groups = present.iter().filter(|head| head.kind == ObjectKind::ApiGroup);
    if let Some(head) = groups.find(|head| head.name == wanted || head.id.to_string() == wanted) {
        return head.id;
    }
    let coming = objects.iter().find(|object| object.kind == ObjectKind::ApiGroup && object.name == wanted);
    if let Some(object) = coming {
        return object.id;
    }
    let (kind, id) = (ObjectKind::ApiGroup, ObjectId(Uuid::now_v7()));
    objects.push(NewObject { id, kind, name: wanted.to_owned(), group: None, seeds: empty(kind, wanted) });
    id
}

fn told(name: &str, found: Result<Parsed, SyntaxError>) -> ImportedFile {
    let name = name.to_owned();
    let plain = ImportedFile { name, ok: false, object: None, created: None, error: None, flags: Vec::new() };
    match found {
        Ok(parsed) => {
            let flags = parsed.flags.into_iter();
            let flags = flags.map(|flag| FlagDoc {
                item: flag.item.to_string(),
                line: flag.line,
                message: flag.message,
            });
            ImportedFile { flags: flags.collect(), ..plain }
        }
        Err(error) => {
            let message = error.to_string();
            let SyntaxError { line, column, expected, found, .. } = error;
            let code = ErrorCode::SyntaxError.row().name;
            ImportedFile { error: Some(FileError { code, line, column, expected, found, message }), ..plain }
        }
    }
}

/// An object as XanoScript.
#[utoipa::path(
    tag = "exchange",
    params(DraftQuery),
    responses((status = 200, description = "XanoScript", content_type = "text/plain", body = String), RoomErrors)
)]
#[get("/workspaces/{workspace}/objects/{object}/xanoscript")]
pub async fn source(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    query: web::Query<DraftQuery>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, object) = path.into_inner();
    let view = rooms::object(&api, &who, workspace, object).await?;
    let text = if query.include_draft {
        let stack = Stack::from_nodes(view.nodes).map_err(|_| ApiError::new(ErrorCode::Internal))?;
        xanoscript::print(view.head.kind, &stack)
    } else {
        let none = || ApiError::detail(ErrorCode::NotFound, "it was never published");
        xanoscript::print(view.head.kind, view.published.as_deref().ok_or_else(none)?)
    };
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text))
}

/// Brings files in: new objects are made, existing ones of the same kind and name are replaced, each as one revertable
/// change. A file that cannot be read brings nothing, and its error names line, column and what was expected.
#[utoipa::path(tag = "exchange", request_body = ImportBody, responses((status = 200, body = Imported), RoomErrors))]
#[post("/workspaces/{workspace}/import")]
pub async fn import(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
    body: ImportJson,
) -> Result<web::Json<Imported>, ApiError> {
    let workspace = path.into_inner();
    let ImportBody { op_id, files, group, publish } = body.0;
    if files.is_empty() || files.len() > FILES_MAX {
        return Err(ApiError::detail(ErrorCode::TooMany, format!("files: 1 to {FILES_MAX}")));
    }
    let picture = rooms::picture(&api, &who, workspace).await?;
    let present = picture.objects;
    let read = web::block(move || prepare(&files, group.as_deref(), &present));
    let mut prepared = read.await.map_err(|_| ApiError::new(ErrorCode::Internal))?;
    if prepared.objects.is_empty() {
        return Ok(web::Json(Imported { files: prepared.outcome(&[]) }));
    }
    let objects = std::mem::take(&mut prepared.objects);
    let request = Request::Import { op_id: OpId(op_id), objects, publish };
    match rooms::ask(&api, &who, workspace, request).await? {
        Answer::Receipt(Receipt::Imported { objects }) => {
            Ok(web::Json(Imported { files: prepared.outcome(&objects) }))
        }
        other => Err(rooms::unexpected(&other)),
    }
}

/// An import's body may be larger than others.
pub struct ImportJson(ImportBody);

impl actix_web::FromRequest for ImportJson {
    type Error = actix_web::Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self, actix_web::Error>>>>;

    fn from_request(request: &actix_web::HttpRequest, payload: &mut actix_web::dev::Payload) -> Self::Future {
        let body = actix_web::dev::JsonBody::new(request, payload, None, true).limit(IMPORT_BYTES);
        let request = request.clone();
        Box::pin(async move {
            body.await.map(ImportJson).map_err(|error| super::error::bad_json(error, &request))
        })
    }
}

/// All objects as XanoScript, drafts included.
#[utoipa::path(tag = "exchange", responses((status = 200, body = Exported), RoomErrors))]
#[get("/workspaces/{workspace}/export")]
pub async fn export(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
) -> Result<web::Json<Exported>, ApiError> {
    let workspace = path.into_inner();
    let picture = rooms::picture(&api, &who, workspace).await?;
    let mut taken = BTreeSet::new();
    let mut files = Vec::with_capacity(picture.objects.len());
    for head in &picture.objects {
        let view = rooms::object(&api, &who, workspace, head.id.0).await?;
        let stack = Stack::from_nodes(view.nodes).map_err(|_| ApiError::new(ErrorCode::Internal))?;
        let group = head.group.and_then(|id| picture.objects.iter().find(|group| group.id == id));
        let group = group.map(|group| group.name.as_str());
        let verb = stack.get(ItemId::Settings).and_then(|settings| settings.field(name::VERB));
        let path = files::path(&mut taken, head.kind, group, &head.name, verb);
        files.push(ExportedFile { path, text: xanoscript::print(head.kind, &stack) });
    }
    Ok(web::Json(Exported { files }))
}
