//! What must hold, beside what the core checks by itself and what the disk refuses to write.

use std::collections::BTreeMap;

use baton::domain::command::{Caller, Location, Request};
use baton::domain::effect::{
    Answer, ChatLine, Deadlock, Delta, PresenceView, Receipt, RequestEnd, RequestView, SessionView, Sight,
    Snapshot, Status,
};
use baton::domain::id::{CallId, ObjectId, OpId, RequestId, UserId};
use baton::domain::time::Now;

use super::disk::Disk;
use super::model::{Client, Replica};
use super::plan::Plan;
use super::site::{Site, Waiting};

/// Nothing is acknowledged before it is durable, and a retry gets the same answer.
pub fn answered(
    disk: &Disk,
    given: &mut BTreeMap<(UserId, OpId), Receipt>,
    user: UserId,
    request: &Request,
    receipt: &Receipt,
) -> Result<(), String> {
    let Some(op_id) = request.op_id() else { return Ok(()) };
    let kept = disk.receipts.get(&(user, op_id)).is_some_and(|(_, kept)| kept == receipt);
    let must_be_kept = match receipt {
        Receipt::Edited { .. }
        | Receipt::Parked { .. }
        | Receipt::Imported { .. }
        | Receipt::Reverted { .. }
        | Receipt::Published { .. } => true,
        // Of what was held or waited for already, nothing more is kept.
        Receipt::Acquired { fence, .. } => {
            if disk.fence < *fence {
                return Err(format!("{fence:?} is told before it is written"));
            }
            false
        }
        Receipt::Waiting { request, .. } => {
            if !disk.requests.contains_key(request) && !disk.ended.contains(request) {
                return Err(format!("request {request} is told before it is written"));
            }
            false
        }
        Receipt::Busy { .. } | Receipt::HandingOver | Receipt::Asked { .. } | Receipt::Done => false,
    };
    if must_be_kept && !kept {
        return Err(format!("{op_id} is answered with {receipt:?}, which is not stored"));
    }
    match receipt {
        Receipt::Edited { revision, .. } if disk.written.get(&op_id).is_none_or(|(_, at)| at != revision) => {
            return Err(format!("{op_id} is answered as written and is not in the log at {revision:?}"));
        }
        Receipt::Parked { .. } => {
            let drafts = disk.parked.values().filter(|draft| draft.user == user);
            let times = drafts.flat_map(|draft| &draft.operations).filter(|one| one.op_id == op_id).count();
            if times + usize::from(disk.discarded.contains(&op_id)) != 1 {
                return Err(format!("{op_id} is in {times} parked drafts"));
            }
        }
        _ => {}
    }
    if must_be_kept {
        let first = given.entry((user, op_id)).or_insert_with(|| receipt.clone());
        if first != receipt {
            return Err(format!("{op_id} was answered with {first:?} and now with {receipt:?}"));
        }
    }
    Ok(())
}

/// Nothing is shown before it is durable.
pub fn revealed(disk: &Disk, delta: &Delta) -> Result<(), String> {
    let shown = match delta {
        Delta::Operation { operation, .. } => disk.written.contains_key(&operation.op_id),
        Delta::Lock(view) => disk.fence >= view.fence,
        Delta::Request(view) => disk.requests.contains_key(&view.id) || disk.ended.contains(&view.id),
        Delta::RequestEnded { request, .. } => disk.ended.contains(request),
        Delta::Parked(draft) => {
            draft.operations.last().is_none_or(|last| disk.receipts.contains_key(&(draft.user, last.op_id)))
        }
        _ => true,
    };
    if shown { Ok(()) } else { Err(format!("shown before it was written: {delta:?}")) }
}

/// Nobody is shown more than its member lets them see, as the store knows it at this moment.
pub fn discreet(disk: &Disk, to: UserId, delta: &Delta) -> Result<(), String> {
    let fine = match delta {
        Delta::Session(view) => session_fits(disk, to, view),
        Delta::Presence(view) => presence_fits(disk, to, view),
        Delta::Roster(roster) => {
            roster.sessions.iter().all(|view| session_fits(disk, to, view))
                && roster.presence.iter().all(|view| presence_fits(disk, to, view))
        }
        _ => true,
    };
    if fine { Ok(()) } else { Err(format!("{to} is shown what is hidden from them: {delta:?}")) }
}

/// The same of a whole picture.
pub fn discreet_picture(disk: &Disk, to: UserId, picture: &Snapshot) -> Result<(), String> {
    let fine = picture.sessions.iter().all(|view| session_fits(disk, to, view))
        && picture.presence.iter().all(|view| presence_fits(disk, to, view));
    if fine { Ok(()) } else { Err(format!("a picture shows {to} what is hidden from them: {picture:?}")) }
}

/// What an observer sees of a member's sessions.
pub fn sight(disk: &Disk, of: UserId, to: UserId) -> Sight {
    if of == to {
        return Sight::Full;
    }
    let chosen = disk.presence.get(&of).map(|row| row.privacy).or_else(|| disk.left.get(&of).copied());
    let privacy = chosen.unwrap_or_default();
    disk.members.get(&to).map_or(Sight::None, |member| privacy.sight(member.role))
}

fn session_fits(disk: &Disk, to: UserId, view: &SessionView) -> bool {
    match sight(disk, view.user, to) {
        Sight::Full => !view.hidden,
        Sight::Page => !view.hidden && view.location.item.is_none() && view.location.field.is_none(),
        Sight::Hidden => view.hidden && view.location.object.is_none() && view.device.is_empty(),
        Sight::None => false,
    }
}

fn presence_fits(disk: &Disk, to: UserId, view: &PresenceView) -> bool {
    let veiled = view.status == Status::Offline && view.message.is_empty() && view.last_seen.is_none();
    match sight(disk, view.user, to) {
        Sight::Full | Sight::Page => view.privacy.is_none() || view.user == to,
        Sight::Hidden | Sight::None => veiled && view.privacy.is_none(),
    }
}

/// Deadlocks that are shown: what they hold, and who of each has yielded.
#[derive(Debug, Default)]
pub struct Circles(BTreeMap<RequestId, (Deadlock, Option<RequestId>)>);

impl Circles {
    /// Never two victims, and none while a promise runs or before the time is shown.
    pub fn follow(&mut self, delta: &Delta) -> Result<(), String> {
        match delta {
            Delta::Deadlock(circle) => drop(self.0.insert(circle.id, (circle.clone(), None))),
            Delta::DeadlockEnded(id) => drop(self.0.remove(id)),
            Delta::RequestEnded { request, how: RequestEnd::Yielded, .. } => {
                let of = self.0.values_mut().find(|(circle, _)| circle.requests.contains(request));
                let Some((circle, victim)) = of else {
                    return Err(format!("request {request} yields and is in no deadlock that is shown"));
                };
                if circle.yields.is_none() {
                    return Err(format!("request {request} yields while a promise runs: {circle:?}"));
                }
                if let Some(first) = victim.replace(*request) {
                    return Err(format!("deadlock {} has two victims: {first} and {request}", circle.id));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// A session that is gone is gone in time.
pub fn in_time(site: &Site, now: Now, plan: &Plan, picture: &Snapshot) -> Result<(), String> {
    let own = site.own(now);
    for session in &picture.sessions {
        let Some(vital) = site.vitals.get(&session.id) else {
            return Err(format!("session {} is shown and is nobody's", session.id));
        };
        let silence = vital.heard + plan.limits.silence_ms;
        let longest = silence.max(vital.heard + vital.grace);
        let over = vital.lost.map_or(silence, |lost| (lost + vital.grace).min(longest));
        if own > over + 1_000 {
            return Err(format!(
                "session {} should be gone since {over}, it is {own}: {vital:?}",
                session.id
            ));
        }
    }
    Ok(())
}

/// The log gives what the store would load and what the core shows.
pub fn replayed(site: &mut Site, now: Now, owner: UserId) -> Result<(), String> {
    let objects: Vec<ObjectId> = site.disk.objects.keys().copied().collect();
    for object in objects {
        let (revision, log) = (site.disk.objects[&object].revision, &site.disk.logs[&object]);
        let stored = site.disk.load(object, revision).ok_or_else(|| format!("{object} cannot be loaded"))?;
        if stored.draft != log.replayed {
            return Err(format!("the stored stack of {object} is not what its log gives"));
        }
        let nodes: Vec<_> = log.replayed.nodes().into_iter().cloned().collect();
        let mut seen = look(site, now, owner, Request::Read { object });
        for wanted in std::mem::take(&mut site.loads) {
            let command = wanted.from(&site.disk);
            site.run(now, command, None);
            seen = seen.or_else(|| site.looked.take());
        }
        match seen {
            Some(Ok(Answer::Object(view))) if view.nodes == nodes => {}
            other => return Err(format!("the core's {object} is not what its log gives: {other:?}")),
        }
    }
    Ok(())
}

/// Asks the core as a member without a session.
pub fn look(
    site: &mut Site,
    now: Now,
    user: UserId,
    request: Request,
) -> Option<Result<Answer, baton::domain::refusal::Refusal>> {
    site.looked = None;
    let call = CallId(u64::MAX - site.commands);
    let waiting = Waiting { socket: None, user, request: Some(request) };
    site.request(now, Caller { user, session: None }, call, waiting);
    site.looked.take()
}

/// A tab's replica is the room as that tab may see it.
pub fn same(client: &Client, replica: &Replica, picture: &Snapshot, disk: &Disk) -> Result<(), String> {
    let who = |what: &str| format!("the {what} of session {:?} differ from the room's", client.session);
    // What is only live is in no delta: last activity, and where exactly in an object somebody is.
    let place = |view: &SessionView| {
        let mut view = view.clone();
        view.active = view.since;
        let Location { page, object, .. } = view.location;
        view.location = Location { page, object, ..Location::default() };
        view
    };
    if replica.members.values().ne(picture.members.iter()) {
        return Err(who("members"));
    }
    if replica.sessions.values().map(place).ne(picture.sessions.iter().map(place)) {
        return Err(format!("{}: {:?} and {:?}", who("sessions"), replica.sessions, picture.sessions));
    }
    // Where in an object somebody is is told to those who have it open, whether by a delta or live, if they may see it.
    let near = |view: &&SessionView| {
        view.location.object.is_none_or(|object| picture.open == Some(object))
            && Some(view.id) != client.session
            && sight(disk, view.user, client.user) == Sight::Full
    };
    for view in picture.sessions.iter().filter(near) {
        // Whoever moves about in what does not exist for the observer is on no object, and no later than before.
        let n = |place: &Location| if place.object.is_none() { 0 } else { place.n };
        let alike = |place: &Location| Location { n: n(place), ..place.clone() };
        let known = replica.places.get(&view.id);
        if known.map(alike) != Some(alike(&view.location)) {
            return Err(format!("{}: {known:?} and {:?} of {}", who("places"), view.location, view.id));
        }
    }
    // Last seen is in no delta; the words of somebody whose set end has just come go with the next one.
    let status =
        |view: &PresenceView| (view.user, view.status, view.avatar.clone(), view.privacy.unwrap_or_default());
    let known = replica.presence.values().filter(|one| replica.members.contains_key(&one.user));
    if known.clone().map(status).ne(picture.presence.iter().map(status)) {
        let known: Vec<_> = known.collect();
        return Err(format!("{}: {known:?} and {:?}", who("status"), picture.presence));
    }
    if replica.objects.values().ne(picture.objects.iter()) {
        return Err(who("objects"));
    }
    if replica.roles.values().ne(picture.roles.iter()) {
        return Err(format!("{}: {:?} and {:?}", who("roles"), replica.roles, picture.roles));
    }
    let closed = picture.closures.iter().map(|one| (one.path, one)).collect::<BTreeMap<_, _>>();
    if replica.closures.iter().map(|(path, one)| (*path, one)).ne(closed) {
        return Err(format!("{}: {:?} and {:?}", who("closures"), replica.closures, picture.closures));
    }
    let channels = picture.channels.iter().map(|one| (&one.pattern, one)).collect::<BTreeMap<_, _>>();
    if replica.channels.iter().ne(channels) {
        return Err(format!("{}: {:?} and {:?}", who("channels"), replica.channels, picture.channels));
    }
    let locks = replica
        .locks
        .values()
        .map(|one| (one.path, one.session, one.fence, one.state, one.unsaved, one.idle_until));
    let held = picture
        .locks
        .iter()
        .map(|one| (one.path, one.session, one.fence, one.state, one.unsaved, one.idle_until));
    if locks.ne(held) {
        return Err(format!("{}: {:?} and {:?}", who("locks"), replica.locks, picture.locks));
    }
    // A place is told once; whoever shows it counts the older ones that are still open, as the order says.
    let placeless = |one: &RequestView| (one.id, RequestView { place: 0, ..one.clone() });
    let requests: BTreeMap<_, _> = picture.requests.iter().map(placeless).collect();
    if replica.requests.values().map(placeless).collect::<BTreeMap<_, _>>() != requests {
        return Err(format!("{}: {:?} and {requests:?}", who("requests"), replica.requests));
    }
    if replica.parked.values().ne(picture.parked.iter()) {
        return Err(who("parked drafts"));
    }
    // A line that came while what it points to did not exist for the observer came without that.
    let plain = |lines: &[ChatLine]| -> Vec<ChatLine> {
        lines.iter().map(|line| ChatLine { link: None, ..line.clone() }).collect()
    };
    if !plain(&replica.chat).ends_with(&plain(&picture.chat)) {
        return Err(format!("{}: {:?} and {:?}", who("chat lines"), replica.chat, picture.chat));
    }
    Ok(())
}

/// The object that a tab shows is the object.
pub fn same_content(client: &Client, replica: &Replica, disk: &Disk) -> Result<(), String> {
    let Some(content) = &replica.content else { return Ok(()) };
    let log = disk.logs.get(&content.object).ok_or("a tab shows what never was")?;
    if content.stack != log.replayed {
        return Err(format!(
            "session {:?} shows {} at {:?}, it is at {:?}",
            client.session,
            content.object,
            content.revision,
            log.operations.last().map(|one| one.revision)
        ));
    }
    let revision = disk.objects.get(&content.object).map(|head| head.revision).unwrap_or_default();
    let changes = disk.load(content.object, revision).map(|loaded| loaded.changes).unwrap_or_default();
    if content.changes.values().ne(changes.iter()) {
        return Err(format!(
            "session {:?} shows other changes of {}: {:?} and {changes:?}",
            client.session, content.object, content.changes
        ));
    }
    Ok(())
}
