//! Who calls, by what Appwrite's clients send: a session, a JWT or a key, within a project.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use uuid::Uuid;

use super::error::{AppwriteError, Kind};
use crate::domain::command::{PresenceRequest, RealtimeRequest};
use crate::domain::effect::{Answer, RealtimeAnswer};
use crate::domain::id::{KeyId, UserId, WorkspaceId};
use crate::domain::realtime::Party;
use crate::gateway::RoomHandle;
use crate::http::Api;

/// How a caller is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Not at all.
    Guest,
    /// By a session: account and sign-in.
    Session(UserId, Uuid),
    /// By a JWT of a session.
    Jwt(UserId, Uuid),
    /// By a key of this project.
    Key(KeyId),
}

/// Who calls, and in which project.
pub struct Caller {
    /// The project.
    pub workspace: WorkspaceId,
    /// Its id as the client writes it.
    pub project: String,
    /// Its room.
    pub room: RoomHandle,
    /// Who.
    pub proof: Proof,
}

impl Caller {
    /// The account and its sign-in.
    pub fn account(&self) -> Result<(UserId, Uuid), AppwriteError> {
        match self.proof {
            Proof::Session(user, sign_in) | Proof::Jwt(user, sign_in) => Ok((user, sign_in)),
            Proof::Guest | Proof::Key(_) => Err(AppwriteError::of(Kind::NoScope)),
        }
    }

    /// Asks something about records.
    pub async fn ask(&self, request: PresenceRequest) -> Result<RealtimeAnswer, AppwriteError> {
        let by = match self.proof {
            Proof::Guest => return Err(AppwriteError::of(Kind::NoScope)),
            Proof::Session(user, _) | Proof::Jwt(user, _) => Party::Member(user),
            Proof::Key(key) => Party::Key(key),
        };
        metrics::counter!("baton_http_room_calls_total").increment(1);
        match self.room.realtime(by, RealtimeRequest::Presence(request)).await? {
            Answer::Realtime(answer) => Ok(answer),
            _ => Err(AppwriteError::of(Kind::Internal)),
        }
    }
}

impl FromRequest for Caller {
    type Error = AppwriteError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, AppwriteError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { find(&request).await })
    }
}

fn text<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers().get(name).and_then(|value| value.to_str().ok()).filter(|text| !text.is_empty())
}

async fn find(request: &HttpRequest) -> Result<Caller, AppwriteError> {
    let api = request.app_data::<web::Data<Api>>().ok_or_else(|| AppwriteError::of(Kind::Internal))?;
    let project = text(request, "x-appwrite-project").or_else(|| parameter(request, "project"));
    let project = project.ok_or_else(|| AppwriteError::of(Kind::NoProject))?.to_owned();
    let workspace = project.parse().map_err(|_| AppwriteError::of(Kind::NoProject))?;
    let room = api.gateway.room(workspace).await?;
    let session = session_token(request, &project);
    let session = match session {
        Some(token) => api.accounts.session(&token).await?,
        None => None,
    };
    let jwt = text(request, "x-appwrite-jwt");
    let proof = match (text(request, "x-appwrite-key"), jwt, session) {
        (Some(_), _, Some(_)) => return Err(AppwriteError::of(Kind::KeyAndSession)),
        (_, Some(_), Some(_)) => return Err(AppwriteError::of(Kind::JwtAndSession)),
        (Some(key), ..) => match api.accounts.key(key).await {
            Ok((own, key)) if own == workspace => Proof::Key(key),
            // An unknown key is a guest.
            Ok(_) | Err(crate::auth::AuthError::BadKey) => Proof::Guest,
            Err(error) => return Err(error.into()),
        },
        (None, Some(jwt), None) => {
            let found = api.accounts.read_session_ticket(jwt).await?;
            let (user, sign_in) = found.ok_or_else(|| AppwriteError::of(Kind::BadJwt))?;
            Proof::Jwt(user, sign_in)
        }
        (None, None, Some((user, sign_in))) => Proof::Session(user, sign_in),
        (None, None, None) => Proof::Guest,
    };
    if let (Proof::Session(user, _) | Proof::Jwt(user, _), limits) = (proof, api.accounts.limits()) {
        limits.call(user)?;
    }
    Ok(Caller { workspace, project, room, proof })
}

fn parameter<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request
        .query_string()
        .split('&')
        .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name))
        .map(|(_, value)| value)
}

/// The session's token: the cookie, its fallback, the header, the fallback header, in this order.
pub fn session_token(request: &HttpRequest, project: &str) -> Option<String> {
    let name = cookie_name(project);
    let cookie = |name: &str| request.cookie(name).map(|cookie| cookie.value().to_owned());
    let fallback = || {
        let all: serde_json::Value = serde_json::from_str(text(request, "x-fallback-cookies")?).ok()?;
        all.get(&name)?.as_str().map(str::to_owned)
    };
    cookie(&name)
        .or_else(|| cookie(&format!("{name}_legacy")))
        .or_else(|| text(request, "x-appwrite-session").map(str::to_owned))
        .or_else(fallback)
}

/// The name of the session's cookie.
pub fn cookie_name(project: &str) -> String {
    format!("a_session_{project}")
}
