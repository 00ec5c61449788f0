//! The door for the command line beside a running server: whoever can read the data folder may sign in as anybody.

use actix_web::{HttpRequest, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Api;
use super::error::ApiError;
use super::extract::{Client, check_origin};
use super::openapi::Errors;
use crate::auth::{AuthError, secret};

/// The key of the lock file, and as whom to sign in.
#[derive(Deserialize, ToSchema)]
pub struct OperatorBody {
    /// From the lock file of the data folder.
    pub key: String,
    /// An account; the first one otherwise.
    #[serde(default)]
    pub email: Option<String>,
}

/// An access token without a refresh cookie.
#[derive(Debug, Serialize, ToSchema)]
pub struct OperatorToken {
    /// Access token.
    pub access_token: String,
    /// Its life in seconds.
    pub expires_in: u64,
    /// The account's address.
    pub email: String,
}

/// Signs in with the key of the data folder's lock file.
#[utoipa::path(tag = "sign-in", security(()), responses((status = 200, body = OperatorToken), Errors))]
#[post("/auth/operator")]
pub async fn operator(
    api: web::Data<Api>,
    request: HttpRequest,
    client: Client,
    body: web::Json<OperatorBody>,
) -> Result<web::Json<OperatorToken>, ApiError> {
    check_origin(&request, &api, false)?;
    api.accounts.limits().address(client.address)?;
    // Digests are compared, so the time tells nothing about the key.
    if secret::digest(&body.key) != api.settings.operator {
        return Err(AuthError::BadCredentials.into());
    }
    let email = match &body.email {
        Some(email) => email.clone(),
        None => api.accounts.first_owner().await?.email,
    };
    let signed = api.accounts.sign_in_as_operator(&email).await?;
    let (access_token, expires_in) = (signed.access_token, signed.expires_in);
    Ok(web::Json(OperatorToken { access_token, expires_in, email: signed.account.email }))
}
