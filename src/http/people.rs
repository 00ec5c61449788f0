//! The caller, and the members of a workspace.

use actix_web::{HttpResponse, delete, get, patch, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::ApiError;
use super::extract::{Caller, Fields};
use super::openapi::{Errors, RoomErrors};
use super::sign_in::AccountDoc;
use super::{Api, rooms};
use crate::domain::command::{Request, TeamRequest};
use crate::domain::id::{RoleId, UserId};
use crate::domain::role::Role;
use crate::protocol::convert;
use crate::protocol::error::ErrorCode;
use crate::protocol::server::{MemberDoc, RoleDoc};

/// The signed-in account and where it belongs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// The account.
    pub user: AccountDoc,
    /// Its workspaces by name.
    pub workspaces: Vec<WorkspaceSummary>,
}

/// A workspace of the signed-in account.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceSummary {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What the account is there.
    pub role: RoleDoc,
}

/// Members of a workspace.
#[derive(Debug, Serialize, ToSchema)]
pub struct Members {
    /// All of them.
    pub members: Vec<MemberDoc>,
}

/// What a member will be.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RoleBody {
    /// A built-in role …
    #[serde(default)]
    pub role: Option<RoleDoc>,
    /// … or a custom role of the workspace.
    #[serde(default)]
    pub custom_role: Option<Uuid>,
    /// Told to the member and kept in the audit log.
    #[serde(default)]
    pub reason: String,
}

/// Why a membership ends.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct ReasonBody {
    /// Told to the member and kept in the audit log.
    #[serde(default)]
    pub reason: String,
}

/// A role as the wire says it.
pub fn role_doc(role: Role) -> RoleDoc {
    match role {
        Role::Owner => RoleDoc::Owner,
        Role::Admin => RoleDoc::Admin,
        Role::Developer => RoleDoc::Developer,
        Role::Viewer => RoleDoc::Viewer,
        Role::Suspended => RoleDoc::Suspended,
    }
}

/// A role as the core knows it.
pub fn role(doc: RoleDoc) -> Role {
    match doc {
        RoleDoc::Owner => Role::Owner,
        RoleDoc::Admin => Role::Admin,
        RoleDoc::Developer => Role::Developer,
        RoleDoc::Viewer => Role::Viewer,
        RoleDoc::Suspended => Role::Suspended,
    }
}

/// The signed-in account and its workspaces.
#[utoipa::path(tag = "people", responses((status = 200, body = Me), Errors))]
#[get("/me")]
pub async fn me(api: web::Data<Api>, who: Caller) -> Result<web::Json<Me>, ApiError> {
    let account = api.accounts.account(who.identity.user).await?;
    let workspaces = api.store.workspaces_of(who.identity.user).await?;
    let workspaces = workspaces.into_iter().filter(|(_, _, role)| *role != Role::Suspended);
    let workspaces =
        workspaces.map(|(id, name, role)| WorkspaceSummary { id: id.0, name, role: role_doc(role) });
    Ok(web::Json(Me { user: account.into(), workspaces: workspaces.collect() }))
}

/// The members of a workspace.
#[utoipa::path(tag = "people", responses((status = 200, body = Members), RoomErrors))]
#[get("/workspaces/{workspace}/members")]
pub async fn members(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
) -> Result<web::Json<Members>, ApiError> {
    let picture = rooms::picture(&api, &who, path.into_inner()).await?;
    Ok(web::Json(Members { members: convert::snapshot(&picture).members }))
}

/// Changes what a member may.
#[utoipa::path(tag = "people", responses((status = 204), RoomErrors))]
#[patch("/workspaces/{workspace}/members/{user}")]
pub async fn set_role(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    body: web::Json<RoleBody>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, user) = path.into_inner();
    let user = UserId(user);
    let request = match body.into_inner() {
        RoleBody { role: Some(wanted), custom_role: None, reason } => {
            Request::SetRole { user, role: role(wanted), reason }
        }
        RoleBody { role: None, custom_role: Some(custom), reason } => {
            Request::Team(TeamRequest::GiveRole { user, role: RoleId(custom), reason })
        }
        RoleBody { .. } => {
            return Err(ApiError::detail(ErrorCode::BadRequest, "say either `role` or `custom_role`"));
        }
    };
    rooms::ask(&api, &who, workspace, request).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ends a membership, one's own too.
#[utoipa::path(tag = "people", responses((status = 204), RoomErrors))]
#[delete("/workspaces/{workspace}/members/{user}")]
pub async fn remove_member(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
    body: Fields<ReasonBody>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, user) = path.into_inner();
    let reason = body.0.reason;
    rooms::ask(&api, &who, workspace, Request::RemoveMember { user: UserId(user), reason }).await?;
    Ok(HttpResponse::NoContent().finish())
}
