//! One's own account: sign-ins on other devices, the password, and the link that sets it anew.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, put, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::error::ApiError;
use super::extract::{Caller, Client, check_origin};
use super::invitations::base_url;
use super::openapi::{Errors, TextErrors};
use super::{Api, rooms};
use crate::auth::{AuthError, secret};
use crate::mail::Letter;
use crate::protocol::error::ErrorCode;

/// Where the account is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignIns {
    /// Last used first.
    pub sign_ins: Vec<SignInDoc>,
}

/// An authenticated login on a device.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignInDoc {
    /// Its id.
    pub id: Uuid,
    /// Device in words.
    pub device: String,
    /// When it began, milliseconds since the Unix epoch.
    pub created: i64,
    /// When it was last renewed, milliseconds since the Unix epoch.
    pub used: i64,
    /// When it ends if it is not used, milliseconds since the Unix epoch.
    pub expires: i64,
    /// Whether it is the one of this call.
    pub own: bool,
}

/// The password as it is and as it shall be.
#[derive(Deserialize, ToSchema)]
pub struct PasswordBody {
    /// As it is.
    pub old: String,
    /// As it shall be; 10 characters at least.
    pub new: String,
}

/// A reset link's token, and the new password.
#[derive(Deserialize, ToSchema)]
pub struct ResetBody {
    /// From the link, behind its `#`.
    pub token: String,
    /// 10 characters at least.
    pub password: String,
}

/// What the operator does with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountAct {
    /// Make a link that sets the password anew.
    Reset,
    /// Suspend it.
    Suspend,
    /// Let it in again.
    Resume,
    /// End its sign-ins.
    SignOut,
}

/// With the key of the data folder's lock file.
#[derive(Deserialize, ToSchema)]
pub struct AccountActBody {
    /// From the lock file of the data folder.
    pub key: String,
    /// Which account.
    pub email: String,
    /// What.
    pub act: AccountAct,
}

/// What it led to.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountActDone {
    /// The reset link, shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Where the account is signed in.
#[utoipa::path(tag = "sign-in", responses((status = 200, body = SignIns), Errors))]
#[get("/me/sign-ins")]
pub async fn sign_ins(api: web::Data<Api>, who: Caller) -> Result<web::Json<SignIns>, ApiError> {
    let own = who.identity.sign_in;
    let all = api.accounts.sign_ins(who.identity.user).await?;
    let doc = |one: crate::store::SignIn| SignInDoc {
        id: one.id,
        device: one.device,
        created: one.created.0,
        used: one.used.0,
        expires: one.expires.0,
        own: one.id == own,
    };
    Ok(web::Json(SignIns { sign_ins: all.into_iter().map(doc).collect() }))
}

/// Ends a sign-in of one's own, on whatever device; its pages are closed at once.
#[utoipa::path(tag = "sign-in", responses((status = 204), Errors))]
#[delete("/me/sign-ins/{sign_in}")]
pub async fn end_sign_in(
    api: web::Data<Api>,
    who: Caller,
    path: web::Path<Uuid>,
) -> Result<HttpResponse, ApiError> {
    let sign_in = path.into_inner();
    api.accounts.end_sign_in(who.identity.user, sign_in).await?;
    rooms::signed_out(&api, sign_in).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Changes the password. All other sign-ins of the account end.
#[utoipa::path(tag = "sign-in", request_body = PasswordBody, responses((status = 204), TextErrors))]
#[put("/me/password")]
pub async fn change_password(
    api: web::Data<Api>,
    who: Caller,
    body: web::Json<PasswordBody>,
) -> Result<HttpResponse, ApiError> {
    let PasswordBody { old, new } = body.into_inner();
    let ended = api.accounts.change_password(who.identity.user, who.identity.sign_in, old, new).await?;
    all_signed_out(&api, ended).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Whose password is lost.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ForgotBody {
    /// The account's address.
    #[schema(example = "ana@acme.example")]
    pub email: String,
}

/// Sends a reset link to the address, if there is an account with it. Answered alike, and as quickly, if there is none.
#[utoipa::path(
    tag = "sign-in",
    security(()),
    request_body = ForgotBody,
    responses((status = 204), TextErrors)
)]
#[post("/auth/forgot")]
pub async fn forgot(
    api: web::Data<Api>,
    request: HttpRequest,
    client: Client,
    body: web::Json<ForgotBody>,
) -> Result<HttpResponse, ApiError> {
    check_origin(&request, &api, false)?;
    api.accounts.limits().address(client.address)?;
    api.accounts.limits().account(&body.email)?;
    let mail = api.mail.clone().ok_or_else(|| ApiError::new(ErrorCode::NoMail))?;
    let base = base_url(&api, &request);
    actix_web::rt::spawn(async move {
        match api.accounts.forgot(&body.email).await {
            Ok(Some((token, to))) => {
                if let Err(error) = mail.send(Letter::reset(&to, &format!("{base}/reset#{token}"))) {
                    tracing::warn!(%error, "a reset link could not be sent");
                }
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "a reset link could not be made"),
        }
    });
    Ok(HttpResponse::NoContent().finish())
}

/// Sets the password by a reset link, which works once. All sign-ins of the account end.
#[utoipa::path(
    tag = "sign-in",
    security(()),
    request_body = ResetBody,
    responses((status = 204), TextErrors)
)]
#[post("/auth/reset")]
pub async fn reset(
    api: web::Data<Api>,
    request: HttpRequest,
    client: Client,
    body: web::Json<ResetBody>,
) -> Result<HttpResponse, ApiError> {
    check_origin(&request, &api, false)?;
    api.accounts.limits().address(client.address)?;
    let ResetBody { token, password } = body.into_inner();
    let ended = api.accounts.reset(&token, password).await?;
    all_signed_out(&api, ended).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What the operator's command line does with an account. Wants the key of the data folder's lock file.
#[utoipa::path(
    tag = "sign-in",
    security(()),
    request_body = AccountActBody,
    responses((status = 200, body = AccountActDone), Errors)
)]
#[post("/auth/operator/accounts")]
pub async fn act(
    api: web::Data<Api>,
    request: HttpRequest,
    client: Client,
    body: web::Json<AccountActBody>,
) -> Result<web::Json<AccountActDone>, ApiError> {
    check_origin(&request, &api, false)?;
    api.accounts.limits().address(client.address)?;
    let AccountActBody { key, email, act } = body.into_inner();
    // Digests are compared, so the time tells nothing about the key.
    if secret::digest(&key) != api.settings.operator {
        return Err(AuthError::BadCredentials.into());
    }
    let mut url = None;
    let ended = match act {
        AccountAct::Reset => {
            let token = api.accounts.make_reset(&email).await?;
            url = Some(format!("{}/reset#{token}", super::invitations::base_url(&api, &request)));
            Vec::new()
        }
        AccountAct::Suspend => api.accounts.suspend(&email, true).await?,
        AccountAct::Resume => api.accounts.suspend(&email, false).await?,
        AccountAct::SignOut => api.accounts.sign_out_everywhere(&email).await?,
    };
    all_signed_out(&api, ended).await?;
    Ok(web::Json(AccountActDone { url }))
}

async fn all_signed_out(api: &Api, ended: Vec<Uuid>) -> Result<(), ApiError> {
    for sign_in in ended {
        rooms::signed_out(api, sign_in).await?;
    }
    Ok(())
}
