//! Links into a workspace.

use actix_web::{FromRequest, HttpRequest, HttpResponse, delete, dev, get, http::header, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::ApiError;
use super::extract::{Caller, Client, Fields, check_origin};
use super::openapi::{Errors, RoomErrors, TextErrors};
use super::people::{role, role_doc};
use super::{Api, rooms, sign_in};
use crate::auth::Newcomer;
use crate::domain::command::Request;
use crate::domain::id::{RoleId, UserId, WorkspaceId};
use crate::domain::role::{Action, Member, Role, may};
use crate::mail::Letter;
use crate::protocol::error::ErrorCode;
use crate::protocol::server::RoleDoc;
use crate::store::Invitation;

/// As what somebody is invited.
#[derive(Debug, Deserialize, ToSchema)]
pub struct InviteBody {
    /// A built-in role; with a custom one it is left out.
    #[serde(default)]
    pub role: Option<RoleDoc>,
    /// A custom role of the workspace.
    #[serde(default)]
    pub custom_role: Option<Uuid>,
    /// An address to which the link is sent too.
    #[serde(default)]
    pub email: Option<String>,
}

/// An invitation without its token, which is not kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationRow {
    /// Its id.
    pub id: Uuid,
    /// As what.
    pub role: RoleDoc,
    /// The custom role that says more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_role: Option<Uuid>,
    /// The address that it was sent to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Who made it.
    pub invited_by: Uuid,
    /// When, milliseconds since the Unix epoch.
    pub created: i64,
    /// Until when.
    pub expires: i64,
    /// Who used it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_by: Option<Uuid>,
    /// Whether it was taken back.
    pub revoked: bool,
}

/// Invitations of a workspace.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invitations {
    /// Newest first, used and expired ones among them.
    pub invitations: Vec<InvitationRow>,
}

/// A fresh link. Its token is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationLink {
    /// To be sent to whom it is for. The token stands behind the `#`, which no server sees.
    pub url: String,
    /// The token by itself.
    pub token: String,
    /// Until when, milliseconds since the Unix epoch.
    pub expires: i64,
    /// Whether it is on its way by mail.
    pub mailed: bool,
}

/// What a link leads to.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationDoc {
    /// The workspace.
    pub workspace: Place,
    /// As what.
    pub role: RoleDoc,
    /// The name of who sent it.
    pub inviter: String,
    /// Until when, milliseconds since the Unix epoch.
    pub expires: i64,
}

/// A workspace by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Place {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// Who accepts; left out by somebody who is signed in.
#[derive(Default, Deserialize, ToSchema)]
pub struct AcceptBody {
    /// Shown to colleagues.
    #[serde(default)]
    pub name: String,
    /// The address.
    #[serde(default)]
    pub email: String,
    /// 10 characters at least.
    #[serde(default)]
    pub password: String,
}

/// A new member, by account or as who is signed in already.
#[derive(Debug, Serialize, ToSchema)]
pub struct Joined {
    /// The workspace.
    pub workspace: Uuid,
}

/// Makes a link into the workspace.
#[utoipa::path(tag = "people", responses((status = 200, body = InvitationLink), RoomErrors))]
#[post("/workspaces/{workspace}/invitations")]
pub async fn invite(
    api: web::Data<Api>,
    who: Caller,
    request: HttpRequest,
    path: web::Path<Uuid>,
    body: web::Json<InviteBody>,
) -> Result<web::Json<InvitationLink>, ApiError> {
    let workspace = path.into_inner();
    let custom = body.custom_role.map(RoleId);
    // The room says who the caller is; the link itself is an account fact and changes nothing in the workspace.
    let picture = rooms::picture(&api, &who, workspace).await?;
    let own =
        picture.members.iter().find(|member| member.user == who.identity.user).map(|member| member.role);
    let own = own.ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
    let wanted = match (body.role, custom) {
        (Some(wanted), None) => role(wanted),
        (None, Some(custom)) => {
            let known = picture.roles.iter().find(|role| role.id == custom);
            known.ok_or_else(|| ApiError::new(ErrorCode::NoSuchRole))?.base()
        }
        _ => return Err(ApiError::detail(ErrorCode::BadRequest, "say either `role` or `custom_role`")),
    };
    // Nobody gives more than they have.
    if !may(own, Action::ManageMembers) || wanted < own || wanted == Role::Suspended {
        return Err(ApiError::new(ErrorCode::NotPermitted));
    }
    let email = body.into_inner().email.filter(|email| !email.trim().is_empty());
    if email.is_some() && api.mail.is_none() {
        return Err(ApiError::new(ErrorCode::NoMail));
    }
    let (token, invitation) = api
        .accounts
        .invite(WorkspaceId(workspace), (wanted, custom), email.as_deref(), who.identity.user)
        .await?;
    let url = format!("{}/invitation#{token}", base_url(&api, &request));
    if let (Some(mail), Some(to)) = (&api.mail, &invitation.email) {
        let inviter = api.accounts.account(who.identity.user).await?.name;
        mail.send(Letter::invitation(to, &picture.name, &inviter, &url))?;
    }
    let mailed = invitation.email.is_some();
    Ok(web::Json(InvitationLink { url, token, expires: invitation.expires.0, mailed }))
}

/// The invitations of the workspace.
#[utoipa::path(tag = "people", responses((status = 200, body = Invitations), RoomErrors))]
#[get("/workspaces/{workspace}/invitations")]
pub async fn list(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
) -> Result<web::Json<Invitations>, ApiError> {
    let workspace = path.into_inner();
    rooms::member(&api, &who, workspace, Action::ManageMembers).await?;
    let found = api.store.invitations_of(WorkspaceId(workspace)).await?;
    let row = |one: Invitation| InvitationRow {
        id: one.id,
        role: role_doc(one.role),
        custom_role: one.custom.map(|role| role.0),
        email: one.email,
        invited_by: one.invited_by.0,
        created: one.created.0,
        expires: one.expires.0,
        used_by: one.used.map(|(user, _)| user.0),
        revoked: one.revoked.is_some(),
    };
    Ok(web::Json(Invitations { invitations: found.into_iter().map(row).collect() }))
}

/// Takes an invitation back: its link is worth nothing from now on.
#[utoipa::path(tag = "people", responses((status = 204), RoomErrors))]
#[delete("/workspaces/{workspace}/invitations/{invitation}")]
pub async fn revoke(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<(Uuid, Uuid)>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, invitation) = path.into_inner();
    rooms::managed(&api, &who, workspace).await?;
    api.accounts.revoke_invitation(WorkspaceId(workspace), invitation, who.identity.user).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What a link leads to.
#[utoipa::path(tag = "people", security(()), responses((status = 200, body = InvitationDoc), Errors))]
#[get("/invitations/{token}")]
pub async fn look(
    api: web::Data<Api>,
    client: Client,
    path: web::Path<String>,
) -> Result<web::Json<InvitationDoc>, ApiError> {
    api.accounts.limits().address(client.address)?;
    let found = api.accounts.invitation(&path, None).await?;
    let inviter = api.accounts.account(found.invited_by).await?;
    let places = api.store.workspaces_of(found.invited_by).await?;
    // An inviter who is gone cannot let anybody in.
    let place = places.into_iter().find(|(id, _, _)| *id == found.workspace);
    let (id, name, _) = place.ok_or_else(|| ApiError::new(ErrorCode::BadInvitation))?;
    Ok(web::Json(InvitationDoc {
        workspace: Place { id: id.0, name },
        role: role_doc(found.role),
        inviter: inviter.name,
        expires: found.expires.0,
    }))
}

/// Accepts a link: with an access token as who one is, otherwise with a new account.
#[utoipa::path(
    tag = "people",
    request_body = AcceptBody,
    responses((status = 200, description = "A sign-in of the new account, or where the signed-in account has joined", body = sign_in::SignedDoc), TextErrors)
)]
#[post("/invitations/{token}/accept")]
pub async fn accept(
    api: web::Data<Api>,
    client: Client,
    request: HttpRequest,
    path: web::Path<String>,
    body: Fields<AcceptBody>,
) -> Result<HttpResponse, ApiError> {
    check_origin(&request, &api, false)?;
    api.accounts.limits().address(client.address)?;
    if request.headers().contains_key(header::AUTHORIZATION) {
        let who = Caller::from_request(&request, &mut dev::Payload::None).await?;
        let user = who.identity.user;
        let open = api.accounts.invitation(&path, Some(user)).await?;
        if open.used.is_none() && api.store.member(open.workspace, user).await?.is_some() {
            return Err(ApiError::new(ErrorCode::AlreadyMember));
        }
        let claimed = api.accounts.claim(&path, user).await?;
        let account = api.accounts.account(user).await?;
        join(&api, &claimed, user, account.name).await?;
        return Ok(HttpResponse::Ok().json(Joined { workspace: claimed.workspace.0 }));
    }
    let AcceptBody { name, email, password } = body.0;
    let newcomer = Newcomer { name, email, password, device: client.agent };
    let (signed, claimed) = api.accounts.claim_as_newcomer(&path, newcomer).await?;
    join(&api, &claimed, signed.account.id, signed.account.name.clone()).await?;
    Ok(sign_in::signed(&api, signed))
}

/// The membership is the room's to write, in the name of who sent the link: if they may not any more, it is worth nothing.
async fn join(api: &Api, claimed: &Invitation, user: UserId, name: String) -> Result<(), ApiError> {
    let inviter = api.store.member(claimed.workspace, claimed.invited_by).await?;
    if inviter.is_none_or(|inviter| !may(inviter.role, Action::ManageMembers)) {
        return Err(ApiError::new(ErrorCode::BadInvitation));
    }
    // The room picks the colour.
    let member = Member { user, name, role: claimed.role, custom: claimed.custom, colour: 0 };
    rooms::ask_as(api, claimed.invited_by, claimed.workspace, Request::AddMember(member)).await?;
    Ok(())
}

pub(super) fn base_url(api: &Api, request: &HttpRequest) -> String {
    if let Some(url) = &api.settings.public_url {
        return url.trim_end_matches('/').to_owned();
    }
    let info = request.connection_info();
    let scheme = if api.settings.speaks_tls { "https" } else { info.scheme() };
    format!("{scheme}://{}", info.host())
}
