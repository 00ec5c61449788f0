//! From a request to the machine that answers it.

use std::collections::BTreeSet;

use super::presence::is_act;
use super::refusals::Refused;
use super::stacks::{Need, OpenStack, Waiting};
use super::{Done, Workspace};
use crate::domain::command::{Caller, LoadedStack, Request};
use crate::domain::effect::{Answer, CloseReason, Effect, Effects, Receipt};
use crate::domain::id::{CallId, ObjectId};
use crate::domain::path::LockPath;
use crate::domain::realtime::Party;
use crate::domain::refusal::Refusal;
use crate::domain::time::Now;

impl Workspace {
    /// Answers a request, at once or when the stacks that it needs have come.
    pub(super) fn request(
        &mut self,
        now: Now,
        caller: Caller,
        call: CallId,
        request: Request,
        out: &mut Effects,
    ) {
        if let Some(session) = caller.session {
            self.renew(now, session, caller.user, out);
        }
        if let (Request::Open { .. } | Request::CloseObject, Some(session)) = (&request, caller.session) {
            self.stacks.opens_another(session);
        }
        if let Request::Realtime(request) = request {
            let Caller { user, session } = caller;
            let by = session.map_or(Party::Member(user), |session| Party::Session(user, session));
            return self.realtime(now, by, call, request, out);
        }
        let wants = self.wanted_stacks(&request);
        let mut missing: BTreeSet<Need> = wants
            .iter()
            .filter(|object| self.stacks.get(**object).is_none())
            .map(|object| Need::Stack(*object))
            .collect();
        missing.extend(self.missing_records(call, &request));
        if missing.is_empty() {
            missing.extend(self.aside(caller, call, &request, out));
        }
        if missing.is_empty() {
            return self.answer_now(now, caller, call, request, out);
        }
        if self.stacks.waiting() >= self.limits.waiting {
            self.asides.forget(call);
            return Self::reply(call, Err(Refusal::Busy), out);
        }
        for need in &missing {
            if let Need::Stack(object) = need
                && !self.stacks.loading(*object)
                && let Some(head) = self.objects.get(object)
            {
                self.stacks.begin_load(*object, head.revision);
                out.push(Effect::Load { object: *object, revision: head.revision });
            }
        }
        self.load_records(&missing, &request, out);
        self.stacks.wait(Waiting { needs: missing, wants, caller, call, request });
    }

    /// A stack has come, or could not be had.
    pub(super) fn loaded(
        &mut self,
        now: Now,
        object: ObjectId,
        stack: Option<Box<LoadedStack>>,
        out: &mut Effects,
    ) {
        let Some(expected) = self.stacks.end_load(object) else { return };
        if !self.objects.contains_key(&object) {
            // It was deleted meanwhile; who waits is told so.
            return self.resume(now, Need::Stack(object), out);
        }
        match stack {
            Some(stack) if stack.revision == expected => {
                self.stacks.insert(object, OpenStack::new(*stack));
                self.sort_out_staged(object);
                self.refer_all(object, out);
                self.locations_fall_back(now, object, out);
                self.resume(now, Need::Stack(object), out);
                self.rest_stacks();
            }
            _ => self.give_up(Need::Stack(object), out),
        }
    }

    /// Drops stacks that nobody looks at beyond the few that were used last.
    pub(super) fn rest_stacks(&mut self) {
        let sessions = &self.sessions;
        self.stacks.rest(self.limits.resting_stacks, |object| sessions.any_viewer(object));
    }

    /// The existing objects whose content the request needs.
    fn wanted_stacks(&self, request: &Request) -> BTreeSet<ObjectId> {
        let mut needs: Vec<ObjectId> = Vec::new();
        let path = |path: &LockPath| path.item.map(|_| path.object);
        match request {
            Request::Open { object }
            | Request::Read { object }
            | Request::ReadTable { object }
            | Request::CheckRevert { object, .. }
            | Request::CheckPublish { object, .. } => needs.push(*object),
            Request::Revert(revert) => needs.push(revert.object),
            Request::Step(step) => needs.push(step.object),
            Request::Restore(restore) => needs.push(restore.object),
            Request::Publish(publish) => needs.push(publish.object),
            Request::Edit(edit) => needs.push(edit.object),
            Request::Upload(upload) => needs.push(upload.object),
            Request::Acquire { path: at, .. }
            | Request::RequestLock { path: at, .. }
            | Request::CloseEditing { path: at, .. }
            | Request::Flushed { path: at, .. }
            | Request::Force { path: at, .. } => needs.extend(path(at)),
            // What is given back may be items of it.
            Request::Undo { path: at, .. } => needs.push(at.object),
            // A grant below a held object leaves its holder items, which must exist.
            Request::AnswerRequest { request, .. } => {
                needs.extend(self.queue.get(*request).and_then(|request| path(&request.path)));
            }
            Request::Import { objects, .. } => needs.extend(self.twins(objects)),
            _ => {}
        }
        let exists = |object: &ObjectId| self.objects.contains_key(object);
        needs.into_iter().filter(exists).collect()
    }

    fn answer_now(&mut self, now: Now, caller: Caller, call: CallId, request: Request, out: &mut Effects) {
        let leaving = matches!(request, Request::Leave).then(|| self.session(caller).ok()?.socket).flatten();
        let done = self.answer(now, caller, request, out);
        self.asides.forget(call);
        Self::reply(call, done, out);
        // Nothing follows a close.
        out.extend(leaving.map(|socket| Effect::Close { socket, why: CloseReason::Left }));
    }

    fn answer(&mut self, now: Now, caller: Caller, request: Request, out: &mut Effects) -> Done {
        let what = Refused::of(caller.user, &request);
        let done = self.decide(now, caller, request, out);
        if matches!(done, Err(Refusal::NotPermitted)) {
            self.count_refusal(now, what, String::new(), out);
        }
        done
    }

    fn decide(&mut self, now: Now, caller: Caller, request: Request, out: &mut Effects) -> Done {
        self.permit(caller, &request)?;
        let act = is_act(&request);
        let edited = match &request {
            Request::Edit(edit) => Some(edit.object),
            _ => None,
        };
        let done = self.carry_out(now, caller, request, out);
        if done.is_ok() {
            self.acted(now, caller, act, out);
        }
        if let (Ok(Answer::Receipt(Receipt::Edited { .. })), Some(object)) = (&done, edited) {
            self.count_edit(now, object);
        }
        done
    }

    fn carry_out(&mut self, now: Now, caller: Caller, request: Request, out: &mut Effects) -> Done {
        let receipt = match request {
            Request::Leave => self.leave(now, caller, out),
            Request::Snapshot => return self.snapshot_answer(now, caller),
            Request::Open { object } => return self.open_object(now, caller, object, out),
            Request::CloseObject => self.close_object(now, caller, out),
            Request::Read { object } => return self.read_object(caller, object),
            Request::ReadTable { object } => return self.read_table(caller, object),
            Request::Upload(upload) => return self.upload(now, caller, *upload, out),
            Request::Locate(location) => self.locate(now, caller, location, out),
            Request::Chat { client_id, text, mentions, link } => {
                self.say(now, caller, client_id, text, mentions, link, out)
            }
            Request::Typing { on } => self.typing(now, caller, on, out),
            Request::SetStatus(choice) => self.set_status(now, caller, choice, out),
            Request::SetPrivacy(privacy) => self.set_privacy(now, caller, privacy, out),
            Request::SetAvatar(avatar) => self.set_avatar(now, caller, avatar, out),
            Request::Active { user, interactions } => self.active(now, caller, user, interactions, out),
            Request::Heartbeat => self.session(caller).map(|_| Receipt::Done),
            Request::ListPresence { after, limit } => return self.list_presence(now, caller, after, limit),
            Request::StatusHistory { user } => return self.status_history(caller, user),
            Request::PresenceSettings => return self.presence_settings(caller),
            Request::SetPresenceSettings(settings) => self.set_presence_settings(now, caller, settings, out),
            Request::Dirty { path, count } => self.dirty(now, caller, path, count, out),
            Request::Acquire { op_id, path } => self.acquire(now, caller, op_id, path, out),
            Request::Release { op_id, path, fence } => self.release(now, caller, op_id, path, fence, out),
            Request::Renew { path, fence } => self.renew_lock(caller, path, fence),
            Request::RequestLock { op_id, request, path, note } => {
                self.request_lock(now, caller, op_id, request, path, note, out)
            }
            Request::CancelRequest { request } => self.cancel_request(now, caller, request, out),
            Request::AnswerRequest { op_id, request, answer } => {
                self.answer_request(now, caller, op_id, request, answer, out)
            }
            Request::Flushed { path, fence } => self.flushed(now, caller, path, fence, out),
            Request::EditHere { op_id, path } => self.edit_here(now, caller, op_id, path, out),
            Request::Force { op_id, path, reason } => self.force(now, caller, op_id, path, reason, out),
            Request::TakeOver { op_id, request } => self.take_over(now, caller, op_id, request, out),
            Request::Undo { op_id, path } => self.undo(now, caller, op_id, path, out),
            Request::Swap { deadlock } => self.swap(now, caller, deadlock, out),
            Request::CloseEditing { op_id, path, reason } => {
                self.close_editing(now, caller, op_id, path, reason, out)
            }
            Request::Reopen { op_id, path } => self.reopen(now, caller, op_id, path, out),
            Request::Edit(edit) => self.edit(now, caller, *edit, out),
            Request::Import { op_id, objects, publish } => {
                self.import(now, caller, op_id, objects, publish, out)
            }
            Request::DeleteObject { op_id, object } => self.delete_object(now, caller, op_id, object, out),
            Request::Revert(revert) => self.revert(now, caller, *revert, out),
            Request::CheckRevert { object, selection } => {
                let done = self.check_revert(caller, object, &selection);
                self.records.forget_missing_changes(object);
                return done;
            }
            Request::Step(step) => self.step(now, caller, step, out),
            Request::Restore(restore) => self.restore_version(now, caller, *restore, out),
            Request::Publish(publish) => self.publish(now, caller, *publish, out),
            Request::CheckPublish { object, authors } => {
                return self.check_publish(caller, object, authors.as_deref());
            }
            Request::AskToSave { object } => self.ask_to_save(now, caller, object, out),
            Request::ListParked { user } => return self.list_parked(caller, user),
            Request::DiscardParked { parked } => self.discard_parked(now, caller, parked, out),
            Request::Explain { path } => return self.explain(now, caller, path),
            // Answered before; it may have to wait for the store and not for a stack.
            Request::Realtime(_) => return Err(Refusal::RetryLater),
            Request::AddMember(member) => self.add_member(now, member, out),
            Request::SetRole { user, role, reason } => self.set_role(now, caller, user, role, reason, out),
            Request::RemoveMember { user, reason } => self.remove_member(now, caller, user, reason, out),
            Request::Console => return self.console(now, caller),
            Request::Team(request) => self.team(now, caller, request, out),
            Request::EndSessions { user, why } => self.end_sessions(now, user, why, out),
        };
        receipt.map(Answer::Receipt)
    }
}

/// The receipt of what needs no more words.
pub(super) const DONE: Result<Receipt, Refusal> = Ok(Receipt::Done);
