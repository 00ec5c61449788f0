//! What is seen of the room from outside.

use crate::domain::command::{Caller, Request};
use crate::domain::effect::{
    Answer, Audience, Delta, LockEnd, LockView, ObjectView, ParkedDraft, RequestEnd, Snapshot,
};
use crate::domain::id::{ItemId, ObjectId, RequestId, SessionId, UserId};
use crate::domain::path::LockPath;

use super::making::{OBJ, OLGA};
use super::{Room, Tab};

impl Room {
    /// The request as everybody sees it.
    pub fn waiting(&mut self, id: RequestId) -> Option<crate::domain::effect::RequestView> {
        self.picture().requests.into_iter().find(|request| request.id == id)
    }

    pub fn picture(&mut self) -> Box<Snapshot> {
        let caller = Caller { user: OLGA, session: None };
        match self.call(caller, Request::Snapshot) {
            Ok(Answer::Snapshot(picture)) => picture,
            other => panic!("the owner may look: {other:?}"),
        }
    }

    pub fn view(&mut self, object: ObjectId) -> Box<ObjectView> {
        match self.call(Caller { user: OLGA, session: None }, Request::Read { object }) {
            Ok(Answer::Object(view)) => view,
            other => panic!("{object} cannot be read: {other:?}"),
        }
    }

    pub fn text(&mut self, item: ItemId, field: &str) -> String {
        let view = self.view(OBJ);
        let node = view.nodes.iter().find(|node| node.id == item).expect("the item is there");
        node.field(field).unwrap_or_default().to_owned()
    }

    pub fn parked(&self, user: UserId) -> Vec<&ParkedDraft> {
        self.disk.parked.values().filter(|draft| draft.user == user).collect()
    }

    pub fn snapshot(&self, tab: Tab) -> Snapshot {
        self.core.snapshot_for(self.now, tab.session).expect("the session is known")
    }

    /// The lock on a path as everybody sees it.
    pub fn lock(&mut self, path: LockPath) -> Option<LockView> {
        let caller = Caller { user: OLGA, session: None };
        let Ok(Answer::Snapshot(picture)) = self.call(caller, Request::Snapshot) else {
            panic!("the owner may look")
        };
        picture.locks.into_iter().find(|lock| lock.path == path)
    }

    pub fn holder(&mut self, path: LockPath) -> Option<SessionId> {
        self.lock(path).map(|lock| lock.session)
    }

    pub fn ended_locks(&self) -> Vec<(LockPath, LockEnd)> {
        self.said
            .iter()
            .filter_map(|(_, delta)| match &**delta {
                Delta::LockEnded { path, why, .. } => Some((*path, *why)),
                _ => None,
            })
            .collect()
    }

    pub fn ended_requests(&self) -> Vec<(RequestId, RequestEnd)> {
        self.said
            .iter()
            .filter_map(|(_, delta)| match &**delta {
                Delta::RequestEnded { request, how, .. } => Some((*request, *how)),
                _ => None,
            })
            .collect()
    }

    pub fn frozen(&self) -> Vec<SessionId> {
        self.said
            .iter()
            .filter_map(|(audience, delta)| match (audience, &**delta) {
                (Audience::Session(session), Delta::Freeze { .. }) => Some(*session),
                _ => None,
            })
            .collect()
    }
}
