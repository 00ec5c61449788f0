//! Objects: list, make, read, delete, edit.

use actix_web::{HttpResponse, delete, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::error::ApiError;
use super::exchange::group_of;
use super::extract::{Caller, Fields};
use super::openapi::RoomErrors;
use super::{Api, rooms};
use crate::document::{
    FenceDoc, ImportedDoc, NodeDoc, ObjectHeadDoc, OpDoc, ReceiptDoc, object_kind_from_str, stack_doc,
};
use crate::domain::command::{NewObject, Request};
use crate::domain::effect::{Answer, ObjectView, Receipt};
use crate::domain::id::{ItemId, ObjectId, OpId};
use crate::domain::stack::{Field, Form, ObjectKind, Seed, Stack, name};
use crate::protocol::client::ClientMessage;
use crate::protocol::error::ErrorCode;
use crate::protocol::server::ObjectDoc;

/// Objects of a workspace.
#[derive(Debug, Serialize, ToSchema)]
pub struct Objects {
    /// All of them.
    pub objects: Vec<ObjectHeadDoc>,
}

/// An empty object.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CreateBody {
    /// The caller's id of the operation.
    pub op_id: Uuid,
    /// A kind, such as `function`.
    pub kind: String,
    /// Its name; folders by `/`.
    pub name: String,
    /// The API group of an endpoint, by id or name; `default` otherwise.
    #[serde(default)]
    pub group: Option<String>,
}

/// Whether the draft counts.
#[derive(Debug, Deserialize, IntoParams)]
pub struct DraftQuery {
    /// With the draft; otherwise what is published.
    #[serde(default)]
    pub include_draft: bool,
}

/// Names an operation.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct OpIdBody {
    /// The caller's id of the operation.
    #[serde(default)]
    pub op_id: Option<Uuid>,
}

/// An edit.
#[derive(Debug, Deserialize, ToSchema)]
pub struct EditBody {
    /// The caller's id of the operation.
    pub op_id: Uuid,
    /// The object's revision that the author saw.
    pub base_revision: u64,
    /// The author's own operation that this one builds on.
    #[serde(default)]
    pub prev_op: Option<Uuid>,
    /// The fence of the lock held; without it, acquire, write and release in one.
    #[serde(default)]
    pub fence: Option<FenceDoc>,
    /// What.
    pub op: OpDoc,
}

/// A copy of a node.
#[derive(Debug, Deserialize, ToSchema)]
pub struct DuplicateBody {
    /// The caller's id of the operation.
    pub op_id: Uuid,
    /// The node.
    pub item: String,
    /// The ids of the copies are derived from this.
    pub seed: Uuid,
    /// The object's revision that the author saw.
    pub base_revision: u64,
}

/// The objects of a workspace.
#[utoipa::path(tag = "objects", responses((status = 200, body = Objects), RoomErrors))]
#[get("/workspaces/{workspace}/objects")]
pub async fn list(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
) -> Result<web::Json<Objects>, ApiError> {
    let picture = rooms::picture(&api, &who, path.into_inner()).await?;
    Ok(web::Json(Objects { objects: picture.objects.iter().map(Into::into).collect() }))
}

/// Makes an empty object.
#[utoipa::path(tag = "objects", responses((status = 201, body = ImportedDoc), RoomErrors))]
#[post("/workspaces/{workspace}/objects")]
pub async fn create(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
    body: web::Json<CreateBody>,
) -> Result<HttpResponse, ApiError> {
    let workspace = path.into_inner();
    let CreateBody { op_id, kind, name, group } = body.into_inner();
    let kind = object_kind_from_str(&kind)
        .ok_or_else(|| ApiError::detail(ErrorCode::BadRequest, format!("there is no kind `{kind}`")))?;
    let name = name.trim().to_owned();
    let picture = rooms::picture(&api, &who, workspace).await?;
    let mut objects = Vec::new();
    let group = match kind {
        ObjectKind::Endpoint => Some(group_of(&picture.objects, group.as_deref(), &mut objects)),
        _ => None,
    };
    let same = |head: &crate::domain::effect::ObjectHead| {
        head.kind == kind && head.name == name && head.group == group
    };
    if picture.objects.iter().any(same) {
        return Err(ApiError::new(ErrorCode::NameTaken));
    }
    let id = ObjectId(Uuid::now_v7());
    objects.push(NewObject { id, kind, seeds: empty(kind, &name), name, group });
    let request = Request::Import { op_id: OpId(op_id), objects, publish: None };
    match rooms::ask(&api, &who, workspace, request).await? {
        Answer::Receipt(Receipt::Imported { objects }) => match objects.last() {
            Some((object, created)) => {
                Ok(HttpResponse::Created().json(ImportedDoc { object: object.0, created: *created }))
            }
            None => Err(ApiError::new(ErrorCode::Internal)),
        },
        other => Err(rooms::unexpected(&other)),
    }
}

/// The seeds of an object with nothing in it but its name.
pub fn empty(kind: ObjectKind, object_name: &str) -> Vec<Seed> {
    let mut seeds = Stack::empty().to_seeds();
    let field =
        |name: &str, text: &str| Field { name: name.to_owned(), text: text.to_owned(), form: Form::Assign };
    if let Some(settings) = seeds.iter_mut().find(|seed| seed.id == ItemId::Settings) {
        settings.fields.push(field(name::NAME, object_name));
        if kind == ObjectKind::Endpoint {
            settings.fields.push(field(name::VERB, "GET"));
        }
    }
    seeds
}

/// An object with its changes since the published version.
#[utoipa::path(tag = "objects", params(DraftQuery), responses((status = 200, body = ObjectDoc), RoomErrors))]
#[get("/workspaces/{workspace}/objects/{object}")]
pub async fn read(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    query: web::Query<DraftQuery>,
) -> Result<web::Json<ObjectDoc>, ApiError> {
    let (workspace, object) = path.into_inner();
    let view = rooms::object(&api, &who, workspace, object).await?;
    Ok(web::Json(document(&view, query.include_draft)))
}

fn document(view: &ObjectView, include_draft: bool) -> ObjectDoc {
    let published = view.published.as_deref().map(stack_doc);
    let head = (&view.head).into();
    if !include_draft {
        return ObjectDoc {
            head,
            nodes: published.unwrap_or_default(),
            changes: Vec::new(),
            published: None,
        };
    }
    ObjectDoc {
        head,
        nodes: view.nodes.iter().map(NodeDoc::from).collect(),
        changes: view.changes.iter().map(Into::into).collect(),
        published,
    }
}

/// Deletes an object.
#[utoipa::path(tag = "objects", request_body = OpIdBody, responses((status = 204), RoomErrors))]
#[delete("/workspaces/{workspace}/objects/{object}")]
pub async fn delete(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    body: Fields<OpIdBody>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, object) = path.into_inner();
    let op_id = body.0.op_id.unwrap_or_else(Uuid::now_v7);
    rooms::decide(&api, &who, workspace, ClientMessage::DeleteObject { op_id, object }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Changes an object; answered with `edited` or `parked`.
#[utoipa::path(tag = "objects", responses((status = 200, body = ReceiptDoc), RoomErrors))]
#[post("/workspaces/{workspace}/objects/{object}/edits")]
pub async fn edit(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    body: web::Json<EditBody>,
) -> Result<web::Json<ReceiptDoc>, ApiError> {
    let (workspace, object) = path.into_inner();
    let EditBody { op_id, base_revision, prev_op, fence, op } = body.into_inner();
    let message =
        ClientMessage::Edit { op_id, object, fence, typed_ahead: false, base_revision, prev_op, op };
    rooms::decide(&api, &who, workspace, message).await.map(web::Json)
}

/// Copies a node, with all below it, to right after it.
#[utoipa::path(tag = "objects", responses((status = 200, body = ReceiptDoc), RoomErrors))]
#[post("/workspaces/{workspace}/objects/{object}/duplicate")]
pub async fn duplicate(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    body: web::Json<DuplicateBody>,
) -> Result<web::Json<ReceiptDoc>, ApiError> {
    let (workspace, object) = path.into_inner();
    let DuplicateBody { op_id, item, seed, base_revision } = body.into_inner();
    let message = ClientMessage::Duplicate { op_id, object, item, seed, base_revision };
    rooms::decide(&api, &who, workspace, message).await.map(web::Json)
}
