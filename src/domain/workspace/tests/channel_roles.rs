//! Channels and presence records by role: what members with built-in and custom roles may there, and what a change of it ends.

use std::sync::Arc;

use uuid::Uuid;

use super::channels::{Answered, message};
use super::room::*;
use crate::domain::area::{Areas, CustomRole};
use crate::domain::command::{Command, PresenceRequest, RealtimeRequest, Request, TeamRequest};
use crate::domain::id::{CallId, RoleId};
use crate::domain::realtime::{ChannelSettings, ClientId, Json, Messaging, Party};
use crate::domain::refusal::{RealtimeRefusal, Refusal};
use crate::domain::role::Role;
use crate::domain::stack::ObjectKind;

const ROLE: RoleId = RoleId(Uuid::from_u128(0xd7));

fn only(kind: ObjectKind) -> Areas {
    Areas::only(kind)
}

/// Sees functions, and of channels what is said.
fn role(view: Areas, edit: Areas) -> CustomRole {
    let view = view.and(only(ObjectKind::Function));
    CustomRole { id: ROLE, name: "Host".into(), view, edit, publish: Areas::NONE, manage: Areas::NONE }
}

fn save(view: Areas, edit: Areas) -> Request {
    Request::Team(TeamRequest::SaveRole { role: role(view, edit), reason: String::new() })
}

/// A channel for members, in which each may speak to all and to one.
fn lobby() -> ChannelSettings {
    ChannelSettings {
        public: Messaging::Anyone,
        private: Messaging::Anyone,
        history: 25,
        ..ChannelSettings::new("lobby")
    }
}

/// Everybody is here with a tab, Ana with a custom role.
fn here(view: Areas, edit: Areas) -> (Room, Tab, Tab) {
    let mut r = room().with_everybody();
    r.set(lobby()).unwrap();
    let ada = r.tab(ADA);
    r.ask(ada, save(view, edit)).unwrap();
    let give = TeamRequest::GiveRole { user: ANA, role: ROLE, reason: String::new() };
    r.ask(ada, Request::Team(give)).unwrap();
    let ana = r.tab(ANA);
    (r, ada, ana)
}

fn client(by: Party) -> Option<ClientId> {
    match by {
        Party::Socket(socket) => Some(ClientId::Socket(socket)),
        _ => None,
    }
}

fn session(tab: Tab) -> Party {
    Party::Session(tab.user, tab.session)
}

/// What can be done with a channel, in the order of [`Row`].
fn requests() -> Vec<RealtimeRequest> {
    let lobby_ = || -> Arc<str> { "lobby".into() };
    let other = ChannelSettings { description: "better".into(), ..lobby() };
    vec![
        RealtimeRequest::ListChannels,
        RealtimeRequest::Join { channel: lobby_(), presence: true, history: false, after: None },
        message("lobby", "hello", None, false),
        RealtimeRequest::History { channel: lobby_() },
        RealtimeRequest::ReadHistory { channel: lobby_() },
        RealtimeRequest::WhoIsIn { channel: lobby_() },
        RealtimeRequest::Event { channel: lobby_(), data: Json::new("1"), row: (0, 0) },
        RealtimeRequest::SetChannel(Box::new(other)),
        RealtimeRequest::MayMakeTokens,
        RealtimeRequest::RemoveChannel { pattern: "nowhere".into() },
    ]
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Yes,
    /// Not permitted.
    No,
    /// There are no channels.
    Nothing,
    /// One is not in it.
    Outside,
}

fn in_short(answer: &Answered) -> Says {
    match answer {
        Ok(_) => Says::Yes,
        Err(Refusal::NotPermitted | Refusal::NotAMember) => Says::No,
        Err(Refusal::Realtime(RealtimeRefusal::NoSuchChannel)) => Says::Nothing,
        Err(Refusal::Realtime(RealtimeRefusal::NotInChannel)) => Says::Outside,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_each_role_may_in_channels() {
    use Says::{No, Nothing, Outside, Yes};
    let channels = only(ObjectKind::Channel);
    // The last: what is not there is not found by who may look for it.
    let hosts = vec![Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, Yes, Nothing];
    let guests = vec![Yes, Yes, Yes, Yes, Yes, Yes, No, No, No, No];
    let strangers =
        vec![Nothing, Nothing, Outside, Outside, Nothing, Nothing, Nothing, Nothing, Nothing, Nothing];
    let row = |r: &mut Room, tab| -> Vec<Says> {
        requests().into_iter().map(|request| in_short(&r.by(session(tab), request))).collect()
    };
    let (mut r, _, ana) = here(channels, channels);
    let (ben, vic) = (r.tab(BEN), r.tab(VIC));
    assert_eq!(row(&mut r, ana), hosts, "a custom role that edits channels, and nothing else");
    assert_eq!(row(&mut r, ben), hosts, "a developer");
    assert_eq!(row(&mut r, vic), guests, "a viewer");
    let (mut r, _, ana) = here(channels, only(ObjectKind::Function));
    assert_eq!(row(&mut r, ana), guests, "a custom role that sees channels, though it edits elsewhere");
    let (mut r, _, ana) = here(Areas::NONE, only(ObjectKind::Function));
    assert_eq!(row(&mut r, ana), strangers, "a custom role for which there are none");
}

#[test]
fn who_loses_channels_is_out_of_them_at_once_on_every_line() {
    let channels = only(ObjectKind::Channel);
    let (mut r, ada, ana) = here(channels, channels);
    let ben = r.tab(BEN);
    let socket = r.socket_of(Some(ANA));
    let own = [ClientId::Session(ana.session), ClientId::Socket(socket)];
    for by in [session(ana), Party::Socket(socket), session(ben)] {
        r.joins(by, "lobby").unwrap();
    }
    r.forget();
    // What she may no longer edit she still hears.
    r.ask(ada, save(channels, Areas::NONE)).unwrap();
    r.says(session(ben), "lobby", "one").unwrap();
    assert_eq!(own.map(|client| r.hears_of(client).len()), [1, 1]);
    r.forget();
    r.ask(ada, save(Areas::NONE, Areas::NONE)).unwrap();
    r.says(session(ben), "lobby", "two").unwrap();
    let private = message("lobby", "psst", Some(own[1]), false);
    assert_eq!(r.by(session(ben), private), Err(RealtimeRefusal::NoSuchClient.into()));
    assert_eq!(own.map(|client| r.hears_of(client)), [Vec::<String>::new(), Vec::new()]);
    let went = own.map(|client| format!("lobby: {client} went"));
    assert_eq!(r.hears_of(ClientId::Session(ben.session)), [&went[0], &went[1], "lobby: \"two\""]);
    for by in [session(ana), Party::Socket(socket)] {
        assert_eq!(r.says(by, "lobby", "me?"), Err(RealtimeRefusal::NotInChannel.into()));
        assert_eq!(r.joins(by, "lobby"), Err(RealtimeRefusal::NoSuchChannel.into()));
    }
}

#[test]
fn a_channel_is_for_whom_its_settings_say_whatever_the_role() {
    let channels = only(ObjectKind::Channel);
    let (mut r, _, ana) = here(channels, Areas::NONE);
    let guest = Party::Socket(r.socket_of(None));
    let refused =
        |answer: Answered| matches!(answer, Err(Refusal::Realtime(RealtimeRefusal::ChannelRefuses(_))));
    assert!(refused(r.joins(guest, "lobby")), "it takes those alone who are somebody");
    r.set(ChannelSettings { anonymous: true, ..lobby() }).unwrap();
    r.joins(guest, "lobby").unwrap();
    r.joins(session(ana), "lobby").unwrap();
    r.says(session(ana), "lobby", "hello").unwrap();
    r.says(guest, "lobby", "hello").unwrap();
    // A member with a custom role is somebody, who may hear and say what guests may not.
    let members = Messaging::Authenticated;
    r.set(ChannelSettings {
        anonymous: true,
        public: members,
        private: members,
        authenticated: true,
        ..lobby()
    })
    .unwrap();
    r.forget();
    r.by(session(ana), message("lobby", "among us", None, true)).unwrap();
    assert!(refused(r.says(guest, "lobby", "and I?")));
    let to_guest = message("lobby", "psst", client(guest), false);
    assert!(refused(r.by(session(ana), to_guest)), "a private word needs two who are somebody");
    assert_eq!(r.hears_of(ClientId::Session(ana.session)), ["lobby: \"among us\""]);
    assert_eq!(client(guest).map(|client| r.hears_of(client)), Some(Vec::new()));
    // Nested names need a pattern that nests; exact settings win over it.
    let halls = ChannelSettings { public: Messaging::Anyone, ..ChannelSettings::new("halls/*") };
    r.set(halls.clone()).unwrap();
    r.set(ChannelSettings { active: false, ..ChannelSettings::new("halls/closed") }).unwrap();
    r.joins(session(ana), "halls/1/2").unwrap();
    assert!(refused(r.joins(session(ana), "halls/closed")));
    r.forget();
    r.set(ChannelSettings { nested: false, ..halls }).unwrap();
    assert_eq!(r.hears_of(ClientId::Session(ana.session)), ["halls/1/2: closed"]);
    assert_eq!(r.joins(session(ana), "halls/1/2"), Err(RealtimeRefusal::NoSuchChannel.into()));
}

/// The record of that id, if the party may read it.
fn reads(r: &mut Room, by: Party, id: &str) -> bool {
    match r.presences(by, PresenceRequest::Get { id: id.into() }) {
        Ok(_) => true,
        Err(Refusal::Realtime(RealtimeRefusal::NoSuchPresence)) => false,
        other => panic!("{other:?}"),
    }
}

#[test]
fn records_go_by_what_a_custom_role_counts_as() {
    let (mut r, ada, ana) = here(Areas::NONE, only(ObjectKind::Function));
    let ben = r.tab(BEN);
    let team = r.disk.workspace;
    let developers = format!("team:{team}/developer");
    r.upserts(session(ben), "ben", Some(&developers), false).unwrap();
    r.upserts(session(ana), "ana", Some("any"), false).unwrap();
    assert!(reads(&mut r, session(ana), "ben"), "who edits somewhere counts as a developer");
    let socket = r.socket_of(Some(ANA));
    assert!(reads(&mut r, Party::Socket(socket), "ben"));
    r.ask(ada, save(Areas::NONE, Areas::NONE)).unwrap();
    assert!(!reads(&mut r, session(ana), "ben"), "who edits nothing as a viewer");
    assert!(!reads(&mut r, Party::Socket(socket), "ben"));
    assert!(reads(&mut r, session(ana), "ana"), "one's own one always reads, though there are no channels");
    r.upserts(session(ana), "ana", Some("any"), false).unwrap();
    let end = Request::SetRole { user: ANA, role: Role::Suspended, reason: String::new() };
    r.ask(ada, end).unwrap();
    assert!(!reads(&mut r, session(ben), "ana"), "with the rights to the workspace it ends");
}

/// What waits for the store is answered once, by what holds when the store has answered.
#[test]
fn who_waits_for_a_history_is_answered_by_the_rights_and_settings_of_then() {
    let channels = only(ObjectKind::Channel);
    let stored = || ChannelSettings { stored: true, ..lobby() };
    let ask = |r: &mut Room, tab: Tab, call: u64| {
        let (call, channel) = (CallId(call << 40), Arc::from("lobby"));
        let request = RealtimeRequest::ReadHistory { channel };
        r.run(Command::Realtime { by: session(tab), call, request });
        call
    };
    let comes =
        |r: &mut Room| r.run(Command::SaidLoaded { channel: Arc::from("lobby"), said: Some(Vec::new()) });
    let (mut r, ada, ana) = here(channels, channels);
    r.set(stored()).unwrap();
    let (hers, others) = (ask(&mut r, ana, 1), ask(&mut r, ada, 2));
    // Other settings meanwhile leave nobody without an answer; lost rights are lost.
    r.set(ChannelSettings { history: 50, ..stored() }).unwrap();
    r.ask(ada, save(Areas::NONE, Areas::NONE)).unwrap();
    comes(&mut r);
    let gone = Some(Err(Refusal::Realtime(RealtimeRefusal::NoSuchChannel)));
    assert_eq!(r.answers.remove(&hers), gone);
    assert!(matches!(r.answers.remove(&others), Some(Ok(_))));
    // The channel itself goes while somebody waits.
    let late = ask(&mut r, ada, 3);
    r.by(session(ada), RealtimeRequest::RemoveChannel { pattern: Arc::from("lobby") }).unwrap();
    comes(&mut r);
    assert_eq!(r.answers.remove(&late), gone);
}
