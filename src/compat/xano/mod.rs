//! `@xano/js-sdk` 3.x, realtime: `/rt/<hash>`. The wire is told in docs/compat.md.

mod wire;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use self::wire::XanoWire;
use super::socket::{Wire, carry};
use crate::domain::id::{UserId, WorkspaceId};
use crate::domain::realtime::{Credentials, Json};
use crate::gateway::{CallError, Entering, Feed, GatewayError};
use crate::http::Api;
use crate::socket::{Sockets, takeover};

/// Bytes of the check at the end of a hash: enough to notice a slip of the pen.
const CHECK: usize = 4;
/// The longest token that is looked at.
const TOKEN_MAX: usize = 8 * 1024;

/// Mounts the socket.
pub fn configure(config: &mut web::ServiceConfig) {
    config.route("/rt/{hash}", web::get().to(upgrade));
}

/// What Xano's client calls `realtimeConnectionHash`: 27 letters that name a workspace. It is no secret.
pub fn connection_hash(workspace: WorkspaceId) -> String {
    let id = workspace.0.into_bytes();
    URL_SAFE_NO_PAD.encode([&id[..], &check(&id)[..]].concat())
}

fn workspace_of(hash: &str) -> Option<WorkspaceId> {
    let bytes = URL_SAFE_NO_PAD.decode(hash).ok()?;
    let (id, given) = bytes.split_at_checked(16)?;
    let id: [u8; 16] = id.try_into().ok()?;
    (given == check(&id)).then(|| WorkspaceId(Uuid::from_bytes(id)))
}

fn check(id: &[u8; 16]) -> [u8; CHECK] {
    let mut hash = Sha256::new();
    hash.update(b"baton realtime connection");
    hash.update(id);
    let mut check = [0; CHECK];
    check.copy_from_slice(&hash.finalize()[..CHECK]);
    check
}

/// The upgrade. An unknown hash is a 404; a token that is not good makes the client nobody, and is echoed all the same:
/// a refusal would make the client try again for ever.
async fn upgrade(
    request: HttpRequest,
    hash: web::Path<String>,
    api: web::Data<Api>,
    sockets: web::Data<Sockets>,
) -> Result<HttpResponse, actix_web::Error> {
    let Some(workspace) = workspace_of(&hash) else { return Ok(HttpResponse::NotFound().finish()) };
    let room = match api.gateway.room(workspace).await {
        Ok(room) => room,
        Err(GatewayError::NotFound) => return Ok(HttpResponse::NotFound().finish()),
        Err(_) => return Ok(HttpResponse::ServiceUnavailable().finish()),
    };
    let offered = request.headers().get(header::SEC_WEBSOCKET_PROTOCOL).and_then(|offer| offer.to_str().ok());
    let token = offered.map(str::trim).filter(|token| !token.is_empty() && token.len() <= TOKEN_MAX);
    let credentials = token.and_then(|token| credentials(&api, token, workspace)).unwrap_or_default();
    let protocols: Vec<&str> = token.into_iter().collect();
    let Ok(accepted) = takeover::accept(&request, &protocols) else {
        return Ok(HttpResponse::BadRequest().finish());
    };
    let feed = Feed::new(sockets.next());
    let attached = room.attach_feed(&feed);
    let entering = Entering { feed: feed.clone(), credentials, sign_in: None };
    let entered: Result<_, CallError> = attached.and_then(|guard| room.enter(entering).map(|()| guard));
    let Ok(guard) = entered else { return Ok(HttpResponse::ServiceUnavailable().finish()) };
    let wire = XanoWire::default();
    Ok(accepted.carried_by(XanoWire::FRAME_MAX, move |line| carry(wire, room, feed, guard, line)))
}

fn credentials(api: &Api, token: &str, workspace: WorkspaceId) -> Option<Credentials> {
    let ticket = api.accounts.read_realtime_token(token, workspace)?;
    let extras = ticket.ext.is_object().then(|| Json::new(ticket.ext.to_string()));
    Some(Credentials { user: ticket.sub.map(UserId), row: (ticket.dbo, ticket.row), extras })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_names_its_workspace_and_a_slip_is_noticed() {
        let workspace = WorkspaceId(Uuid::now_v7());
        let hash = connection_hash(workspace);
        assert_eq!(hash.len(), 27);
        assert_eq!(workspace_of(&hash), Some(workspace));
        let slipped: String = hash.chars().enumerate().map(|(at, c)| if at == 3 { '_' } else { c }).collect();
        assert!(slipped == hash || workspace_of(&slipped).is_none());
        assert_eq!(workspace_of(""), None);
        assert_eq!(workspace_of("not a hash"), None);
    }
}
