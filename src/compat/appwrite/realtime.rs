//! `GET /v1/realtime`: the upgrade. Refusals come after it, as a frame and a close that keeps the client from trying again.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::caller::session_token;
use super::wire::{AppwriteWire, connected, error};
use crate::compat::socket::{Wire, carry};
use crate::domain::id::{UserId, WorkspaceId};
use crate::domain::realtime::Credentials;
use crate::gateway::{CallError, Entering, Feed, GatewayError, RoomHandle};
use crate::http::Api;
use crate::socket::line::{CloseCode, CloseReason, Line};
use crate::socket::{Sockets, takeover};

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    project: Option<String>,
    #[serde(default)]
    jwt: Option<String>,
}

/// Why a socket is not served.
enum Turned {
    Project,
    Origin,
    Jwt,
    Busy,
}

struct Found {
    workspace: WorkspaceId,
    project: String,
    room: RoomHandle,
    who: Option<(UserId, uuid::Uuid)>,
}

/// The upgrade.
pub async fn upgrade(
    request: HttpRequest,
    asked: web::Query<Asked>,
    api: web::Data<Api>,
    sockets: web::Data<Sockets>,
) -> Result<HttpResponse, actix_web::Error> {
    let found = find(&request, asked.into_inner(), &api).await;
    let accepted = takeover::accept(&request, &[])?;
    let max = AppwriteWire::FRAME_MAX;
    let found = match found {
        Ok(found) => found,
        Err(turned) => return Ok(accepted.carried_by(max, |line| turn_away(line, turned))),
    };
    let Found { workspace, project, room, who } = found;
    let feed = Feed::new(sockets.next());
    let credentials = Credentials { user: who.map(|(user, _)| user), ..Credentials::default() };
    let entering = Entering { feed: feed.clone(), credentials, sign_in: who.map(|(_, sign_in)| sign_in) };
    let attached = room.attach_feed(&feed);
    let entered: Result<_, CallError> = attached.and_then(|guard| room.enter(entering).map(|()| guard));
    let Ok(guard) = entered else {
        return Ok(accepted.carried_by(max, |line| turn_away(line, Turned::Busy)));
    };
    let account = match who {
        Some((user, _)) => api.accounts.account(user).await.ok(),
        None => None,
    };
    let wire = AppwriteWire::new(api.into_inner(), workspace, project, who.is_some());
    Ok(accepted.carried_by(max, move |mut line| async move {
        // The first frame; if it does not leave, neither will anything else.
        let _ = line.text(connected(account.as_ref()).into()).await;
        carry(wire, room, feed, guard, line).await;
    }))
}

async fn find(request: &HttpRequest, asked: Asked, api: &Api) -> Result<Found, Turned> {
    let header = request.headers().get("x-appwrite-project").and_then(|value| value.to_str().ok());
    let project = asked.project.or_else(|| header.map(str::to_owned)).ok_or(Turned::Project)?;
    let workspace = project.parse().map_err(|_| Turned::Project)?;
    let room = api.gateway.room(workspace).await.map_err(|error| match error {
        GatewayError::NotFound => Turned::Project,
        GatewayError::Busy | GatewayError::Unavailable => Turned::Busy,
    })?;
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    if !api.origins.permit(text(header::ORIGIN), text(header::HOST).unwrap_or_default()) {
        return Err(Turned::Origin);
    }
    let who = match (asked.jwt, session_token(request, &project)) {
        (Some(jwt), _) => {
            let found = api.accounts.read_session_ticket(&jwt).await.map_err(|_| Turned::Busy)?;
            Some(found.ok_or(Turned::Jwt)?)
        }
        (None, Some(token)) => api.accounts.session(&token).await.map_err(|_| Turned::Busy)?,
        (None, None) => None,
    };
    Ok(Found { workspace, project, room, who })
}

async fn turn_away(mut line: Line, turned: Turned) {
    let (code, words, close) = match turned {
        Turned::Project => (1008, "Missing or unknown project ID", 1008),
        Turned::Origin => (1008, "Invalid Origin. Register your new client as a new platform", 1008),
        Turned::Jwt => (401, "Failed to verify JWT.", 1008),
        Turned::Busy => (1013, "The server cannot take more connections now", 1013),
    };
    if line.text(error(code, words).into()).await.is_ok() {
        let reason = CloseReason { code: CloseCode::Other(close), description: Some(words.to_owned()) };
        line.close(Some(reason)).await;
    }
}
