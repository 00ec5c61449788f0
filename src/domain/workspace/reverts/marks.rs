//! Which changes stand: those that were taken back do not, unless what took them back was itself taken back.

use std::collections::BTreeMap;

use super::super::Workspace;
use super::super::stacks::OpenStack;
use crate::domain::command::{Change, Numbers};
use crate::domain::effect::{Audience, Delta, Effect, Effects, Write};
use crate::domain::id::ObjectId;
use crate::domain::time::Now;

/// Where changes are found by their number.
pub(in crate::domain::workspace) trait Known {
    fn change(&mut self, number: u64) -> Option<&mut Change>;
}

impl Known for OpenStack {
    fn change(&mut self, number: u64) -> Option<&mut Change> {
        self.change_mut(number)
    }
}

impl Known for BTreeMap<u64, Change> {
    fn change(&mut self, number: u64) -> Option<&mut Change> {
        self.get_mut(&number)
    }
}

/// Changes by what took them back; `None` for those that stand again.
pub(in crate::domain::workspace) type ByMark = BTreeMap<Option<u64>, Vec<u64>>;

/// Marks what the change `by` took back, and what follows from that, to any depth.
pub(in crate::domain::workspace) fn follow(
    known: &mut impl Known,
    taken: impl Iterator<Item = u64>,
    by: u64,
) -> ByMark {
    let mut marked: BTreeMap<u64, Option<u64>> = BTreeMap::new();
    let mut todo: Vec<(u64, Option<u64>)> = taken.map(|number| (number, Some(by))).collect();
    while let Some((number, by)) = todo.pop() {
        let Some(change) = known.change(number).filter(|change| change.reverted_by != by) else {
            continue;
        };
        change.reverted_by = by;
        marked.insert(number, by);
        let own = change.taken.clone();
        for earlier in own.iter() {
            // Taken back with what had taken it back, it stands again; standing again, it takes it back again.
            let (was, is) = if by.is_some() { (Some(number), None) } else { (None, Some(number)) };
            if known.change(earlier).is_some_and(|change| change.reverted_by == was) {
                todo.push((earlier, is));
            }
        }
    }
    let mut by_mark = ByMark::new();
    for (number, by) in marked {
        by_mark.entry(by).or_default().push(number);
    }
    by_mark
}

impl Workspace {
    /// Marks what the change `by` took back of the content.
    pub(in crate::domain::workspace) fn mark(
        &mut self,
        now: Now,
        object: ObjectId,
        taken: &Numbers,
        by: u64,
        out: &mut Effects,
    ) {
        let Some(open) = self.stacks.get_mut(object) else { return };
        let by_mark = follow(open, taken.iter(), by);
        open.count();
        let standing = open.standing();
        self.tell_marks(now, object, by_mark, out);
        if let Some(head) = self.objects.get_mut(&object).filter(|head| head.changes != standing) {
            head.changes = standing;
            let head = head.clone();
            out.push(Effect::Write(Write::Object(head.clone())));
            self.tell(now, Audience::All, Delta::Object(head), out);
        }
    }

    /// Writes marks and tells them.
    pub(in crate::domain::workspace) fn tell_marks(
        &mut self,
        now: Now,
        object: ObjectId,
        by_mark: ByMark,
        out: &mut Effects,
    ) {
        for (reverted_by, numbers) in by_mark {
            let numbers: Numbers = numbers.into_iter().collect();
            out.push(Effect::Write(Write::ChangesMarked { object, numbers: numbers.clone(), reverted_by }));
            let delta = Delta::ChangesMarked { object, numbers, reverted_by };
            self.tell(now, Audience::Viewers(object), delta, out);
        }
    }
}
