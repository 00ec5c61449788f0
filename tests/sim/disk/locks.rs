//! Locks, and the drafts of those who lost them.

use super::Disk;
use super::domain::effect::{LockRow, ParkedDraft, PastFence};
use super::domain::path::LockPath;

impl Disk {
    pub(super) fn lock(&mut self, row: &LockRow) -> Result<(), String> {
        let view = &row.view;
        let same = |old: &LockRow| old.view.fence == view.fence && old.view.session == view.session;
        match self.locks.get(&view.path) {
            Some(old) if same(old) => {}
            Some(old) => {
                return Err(format!("{:?} is granted while {} holds it", view.path, old.view.session));
            }
            None if self.narrowed.contains(&(view.fence, view.session, view.path.object)) => {}
            None if view.fence <= self.fence => {
                return Err(format!("{:?} is granted under {:?}, which is not new", view.path, view.fence));
            }
            None => {}
        }
        if let Some(other) = self
            .locks
            .values()
            .find(|other| other.view.session != view.session && other.view.path.conflicts(view.path))
        {
            return Err(format!("{:?} is granted beside {:?}", view.path, other.view));
        }
        self.fence = self.fence.max(view.fence);
        self.locks.insert(view.path, row.clone());
        Ok(())
    }

    pub(super) fn lock_ended(&mut self, path: LockPath) -> Result<(), String> {
        let old = self.locks.remove(&path).ok_or_else(|| format!("the lock on {path:?} ends twice"))?;
        let view = &old.view;
        let past = PastFence { fence: view.fence, path, session: view.session, user: view.user };
        self.fences.entry(view.fence).or_insert(past);
        if path.item.is_none() {
            self.narrowed.insert((view.fence, view.session, path.object));
        }
        Ok(())
    }

    pub(super) fn park(&mut self, draft: &ParkedDraft) -> Result<(), String> {
        for operation in &draft.operations {
            let elsewhere = self
                .parked
                .values()
                .filter(|other| other.id != draft.id && other.user == draft.user)
                .any(|other| other.operations.iter().any(|one| one.op_id == operation.op_id));
            let twice = draft.operations.iter().filter(|one| one.op_id == operation.op_id).count() > 1;
            if elsewhere || twice || self.written.contains_key(&operation.op_id) {
                return Err(format!("{} is parked and also elsewhere", operation.op_id));
            }
        }
        if self.parked.get(&draft.id).is_some_and(|old| old.user != draft.user) {
            return Err(format!("parked draft {} changes its owner", draft.id));
        }
        self.parked.insert(draft.id, draft.clone());
        Ok(())
    }
}
