//! Named channels: who is in them, what was said lately, and what holds for them.
//!
//! A client is in a channel or not; joining twice is joining once. Membership and presence are never written. What is said
//! is written only where the channel's settings say so, and then before anybody hears it.

mod joining;
mod ring;
mod saying;
mod settings;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::realtime::{ChannelSettings, ClientCard, ClientId, LiveChannel, Recipient};
use crate::domain::refusal::{RealtimeRefusal, Refusal};
use crate::domain::time::Timestamp;

pub(super) use joining::{Wants, client_of};
use ring::Ring;
pub(super) use saying::Saying;

/// Numbers are microseconds of the wall clock where it runs forward: they grow over restarts, too.
const NUMBERS_PER_MS: u64 = 1_000;

/// A client in a channel.
#[derive(Debug, Clone)]
struct Membership {
    card: ClientCard,
    /// Whether it wants to know who comes and goes.
    presence: bool,
}

/// A channel that somebody is in or that keeps something.
#[derive(Debug, Clone, Default)]
struct Live {
    members: BTreeMap<ClientId, Membership>,
    ring: Ring,
}

impl Live {
    fn is_over(&self) -> bool {
        self.members.is_empty() && self.ring.is_empty()
    }

    /// The members, but one, that want to know who comes and goes.
    fn watchers(&self, but: ClientId) -> Vec<Recipient> {
        let wants = self.members.iter().filter(|(client, member)| member.presence && **client != but);
        wants.map(|(client, _)| Recipient::from(*client)).collect()
    }

    fn cards(&self) -> Vec<ClientCard> {
        self.members.values().map(|member| member.card.clone()).collect()
    }
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub(super) struct Channels {
    settings: BTreeMap<Arc<str>, ChannelSettings>,
    live: BTreeMap<Arc<str>, Live>,
    of: BTreeMap<ClientId, BTreeSet<Arc<str>>>,
    number: u64,
    /// Bytes in all rings.
    bytes: usize,
}

impl Channels {
    /// Takes what is stored, and from an earlier life of the room what was said lately. Nobody is in.
    pub fn restore(stored: Vec<ChannelSettings>, said: u64, earlier: Option<Channels>) -> Self {
        let mut channels = earlier.unwrap_or_default();
        channels.settings = stored.into_iter().map(|one| (Arc::clone(&one.pattern), one)).collect();
        channels.number = channels.number.max(said);
        channels.of.clear();
        for live in channels.live.values_mut() {
            live.members.clear();
            live.ring.begin_anew();
        }
        let settings = channels.settings.clone();
        channels.live.retain(|name, live| {
            live.ring.reduce(find(&settings, name).map_or(0, |one| one.history as usize));
            !live.ring.is_empty()
        });
        channels.count_bytes();
        channels
    }

    /// What holds for all channels.
    pub fn all_settings(&self) -> Vec<ChannelSettings> {
        self.settings.values().cloned().collect()
    }

    /// What holds for a name: an exact pattern before the one with the longest stem.
    pub fn settings_of(&self, name: &str) -> Result<&ChannelSettings, Refusal> {
        find(&self.settings, name).ok_or(Refusal::Realtime(RealtimeRefusal::NoSuchChannel))
    }

    /// Channels that somebody is in.
    pub fn live_ones(&self) -> Vec<LiveChannel> {
        let peopled = self.live.iter().filter(|(_, live)| !live.members.is_empty());
        peopled
            .map(|(name, live)| LiveChannel { name: Arc::clone(name), members: live.members.len() })
            .collect()
    }

    /// Whether something would be lost with the memory: a history that no database keeps.
    pub fn keeps_something(&self) -> bool {
        self.live.iter().any(|(name, live)| {
            !live.ring.is_empty() && find(&self.settings, name).is_some_and(|one| !one.stored)
        })
    }

    /// The channels that a client is in.
    pub fn of(&self, client: ClientId) -> Vec<Arc<str>> {
        self.of.get(&client).map(|names| names.iter().cloned().collect()).unwrap_or_default()
    }

    /// Whether nothing contradicts itself; for tests.
    pub fn check(&self) -> Result<(), String> {
        for (client, names) in &self.of {
            for name in names {
                let inside = self.live.get(name).is_some_and(|live| live.members.contains_key(client));
                if names.is_empty() || !inside {
                    return Err(format!("{client} is not in channel {name:?}, which it is in"));
                }
            }
        }
        for (name, live) in &self.live {
            if live.is_over() {
                return Err(format!("channel {name:?} lives and is empty"));
            }
            for (client, member) in &live.members {
                if !self.of.get(client).is_some_and(|names| names.contains(name)) {
                    return Err(format!("{client} is in channel {name:?} and does not know it"));
                }
                let settings = find(&self.settings, name).filter(|one| one.active);
                if !settings.is_some_and(|one| one.anonymous || member.card.is_somebody()) {
                    return Err(format!("{client} may not be in channel {name:?}"));
                }
            }
        }
        let bytes: usize = self.live.values().map(|live| live.ring.bytes()).sum();
        if bytes == self.bytes { Ok(()) } else { Err(format!("{bytes} bytes are counted as {}", self.bytes)) }
    }

    fn next_number(&mut self, now: Timestamp) -> u64 {
        let clock = u64::try_from(now.0).unwrap_or(0).saturating_mul(NUMBERS_PER_MS);
        self.number = clock.max(self.number + 1);
        self.number
    }

    fn count_bytes(&mut self) {
        self.bytes = self.live.values().map(|live| live.ring.bytes()).sum();
    }

    /// Takes a client out of a channel; whether it was in, and who wants to know.
    fn take_out(&mut self, client: ClientId, name: &Arc<str>) -> Option<(ClientCard, Vec<Recipient>)> {
        let live = self.live.get_mut(name)?;
        let member = live.members.remove(&client)?;
        let watchers = live.watchers(client);
        if let Some(names) = self.of.get_mut(&client) {
            names.remove(name);
            if names.is_empty() {
                self.of.remove(&client);
            }
        }
        let keep = find(&self.settings, name).map_or(0, |one| one.history as usize);
        let sessions = live.members.keys().any(|client| matches!(client, ClientId::Session(_)));
        if !sessions {
            self.bytes -= live.ring.reduce(keep);
        }
        if live.is_over() {
            self.live.remove(name);
        }
        Some((member.card, watchers))
    }
}

fn find<'a>(settings: &'a BTreeMap<Arc<str>, ChannelSettings>, name: &str) -> Option<&'a ChannelSettings> {
    if let Some(exact) = settings.get(name).filter(|one| one.matches(name)) {
        return Some(exact);
    }
    let fits = settings.values().filter(|one| one.matches(name));
    fits.max_by_key(|one| (one.stem() == name, one.stem().len(), !one.pattern.ends_with("/*")))
}
