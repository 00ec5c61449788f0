//! Signing in with an OpenID Connect provider: there, and back.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::error::ApiError;
use super::extract::Client;
use super::invitations::base_url;
use super::openapi::Errors;
use super::{Api, cookie};
use crate::auth::AuthError;

/// Carries a sign-in that has begun. Lax: the browser comes back from another site.
const PENDING: &str = "baton_open_id";
const PATH: &str = "/api/v1/auth/open-id";
/// How long one may take at the provider, in minutes.
const PATIENCE_MIN: i64 = 15;

/// What the provider sends back.
#[derive(Debug, Deserialize, IntoParams)]
pub struct BackQuery {
    /// To be exchanged for who it is.
    #[serde(default)]
    pub code: Option<String>,
    /// As it was sent.
    #[serde(default)]
    pub state: Option<String>,
}

/// Sends the browser to the provider.
#[utoipa::path(tag = "sign-in", security(()), responses((status = 303, description = "to the provider"), Errors))]
#[get("/auth/open-id")]
pub async fn begin(
    api: web::Data<Api>,
    client: Client,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    api.accounts.limits().address(client.address)?;
    let begun = api.accounts.begin_open_id(&back(&api, &request)).await?;
    let life = Duration::minutes(PATIENCE_MIN);
    let cookie = pending(begun.pending, api.settings.secure_cookie).max_age(life).finish();
    Ok(elsewhere(&begun.url).cookie(cookie).finish())
}

/// The browser is back: signs in, and sends it to the app, which says what went wrong if something did.
#[utoipa::path(
    tag = "sign-in",
    security(()),
    params(BackQuery),
    responses((status = 303, description = "to the app, signed in or with `#sign-in-failed=<code>`"), Errors)
)]
#[get("/auth/open-id/back")]
pub async fn finish(
    api: web::Data<Api>,
    client: Client,
    request: HttpRequest,
    query: web::Query<BackQuery>,
) -> Result<HttpResponse, ApiError> {
    let done = pending(String::new(), api.settings.secure_cookie).max_age(Duration::ZERO).finish();
    let known = request.cookie(PENDING).map(|cookie| cookie.value().to_owned());
    let BackQuery { code, state } = query.into_inner();
    let signed = match (known, code, state) {
        (Some(known), Some(code), Some(state)) => {
            let back = back(&api, &request);
            let answer = (code.as_str(), state.as_str());
            api.accounts.finish_open_id(client.address, &back, answer, &known, &client.agent).await
        }
        _ => Err(AuthError::Unauthenticated),
    };
    match signed {
        Ok(signed) => {
            let refresh =
                cookie::make(signed.refresh_token, signed.refresh_life_s, api.settings.secure_cookie);
            Ok(elsewhere("/").cookie(done).cookie(refresh).finish())
        }
        Err(error) => {
            let error = ApiError::from(error);
            Ok(elsewhere(&format!("/#sign-in-failed={}", error.body().code)).cookie(done).finish())
        }
    }
}

fn back(api: &Api, request: &HttpRequest) -> String {
    format!("{}{PATH}/back", base_url(api, request))
}

fn elsewhere(to: &str) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, to)).insert_header((header::CACHE_CONTROL, "no-store"));
    response
}

fn pending(value: String, secure: bool) -> actix_web::cookie::CookieBuilder<'static> {
    Cookie::build(PENDING, value).path(PATH).http_only(true).same_site(SameSite::Lax).secure(secure)
}
