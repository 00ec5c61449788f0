//! From a request of the realtime service to the machine that answers it, and the sockets of other systems' clients.

use std::collections::BTreeMap;

use super::Workspace;
use super::channels::{Saying, Wants};
use super::refusals::Refused;
use crate::domain::command::RealtimeRequest;
use crate::domain::effect::{Answer, Effects, RealtimeAnswer};
use crate::domain::id::{CallId, SocketId, UserId};
use crate::domain::realtime::{ClientCard, ClientId, Credentials, Party, Scope};
use crate::domain::refusal::{RealtimeRefusal, Refusal};
use crate::domain::role::{Action, may};
use crate::domain::stack::ObjectKind;
use crate::domain::time::Now;

/// Sockets of other systems' clients, with what they have proved.
pub(super) type Clients = BTreeMap<SocketId, Credentials>;

impl From<RealtimeAnswer> for Answer {
    fn from(answer: RealtimeAnswer) -> Self {
        Answer::Realtime(answer)
    }
}

impl Workspace {
    /// The socket of another system's client has come, or has proved something else about itself.
    pub(super) fn client_entered(&mut self, socket: SocketId, credentials: Credentials) {
        if self.clients.len() < self.limits.clients || self.clients.contains_key(&socket) {
            self.clients.insert(socket, credentials);
        }
    }

    /// The socket of another system's client is gone.
    pub(super) fn client_departed(&mut self, now: Now, socket: SocketId, goodbye: bool, out: &mut Effects) {
        self.leaves_presences(now, ClientId::Socket(socket), goodbye, out);
        self.leave_channels(&[ClientId::Socket(socket)], out);
        self.clients.remove(&socket);
    }

    /// Answers a request, at once or when the store has answered.
    pub(super) fn realtime(
        &mut self,
        now: Now,
        by: Party,
        call: CallId,
        request: RealtimeRequest,
        out: &mut Effects,
    ) {
        if let Some(done) = self.realtime_answer(now, by, call, request, out) {
            match (by, &done) {
                (Party::Member(user) | Party::Session(user, _), Err(Refusal::NotPermitted)) => {
                    self.count_refusal(now, Refused::Access(user), String::new(), out);
                }
                (_, Err(refusal)) => self.key_refused(now, by, refusal, out),
                (_, Ok(_)) => {}
            }
            Self::reply(call, done.map(Answer::Realtime), out);
        }
    }

    fn realtime_answer(
        &mut self,
        now: Now,
        by: Party,
        call: CallId,
        request: RealtimeRequest,
        out: &mut Effects,
    ) -> Option<Result<RealtimeAnswer, Refusal>> {
        if let Err(refusal) = self.is_here(now, by, out) {
            return Some(Err(refusal));
        }
        Some(match request {
            RealtimeRequest::ListChannels => self.list_channels(by),
            RealtimeRequest::SetChannel(settings) => self.set_channel(now, by, *settings, out),
            RealtimeRequest::RemoveChannel { pattern } => self.remove_channel(now, by, &pattern, out),
            RealtimeRequest::Join { channel, presence, history, after } => {
                self.join(now, by, &channel, Wants { presence, history, after }, out)
            }
            RealtimeRequest::Part { channel } => self.leave_channel(by, &channel, out),
            RealtimeRequest::Message { channel, payload, to, authenticated } => {
                self.message(now, by, &channel, Saying { payload, to, authenticated }, out)
            }
            RealtimeRequest::Event { channel, data, row } => self.event(now, by, &channel, data, row, out),
            RealtimeRequest::History { channel } => self.history(now, by, &channel, out),
            RealtimeRequest::ReadHistory { channel } => {
                return self.read_history(now, by, call, &channel, out);
            }
            RealtimeRequest::WhoIsIn { channel } => self.who_is_in(by, &channel),
            RealtimeRequest::Presence(request) => self.presence_request(now, by, request, out),
            RealtimeRequest::ListKeys => self.list_keys(by),
            RealtimeRequest::MakeKey(key) => self.make_key(now, by, *key, out),
            RealtimeRequest::RevokeKey { key } => self.revoke_key(now, by, key, out),
            RealtimeRequest::UseKey { scope } => self.acts_for(by, scope),
            RealtimeRequest::MayMakeTokens => self.may_make_tokens(by),
        })
    }

    /// Whether who asks is here at all; a key's use is noted.
    fn is_here(&mut self, now: Now, by: Party, out: &mut Effects) -> Result<(), Refusal> {
        match by {
            Party::Member(user) => self.member(user).map(drop),
            Party::Session(user, session) => {
                self.member(user)?;
                let own = self.sessions.living(session).is_some_and(|session| session.user == user);
                if own { Ok(()) } else { Err(Refusal::SessionGone) }
            }
            Party::Socket(socket) if self.clients.contains_key(&socket) => Ok(()),
            Party::Socket(_) => Err(Refusal::SessionGone),
            Party::Key(key) => self.use_key(now, key, out),
        }
    }

    /// Realtime tokens speak for rows of an app's own users: its server makes them, by a key, or a member who edits.
    fn may_make_tokens(&self, by: Party) -> Result<RealtimeAnswer, Refusal> {
        match by {
            Party::Member(user) | Party::Session(user, _) => self.allowed_in_channels(user, Action::Edit)?,
            Party::Key(key) => self.key_may(key, Scope::TokensCreate)?,
            Party::Socket(_) => return Err(Refusal::NotPermitted),
        }
        Ok(RealtimeAnswer::Done)
    }

    /// Whether a member may do that to channels, which are an area of their own. For whom it does not exist there are none.
    pub(super) fn allowed_in_channels(&self, user: UserId, action: Action) -> Result<(), Refusal> {
        self.member(user)?;
        if !self.may_in(user, Action::View, ObjectKind::Channel) {
            return Err(RealtimeRefusal::NoSuchChannel.into());
        }
        if self.may_in(user, action, ObjectKind::Channel) { Ok(()) } else { Err(Refusal::NotPermitted) }
    }

    /// How others see who asks.
    pub(super) fn card(&self, by: Party) -> Result<ClientCard, Refusal> {
        match by {
            Party::Session(user, session) => {
                let member = self.known_member(user).ok_or(Refusal::NotAMember)?;
                let client = ClientId::Session(session);
                Ok(ClientCard { client, member: Some(member), row: (0, 0), extras: None })
            }
            Party::Socket(socket) => {
                let credentials = self.clients.get(&socket).ok_or(Refusal::SessionGone)?;
                let member = credentials.user.and_then(|user| self.known_member(user));
                let (client, row) = (ClientId::Socket(socket), credentials.row);
                Ok(ClientCard { client, member, row, extras: credentials.extras.clone() })
            }
            Party::Member(_) | Party::Key(_) => Err(Refusal::SessionRequired),
        }
    }

    fn known_member(&self, user: UserId) -> Option<(UserId, std::sync::Arc<str>)> {
        let member = self.members.get(&user).filter(|member| may(member.role, Action::View))?;
        Some((user, member.name.as_str().into()))
    }

    /// The member's rights are gone: its record ends, and its sessions and sockets are in no channel any more.
    pub(super) fn rights_ended(&mut self, now: Now, user: UserId, out: &mut Effects) {
        self.user_leaves_presences(now, user, out);
        self.put_out_of_channels(user, out);
    }

    /// The member's sessions and sockets are in no channel any more.
    pub(super) fn put_out_of_channels(&mut self, user: UserId, out: &mut Effects) {
        let sessions = self.sessions.of(user).into_iter().map(ClientId::Session);
        let its = self.clients.iter().filter(|(_, credentials)| credentials.user == Some(user));
        let sockets = its.map(|(socket, _)| ClientId::Socket(*socket));
        let all: Vec<ClientId> = sessions.chain(sockets).collect();
        self.leave_channels(&all, out);
    }
}
