//! Channels and presence records in the simulation: people come into channels, say things there, and write records that end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use baton::domain::command::{PresencePatch, PresenceRequest, PresenceUpsert, RealtimeRequest, Request};
use baton::domain::effect::{Answer, RealtimeAnswer};
use baton::domain::id::{SessionId, UserId};
use baton::domain::realtime::{
    ChannelNews, ChannelPost, ChannelSettings, ClientId, Json, Messaging, Permission, Post, PresenceEnd,
    PresenceEvent, PresencePost, PresenceRecord, PresencesQuery, Recipient, Right, Sort, Subscription, Topic,
    Viewer,
};
use baton::domain::role::Action;
use baton::domain::stack::ObjectKind;
use baton::domain::time::{Now, Timestamp};

use super::disk::Disk;
use super::invariants;
use super::plan::Doing;
use super::site::Site;
use super::team;
use super::world::World;

/// The one that stores what is said; its settings never say otherwise.
const STORED: &str = "news";
const NAMES: [&str; 5] = [STORED, "rooms/1", "rooms/2", "rooms/2/deep", "nowhere"];

/// What holds for channels in every room.
pub fn settings() -> Vec<ChannelSettings> {
    let news = ChannelSettings { history: 25, stored: true, ..ChannelSettings::new(STORED) };
    let rooms = ChannelSettings {
        public: Messaging::Anyone,
        private: Messaging::Anyone,
        authenticated: true,
        ..ChannelSettings::new("rooms/*")
    };
    vec![news, rooms]
}

/// Something with a channel or a record, if that is what is to be done.
pub fn act(world: &mut World, n: usize, what: Doing) -> Option<Request> {
    let request = match what {
        Doing::ChannelStep => channel(world, n),
        Doing::PresenceStep => RealtimeRequest::Presence(presence(world, n)),
        _ => return None,
    };
    Some(Request::Realtime(request))
}

fn channel(world: &mut World, n: usize) -> RealtimeRequest {
    let channel: Arc<str> = NAMES[world.rng.index(NAMES.len())].into();
    let payload = Json::new(format!("{{\"n\":{}}}", world.number()));
    match world.rng.below(16) {
        0..=4 => {
            let after = world.rng.one_in(4).then(|| world.rng.below(3) * 1_000_000_000_000);
            RealtimeRequest::Join { channel, presence: true, history: world.rng.one_in(2), after }
        }
        5 => RealtimeRequest::Part { channel },
        6..=8 => {
            let others: Vec<SessionId> = world.clients.iter().filter_map(|client| client.session).collect();
            let to = world.rng.pick(&others).copied().filter(|_| world.rng.one_in(3)).map(ClientId::Session);
            RealtimeRequest::Message { channel, payload, to, authenticated: world.rng.one_in(3) }
        }
        9..=11 => RealtimeRequest::Event { channel, data: payload, row: (0, 0) },
        12 => RealtimeRequest::History { channel },
        13 => RealtimeRequest::ReadHistory { channel },
        14 => RealtimeRequest::WhoIsIn { channel },
        _ => {
            let mut settings = settings().swap_remove(world.rng.index(2));
            settings.presence = world.rng.one_in(2);
            settings.active = !world.rng.one_in(4);
            settings.description = format!("by {n}");
            RealtimeRequest::SetChannel(Box::new(settings))
        }
    }
}

fn presence(world: &mut World, n: usize) -> PresenceRequest {
    let user = world.clients[n].user;
    // Mostly one's own, now and then a colleague's.
    let whose = if world.rng.one_in(5) { world.owner } else { user };
    let id: Arc<str> = format!("of-{}", &whose.to_string()[24..]).into();
    let status = format!("status {}", world.rng.below(3));
    let role = match world.rng.below(4) {
        0 => "any".to_owned(),
        1 => format!("user:{user}"),
        _ => "users".to_owned(),
    };
    let permissions = Permission::parse(&format!("read(\"{role}\")"));
    match world.rng.below(16) {
        0..=6 => {
            let bound = world.rng.one_in(3);
            let life = world.rng.between(1, 20_000);
            let expires = (!bound && !world.rng.one_in(4)).then(|| world.now.wall.plus(life));
            let permissions = permissions.filter(|_| !world.rng.one_in(5));
            let metadata = world.rng.one_in(2).then(|| Json::new("{\"a\":1}"));
            let user = None;
            let upsert = PresenceUpsert { id, user, status, permissions, expires, metadata, bound };
            PresenceRequest::Upsert(Box::new(upsert))
        }
        7..=8 => PresenceRequest::Patch(Box::new(PresencePatch {
            id,
            status: Some(status),
            permissions,
            purge: world.rng.one_in(4),
            ..PresencePatch::default()
        })),
        9 => PresenceRequest::Delete { id },
        10 => PresenceRequest::Get { id },
        11..=12 => PresenceRequest::List(Box::new(all(world.rng.below(2) * 5_000))),
        13..=14 => {
            let topics = vec![Topic { record: world.rng.one_in(4).then_some(id), event: None }];
            let id: Arc<str> = format!("s{}", world.rng.below(3)).into();
            PresenceRequest::Subscribe(vec![Subscription { id, topics, filters: Vec::new() }])
        }
        _ => PresenceRequest::Unsubscribe(vec!["s0".into()]),
    }
}

fn all(ttl_ms: u64) -> PresencesQuery {
    PresencesQuery {
        filters: Vec::new(),
        orders: Vec::new(),
        limit: 1_000,
        offset: 0,
        cursor: None,
        total: true,
        ttl_ms,
    }
}

/// What was told so far, to compare with what is told next.
#[derive(Debug, Default)]
pub struct Told {
    /// The number of what a client heard last in a channel.
    last: BTreeMap<(ClientId, Arc<str>), u64>,
    /// Records whose end was told.
    ended: BTreeSet<(Arc<str>, u64, Timestamp)>,
}

impl Told {
    /// A post leaves: what is stored is in the store, numbers grow, ends are told once and in time.
    pub fn follow(&mut self, disk: &Disk, to: &[Recipient], post: &Post) -> Result<(), String> {
        match post {
            Post::Channel(ChannelPost { channel, news: ChannelNews::Said(said) }) => {
                let private = matches!(said.sort, Sort::Message { to: Some(_), .. });
                if &**channel == STORED && !private && !disk.said.contains_key(&said.number) {
                    return Err(format!("heard before it was stored: {said:?}"));
                }
                for Recipient { client, .. } in to {
                    let last = self.last.insert((*client, Arc::clone(channel)), said.number);
                    if last.is_some_and(|last| last >= said.number) {
                        return Err(format!("{client} heard {last:?} in {channel:?} before {said:?}"));
                    }
                }
            }
            Post::Channel(ChannelPost { news: ChannelNews::History { said, .. }, .. }) => {
                if !said.is_sorted_by(|one, other| one.number < other.number) {
                    return Err(format!("a history out of order: {said:?}"));
                }
            }
            Post::Channel(_) => {}
            Post::Presence(PresencePost { event, end, record, at }) => {
                let key = (Arc::clone(&record.id), record.sequence, record.created);
                let fresh = match event {
                    PresenceEvent::Delete => self.ended.insert(key),
                    PresenceEvent::Upsert | PresenceEvent::Update => !self.ended.contains(&key),
                };
                let early = *end == Some(PresenceEnd::Expired) && record.expires > *at;
                if !fresh || early {
                    return Err(format!("told after its end, or ended too early: {post:?}"));
                }
            }
        }
        Ok(())
    }
}

/// Whether somebody may read a record, as the store knows their role.
fn may_read(disk: &Disk, user: UserId, record: &PresenceRecord) -> bool {
    let member = disk.members.get(&user);
    let viewer = member.map_or(Viewer::Guest, |member| Viewer::Member {
        user,
        team: disk.workspace,
        role: member.role,
    });
    record.gives(&viewer, Right::Read)
}

/// Whether somebody may be told of this, as the store knows their role.
pub fn may_hear(disk: &Disk, user: UserId, post: &Post) -> bool {
    match post {
        Post::Presence(post) => may_read(disk, user, &post.record),
        Post::Channel(_) => team::may(disk, user, Action::View, ObjectKind::Channel),
    }
}

/// What a list gives is what the store has, as far as the caller may read it and it has not lapsed.
pub fn listed(site: &mut Site, now: Now, owner: UserId) -> Result<(), String> {
    let request = Request::Realtime(RealtimeRequest::Presence(PresenceRequest::List(Box::new(all(0)))));
    let Some(Ok(Answer::Realtime(RealtimeAnswer::Presences { records, .. }))) =
        invariants::look(site, now, owner, request)
    else {
        return Ok(());
    };
    let mut stored: Vec<&PresenceRecord> = site.disk.presences.values().collect();
    stored.retain(|record| record.lives(now.wall) && may_read(&site.disk, owner, record));
    stored.sort_by_key(|record| record.sequence);
    let listed: Vec<&PresenceRecord> = records.iter().map(|record| &**record).collect();
    if listed == stored { Ok(()) } else { Err(format!("listed is {listed:?}, stored is {stored:?}")) }
}
