//! What a key may call: a row for every route. Without one a route is shut to keys, and a test fails.

use actix_web::HttpRequest;

use super::error::ApiError;
use super::extract::Asking;
use super::{Api, rooms};
use crate::domain::command::RealtimeRequest;
use crate::domain::effect::RealtimeAnswer;
use crate::domain::id::{KeyId, UserId, WorkspaceId};
use crate::domain::realtime::Scope;
use crate::protocol::error::ErrorCode;

/// How a route takes keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// It asks nobody who they are.
    Open,
    /// It is for people alone: accounts, sign-ins, members, roles, keys, ownership, what an admin decides, and what somebody
    /// does in person.
    People,
    /// A key acts for the member who made it, within what they may now.
    ForMaker(Scope),
    /// A key speaks for the workspace: the realtime service, where the room looks at the scope.
    ForWorkspace(Scope),
}

impl Door {
    /// The scope that opens it.
    pub fn scope(self) -> Option<Scope> {
        match self {
            Door::Open | Door::People => None,
            Door::ForMaker(scope) | Door::ForWorkspace(scope) => Some(scope),
        }
    }
}

/// Before what stands in the table.
pub const BASE: &str = "/api/v1";

/// The door of a route, by its method and its pattern with [`BASE`].
pub fn door(method: &str, pattern: &str) -> Option<Door> {
    let whole = pattern.strip_prefix(BASE)?;
    let below = whole.strip_prefix("/workspaces/{workspace}");
    let fits = |path: &str| match path.strip_prefix('~') {
        Some(path) => below == Some(path),
        None => whole == path,
    };
    ROWS.iter().find(|(known, path, _)| *known == method && fits(path)).map(|(_, _, door)| *door)
}

/// As [`door`], of a request in hand; a route without a row is for people.
pub fn door_of(request: &HttpRequest) -> Door {
    let pattern = request.match_pattern().unwrap_or_default();
    door(request.method().as_str(), &pattern).unwrap_or(Door::People)
}

type Row = (&'static str, &'static str, Door);

const READ: Door = Door::ForMaker(Scope::StacksRead);
const WRITE: Door = Door::ForMaker(Scope::StacksWrite);
const LOCK: Door = Door::ForMaker(Scope::LocksWrite);
const ADMIN: Door = Door::ForMaker(Scope::AdminRead);
const CHANNELS: Door = Door::ForWorkspace(Scope::ChannelsRead);
const EVENTS: Door = Door::ForWorkspace(Scope::EventsWrite);
const PRESENCES_READ: Door = Door::ForWorkspace(Scope::PresencesRead);
const PRESENCES_WRITE: Door = Door::ForWorkspace(Scope::PresencesWrite);
const TOKENS: Door = Door::ForWorkspace(Scope::TokensCreate);
use Door::{Open, People};

/// `~` stands for `/workspaces/{workspace}`.
const ROWS: &[Row] = &[
    ("GET", "/setup", Open),
    ("POST", "/setup", Open),
    ("GET", "/demo", Open),
    ("POST", "/auth/sign-in", Open),
    ("POST", "/auth/refresh", Open),
    ("POST", "/auth/sign-out", Open),
    ("GET", "/auth/open-id", Open),
    ("GET", "/auth/open-id/back", Open),
    ("POST", "/auth/operator", Open),
    ("POST", "/auth/operator/accounts", Open),
    ("POST", "/auth/forgot", Open),
    ("POST", "/auth/reset", Open),
    ("GET", "/invitations/{token}", Open),
    ("POST", "/invitations/{token}/accept", Open),
    ("GET", "/catalogue", READ),
    ("GET", "/permissions", People),
    ("GET", "/me", People),
    ("PUT", "/me/status", People),
    ("GET", "/me/sign-ins", People),
    ("DELETE", "/me/sign-ins/{sign_in}", People),
    ("PUT", "/me/password", People),
    // The workspace. Who holds what and who is where is part of the picture of what is edited.
    ("GET", "~", READ),
    ("GET", "~/presence", READ),
    ("GET", "~/presence/settings", READ),
    ("PUT", "~/presence/settings", People),
    ("PUT", "~/presence/status", People),
    ("PUT", "~/presence/privacy", People),
    ("PUT", "~/presence/avatar", People),
    ("POST", "~/presence/activity", People),
    ("GET", "~/presence/{user}/history", ADMIN),
    ("GET", "~/analytics", ADMIN),
    ("GET", "~/analytics/csv", ADMIN),
    ("GET", "~/audit", ADMIN),
    ("GET", "~/audit/export", ADMIN),
    ("GET", "~/audit/check", ADMIN),
    ("GET", "~/console", ADMIN),
    ("POST", "~/sessions/{session}/kick", People),
    ("POST", "~/freeze", People),
    ("DELETE", "~/freeze", People),
    ("POST", "~/reopen", People),
    ("PUT", "~/locks/settings", People),
    ("GET", "~/members", People),
    ("PATCH", "~/members/{user}", People),
    ("DELETE", "~/members/{user}", People),
    ("GET", "~/roles", People),
    ("POST", "~/roles", People),
    ("PUT", "~/roles/{role}", People),
    ("DELETE", "~/roles/{role}", People),
    ("PUT", "~/owner", People),
    ("POST", "~/invitations", People),
    ("GET", "~/invitations", People),
    ("DELETE", "~/invitations/{invitation}", People),
    ("GET", "~/keys", People),
    ("POST", "~/keys", People),
    ("DELETE", "~/keys/{key}", People),
    // What is edited, and its history.
    ("GET", "~/objects", READ),
    ("POST", "~/objects", WRITE),
    ("GET", "~/objects/{object}", READ),
    ("DELETE", "~/objects/{object}", WRITE),
    ("POST", "~/objects/{object}/edits", WRITE),
    ("POST", "~/objects/{object}/duplicate", WRITE),
    ("GET", "~/objects/{object}/xanoscript", READ),
    ("GET", "~/objects/{object}/usage", READ),
    ("GET", "~/objects/{object}/records", READ),
    ("GET", "~/objects/{object}/records/{record}", READ),
    ("GET", "~/objects/{object}/records/export", READ),
    ("POST", "~/objects/{object}/records/import", WRITE),
    ("GET", "~/objects/{object}/changes", READ),
    ("GET", "~/objects/{object}/changes/{number}", READ),
    ("GET", "~/objects/{object}/compare", READ),
    ("POST", "~/objects/{object}/revert", WRITE),
    ("POST", "~/objects/{object}/revert/check", READ),
    ("POST", "~/objects/{object}/undo", WRITE),
    ("POST", "~/objects/{object}/redo", WRITE),
    ("GET", "~/objects/{object}/versions", READ),
    ("GET", "~/objects/{object}/versions/{number}", READ),
    ("POST", "~/objects/{object}/versions/{number}/restore", WRITE),
    ("POST", "~/objects/{object}/publish", WRITE),
    ("POST", "~/objects/{object}/publish/check", READ),
    ("POST", "~/objects/{object}/ask-to-save", WRITE),
    ("POST", "~/import", WRITE),
    ("GET", "~/export", READ),
    ("GET", "~/parked", READ),
    ("DELETE", "~/parked/{parked}", WRITE),
    // Pens. What goes over the head of a holder is a person's to decide.
    ("POST", "~/sessions", LOCK),
    ("DELETE", "~/sessions/{session}", LOCK),
    ("POST", "~/sessions/{session}/heartbeat", LOCK),
    ("GET", "~/locks", READ),
    ("POST", "~/locks/explain", READ),
    ("POST", "~/locks", LOCK),
    ("POST", "~/locks/release", LOCK),
    ("POST", "~/locks/renew", LOCK),
    ("POST", "~/locks/requests", LOCK),
    ("POST", "~/locks/requests/{request}/answer", LOCK),
    ("DELETE", "~/locks/requests/{request}", LOCK),
    ("POST", "~/locks/deadlocks/{deadlock}/swap", LOCK),
    ("POST", "~/locks/requests/{request}/take-over", People),
    ("POST", "~/locks/undo", People),
    ("POST", "~/locks/force", People),
    ("POST", "~/locks/close", People),
    ("POST", "~/locks/reopen", People),
    // The realtime service.
    ("GET", "~/channels", CHANNELS),
    ("PUT", "~/channels", People),
    ("DELETE", "~/channels/{channel}", People),
    ("GET", "~/channels/{channel}/clients", CHANNELS),
    ("GET", "~/channels/{channel}/history", CHANNELS),
    ("POST", "~/channels/{channel}/events", EVENTS),
    ("POST", "~/channels/{channel}/messages", People),
    ("PUT", "~/channels/{channel}/membership", People),
    ("DELETE", "~/channels/{channel}/membership", People),
    ("POST", "~/realtime-tokens", TOKENS),
    ("GET", "~/presences", PRESENCES_READ),
    ("GET", "~/presences/{presence}", PRESENCES_READ),
    ("PUT", "~/presences/{presence}", PRESENCES_WRITE),
    ("PATCH", "~/presences/{presence}", PRESENCES_WRITE),
    ("DELETE", "~/presences/{presence}", PRESENCES_WRITE),
];

/// Whom a key acts for, with the key's name. The room looks at the scope, and counts what it refuses.
///
/// # Errors
/// `scope_missing`, `not_for_keys`, `no_such_key`.
pub async fn acts_for(
    api: &Api,
    workspace: WorkspaceId,
    key: KeyId,
    scope: Option<Scope>,
) -> Result<(UserId, String), ApiError> {
    match rooms::realtime(api, &Asking::Key(workspace, key), workspace.0, RealtimeRequest::UseKey { scope })
        .await?
    {
        RealtimeAnswer::ActsFor { user, name } => Ok((user, name)),
        _ => Err(ApiError::new(ErrorCode::Internal)),
    }
}

/// A key was used on another workspace than its own, which is not there for it.
pub async fn elsewhere(api: &Api, own: WorkspaceId, key: KeyId) {
    let subject = format!("key {key} of workspace {own}: another workspace");
    api.accounts.refused(&subject.clone(), None, "access.refused", subject).await;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_has_one_row_and_every_row_a_route() {
        let documents = crate::http::documents();
        let routes: BTreeSet<(&str, String)> = documents.routes().into_iter().collect();
        for (method, pattern) in &routes {
            assert!(door(method, pattern).is_some(), "{method} {pattern} is new: say in ROWS what a key may");
        }
        for (method, path, door) in ROWS {
            match door {
                Door::ForMaker(scope) => assert!(!scope.for_workspace(), "{method} {path}"),
                Door::ForWorkspace(scope) => assert!(scope.for_workspace(), "{method} {path}"),
                Door::Open | Door::People => {}
            }
        }
        let full = |path: &str| match path.strip_prefix('~') {
            Some(rest) => format!("{BASE}/workspaces/{{workspace}}{rest}"),
            None => format!("{BASE}{path}"),
        };
        let rows: BTreeSet<(&str, String)> =
            ROWS.iter().map(|(method, path, _)| (*method, full(path))).collect();
        assert_eq!(rows.len(), ROWS.len(), "a row stands twice");
        assert_eq!(rows, routes, "a row leads nowhere");
    }
}
