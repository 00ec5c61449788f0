//! Status, privacy, and what is kept.

use super::room::*;
use crate::domain::command::Caller;
use crate::domain::command::{Location, Request, StatusChoice};
use crate::domain::effect::{
    Answer, Audience, Delta, Live, PresencePage, PresenceSettings, PresenceView, Privacy, Roster, Status,
    StatusReason,
};
use crate::domain::id::UserId;
use crate::domain::refusal::Refusal;
use crate::domain::role::{Member, Role};

const MINUTE: u64 = 60_000;

fn of(r: &Room, observer: Tab, user: UserId) -> PresenceView {
    let picture = r.snapshot(observer);
    picture.presence.into_iter().find(|one| one.user == user).expect("they were here")
}

fn status(r: &Room, observer: Tab, user: UserId) -> (Status, StatusReason) {
    let view = of(r, observer, user);
    (view.status, view.reason)
}

fn choose(status: Status, message: &str, until: Option<u64>, r: &Room) -> Request {
    let until = until.map(|ms| r.now.wall.plus(ms));
    Request::SetStatus(StatusChoice { status, message: message.into(), until })
}

fn active() -> Request {
    Request::Active { user: None, interactions: 3 }
}

fn list(r: &mut Room, caller: Caller, after: Option<UserId>, limit: usize) -> Box<PresencePage> {
    match r.call(caller, Request::ListPresence { after, limit }) {
        Ok(Answer::Presence(page)) => page,
        other => panic!("no list: {other:?}"),
    }
}

#[test]
fn away_after_five_minutes_offline_after_thirty_and_back_at_the_first_input() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    assert_eq!(status(&r, ben, ANA), (Status::Online, StatusReason::Resume));
    r.wait(5 * MINUTE - 1);
    assert_eq!(status(&r, ben, ANA).0, Status::Online);
    r.wait(1);
    assert_eq!(status(&r, ben, ANA), (Status::Away, StatusReason::IdleTimeout));
    r.wait(25 * MINUTE);
    assert_eq!(status(&r, ben, ANA), (Status::Offline, StatusReason::Timeout));
    r.forget();
    r.ask(ana, active()).unwrap();
    let view = of(&r, ben, ANA);
    assert_eq!(
        (view.status, view.previous, view.reason),
        (Status::Online, Status::Offline, StatusReason::Resume)
    );
    let told = |(to, delta): &(Audience, std::sync::Arc<Delta>)| {
        *to == Audience::All && matches!(&**delta, Delta::Presence(one) if one.user == ANA)
    };
    assert!(r.said.iter().any(told));
    // Being somewhere and looking is no input; an edit is.
    r.wait(6 * MINUTE);
    r.ask(ana, Request::Locate(Location { page: "home".into(), object: Some(OBJ), ..Location::default() }))
        .unwrap();
    assert_eq!(status(&r, ben, ANA).0, Status::Away);
    r.edit(ana, crate::domain::command::Pen::WithLock, set(step(5), "value", "2")).unwrap();
    assert_eq!(status(&r, ben, ANA).0, Status::Online);
}

#[test]
fn a_blip_changes_nothing_and_a_closed_tab_is_gone_after_its_grace() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.drop_socket(ana);
    r.wait(14_000);
    let (ana, _) = r.resume(ana);
    assert_eq!(status(&r, ben, ANA), (Status::Online, StatusReason::Resume));
    assert_eq!(r.snapshot(ben).sessions.len(), 2);
    r.drop_socket(ana);
    r.wait(15_000);
    assert_eq!(status(&r, ben, ANA), (Status::Offline, StatusReason::Disconnect));
    let ana = r.tab(ANA);
    r.ask(ana, Request::Leave).unwrap();
    assert_eq!(status(&r, ben, ANA), (Status::Offline, StatusReason::Manual));
}

#[test]
fn busy_yields_to_a_disconnect_only_and_comes_to_its_set_end() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    r.ask(ana, choose(Status::Busy, "release", None, &r)).unwrap();
    assert_eq!(status(&r, ben, ANA), (Status::Busy, StatusReason::Manual));
    assert_eq!(of(&r, ben, ANA).message, "release");
    r.wait(40 * MINUTE);
    r.ask(ana, active()).unwrap();
    assert_eq!(status(&r, ben, ANA).0, Status::Busy);
    // Another tab keeps it.
    let second = r.tab(ANA);
    r.ask(ana, Request::Leave).unwrap();
    assert_eq!(status(&r, ben, ANA).0, Status::Busy);
    r.ask(second, Request::Leave).unwrap();
    let ana = r.tab(ANA);
    assert_eq!(status(&r, ben, ANA), (Status::Online, StatusReason::Resume));
    r.ask(ana, choose(Status::Busy, "lunch", Some(MINUTE), &r)).unwrap();
    r.wait(MINUTE);
    assert_eq!(status(&r, ben, ANA), (Status::Online, StatusReason::Timeout));
    assert_eq!(of(&r, ben, ANA).message, "");
    // Away by choice ends with input.
    r.ask(ana, choose(Status::Away, "", None, &r)).unwrap();
    assert_eq!(status(&r, ben, ANA), (Status::Away, StatusReason::Manual));
    r.ask(ana, active()).unwrap();
    assert_eq!(status(&r, ben, ANA), (Status::Online, StatusReason::Resume));
}

#[test]
fn what_is_not_valid_changes_nothing_and_is_told_to_nobody() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.forget();
    assert_eq!(r.ask(ana, choose(Status::Offline, "", None, &r)), Err(Refusal::BadStatus));
    let long = "x".repeat(141);
    for text in [long.as_str(), "a\nb", "a\u{7}"] {
        let bad = Refusal::BadText { what: "status message", max: 140 };
        assert_eq!(r.ask(ana, choose(Status::Busy, text, None, &r)), Err(bad));
    }
    assert_eq!(r.ask(ana, choose(Status::Busy, "", Some(0), &r)), Err(Refusal::BadTime));
    assert_eq!(r.ask(ana, choose(Status::Busy, "", Some(40 * 24 * 60 * MINUTE), &r)), Err(Refusal::BadTime));
    let forged = Request::Active { user: Some(BEN), interactions: 1 };
    assert_eq!(r.ask(ana, forged), Err(Refusal::NotYours));
    assert!(matches!(
        r.ask(ana, Request::Active { user: None, interactions: 0 }),
        Err(Refusal::TooMany { .. })
    ));
    r.ask(ana, active()).unwrap();
    assert_eq!(r.ask(ana, active()), Err(Refusal::RateLimited { after_ms: 5_000 }));
    let suspended = Request::SetPrivacy(Privacy::Role(Role::Suspended));
    assert_eq!(r.ask(ana, suspended), Err(Refusal::BadStatus));
    assert!(matches!(r.ask(ana, Request::SetAvatar("Ana".into())), Err(Refusal::BadText { .. })));
    assert!(r.said.is_empty() && r.live.is_empty());
    let ben = Caller { user: BEN, session: Some(ana.session) };
    assert_eq!(r.call(ben, active()), Err(Refusal::SessionGone));
    // A storm of choices is slowed down.
    let refused = (0..20).filter(|n| {
        let status = if n % 2 == 0 { Status::Busy } else { Status::Online };
        r.ask(ana, choose(status, "", None, &r)).is_err()
    });
    assert!(refused.count() >= 10);
}

#[test]
fn privacy_hides_looking_at_once_and_never_acting() {
    let mut r = room().with_everybody();
    let (ana, ben, ada, vic) = (r.tab(ANA), r.tab(BEN), r.tab(ADA), r.tab(VIC));
    for tab in [ben, vic] {
        r.post(tab, Request::Open { object: OBJ });
    }
    let at = |item| Location { object: Some(OBJ), item, ..Location::page("object") };
    let spot = |view: crate::domain::effect::SessionView| (view.location.object, view.location.item);
    r.ask(ana, Request::Locate(at(Some(step(1))))).unwrap();
    let shown = |r: &Room, tab: Tab| r.snapshot(tab).sessions.into_iter().find(|one| one.user == ANA);
    r.ask(ana, Request::SetPrivacy(Privacy::Page)).unwrap();
    assert_eq!(shown(&r, ben).map(spot), Some((Some(OBJ), None)), "page and object, not the step");
    assert_eq!(shown(&r, ana).map(spot), Some((Some(OBJ), Some(step(1)))));
    r.ask(ana, Request::SetPrivacy(Privacy::Role(Role::Developer))).unwrap();
    assert_eq!((shown(&r, ben).map(spot), shown(&r, vic)), (Some((Some(OBJ), Some(step(1)))), None));
    assert_eq!(of(&r, vic, ANA).status, Status::Offline);
    r.ask(ana, Request::SetPrivacy(Privacy::Hidden)).unwrap();
    assert_eq!((shown(&r, ben), shown(&r, vic)), (None, None));
    let seen = shown(&r, ada).expect("an admin sees that somebody hidden is there");
    assert!(seen.hidden && seen.device.is_empty() && seen.location.object.is_none());
    assert_eq!(of(&r, ben, ANA).status, Status::Offline);
    assert_eq!(of(&r, ana, ANA).privacy, Some(Privacy::Hidden));
    // Where she goes and how she is reaches nobody else.
    r.forget();
    r.ask(ana, Request::Locate(at(Some(step(5))))).unwrap();
    r.ask(ana, choose(Status::Busy, "secret", None, &r)).unwrap();
    let own = |to: Audience| match to {
        Audience::Member(ANA) => true,
        Audience::Seers(seers) | Audience::ViewersAmong(_, seers) => {
            seers.of == ANA && seers.roles.is_empty()
        }
        _ => false,
    };
    assert!(r.said.iter().all(|(to, _)| own(*to)) && r.live.iter().all(|(to, _)| own(*to)), "{:?}", r.said);
    // What she does is shown.
    r.acquire(ana, path(1));
    assert!(r.snapshot(vic).locks.iter().any(|lock| lock.user == ANA));
}

#[test]
fn a_change_of_privacy_tells_each_role_what_appears_and_what_goes() {
    let mut r = room().with_everybody();
    let (ana, ben) = (r.tab(ANA), r.tab(BEN));
    let old = (ben.position.0, r.core.upto());
    r.forget();
    r.ask(ana, Request::SetPrivacy(Privacy::Hidden)).unwrap();
    let rosters = |r: &Room| -> Vec<(Audience, Roster)> {
        let roster = |(to, delta): &(Audience, std::sync::Arc<Delta>)| match &**delta {
            Delta::Roster(roster) => Some((*to, roster.clone())),
            _ => None,
        };
        r.said.iter().filter_map(roster).collect()
    };
    let told = rosters(&r);
    assert_eq!(told.len(), 2, "admins, and the others");
    assert!(told.iter().any(|(_, roster)| roster.gone == [ana.session] && roster.sessions.is_empty()));
    assert!(told.iter().any(|(_, roster)| roster.gone.is_empty() && roster.sessions[0].hidden));
    // Nothing is replayed from before it.
    r.drop_socket(ben);
    let (_, welcome) = r.resume(Tab { position: old, ..ben });
    assert_eq!(welcome.arrival, crate::domain::effect::Arrival::Reloaded);
    // A role that sees more is shown more.
    r.forget();
    r.call(
        Caller { user: OLGA, session: None },
        Request::SetRole { user: BEN, role: Role::Admin, reason: "x".into() },
    )
    .unwrap();
    let told = rosters(&r);
    assert!(matches!(&told[..], [(Audience::Member(BEN), roster)] if roster.sessions[0].hidden));
}

#[test]
fn a_place_that_still_waits_for_its_tick_is_told_anew_to_those_only_who_may_see_it() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    let at = |item| Location { object: Some(OBJ), item, ..Location::page("object") };
    r.ask(ana, Request::Locate(at(None))).unwrap();
    r.ask(ana, Request::Locate(at(Some(step(1))))).unwrap();
    r.forget();
    r.ask(ana, Request::SetPrivacy(Privacy::Role(Role::Admin))).unwrap();
    let places: Vec<_> = r.live.iter().filter(|(_, live)| matches!(live, Live::Location { .. })).collect();
    let [(Audience::ViewersAmong(OBJ, seers), Live::Location { session, location })] = &places[..] else {
        panic!("{places:?}");
    };
    assert_eq!((*session, location.item), (ana.session, Some(step(1))));
    assert!(seers.own && seers.roles.has(Role::Admin) && !seers.roles.has(Role::Developer));
}

#[test]
fn who_is_removed_is_forgotten_and_comes_back_as_anybody() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    r.ask(ana, Request::SetPrivacy(Privacy::Hidden)).unwrap();
    let again = Member { user: ANA, name: "Ana".into(), role: Role::Developer, custom: None, colour: 0 };
    let remove = Request::RemoveMember { user: ANA, reason: "bye".into() };
    let owner = Caller { user: OLGA, session: None };
    // Her page is there for a moment, and not for others to see, whatever happens to the room.
    let ben = r.tab(BEN);
    r.call(owner, remove.clone()).unwrap();
    r.rebuild();
    assert!(!r.snapshot(ben).sessions.iter().any(|view| view.user == ANA));
    // Back before it was closed: what she had chosen still counts.
    r.call(owner, Request::AddMember(again.clone())).unwrap();
    assert_eq!(r.disk.presence.get(&ANA).map(|row| row.privacy), Some(Privacy::Hidden));
    // Not here when removed: nothing of it is left, in the store or in memory.
    r.drop_socket(ana);
    r.wait(30_000);
    r.call(owner, remove).unwrap();
    r.call(owner, Request::AddMember(again)).unwrap();
    assert_eq!(r.disk.presence.get(&ANA).map(|row| row.privacy), None);
    let ana = r.tab(ANA);
    assert!(r.snapshot(ben).sessions.iter().any(|view| view.id == ana.session), "and is seen");
}

#[test]
fn a_storm_in_a_crowd_is_told_once_a_tick() {
    let limits = crate::domain::limits::Limits { crowd: 5, ..Default::default() };
    let mut r = room_with(limits).with_everybody();
    for _ in 0..5 {
        r.tab(ANA);
    }
    r.forget();
    for _ in 0..40 {
        r.tab(BEN);
    }
    let first = r.said.len();
    assert!(first <= 1, "the first after a pause goes at once: {first}");
    r.wait(250);
    assert!(r.said.len() <= first + 1);
    let last = r.said.last().map(|(_, delta)| (**delta).clone());
    assert!(matches!(last, Some(Delta::Roster(roster)) if roster.sessions.len() >= 39));
}

#[test]
fn bots_are_shown_as_bots_as_long_as_they_asked_and_hold_nothing_longer_than_anybody() {
    let mut r = room().with_everybody();
    let ben = r.tab(BEN);
    r.keep_ms = Some(120_000);
    let bot = r.bot(CARA);
    assert!(of(&r, ben, CARA).bot);
    r.acquire(bot, path(1));
    r.wait(25_000);
    assert_eq!(r.holder(path(1)), None, "locks end as everybody's");
    r.wait(90_000);
    r.ask(bot, Request::Heartbeat).unwrap();
    r.wait(119_000);
    assert_eq!(status(&r, ben, CARA).0, Status::Online);
    r.wait(1_000);
    assert_eq!(status(&r, ben, CARA), (Status::Offline, StatusReason::Disconnect));
    assert!(!r.snapshot(ben).sessions.iter().any(|session| session.user == CARA));
}

#[test]
fn the_list_has_who_is_here_first_and_then_by_last_seen() {
    let mut r = room().with_everybody();
    let vic = r.tab(VIC);
    r.ask(vic, Request::Leave).unwrap();
    r.wait(1_000);
    let cara = r.tab(CARA);
    r.ask(cara, Request::Leave).unwrap();
    let (ana, ben, ada) = (r.tab(ANA), r.tab(BEN), r.tab(ADA));
    let second = r.tab(ANA);
    r.acquire(second, path(1));
    r.ask(ben, choose(Status::Busy, "", None, &r)).unwrap();
    r.ask(ada, choose(Status::Away, "", None, &r)).unwrap();
    let caller = Caller { user: ANA, session: Some(ana.session) };
    let page = list(&mut r, caller, None, 100);
    let users: Vec<UserId> = page.people.iter().map(|one| one.presence.user).collect();
    assert_eq!(users, [ANA, BEN, ADA, CARA, VIC, OLGA]);
    assert_eq!((page.counts, page.more), ([1, 1, 1, 3], false));
    let first = &page.people[0];
    assert_eq!((first.sessions.len(), first.editing), (2, 1), "2 tabs, editing in one");
    assert_eq!(first.sessions[0].1.as_deref(), Some("192.0.2.7"), "one's own address");
    assert_eq!(page.people[1].sessions[0].1, None, "nobody else's");
    let all = list(&mut r, Caller { user: ADA, session: None }, None, 100);
    assert!(all.people[1].sessions[0].1.is_some(), "but an admin's to see");
    let page = list(&mut r, caller, Some(ADA), 2);
    assert_eq!((page.people[0].presence.user, page.people.len(), page.more), (CARA, 2, true));
}

#[test]
fn history_and_sums_are_written_once_a_minute_and_survive_a_failed_write() {
    let mut r = room().with_everybody();
    let ana = r.tab(ANA);
    assert!(r.disk.history.is_empty());
    r.ask(ana, active()).unwrap();
    r.ask(ana, choose(Status::Busy, "writing", None, &r)).unwrap();
    r.wait(MINUTE);
    assert_eq!(r.disk.history.len(), 2);
    assert_eq!(r.disk.presence[&ANA].message, "writing");
    let before = r.disk.clone();
    r.ask(ana, choose(Status::Online, "", None, &r)).unwrap();
    r.wait(MINUTE);
    assert_eq!(r.disk.history.len(), 3);
    // The last minute's write turns out not to be there: it comes again with the next.
    r.disk = before;
    r.rebuild();
    r.wait(MINUTE);
    assert_eq!(r.disk.history.len(), 3);
    let history = |r: &mut Room, user| match r
        .call(Caller { user, session: None }, Request::StatusHistory { user: ANA })
    {
        Ok(Answer::StatusHistory { kept, changes }) => Ok((kept, changes.len())),
        Ok(other) => panic!("{other:?}"),
        Err(refusal) => Err(refusal),
    };
    assert_eq!(history(&mut r, ANA), Ok((true, 3)));
    assert_eq!(history(&mut r, ADA), Ok((true, 3)));
    assert_eq!(history(&mut r, BEN), Err(Refusal::NotPermitted));
    let off = PresenceSettings { history: false, ..PresenceSettings::default() };
    assert_eq!(r.ask(ana, Request::SetPresenceSettings(off)), Err(Refusal::NotPermitted));
    r.call(Caller { user: ADA, session: None }, Request::SetPresenceSettings(off)).unwrap();
    assert_eq!(history(&mut r, ANA), Ok((false, 0)));
    assert!(r.disk.history.is_empty());
    // After a start, who hid is hidden, and nobody is here.
    r.ask(ana, Request::SetPrivacy(Privacy::Hidden)).unwrap();
    r.crash();
    let ben = r.tab(BEN);
    r.tab(ANA);
    assert!(!r.snapshot(ben).sessions.iter().any(|session| session.user == ANA));
}

#[test]
fn thresholds_are_a_setting_and_count_at_once() {
    let mut r = room().with_everybody();
    let (_, ben) = (r.tab(ANA), r.tab(BEN));
    r.wait(30_000);
    let olga = Caller { user: OLGA, session: None };
    let quick = PresenceSettings { away_ms: 20_000, offline_ms: 60_000, ..PresenceSettings::default() };
    for bad in [
        PresenceSettings { away_ms: 1, ..quick },
        PresenceSettings { offline_ms: 20_000, ..quick },
        PresenceSettings { retention_days: 0, ..quick },
    ] {
        assert_eq!(r.call(olga, Request::SetPresenceSettings(bad)), Err(Refusal::BadTime));
    }
    r.call(olga, Request::SetPresenceSettings(quick)).unwrap();
    assert_eq!(status(&r, ben, ANA), (Status::Away, StatusReason::IdleTimeout));
    r.wait(30_000);
    assert_eq!(status(&r, ben, ANA), (Status::Offline, StatusReason::Timeout));
    assert_eq!(r.disk.presence_settings, quick);
    assert_eq!(r.disk.audit.last().map(|entry| entry.action), Some("presence.settings"));
    let is_place = |(_, live): &(Audience, Live)| matches!(live, Live::Location { .. });
    assert!(!r.live.iter().any(is_place));
}
