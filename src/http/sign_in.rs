//! Set-up, sign-in, refresh, sign-out.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::ApiError;
use super::extract::{Client, check_origin};
use super::openapi::{Errors, TextErrors};
use super::{Api, cookie, rooms};
use crate::auth::{Account, AuthError, Newcomer, Signed};

/// Who signed in, with the token for the `Authorization` header. The refresh token is in a cookie.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedDoc {
    /// Access token.
    pub access_token: String,
    /// Its life in seconds.
    pub expires_in: u64,
    /// Who.
    pub user: AccountDoc,
}

/// An account as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountDoc {
    /// Its id.
    pub id: Uuid,
    /// Shown to colleagues.
    pub name: String,
    /// Its address.
    pub email: String,
}

impl From<Account> for AccountDoc {
    fn from(account: Account) -> Self {
        AccountDoc { id: account.id.0, name: account.name, email: account.email }
    }
}

/// The answer to a sign-in, with the cookie.
pub fn signed(api: &Api, signed: Signed) -> HttpResponse {
    let cookie = cookie::make(signed.refresh_token, signed.refresh_life_s, api.settings.secure_cookie);
    HttpResponse::Ok().cookie(cookie).insert_header(("cache-control", "no-store")).json(SignedDoc {
        access_token: signed.access_token,
        expires_in: signed.expires_in,
        user: signed.account.into(),
    })
}

/// Whether the instance still waits for its owner, and in which ways one can come in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetUpState {
    /// Whether.
    pub needed: bool,
    /// What the provider is called with which one can sign in besides, at `/api/v1/auth/open-id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_id: Option<String>,
    /// Whether a lost password can be set anew by mail.
    pub mail: bool,
}

/// The first account and its workspace.
#[derive(Deserialize, ToSchema)]
pub struct SetUpBody {
    /// From the link that the server printed.
    pub token: String,
    /// Shown to colleagues.
    pub name: String,
    /// The owner's address.
    pub email: String,
    /// 10 characters at least.
    pub password: String,
    /// The name of the first workspace.
    pub workspace: String,
}

/// An address and a password.
#[derive(Deserialize, ToSchema)]
pub struct SignInBody {
    /// The account's address.
    pub email: String,
    /// Its password.
    pub password: String,
    /// Device in words; otherwise made from what the browser says of itself.
    #[serde(default)]
    pub device: Option<String>,
}

/// Whether the instance still waits for its owner, and in which ways one can come in.
#[utoipa::path(tag = "sign-in", security(()), responses((status = 200, body = SetUpState), Errors))]
#[get("/setup")]
pub async fn set_up_state(api: web::Data<Api>) -> Result<web::Json<SetUpState>, ApiError> {
    Ok(web::Json(SetUpState {
        needed: api.accounts.needs_set_up().await?,
        open_id: api.accounts.open_id_name().map(str::to_owned),
        mail: api.mail.is_some(),
    }))
}

/// Makes the first account and its workspace, with the one-time link that the server printed at its start.
#[utoipa::path(tag = "sign-in", security(()), responses((status = 200, body = SignedDoc), TextErrors))]
#[post("/setup")]
pub async fn set_up(
    api: web::Data<Api>,
    request: HttpRequest,
    client: Client,
    body: web::Json<SetUpBody>,
) -> Result<HttpResponse, ApiError> {
    check_origin(&request, &api, false)?;
    api.accounts.limits().address(client.address)?;
    let SetUpBody { token, name, email, password, workspace } = body.into_inner();
    let newcomer = Newcomer { name, email, password, device: client.agent };
    let (done, _) = api.accounts.set_up(&token, newcomer, &workspace).await?;
    Ok(signed(&api, done))
}

/// Signs in with address and password; sets the refresh cookie.
#[utoipa::path(tag = "sign-in", security(()), responses((status = 200, body = SignedDoc), Errors))]
#[post("/auth/sign-in")]
pub async fn sign_in(
    api: web::Data<Api>,
    request: HttpRequest,
    client: Client,
    body: web::Json<SignInBody>,
) -> Result<HttpResponse, ApiError> {
    check_origin(&request, &api, false)?;
    let SignInBody { email, password, device } = body.into_inner();
    let device = device.unwrap_or(client.agent);
    Ok(signed(&api, api.accounts.sign_in(client.address, &email, password, &device).await?))
}

/// Exchanges the refresh cookie for a new one and an access token.
#[utoipa::path(tag = "sign-in", security(()), responses((status = 200, body = SignedDoc), Errors))]
#[post("/auth/refresh")]
pub async fn refresh(api: web::Data<Api>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    check_origin(&request, &api, true)?;
    let token = cookie::read(&request).ok_or(AuthError::Unauthenticated)?;
    match api.accounts.refresh(&token).await {
        Ok(done) => Ok(signed(&api, done)),
        Err(AuthError::RefreshRevoked) => {
            let mut response =
                actix_web::ResponseError::error_response(&ApiError::from(AuthError::RefreshRevoked));
            // A cookie that cannot be added would only be sent again, and refused again.
            let _ = response.add_cookie(&cookie::remove(api.settings.secure_cookie));
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

/// Ends the sign-in of the refresh cookie, and its sessions. Without a sign-in there is nothing to do.
#[utoipa::path(tag = "sign-in", security(()), responses((status = 204), Errors))]
#[post("/auth/sign-out")]
pub async fn sign_out(api: web::Data<Api>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    check_origin(&request, &api, true)?;
    if let Some(token) = cookie::read(&request) {
        match api.accounts.sign_in_of(&token).await {
            Ok(family) => {
                api.accounts.sign_out(family).await?;
                rooms::signed_out(&api, family).await?;
            }
            Err(AuthError::RefreshRevoked) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(HttpResponse::NoContent().cookie(cookie::remove(api.settings.secure_cookie)).finish())
}
