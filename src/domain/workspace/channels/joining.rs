//! Coming into a channel, leaving it, and who is in it.

use std::sync::Arc;

use super::super::Workspace;
use super::ring::Asker;
use super::{Live, Membership};
use crate::domain::effect::{Effect, Effects, RealtimeAnswer};
use crate::domain::id::CallId;
use crate::domain::realtime::{
    ChannelNews, ChannelPost, ChannelSettings, ClientCard, ClientId, Party, Post, Recipient, Said, Scope,
};
use crate::domain::refusal::{RealtimeRefusal, Refusal};
use crate::domain::role::Action;
use crate::domain::time::Now;

/// How a client wants to be in a channel.
#[derive(Debug, Clone, Copy)]
pub(in crate::domain::workspace) struct Wants {
    pub presence: bool,
    pub history: bool,
    pub after: Option<u64>,
}

impl Workspace {
    /// A client comes into a channel. It is told who is there and what was said; those who are there, that it came.
    pub(in crate::domain::workspace) fn join(
        &mut self,
        now: Now,
        by: Party,
        name: &Arc<str>,
        wants: Wants,
        out: &mut Effects,
    ) -> Result<RealtimeAnswer, Refusal> {
        let card = self.card(by)?;
        if let Some((user, _)) = &card.member {
            self.allowed_in_channels(*user, Action::View)?;
        }
        check_name(name, self.limits.channel_name)?;
        let settings = self.channels.settings_of(name)?.clone();
        may_be_in(&settings, &card)?;
        let client = card.client;
        let known = self.channels.live.get(name).is_some_and(|live| live.members.contains_key(&client));
        if !known {
            self.has_place(client, name)?;
        }
        let number = self.channels.number;
        let live = self.channels.live.entry(Arc::clone(name)).or_insert_with(|| {
            let mut live = Live::default();
            live.ring.missing_upto = number;
            live
        });
        let presence = wants.presence && settings.presence;
        live.members.insert(client, Membership { card: card.clone(), presence });
        let (watchers, here) = (live.watchers(client), live.cards());
        self.channels.of.entry(client).or_default().insert(Arc::clone(name));
        if presence {
            post(name, vec![client.into()], ChannelNews::Here(here), out);
        }
        if !known && settings.presence {
            post(name, watchers, ChannelNews::Came(card.clone()), out);
        }
        if let Some(after) = wants.after {
            self.catch_up(name, &card, after, out);
        } else if wants.history && settings.history > 0 {
            self.tell_history(now, name, &settings, client, out);
        }
        Ok(RealtimeAnswer::Done)
    }

    /// A client leaves a channel. Not to be in it is as good.
    pub(in crate::domain::workspace) fn leave_channel(
        &mut self,
        by: Party,
        name: &Arc<str>,
        out: &mut Effects,
    ) -> Result<RealtimeAnswer, Refusal> {
        let client = client_of(by)?;
        self.put_out(client, name, &[], out);
        Ok(RealtimeAnswer::Done)
    }

    /// Clients are in no channel any more. They go together: none of them hears of another's going.
    pub(in crate::domain::workspace) fn leave_channels(&mut self, clients: &[ClientId], out: &mut Effects) {
        for client in clients {
            for name in self.channels.of(*client) {
                self.put_out(*client, &name, clients, out);
            }
        }
    }

    /// A client is out of a channel, and those who stay are told; not those of whom it is known that they go, too.
    pub(super) fn put_out(
        &mut self,
        client: ClientId,
        name: &Arc<str>,
        going: &[ClientId],
        out: &mut Effects,
    ) {
        let tells = self.channels.settings_of(name).is_ok_and(|settings| settings.presence);
        if let Some((card, mut watchers)) = self.channels.take_out(client, name)
            && tells
        {
            watchers.retain(|one| !going.contains(&one.client));
            post(name, watchers, ChannelNews::Went(card), out);
        }
    }

    /// Who is in a channel.
    pub(in crate::domain::workspace) fn who_is_in(
        &self,
        by: Party,
        name: &str,
    ) -> Result<RealtimeAnswer, Refusal> {
        self.may_read_channel(by, name)?;
        let live = self.channels.live.get(name);
        Ok(RealtimeAnswer::Clients(live.map(Live::cards).unwrap_or_default()))
    }

    /// What was said lately, to the client that asks.
    pub(in crate::domain::workspace) fn history(
        &mut self,
        now: Now,
        by: Party,
        name: &Arc<str>,
        out: &mut Effects,
    ) -> Result<RealtimeAnswer, Refusal> {
        let client = client_of(by)?;
        let settings = self.channels.settings_of(name)?.clone();
        if !self.channels.live.get(name).is_some_and(|live| live.members.contains_key(&client)) {
            return Err(RealtimeRefusal::NotInChannel.into());
        }
        self.tell_history(now, name, &settings, client, out);
        Ok(RealtimeAnswer::Done)
    }

    /// What was said lately, as an answer; none if it must come from the store first.
    pub(in crate::domain::workspace) fn read_history(
        &mut self,
        now: Now,
        by: Party,
        call: CallId,
        name: &Arc<str>,
        out: &mut Effects,
    ) -> Option<Result<RealtimeAnswer, Refusal>> {
        let settings = match self.may_read_channel(by, name) {
            Ok(settings) => settings,
            Err(refusal) => return Some(Err(refusal)),
        };
        if settings.stored
            && settings.history > 0
            && self.waits(now, name, &settings, Asker::Call(call, by), out)
        {
            return None;
        }
        Some(Ok(self.history_answer(name, settings)))
    }

    /// The store has said what it has of a channel.
    pub(in crate::domain::workspace) fn said_loaded(
        &mut self,
        name: &Arc<str>,
        said: Option<Vec<Said>>,
        out: &mut Effects,
    ) {
        let settings = self.channels.settings_of(name).cloned();
        let Some(live) = self.channels.live.get_mut(name) else { return };
        // Of a channel that has no settings any more nothing is kept; who waits is told so.
        let most = settings.as_ref().map_or(0, |settings| settings.history as usize);
        let (askers, grew) = live.ring.stored(said, most);
        self.channels.bytes += grew;
        for asker in askers {
            match asker {
                Asker::Client(client) => {
                    if let Ok(settings) = &settings {
                        self.post_history(name, settings, client, out);
                    }
                }
                Asker::Call(call, by) => {
                    let may = self.may_read_channel(by, name);
                    let answer = may.map(|settings| self.history_answer(name, settings).into());
                    Self::reply(call, answer, out);
                }
            }
        }
        if self.channels.live.get(name).is_some_and(Live::is_over) {
            self.channels.live.remove(name);
        }
    }

    fn history_answer(&self, name: &str, settings: ChannelSettings) -> RealtimeAnswer {
        let live = self.channels.live.get(name);
        let said = live.map(|live| live.ring.newest(settings.history as usize)).unwrap_or_default();
        RealtimeAnswer::History { said, settings: Box::new(settings) }
    }

    fn tell_history(
        &mut self,
        now: Now,
        name: &Arc<str>,
        settings: &ChannelSettings,
        client: ClientId,
        out: &mut Effects,
    ) {
        let stored = settings.stored && settings.history > 0;
        if !stored || !self.waits(now, name, settings, Asker::Client(client), out) {
            self.post_history(name, settings, client, out);
        }
    }

    /// Whether what is wanted must come from the store first; it is asked.
    fn waits(
        &mut self,
        now: Now,
        name: &Arc<str>,
        settings: &ChannelSettings,
        asker: Asker,
        out: &mut Effects,
    ) -> bool {
        let live = self.channels.live.entry(Arc::clone(name)).or_default();
        match live.ring.wait_for_store(asker) {
            None => {
                if live.is_over() {
                    self.channels.live.remove(name);
                }
                false
            }
            Some(ask) => {
                if ask {
                    let (channel, limit) = (Arc::clone(name), settings.history);
                    out.push(Effect::LoadSaid { channel, limit, since: settings.cutoff(now.wall) });
                }
                true
            }
        }
    }

    fn post_history(&self, name: &Arc<str>, settings: &ChannelSettings, to: ClientId, out: &mut Effects) {
        let Some(live) = self.channels.live.get(name) else { return };
        let Some(member) = live.members.get(&to) else { return };
        let said = seen_by(&member.card, live.ring.newest(settings.history as usize));
        post(name, vec![to.into()], ChannelNews::History { said, missed: false }, out);
    }

    /// A session comes back: what it missed.
    fn catch_up(&self, name: &Arc<str>, card: &ClientCard, after: u64, out: &mut Effects) {
        let Some(live) = self.channels.live.get(name) else { return };
        let (said, missed) = live.ring.after(after);
        let said = seen_by(card, said);
        if missed || !said.is_empty() {
            post(name, vec![card.client.into()], ChannelNews::History { said, missed }, out);
        }
    }

    /// What holds for a channel, for those who may look into it without being in it.
    fn may_read_channel(&self, by: Party, name: &str) -> Result<ChannelSettings, Refusal> {
        match by {
            Party::Member(user) | Party::Session(user, _) => self.allowed_in_channels(user, Action::View)?,
            Party::Key(key) => self.key_may(key, Scope::ChannelsRead)?,
            Party::Socket(_) => return Err(Refusal::NotPermitted),
        }
        self.channels.settings_of(name).cloned()
    }

    fn has_place(&mut self, client: ClientId, name: &str) -> Result<(), Refusal> {
        let max = self.limits.channels_of_client;
        if self.channels.of.get(&client).is_some_and(|names| names.len() >= max) {
            return Err(Refusal::TooMany { what: "channels of a client", max });
        }
        let max = self.limits.channels;
        if self.channels.live.len() >= max && !self.channels.live.contains_key(name) {
            // One that only keeps something makes place.
            let nobodys = |live: &Live| live.members.is_empty() && !live.ring.is_waited_for();
            let empty = self.channels.live.iter().find(|(_, live)| nobodys(live));
            let Some(empty) = empty.map(|(name, _)| Arc::clone(name)) else {
                return Err(Refusal::TooMany { what: "channels", max });
            };
            self.channels.live.remove(&empty);
            self.channels.count_bytes();
        }
        Ok(())
    }
}

/// A name that can be joined: segments between slashes, none of them empty, no pattern.
pub(super) fn check_name(name: &str, max: usize) -> Result<(), Refusal> {
    super::super::talk::check_text("channel", name, max)?;
    let clean = !name.contains('*') && !name.chars().any(char::is_control);
    if clean && name.split('/').all(|part| !part.is_empty()) {
        Ok(())
    } else {
        Err(Refusal::BadText { what: "channel", max })
    }
}

pub(super) fn may_be_in(settings: &ChannelSettings, card: &ClientCard) -> Result<(), Refusal> {
    if !settings.active {
        return Err(RealtimeRefusal::ChannelRefuses("the channel is not active").into());
    }
    if !settings.anonymous && !card.is_somebody() {
        return Err(RealtimeRefusal::ChannelRefuses("the channel takes authenticated clients only").into());
    }
    Ok(())
}

/// What asks, as something that can be in a channel.
pub(in crate::domain::workspace) fn client_of(by: Party) -> Result<ClientId, Refusal> {
    match by {
        Party::Session(_, session) => Ok(ClientId::Session(session)),
        Party::Socket(socket) => Ok(ClientId::Socket(socket)),
        Party::Member(_) | Party::Key(_) => Err(Refusal::SessionRequired),
    }
}

fn seen_by(card: &ClientCard, said: Vec<Arc<Said>>) -> Vec<Arc<Said>> {
    said.into_iter().filter(|one| card.is_somebody() || !one.is_authenticated()).collect()
}

pub(super) fn post(channel: &Arc<str>, to: Vec<Recipient>, news: ChannelNews, out: &mut Effects) {
    if !to.is_empty() {
        let post = Post::Channel(ChannelPost { channel: Arc::clone(channel), news });
        out.push(Effect::Post { to, post: Arc::new(post) });
    }
}
