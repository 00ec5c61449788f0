//! Messages and events: who may send them, who gets them, and what is kept.

use std::sync::Arc;

use super::super::Workspace;
use super::Live;
use super::joining::{check_name, client_of, post};
use crate::domain::effect::{Effect, Effects, RealtimeAnswer, Write};
use crate::domain::realtime::{
    ChannelNews, ChannelSettings, ClientCard, ClientId, Json, Messaging, Party, Recipient, Said, Scope, Sort,
};
use crate::domain::refusal::{RealtimeRefusal, Refusal};
use crate::domain::role::Action;
use crate::domain::time::Now;

/// What a client wants to say.
pub(in crate::domain::workspace) struct Saying {
    pub payload: Json,
    pub to: Option<ClientId>,
    pub authenticated: bool,
}

impl Workspace {
    /// A client says something in a channel that it is in.
    pub(in crate::domain::workspace) fn message(
        &mut self,
        now: Now,
        by: Party,
        name: &Arc<str>,
        saying: Saying,
        out: &mut Effects,
    ) -> Result<RealtimeAnswer, Refusal> {
        let client = client_of(by)?;
        self.card(by)?;
        let settings = self.channels.settings_of(name)?.clone();
        let live = self.channels.live.get(name).ok_or(Refusal::Realtime(RealtimeRefusal::NotInChannel))?;
        let from =
            live.members.get(&client).ok_or(Refusal::Realtime(RealtimeRefusal::NotInChannel))?.card.clone();
        let Saying { payload, to, authenticated } = saying;
        let receivers = match to {
            Some(to) => vec![to_one(live, &settings, &from, to)?],
            None => to_all(live, &settings, &from, authenticated)?,
        };
        let sort = Sort::Message { from, authenticated, to };
        let private = to.is_some();
        Ok(self.put(now, name, &settings, sort, payload, receivers, private, out))
    }

    /// A server publishes an event: stored first, where the channel says so, then given to everybody in it.
    pub(in crate::domain::workspace) fn event(
        &mut self,
        now: Now,
        by: Party,
        name: &Arc<str>,
        data: Json,
        row: (u64, u64),
        out: &mut Effects,
    ) -> Result<RealtimeAnswer, Refusal> {
        match by {
            Party::Member(user) | Party::Session(user, _) => self.allowed_in_channels(user, Action::Edit)?,
            Party::Key(key) => self.key_may(key, Scope::EventsWrite)?,
            Party::Socket(_) => return Err(Refusal::NotPermitted),
        }
        check_name(name, self.limits.channel_name)?;
        let settings = self.channels.settings_of(name)?.clone();
        if !settings.active {
            return Err(RealtimeRefusal::ChannelRefuses("the channel is not active").into());
        }
        let live = self.channels.live.get(name);
        let receivers = live.map(|live| everybody(live, false)).unwrap_or_default();
        Ok(self.put(now, name, &settings, Sort::Event { row }, data, receivers, false, out))
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one thing said, each of its own type")]
    fn put(
        &mut self,
        now: Now,
        name: &Arc<str>,
        settings: &ChannelSettings,
        sort: Sort,
        payload: Json,
        receivers: Vec<Recipient>,
        private: bool,
        out: &mut Effects,
    ) -> RealtimeAnswer {
        let number = self.channels.next_number(now.wall);
        let said = Arc::new(Said { number, at: now.wall, sort, payload });
        if !private {
            if settings.stored && settings.history > 0 {
                let (channel, cutoff) = (Arc::clone(name), settings.cutoff(now.wall));
                out.push(Effect::Write(Write::Said { channel, said: Arc::clone(&said), cutoff }));
            }
            self.keep(name, settings, &said);
        }
        let answer = RealtimeAnswer::Said { number, receivers: receivers.len() };
        post(name, receivers, ChannelNews::Said(said), out);
        answer
    }

    /// Keeps what was said for those who come later, and for sessions that come back.
    fn keep(&mut self, name: &Arc<str>, settings: &ChannelSettings, said: &Arc<Said>) {
        let live = self.channels.live.get(name);
        let sessions =
            live.is_some_and(|live| live.members.keys().any(|client| matches!(client, ClientId::Session(_))));
        let most = (settings.history as usize).max(if sessions { self.limits.channel_ring } else { 0 });
        if most == 0 || (live.is_none() && self.channels.live.len() >= self.limits.channels) {
            return;
        }
        let before = said.number - 1;
        let live = self.channels.live.entry(Arc::clone(name)).or_insert_with(|| {
            let mut live = Live::default();
            live.ring.missing_upto = before;
            live
        });
        let room = self.limits.channels_bytes.saturating_sub(self.channels.bytes - live.ring.bytes());
        let bytes = self.limits.channel_bytes.min(room);
        let (grew, shrank) = live.ring.push(Arc::clone(said), most, bytes);
        self.channels.bytes = self.channels.bytes + grew - shrank;
        if self.channels.live.get(name).is_some_and(Live::is_over) {
            self.channels.live.remove(name);
        }
    }
}

fn to_one(
    live: &Live,
    settings: &ChannelSettings,
    from: &ClientCard,
    to: ClientId,
) -> Result<Recipient, Refusal> {
    let other = live.members.get(&to);
    match settings.private {
        Messaging::Off => {
            return Err(RealtimeRefusal::ChannelRefuses("private messages are off in this channel").into());
        }
        Messaging::Authenticated
            if !from.is_somebody() || other.is_some_and(|other| !other.card.is_somebody()) =>
        {
            return Err(RealtimeRefusal::ChannelRefuses(
                "private messages are for authenticated clients only",
            )
            .into());
        }
        Messaging::Anyone | Messaging::Authenticated => {}
    }
    if other.is_some() { Ok(to.into()) } else { Err(RealtimeRefusal::NoSuchClient.into()) }
}

fn to_all(
    live: &Live,
    settings: &ChannelSettings,
    from: &ClientCard,
    authenticated: bool,
) -> Result<Vec<Recipient>, Refusal> {
    if authenticated {
        if !settings.authenticated {
            return Err(RealtimeRefusal::ChannelRefuses(
                "messages among authenticated clients are off in this channel",
            )
            .into());
        }
        if !from.is_somebody() {
            return Err(RealtimeRefusal::ChannelRefuses("only authenticated clients may send here").into());
        }
        return Ok(everybody(live, true));
    }
    match settings.public {
        Messaging::Off => {
            Err(RealtimeRefusal::ChannelRefuses("messages from clients are off in this channel").into())
        }
        Messaging::Authenticated if !from.is_somebody() => {
            Err(RealtimeRefusal::ChannelRefuses("only authenticated clients may send here").into())
        }
        Messaging::Anyone | Messaging::Authenticated => Ok(everybody(live, false)),
    }
}

/// The members, the sender too; of them, where it matters, those who are somebody.
fn everybody(live: &Live, somebody: bool) -> Vec<Recipient> {
    let gets = live.members.iter().filter(|(_, member)| !somebody || member.card.is_somebody());
    gets.map(|(client, _)| Recipient::from(*client)).collect()
}
