//! What takes changes of records back, worked out on copies of the records. Nothing here changes the room.
//!
//! As with steps, each operation is taken back by itself, newest first, and only where what it made is still there. Of a file
//! that came in, the rows that somebody has edited since are such places.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::super::Workspace;
use super::within;
use crate::domain::command::Caller;
use crate::domain::effect::{Collision, Obstacle};
use crate::domain::id::{ItemId, ObjectId, UserId};
use crate::domain::path::LockPath;
use crate::domain::plan::Take;
use crate::domain::record::{MAX_LATER, Record, RecordChange, RecordOp, Span, Value};
use crate::domain::refusal::Refusal;
use crate::domain::stack::name;
use crate::domain::stack::op::Op;

/// What would be done to records.
#[derive(Debug, Default)]
pub(in crate::domain::workspace) struct RecordsBack {
    /// In the order in which they are applied.
    pub ops: Vec<RecordOp>,
    /// The changes that are taken back, at least in part.
    pub taken: BTreeSet<u64>,
    /// What is left.
    pub left: Vec<Collision>,
    /// The locks of others in the way.
    pub held: BTreeSet<LockPath>,
    /// The records as they are now, those among them that come to be seen with this.
    pub rows: BTreeMap<Uuid, Record>,
    /// How it is called.
    pub words: String,
}

impl Workspace {
    /// What takes the changes back. Where `leave` says so, what others hold is left; otherwise they are named.
    pub(in crate::domain::workspace) fn plan_records_back(
        &self,
        caller: Caller,
        object: ObjectId,
        wanted: &BTreeSet<u64>,
        take: &Take,
        leave: bool,
    ) -> Result<RecordsBack, Refusal> {
        let (rows, back) = (BTreeMap::new(), RecordsBack::default());
        let mut planner = Planner {
            room: self,
            caller,
            object,
            wanted,
            take,
            leave,
            rows,
            shown: Vec::new(),
            back,
            more: 0,
        };
        for number in wanted.iter().rev() {
            let loaded = self.records.change(object, *number).flatten();
            let loaded = loaded.ok_or(Refusal::NoSuchChange(*number))?;
            if loaded.change.reverted_by.is_some() {
                return Err(Refusal::AlreadyReverted(*number));
            }
            let before = (planner.back.ops.len(), planner.back.left.len());
            for (done, back) in steps(loaded) {
                planner.take_back(loaded, done, back)?;
            }
            if planner.back.ops.len() > before.0 || planner.back.left.len() == before.1 {
                planner.back.taken.insert(*number);
                planner.back.words = format!("Reverted: {}", loaded.change.words);
            }
        }
        let Planner { mut back, more, .. } = planner;
        self.room_for(object, u64::try_from(more).unwrap_or(0))?;
        if back.taken.len() > 1 {
            back.words = format!("Reverted {} changes of records", back.taken.len());
        }
        Ok(back)
    }

    /// The locked records that stand in the spans, with their numbers.
    pub(super) fn locked_in(&self, object: ObjectId, spans: &[Span]) -> Vec<(u64, ItemId)> {
        let stands = |item: ItemId| {
            let ItemId::Record(record) = item else { return None };
            let ordinal = self.records.get(object, record).flatten()?.ordinal;
            spans.iter().any(|span| within(*span, ordinal)).then_some((ordinal, item))
        };
        self.locks.of_object(object).filter_map(|lock| lock.path.item).filter_map(stands).collect()
    }
}

/// What was done and what takes it back, newest first; a cell that was typed in one go goes back in one go.
fn steps(loaded: &RecordChange) -> Vec<(&RecordOp, &RecordOp)> {
    let mut steps = Vec::new();
    for operation in loaded.operations.iter().rev() {
        let Op::Record(done) = &operation.op else { continue };
        for inverse in &operation.inverse {
            let Op::Record(back) = inverse else { continue };
            steps.push((done, back));
        }
    }
    let cell = |op: &RecordOp| match op {
        RecordOp::Set { record, field, .. } => Some((*record, *field)),
        _ => None,
    };
    match (steps.first().copied(), steps.last().copied()) {
        (Some((last, _)), Some((_, first)))
            if cell(last).is_some() && steps.iter().all(|(done, _)| cell(done) == cell(last)) =>
        {
            vec![(last, first)]
        }
        _ => steps,
    }
}

struct Planner<'a> {
    room: &'a Workspace,
    caller: Caller,
    object: ObjectId,
    wanted: &'a BTreeSet<u64>,
    take: &'a Take,
    leave: bool,
    /// The records as they would be.
    rows: BTreeMap<Uuid, Record>,
    /// Rows of files that would be seen again.
    shown: Vec<Span>,
    back: RecordsBack,
    /// By how many the table would grow.
    more: i64,
}

/// What is to be done about one thing.
enum Verdict {
    /// It is as it would be.
    Moot,
    /// Nobody stands in the way.
    Clean,
    /// Somebody has changed what it made.
    Collides(Obstacle),
}

impl Planner<'_> {
    /// Takes one thing back, or notes that it is left.
    fn take_back(&mut self, of: &RecordChange, done: &RecordOp, back: &RecordOp) -> Result<(), Refusal> {
        match (done, back) {
            (RecordOp::Show { spans, rows }, RecordOp::Hide { .. }) => self.hide(of, spans, *rows),
            (RecordOp::Hide { .. }, RecordOp::Show { spans, rows }) => {
                if self.is_barred(of, None, None)? {
                    return Ok(());
                }
                self.more += i64::try_from(*rows).unwrap_or(i64::MAX);
                self.shown.extend(spans);
                self.back.ops.push(RecordOp::Show { spans: spans.clone(), rows: *rows });
                Ok(())
            }
            _ => self.one(of, done, back),
        }
    }

    fn one(&mut self, of: &RecordChange, done: &RecordOp, back: &RecordOp) -> Result<(), Refusal> {
        let Some(id) = back.record() else { return Ok(()) };
        self.look_at(of, id);
        let field = match back {
            RecordOp::Set { field, .. } => Some(*field),
            _ => None,
        };
        match self.judge(id, done, back) {
            Verdict::Moot => return Ok(()),
            Verdict::Clean => {}
            Verdict::Collides(why) if why != Obstacle::Gone && self.take.over(of.change.number) => {}
            Verdict::Collides(why) => {
                let mut later = of.later.iter().rev().filter(|later| later.record == id);
                let by = later.find(|later| !self.wanted.contains(&later.change)).map(|later| later.change);
                let field = field.and_then(|field| self.name_of(field));
                self.left(of, Some(ItemId::Record(id)), why, by, None, field);
                return Ok(());
            }
        }
        if self.is_barred(of, Some(ItemId::Record(id)), field)? {
            return Ok(());
        }
        let Some(row) = self.rows.get_mut(&id) else { return Ok(()) };
        match back {
            RecordOp::Set { field, value, .. } => {
                row.cells.remove(field);
                if *value != Value::Null {
                    row.cells.insert(*field, value.clone());
                }
            }
            RecordOp::Insert { cells, .. } => {
                (row.deleted, row.cells) = (false, cells.clone());
                self.more += 1;
            }
            _ => {
                row.deleted = true;
                self.more -= 1;
            }
        }
        self.back.ops.push(back.clone());
        Ok(())
    }

    fn look_at(&mut self, of: &RecordChange, id: Uuid) {
        if self.rows.contains_key(&id) {
            return;
        }
        let comes = |row: &&Record| row.id == id && self.shown.iter().any(|span| within(*span, row.ordinal));
        let seen = self.room.records.get(self.object, id).flatten();
        if let Some(row) = seen.or_else(|| of.hidden.iter().find(comes)) {
            self.rows.insert(id, row.clone());
            self.back.rows.insert(id, row.clone());
        }
    }

    fn judge(&self, id: Uuid, done: &RecordOp, back: &RecordOp) -> Verdict {
        let Some(row) = self.rows.get(&id) else { return Verdict::Collides(Obstacle::Gone) };
        match (done, back) {
            (RecordOp::Set { field, value, .. }, RecordOp::Set { value: old, .. }) if !row.deleted => {
                match row.cells.get(field).unwrap_or(&Value::Null) {
                    now if now == value => Verdict::Clean,
                    now if now == old => Verdict::Moot,
                    _ => Verdict::Collides(Obstacle::Changed),
                }
            }
            (RecordOp::Insert { .. }, RecordOp::Delete { .. }) if row.deleted => Verdict::Moot,
            (RecordOp::Insert { cells, .. }, RecordOp::Delete { .. }) if row.cells == *cells => {
                Verdict::Clean
            }
            (RecordOp::Insert { .. }, RecordOp::Delete { .. }) => Verdict::Collides(Obstacle::BuiltUpon),
            (RecordOp::Delete { .. }, RecordOp::Insert { .. }) if row.deleted => Verdict::Clean,
            (RecordOp::Delete { .. }, RecordOp::Insert { .. }) => Verdict::Moot,
            _ => Verdict::Collides(Obstacle::Gone),
        }
    }

    /// Takes out the rows that a file brought, but for those that others have edited since or hold.
    fn hide(&mut self, of: &RecordChange, spans: &[Span], rows: u64) -> Result<(), Refusal> {
        if of.later.len() > MAX_LATER {
            return Err(Refusal::TooMany { what: "rows of the file that were edited since", max: MAX_LATER });
        }
        if self.is_barred(of, None, None)? {
            return Ok(());
        }
        let number = of.change.number;
        let (mut kept, mut deleted) = (BTreeMap::new(), BTreeSet::new());
        for later in &of.later {
            let now = self.rows.get(&later.record);
            if now.map_or(later.deleted, |row| row.deleted) {
                deleted.insert(later.ordinal);
            } else if !self.back.taken.contains(&later.change) && !self.take.over(number) {
                let place = (Some(ItemId::Record(later.record)), Obstacle::BuiltUpon, Some(later.change));
                kept.insert(later.ordinal, (place, None));
            }
        }
        for (ordinal, item) in self.room.locked_in(self.object, spans) {
            for (path, holder) in self.others(Some(item)) {
                if self.leave {
                    kept.insert(ordinal, ((Some(item), Obstacle::Locked, None), Some(holder)));
                } else if !kept.contains_key(&ordinal) {
                    self.back.held.insert(path);
                }
            }
        }
        let stay =
            (kept.len() + deleted.iter().filter(|ordinal| !kept.contains_key(*ordinal)).count()) as u64;
        let rows = rows.saturating_sub(stay);
        if rows > 0 {
            let spans = without(spans, kept.keys().copied());
            self.more -= i64::try_from(rows).unwrap_or(i64::MAX);
            self.back.ops.push(RecordOp::Hide { spans, rows });
        }
        for ((item, why, by), holder) in kept.into_values() {
            self.left(of, item, why, by, holder, None);
        }
        Ok(())
    }

    /// Whether the pen of another, on the record or the whole table, makes it be left; otherwise it is noted as in the way.
    fn is_barred(
        &mut self,
        of: &RecordChange,
        item: Option<ItemId>,
        field: Option<Uuid>,
    ) -> Result<bool, Refusal> {
        self.room.open_for_edits(LockPath { object: self.object, item })?;
        let others = self.others(item);
        if let Some((_, holder)) = others.first()
            && self.leave
        {
            let field = field.and_then(|field| self.name_of(field));
            let item = item.or(Some(ItemId::Records));
            self.left(of, item, Obstacle::Locked, None, Some(*holder), field);
            return Ok(true);
        }
        self.back.held.extend(others.into_iter().map(|(path, _)| path));
        Ok(false)
    }

    /// The locks of others on the whole table and on the item.
    fn others(&self, item: Option<ItemId>) -> Vec<(LockPath, UserId)> {
        let locks = self.room.locks.of_object(self.object);
        locks
            .filter(|lock| Some(lock.session) != self.caller.session)
            .filter(|lock| lock.path.item.is_none() || (item.is_some() && lock.path.item == item))
            .map(|lock| (lock.path, lock.user))
            .collect()
    }

    fn left(
        &mut self,
        of: &RecordChange,
        item: Option<ItemId>,
        why: Obstacle,
        by: Option<u64>,
        holder: Option<UserId>,
        field: Option<String>,
    ) {
        self.back.left.push(Collision { change: of.change.number, item, field, why, by, holder });
    }

    fn name_of(&self, field: Uuid) -> Option<String> {
        let draft = &self.room.stacks.get(self.object)?.draft;
        draft.get(ItemId::Node(field))?.field(name::NAME).map(str::to_owned)
    }
}

/// The spans without some of their rows.
fn without(spans: &[Span], rows: impl Iterator<Item = u64> + Clone) -> Vec<Span> {
    let mut all = Vec::new();
    for (first, last) in spans {
        let mut from = *first;
        for row in rows.clone().filter(|row| within((*first, *last), *row)) {
            if row > from {
                all.push((from, row - 1));
            }
            from = row + 1;
        }
        if from <= *last {
            all.push((from, *last));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn rows_that_stay_are_cut_out_of_their_spans() {
        let cut = |rows: &[u64]| without(&[(2, 5), (7, 7)], rows.iter().copied());
        assert_eq!(cut(&[]), [(2, 5), (7, 7)]);
        assert_eq!(cut(&[2, 4]), [(3, 3), (5, 5), (7, 7)]);
        assert_eq!(cut(&[5, 7]), [(2, 4)]);
        assert_eq!(cut(&[2, 3, 4, 5, 7]), []);
    }
}
