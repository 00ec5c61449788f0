//! The account routes that a client needs, on Baton's own accounts.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};
use uuid::Uuid;

use super::caller::{Caller, Proof, cookie_name};
use super::error::{AppwriteError, Kind};
use super::model;
use crate::auth::ticket::SessionTicket;
use crate::domain::time::Timestamp;
use crate::http::Api;

/// Life of a JWT in seconds, unless asked otherwise, and at most.
const JWT_LIFE_S: (u64, u64) = (900, 3_600);

type Handled = Result<HttpResponse, AppwriteError>;

/// A body as an object; whatever else it is, is an invalid argument.
pub fn object(body: &[u8]) -> Result<serde_json::Map<String, Value>, AppwriteError> {
    if body.is_empty() {
        return Ok(serde_json::Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(map)) => Ok(map),
        _ => Err(AppwriteError::argument("The body is no JSON object.")),
    }
}

/// `POST /account/sessions/email`
pub async fn sign_in(api: web::Data<Api>, request: HttpRequest, caller: Caller, body: web::Bytes) -> Handled {
    let body = object(&body)?;
    let text = |name: &str| {
        let value = body.get(name).and_then(Value::as_str);
        value.ok_or_else(|| AppwriteError::argument(format!("Invalid `{name}` param.")))
    };
    let (email, password) = (text("email")?, text("password")?.to_owned());
    let address = request.peer_addr().map_or(std::net::IpAddr::from([0, 0, 0, 0]), |peer| peer.ip());
    let signed = api.accounts.sign_in(address, email, password, "an app").await?;
    let user = signed.account.id;
    if api.store.member(caller.workspace, user).await.ok().flatten().is_none() {
        // Not one of this project's users.
        return Err(AppwriteError::of(Kind::BadCredentials));
    }
    let sign_in = api.accounts.sign_in_of(&signed.refresh_token).await?;
    let now = Timestamp(chrono::Utc::now().timestamp_millis());
    let expire = now.plus(signed.refresh_life_s.saturating_mul(1_000));
    let (token, name) = (signed.refresh_token, cookie_name(&caller.project));
    let life = Duration::seconds(i64::try_from(signed.refresh_life_s).unwrap_or(i64::MAX));
    let secure = api.settings.secure_cookie;
    let same_site = if secure { SameSite::None } else { SameSite::Lax };
    let cookie = Cookie::build(name.clone(), token.clone()).path("/").http_only(true).max_age(life);
    let cookie = cookie.secure(secure).same_site(same_site).finish();
    let fallback = json!({ name: token }).to_string();
    let session = model::session(sign_in, user.0, &signed.account.email, now, expire);
    Ok(HttpResponse::Created().cookie(cookie).insert_header(("X-Fallback-Cookies", fallback)).json(session))
}

/// `GET /account`
pub async fn get(api: web::Data<Api>, caller: Caller) -> Handled {
    let (user, _) = caller.account()?;
    Ok(HttpResponse::Ok().json(model::account(&api.accounts.account(user).await?)))
}

/// `DELETE /account/sessions/{id or current}`
pub async fn sign_out(api: web::Data<Api>, caller: Caller, session: web::Path<String>) -> Handled {
    let (_, own) = caller.account()?;
    let named = if *session == "current" { Some(own) } else { Uuid::parse_str(&session).ok() };
    if named != Some(own) {
        return Err(AppwriteError::of(Kind::NoSession));
    }
    api.accounts.sign_out(own).await?;
    if api.gateway.signed_out(own).await > 0 {
        return Err(AppwriteError::of(Kind::Busy));
    }
    let mut gone = Cookie::build(cookie_name(&caller.project), "").path("/").finish();
    gone.make_removal();
    Ok(HttpResponse::NoContent().cookie(gone).finish())
}

/// `POST /account/jwts`
pub async fn make_jwt(api: web::Data<Api>, caller: Caller, body: web::Bytes) -> Handled {
    let Proof::Session(user, sign_in) = caller.proof else {
        return Err(AppwriteError::of(if caller.account().is_ok() { Kind::JwtByJwt } else { Kind::NoScope }));
    };
    let body = object(&body)?;
    let life = match body.get("duration") {
        None | Some(Value::Null) => JWT_LIFE_S.0,
        Some(value) => value
            .as_u64()
            .filter(|life| *life <= JWT_LIFE_S.1)
            .ok_or_else(|| AppwriteError::argument("Invalid `duration` param."))?,
    };
    let jwt = api.accounts.session_ticket(SessionTicket { user: user.0, session: sign_in }, life)?;
    Ok(HttpResponse::Created().json(json!({ "jwt": jwt })))
}
