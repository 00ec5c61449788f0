//! What roles allow: the permission table, the roles that a workspace made for itself, and who owns it.

use actix_web::{HttpResponse, delete, get, post, put, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::ApiError;
use super::extract::{Caller, Fields};
use super::openapi::{Errors, RoomErrors, TextErrors};
use super::people::{ReasonBody, role_doc};
use super::{Api, rooms};
use crate::document::{CustomRoleDoc, areas_of, object_kind_str};
use crate::domain::area::{Areas, CustomRole};
use crate::domain::command::{Request, TeamRequest};
use crate::domain::id::{RoleId, UserId};
use crate::domain::realtime::{Scope, ScopeRow};
use crate::domain::role::{ACTIONS, ROLES, may};
use crate::domain::stack::ObjectKind;
use crate::protocol::server::RoleDoc;

/// The permission table.
#[derive(Debug, Serialize, ToSchema)]
pub struct PermissionTable {
    /// One row for each thing that can be allowed.
    pub actions: Vec<PermissionRow>,
    /// The areas that a custom role speaks of: the kinds of objects.
    pub areas: Vec<String>,
    /// What keys can be used for.
    pub scopes: Vec<KeyScope>,
}

/// What a key can be used for.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyScope {
    /// Its name.
    pub scope: &'static str,
    /// In words.
    pub words: &'static str,
    /// Whether a key speaks with it for the workspace, in the realtime service; with the others it acts for whoever made it.
    pub for_workspace: bool,
}

/// Who may do something.
#[derive(Debug, Serialize, ToSchema)]
pub struct PermissionRow {
    /// Its name.
    pub action: &'static str,
    /// In words.
    pub words: &'static str,
    /// The built-in roles that allow it.
    pub roles: Vec<RoleDoc>,
    /// The right of a custom role that decides it area by area; without one a custom role allows it as its built-in role does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right: Option<&'static str>,
}

/// Custom roles of a workspace.
#[derive(Debug, Serialize, ToSchema)]
pub struct Roles {
    /// All of them.
    pub roles: Vec<CustomRoleDoc>,
}

/// What a custom role shall be. A right brings those that it needs: whoever edits sees.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CustomRoleBody {
    /// Its name; 1 to 80 characters.
    pub name: String,
    /// Kinds of objects that are seen; the others do not exist.
    #[serde(default)]
    pub view: Vec<String>,
    /// Kinds whose pens may be held, and whose objects may be made, changed and deleted.
    #[serde(default)]
    pub edit: Vec<String>,
    /// Kinds whose drafts may be made live.
    #[serde(default)]
    pub publish: Vec<String>,
    /// Kinds whose pens may be taken from their holders and whose paths may be closed for edits.
    #[serde(default)]
    pub manage: Vec<String>,
    /// Told to those who have the role and kept in the audit log.
    #[serde(default)]
    pub reason: String,
}

/// Who shall own the workspace.
#[derive(Debug, Deserialize, ToSchema)]
pub struct OwnerBody {
    /// The member.
    pub user: Uuid,
    /// Told to the member and kept in the audit log.
    #[serde(default)]
    pub reason: String,
}

/// Who may do what: the table that the server itself decides by.
#[utoipa::path(tag = "people", responses((status = 200, body = PermissionTable), Errors))]
#[get("/permissions")]
pub async fn table(_who: Caller) -> web::Json<PermissionTable> {
    let row = |row: &crate::domain::role::ActionRow| PermissionRow {
        action: row.name,
        words: row.words,
        roles: ROLES.into_iter().filter(|role| may(*role, row.action)).map(role_doc).collect(),
        right: row.right,
    };
    let scope = |row: &ScopeRow| KeyScope {
        scope: row.name,
        words: row.words,
        for_workspace: row.scope.for_workspace(),
    };
    web::Json(PermissionTable {
        actions: ACTIONS.iter().map(row).collect(),
        areas: ObjectKind::ALL.into_iter().map(|kind| object_kind_str(kind).to_owned()).collect(),
        scopes: Scope::ALL.iter().map(scope).collect(),
    })
}

/// The custom roles of the workspace.
#[utoipa::path(tag = "people", responses((status = 200, body = Roles), RoomErrors))]
#[get("/workspaces/{workspace}/roles")]
pub async fn list(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
) -> Result<web::Json<Roles>, ApiError> {
    let picture = rooms::picture(&api, &who, path.into_inner()).await?;
    Ok(web::Json(Roles { roles: picture.roles.iter().map(Into::into).collect() }))
}

/// Makes a custom role.
#[utoipa::path(
    tag = "people",
    request_body = CustomRoleBody,
    responses((status = 201, body = CustomRoleDoc), RoomErrors, TextErrors)
)]
#[post("/workspaces/{workspace}/roles")]
pub async fn create(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
    body: web::Json<CustomRoleBody>,
) -> Result<HttpResponse, ApiError> {
    let role = save(&api, &who, path.into_inner(), RoleId(Uuid::now_v7()), body.into_inner()).await?;
    Ok(HttpResponse::Created().json(role))
}

/// Changes a custom role. What its members may not any more ends at once.
#[utoipa::path(
    tag = "people",
    request_body = CustomRoleBody,
    responses((status = 200, body = CustomRoleDoc), RoomErrors, TextErrors)
)]
#[put("/workspaces/{workspace}/roles/{role}")]
pub async fn change(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    body: web::Json<CustomRoleBody>,
) -> Result<web::Json<CustomRoleDoc>, ApiError> {
    let (workspace, role) = path.into_inner();
    let picture = rooms::picture(&api, &who, workspace).await?;
    if !picture.roles.iter().any(|one| one.id.0 == role) {
        return Err(ApiError::new(crate::protocol::error::ErrorCode::NoSuchRole));
    }
    Ok(web::Json(save(&api, &who, workspace, RoleId(role), body.into_inner()).await?))
}

async fn save(
    api: &Api,
    who: &Caller,
    workspace: Uuid,
    id: RoleId,
    body: CustomRoleBody,
) -> Result<CustomRoleDoc, ApiError> {
    let areas = |words: &[String]| -> Result<Areas, ApiError> { Ok(areas_of(words)?) };
    let role = CustomRole {
        id,
        name: body.name.trim().to_owned(),
        view: areas(&body.view)?,
        edit: areas(&body.edit)?,
        publish: areas(&body.publish)?,
        manage: areas(&body.manage)?,
    };
    let doc = CustomRoleDoc::from(&role.clone().whole());
    let request = Request::Team(TeamRequest::SaveRole { role, reason: body.reason });
    rooms::ask(api, who, workspace, request).await?;
    Ok(doc)
}

/// Deletes a custom role that nobody has.
#[utoipa::path(tag = "people", responses((status = 204), RoomErrors))]
#[delete("/workspaces/{workspace}/roles/{role}")]
pub async fn delete(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    body: Fields<ReasonBody>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, role) = path.into_inner();
    let reason = body.0.reason;
    let request = Request::Team(TeamRequest::DeleteRole { role: RoleId(role), reason });
    rooms::ask(&api, &who, workspace, request).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Hands the workspace over: the member is its owner, the caller an admin from then on.
#[utoipa::path(tag = "people", request_body = OwnerBody, responses((status = 204), RoomErrors))]
#[put("/workspaces/{workspace}/owner")]
pub async fn transfer(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
    body: web::Json<OwnerBody>,
) -> Result<HttpResponse, ApiError> {
    let OwnerBody { user, reason } = body.into_inner();
    let request = Request::Team(TeamRequest::TransferOwnership { to: UserId(user), reason });
    rooms::ask(&api, &who, path.into_inner(), request).await?;
    Ok(HttpResponse::NoContent().finish())
}
