//! What a handler takes out of a request.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use serde::de::DeserializeOwned;

use super::Api;
use super::error::ApiError;
use super::scopes::{self, Door};
use crate::auth::{AuthError, Identity, client_address, key, secret};
use crate::domain::id::{KeyId, SessionId, WorkspaceId};
use crate::protocol::error::ErrorCode;

/// Carries the session of a caller that is no browser tab: `<id>:<secret>`.
pub const SESSION_HEADER: &str = "baton-session";

/// Who calls: by an access token, or by a key, which acts for the member who made it.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Account and sign-in; of a key the account that it acts for, and itself.
    pub identity: Identity,
    /// The session that the call renews, with its secret.
    pub session: Option<(SessionId, String)>,
    /// The key's name, if one calls.
    pub key: Option<String>,
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let asking = Asking::from_request(request, payload);
        Box::pin(async move {
            match asking.await? {
                Asking::Member(caller) => Ok(caller),
                // A row of the table that does not fit its handler shuts the door.
                Asking::Key(..) => Err(ApiError::new(ErrorCode::NotForKeys)),
            }
        })
    }
}

/// Who calls: a member, or a server by its key.
#[derive(Debug, Clone)]
pub enum Asking {
    /// A member, or a key that acts for one.
    Member(Caller),
    /// A server, with its workspace, which it speaks for.
    Key(WorkspaceId, KeyId),
}

impl FromRequest for Asking {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let token = bearer(request);
        let session = session(request);
        let door = scopes::door_of(request);
        let named = request.match_info().get("workspace").map(str::to_owned);
        let api = request.app_data::<web::Data<Api>>().cloned();
        Box::pin(async move {
            let api = api.ok_or_else(|| ApiError::new(ErrorCode::Internal))?;
            let token = token.ok_or(AuthError::Unauthenticated)?;
            if key::is_key(&token) {
                let (workspace, key) = api.accounts.key(&token).await?;
                if named.is_some_and(|named| named.parse() != Ok(workspace)) {
                    scopes::elsewhere(&api, workspace, key).await;
                    return Err(ApiError::new(ErrorCode::NotFound));
                }
                return by_key(&api, workspace, key, door, session).await;
            }
            let identity = api.accounts.identify(&token).await?;
            api.accounts.limits().call(identity.user)?;
            Ok(Asking::Member(Caller { identity, session: session?, key: None }))
        })
    }
}

/// What a key is at a door.
async fn by_key(
    api: &Api,
    workspace: WorkspaceId,
    key: KeyId,
    door: Door,
    session: Result<Option<(SessionId, String)>, ApiError>,
) -> Result<Asking, ApiError> {
    let scope = match door {
        Door::ForWorkspace(_) => return Ok(Asking::Key(workspace, key)),
        Door::ForMaker(scope) => Some(scope),
        Door::Open | Door::People => None,
    };
    let (user, name) = scopes::acts_for(api, workspace, key, scope).await?;
    api.accounts.acts_for(user).await?;
    // Sessions that it opens end with it, as those of a sign-in do.
    let identity = Identity { user, sign_in: key.0, expires: u64::MAX };
    Ok(Asking::Member(Caller { identity, session: session?, key: Some(name) }))
}

fn bearer(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

fn session(request: &HttpRequest) -> Result<Option<(SessionId, String)>, ApiError> {
    let Some(value) = request.headers().get(SESSION_HEADER) else { return Ok(None) };
    let parsed = value.to_str().ok().and_then(|text| {
        let (id, secret) = text.split_once(':')?;
        Some((id.parse().ok()?, secret.to_owned()))
    });
    let wrong = || ApiError::detail(ErrorCode::BadRequest, "the header Baton-Session is <id>:<secret>");
    parsed.map(Some).ok_or_else(wrong)
}

/// Where a request comes from.
#[derive(Debug, Clone)]
pub struct Client {
    /// The address.
    pub address: IpAddr,
    /// What the browser says of itself.
    pub agent: String,
}

impl FromRequest for Client {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let hops = request.app_data::<web::Data<Api>>().map_or(0, |api| api.settings.proxy_hops);
        let told = request.headers().get_all(header::X_FORWARDED_FOR).filter_map(|text| text.to_str().ok());
        let address = client_address(told, request.peer_addr().map(|peer| peer.ip()), hops);
        let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        std::future::ready(Ok(Client {
            address: address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            agent: device_of(agent.unwrap_or_default()),
        }))
    }
}

/// A browser's words about itself in a few of ours.
fn device_of(agent: &str) -> String {
    let first = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let browser =
        first(&[("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chromium"), ("Safari/", "Safari")]);
    let system = first(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "a program".to_owned(),
    }
}

/// Whether the page that a request comes from is let in, if it comes from one. A call that is authorised by the cookie
/// alone must show its origin or carry [`REQUEST_HEADER`], which a foreign page cannot add.
///
/// # Errors
/// `foreign_origin`.
pub fn check_origin(request: &HttpRequest, api: &Api, by_cookie: bool) -> Result<(), ApiError> {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let origin = text(header::ORIGIN);
    let host = text(header::HOST).or_else(|| request.uri().authority().map(|authority| authority.as_str()));
    let shown = origin.is_some() || request.headers().contains_key(REQUEST_HEADER);
    if api.origins.permit(origin, host.unwrap_or_default()) && (shown || !by_cookie) {
        Ok(())
    } else {
        Err(ApiError::new(ErrorCode::ForeignOrigin))
    }
}

/// Says that a call by cookie comes from a program and not from a foreign page.
pub const REQUEST_HEADER: &str = "baton-request";

/// The SHA-256 under which the room knows a session's secret.
pub fn secret_digest(secret: &str) -> [u8; 32] {
    secret::digest(secret)
}

/// A JSON object whose fields may all be left out; no body at all is an object without fields. A list is refused: serde would
/// take it for the fields in their order.
#[derive(Debug)]
pub struct Fields<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Fields<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = web::Bytes::from_request(request, payload);
        let json = request.mime_type().ok().flatten().is_some_and(|kind| kind.subtype() == "json");
        let limit = request.app_data::<web::Data<Api>>().map_or(0, |api| api.settings.body_bytes);
        Box::pin(async move {
            let body = body.await.ok().filter(|body| body.len() <= limit).ok_or_else(|| {
                ApiError::detail(ErrorCode::BodyTooLarge, format!("at most {limit} bytes are taken"))
            })?;
            if !json && !body.is_empty() {
                return Err(ApiError::detail(ErrorCode::BadMediaType, "send application/json").into());
            }
            let text: &[u8] = if body.is_empty() { b"{}" } else { &body };
            if text.trim_ascii_start().first() != Some(&b'{') {
                return Err(ApiError::detail(ErrorCode::BadRequest, "the body is a JSON object").into());
            }
            let fields = serde_json::from_slice(text)
                .map_err(|error| ApiError::detail(ErrorCode::BadRequest, error.to_string()))?;
            Ok(Fields(fields))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::device_of;

    #[test]
    fn devices_read_like_devices() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36";
        assert_eq!(device_of(chrome), "Chromium on Linux");
        assert_eq!(device_of("curl/8"), "a program");
    }
}
