//! What holds for channels, and what a change of it ends.

use std::sync::Arc;

use super::super::Workspace;
use super::find;
use super::joining::{check_name, may_be_in, post};
use crate::domain::effect::{Audience, AuditEntry, Delta, Effect, Effects, RealtimeAnswer, Write};
use crate::domain::id::UserId;
use crate::domain::realtime::{
    ChannelNews, ChannelSettings, ClientId, HISTORY_SIZES, Party, Recipient, Scope,
};
use crate::domain::refusal::{RealtimeRefusal, Refusal};
use crate::domain::role::Action;
use crate::domain::time::Now;

/// The longest retention, in days.
const RETENTION_MAX: usize = 3_650;
/// Characters of a channel's description.
const DESCRIPTION_MAX: usize = 1_000;

impl Workspace {
    /// What holds for all channels, and which live.
    pub(in crate::domain::workspace) fn list_channels(&self, by: Party) -> Result<RealtimeAnswer, Refusal> {
        match by {
            Party::Member(user) | Party::Session(user, _) => self.allowed_in_channels(user, Action::View)?,
            Party::Key(key) => self.key_may(key, Scope::ChannelsRead)?,
            Party::Socket(_) => return Err(Refusal::NotPermitted),
        }
        let (settings, live) = (self.channels.all_settings(), self.channels.live_ones());
        Ok(RealtimeAnswer::Channels { settings, live })
    }

    /// Says what holds for a name or pattern. It holds at once, for those who are in, too.
    pub(in crate::domain::workspace) fn set_channel(
        &mut self,
        now: Now,
        by: Party,
        settings: ChannelSettings,
        out: &mut Effects,
    ) -> Result<RealtimeAnswer, Refusal> {
        let user = self.manages_channels(by)?;
        let max = self.limits.channel_name;
        check_name(settings.stem(), max)?;
        if settings.description.chars().count() > DESCRIPTION_MAX {
            return Err(Refusal::BadText { what: "description", max: DESCRIPTION_MAX });
        }
        if !HISTORY_SIZES.contains(&settings.history) {
            return Err(RealtimeRefusal::ChannelRefuses("a history holds 0, 25, 50, 100, 250 or 1000").into());
        }
        if settings.retention_days as usize > RETENTION_MAX {
            return Err(Refusal::TooMany { what: "days", max: RETENTION_MAX });
        }
        let known = self.channels.settings.get(&settings.pattern);
        if known == Some(&settings) {
            return Ok(RealtimeAnswer::Done);
        }
        if known.is_none() && self.channels.settings.len() >= self.limits.channel_settings {
            return Err(Refusal::TooMany { what: "channels", max: self.limits.channel_settings });
        }
        let subject = format!("channel {}", settings.pattern);
        self.channels.settings.insert(Arc::clone(&settings.pattern), settings.clone());
        out.push(Effect::Write(Write::Channel(settings.clone())));
        self.note(now, user, "channel.set", subject, out);
        self.tell(now, Audience::All, Delta::Channel(settings), out);
        self.channels_settle(out);
        Ok(RealtimeAnswer::Done)
    }

    /// Deletes what holds for a pattern. Who is in a channel that then has no settings is out.
    pub(in crate::domain::workspace) fn remove_channel(
        &mut self,
        now: Now,
        by: Party,
        pattern: &Arc<str>,
        out: &mut Effects,
    ) -> Result<RealtimeAnswer, Refusal> {
        let user = self.manages_channels(by)?;
        self.channels.settings.remove(pattern).ok_or(Refusal::Realtime(RealtimeRefusal::NoSuchChannel))?;
        out.push(Effect::Write(Write::ChannelRemoved(Arc::clone(pattern))));
        self.note(now, user, "channel.remove", format!("channel {pattern}"), out);
        self.tell(now, Audience::All, Delta::ChannelRemoved(Arc::clone(pattern)), out);
        self.channels_settle(out);
        Ok(RealtimeAnswer::Done)
    }

    pub(in crate::domain::workspace) fn note(
        &self,
        now: Now,
        user: UserId,
        action: &'static str,
        subject: String,
        out: &mut Effects,
    ) {
        let entry = AuditEntry { at: now.wall, user: Some(user), action, subject, ..AuditEntry::default() };
        out.push(Effect::Write(Write::Audit(entry)));
    }

    fn manages_channels(&self, by: Party) -> Result<UserId, Refusal> {
        match by {
            Party::Member(user) | Party::Session(user, _) => {
                self.allowed_in_channels(user, Action::Edit).map(|()| user)
            }
            Party::Key(_) | Party::Socket(_) => Err(Refusal::NotPermitted),
        }
    }

    /// Settings have changed: whoever may no longer be in a channel is out, and who now is told of presence is told.
    fn channels_settle(&mut self, out: &mut Effects) {
        for name in self.channels.live.keys().cloned().collect::<Vec<_>>() {
            let settings = find(&self.channels.settings, &name).cloned();
            let Some(live) = self.channels.live.get(&name) else { continue };
            let goes = |client: &ClientId| {
                let card = live.members.get(client).map(|member| &member.card);
                let may = |settings| card.is_some_and(|card| may_be_in(settings, card).is_ok());
                !settings.as_ref().is_some_and(may)
            };
            let gone: Vec<ClientId> = live.members.keys().copied().filter(goes).collect();
            let told = gone.iter().map(|client| Recipient::from(*client)).collect();
            post(&name, told, ChannelNews::Closed, out);
            for client in &gone {
                self.put_out(*client, &name, &gone, out);
            }
            let Some(live) = self.channels.live.get_mut(&name) else { continue };
            let presence = settings.as_ref().is_some_and(|settings| settings.presence);
            let mut told = Vec::new();
            for (client, member) in &mut live.members {
                if presence && !member.presence {
                    told.push(Recipient::from(*client));
                }
                member.presence = presence;
            }
            let here = live.cards();
            let keep = settings.map_or(0, |settings| settings.history as usize);
            let sessions = live.members.keys().any(|client| matches!(client, ClientId::Session(_)));
            let keep = keep.max(if sessions { self.limits.channel_ring } else { 0 });
            live.ring.reduce(keep);
            // A history that was just switched on may be in the store.
            live.ring.read_again();
            if live.is_over() {
                self.channels.live.remove(&name);
            }
            post(&name, told, ChannelNews::Here(here), out);
        }
        self.channels.count_bytes();
    }
}
